"""Warnings: who received one, and whether it was answered. Text is never interpreted."""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.events.acts import (
    Act,
    WarningReported,
)
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from ledger.frozen import dataclass
from projections.facts.heirs import has_ended, heirs
from projections.facts.holdings import LEVELS, Holding, Level, holders_on, membership
from projections.facts.protocol import day
from projections.facts.values import Period, Signal
from projections.signals.crediting import credited_among, not_rejected
from projections.signals.inquiry import Inquiry
from projections.signals.knowing import (
    addressees,
    first_told,
    is_astray,
    is_outside,
    received_on,
    standing_for,
    warned_on,
)
from projections.signals.subject import comes_after, doers, occurred_on, recorded_on
from projections.signals.substance import is_yearly_check


def warning_unanswered(q: Inquiry) -> Iterator[Signal]:
    """WARNING_UNANSWERED: a warning had no answer within `unanswered_warning_days`.

    An answer is a credited talk, inspection, problem found, rectification or report upward made after the warning by
    its addressee, by his successor in the post or by a level above, that refers to the warning or concerns its unit; a
    yearly check answers only what it refers to. The days count from receipt, where there is one, else from the day of
    the warning; what is not yet due on the day of judging does not fire. A warning that went astray (addressed outside
    its unit's line) stays unanswered until a record shows that somebody in the line other than its author knows of it;
    if that is within the days, they count anew from then. After its unit has ended the units that took it over stand
    for it, and their heads may answer. A question of substance: it blames no record. Benign: answered by word of mouth.
    """
    for record in q.of(WarningReported):
        warning = record.payload
        if not isinstance(warning, WarningReported):
            continue
        _since, due, told = _times(q, record)
        person: object = warning.addressee
        if is_astray(q.facts, record):
            person = tuple(holding.person for holding in _holders(q, "supervisor", warning.unit, told)) if told else ()
        if due < q.judged_on and not any(True for _ in answers(q, record, due)):
            yield q.signal("WARNING_UNANSWERED", "high", (record,), unit=warning.unit, person=person)


def answer_due(q: Inquiry, record: Recorded) -> date:
    """Until when a warning is to be answered."""
    return _times(q, record)[1]


def _times(q: Inquiry, record: Recorded) -> tuple[date, date, date | None]:
    """(the day from which the days of a warning count, the last of them, the day on which the line of one that went
    astray was told of it in time)."""
    days = timedelta(days=q.facts.rules_on(day(q.facts, record.recorded_at)).unanswered_warning_days)
    received = [on for person in addressees(record) if (on := received_on(q.facts, record, person)) is not None]
    since = min(received, default=warned_on(q.facts, record))
    told = _told_on(q, record) if is_astray(q.facts, record) else None
    if told is not None and told <= since + days:
        return told, told + days, told
    return since, since + days, None


@dataclass(frozen=True, slots=True)
class Bound:
    """Whom an unanswered warning binds today, from which day its days count, and the last of them."""

    persons: tuple[str, ...]
    since: date
    due: date


def open_warnings(q: Inquiry) -> Iterator[tuple[Recorded, Bound]]:
    """Warnings made by the day of judging that nobody has answered, each with whom it binds on that day.

    That is whom it is addressed to, as long as he stands where he stood towards its unit; else who stands there now.
    One that went astray binds the supervising member once the line was told in time, and nobody before.
    """
    for record in q.facts.records(WarningReported):
        if warned_on(q.facts, record) <= q.judged_on and not any(True for _ in answers(q, record, q.judged_on)):
            since, due, told = _times(q, record)
            yield record, Bound(tuple(dict.fromkeys(_bound(q, record, told))), since, due)


def _bound(q: Inquiry, record: Recorded, told: date | None) -> Iterator[str]:
    warning, on = record.payload, q.judged_on
    unit = warning.unit if isinstance(warning, WarningReported) else None
    if is_astray(q.facts, record):
        if told is not None:
            yield from (holding.person for holding in _holders(q, "supervisor", unit, on))
        return
    for addressee in addressees(record):
        if addressee not in q.facts.persons:
            yield from standing_for(q.facts, addressee, on)
            continue
        level = _levels_from(q, addressee, unit, warned_on(q.facts, record))[0]
        holding = [each.person for each in _holders(q, level, unit, on)]
        yield from (addressee,) if addressee in holding or not holding else holding


def warning_misaddressed(q: Inquiry) -> Iterator[Signal]:
    """WARNING_MISADDRESSED: a warning about a unit is addressed to somebody outside that unit's line.

    The line is the unit's head, its supervising member and the secretary, on the day of the warning or of its receipt;
    bodies beside and above are never outside. Who is addressed so (`person`) owes nothing by it. A question of
    substance: it blames no record. Benign: he stood in for somebody by word of mouth.
    """
    for record in q.of(WarningReported):
        outside = tuple(party for party in addressees(record) if is_outside(q.facts, record, party))
        if outside:
            unit = getattr(record.payload, "unit", None)
            yield q.signal("WARNING_MISADDRESSED", "low", (record,), unit=unit, person=outside)


