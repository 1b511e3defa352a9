"""Every cell of a ledger's database, and the file itself, for verification."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ledger.checks.subjects import Subject
from ledger.core.seal_map import StreamHead, stream_key, subject_key
from ledger.errors import Invalid
from ledger.store.sqlite.ledger_tables import SCHEMA, schema_faults
from ledger.store.sqlite.scratch import rising

_ENTRY = (
    "SELECT e.rowid - 1 AS position, CAST(e.originator_id AS BLOB) AS stream,"
    " CAST(e.originator_version AS INTEGER) AS version, CAST(e.topic AS BLOB) AS type,"
    " CAST(e.recorded_at AS BLOB) AS recorded_at, CAST(e.previous AS BLOB) AS previous,"
    " CAST(e.leaf_hash AS BLOB) AS leaf_hash, coalesce(CAST(e.entry AS BLOB), x'') AS entry,"
    " CAST(b.body AS BLOB) AS body FROM stored_events e LEFT JOIN bodies b ON b.position = e.rowid - 1"
)
"""Whatever kind of value stands in a cell (`mistyped` tells), it is read as bytes: no text has to be one."""
_PLACES = {"stored_events": "rowid - 1", "bodies": "position", "subjects": "position", "refs": "position"}
"""Tables of which each row belongs to the entry at a position."""
_INDEXES = {
    "subjects": "SELECT kind, id, number, position FROM subjects WHERE position >= ?",
    "refs": "SELECT ref, position FROM refs WHERE position >= ?",
    "erasures": "SELECT position, erased_by FROM erasures WHERE erased_by >= ?",
}


class RawRows:
    """The cells of one database; faults of single cells are the reader's to find, those of pages are Damaged."""

    tables: Sequence[str] = (*_PLACES, "tiles", "checkpoints", "erasures")

    def __init__(self, rows: Callable[..., list[Any]], each: Callable[..., Iterator[Any]]) -> None:
        self._rows, self._each = rows, each

    # --- the file ---

    def schema_faults(self) -> list[Invalid]:
        """How tables, indexes and triggers differ from those of this version."""
        return schema_faults(tuple(row) for row in self._rows(SCHEMA))

    def page_faults(self, most: int) -> list[str]:
        """What SQLite's own check finds: damaged pages, rows that an index lacks or invents; it stops after `most`."""
        found = (str(row[0]) for row in self._rows(f"PRAGMA integrity_check({most:d})"))
        return [" ".join(text.split()) for text in found if text != "ok"]

    def mistyped(self, table: str, start: int) -> tuple[int, int | None]:
        """How many rows at positions from `start` hold another kind of value than their columns; the first one."""
        columns = self._rows(f"PRAGMA table_info({table})")
        wrong = " OR ".join(f"typeof({column['name']}) != '{column['type'].lower()}'" for column in columns)
        place = _PLACES.get(table, "NULL")
        within = f" AND {place} >= {start:d}" if table in _PLACES else ""
        row = self._rows(f"SELECT count(*) AS n, min({place}) AS first FROM {table} WHERE ({wrong}){within}")[0]
        return row["n"], row["first"] if isinstance(row["first"], int) else None

    # --- entries ---

    def entries(self, start: int, limit: int) -> list[Any]:
        """Whole rows from position `start`, with all texts as bytes."""
        return self._rows(f"{_ENTRY} WHERE e.rowid > ? ORDER BY e.rowid LIMIT ?", (start, limit))

    def entry(self, position: int) -> list[Any]:
        """The whole row at a position, if there is one."""
        return self._rows(f"{_ENTRY} WHERE e.rowid = ?", (position + 1,))

    def gaps(self, start: int) -> list[str]:
        """The streams, of those with entries from position `start` on, whose versions are not 1, 2, 3 ..."""
        if not start:
            return self._streams(
                "SELECT originator_id AS stream, count(*) AS n, max(originator_version) AS last,"
                " min(originator_version) AS first FROM stored_events"
                " GROUP BY originator_id HAVING n != last OR first != 1"
            )
        return self._streams(
            "SELECT originator_id AS stream, count(*) AS n, max(originator_version) AS last FROM stored_events"
            " WHERE originator_id IN (SELECT DISTINCT originator_id FROM stored_events WHERE rowid > ?)"
            " GROUP BY originator_id HAVING n != last",
            start,
        )

    def _streams(self, statement: str, *values: int) -> list[str]:
        return [row["stream"] for row in self._rows(statement, values)]

    def outside(
        self, start: int, stop: int, bound: str, *, early: bool, most: int
    ) -> tuple[int, list[tuple[int, str]]]:
        """How many entries at start .. stop - 1 say to be recorded before (or after) `bound`; the first of them."""
        where = f"FROM stored_events WHERE rowid > ? AND rowid <= ? AND recorded_at {'<' if early else '>'} ?"
        values = (start, stop, bound)
        count = int(self._rows(f"SELECT count(*) AS n {where}", values)[0]["n"])
        if not count:
            return 0, []
        statement = f"SELECT rowid - 1 AS position, recorded_at {where} ORDER BY rowid LIMIT ?"
        return count, [(row["position"], row["recorded_at"]) for row in self._rows(statement, (*values, most))]

    # --- beside the entries ---

    def bodies_alone(self) -> int:
        """How many bodies stand without an entry."""
        statement = "SELECT count(*) AS n FROM bodies WHERE position NOT IN (SELECT rowid - 1 FROM stored_events)"
        return int(self._rows(statement)[0]["n"])

    def index(self, table: str, start: int) -> Iterator[tuple[Any, ...]]:
        """The rows of an index table that entries from position `start` on give rise to, one by one."""
        return (tuple(row) for row in self._each(_INDEXES[table], (start,)))

    def numbered(self, subject: Subject) -> tuple[int, int]:
        """(how many rows, highest running number) of a subject."""
        statement = "SELECT count(*) AS n, coalesce(max(number), 0) AS last FROM subjects WHERE kind = ? AND id = ?"
        row = self._rows(statement, subject)[0]
        return row["n"], row["last"]

    def tiles(self) -> set[tuple[int, int]]:
        """(level, number) of every stored tile."""
        return {(row["level"], row["number"]) for row in self._rows("SELECT level, number FROM tiles")}

    def tile(self, level: int, number: int) -> tuple[Any, Any] | None:
        """(hashes, root) of a stored tile."""
        statement = "SELECT hashes, root FROM tiles WHERE level = ? AND number = ?"
        for row in self._rows(statement, (level, number)):
            return row["hashes"], row["root"]
        return None

    def checkpoints(self, start: int = 0) -> list[tuple[int, Any]]:
        """(size, note) of the stored checkpoints from a size on, the smallest first."""
        rows = self._rows("SELECT size, note FROM checkpoints WHERE size >= ? ORDER BY size", (start,))
        return [(row["size"], row["note"]) for row in rows]

    def heads(self, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
        """The heads at `size` entries, by rising key, from entries and subject rows alone, in constant memory."""
        return rising(self._heads(size, with_subjects=with_subjects))

    def _heads(self, size: int, *, with_subjects: bool) -> Iterator[StreamHead]:
        streams = (
            "SELECT originator_id, max(originator_version) AS count, max(rowid) - 1 AS position FROM stored_events"
            " WHERE rowid <= ? GROUP BY originator_id"
        )
        for row in self._each(streams, (size,)):
            yield self._head(stream_key(row["originator_id"]), row)
        if not with_subjects:
            return
        subjects = (
            "SELECT kind, id, max(number) AS count, max(position) AS position FROM subjects"
            " WHERE position < ? GROUP BY kind, id"
        )
        for row in self._each(subjects, (size,)):
            yield self._head(subject_key(row["kind"], row["id"]), row)

    def _head(self, key: bytes, row: Any) -> StreamHead:
        found = self._rows("SELECT leaf_hash FROM stored_events WHERE rowid = ?", (row["position"] + 1,))
        return StreamHead(key, row["count"], row["position"], found[0][0] if found else bytes(32))
