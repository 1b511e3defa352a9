"""The map of heads kept beside the entries, so that a seal costs what is new since the last one, not the whole ledger.

`cache_heads` has the head of every stream and subject, `cache_nodes` the inner nodes of the sparse Merkle map over
them. Both are caches: they are brought up to date when a seal is made, from the entries alone, and checked against the
seal before; verify recomputes the map without them. A touched key costs O(log n) lookups; an append costs nothing.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from ledger.checks.subjects import Subject
from ledger.core.body import parse_body, stored_digest
from ledger.core.encoding import b64decode
from ledger.core.seal_map import EMPTY, KEY_BITS, Head, HeadProof, head_hash, inner_hash, stream_key, subject_key
from ledger.errors import BodyInvalid, ChainBroken, ProofInvalid
from ledger.events.trust import Sealed
from ledger.placement import SEALS
from ledger.store.derived import read_entries, read_entry, stated_subjects
from ledger.store.mapper import recorded
from ledger.store.schema import cache_statements

_ALL = 2**KEY_BITS
_GATHERED = 50_000
"""Heads that are gathered in memory before they are written."""


def new_heads(c: sqlite3.Cursor, since: int, size: int, *, with_subjects: bool) -> Iterator[Head]:
    """The heads at `size` entries of every stream and subject with an entry at positions since .. size - 1."""
    streams = "SELECT DISTINCT originator_id FROM stored_events WHERE rowid > ? AND rowid <= ?"
    for (stream,) in c.execute(streams, (since, size)).fetchall():
        row = _stream_head(c, stream, size)
        yield Head(stream_key(stream), row[0], row[1] - 1, row[2])
    if not with_subjects:
        return
    subjects = "SELECT DISTINCT kind, id FROM subjects WHERE position >= ? AND position < ?"
    for kind, id_ in c.execute(subjects, (since, size)).fetchall():
        row = _subject_head(c, kind, id_, size)
        yield Head(subject_key(kind, id_), row[0], row[1], row[2])


def derived_heads(c: sqlite3.Cursor, size: int, *, with_subjects: bool) -> tuple[bytes, bool]:
    """The root of the map at `size` entries, and whether the cached map had to be made anew for it.

    What follows the last seal is read from its bytes; of the cached map below it only what leads to the sealed root is
    believed. Raises ChainBroken or ProofInvalid where what the entries say does not hold together.
    """
    seal, sealed = _last_seal(c, size)
    if seal:
        touched = _read_touched(c, seal, size, with_subjects=with_subjects)
        _keep(c, (head for _, head in touched.values()))
        ordered = sorted((int.from_bytes(key, "big"), pair) for key, pair in touched.items())
        try:
            root = _refresh(c, [key for key, _ in ordered], 0, 0)
            before, after = _both(c, ordered, 0, 0)
            if (before[1], after[1]) == (sealed, root):
                return root, False
        except (LookupError, TypeError, ValueError):  # nodes are missing, or are none
            pass
    stale = bool(c.execute("SELECT 1 FROM cache_heads LIMIT 1").fetchone())
    c.execute("DELETE FROM cache_heads")
    c.execute("DELETE FROM cache_nodes")
    if seal:
        _fill(c, 0, seal, with_subjects=with_subjects)
        if _refresh(c, [], 0, 0) != sealed:
            raise ProofInvalid(
                "the seal at {} is not that of the entries before it; nothing is sealed; see: zeren verify", seal
            )
        c.execute("DELETE FROM cache_nodes")
    _fill(c, seal, size, with_subjects=with_subjects)
    return _refresh(c, [], 0, 0), stale


def _last_seal(c: sqlite3.Cursor, size: int) -> tuple[int, bytes]:
    """(position, root of the map) of the last seal below `size`, as its bytes state them; 0 where there is none."""
    sql = (
        "SELECT e.*, b.body FROM stored_events e JOIN bodies b ON b.position = e.rowid - 1"
        " WHERE e.originator_id = ? AND e.rowid <= ? ORDER BY e.rowid DESC LIMIT 1"
    )
    row = c.execute(sql, (SEALS, size)).fetchone()
    if row is None:
        return 0, EMPTY
    if not isinstance(row["body"], bytes):
        raise BodyInvalid("the body is not the one that entry {} was signed over", row["rowid"] - 1)
    entry, body = read_entry(row), parse_body(row["body"])
    if stored_digest(row["body"]) != entry.header.body:
        raise BodyInvalid("the body is not the one that entry {} was signed over", entry.header.position)
    sealed = recorded(entry, body).payload
    if not isinstance(sealed, Sealed) or sealed.size != entry.header.position:
        raise ChainBroken("the seal at {} does not say its own position", entry.header.position)
    return sealed.size, b64decode(sealed.heads)


_Pair: TypeAlias = tuple[Head | None, Head]


def _read_touched(c: sqlite3.Cursor, start: int, stop: int, *, with_subjects: bool) -> dict[bytes, _Pair]:
    """By key, the heads before and after the entries at start .. stop - 1; after, as the bytes of these say."""
    touched: dict[bytes, _Pair] = {}

    def before(key: bytes, stream: str | None, subject: Subject | None) -> Head | None:
        if stream is not None:
            row = _stream_head(c, stream, start)
            return None if row is None else Head(key, row[0], row[1] - 1, row[2])
        row = None if subject is None else _subject_head(c, *subject, start)
        return None if row is None else Head(key, row[0], row[1], row[2])

    for head, stream, subject in _heads_stated(c, start, stop, with_subjects=with_subjects):
        known = touched.get(head.key)
        first = known[0] if known is not None else before(head.key, stream, subject)
        _check_next(known[1] if known is not None else first, head)
        touched[head.key] = first, head
    return touched


def _fill(c: sqlite3.Cursor, start: int, stop: int, *, with_subjects: bool) -> None:
    """Brings the cached heads from `start` to `stop` entries, from the bytes of these, in bounded memory."""
    fresh: dict[bytes, Head] = {}
    cached = bool(start)
    for head, _stream, _subject in _heads_stated(c, start, stop, with_subjects=with_subjects):
        last = fresh.get(head.key)
        if last is None and cached:
            row = c.execute("SELECT key, count, position, leaf FROM cache_heads WHERE key = ?", (head.key,)).fetchone()
            last = None if row is None else Head(*row)
        _check_next(last, head)
        fresh[head.key] = head
        if len(fresh) >= _GATHERED:
            _keep(c, fresh.values())
            fresh, cached = {}, True
    _keep(c, fresh.values())


def _heads_stated(
    c: sqlite3.Cursor, start: int, stop: int, *, with_subjects: bool
) -> Iterator[tuple[Head, str | None, Subject | None]]:
    """The head of its stream and of each of its subjects that each entry at start .. stop - 1 states."""
    for entry, body in read_entries(c, start, stop):
        position, stream = entry.header.position, entry.header.stream
        yield Head(stream_key(stream), entry.header.version, position, entry.leaf_hash), stream, None
        for subject, number in stated_subjects(entry, body) if with_subjects else ():
            yield Head(subject_key(*subject), number, position, entry.leaf_hash), None, subject


def _check_next(last: Head | None, head: Head) -> None:
    if head.count != (0 if last is None else last.count) + 1:
        raise ChainBroken(
            "entry {}: its running number {} does not follow the {} before it; nothing is sealed; see: zeren verify",
            head.position,
            head.count,
            0 if last is None else last.count,
        )


def _keep(c: sqlite3.Cursor, heads: Iterable[Head]) -> None:
    rows = ((head.key, head.count, head.position, head.leaf) for head in heads)
    c.executemany("INSERT OR REPLACE INTO cache_heads VALUES (?,?,?,?)", rows)


def map_of(c: sqlite3.Cursor, size: int, *, with_subjects: bool) -> sqlite3.Connection:
    """The map at `size` entries in a temporary database, from the entries alone; for `path_of`. Close it."""
    scratch = sqlite3.connect("")  # a temporary database on disk
    for statement in cache_statements():
        scratch.execute(statement)
    for head in new_heads(c, 0, size, with_subjects=with_subjects):
        scratch.execute("INSERT INTO cache_heads VALUES (?,?,?,?)", (head.key, head.count, head.position, head.leaf))
    _refresh(scratch.cursor(), [], 0, 0)
    return scratch


def path_of(c: sqlite3.Cursor, key: bytes) -> HeadProof:
    """The path of a key in the map of `c`: its head or its absence. O(256) lookups; as good as the cache, so check it.

    Raises LookupError where an inner node is not cached.
    """
    siblings: list[bytes] = []
    low, number = 0, int.from_bytes(key, "big")
    while len(found := _first_two(c, len(siblings), low)) > 1:
        half = _ALL >> (len(siblings) + 1)
        middle = low + half
        low, other = (middle, low) if number >= middle else (low, middle)
        siblings.append(_cached(c, len(siblings) + 1, other))
    return HeadProof(tuple(siblings), Head(*found[0]) if found else None)


def roots_since(c: sqlite3.Cursor, old: int, new: int, *, with_subjects: bool) -> tuple[bytes, bytes]:
    """The roots of the map at `old` and at `new` entries, computed along the keys touched between them.

    All other hashes come from the cache and are the same for both: where the first root is the one that it should be,
    the second one is right too. Raises LookupError where the cache does not hold them.
    """
    touched: dict[int, tuple[Head | None, Head]] = {}
    for head in new_heads(c, old, new, with_subjects=with_subjects):
        touched[int.from_bytes(head.key, "big")] = (None, head)
    for head in _heads_before(c, old, new, with_subjects=with_subjects):
        touched[int.from_bytes(head.key, "big")] = (head, touched[int.from_bytes(head.key, "big")][1])
    before, after = _both(c, sorted(touched.items()), 0, 0)
    return before[1], after[1]


def _heads_before(c: sqlite3.Cursor, old: int, new: int, *, with_subjects: bool) -> Iterator[Head]:
    """The heads at `old` entries of every stream and subject with an entry at positions old .. new - 1."""
    streams = "SELECT DISTINCT originator_id FROM stored_events WHERE rowid > ? AND rowid <= ?"
    for (stream,) in c.execute(streams, (old, new)).fetchall():
        row = _stream_head(c, stream, old)
        if row is not None:
            yield Head(stream_key(stream), row[0], row[1] - 1, row[2])
    if not with_subjects:
        return
    subjects = "SELECT DISTINCT kind, id FROM subjects WHERE position >= ? AND position < ?"
    for kind, id_ in c.execute(subjects, (old, new)).fetchall():
        row = _subject_head(c, kind, id_, old)
        if row is not None:
            yield Head(subject_key(kind, id_), row[0], row[1], row[2])


_Subtree: TypeAlias = tuple[int, bytes]
"""(how many keys: 0, 1, or 2 for more; its hash)."""
_Touched: TypeAlias = list[tuple[int, tuple[Head | None, Head]]]


def _both(c: sqlite3.Cursor, touched: _Touched, depth: int, low: int) -> tuple[_Subtree, _Subtree]:
    """The subtree of keys from `low` on before and after what touched it."""
    found = _first_two(c, depth, low)
    if not touched:
        untouched = (len(found), _cached(c, depth, low))
        return untouched, untouched
    if len(touched) == 1 and len(found) <= 1:
        before, after = touched[0][1]
        return (0, EMPTY) if before is None else (1, head_hash(before)), (1, head_hash(after))
    middle = low + (_ALL >> (depth + 1))
    left = _both(c, [row for row in touched if row[0] < middle], depth + 1, low)
    right = _both(c, [row for row in touched if row[0] >= middle], depth + 1, middle)
    return _above(left[0], right[0]), _above(left[1], right[1])


def _above(left: _Subtree, right: _Subtree) -> _Subtree:
    """The subtree over two halves; one with a single key is that key's leaf, at any depth."""
    if left[0] + right[0] <= 1:
        return left if left[0] else right
    return 2, inner_hash(left[1], right[1])


