"""What of the eventsourcing library is used beyond what it promises: here and in no other module.

A connection of the library's keeps its driver to itself. Its pool takes a writer's turn before it tries to connect and
does not give it back where that fails; and it connects with room for one prepared statement (`cached_statements=True`),
so that every statement was compiled each time it ran. `TOUCHED` names it all; a test tells when a version of the
library changes any of it.
"""

import sqlite3
from collections.abc import Callable

from eventsourcing.persistence import ConnectionUnavailableError, InterfaceError, PersistenceError
from eventsourcing.sqlite import (
    SQLITE3_DEFAULT_LOCK_TIMEOUT,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
)

STATEMENTS = 256
"""Prepared statements that a connection keeps."""

TOUCHED = {
    "connection": ("_sqlite_conn",),
    "cursor": ("sqlite_cursor",),
    "pool": ("_create_connection", "_num_writers", "_writer_lock", "is_journal_mode_wal"),
}
"""By object: the members that are touched here."""


def driver(connection: SQLiteConnection) -> sqlite3.Connection:
    """SQLite's own connection within the library's."""
    return connection._sqlite_conn


def driver_cursor(cursor: SQLiteCursor) -> sqlite3.Cursor:
    """SQLite's own cursor within the library's."""
    return cursor.sqlite_cursor


class Pool(SQLiteConnectionPool):
    """The library's pool, whose connections are settled by `settle` before anybody gets them."""

    settle: Callable[[sqlite3.Connection], None]

    @classmethod
    def like(cls, given: SQLiteConnectionPool, settle: Callable[[sqlite3.Connection], None]) -> "Pool":
        """A pool for the same database; the given one is closed."""
        pool = cls(db_name=given.db_name, lock_timeout=given.lock_timeout)
        pool.settle = settle
        given.close()
        return pool

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        """A connection; a writer's turn is given back where there is none."""
        try:
            return super().get_connection(timeout, is_writer=is_writer)
        except (sqlite3.Error, PersistenceError) as error:
            if is_writer and not isinstance(error, ConnectionUnavailableError):
                self._num_writers -= 1
                self._writer_lock.release()
            raise

    def _create_connection(self) -> SQLiteConnection:
        try:
            opened = sqlite3.connect(
                self.db_name,
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                cached_statements=STATEMENTS,
                timeout=self.lock_timeout or SQLITE3_DEFAULT_LOCK_TIMEOUT,
            )
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        if "mode=ro" not in self.db_name:  # who only reads does not change it, whatever it is
            self._write_ahead(opened)
        opened.row_factory = sqlite3.Row
        self.settle(opened)
        return SQLiteConnection(sqlite_conn=opened, max_age=self.max_age)

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        if self.is_sqlite_memory_mode or self.is_journal_mode_wal:
            return
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode.lower() != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        self.is_journal_mode_wal = True
