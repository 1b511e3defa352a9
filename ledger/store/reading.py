"""The named reads of a ledger's database: what the rest of the program asks the store, each once.

Positions count from 0 (FORMAT.md section 1); only this room knows that SQLite's row numbers are one higher. Whatever is
read here beside entry and body repeats what these say; nothing that is signed rests on it alone.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ledger.store.schema import topics_are

Rows = Callable[[str, Sequence[Any]], list[Any]]
_EVENTS = "stored_events e JOIN bodies b ON b.position = e.rowid - 1"


class StoreReading:
    """Reads of one ledger, each in a state of its own; `rows` runs one statement."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    # --- entries ---

    def size(self) -> int:
        """Number of entries, by the highest position."""
        return int(self._rows("SELECT coalesce(max(rowid), 0) AS n FROM stored_events", ())[0]["n"])

    def has(self, position: int) -> bool:
        """Whether an entry stands at this position."""
        return bool(self._rows("SELECT 1 FROM stored_events WHERE rowid = ?", (position + 1,)))

    def entries(self, start: int, count: int) -> list[bytes]:
        """The bytes of `count` entries from position `start`."""
        sql = "SELECT entry FROM stored_events WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
        return [row["entry"] for row in self._rows(sql, (start, start + count))]

    def body(self, position: int) -> bytes | None:
        """The stored body of the entry at a position."""
        rows = self._rows("SELECT body FROM bodies WHERE position = ?", (position,))
        return bytes(rows[0]["body"]) if rows else None

    def of_types(self, topics: Iterable[str], start: int) -> list[tuple[bytes, bytes]]:
        """(entry, stored body) of the entries of these types (of `schema.SPARSE`) from position `start`, in order."""
        where = f"e.rowid > ? AND {topics_are(topics)}"
        rows = self._rows(f"SELECT e.entry, b.body FROM {_EVENTS} WHERE {where} ORDER BY e.rowid", (start,))
        return [(row["entry"], row["body"]) for row in rows]

    def last_of_types(self, topics: Iterable[str], limit: int) -> list[tuple[bytes, bytes]]:
        """(entry, stored body) of the last entries of these types (of `schema.SPARSE`), the highest first; -1 = all."""
        found = self._positions(
            f"SELECT e.rowid - 1 AS p FROM stored_events e WHERE {topics_are(topics)} ORDER BY e.rowid DESC LIMIT ?",
            limit,
        )
        sql = f"SELECT e.entry, b.body FROM {_EVENTS} WHERE e.rowid = ?"
        return [(row["entry"], row["body"]) for position in found for row in self._rows(sql, (position + 1,))]

    def of_types_in(self, streams: tuple[str, str], topics: tuple[str, str]) -> list[tuple[bytes, bytes]]:
        """(entry, stored body) of the entries of two types in two streams, in order."""
        where = "e.originator_id IN (?, ?) AND e.topic IN (?, ?)"
        rows = self._rows(f"SELECT e.entry, b.body FROM {_EVENTS} WHERE {where} ORDER BY e.rowid", (*streams, *topics))
        return [(row["entry"], row["body"]) for row in rows]

    def backwards(self, topic: str, below: int, down_to: int, limit: int) -> list[int]:
        """At most `limit` positions of a type in down_to .. below - 1, the highest first."""
        where = "rowid <= ? AND rowid > ? AND topic = ? ORDER BY rowid DESC LIMIT ?"
        return self._positions(f"SELECT rowid - 1 AS p FROM stored_events WHERE {where}", below, down_to, topic, limit)

    # --- streams ---

    def version(self, stream: str) -> int:
        """The version that a stream stands at; 0 where it is none."""
        sql = "SELECT coalesce(max(originator_version), 0) AS n FROM stored_events WHERE originator_id = ?"
        return int(self._rows(sql, (stream,))[0]["n"])

    def stream(self, stream: str, start: int = 0, stop: int | None = None) -> list[int]:
        """The positions of a stream's entries in start .. stop - 1, in order."""
        where = "originator_id = ? AND rowid > ? AND rowid <= ? ORDER BY rowid"
        end = self.size() if stop is None else stop
        return self._positions(f"SELECT rowid - 1 AS p FROM stored_events WHERE {where}", stream, start, end)

    def stream_backwards(self, stream: str, limit: int = -1) -> list[int]:
        """The last positions of a stream, the highest first; all by default."""
        where = "originator_id = ? ORDER BY originator_version DESC LIMIT ?"
        return self._positions(f"SELECT rowid - 1 AS p FROM stored_events WHERE {where}", stream, limit)

    def last_of(self, stream: str, stop: int | None = None) -> int | None:
        """The position of a stream's last entry below `stop`; None where it has none."""
        sql = "SELECT max(rowid) - 1 AS p FROM stored_events WHERE originator_id = ? AND rowid <= ?"
        found = self._rows(sql, (stream, self.size() if stop is None else stop))[0]["p"]
        return None if found is None else int(found)

    def last_outside(self, streams: tuple[str, str]) -> int | None:
        """The position of the last entry that stands in neither of these streams; None where all do."""
        where = "originator_id NOT IN (?, ?) ORDER BY rowid DESC LIMIT 1"
        found = self._positions(f"SELECT rowid - 1 AS p FROM stored_events WHERE {where}", *streams)
        return found[0] if found else None

    def anything_outside(self, stream: str, start: int, stop: int) -> bool:
        """Whether an entry at start .. stop - 1 stands outside this stream."""
        sql = "SELECT 1 FROM stored_events WHERE rowid > ? AND rowid <= ? AND originator_id != ? LIMIT 1"
        return bool(self._rows(sql, (start, stop, stream)))

    def opening(self, pattern: str) -> list[int]:
        """The positions of the first entries of the streams whose names fit a GLOB pattern, in order."""
        where = "originator_id GLOB ? AND originator_version = 1 ORDER BY rowid"
        return self._positions(f"SELECT rowid - 1 AS p FROM stored_events WHERE {where}", pattern)

    # --- numbers, subjects, erasures ---

    def of_ref(self, ref: str, limit: int = 20) -> list[int]:
        """The first positions of entries with this human number, or this file's digest, in order."""
        return self._positions("SELECT position AS p FROM refs WHERE ref = ? ORDER BY position LIMIT ?", ref, limit)

    def late_refs(self, limit: int) -> list[str]:
        """Human numbers, those of the last entries first."""
        sql = "SELECT DISTINCT ref FROM refs ORDER BY position DESC LIMIT ?"
        return [str(row["ref"]) for row in self._rows(sql, (limit,))]

    def about(self, kind: str, id_: str, stop: int) -> list[int]:
        """The positions below `stop` of the entries about a subject, in order."""
        sql = "SELECT position AS p FROM subjects WHERE kind = ? AND id = ? AND position < ? ORDER BY number"
        return self._positions(sql, kind, id_, stop)

    def erasures(self, position: int) -> list[int]:
        """The positions of the erasures of the entry at a position."""
        return self._positions("SELECT erased_by AS p FROM erasures WHERE position = ? ORDER BY erased_by", position)

    # --- tree and checkpoints ---

    def tile(self, level: int, number: int) -> bytes | None:
        """The stored hashes of a full tile."""
        rows = self._rows("SELECT hashes FROM tiles WHERE level = ? AND number = ?", (level, number))
        return bytes(rows[0]["hashes"]) if rows else None

    def checkpoints(self, *, above: int = -1, limit: int = -1) -> list[tuple[int, bytes]]:
        """(size, note) of the stored checkpoints larger than `above`, the largest first."""
        sql = "SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size DESC LIMIT ?"
        return [(int(row["size"]), bytes(row["note"])) for row in self._rows(sql, (above, limit))]

    def checkpoint(self, size: int) -> bytes | None:
        """The stored checkpoint note of this size."""
        rows = self._rows("SELECT note FROM checkpoints WHERE size = ?", (size,))
        return bytes(rows[0]["note"]) if rows else None

    def _positions(self, sql: str, *values: Any) -> list[int]:
        return [int(row["p"]) for row in self._rows(sql, values)]
