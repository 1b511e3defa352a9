"""Reading what may be damaged: what cannot be read is a finding where it lies, and what follows it is read still."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import PersistenceError

from ledger.application import Ledger
from ledger.errors import Damaged, Invalid, ZerenError
from ledger.verify.report import Report

PAGE = 500
_READ = (
    "SELECT e.rowid, CAST(e.originator_id AS BLOB) AS originator_id, CAST(e.originator_version AS INTEGER)"
    " AS originator_version, CAST(e.topic AS BLOB) AS topic, CAST(e.recorded_at AS BLOB) AS recorded_at,"
    " CAST(e.previous AS BLOB) AS previous, CAST(e.leaf_hash AS BLOB) AS leaf_hash,"
    " coalesce(CAST(e.entry AS BLOB), x'') AS entry,"
    " CAST(b.body AS BLOB) AS body FROM stored_events e LEFT JOIN bodies b ON b.position = e.rowid - 1"
)
"""Whatever kind of value stands in a cell (`cells` names it), it is read as bytes: no text has to be one."""


@contextmanager
def noting(report: Report, position: int | None = None) -> Iterator[None]:
    """What goes wrong inside is a finding at this position: a value is not what it should be, a page cannot be read."""
    try:
        yield
    except ZerenError as error:
        report.add(error, position)
    except (
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        AttributeError,
        sqlite3.Error,
        PersistenceError,
    ) as error:
        report.add(Invalid("what is stored is not what belongs there: {}", repr(error)), position)


def rows_from(ledger: Ledger, report: Report, after: int, total: int) -> Iterator[Any]:
    """The stored entries from position `after` on, page by page; one by one where a page of the file is damaged."""
    while True:
        try:
            rows = ledger.recorder.rows(f"{_READ} WHERE e.rowid > ? ORDER BY e.rowid LIMIT ?", (after, PAGE))
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
        after = rows[-1]["rowid"]


def _one_by_one(ledger: Ledger, report: Report, start: int, stop: int) -> Iterator[Any]:
    lost: list[int] = []
    for position in range(start, stop):
        try:
            found = ledger.recorder.rows(f"{_READ} WHERE e.rowid = ?", (position + 1,))
        except Damaged:
            lost.append(position)
        else:
            yield from found
    if lost:
        report.add(
            Damaged("{} entries cannot be read: their pages are damaged; the last is {}", len(lost), lost[-1]), lost[0]
        )
