"""Every cell of a ledger's database, and the file itself, for verification."""

from collections.abc import Sequence

from ledger.errors import Invalid
from ledger.store.shared_cells import Cells
from ledger.store.sqlite.ledger_tables import SCHEMA, schema_faults

_PLACES = {"stored_events": "rowid - 1", "bodies": "position", "subjects": "position", "refs": "position"}
"""Tables of which each row belongs to the entry at a position."""


class RawRows(Cells):
    """The cells of one database; faults of single cells are the reader's to find, those of pages are Damaged."""

    tables: Sequence[str] = (*_PLACES, "tiles", "checkpoints", "erasures")
    _entry = (
        "SELECT e.position AS position, CAST(e.stream AS BLOB) AS stream, CAST(e.version AS INTEGER) AS version,"
        " CAST(e.type AS BLOB) AS type, CAST(e.recorded_at AS BLOB) AS recorded_at,"
        " CAST(e.previous AS BLOB) AS previous, CAST(e.leaf_hash AS BLOB) AS leaf_hash,"
        " coalesce(CAST(e.entry AS BLOB), x'') AS entry, CAST(b.body AS BLOB) AS body"
        " FROM entries e LEFT JOIN bodies b ON b.position = e.position"
    )
    """Whatever kind of value stands in a cell (`mistyped` tells), it is read as bytes: no text has to be one."""

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