def answers(q: Inquiry, record: Recorded, until: date) -> Iterator[Recorded]:
    """Answers to a warning made by `until`, in order of the record; to one that went astray from when it is known."""
    if not isinstance(record.payload, WarningReported):
        return
    astray = is_astray(q.facts, record)
    since = _told_on(q, record) if astray else warned_on(q.facts, record)
    if since is None or since > until:
        return
    may_answer = _in_line if astray else _may_answer
    candidates = [
        event
        for event in q.facts.records(*kinds(lambda cls: cls.ANSWERS), occurred=Period(since, until))
        if _concerns(q, event, record) and comes_after(q.facts, event, record) and may_answer(q, event, record)
    ]
    yield from credited_among(q, candidates)


def _told_on(q: Inquiry, record: Recorded) -> date | None:
    """The first day on which somebody in the unit's line other than its author is shown to know of a warning."""
    return first_told(q.facts, record, LEVELS, q.judged_on, lambda events: not_rejected(q, events))


def _concerns(q: Inquiry, event: Recorded, record: Recorded) -> bool:
    """Whether an act is about a warning: one that refers to warnings is about those only, else it is about its unit."""
    act, warning = event.payload, record.payload
    if not isinstance(act, Act) or not isinstance(warning, WarningReported):
        return False
    cited = [q.facts.entry(reference, within=event) for reference in act.refers or ()]
    warnings = {each.position for each in cited if each is not None and isinstance(each.payload, WarningReported)}
    if warnings:
        return record.position in warnings
    if warning.unit is not None and not is_yearly_check(act):
        on = occurred_on(q.facts, event) or recorded_on(q.facts, event)
        if {warning.unit, *heirs(q.facts, warning.unit, on)} & {act.unit, *(act.covers or ())}:
            return True
    return False


def _in_line(q: Inquiry, event: Recorded, record: Recorded) -> bool:
    """Whether who acted stood in the unit's line then; above the author where he heads the unit himself."""
    warning = record.payload
    unit, author = getattr(warning, "unit", None), getattr(warning, "author", None)
    on = occurred_on(q.facts, event) or recorded_on(q.facts, event)
    heads = {holding.person for holding in _holders(q, "head", unit, warned_on(q.facts, record))}
    levels = LEVELS[1:] if author in heads else LEVELS
    actors = set(doers(event))
    stood = {holding.person for level in levels for holding in _holders(q, level, unit, on)}
    return bool(actors & stood) or q.facts.party_group in actors


def _may_answer(q: Inquiry, event: Recorded, record: Recorded) -> bool:
    """Whether who acted is an addressee, held his post then, or stood above him."""
    unit = record.payload.unit if isinstance(record.payload, WarningReported) else None
    on = occurred_on(q.facts, event) or recorded_on(q.facts, event)
    actors = set(doers(event))
    if has_ended(q.facts, unit, on) and actors & {holding.person for holding in _holders(q, "head", unit, on)}:
        return True  # what was open in a unit that has ended passes to the heads of those that took it over
    for addressee in addressees(record):
        if actors & {addressee, *standing_for(q.facts, addressee, on)}:
            return True
        levels = _levels_from(q, addressee, unit, warned_on(q.facts, record))
        if actors & {h.person for level in levels for h in _holders(q, level, unit, on)}:
            return True
    return q.facts.party_group in actors


def _levels_from(q: Inquiry, person: str, unit: str | None, on: date) -> tuple[Level, ...]:
    """The level at which the person stood towards the unit, and those above it; a member's where none is known."""
    for number, level in enumerate(LEVELS):
        if level == "secretary" or unit is None:
            continue
        if any(holding.person == person for holding in holders_on(q.facts, level, unit, on)):
            return LEVELS[number:]
    if person in membership(q.facts, on) and not _is_secretary(q, person, on):
        return LEVELS[1:]
    return LEVELS[2:]


def _is_secretary(q: Inquiry, person: str, on: date) -> bool:
    return any(holding.person == person for holding in holders_on(q.facts, "secretary", None, on))


def _holders(q: Inquiry, level: Level, unit: str | None, on: date) -> Iterator[Holding]:
    """Who holds a level of the unit's line on a day; after the unit's end, of the lines of those that took it over."""
    if level == "secretary":
        yield from holders_on(q.facts, level, None, on)
    elif unit is not None:
        for heir in heirs(q.facts, unit, on):
            yield from holders_on(q.facts, level, heir, on)
