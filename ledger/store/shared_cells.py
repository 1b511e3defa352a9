"""What verification reads of every store alike: index rows, numbers, tiles, checkpoints and heads as they are stored.

In the SQL that all stores share (`named_reads`); what a store has of its own stands beside it: `sqlite.raw`,
`postgres.server_raw`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from ledger.checks.subjects import Subject
from ledger.core.seal_map import StreamHead, stream_key, subject_key

_INDEXES = {
    "subjects": "SELECT s.kind, s.id, s.number, s.position FROM subjects s WHERE s.position >= ?",
    "refs": "SELECT r.ref, r.position FROM refs r WHERE r.position >= ?",
    "erasures": "SELECT x.position, x.erased_by FROM erasures x WHERE x.erased_by >= ?",
}
_LEAVES = "JOIN entries e ON e.position = m.position"
_STREAMS = (
    "SELECT m.stream AS stream, m.count AS count, m.position AS position, e.leaf_hash AS leaf FROM"
    " (SELECT e.stream AS stream, max(e.version) AS count, max(e.position) AS position FROM entries e"
    f" WHERE e.position < ? GROUP BY e.stream) m {_LEAVES}"
)
_SUBJECTS = (
    "SELECT m.kind AS kind, m.id AS id, m.count AS count, m.position AS position, e.leaf_hash AS leaf FROM"
    " (SELECT s.kind AS kind, s.id AS id, max(s.number) AS count, max(s.position) AS position FROM subjects s"
    f" WHERE s.position < ? GROUP BY s.kind, s.id) m {_LEAVES}"
)


class Cells:
    """The cells of one ledger, of which none is believed."""

    _entry: ClassVar[str]
    """Selects whole rows, all texts as bytes, from `entries e` and `bodies b`."""

    def __init__(
        self,
        rows: Callable[..., list[Any]],
        each: Callable[..., Iterator[Any]],
        rising: Callable[[Iterable[StreamHead]], Iterator[StreamHead]],
    ) -> None:
        """`rising` sorts heads by their keys in constant memory."""
        self._rows, self._each, self._rising = rows, each, rising

    # --- entries ---

    def entries(self, start: int, limit: int) -> list[Any]:
        """Whole rows from position `start`, with all texts as bytes."""
        return self._rows(f"{self._entry} WHERE e.position >= ? ORDER BY e.position LIMIT ?", (start, limit))

    def entry(self, position: int) -> list[Any]:
        """The whole row at a position, if there is one."""
        return self._rows(f"{self._entry} WHERE e.position = ?", (position,))

    def gaps(self, start: int) -> list[str]:
        """The streams, of those with entries from position `start` on, whose versions are not 1, 2, 3 ..."""
        touched = "WHERE e.stream IN (SELECT DISTINCT e.stream FROM entries e WHERE e.position >= ?)" if start else ""
        rows = self._rows(
            f"SELECT e.stream AS stream FROM entries e {touched} GROUP BY e.stream"
            " HAVING count(*) <> max(e.version) OR min(e.version) <> 1",
            (start,) if start else (),
        )
        return [row["stream"] for row in rows]

    def outside(
        self, start: int, stop: int, bound: str, *, early: bool, most: int
    ) -> tuple[int, list[tuple[int, str]]]:
        """How many entries at start .. stop - 1 say to be recorded before (or after) `bound`; the first of them."""
        sign = "<" if early else ">"
        where = f"FROM entries e WHERE e.position >= ? AND e.position < ? AND e.recorded_at {sign} ?"
        values = (start, stop, bound)
        count = int(self._rows(f"SELECT count(*) AS n {where}", values)[0]["n"])
        if not count:
            return 0, []
        statement = f"SELECT e.position AS position, e.recorded_at AS at {where} ORDER BY e.position LIMIT ?"
        return count, [(row["position"], row["at"]) for row in self._rows(statement, (*values, most))]

    # --- beside the entries ---

    def bodies_alone(self) -> int:
        """How many bodies stand without an entry."""
        statement = (
            "SELECT count(*) AS n FROM bodies b LEFT JOIN entries e ON e.position = b.position WHERE e.position IS NULL"
        )
        return int(self._rows(statement)[0]["n"])

    def index(self, table: str, start: int) -> Iterator[tuple[Any, ...]]:
        """The rows of an index table that entries from position `start` on give rise to, one by one."""
        return (tuple(row) for row in self._each(_INDEXES[table], (start,)))

    def numbered(self, subject: Subject) -> tuple[int, int]:
        """(how many rows, highest running number) of a subject."""
        statement = (
            "SELECT count(*) AS n, coalesce(max(s.number), 0) AS last FROM subjects s WHERE s.kind = ? AND s.id = ?"
        )
        row = self._rows(statement, subject)[0]
        return row["n"], row["last"]

    def tiles(self) -> set[tuple[int, int]]:
        """(level, number) of every stored tile."""
        rows = self._rows("SELECT t.level AS level, t.number AS number FROM tiles t")
        return {(row["level"], row["number"]) for row in rows}

    def tile(self, level: int, number: int) -> tuple[Any, Any] | None:
        """(hashes, root) of a stored tile."""
        statement = "SELECT t.hashes AS hashes, t.root AS root FROM tiles t WHERE t.level = ? AND t.number = ?"
        for row in self._rows(statement, (level, number)):
            return row["hashes"], row["root"]
        return None

    def checkpoints(self, start: int = 0) -> list[tuple[int, Any]]:
        """(size, note) of the stored checkpoints from a size on, the smallest first."""
        statement = "SELECT k.size AS size, k.note AS note FROM checkpoints k WHERE k.size >= ? ORDER BY k.size"
        return [(row["size"], row["note"]) for row in self._rows(statement, (start,))]

    def heads(self, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
        """The heads at `size` entries, by rising key, from entries and subject rows alone, in constant memory."""
        return self._rising(self._heads(size, with_subjects=with_subjects))

    def _heads(self, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
        for row in self._each(_STREAMS, (size,)):
            yield StreamHead(stream_key(row["stream"]), row["count"], row["position"], row["leaf"])
        for row in self._each(_SUBJECTS, (size,)) if with_subjects else ():
            yield StreamHead(subject_key(row["kind"], row["id"]), row["count"], row["position"], row["leaf"])
