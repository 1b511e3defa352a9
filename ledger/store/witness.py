"""A witness's memory: the logs that it watches, and the last checkpoint of each that it cosigned.

A database of its own, not a ledger's: a rollback-journal SQLite file with synchronous EXTRA, so that what was committed
stays committed through a power cut. `updating` holds the write lock from reading a head to committing the next one, so
that of two processes at work one waits for the other and no head goes back.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.core.checkpoint import Checkpoint
from ledger.core.witness_request import origin_hash
from ledger.errors import BadInput
from ledger.store.faults import explain

APPLICATION_ID = 0x7A657277  # "zerw"
VERSION = 1
WAIT = 10.0
"""Seconds that a process waits for another one's update."""
_TABLES = (
    "CREATE TABLE meta (name TEXT NOT NULL, vkey TEXT NOT NULL)",
    "CREATE TABLE logs (origin TEXT NOT NULL, vkey TEXT NOT NULL, PRIMARY KEY (origin, vkey))",
    (
        "CREATE TABLE heads (origin TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,"
        " root BLOB NOT NULL, signed_at INTEGER NOT NULL, note BLOB NOT NULL)"
    ),
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)
_BY_ORIGIN = "SELECT origin, size, root, signed_at, note FROM heads WHERE origin = ?"
_BY_HASH = "SELECT origin, size, root, signed_at, note FROM heads WHERE path = ?"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The last checkpoint of a log that the witness cosigned, when (POSIX seconds), and the note with all lines."""

    checkpoint: Checkpoint
    signed_at: int
    note: bytes


@dataclass(frozen=True, slots=True)
class WitnessMemory:
    """The database at a path; each act opens and closes it."""

    path: Path

    def create(self, name: str, vkey: str) -> None:
        """Makes an empty memory of the witness with this key."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES (?,?)", (name, vkey))

    def check(self) -> None:
        """It is a witness's memory of this version. Raises BadInput."""
        try:
            with self._connection() as connection:
                found = tuple(
                    connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("application_id", "user_version")
                )
        except BadInput as error:
            raise BadInput("{} is no witness's memory: {}", self.path, error.__cause__) from error
        if found != (APPLICATION_ID, VERSION):
            raise BadInput("{} is no witness's memory of this version", self.path)

    def vkey(self) -> str:
        """The witness's own key."""
        with self._connection() as connection:
            return str(connection.execute("SELECT vkey FROM meta").fetchone()[0])

    def trust(self, origin: str, vkey: str) -> None:
        """Adds a key for the log of this origin; nothing where it is there."""
        with self._connection() as connection:
            connection.execute("INSERT OR IGNORE INTO logs VALUES (?,?)", (origin, vkey))

    def logs(self) -> list[tuple[str, str]]:
        """(origin, key) of the logs that are watched, in order."""
        with self._connection() as connection:
            return list(connection.execute("SELECT origin, vkey FROM logs ORDER BY origin, vkey"))

    def last(self, origin: str) -> Cosigned | None:
        """The last checkpoint cosigned for this origin."""
        with self._connection() as connection:
            return _head(connection, _BY_ORIGIN, origin)

    def by_hash(self, path: str) -> Cosigned | None:
        """The last checkpoint cosigned for the origin with this hash."""
        with self._connection() as connection:
            return _head(connection, _BY_HASH, path)

    @contextmanager
    def updating(self) -> "Iterator[Updating]":
        """Holds the write lock; what is put is durable when the block has ended, and nothing is where it raised.

        Raises Busy where another process holds it too long.
        """
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Updating(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = EXTRA")
                yield connection
        except sqlite3.Error as error:
            known = explain(error, self.path)
            if known is None:
                raise
            raise known from error


@dataclass(frozen=True, slots=True)
class Updating:
    """Heads under the write lock."""

    connection: sqlite3.Connection

    def last(self, origin: str) -> Cosigned | None:
        """The last checkpoint cosigned for this origin."""
        return _head(self.connection, _BY_ORIGIN, origin)

    def put(self, cosigned: Cosigned) -> None:
        """The next one."""
        head = cosigned.checkpoint
        values = (head.origin, origin_hash(head.origin), head.size, head.root, cosigned.signed_at, cosigned.note)
        self.connection.execute("INSERT OR REPLACE INTO heads VALUES (?,?,?,?,?,?)", values)


def _head(connection: sqlite3.Connection, sql: str, value: str) -> Cosigned | None:
    row = connection.execute(sql, (value,)).fetchone()
    return None if row is None else Cosigned(Checkpoint(row[0], row[1], row[2]), row[3], row[4])
