"""What a person did: R19, R21, R22. Diligence, warnings in time, and what one found or reported oneself speak for.

Everything here cites entries; none of it changes a category. Credited acts are those that no signal of weight high
blames, and no undeclared doubt either (scenarios: obligations made precise).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from ledger.events.acts import (
    InspectionHeld,
    IssueFound,
    RectificationMade,
    ReportSent,
    WarningReported,
)
from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from ledger.events.registry import kinds
from projections.facts.protocol import Facts, happened
from projections.facts.values import Period
from projections.facts.who_signed import refused_by
from projections.signals import credited
from projections.signals.subject import doer, doers, persons_in
from projections.trace.case_facts import enabling_meetings
from projections.trace.model import CaseFacts, Ground

Grounds = Iterator[Ground]


def warned_in_time(facts: Facts, case: CaseFacts, person: str) -> Grounds:
    """R21 (问责条例 art. 17; CCDI commentary 2013): what one warned of, corrected, reported or refused in time.

    A warning, correction, upward report or refusal counts if recorded before the first lead, received or
    countersigned by another, and specific: it names the case's unit and says what it is about. A refusal that was taken
    back before the lead is none.
    """
    for event in _own(facts, case, person, WarningReported, RectificationMade, ReportSent):
        payload = event.payload
        if event.recorded_at >= case.first_lead_at or not touches_unit(facts, event, case.unit):
            continue
        if _received(facts, event, person) and _specific(payload):
            code = "warned_in_time" if isinstance(payload, WarningReported) else "corrected_or_reported_in_time"
            yield Ground("R21", code, "mitigating", (facts.cite(event),))
    for event in facts.records(RecordRefused):
        if event.author == person and event.recorded_at < case.first_lead_at:
            refused = (
                facts.entry(event.payload.refuses, within=event) if isinstance(event.payload, RecordRefused) else None
            )
            stands = refused is not None and person in refused_by(facts, refused, case.first_lead_at)
            if refused is not None and stands and touches_unit(facts, refused, case.unit):
                yield Ground("R21", "refused_in_time", "mitigating", (facts.cite(event), facts.cite(refused)))


def _own(facts: Facts, case: CaseFacts, person: str, *types: type[Payload]) -> list[Recorded]:
    """A person's own acts of these types, in order; of those that name nobody only what names the case's unit."""
    events = [*facts.records(*types, person=person), *facts.records(*types, unit=case.unit)]
    own = {event.position: event for event in events if person in doers(event)}
    return [own[position] for position in sorted(own)]


def _received(facts: Facts, event: Recorded, person: str) -> bool:
    """Someone else than who did it signed it, then or by an acceptance, or it names who received it."""
    author = getattr(event.payload, "author", None) or (person if doer(event.payload) is None else event.author)
    others = set(event.signed) - {author, event.author}
    if others or getattr(event.payload, "receipts", None):
        return True
    return any(isinstance(f.payload, RecordAccepted) and f.author != author for f in facts.followers(event))


def _specific(payload: Payload) -> bool:
    """It says what it is about: a unit, and a text or what it refers to."""
    texts = (getattr(payload, name, None) for name in ("matter", "text", "title", "measure"))
    return any(texts) or bool(getattr(payload, "refers", None)) or bool(getattr(payload, "claims", None))


def found_or_reported(facts: Facts, case: CaseFacts, person: str, interval: Period | None) -> Grounds:
    """R22 (政务处分法 art. 11): what one finds, stops or reports upward oneself before the case opens.

    Each alone suffices, countersigned or not, even after a lead hidden from the actor; R21's cut-off does not apply.
    """
    found = [
        event
        for event in facts.records(IssueFound, person=person)
        if isinstance(event.payload, IssueFound)
        and event.payload.finder == person
        and event.recorded_at < case.opened_at
        and touches_unit(facts, event, case.unit)
    ]
    for event in found:
        yield Ground("R22", "found_and_reported", "mitigating", (facts.cite(event),))
    for event in _own(facts, case, person, ReportSent, WarningReported):
        if event.recorded_at < case.opened_at and touches_unit(facts, event, case.unit):
            yield Ground("R22", "reported_upward", "mitigating", (facts.cite(event),))
    if not found:
        return
    last = max(happened(facts, event) for event in found)
    for event in facts.records(InspectionHeld, person=person, unit=case.unit):
        check = event.payload
        if isinstance(check, InspectionHeld) and check.lead == person and event.recorded_at < case.opened_at:
            on = happened(facts, event)
            if on <= last and (interval is None or on in interval):
                yield Ground("R22", "checked_and_found", "mitigating", (facts.cite(event),))


def diligence(
    facts: Facts,
    case: CaseFacts,
    person: str,
    intervals: Sequence[Period],
    named: Collection[str],
    judged_on: date,
) -> Grounds:
    """R19 (section 2.4, acts of diligence): credited talks, meetings and checks of one's own interval before the lead.

    They are with a person whom the trace names, or about the case's unit; what answers a warning about it may claim
    nothing.
    """
    candidates = []
    for event in facts.records(*kinds(lambda cls: cls.IN_POST), person=person):
        if event.recorded_at >= case.first_lead_at or not any(happened(facts, event) in part for part in intervals):
            continue
        payload = event.payload
        others = set(persons_in(payload, payload.PRESENT)) - {person}
        if person in doers(event) and (others & set(named) or touches_unit(facts, event, case.unit)):
            candidates.append(event)
    enabling = {facts.cite(meeting) for meeting in enabling_meetings(case)}
    for event in credited(facts, candidates, judged_on):
        cite = facts.cite(event)
        if cite not in enabling and (getattr(event.payload, "claims", None) or _answers(facts, event, case.unit)):
            yield Ground("R19", "credited_diligence", "mitigating", (cite,))


def _answers(facts: Facts, event: Recorded, unit: str) -> bool:
    """Whether an act refers to a warning about the unit."""
    named = (facts.entry(each, within=event) for each in getattr(event.payload, "refers", None) or ())
    return any(
        each is not None and isinstance(each.payload, WarningReported) and each.payload.unit == unit for each in named
    )


def touches_unit(facts: Facts, event: Recorded, unit: str) -> bool:
    """Whether the entry names the unit, or refers to an entry that does."""
    payload = event.payload
    named = {
        getattr(payload, "unit", None),
        *(getattr(payload, "covers", None) or ()),
        getattr(payload, "body", None),
    }
    if unit in named:
        return True
    for reference in getattr(payload, "refers", None) or ():
        found = facts.entry(reference, within=event)
        if found is not None and found.position != event.position and touches_unit(facts, found, unit):
            return True
    return False
