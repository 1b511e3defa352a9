"""Warnings: who received one, and whether it was answered. Text is never interpreted."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ledger.events.acts import (
    Act,
    InspectionHeld,
    IssueFound,
    RectificationMade,
    ReportSent,
    TalkHeld,
    WarningReported,
)
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from projections.facts.protocol import day
from projections.facts.tenures import LEVELS, Holding, Level, holders_on, membership
from projections.facts.values import Period, Signal
from projections.signals.crediting import credited_among
from projections.signals.inquiry import Inquiry
from projections.signals.signatures import acceptances
from projections.signals.subject import occurred_on, recorded_on

ANSWERS = (TalkHeld, InspectionHeld, IssueFound, RectificationMade, ReportSent)
"""The acts by which a warning can be answered."""


def warning_unanswered(q: Inquiry) -> Iterator[Signal]:
    """WARNING_UNANSWERED: a warning had no answer within `unanswered_warning_days`.

    An answer is a credited talk, inspection, problem found, rectification or report upward made after the warning by
    its addressee, by his successor in the post or by a level above, that refers to the warning or concerns its unit.
    The days count from receipt, where there is one, else from the day of the warning; what is not yet due on the day of
    judging does not fire. A question of substance: it blames no record. Benign: answered by word of mouth.
    """
    for record in q.of(WarningReported):
        warning = record.payload
        if not isinstance(warning, WarningReported):
            continue
        received = [on for person in addressees(record) if (on := received_on(q, record, person)) is not None]
        begun = min(received, default=warned_on(q, record))
        due = begun + timedelta(days=q.facts.rules.unanswered_warning_days)
        if due < q.judged_on and not any(True for _ in answers(q, record, due)):
            yield q.signal("WARNING_UNANSWERED", "high", (record,), unit=warning.unit, person=warning.addressee)


def warned_on(q: Inquiry, record: Recorded) -> date:
    """The day of the warning."""
    return occurred_on(q.facts, record) or recorded_on(q.facts, record)


def addressees(record: Recorded) -> tuple[str, ...]:
    """Whom a warning is addressed to: its addressee, else its recipients."""
    warning = record.payload
    if not isinstance(warning, WarningReported):
        raise TypeError("only a warning has addressees here")
    return (warning.addressee,) if warning.addressee is not None else warning.recipients or ()


def received_on(q: Inquiry, record: Recorded, person: str) -> date | None:
    """The day on which a person or body received a warning; None where no receipt is on record.

    A receipt is an addressee's signature on the warning, being named among its receipts, or an acceptance of one's
    own. A body or unit has received what one of those who stand for it received.
    """
    warning = record.payload
    standing = {person, *_standing_for(q, person, warned_on(q, record))}
    receipts = set((warning.receipts or ()) if isinstance(warning, WarningReported) else ())
    if person in addressees(record):
        receipts |= set(record.signers)
    if standing & receipts:
        return recorded_on(q.facts, record)
    for event in acceptances(q.facts, record):
        if standing & set(event.signers):
            accepted = event.payload
            at = accepted.occurred_at if isinstance(accepted, RecordAccepted) else None
            return day(q.facts, at or event.recorded_at)
    return None


def answers(q: Inquiry, record: Recorded, until: date) -> Iterator[Recorded]:
    """Answers to a warning made by `until`, in order of the record."""
    warning = record.payload
    if not isinstance(warning, WarningReported):
        return
    on = warned_on(q, record)
    candidates = [
        event
        for event in q.facts.records(*ANSWERS, occurred=Period(on, until))
        if _concerns(q, event, record) and _after(q, event, record) and _may_answer(q, event, record)
    ]
    yield from credited_among(q, candidates)


def _after(q: Inquiry, event: Recorded, record: Recorded) -> bool:
    """Whether an act of the warning's day or later came after it: by the hour, or as recorded where none is named."""
    made, warned = (getattr(entry.payload, "occurred_at", None) for entry in (event, record))
    if isinstance(made, datetime) and isinstance(warned, datetime):
        return made > warned
    days = [occurred_on(q.facts, entry) or recorded_on(q.facts, entry) for entry in (event, record)]
    return days[0] > days[1] or (days[0] == days[1] and event.position > record.position)


def _concerns(q: Inquiry, event: Recorded, record: Recorded) -> bool:
    act, warning = event.payload, record.payload
    if not isinstance(act, Act) or not isinstance(warning, WarningReported):
        return False
    if warning.unit is not None and warning.unit in {act.unit, *(act.covers or ())}:
        return True
    return q.facts.cite(record) in q.facts.refs(event, *(act.refers or ()))


def _may_answer(q: Inquiry, event: Recorded, record: Recorded) -> bool:
    """Whether who acted is an addressee, held his post then, or stood above him."""
    unit = record.payload.unit if isinstance(record.payload, WarningReported) else None
    on = occurred_on(q.facts, event) or recorded_on(q.facts, event)
    actors = set(_actors(event))
    for addressee in addressees(record):
        if actors & {addressee, *_standing_for(q, addressee, on)}:
            return True
        levels = _levels_from(q, addressee, unit, warned_on(q, record))
        if actors & {h.person for level in levels for h in _holders(q, level, unit, on)}:
            return True
    return q.facts.party_group in actors


def _actors(event: Recorded) -> Iterator[str]:
    """Who answered: the talker, lead, finder or author; for a rectification of nobody in particular, its signers."""
    match event.payload:
        case TalkHeld(talker=talker):
            yield talker
        case InspectionHeld(lead=lead):
            yield lead
        case IssueFound(finder=finder):
            yield finder
        case ReportSent(author=str(author)):
            yield author
        case RectificationMade(person=str(person)):
            yield person
        case _:
            yield from event.signers


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
    if level == "secretary" or unit is not None:
        yield from holders_on(q.facts, level, unit, on)


def _standing_for(q: Inquiry, party: str, on: date) -> Iterator[str]:
    """Who stands for a body or unit: the Party group's members, a unit's head. Nobody else stands for a person."""
    if party == q.facts.party_group:
        yield from membership(q.facts, on)
    elif party in q.facts.units:
        yield from (holding.person for holding in holders_on(q.facts, "head", party, on))
