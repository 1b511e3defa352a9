"""Whether each cell is stored as what its column holds: SQLite keeps a text in a column of bytes without a word.

Every other check reads bytes as bytes and numbers as numbers, so this one comes first.
"""

from ledger.application import Ledger
from ledger.errors import Invalid
from ledger.verify.damaged import noting
from ledger.verify.ledger_report import LedgerReport


def check_cells(ledger: Ledger, report: LedgerReport, start: int) -> None:
    """Names the tables with cells of another storage class, at positions from `start`, and where the first one is."""
    raw = ledger.store.raw
    for table in raw.tables:
        with noting(report):
            count, first = raw.mistyped(table, start)
            if count:
                report.add(Invalid("{} rows of {} are not stored as the kinds of value they hold", count, table), first)
