"""The store of one ledger in one SQLite database.

An append holds the lock (`BEGIN IMMEDIATE`) from its first read to its commit; a fork is impossible by schema
(`previous` is unique), positions are head + 1. Reads are each of one state of the file, whatever others write.

Long because it is one store, act by act as the protocol has them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import field
from datetime import datetime
from typing import Any

from ledger.checks.subjects import Subject
from ledger.core.seal_map import HeadProof
from ledger.errors import Incomplete, ProofInvalid
from ledger.frozen import dataclass
from ledger.store.derived import last_number
from ledger.store.held_store import HeldStore, State
from ledger.store.sealed_heads import (
    UNFIT,
    checked_paths,
    derived_heads,
    fill_from_index,
    roots_since,
)
from ledger.store.sqlite.connection import LedgerDatastore, check_read_only
from ledger.store.sqlite.dialect import in_sqlite
from ledger.store.sqlite.head_map import HeadMap
from ledger.store.sqlite.insert import insert
from ledger.store.sqlite.ledger_tables import APPLICATION_ID, VERSION, statements
from ledger.store.sqlite.library import driver, driver_cursor
from ledger.store.sqlite.raw import RawRows
from ledger.store.sqlite.scratch import rising, scratch
from ledger.store.store_protocol import Signed
from ledger.store.subject_numbers import check_number, check_unsealed, unsealed_numbers

KEPT = 10_000
"""Running numbers that are kept from one append to the next at most."""


@dataclass(slots=True, kw_only=True)
class _State(State):
    """A state, by its cursor."""

    cursor: sqlite3.Cursor
    version: int = 0
    """SQLite's own number of the state that is appended to, which another connection's commit changes."""
    numbers: dict[Subject, int] = field(default_factory=dict)
    """Running numbers at the head, of subjects that this connection has appended about."""
    unsealed: dict[Subject, int] | None = None
    """Those that the entries after the last seal state, once they were read."""


@dataclass(frozen=True, slots=True)
class _Appended:
    """The head as a connection left it: what it wrote need not be read again while nobody else has written."""

    connection: sqlite3.Connection
    version: int
    size: int
    leaf_hash: bytes
    recorded_at: datetime | None
    numbers: dict[Subject, int]
    unsealed: dict[Subject, int] | None


class SQLiteStore(HeldStore[_State]):
    """A ledger's database, by the connections of a datastore."""

    def __init__(self, datastore: LedgerDatastore) -> None:
        super().__init__(RawRows(self.rows, self.each, rising), datastore.path)
        self.datastore = datastore
        self._appended: _Appended | None = None

    def create(self) -> None:
        """Makes the tables of an empty ledger."""
        with self.datastore.transaction(commit=True) as c:
            for statement in statements():
                c.execute(statement)
            c.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
            c.execute(f"PRAGMA user_version = {VERSION:d}")

    def close(self) -> None:
        """Closes every connection."""
        self.datastore.close()

    # --- states ---

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        """A cursor on one consistent state of the ledger; within `holding` or an append, on that one's own."""
        state = self._state()
        if state is None:
            with self.datastore.transaction(commit=False) as cursor:
                yield driver_cursor(cursor)
            return
        try:
            yield state.cursor
        except sqlite3.Error as error:  # told here what it is, as outside
            known = self.datastore.explain(error)
            if known is None:
                raise
            raise known from error

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a shared statement on one consistent state."""
        statement, held = in_sqlite(statement), self._state()
        if held is not None:
            return held.cursor.execute(statement, values).fetchall()
        with self._reading() as c:
            return c.execute(statement, values).fetchall()

    def each(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a statement one by one, so that memory does not grow with them."""
        with self._reading() as c, closing(c.connection.cursor()) as own:
            yield from own.execute(in_sqlite(statement), values)

    @contextmanager
    def _to_read(self) -> Iterator[_State]:
        with self._reading() as cursor:
            yield _State(cursor=cursor)

    @contextmanager
    def _to_append(self) -> Iterator[_State]:
        """The append lock, from the first read to the commit."""
        with self.datastore.get_connection(commit=True) as connection:
            raw = driver(connection)
            cursor = raw.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE")
                version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
                state = _State(cursor=cursor, version=version, writes=True)
                yield state
                cursor.execute("COMMIT")
                kept = (state.numbers, state.unsealed) if len(state.numbers) < KEPT else ({}, None)
                self._appended = _Appended(raw, version, state.size, state.leaf_hash, state.recorded_at, *kept)
            finally:
                if raw.in_transaction:
                    cursor.execute("ROLLBACK")

    def _find_head(self, state: _State) -> None:
        """The head, from the bytes of the last entry; or as this connection left it, where nobody has written since."""
        known = self._appended
        if known is not None and known.connection is state.cursor.connection and known.version == state.version:
            state.size, state.leaf_hash, state.recorded_at = known.size, known.leaf_hash, known.recorded_at
            state.numbers, state.unsealed = dict(known.numbers), known.unsealed
        else:
            super()._find_head(state)

    # --- appending ---

    def _number(self, state: _State, subject: Subject) -> int:
        known = state.numbers.get(subject)
        if known is None:
            known = last_number(self.rows, subject)
            check_number(self.rows, HeadMap(state.cursor), subject, known, state.size)
            if state.unsealed is None:
                state.unsealed = unsealed_numbers(self.rows, state.size)
            check_unsealed(state.unsealed, subject, known)
        return known

    def put(self, expected: int, signed: Sequence[Signed]) -> int | None:
        """Inserts entries made for a slot of size `expected`; the new size, None where the head has moved on."""
        with self.writing():
            state = self._written()
            if state.size != expected:
                return None
            insert(state.cursor, self, signed)
            for each in signed:
                state.numbers.update(each.subjects)
            state.advance(signed[-1].entry)
            return state.size

    # --- seals and checkpoints ---

    def heads_root(self, size: int | None = None, *, with_subjects: bool) -> tuple[int, bytes]:
        """(size, root of the map of heads), derived from the bytes of what follows the last seal below the size."""
        with self.writing():
            state = self._written()
            cached, size = HeadMap(state.cursor), state.size if size is None else size
            root, rebuilt = derived_heads(self.rows, cached, size, with_subjects=with_subjects)
        if rebuilt:
            self.notices.append(
                Incomplete("the cached map of heads was not that of the last seal; it was made anew from the entries")
            )
        return size, root

    def roots_since(self, old: int, new: int, *, with_subjects: bool) -> tuple[bytes, bytes]:
        """The roots of the map at two sizes by what was cached. Raises LookupError where that does not hold them."""
        with self.holding(), self._reading() as c:
            return roots_since(self.rows, HeadMap(c), old, new, with_subjects=with_subjects)

    def head_paths(
        self, keys: Iterable[bytes], size: int, root: bytes, *, with_subjects: bool
    ) -> Mapping[bytes, HeadProof]:
        """Checked paths, from the cached map, or from one made anew where that does not fit."""
        wanted = list(keys)
        with self.holding(), self._reading() as c:
            try:
                return checked_paths(HeadMap(c), wanted, root)
            except (*UNFIT, ProofInvalid):
                with closing(scratch()) as apart:
                    anew = HeadMap.apart(apart)
                    fill_from_index(self.rows, anew, size, with_subjects=with_subjects)
                    return checked_paths(anew, wanted, root)

    def _keep(self, size: int, note: bytes) -> None:
        statement = "INSERT INTO checkpoints VALUES (?,?) ON CONFLICT DO NOTHING"
        self._written().cursor.execute(statement, (size, note))

    # --- the file ---

    def forget(self) -> bool:
        """Empties the write-ahead log, so that erased text lies in no file; False while a reader keeps it busy."""
        with self.datastore.get_connection(commit=True) as connection:
            return bool(driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def fold(self) -> bool:
        """Puts what the write-ahead log holds into the database's own file, so that a plain copy of it has every entry.

        Waits for nobody: False while a reader of an older state is in the way, this thread itself for one.
        """
        if self._state() is not None:
            return False
        with self.datastore.get_connection(commit=True) as connection:
            busy, frames, folded = driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return not busy and frames == folded

    def prove_read_only(self) -> None:
        """Tries to write and expects to be refused. Raises Refused where the write went through."""
        check_read_only(self.datastore.path, self.datastore)
