"""Connections to a ledger database: durable, overwriting what is deleted, refusing files of another kind."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from eventsourcing.persistence import PersistenceError
from eventsourcing.sqlite import SQLiteConnection, SQLiteDatastore

from ledger.errors import BadInput, Damaged, Invalid, NoLedger, NotWritable, OtherVersion, Refused, ZerenError
from ledger.store.faults import explain, explain_system, lacks_tables, may_write, undecodable
from ledger.store.sqlite.ledger_tables import APPLICATION_ID, SCHEMA, VERSION, schema_faults
from ledger.store.sqlite.library import Pool, driver


class StoreDatastore(SQLiteDatastore):
    """The library's datastore, whose faults are those of `ledger.errors`, told apart by what they are."""

    durable = False
    """Whether a commit is on the disk when it returns, and what is deleted is overwritten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pool = Pool.like(self.pool, self._settle)
        self.path = database_path(self.pool.db_name)

    def _settle(self, connection: sqlite3.Connection) -> None:
        settle(connection, self.pool.db_name)
        if self.durable:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """A connection of the pool. Raises Unusable, Busy, Damaged, Unfitting or BadInput for a fault of the store."""
        try:
            with super().get_connection(commit=commit) as connection:
                yield connection
        except UnicodeDecodeError as error:  # what SQLite says of a damaged schema may be no text, and the driver stops
            raise Damaged("{} is damaged: {}; zeren verify says what is left of it", self.path, error) from error
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


def journal(database: Path) -> Path:
    """Where SQLite keeps what is to be rolled back while a database is not written ahead yet; there while it is made,
    and where that was interrupted."""
    return database.with_name(f"{database.name}-journal")


def beside(database: Path) -> list[Path]:
    """All files that SQLite may leave beside a database; with another one in its place they are of none."""
    return [*(database.with_name(database.name + ending) for ending in ("-wal", "-shm")), journal(database)]


_ALONE = "&vfs=unix-none"
"""Read without a lock and without shared memory: nobody can write there, nor can this process."""


def database_uri(path: Path, *, read_only: bool) -> str:
    """The SQLite URI of a database file.

    To read, SQLite makes two files beside the database. Where the folder takes none (a read-only medium, somebody
    else's folder) and they are not there, the database is read as it stands, its write-ahead log included.
    """
    path = path.resolve()
    name = f"file:{quote(os.fsencode(path))}?mode={'ro' if read_only else 'rwc'}"
    log, shared, _ = beside(path)
    if not read_only or may_write(path.parent) or shared.exists():
        return name
    return name + (_ALONE if log.exists() and log.stat().st_size else "&immutable=1")


def connect(path: Path, *, threads: bool = False) -> sqlite3.Connection:
    """A connection that only reads, with SQLite's own faults. Close it. `threads`: used by one after the other."""
    name = database_uri(path, read_only=True)
    connection = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=not threads)
    settle(connection, name)
    return connection


def settle(connection: sqlite3.Connection, name: str) -> None:
    """Makes a connection as the URI of its database asks for."""
    if _ALONE in name:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # keeps the index of the log in memory


def copy_database(source: Path, target: Path) -> None:
    """Copies one consistent state of a database, its write-ahead log included, into a file. Raises SQLite's faults."""
    with closing(connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


class Watch:
    """Tells whether another process wrote to a database, by a connection of its own. Close it."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, threads=True)

    def token(self) -> int:
        """Equal to an earlier one while nothing was committed; for one thread after the other."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def database_path(name: str) -> Path | None:
    """The inverse; None for a database in memory. A name that is no URI is the path itself."""
    if name.startswith("file:"):
        return Path(os.fsdecode(unquote_to_bytes(name.removeprefix("file:").partition("?")[0])))
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
    except (sqlite3.Error, UnicodeDecodeError) as error:
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


def check_read_only(path: Path | None, datastore: SQLiteDatastore) -> None:
    """Tries to write and expects to be refused. Raises Refused where the write went through."""
    try:
        with datastore.get_connection(commit=False) as connection:
            driver(connection).execute("CREATE TABLE written_by_the_web_process (x)")
    except NotWritable:
        return
    raise Refused("{} could be written to by the serving process; it must be opened read-only", path)
