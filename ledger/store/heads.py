"""The map of heads kept beside the entries, so that a seal costs what is new since the last one, not the whole ledger.

`cache_heads` has the head of every stream and subject, `cache_nodes` the inner nodes of the sparse Merkle map over
them. Both are caches: they are brought up to date when a seal is made, from the entries alone, and verify recomputes
the map without them. A touched key costs O(log n) lookups; an append costs nothing.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any, TypeAlias

from ledger.core.seal_map import EMPTY, KEY_BITS, Head, HeadProof, head_hash, inner_hash, stream_key, subject_key
from ledger.store.schema import cache_statements

_ALL = 2**KEY_BITS


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


def refresh_heads(c: sqlite3.Cursor, size: int, *, with_subjects: bool) -> bytes:
    """Brings the cached map up to `size` entries and gives its root."""
    since = c.execute("SELECT coalesce(max(position), -1) + 1 FROM cache_heads").fetchone()[0]
    touched = []
    for head in new_heads(c, since, size, with_subjects=with_subjects):
        c.execute(
            "INSERT OR REPLACE INTO cache_heads VALUES (?,?,?,?)", (head.key, head.count, head.position, head.leaf)
        )
        touched.append(int.from_bytes(head.key, "big"))
    return _refresh(c, sorted(touched), 0, 0)


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
