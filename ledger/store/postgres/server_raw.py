"""Every cell of a ledger on a server, and its schema, for verification."""

from collections.abc import Sequence

from ledger.errors import Invalid
from ledger.store.postgres.schema import catalogue, schema_faults
from ledger.store.shared_cells import Cells


class ServerRows(Cells):
    """The cells of one ledger; a server keeps each as the kind of value that its column has (`schema_faults`)."""

    tables: Sequence[str] = ("entries", "bodies", "subjects", "refs", "tiles", "checkpoints", "erasures")
    _entry = (
        "SELECT e.position AS position, convert_to(e.stream, 'UTF8') AS stream, e.version AS version,"
        " convert_to(e.type, 'UTF8') AS type, convert_to(e.recorded_at, 'UTF8') AS recorded_at,"
        " e.previous AS previous, e.leaf_hash AS leaf_hash, e.entry AS entry, b.body AS body"
        " FROM entries e LEFT JOIN bodies b ON b.position = e.position"
    )

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
