"""Question: which obligations are owed, by whom, with which status, as known at a moment and judged as on a day."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.recording.likely import near
from ledger.recording.moments import period_in, read_period
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Instance, Period
from projections.obligations import StandingDuty, obligations, standing, uncounted
from projections.obligations.table import table
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of

STATUSES = (
    *("met", "met_with_gap", "met_late_declared", "late", "partly_unmet", "partly_doubtful", "doubtful", "unmet"),
    *("late_provisional", "not_applicable", "not_due"),
)
OVERDUE = ("unmet", "partly_unmet", "doubtful", "partly_doubtful")
"""What was due and stands undone, or done in a way that is doubted."""
MOST_DAYS = 3660
"""How far ahead can be asked."""
_BY_NAME = re.compile(r"once|\d{4} (mid-year|second half|year-end)", re.ASCII)
"""Periods of duties that have no days of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFilter(Judged):
    """Limits of the question; None or empty does not limit. Persons and units are named by id, number or name."""

    obligation: tuple[str, ...] = ()
    owner: str | None = None
    """Who owes it, or whom it is about."""
    unit: str | None = None
    """The unit that it concerns."""
    of_unit: str | None = None
    """The unit that it belongs to, as the heat map counts it: that which the owner heads, else the body he sits in."""
    period: str | None = None
    """`2024`, `2024H1`, `2024Q3`, or a name such as `2024 mid-year`."""
    half: str | None = None
    """The half-year in which it falls due, `2024H1`."""
    status: tuple[str, ...] = ()
    overdue: bool = False
    upcoming: int | None = None
    """Still to be done, and due within so many days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRow(Instance):
    """One instance, with its title, its owner's name, and where the heat map counts it."""

    title: str
    owner_name: str
    of_unit: str | None
    """The unit that it belongs to: that which the owner heads, else the body that he sits in."""
    half: str
    """The half-year in which it falls due; "" for one without a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow(StandingDuty):
    """A standing duty with its title and its evidence; it is never scored."""

    title: str


@dataclass(frozen=True, slots=True)
class Uncounted:
    """An act that claims an obligation of which no instance looked at it."""

    obligation: str
    entry: Citation


@dataclass(frozen=True, slots=True)
class Obligations:
    """The answer: the instances within the limits, in the order of the table.

    `standing` are the duties that are listed and never scored. `uncounted` is empty where anything but the obligation
    limits the question.
    """

    judged_on: date
    known_at: datetime | None
    items: tuple[ObligationRow, ...]
    standing: tuple[StandingRow, ...]
    uncounted: tuple[Uncounted, ...]


def owed(over: Over, wanted: ObligationFilter) -> Obligations:
    """What is owed, within limits. Raises BadInput for a limit that names what does not exist."""
    facts, judged, wanted = over.facts, over.judging_day(wanted), settled(over.facts, wanted)
    during = _days(wanted.period) if wanted.period is not None else None
    ids = frozenset(wanted.obligation)
    limits = replace(wanted, obligation=(), known_at=None, entries=None, judged_on=None)
    return Obligations(
        judged_on=judged,
        known_at=facts.known_at,
        items=tuple(rows(over, wanted, judged)),
        standing=tuple(row for row in _standing(over, judged, during) if not ids or row.obligation in ids),
        uncounted=tuple(
            Uncounted(id_, entry)
            for id_, entry in (() if limits != ObligationFilter() else _uncounted(over, judged))
            if not ids or id_ in ids
        ),
    )


def _uncounted(over: Over, judged: date) -> tuple[tuple[str, Citation], ...]:
    found: tuple[tuple[str, Citation], ...] = over.keep(
        ("uncounted", judged), lambda: uncounted(over.facts, judged_on=judged)
    )
    return found


def evidence(over: Over, wanted: Judged) -> tuple[StandingRow, ...]:
    """The standing duties with all their evidence, without looking at what is owed by a day."""
    return tuple(_standing(over, over.judging_day(wanted), None))


def _standing(over: Over, judged: date, during: Period | None) -> Iterator[StandingRow]:
    found: tuple[StandingDuty, ...] = over.keep(
        ("standing", judged, during), lambda: standing(over.facts, judged_on=judged, during=during)
    )
    for duty in found:
        yield StandingRow(**_members(duty), title=over.explain.title(duty.obligation))


def rows(over: Over, wanted: ObligationFilter, judged: date) -> Iterator[ObligationRow]:
    """The rows within the limits of a filter that is settled."""
    coming = Period(judged, judged + timedelta(days=wanted.upcoming)) if wanted.upcoming is not None else None
    places = _places(over)
    for instance in instances(over, judged, wanted.obligation, wanted.owner, coming):
        if _fits(instance, wanted, judged):
            row = obligation_row(over, instance, places)
            if wanted.of_unit in (None, row.of_unit) and wanted.half in (None, row.half):
                yield row


def instances(
    over: Over, judged: date, ids: tuple[str, ...] = (), owner: str | None = None, falling: Period | None = None
) -> tuple[Instance, ...]:
    """Every instance of these obligations, or that this owner owes or that is about him, or that falls due in these
    days; kept where the reader's side keeps what takes long."""
    wanted, owners = frozenset(ids) or None, frozenset({owner}) if owner is not None else None
    found: tuple[Instance, ...] = over.keep(
        ("obligations", judged, wanted, owners, falling),
        lambda: obligations(over.facts, judged_on=judged, ids=wanted, owners=owners, about=True, falling=falling),
    )
    return found


