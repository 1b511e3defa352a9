"""The cached map of heads, in two tables of SQLite's.

`cache_heads` has the head of every stream and subject, `cache_nodes` the inner nodes of the sparse Merkle map over
them. Never evidence: what comes from here is as good as the root that it leads to. A touched key costs O(log n)
lookups.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ledger.core.seal_map import EMPTY, KEY_BITS, HeadProof, StreamHead, head_hash, inner_hash
from ledger.store.sqlite.ledger_tables import cache_statements

_ALL = 2**KEY_BITS
_Subtree: TypeAlias = tuple[int, bytes]
"""(how many keys: 0, 1, or 2 for more; its hash)."""
_Touched: TypeAlias = list[tuple[int, tuple[StreamHead | None, StreamHead]]]


class HeadMap:
    """The map in the tables that a cursor reaches."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._c = cursor

    @classmethod
    def apart(cls, connection: sqlite3.Connection) -> "HeadMap":
        """An empty map in a database of its own."""
        for statement in cache_statements():
            connection.execute(statement)
        return cls(connection.cursor())

    # --- heads ---

    def is_empty(self) -> bool:
        """Whether no head is cached."""
        return not self._c.execute("SELECT 1 FROM cache_heads LIMIT 1").fetchone()

    def head(self, key: bytes) -> StreamHead | None:
        """The cached head of a key."""
        statement = "SELECT key, count, position, leaf FROM cache_heads WHERE key = ?"
        row = self._c.execute(statement, (key,)).fetchone()
        return None if row is None else StreamHead(*row)

    def keep(self, heads: Iterable[StreamHead]) -> None:
        """Takes heads in, in the place of earlier ones."""
        rows = ((head.key, head.count, head.position, head.leaf) for head in heads)
        self._c.executemany("INSERT OR REPLACE INTO cache_heads VALUES (?,?,?,?)", rows)

    def drop(self, keys: Iterable[bytes]) -> None:
        """Forgets the heads of these keys."""
        self._c.executemany("DELETE FROM cache_heads WHERE key = ?", ((key,) for key in keys))

    def clear(self) -> None:
        """Forgets everything."""
        self._c.execute("DELETE FROM cache_heads")
        self.clear_nodes()

    def clear_nodes(self) -> None:
        """Forgets the inner nodes."""
        self._c.execute("DELETE FROM cache_nodes")

    # --- roots and paths ---

    def root(self, touched: Iterable[bytes] = ()) -> bytes:
        """The root, computed anew along the touched keys; nodes that are missing are made."""
        return self._refresh(sorted(map(_number, touched)), 0, 0)

    def roots(self, touched: Mapping[bytes, tuple[StreamHead | None, StreamHead]]) -> tuple[bytes, bytes]:
        """The roots before and after what touched these keys, from the same cached hashes. Raises LookupError."""
        before, after = self._both(sorted((_number(key), both) for key, both in touched.items()), 0, 0)
        return before[1], after[1]

    def path(self, key: bytes) -> HeadProof:
        """The path of a key: its head or its absence, unchecked, in O(256) lookups. Raises LookupError."""
        siblings: list[bytes] = []
        low, number = 0, _number(key)
        while len(found := self._first_two(len(siblings), low)) > 1:
            half = _ALL >> (len(siblings) + 1)
            middle = low + half
            low, other = (middle, low) if number >= middle else (low, middle)
            siblings.append(self._cached(len(siblings) + 1, other))
        return HeadProof(tuple(siblings), StreamHead(*found[0]) if found else None)

    def _both(self, touched: _Touched, depth: int, low: int) -> tuple[_Subtree, _Subtree]:
        """The subtree of keys from `low` on before and after what touched it."""
        found = self._first_two(depth, low)
        if not touched:
            untouched = (len(found), self._cached(depth, low))
            return untouched, untouched
        if len(touched) == 1 and len(found) <= 1:
            before, after = touched[0][1]
            return (0, EMPTY) if before is None else (1, head_hash(before)), (1, head_hash(after))
        middle = low + (_ALL >> (depth + 1))
        left = self._both([row for row in touched if row[0] < middle], depth + 1, low)
        right = self._both([row for row in touched if row[0] >= middle], depth + 1, middle)
        return _above(left[0], right[0]), _above(left[1], right[1])

    def _refresh(self, touched: list[int], depth: int, low: int) -> bytes:
        """The hash of the subtree of keys low .. low + 2^(256 - depth) - 1, its touched part computed anew."""
        first_two = self._first_two(depth, low)
        if not first_two:
            return EMPTY
        if len(first_two) == 1:
            return head_hash(StreamHead(*first_two[0]))
        if not touched:
            node = self._node(depth, low)
            if node is not None:
                return node
        middle = low + (_ALL >> (depth + 1))
        left = self._refresh([key for key in touched if key < middle], depth + 1, low)
        right = self._refresh([key for key in touched if key >= middle], depth + 1, middle)
        computed = inner_hash(left, right)
        self._c.execute("INSERT OR REPLACE INTO cache_nodes VALUES (?,?,?)", (depth, _bytes(low), computed))
        return computed

    def _cached(self, depth: int, low: int) -> bytes:
        found = self._first_two(depth, low)
        if len(found) < 2:
            return head_hash(StreamHead(*found[0])) if found else EMPTY
        node = self._node(depth, low)
        if node is None:
            raise LookupError(depth, low)
        return node

    def _node(self, depth: int, low: int) -> bytes | None:
        statement = "SELECT hash FROM cache_nodes WHERE depth = ? AND low = ?"
        row = self._c.execute(statement, (depth, _bytes(low))).fetchone()
        return None if row is None else bytes(row[0])

    def _first_two(self, depth: int, low: int) -> list[tuple[bytes, int, int, bytes]]:
        statement = (
            "SELECT key, count, position, leaf FROM cache_heads WHERE key >= ? AND key <= ? ORDER BY key LIMIT 2"
        )
        bounds = (_bytes(low), _bytes(low + (_ALL >> depth) - 1))
        return [tuple(row) for row in self._c.execute(statement, bounds)]


def _above(left: _Subtree, right: _Subtree) -> _Subtree:
    """The subtree over two halves; one with a single key is that key's leaf, at any depth."""
    if left[0] + right[0] <= 1:
        return left if left[0] else right
    return 2, inner_hash(left[1], right[1])


def _number(key: bytes) -> int:
    return int.from_bytes(key, "big")


def _bytes(key: int) -> bytes:
    return key.to_bytes(KEY_BITS // 8, "big")
