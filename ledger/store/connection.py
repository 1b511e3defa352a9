"""Connections to a ledger database: durable, overwriting what is deleted, refusing files of another kind."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from eventsourcing.persistence import ConnectionUnavailableError, PersistenceError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from ledger.errors import BadInput, Damaged, Invalid, NoLedger, NotWritable, OtherVersion, Refused, ZerenError
from ledger.store.faults import explain, explain_system, lacks_tables, may_write, undecodable
from ledger.store.schema import APPLICATION_ID, SCHEMA, VERSION, schema_faults


class _Pool(SQLiteConnectionPool):
    durable = False

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        try:
            return super().get_connection(timeout, is_writer=is_writer)
        except (sqlite3.Error, PersistenceError) as error:
            if is_writer and not isinstance(error, ConnectionUnavailableError):
                # The library took the writer's turn before it tried to connect, and does not give it back.
                self._num_writers -= 1
                self._writer_lock.release()
            raise

    def _create_connection(self) -> SQLiteConnection:
        if "mode=ro" in self.db_name:
            self.is_journal_mode_wal = True  # whatever it is: who only reads does not change it
        connection = super()._create_connection()
        _settle(connection._sqlite_conn, self.db_name)
        if self.durable:
            connection._sqlite_conn.execute("PRAGMA synchronous = FULL")
            connection._sqlite_conn.execute("PRAGMA secure_delete = ON")
        return connection


class StoreDatastore(SQLiteDatastore):
    """The library's datastore, whose faults are those of `ledger.errors`, told apart by what they are."""

    durable = False
    """Whether a commit is on the disk when it returns, and what is deleted is overwritten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.pool
        self.pool = _Pool(db_name=given.db_name, lock_timeout=given.lock_timeout)
        self.pool.durable = self.durable
        given.close()
        self.path = database_path(self.pool.db_name)

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """A connection of the pool. Raises Unusable, Busy, Damaged, Unfitting or BadInput for a fault of the store."""
        try:
            with super().get_connection(commit=commit) as connection:
                yield connection
        except (sqlite3.Error, PersistenceError) as error:
            known = self.explain(error)
            if known is None:
                raise
            raise known from error

    def explain(self, error: Exception) -> ZerenError | None:
        """What a fault of this database means; None for one that the library itself deals with."""
        return explain(error, self.path)


class LedgerDatastore(StoreDatastore):
    """The datastore of a ledger."""

    durable = True

    def explain(self, error: Exception) -> ZerenError | None:
        """What a fault of this database means; a ledger that lacks one of its tables is damaged."""
        if lacks_tables(error) or undecodable(error):
            return Damaged("{} is damaged: {}; zeren verify says what is left of it", self.path, error)
        return super().explain(error)


def make_private(path: Path) -> None:
    """Makes an empty file that only its owner reads, whatever the umask; leaves one that is there as it is.

    What SQLite puts beside it (write-ahead log, shared memory) takes over its mode. Raises Unusable.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise explain_system(error, path) or error from None


_ALONE = "&vfs=unix-none"
"""Read without a lock and without shared memory: nobody can write there, nor can this process."""


def database_uri(path: Path, *, read_only: bool) -> str:
    """The SQLite URI of a database file.

    To read, SQLite makes two files beside the database. Where the folder takes none (a read-only medium, somebody
    else's folder) and they are not there, the database is read as it stands, its write-ahead log included.
    """
    path = path.resolve()
    name = f"file:{quote(str(path))}?mode={'ro' if read_only else 'rwc'}"
    log, shared = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    if not read_only or may_write(path.parent) or shared.exists():
        return name
    return name + (_ALONE if log.exists() and log.stat().st_size else "&immutable=1")


def connect(path: Path, *, threads: bool = False) -> sqlite3.Connection:
    """A connection that only reads, with SQLite's own faults. Close it. `threads`: used by one after the other."""
    name = database_uri(path, read_only=True)
    connection = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=not threads)
    _settle(connection, name)
    return connection


def _settle(connection: sqlite3.Connection, name: str) -> None:
    if _ALONE in name:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # keeps the index of the log in memory


def database_path(name: str) -> Path | None:
    """The inverse; None for a database in memory. A name that is no URI is the path itself."""
    if name.startswith("file:"):
        return Path(unquote(name.removeprefix("file:").partition("?")[0]))
    return None if name == ":memory:" else Path(name)


def check_database(path: Path, *, new: bool = False, whole: bool = True) -> None:
    """The file is a ledger database of this version, or (`new`) is not there yet.

    `whole`: its tables, indexes and triggers are exactly those of the version; who asks without it finds out himself.
    Raises NoLedger, BadInput, Damaged or Invalid and creates nothing.
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
        with closing(connect(path)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            schema = connection.execute(SCHEMA).fetchall() if whole and version == VERSION else []
    except sqlite3.Error as error:
        raise explain(error, path) or Damaged("{} cannot be read: {}", path, error) from error
    if application != APPLICATION_ID:
        raise BadInput("{} is a database, but not a ledger; check the path", path)
    if version != VERSION:
        raise OtherVersion(
            "{} was made by another version of zeren (store version {}, this one has {}); open it "
            "with that version and export it",
            path,
            version,
            VERSION,
        )
    for fault in schema_faults(schema) if whole else ():
        raise Invalid("{}: {}; somebody changed it: check it with: zeren verify", path, fault)


def check_read_only(path: Path, datastore: SQLiteDatastore) -> None:
    """Tries to write and expects to be refused. Raises Refused where the write went through."""
    try:
        with datastore.get_connection(commit=False) as connection:
            connection._sqlite_conn.execute("CREATE TABLE written_by_the_web_process (x)")
    except NotWritable:
        return
    raise Refused("{} could be written to by the serving process; it must be opened read-only", path)