def _stream_head(c: sqlite3.Cursor, stream: str, size: int) -> Any:
    """(version, rowid, leaf hash) of a stream's last entry below `size`; None where it has none."""
    return c.execute(
        "SELECT originator_version, rowid, leaf_hash FROM stored_events WHERE originator_id = ? AND rowid <= ?"
        " ORDER BY originator_version DESC LIMIT 1",
        (stream, size),
    ).fetchone()


def _subject_head(c: sqlite3.Cursor, kind: str, id_: str, size: int) -> Any:
    """(number, position, leaf hash) of the last entry below `size` about a subject; None where there is none."""
    return c.execute(
        "SELECT s.number, s.position, e.leaf_hash FROM subjects s JOIN stored_events e ON e.rowid = s.position + 1"
        " WHERE s.kind = ? AND s.id = ? AND s.position < ? ORDER BY s.number DESC LIMIT 1",
        (kind, id_, size),
    ).fetchone()


def _cached(c: sqlite3.Cursor, depth: int, low: int) -> bytes:
    found = _first_two(c, depth, low)
    if len(found) < 2:
        return head_hash(Head(*found[0])) if found else EMPTY
    row = c.execute("SELECT hash FROM cache_nodes WHERE depth = ? AND low = ?", (depth, _bytes(low))).fetchone()
    if row is None:
        raise LookupError(depth, low)
    return bytes(row[0])


