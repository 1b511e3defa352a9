"""What a witness remembers: the logs that it watches, and the last checkpoint of each that it cosigned.

A directory with `witness.pem`, the encrypted key, and `witness.db`. The database is a rollback-journal SQLite file with
synchronous EXTRA: what was committed stays committed through a power cut. `updating` holds the write lock from reading
a head to committing the next one, so that of two processes at work one waits for the other and no head goes back.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.core.algorithms import COSIGNATURE_V1, ED25519
from ledger.core.checkpoint import Checkpoint
from ledger.core.keys import Ed25519Signer, VerifyKey, check_name, format_vkey, parse_vkey
from ledger.core.witness_request import origin_hash
from ledger.errors import BadInput, KeyInvalid, NoLedger
from ledger.keys.files import load_key, save_key
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
class WitnessStore:
    """A witness's directory."""

    directory: Path

    @property
    def database(self) -> Path:
        """Logs and heads."""
        return self.directory / "witness.db"

    @property
    def key_file(self) -> Path:
        """The encrypted key."""
        return self.directory / "witness.pem"

    def create(self, name: str, key: Ed25519PrivateKey, passphrase: bytes) -> VerifyKey:
        """Makes the directory with a new witness of this key name. Raises BadInput where there is one, Malformed."""
        check_name(name)
        vkey = Ed25519Signer(name, key, COSIGNATURE_V1).verify_key
        if self.database.exists() or self.key_file.exists():
            raise BadInput("{} is a witness already; its memory is never overwritten", self.directory)
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_key(self.key_file, key, passphrase)
        with closing(sqlite3.connect(self.database, isolation_level=None)) as connection:
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES (?,?)", (name, format_vkey(vkey)))
        return vkey

    def check(self) -> None:
        """There is a witness of this version here. Raises NoLedger or BadInput."""
        if not self.database.is_file():
            raise NoLedger(
                "there is no witness in {}; make one with: zeren witness init DIR --name NAME", self.directory
            )
        try:
            with self._connection() as connection:
                found = tuple(
                    connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("application_id", "user_version")
                )
        except BadInput as error:
            raise BadInput("{} is no witness's memory: {}", self.database, error.__cause__) from error
        if found != (APPLICATION_ID, VERSION):
            raise BadInput("{} is no witness's memory of this version", self.database)

    def verify_key(self) -> VerifyKey:
        """The witness's own key."""
        with self._connection() as connection:
            return parse_vkey(connection.execute("SELECT vkey FROM meta").fetchone()[0])

    def signer(self, passphrase: bytes) -> Ed25519Signer:
        """The witness's signer. Raises BadInput for a wrong passphrase or another key's file."""
        key = self.verify_key()
        signer = Ed25519Signer(key.name, load_key(self.key_file, passphrase), COSIGNATURE_V1)
        if signer.verify_key != key:
            raise BadInput("{} is not this witness's key", self.key_file)
        return signer

    # --- logs ---

    def trust(self, key: VerifyKey, origin: str | None = None) -> None:
        """Watches the log that signs with `key`; its origin is the key's name unless given. Raises KeyInvalid."""
        if key.algorithm != ED25519:
            raise KeyInvalid("{} is a key for {} and signs no notes", key.name, key.algorithm.name)
        if key.public_key == self.verify_key().public_key:
            raise KeyInvalid("this is the witness's own key; nobody witnesses himself")
        with self._connection() as connection:
            connection.execute("INSERT OR IGNORE INTO logs VALUES (?,?)", (origin or key.name, format_vkey(key)))

    def logs(self) -> dict[str, list[VerifyKey]]:
        """The keys trusted for each origin."""
        found: dict[str, list[VerifyKey]] = {}
        with self._connection() as connection:
            for origin, vkey in connection.execute("SELECT origin, vkey FROM logs ORDER BY origin, vkey"):
                found.setdefault(origin, []).append(parse_vkey(vkey))
        return found

    # --- heads ---

    def last(self, origin: str) -> Cosigned | None:
        """The last checkpoint cosigned for this origin."""
        with self._connection() as connection:
            return _head(connection, _BY_ORIGIN, origin)

    def by_hash(self, path: str) -> Cosigned | None:
        """The last checkpoint cosigned for the origin with this hash (C2SP tlog-witness, monitor retrieval)."""
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
            with closing(sqlite3.connect(self.database, timeout=WAIT, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = EXTRA")
                yield connection
        except sqlite3.Error as error:
            known = explain(error, self.database)
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
