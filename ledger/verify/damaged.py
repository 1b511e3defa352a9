"""Reading what may be damaged: what cannot be read is a finding where it lies, and what follows it is read still."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ledger.application import Ledger
from ledger.errors import Damaged, Invalid, ZerenError
from ledger.store.faults import CELL_FAULTS
from ledger.verify.ledger_report import LedgerReport

PAGE = 500


@contextmanager
def noting(report: LedgerReport, position: int | None = None) -> Iterator[None]:
    """What goes wrong inside is a finding at this position: a value is not what it should be, a page cannot be read."""
    try:
        yield
    except ZerenError as error:
        report.add(error, position)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, *CELL_FAULTS) as error:
        report.add(Invalid("what is stored is not what belongs there: {}", repr(error)), position)


def rows_from(ledger: Ledger, report: LedgerReport, after: int, total: int) -> Iterator[Any]:
    """The stored entries from position `after` on, page by page; one by one where a page of the file is damaged."""
    while True:
        try:
            rows = ledger.store.raw.entries(after, PAGE)
        except Damaged:
            stop = min(after + PAGE, total)
            rows = list(_one_by_one(ledger, report, after, stop))
            if after >= total:
                return
            after = stop
            yield from rows
            continue
        if not rows:
            return
        yield from rows
        following = max(row["position"] for row in rows) + 1
        if following <= after:  # or it would read the same page for ever
            report.add(Damaged("the entries do not stand by rising position: pages of the database are damaged"))
            return
        after = following


def _one_by_one(ledger: Ledger, report: LedgerReport, start: int, stop: int) -> Iterator[Any]:
    lost: list[int] = []
    for position in range(start, stop):
        try:
            found = ledger.store.raw.entry(position)
        except Damaged:
            lost.append(position)
        else:
            yield from found
    if lost:
        report.add(
            Damaged("{} entries cannot be read: their pages are damaged; the last is {}", len(lost), lost[-1]), lost[0]
        )
