"""Connections to a ledger database: durable, overwriting what is deleted, refusing files of another kind."""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from ledger.errors import BadInput, NoLedger, Refused
from ledger.store.schema import APPLICATION_ID, VERSION


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        raw = connection._sqlite_conn
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA secure_delete = ON")
        return connection


class LedgerDatastore(SQLiteDatastore):
    """The library's datastore with our pragmas on every connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.pool
        self.pool = _Pool(db_name=given.db_name, lock_timeout=given.lock_timeout)
        given.close()


def make_private(path: Path) -> None:
    """Makes an empty file that only its owner reads, whatever the umask; leaves one that is there as it is.

    What SQLite puts beside it (write-ahead log, shared memory) takes over its mode.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def database_uri(path: Path, *, read_only: bool) -> str:
    """The SQLite URI of a database file."""
    return f"file:{quote(str(path.resolve()))}?mode={'ro' if read_only else 'rwc'}"


def check_database(path: Path, *, new: bool) -> None:
    """The file is a ledger database of this version, or (`new`) is not there yet.

    Raises NoLedger or BadInput and creates nothing.
    """
    if new:
        if path.exists():
            raise BadInput("{} is there already; choose another directory or remove it first", path)
        return
    if not path.is_file():
        raise NoLedger(
            "there is no ledger at {}; name its directory with --dir or ZEREN_DIR, or make one with: zeren init", path
        )
    try:
        connection = sqlite3.connect(database_uri(path, read_only=True), uri=True)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise BadInput("{} is not a ledger database: {}", path, error) from error
    if application != APPLICATION_ID:
        raise BadInput("{} is a database, but not a ledger; check the path", path)
    if version != VERSION:
        raise BadInput(
            "{} was made by another version of zeren (store version {}, this one has {}); open it "
            "with that version and export it",
            path,
            version,
            VERSION,
        )


def check_read_only(path: Path, datastore: SQLiteDatastore) -> None:
    """Tries to write and expects to be refused. Raises Refused where the write went through."""
    try:
        with datastore.get_connection(commit=False) as connection:
            connection._sqlite_conn.execute("CREATE TABLE written_by_the_web_process (x)")
    except (sqlite3.OperationalError, OperationalError):
        return
    raise Refused("{} could be written to by the serving process; it must be opened read-only", path)
