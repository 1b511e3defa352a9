"""The bare work that each measure is held against, with nothing of the program but the bytes that it would write."""

import base64
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.core.entry import parse_entry


class RawStore:
    """A table of two columns, written durably."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("CREATE TABLE raw (entry BLOB, body BLOB)")
        self.key = Ed25519PrivateKey.generate()
        self.public = self.key.public_key()

    def append(self, row: tuple[bytes, bytes], signatures: int) -> None:
        """Signs a row so many times, checks its own signatures, and commits it."""
        self._sign(row[0], signatures)
        self.connection.execute("INSERT INTO raw VALUES (?, ?)", row)

    def append_all(self, rows: Sequence[tuple[bytes, bytes]], signatures: int) -> None:
        """The same for many rows in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        for entry, _ in rows:
            self._sign(entry, signatures)
        self.connection.executemany("INSERT INTO raw VALUES (?, ?)", rows)
        self.connection.execute("COMMIT")

    def _sign(self, message: bytes, signatures: int) -> None:
        for _ in range(signatures):
            self.public.verify(self.key.sign(message), message)

    def close(self) -> None:
        """Closes the database."""
        self.connection.close()


class Lines:
    """The signature lines of some entries, ready to be verified by `cryptography` one after the other."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        key = Ed25519PrivateKey.generate()  # which key it is makes no difference
        self._public = key.public_key()
        notes = [parse_entry(data).note for data in entries]
        self._work = [
            (message, len(note.signatures), key.sign(message)) for note in notes for message in [note.text.encode()]
        ]

    def verify(self, half: int) -> None:
        """Verifies one half of them, every other entry."""
        for message, lines, signature in self._work[half::2]:
            for _ in range(lines):
                self._public.verify(signature, message)


def decode(bodies: Sequence[bytes]) -> None:
    """A plain JSON decode of every disclosure of these bodies."""
    for body in bodies:
        for line in body.split(b"\n")[1:-1]:
            text = line.partition(b" ")[2]
            json.loads(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