def obligation_row(over: Over, instance: Instance, places: dict[object, str] | None = None) -> ObligationRow:
    """An instance as answers show it; `places` are asked for once where many are shown."""
    explain = over.explain
    return ObligationRow(
        **_members(instance),
        title=explain.title(instance.obligation),
        owner_name=explain.name(instance.owner),
        of_unit=_belongs_to(over, instance, _places(over) if places is None else places) or None,
        half=half_of(instance.due),
    )


def _members(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _places(over: Over) -> dict[object, str]:
    """Where who held which post on a day belonged, as far as it was looked up."""
    known: dict[object, str] = over.keep("places", dict)
    return known


def _belongs_to(over: Over, row: Instance, known: dict[object, str]) -> str:
    """The unit that an instance belongs to: that which the owner heads, else the body that he sits in."""
    facts = over.facts
    if row.unit is not None:
        return row.unit
    if row.owner in facts.units:
        return row.owner
    key = (row.owner, row.post, row.due)
    if key not in known:
        held = facts.tenures(person=row.owner, on=row.due, undisputed=True) if row.due is not None else ()
        over_units = (t.scope[0] for t in held if row.post in (t.role, t.post) and t.scope)
        known[key] = next(over_units, facts.party_group or "")
    return known[key]


def half_of(on: date | None) -> str:
    """`2024H1`, `2024H2`; "" for an obligation without a day."""
    return f"{on.year}H{1 if on.month <= 6 else 2}" if on is not None else ""


def settled(facts: Facts, wanted: ObligationFilter) -> ObligationFilter:
    """The filter with ids for what it names. Raises BadInput where a limit names what does not exist."""
    for status in wanted.status:
        if status not in STATUSES:
            raise BadInput("{!r} is no status of an obligation; statuses are {}", status, ", ".join(STATUSES))
    for id_ in wanted.obligation:
        if id_ not in table().obligations:
            like = ", ".join(near(id_, table().obligations))
            raise BadInput("{!r} is no obligation; perhaps {}; all stand in: zeren rules show", id_, like)
    if wanted.period is not None:
        _days(wanted.period)
    if wanted.upcoming is not None and not 0 <= wanted.upcoming <= MOST_DAYS:
        raise BadInput("from 0 to {} days can be asked about, not {}", MOST_DAYS, wanted.upcoming)
    return replace(
        wanted,
        half=_half(wanted.half) if wanted.half is not None else None,
        owner=party_of(facts, wanted.owner) if wanted.owner is not None else None,
        unit=party_of(facts, wanted.unit, "unit") if wanted.unit is not None else None,
        of_unit=party_of(facts, wanted.of_unit, "unit") if wanted.of_unit is not None else None,
    )


def _half(text: str) -> str:
    found = period_in(text)
    if found is None or found.name[4:5] != "H":
        raise BadInput("{!r} is no half-year; write 2024H1 or 2024H2", text)
    return found.name


def _days(period: str) -> Period | None:
    """The days of a period such as `2024H1`; None for one known by its name alone. Raises BadInput."""
    if _BY_NAME.fullmatch(period):
        return None
    found = read_period(period)
    return Period(found.first, found.last)


def _fits(row: Instance, wanted: ObligationFilter, judged_on: date) -> bool:
    if wanted.owner is not None and wanted.owner not in (row.owner, row.subject):
        return False
    if wanted.unit is not None and wanted.unit not in set(units_of(row)):
        return False
    if wanted.status and row.status not in wanted.status:
        return False
    if wanted.overdue and row.status not in OVERDUE:
        return False
    if wanted.upcoming is not None and not is_coming(row, judged_on, wanted.upcoming):
        return False
    return wanted.period is None or _of_period(row, wanted.period)


def units_of(row: Instance) -> Iterator[str]:
    """The units that an instance is about, or that owe it."""
    if row.unit is not None:
        yield row.unit
    yield row.owner
    yield from row.not_covered
    for pair in row.pairs:
        if pair.status != "not_due" or row.status == "not_due":  # what is owed for a unit, or nothing is owed at all
            yield from units_of(pair)


def year_of(row: Instance) -> str | None:
    """The year that it is of: that of its period, for what has none that of the day on which it falls due."""
    if row.period is not None:
        return row.period[:4]
    on = row.due or row.since
    return str(on.year) if on is not None else None


def is_coming(row: Instance, on: date, days: int) -> bool:
    """Whether it is still to be done and falls due within so many days."""
    return row.status == "not_due" and row.due is not None and on <= row.due <= on + timedelta(days=days)


def is_nobodys(row: Instance, on: date) -> bool:
    """Whether its day has come and it fell due for nobody: a talk of two posts, one held too short, or both by one."""
    return row.status == "not_due" and row.due is not None and row.due <= on


def _of_period(row: Instance, period: str) -> bool:
    """By its name, as a part of the year, or for what has no period by the day on which it falls due."""
    if row.period is not None:
        read = period_in(period)
        name = read.name if read is not None else period
        return row.period == name or (len(name) == 4 and row.period.startswith(name))
    days = _days(period)
    on = row.due or row.since
    return days is not None and on is not None and on in days
