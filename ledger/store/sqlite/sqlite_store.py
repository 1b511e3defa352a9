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
from threading import local
from typing import Any

from ledger.checks.subjects import Subject
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.entry import NO_PREVIOUS
from ledger.core.note import parse_note
from ledger.core.seal_map import HeadProof
from ledger.errors import Incomplete, ProofInvalid
from ledger.frozen import dataclass
from ledger.store.derived import derived_root, last_number, last_version, read_last
from ledger.store.named_reads import check_equal
from ledger.store.sealed_heads import (
    UNFIT,
    check_number,
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
from ledger.store.sqlite.scratch import scratch
from ledger.store.store_protocol import MakeCheckpoint, Signed, Slot, Store
from ledger.store.tree import tree_hashes

KEPT = 10_000
"""Running numbers that are kept from one append to the next at most."""


@dataclass(slots=True)
class _State:
    """A state of the ledger that a thread holds, to read or to append: its cursor, and the head that it has reached."""

    cursor: sqlite3.Cursor
    size: int
    leaf_hash: bytes = NO_PREVIOUS
    recorded_at: datetime | None = None
    writes: bool = False
    numbers: dict[Subject, int] = field(default_factory=dict)
    """Running numbers at the head, of subjects that this connection has appended about."""


@dataclass(frozen=True, slots=True)
class _Appended:
    """The head as a connection left it: what it wrote need not be read again while nobody else has written."""

    connection: sqlite3.Connection
    version: int
    """SQLite's own number of the state, which another connection's commit changes."""
    size: int
    leaf_hash: bytes
    recorded_at: datetime | None
    numbers: dict[Subject, int]


class SQLiteStore(Store):
    """A ledger's database, by the connections of a datastore."""

    def __init__(self, datastore: LedgerDatastore) -> None:
        self.datastore = datastore
        self.notices: list[Incomplete] = []
        self.raw = RawRows(self.rows, self.each)
        self._held = local()  # `state`: the state that a thread holds
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

    def _state(self) -> _State | None:
        found: _State | None = getattr(self._held, "state", None)
        return found

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
            yield from own.execute(statement, values)

    def size(self) -> int:
        """Number of entries, by the highest position; in an append those that it has made so far among them."""
        held = self._state()
        return held.size if held is not None else super().size()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """All reads of this thread until the block ends are of one state: for many small questions in a row."""
        if self._state() is not None:
            yield
            return
        with self._reading() as cursor:
            self._held.state = state = _State(cursor, 0)
            try:
                state.size = super().size()  # fixes the state
                yield
            finally:
                self._held.state = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The append lock, from the first read to the commit; all reads of this thread meanwhile are of its state."""
        held = self._state()
        if held is not None:
            self._writable(held)
            yield
            return
        with self.datastore.get_connection(commit=True) as connection:
            raw = driver(connection)
            cursor = raw.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE")
                self._held.state = state = _State(cursor, 0, writes=True)
                version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
                self._find_head(state, raw, version)
                yield
                cursor.execute("COMMIT")
                at_head = (state.size, state.leaf_hash, state.recorded_at)
                self._appended = _Appended(raw, version, *at_head, state.numbers if len(state.numbers) < KEPT else {})
            finally:
                self._held.state = None
                if raw.in_transaction:
                    cursor.execute("ROLLBACK")

    def _find_head(self, state: _State, connection: sqlite3.Connection, version: int) -> None:
        """The head, from the bytes of the last entry; or as this connection left it, where nobody has written since."""
        known = self._appended
        if known is not None and known.connection is connection and known.version == version:
            state.size, state.leaf_hash, state.recorded_at = known.size, known.leaf_hash, known.recorded_at
            state.numbers = dict(known.numbers)
            return
        last = read_last(self.rows)
        if last is not None:
            self._advance(state, last.header.position + 1, last.leaf_hash, last.header.recorded_at)

    @staticmethod
    def _writable(state: _State | None) -> _State:
        if state is None or not state.writes:
            raise RuntimeError("a state that is held for reading is not written to")
        return state

    @staticmethod
    def _advance(state: _State, size: int, leaf_hash: bytes, recorded_at: datetime) -> None:
        state.size, state.leaf_hash, state.recorded_at = size, leaf_hash, recorded_at

    # --- appending ---

    def slot(self, streams: Iterable[str], subjects: Iterable[Subject]) -> Slot:
        """What the next entries depend on; only within `writing`."""
        state = self._writable(self._state())
        return Slot(
            state.size,
            state.leaf_hash,
            state.recorded_at,
            {stream: last_version(self.rows, stream) for stream in streams},
            {subject: self._number(state, subject) for subject in subjects},
        )

    def _number(self, state: _State, subject: Subject) -> int:
        known = state.numbers.get(subject)
        if known is None:
            known = last_number(self.rows, subject)
            check_number(self.rows, HeadMap(state.cursor), subject, known, state.size)
        return known

    def put(self, expected: int, signed: Sequence[Signed]) -> int | None:
        """Inserts entries made for a slot of size `expected`; the new size, None where the head has moved on."""
        with self.writing():
            state = self._writable(self._state())
            if state.size != expected:
                return None
            insert(state.cursor, self, signed)
            for each in signed:
                state.numbers.update(each.subjects)
            last = signed[-1].entry
            self._advance(state, last.header.position + 1, last.leaf_hash, last.header.recorded_at)
            return state.size

    def check_keys(self) -> None:
        """The index by type knows as many entries about keys as that by stream: or one of them could hide a revocation.

        Two independent indexes of one table; `+topic` keeps the second question away from the first one's index.
        """
        streams = "(originator_id >= 'key/' AND originator_id < 'key0') OR originator_id = 'ledger/main'"
        by_type, by_stream = (
            self.rows(f"SELECT count(*) AS n FROM stored_events WHERE {where}")[0]["n"]
            for where in ("topic GLOB 'key.*'", f"({streams}) AND +topic GLOB 'key.*'")
        )
        check_equal(by_type, by_stream, self.datastore.path)

    # --- seals and checkpoints ---

    def heads_root(self, size: int | None = None, *, with_subjects: bool) -> tuple[int, bytes]:
        """(size, root of the map of heads), derived from the bytes of what follows the last seal below the size."""
        with self.writing():
            state = self._writable(self._state())
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

    def put_checkpoint(self, make: MakeCheckpoint) -> bytes:
        """The note that `make` signs under the append lock, stored durably unless one of its size is stored."""
        with self.writing():
            size = self.size()
            last = next(iter(self.checkpoints(limit=1)), None)
            get = tree_hashes(self, size)
            derived_root(self.rows, size, get, None if last is None else parse_checkpoint(parse_note(last[1]).text))
            note = make(size, get, last)
            statement = "INSERT INTO checkpoints VALUES (?,?) ON CONFLICT DO NOTHING"
            self._writable(self._state()).cursor.execute(statement, (size, note))
        return note

    def keep_checkpoint(self, size: int, note: bytes) -> None:
        """Stores a note that was signed before, unless one of its size is stored."""
        with self.writing():
            statement = "INSERT INTO checkpoints VALUES (?,?) ON CONFLICT DO NOTHING"
            self._writable(self._state()).cursor.execute(statement, (size, note))

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
