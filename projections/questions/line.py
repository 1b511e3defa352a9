"""Question: the line of a unit over some days, before anything has happened: what a trace would stand on.

Who held it, where it stood empty, which warnings about the unit stood open, which duties were not done. It names no
category and no score, and asks for no case; what leads dispute is marked where a case ledger is joined.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from ledger.errors import BadInput
from ledger.events.acts import WarningReported
from ledger.frozen import dataclass
from ledger.recording.likely import near
from projections.facts.footing import is_refused
from projections.facts.holdings import (
    BODY_KINDS,
    LEVELS,
    Level,
    covers_of,
    disputed_days,
    gaps,
    governed_units,
    line_holders,
    refused_holders,
)
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation, Instance, Period, Tenure, without
from projections.questions.obligations import OVERDUE, ObligationRow, instances, obligation_row, units_of
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.signals.inquiry import Inquiry
from projections.signals.knowing import addressees, warned_on
from projections.signals.unanswered import answers

Capacity = Literal["titular", "acting", "cover", "refused", "gap", "unknown"]
NOT_DONE = (*OVERDUE, "late")
"""What a trace lists as not done, done late, or done in a way that is doubted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a level. Without a person it is a gap, or unknown: before anybody is on record as having held it.

    `disputed` are the days that rest on a RETRO_ASSIGNMENT of weight high alone; the gap there stands beside them.
    """

    level: Level
    person: str | None
    capacity: Capacity
    period: Period
    entry: Citation | None = None
    disputed: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionHeld:
    """Somebody held the function asked about on these days."""

    person: str
    post: str
    acting: str | None
    period: Period
    entry: Citation


@dataclass(frozen=True, slots=True)
class OpenWarning:
    """A warning about the unit that stood open on some of the days; `answered_by` is the first answer that counts."""

    entry: Citation
    warned_on: date
    addressees: tuple[str, ...]
    answered_on: date | None
    answered_by: Citation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter(Judged):
    """Which unit, by id, number or name, over which days, both included; and whose function is asked about too."""

    unit: str
    first: date
    last: date
    function: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The answer. `names` are those of the persons and units in it."""

    unit: str
    period: Period
    function: str | None
    judged_on: date
    known_at: datetime | None
    holders: tuple[Stretch, ...]
    functions: tuple[FunctionHeld, ...]
    warnings: tuple[OpenWarning, ...]
    unmet: tuple[ObligationRow, ...]
    names: Mapping[str, str]


def line(over: Over, wanted: LineFilter) -> Line:
    """The line of a unit in a period. Raises BadInput for what has no line of its own, and a function nobody held."""
    facts, judged, unit = over.facts, over.judging_day(wanted), party_of(over.facts, wanted.unit)
    known = facts.units.get(unit)
    if known is None or known.kind in BODY_KINDS:
        named = ", ".join(facts.units[id_].ref for id_ in governed_units(facts))
        raise BadInput("{!r} has no line of its own; units that have one are {}", known.ref if known else unit, named)
    if wanted.first > wanted.last:
        raise BadInput("the last day {} is before the first, {}", wanted.last, wanted.first)
    period = Period(wanted.first, wanted.last)
    if wanted.function is not None:
        _check_function(facts, wanted.function)
    past = period.meet(Period(date.min, judged))
    held = tuple(stretch for level in LEVELS for stretch in _level(facts, level, unit, period, past))
    functions = tuple(_functions(facts, wanted.function, period)) if wanted.function is not None else ()
    warnings = tuple(_warnings(facts, unit, period, judged))
    parties = {unit, *(row.person for row in held if row.person is not None)}
    parties |= {row.person for row in functions} | {id_ for row in warnings for id_ in row.addressees}
    return Line(
        unit=unit,
        period=period,
        function=wanted.function,
        judged_on=judged,
        known_at=facts.known_at,
        holders=held,
        functions=functions,
        warnings=warnings,
        unmet=tuple(obligation_row(over, row) for row in _unmet(over, unit, period, judged)),
        names={id_: over.speech.name(id_) for id_ in sorted(parties)},
    )