def _first_two(c: sqlite3.Cursor, depth: int, low: int) -> list[tuple[bytes, int, int, bytes]]:
    sql = "SELECT key, count, position, leaf FROM cache_heads WHERE key >= ? AND key <= ? ORDER BY key LIMIT 2"
    return [tuple(row) for row in c.execute(sql, (_bytes(low), _bytes(low + (_ALL >> depth) - 1)))]


def _refresh(c: sqlite3.Cursor, touched: list[int], depth: int, low: int) -> bytes:
    """The hash of the subtree of keys low .. low + 2^(256 - depth) - 1, its touched part computed anew."""
    first_two = _first_two(c, depth, low)
    if not first_two:
        return EMPTY
    if len(first_two) == 1:
        return head_hash(Head(*first_two[0]))
    if not touched:
        row = c.execute("SELECT hash FROM cache_nodes WHERE depth = ? AND low = ?", (depth, _bytes(low))).fetchone()
        if row is not None:
            return bytes(row[0])
    middle = low + (_ALL >> (depth + 1))
    left = _refresh(c, [key for key in touched if key < middle], depth + 1, low)
    right = _refresh(c, [key for key in touched if key >= middle], depth + 1, middle)
    computed = inner_hash(left, right)
    c.execute("INSERT OR REPLACE INTO cache_nodes VALUES (?,?,?)", (depth, _bytes(low), computed))
    return computed


def _bytes(key: int) -> bytes:
    return key.to_bytes(KEY_BITS // 8, "big")
