"""Every cell of a ledger on a server, and its schema, for verification."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ledger.checks.subjects import Subject
from ledger.core.seal_map import StreamHead, stream_key, subject_key
from ledger.errors import Invalid
from ledger.store.postgres.schema import catalogue, schema_faults
from ledger.store.sqlite.scratch import rising

_ENTRY = (
    "SELECT e.position AS position, convert_to(e.stream, 'UTF8') AS stream, e.version AS version,"
    " convert_to(e.type, 'UTF8') AS type, convert_to(e.recorded_at, 'UTF8') AS recorded_at, e.previous AS previous,"
    " e.leaf_hash AS leaf_hash, e.entry AS entry, b.body AS body"
    " FROM entries e LEFT JOIN bodies b ON b.position = e.position"
)
_INDEXES = {
    "subjects": "SELECT s.kind, s.id, s.number, s.position FROM subjects s WHERE s.position >= ?",
    "refs": "SELECT r.ref, r.position FROM refs r WHERE r.position >= ?",
    "erasures": "SELECT x.position, x.erased_by FROM erasures x WHERE x.erased_by >= ?",
}


class ServerRows:
    """The cells of one ledger; a server keeps each as the kind of value that its column has (`schema_faults`)."""

    tables: Sequence[str] = ("entries", "bodies", "subjects", "refs", "tiles", "checkpoints", "erasures")

    def __init__(self, rows: Callable[..., list[Any]], each: Callable[..., Iterator[Any]]) -> None:
        self._rows, self._each = rows, each

    # --- the server ---

    def schema_faults(self) -> list[Invalid]:
        """How the schema differs from that of this version: tables, indexes, triggers, functions, grants."""
        return schema_faults(tuple(row) for row in self._rows(catalogue()))

    def page_faults(self, most: int) -> list[str]:
        """How often the server itself found a page that is not what it had written (with data checksums)."""
        counted = self._rows(
            "SELECT coalesce(d.checksum_failures, 0) AS n FROM pg_stat_database d WHERE d.datname = current_database()"
        )
        return [f"the server found damaged pages: {row['n']}" for row in counted if row["n"]][:most]

    def mistyped(self, table: str, start: int) -> tuple[int, int | None]:
        """None: a column of a server's holds nothing of another kind."""
        del table, start
        return 0, None

    # --- entries ---

    def entries(self, start: int, limit: int) -> list[Any]:
        """Whole rows from position `start`, with all texts as bytes."""
        return self._rows(f"{_ENTRY} WHERE e.position >= ? ORDER BY e.position LIMIT ?", (start, limit))

    def entry(self, position: int) -> list[Any]:
        """The whole row at a position, if there is one."""
        return self._rows(f"{_ENTRY} WHERE e.position = ?", (position,))

    def gaps(self, start: int) -> list[str]:
        """The streams, of those with entries from position `start` on, whose versions are not 1, 2, 3 ..."""
        rows = self._rows(
            "SELECT e.stream AS stream FROM entries e"
            " WHERE e.stream IN (SELECT DISTINCT e.stream FROM entries e WHERE e.position >= ?) GROUP BY e.stream"
            " HAVING count(*) <> max(e.version) OR min(e.version) <> 1",
            (start,),
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
        return rising(self._heads(size, with_subjects=with_subjects))

    def _heads(self, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
        streams = (
            "SELECT e.stream AS stream, max(e.version) AS count, max(e.position) AS position FROM entries e"
            " WHERE e.position < ? GROUP BY e.stream"
        )
        for row in self._each(streams, (size,)):
            yield self._head(stream_key(row["stream"]), row)
        if not with_subjects:
            return
        subjects = (
            "SELECT s.kind AS kind, s.id AS id, max(s.number) AS count, max(s.position) AS position FROM subjects s"
            " WHERE s.position < ? GROUP BY s.kind, s.id"
        )
        for row in self._each(subjects, (size,)):
            yield self._head(subject_key(row["kind"], row["id"]), row)

    def _head(self, key: bytes, row: Any) -> StreamHead:
        found = self._rows("SELECT e.leaf_hash AS leaf FROM entries e WHERE e.position = ?", (row["position"],))
        return StreamHead(key, row["count"], row["position"], found[0]["leaf"] if found else bytes(32))
