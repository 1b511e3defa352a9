"""The map of heads of a ledger on a server, kept in a file of whoever seals: a process goes on where another ended.

Nothing in it is believed: what comes from it has to lead to the root of the last seal, or the map is made anew. One
that cannot be used (held by another process, no database, no room) is replaced by a temporary one.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ledger.errors import ZerenError
from ledger.store.sqlite.connection import make_private
from ledger.store.sqlite.head_map import HeadMap
from ledger.store.sqlite.scratch import scratch

T = TypeVar("T")
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY)
"""Why a file cannot be used now, though it may be in order."""
_PATIENCE = 5.0
"""Seconds that another process of this folder is waited for."""


class KeptMap:
    """The map in its file, or in a temporary one where there is no file to be had; one thread at a time asks it."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Closes it; a temporary one is gone."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    def use(self, act: Callable[[HeadMap, int], tuple[T, int]]) -> T:
        """What `act` makes of the map and of the size that it is said to be at; that which `act` says is kept with it.

        All that `act` changed is kept, or nothing where it raises. It is called again where the file is of no use.
        """
        try:
            return self._within(act)
        except sqlite3.Error as error:
            self.close()
            file, self._file = self._file, None
            if file is None:
                raise
            if error.sqlite_errorcode & 0xFF not in _HELD:
                with suppress(OSError):
                    file.unlink()
            return self._within(act)

    def _within(self, act: Callable[[HeadMap, int], tuple[T, int]]) -> T:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            reached: int = connection.execute("PRAGMA user_version").fetchone()[0]
            made, reached = act(HeadMap.apart(connection), reached)
            connection.execute(f"PRAGMA user_version = {reached:d}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return made

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            with suppress(OSError, ZerenError):
                self._opened = self._of_file()
        if self._opened is None:
            self._opened = scratch(threads=True)
        self._opened.isolation_level = None
        return self._opened

    def _of_file(self) -> sqlite3.Connection | None:
        if self._file is None:
            return None
        make_private(self._file)
        opened = sqlite3.connect(self._file, timeout=_PATIENCE, check_same_thread=False)
        opened.execute("PRAGMA synchronous = OFF")  # what a crash spoils is found and made anew
        return opened
