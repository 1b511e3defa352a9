"""Question: which obligations are owed, by whom, with which status, as known at a moment and judged as on a day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.errors import BadInput
from ledger.recording.moments import period_in, read_period
from projections.facts.protocol import Facts, day
from projections.facts.values import Citation, Instance, Period
from projections.obligations import StandingDuty, obligations, standing, uncounted
from projections.obligations.table import table

STATUSES = (
    *("met", "met_with_gap", "met_late_declared", "late", "partly_unmet", "partly_doubtful", "doubtful", "unmet"),
    *("late_provisional", "not_applicable", "not_due"),
)
OVERDUE = ("unmet", "partly_unmet", "doubtful", "partly_doubtful")
"""What was due and stands undone, or done in a way that is doubted."""
_BY_NAME = re.compile(r"once|\d{4} (mid-year|second half|year-end)", re.ASCII)
"""Periods of duties that have no days of their own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Limits of the question; None or empty does not limit. `owner`, `unit` are ids; `coming` is a number of days."""

    period: str | None = None
    owner: str | None = None
    unit: str | None = None
    statuses: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    overdue: bool = False
    coming: int | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """The answer. `uncounted` are acts that claim an obligation of which no instance looked at them."""

    judged_on: date
    known_at: datetime | None
    instances: tuple[Instance, ...]
    standing: tuple[StandingDuty, ...]
    uncounted: tuple[tuple[str, Citation], ...]


def judging_day(facts: Facts, today: date, on: date | None = None) -> date:
    """The day as on which to judge: the one asked for, else the rule set's or today, not after the known moment."""
    if on is not None:
        return on
    stated = facts.rules.judged_on or today
    return min(stated, day(facts, facts.as_of)) if facts.as_of is not None else stated


def owed(facts: Facts, wanted: Wanted, judged_on: date) -> Owed:
    """What is owed, within limits. Raises BadInput for a period, status or obligation that does not exist."""
    check_wanted(wanted)
    found = obligations(facts, judged_on=judged_on, ids=wanted.ids or None)
    limited = wanted != Wanted(ids=wanted.ids)
    during = _days(wanted.period) if wanted.period is not None else None
    duties = standing(facts, judged_on=judged_on, during=during)
    return Owed(
        judged_on=judged_on,
        known_at=facts.known_at,
        instances=tuple(row for row in found if _fits(row, wanted, judged_on)),
        standing=tuple(row for row in duties if not wanted.ids or row.obligation in wanted.ids),
        uncounted=() if limited else uncounted(facts, judged_on=judged_on),
    )


def check_wanted(wanted: Wanted) -> None:
    """Raises BadInput where a limit names what does not exist."""
    for status in wanted.statuses:
        if status not in STATUSES:
            raise BadInput("{!r} is no status of an obligation; statuses are {}", status, ", ".join(STATUSES))
    for id_ in wanted.ids:
        if id_ not in table().obligations:
            raise BadInput("{!r} is no obligation; the ids are those of: zeren rules show", id_)
    if wanted.period is not None:
        _days(wanted.period)


def _days(period: str) -> Period | None:
    """The days of a period such as `2024H1`; None for one known by its name alone. Raises BadInput."""
    if _BY_NAME.fullmatch(period):
        return None
    found = read_period(period)
    return Period(found.first, found.last)


def _fits(row: Instance, wanted: Wanted, judged_on: date) -> bool:
    if wanted.owner is not None and wanted.owner not in (row.owner, row.subject):
        return False
    if wanted.unit is not None and wanted.unit not in set(units_of(row)):
        return False
    if wanted.statuses and row.status not in wanted.statuses:
        return False
    if wanted.overdue and not is_overdue(row):
        return False
    if wanted.coming is not None and not is_coming(row, judged_on, wanted.coming):
        return False
    return wanted.period is None or _of_period(row, wanted.period)


def units_of(row: Instance) -> Iterator[str]:
    """The units that an instance is about, or that owe it."""
    if row.unit is not None:
        yield row.unit
    yield row.owner
    yield from row.not_covered
    for pair in row.pairs:
        yield from units_of(pair)


def is_overdue(row: Instance) -> bool:
    """Whether it was due and stands undone."""
    return row.status in OVERDUE


def is_coming(row: Instance, on: date, days: int) -> bool:
    """Whether it is still to be done and falls due within so many days."""
    return row.status == "not_due" and row.due is not None and on <= row.due <= on + timedelta(days=days)


def _of_period(row: Instance, period: str) -> bool:
    """By its name, as a part of the year, or for what has no period by the day on which it falls due."""
    if row.period is not None:
        read = period_in(period)
        name = read.name if read is not None else period
        return row.period == name or (len(name) == 4 and row.period.startswith(name))
    days = _days(period)
    on = row.due or row.since
    return days is not None and on is not None and on in days
