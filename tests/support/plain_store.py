"""A second store for the suite of stores: shared statements run as they are written, and nobody holds a lock.

Its tables are those that the statements name, in a database in memory of its own; an append is compare and swap, as in
a store at the other end of a network. What verification reads cell by cell it does not have.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from ledger.checks.subjects import Subject
from ledger.core.body import format_body, parse_body
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.entry import NO_PREVIOUS
from ledger.core.note import parse_note
from ledger.core.seal_map import HeadProof
from ledger.core.tiles import WIDTH, completed_tiles, encode_tile, tile_root
from ledger.errors import Incomplete, Refused
from ledger.events.erased import erased_fields
from ledger.store.derived import derived_root, last_number, last_version, read_last
from ledger.store.sealed_heads import checked_paths, derived_heads, fill_from_index, roots_since
from ledger.store.sqlite.head_map import HeadMap
from ledger.store.sqlite.scratch import scratch
from ledger.store.store_protocol import MakeCheckpoint, Raw, Signed, Slot, Store
from ledger.store.tree import tree_hashes

_TABLES = (
    "entries (position INTEGER PRIMARY KEY, stream, version, type, recorded_at, previous UNIQUE, leaf_hash, entry)",
    "bodies (position INTEGER PRIMARY KEY, body)",
    "subjects (kind, id, number, position, PRIMARY KEY (kind, id, number))",
    "refs (ref, position)",
    "tiles (level, number, hashes, root)",
    "checkpoints (size INTEGER PRIMARY KEY, note)",
    "erasures (position, erased_by)",
)


class PlainStore(Store):
    """Entries in memory; for one thread, but that whoever clears up may close it."""

    raw: Raw

    def __init__(self) -> None:
        self.notices: list[Incomplete] = []
        self._kept = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._kept.row_factory = sqlite3.Row
        self._heads = scratch(threads=True)
        self._map = HeadMap.apart(self._heads)

    def create(self) -> None:
        for table in _TABLES:
            self._kept.execute(f"CREATE TABLE {table}")

    def close(self) -> None:
        self._kept.close()
        self._heads.close()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._kept.execute(statement, tuple(values)).fetchall()

    @contextmanager
    def holding(self) -> Iterator[None]:
        yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        yield

    def slot(self, streams: Iterable[str], subjects: Iterable[Subject]) -> Slot:
        last = read_last(self.rows)
        return Slot(
            0 if last is None else last.header.position + 1,
            NO_PREVIOUS if last is None else last.leaf_hash,
            None if last is None else last.header.recorded_at,
            {stream: last_version(self.rows, stream) for stream in streams},
            {subject: last_number(self.rows, subject) for subject in subjects},
        )

    def put(self, expected: int, signed: Sequence[Signed]) -> int | None:
        self._kept.execute("BEGIN IMMEDIATE")
        try:
            if self.size() != expected:
                return None
            for each in signed:
                self._insert(each)
            self._kept.execute("COMMIT")
        finally:
            if self._kept.in_transaction:
                self._kept.execute("ROLLBACK")
        return expected + len(signed)

    def _insert(self, signed: Signed) -> None:
        header, at, insert = signed.entry.header, signed.entry.header.position, self._kept.execute
        moment, leaf = header.recorded_at.isoformat(), signed.entry.leaf_hash
        row = (at, header.stream, header.version, header.type, moment, header.previous, leaf, signed.entry.data)
        insert("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?)", row)
        insert("INSERT INTO bodies VALUES (?,?)", (at, signed.body))
        for (kind, id_), number in signed.subjects:
            insert("INSERT INTO subjects VALUES (?,?,?,?)", (kind, id_, number, at))
        if signed.ref is not None:
            insert("INSERT INTO refs VALUES (?,?)", (signed.ref, at))
        for tile in completed_tiles(at, at + 1):
            hashes = self.hashes(tile.level, tile.index, WIDTH)
            values = (tile.level, tile.index, encode_tile(hashes), tile_root(hashes))
            insert("INSERT INTO tiles VALUES (?,?,?,?)", values)
        if signed.erased is not None:
            target = signed.erased.entry.position
            body = parse_body(self.body(target) or b"")
            names = erased_fields(signed.erased.names, body.digests)
            gone = [name for name in names if name not in body.disclosures]
            if gone:
                raise Refused("the text {} of entry {} is not held any more", gone[0], target)
            insert("INSERT INTO erasures VALUES (?,?)", (target, at))
            insert("UPDATE bodies SET body = ? WHERE position = ?", (format_body(body.without(names)), target))

    def check_keys(self) -> None:
        pass

    def heads_root(self, size: int | None = None, *, with_subjects: bool) -> tuple[int, bytes]:
        size = self.size() if size is None else size
        return size, derived_heads(self.rows, self._map, size, with_subjects=with_subjects)[0]

    def roots_since(self, old: int, new: int, *, with_subjects: bool) -> tuple[bytes, bytes]:
        return roots_since(self.rows, self._map, old, new, with_subjects=with_subjects)

    def head_paths(
        self, keys: Iterable[bytes], size: int, root: bytes, *, with_subjects: bool
    ) -> Mapping[bytes, HeadProof]:
        with closing(scratch()) as apart:
            anew = HeadMap.apart(apart)
            fill_from_index(self.rows, anew, size, with_subjects=with_subjects)
            return checked_paths(anew, keys, root)

    def put_checkpoint(self, make: MakeCheckpoint) -> bytes:
        size, last = self.size(), next(iter(self.checkpoints(limit=1)), None)
        get = tree_hashes(self, size)
        derived_root(self.rows, size, get, None if last is None else parse_checkpoint(parse_note(last[1]).text))
        note = make(size, get, last)
        self._kept.execute("INSERT INTO checkpoints VALUES (?,?) ON CONFLICT DO NOTHING", (size, note))
        return note

    def keep_checkpoint(self, size: int, note: bytes) -> None:
        self._kept.execute("INSERT INTO checkpoints VALUES (?,?) ON CONFLICT DO NOTHING", (size, note))

    def forget(self) -> bool:
        return True

    def fold(self) -> bool:
        return True

    def prove_read_only(self) -> None:
        raise Refused("a store in memory is written to by whoever holds it")
