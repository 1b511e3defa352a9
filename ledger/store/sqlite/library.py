"""What of the eventsourcing library is used beyond what it promises: here and in no other module.

A connection of the library's keeps its driver to itself, and its pool takes a writer's turn before it tries to connect
and does not give it back where that fails. `TOUCHED` names it all; a test tells when a version of the library changes
any of it.
"""

import sqlite3
from collections.abc import Callable

from eventsourcing.persistence import ConnectionUnavailableError, PersistenceError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteCursor

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
        if "mode=ro" in self.db_name:
            self.is_journal_mode_wal = True  # whatever it is: who only reads does not change it
        connection = super()._create_connection()
        self.settle(connection._sqlite_conn)
        return connection
