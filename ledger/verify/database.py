"""The database file itself: its pages, and tables, indexes and triggers as they were released.

Every question trusts SQLite to find the rows that are there: through an index that lost some, a revocation is not seen;
a foreign trigger writes what nobody signed. So the file is read whole here, by SQLite's own check, index against table.
"""

from ledger.application import Ledger
from ledger.errors import Damaged, Incomplete, ZerenError
from ledger.verify.ledger_report import LedgerReport

MOST = 20
"""Faults of pages that are named one by one; SQLite stops after them."""


def check_file(ledger: Ledger, report: LedgerReport, *, pages: bool = True) -> None:
    """Names damaged pages, rows that an index lacks or invents, and every difference from the released schema.

    The cost of `pages` grows with the file: who asks for what is new alone is told that they were not looked at.
    """
    try:
        for fault in ledger.store.raw.schema_faults():
            report.add(fault)
        if not pages:
            report.not_checked.append(Incomplete("the pages and indexes of the database file as a whole"))
            return
        for text in ledger.store.raw.page_faults(MOST):
            report.add(Damaged("the database file: {}", text))
    except ZerenError as error:
        report.add(error)
