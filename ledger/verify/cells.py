"""Whether each cell is stored as what its column holds: SQLite keeps a text in a column of bytes without a word.

Every other check reads bytes as bytes and numbers as numbers, so this one comes first.
"""

from ledger.application import Ledger
from ledger.errors import Invalid
from ledger.verify.reading import noting
from ledger.verify.report import Report

_PLACES = {"stored_events": "rowid - 1", "bodies": "position", "subjects": "position", "refs": "position"}
"""Tables of which each row belongs to the entry at a position."""
_OTHERS = ("tiles", "checkpoints", "erasures")


def check_cells(ledger: Ledger, report: Report, start: int) -> None:
    """Names the tables with cells of another storage class, at positions from `start`, and where the first one is."""
    for table in (*_PLACES, *_OTHERS):
        with noting(report):
            _check_table(ledger, report, table, start)


def _check_table(ledger: Ledger, report: Report, table: str, start: int) -> None:
    columns = ledger.recorder.rows(f"PRAGMA table_info({table})")
    wrong = " OR ".join(f"typeof({column['name']}) != '{column['type'].lower()}'" for column in columns)
    place = _PLACES.get(table, "NULL")
    within = f" AND {place} >= {start}" if table in _PLACES else ""
    sql = f"SELECT count(*) AS n, min({place}) AS first FROM {table} WHERE ({wrong}){within}"
    row = ledger.recorder.rows(sql)[0]
    if row["n"]:
        where = row["first"] if isinstance(row["first"], int) else None
        report.add(Invalid("{} rows of {} are not stored as the kinds of value they hold", row["n"], table), where)