def _check_function(facts: Facts, function: str) -> None:
    known = {each for tenure in facts.tenures() for each in tenure.functions}
    if function not in known:
        like = ", ".join(near(function, known)) or "-"
        raise BadInput("nobody is on record as holding the function {!r}; perhaps {}", function, like)


def _level(facts: Facts, level: Level, unit: str, period: Period, past: Period | None) -> Iterator[Stretch]:
    """In order of days. Empty days are told up to the day of judging only: nobody is missing tomorrow."""
    found: list[Stretch] = []
    for holding in line_holders(facts, level, unit, period, primary=False):
        capacity: Capacity = "acting" if holding.acting else "titular"
        days = disputed_days(facts, holding)
        found.append(Stretch(level, holding.person, capacity, holding.period, holding.entry, days))
    covers = covers_of(facts, level, unit, period, primary=False)
    found += [Stretch(level, h.person, "cover", h.period, h.entry) for h in covers]
    found += [
        Stretch(level, h.person, "refused", h.period, h.entry) for h in refused_holders(facts, level, unit, period)
    ]
    lived = facts.units[unit]
    alive = past.meet(Period(lived.valid_from or date.min, lived.valid_to or date.max)) if past is not None else None
    if alive is not None:
        vacant = [part for part in gaps(facts, level, unit, alive) if part.meet(alive) is not None]
        held = [holding.period for holding in line_holders(facts, level, unit, alive, primary=True)]
        found += [Stretch(level, None, "gap", part) for part in vacant]
        found += [Stretch(level, None, "unknown", part) for part in without(alive, [*vacant, *held])]
    yield from sorted(found, key=lambda row: (row.period.first, row.person or "", row.period.last))


def _functions(facts: Facts, function: str, period: Period) -> Iterator[FunctionHeld]:
    for tenure in facts.tenures(during=period):
        days = _days(tenure, period)
        if function in tenure.functions and days is not None and not is_refused(facts, tenure):
            yield FunctionHeld(tenure.person, tenure.post, tenure.acting, days, tenure.entry)


def _days(tenure: Tenure, period: Period) -> Period | None:
    held = tenure.period(period.last)
    return held.meet(period) if held is not None else None


def _warnings(facts: Facts, unit: str, period: Period, judged_on: date) -> Iterator[OpenWarning]:
    """Those made by the period's last day and not answered before its first; an answer may come at any later day."""
    inquiry = Inquiry(facts, judged_on, ())
    for record in facts.records(WarningReported, unit=unit):
        warning = record.payload
        if not isinstance(warning, WarningReported) or unit not in {warning.unit, *(warning.covers or ())}:
            continue
        on = warned_on(facts, record)
        if on > min(period.last, judged_on):
            continue
        given = [(happened(facts, event), event.position, event) for event in answers(inquiry, record, judged_on)]
        first = min(given, key=lambda row: row[:2], default=None)
        if first is None or first[0] >= period.first:
            yield OpenWarning(
                entry=facts.cite(record),
                warned_on=on,
                addressees=addressees(record),
                answered_on=first[0] if first is not None else None,
                answered_by=facts.cite(first[2]) if first is not None else None,
            )


def _unmet(over: Over, unit: str, period: Period, judged_on: date) -> Iterator[Instance]:
    """What fell due inside the period and concerns the unit, or no unit and a holder of its line since he held it.

    What is owed for several units is told for this one alone. Cover is no holding, nor are disputed days.
    """
    facts = over.facts
    governed = set(governed_units(facts))
    since: dict[str, date] = {}
    for level in LEVELS:
        for held in line_holders(facts, level, unit, period, primary=True):
            since[held.person] = min(held.period.first, since.get(held.person, date.max))
    for row in instances(over, judged_on):
        apart = any(pair.unit in governed for pair in row.pairs)
        for each in row.pairs if apart else (row,):
            about = governed & set(units_of(each))
            if each.status not in NOT_DONE or each.due is None or each.due not in period:
                continue
            if unit in about or (not about and since.get(each.owner, date.max) <= each.due):
                yield each
