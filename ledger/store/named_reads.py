"""The named reads of a ledger: what the rest of the program asks its store, each written once for all stores.

The statements are in the SQL that SQLite and PostgreSQL share, over `entries` (position, stream, version, type,
recorded_at, previous, leaf_hash, entry), `bodies`, `subjects`, `refs`, `tiles`, `checkpoints` and `erasures`; a store
runs them (`rows`). Positions count from 0 (FORMAT.md section 1). Whatever is read here beside entry and body repeats
what these say; nothing that is signed rests on it alone.

Long because every read that a store answers stands here, once for all stores.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ledger.core.tiles import WIDTH
from ledger.errors import Damaged

Rows = Callable[[str, Sequence[Any]], list[Any]]
"""Runs one statement; a row gives its columns by name and by number."""
ALL = 2**62
"""A limit or a position beyond every ledger."""
SPARSE = (
    *("ledger.opened/1", "policy.adopted/1", "anchor.recorded/1"),
    *("person.registered/1", "unit.registered/1", "post.registered/1", "case.opened/1", "lead.received/1"),
)
"""Types that every opening of a ledger looks for, beside `key.*`: few among many, so they have their own index."""
_FORMAT, _UNIT, _PERSON = ("ledger/main", "ledger/main"), ("unit/", "unit0"), ("person/", "person0")
ELSEWHERE = {"format.adopted/1": _FORMAT, "unit.renamed/1": _UNIT, "person.renamed/1": _PERSON}
"""Types of later lists that openings look for too, which that index lacks: from and to which stream they stand."""
_BYTES = "CAST(e.entry AS BLOB) AS entry, CAST(b.body AS BLOB) AS body"
"""Whatever the owner of a store made of the cells."""
_BOTH = "entries e JOIN bodies b ON b.position = e.position"
_EVENT = (
    f"SELECT e.position AS position, e.stream AS stream, e.version AS version, e.type AS type, {_BYTES} FROM {_BOTH}"
)


def types_are(types: Iterable[str], *, keys: bool = False) -> str:
    """The condition that an entry `e` is of one of these types (of SPARSE), or any of `key.*`.

    Written so that a store sees that the partial index holds all of them; types are constants, never input. Raises
    ValueError for another type: every entry would be read for it.
    """
    wanted = list(types)
    if not set(wanted) <= set(SPARSE):
        raise ValueError(f"no index finds {' '.join(set(wanted) - set(SPARSE))}")
    return "(" + " OR ".join([*(f"e.type = '{each}'" for each in wanted), *(["e.type LIKE 'key.%'"] * keys)]) + ")"


def _bytes_of(row: Any) -> tuple[bytes, bytes]:
    """Entry and stored body of a row. Raises Damaged where a cell holds nothing, as a damaged page gives it."""
    if row["entry"] is None or row["body"] is None:
        raise Damaged("an entry holds nothing where its bytes should be: pages of the database are damaged")
    return row["entry"], row["body"]


TOGETHER = 500
"""Entries that are read by one statement."""


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


class Reads(Protocol):
    """Reads of one ledger, each in a state of its own unless one is held."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a shared statement on one consistent state."""

    def _positions(self, statement: str, *values: Any) -> list[int]:
        return [int(row["p"]) for row in self.rows(statement, values)]

    # --- entries ---

    def size(self) -> int:
        """Number of entries, by the highest position."""
        found = self._positions("SELECT e.position AS p FROM entries e ORDER BY e.position DESC LIMIT 1")
        return found[0] + 1 if found else 0

    def has(self, position: int) -> bool:
        """Whether an entry stands at this position."""
        return bool(self.rows("SELECT 1 AS n FROM entries e WHERE e.position = ?", (position,)))

    def entry(self, position: int) -> tuple[bytes, bytes] | None:
        """(entry, stored body) at a position."""
        for row in self.rows(f"SELECT {_BYTES} FROM {_BOTH} WHERE e.position = ?", (position,)):
            return _bytes_of(row)
        return None

    def some(self, positions: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
        """(entry, stored body) by position, of those that are there."""
        found = {}
        for first in range(0, len(positions), TOGETHER):
            asked = positions[first : first + TOGETHER]
            statement = f"SELECT e.position AS p, {_BYTES} FROM {_BOTH} WHERE e.position IN ({_marks(asked)})"
            found.update({row["p"]: _bytes_of(row) for row in self.rows(statement, asked)})
        return found

    def entries(self, start: int, count: int) -> list[bytes]:
        """The bytes of `count` entries from position `start`."""
        statement = (
            "SELECT e.entry AS entry FROM entries e WHERE e.position >= ? AND e.position < ? ORDER BY e.position"
        )
        return [row["entry"] for row in self.rows(statement, (start, start + count))]

    def leaf_hash(self, position: int) -> bytes | None:
        """The leaf hash that is stored beside the entry at a position."""
        for row in self.rows("SELECT e.leaf_hash AS leaf FROM entries e WHERE e.position = ?", (position,)):
            leaf: bytes = row["leaf"]
            return leaf
        return None

    def body(self, position: int) -> bytes | None:
        """The stored body of the entry at a position."""
        rows = self.rows("SELECT b.body AS body FROM bodies b WHERE b.position = ?", (position,))
        return bytes(rows[0]["body"]) if rows else None

    def events(self, start: int, stop: int | None = None, limit: int = ALL, types: Sequence[str] = ()) -> list[Any]:
        """(position, stream, version, type, entry, body) of the entries at start .. stop - 1 of these types, or all."""
        where, values = "e.position >= ?", [start]
        if stop is not None:
            where, values = f"{where} AND e.position < ?", [*values, stop]
        if types:
            where = f"{where} AND e.type IN ({_marks(types)})"
        return self.rows(f"{_EVENT} WHERE {where} ORDER BY e.position LIMIT ?", (*values, *types, limit))

    # --- types ---

    def of_types(
        self, types: Iterable[str], start: int = 0, stop: int | None = None, *, keys: bool = False
    ) -> list[tuple[int, bytes, bytes]]:
        """(position, entry, stored body) at start .. stop - 1 of these types (of SPARSE or ELSEWHERE), and of `key.*`.

        In order, and without reading the entries between them.
        """
        wanted = list(types)
        later = [each for each in wanted if each in ELSEWHERE]
        bounds = [("e.position >= ?", start)] if start else []  # one bound at most, so that the index by type serves
        bounds += [("e.position < ?", stop)] if stop is not None else []
        where = " AND ".join(
            [*(bound for bound, _ in bounds), types_are((each for each in wanted if each not in ELSEWHERE), keys=keys)]
        )
        statement = f"SELECT e.position AS position, {_BYTES} FROM {_BOTH} WHERE {where} ORDER BY e.position"
        found = self.rows(statement, [value for _, value in bounds])
        for each in later:
            found += self._elsewhere(each, start, stop)
        rows = [(row["position"], *_bytes_of(row)) for row in found]
        return sorted(rows) if later else rows

    def _elsewhere(self, type_name: str, start: int, stop: int | None) -> list[Any]:
        """The entries of a type by the streams where they stand, or by position where only what is new is asked."""
        statement = f"SELECT e.position AS position, {_BYTES} FROM {_BOTH} WHERE e.type = ? AND "
        if start:
            found = self.rows(f"{statement} e.position >= ?", (type_name, start))
        else:
            found = self.rows(f"{statement} e.stream >= ? AND e.stream <= ?", (type_name, *ELSEWHERE[type_name]))
        return [row for row in found if stop is None or row["position"] < stop]

    def last_of_types(self, types: Iterable[str], limit: int = ALL) -> list[tuple[bytes, bytes]]:
        """(entry, stored body) of the last entries of these types (of SPARSE), the highest first."""
        where = f"{types_are(types)} ORDER BY e.position DESC LIMIT ?"
        found = self._positions(f"SELECT e.position AS p FROM entries e WHERE {where}", limit)
        return [both for position in found if (both := self.entry(position)) is not None]

    def of_types_in(self, streams: Sequence[str], types: Sequence[str]) -> list[tuple[bytes, bytes]]:
        """(entry, stored body) of the entries of these types in these streams, in order."""
        where = f"e.stream IN ({_marks(streams)}) AND e.type IN ({_marks(types)})"
        rows = self.rows(f"SELECT {_BYTES} FROM {_BOTH} WHERE {where} ORDER BY e.position", (*streams, *types))
        return [_bytes_of(row) for row in rows]

    def backwards(self, type_name: str, below: int, down_to: int, limit: int) -> list[int]:
        """At most `limit` positions of a type in down_to .. below - 1, the highest first."""
        return self._positions(
            "SELECT e.position AS p FROM entries e WHERE e.position < ? AND e.position >= ? AND e.type = ?"
            " ORDER BY e.position DESC LIMIT ?",
            *(below, down_to, type_name, limit),
        )

    # --- streams ---

    def version(self, stream: str) -> int:
        """The version that a stream stands at; 0 where it is none."""
        statement = "SELECT coalesce(max(e.version), 0) AS n FROM entries e WHERE e.stream = ?"
        return int(self.rows(statement, (stream,))[0]["n"])

    def stream(self, stream: str, start: int = 0, stop: int = ALL) -> list[int]:
        """The positions of a stream's entries in start .. stop - 1, in order."""
        return self._positions(
            "SELECT e.position AS p FROM entries e WHERE e.stream = ? AND e.position >= ? AND e.position < ?"
            " ORDER BY e.position",
            *(stream, start, stop),
        )

    def stream_backwards(self, stream: str, limit: int = ALL) -> list[int]:
        """The last positions of a stream, the highest first; all by default."""
        statement = "SELECT e.position AS p FROM entries e WHERE e.stream = ? ORDER BY e.version DESC LIMIT ?"
        return self._positions(statement, stream, limit)

    def stream_events(
        self, stream: str, *, above: int = 0, upto: int = ALL, backwards: bool = False, limit: int = ALL
    ) -> list[Any]:
        """As `events`, of one stream by its versions above + 1 .. upto."""
        where = "e.stream = ? AND e.version > ? AND e.version <= ?"
        order = "DESC" if backwards else "ASC"
        statement = f"{_EVENT} WHERE {where} ORDER BY e.version {order} LIMIT ?"
        return self.rows(statement, (stream, above, upto, limit))

    def last_of(self, stream: str, stop: int = ALL) -> int | None:
        """The position of a stream's last entry below `stop`; None where it has none."""
        found = self._positions(
            "SELECT e.position AS p FROM entries e WHERE e.stream = ? AND e.position < ?"
            " ORDER BY e.position DESC LIMIT 1",
            *(stream, stop),
        )
        return found[0] if found else None

    def last_beside(self, placed: Sequence[tuple[str, str]], stop: int = ALL) -> int | None:
        """The position of the last entry below `stop` that is none of these: (stream, type). None where all are."""
        where = " AND ".join("NOT (e.stream = ? AND e.type = ?)" for _ in placed)
        statement = f"SELECT e.position AS p FROM entries e WHERE {where} AND e.position < ?"
        named = [name for pair in placed for name in pair]
        found = self._positions(f"{statement} ORDER BY e.position DESC LIMIT 1", *named, stop)
        return found[0] if found else None

    # --- numbers, subjects, erasures ---

    def of_ref(self, ref: str, limit: int = 20) -> list[int]:
        """The first positions of entries with this human number, or this file's digest, in order."""
        statement = "SELECT r.position AS p FROM refs r WHERE r.ref = ? ORDER BY r.position LIMIT ?"
        return self._positions(statement, ref, limit)

    def late_refs(self, limit: int) -> list[str]:
        """Human numbers, those of the last entries first."""
        statement = "SELECT r.ref AS ref FROM refs r GROUP BY r.ref ORDER BY max(r.position) DESC LIMIT ?"
        return [str(row["ref"]) for row in self.rows(statement, (limit,))]

    def about(self, kind: str, id_: str, stop: int) -> list[int]:
        """The positions below `stop` of the entries about a subject, in order."""
        return self._positions(
            "SELECT s.position AS p FROM subjects s WHERE s.kind = ? AND s.id = ? AND s.position < ? ORDER BY s.number",
            *(kind, id_, stop),
        )

    def number_below(self, kind: str, id_: str, stop: int) -> int:
        """The highest running number of a subject below a position."""
        where = "s.kind = ? AND s.id = ? AND s.position < ?"
        return int(
            self.rows(f"SELECT coalesce(max(s.number), 0) AS n FROM subjects s WHERE {where}", (kind, id_, stop))[0][
                "n"
            ]
        )

    def erasures(self, position: int) -> list[int]:
        """The positions of the erasures of the entry at a position."""
        statement = "SELECT x.erased_by AS p FROM erasures x WHERE x.position = ? ORDER BY x.erased_by"
        return self._positions(statement, position)

    def signed(self, person: str, start: int, stop: int) -> bool:
        """Whether a line of this person stands under an entry at start .. stop - 1, by what the entries say."""
        statement = (
            "SELECT 1 AS n FROM entries e WHERE e.position >= ? AND e.position < ? AND instr(e.entry, ?) > 0 LIMIT 1"
        )
        return bool(self.rows(statement, (start, stop, f'"{person}+'.encode("ascii"))))

    def erased(self) -> list[int]:
        """The positions of the entries of which something was erased."""
        return self._positions("SELECT DISTINCT x.position AS p FROM erasures x ORDER BY x.position")

    def holding_field(self, name: str) -> list[tuple[int, bytes]]:
        """(position, stored body) of the entries whose bodies have this field, the last one first: each is read."""
        statement = (
            "SELECT b.position AS position, b.body AS body FROM bodies b WHERE instr(b.body, ?) > 0"
            " ORDER BY b.position DESC"
        )
        return [(row["position"], row["body"]) for row in self.rows(statement, (f'"{name}":"'.encode("ascii"),))]

    # --- tree and checkpoints ---

    def tile(self, level: int, number: int) -> bytes | None:
        """The stored hashes of a full tile."""
        statement = "SELECT t.hashes AS hashes FROM tiles t WHERE t.level = ? AND t.number = ?"
        rows = self.rows(statement, (level, number))
        return bytes(rows[0]["hashes"]) if rows else None

    def hashes(self, level: int, number: int, width: int) -> list[bytes]:
        """The first `width` hashes of a tile, from leaf hashes (level 0) or from the roots of the tiles below."""
        first = number * WIDTH
        if level == 0:
            statement = (
                "SELECT e.leaf_hash AS hash FROM entries e WHERE e.position >= ? AND e.position < ? ORDER BY e.position"
            )
            return [row[0] for row in self.rows(statement, (first, first + width))]
        statement = (
            "SELECT t.root AS hash FROM tiles t WHERE t.level = ? AND t.number >= ? AND t.number < ? ORDER BY t.number"
        )
        return [row[0] for row in self.rows(statement, (level - 1, first, first + width))]

    def checkpoints(self, *, above: int = -1, limit: int = ALL) -> list[tuple[int, bytes]]:
        """(size, note) of the stored checkpoints larger than `above`, the largest first."""
        statement = (
            "SELECT k.size AS size, k.note AS note FROM checkpoints k WHERE k.size > ? ORDER BY k.size DESC LIMIT ?"
        )
        return [(int(row["size"]), bytes(row["note"])) for row in self.rows(statement, (above, limit))]

    def checkpoint(self, size: int) -> bytes | None:
        """The stored checkpoint note of this size."""
        rows = self.rows("SELECT k.note AS note FROM checkpoints k WHERE k.size = ?", (size,))
        return bytes(rows[0]["note"]) if rows else None
