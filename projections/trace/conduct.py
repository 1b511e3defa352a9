"""What a person did: R3, R4, R19 to R22. Diligence and warnings in time speak for, ignored warnings against.

Everything here cites entries; none of it changes a category. Credited acts are those that no signal of weight high
blames, and no undeclared doubt either (scenarios: obligations made precise).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from ledger.events.acts import (
    InspectionHeld,
    IssueFound,
    MeetingHeld,
    RectificationMade,
    ReportSent,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from ledger.events.tenure import HandoverMade
from projections.facts import Facts, day
from projections.model import Citation, Period, Signal
from projections.signals import credited
from projections.trace.case import enabling_meetings
from projections.trace.model import CaseFacts, Ground

Grounds = Iterator[Ground]


def warned_in_time(facts: Facts, case: CaseFacts, person: str) -> Grounds:
    """R21: a warning, correction, upward report or refusal counts if recorded before the lead, received, specific."""
    for event in facts.records(WarningReported, RectificationMade, ReportSent, person=person):
        payload = event.payload
        author = getattr(payload, "author", None) or getattr(payload, "person", None)
        if author != person or event.recorded_at >= case.first_lead_at or not touches_unit(facts, event, case.unit):
            continue
        if _received(facts, event) and _specific(payload):
            code = "warned_in_time" if isinstance(payload, WarningReported) else "corrected_or_reported_in_time"
            yield Ground("R21", code, "mitigating", (facts.cite(event),))
    for event in facts.records(RecordRefused):
        if event.author == person and event.recorded_at < case.first_lead_at:
            refused = (
                facts.entry(event.payload.refuses, within=event) if isinstance(event.payload, RecordRefused) else None
            )
            if refused is not None and touches_unit(facts, refused, case.unit):
                yield Ground("R21", "refused_in_time", "mitigating", (facts.cite(event), facts.cite(refused)))


def _received(facts: Facts, event: Recorded) -> bool:
    """Someone else than the author signed it, then or by an acceptance, or it names who received it."""
    author = getattr(event.payload, "author", event.author)
    others = set(event.signers) - {author, event.author}
    if others or getattr(event.payload, "receipts", None):
        return True
    return any(isinstance(f.payload, RecordAccepted) and f.author != author for f in facts.followers(event))


def _specific(payload: Payload) -> bool:
    """It says what it is about: a unit, and a text or what it refers to."""
    texts = (getattr(payload, name, None) for name in ("matter", "text", "title", "measure"))
    return any(texts) or bool(getattr(payload, "refers", None)) or bool(getattr(payload, "claims", None))


def found_or_reported(facts: Facts, case: CaseFacts, person: str, interval: Period | None) -> Grounds:
    """R22: what one finds, stops or reports upward oneself before the case opens counts, even after a hidden lead."""
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
    for event in facts.records(ReportSent, WarningReported, person=person):
        sent = event.payload
        own = isinstance(sent, ReportSent | WarningReported) and sent.author == person
        if own and event.recorded_at < case.opened_at and touches_unit(facts, event, case.unit):
            yield Ground("R22", "reported_upward", "mitigating", (facts.cite(event),))
    if not found:
        return
    last = max(_day(facts, event) for event in found)
    for event in facts.records(InspectionHeld, person=person, unit=case.unit):
        check = event.payload
        if isinstance(check, InspectionHeld) and check.lead == person and event.recorded_at < case.opened_at:
            on = _day(facts, event)
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
    """R19 and section 2.4: credited talks, meetings and checks held in one's own interval, before the first lead.

    They are with a person whom the trace names, or about the case's unit.
    """
    candidates = []
    for event in facts.records(TalkHeld, MeetingHeld, InspectionHeld, person=person):
        if event.recorded_at >= case.first_lead_at or not any(_day(facts, event) in part for part in intervals):
            continue
        holder, others = _held_by(event.payload)
        if holder == person and (set(others) & set(named) - {person} or touches_unit(facts, event, case.unit)):
            candidates.append(event)
    enabling = {facts.cite(meeting) for meeting in enabling_meetings(case)}
    for event in credited(facts, candidates, judged_on):
        cite = facts.cite(event)
        if cite not in enabling and getattr(event.payload, "claims", None):
            yield Ground("R19", "credited_diligence", "mitigating", (cite,))


def _held_by(payload: Payload) -> tuple[str | None, tuple[str, ...]]:
    match payload:
        case TalkHeld(talker=talker, counterpart=counterpart):
            return talker, (counterpart,)
        case MeetingHeld(chair=chair, attendees=attendees):
            return chair, attendees or ()
        case InspectionHeld(lead=lead):
            return lead, ()
    return None, ()


def handovers(facts: Facts, case: CaseFacts, person: str, signals: Sequence[Signal]) -> Grounds:
    """R3, R4: a handover that names a warning speaks for the outgoing holder; a risk not handed over for the next.

    No handover record, or one that omits a known warning, is a finding against the outgoing holder.
    """
    for event in facts.records(HandoverMade, person=person):
        payload = event.payload
        if isinstance(payload, HandoverMade) and payload.outgoing == person and event.recorded_at < case.first_lead_at:
            warnings = [
                cited for cited in facts.refs(event, *(payload.refers or ())) if _is_warning(facts, event, cited)
            ]
            if warnings and set(payload.scope) & {case.unit, facts.party_group}:
                yield Ground("R3", "handed_over_known_risk", "mitigating", (facts.cite(event), *warnings))
    for signal in signals:
        if signal.code not in ("HANDOVER_MISSING", "HANDOVER_OMITS_KNOWN_RISK"):
            continue
        outgoing, incoming = signal.get("from"), signal.get("to")
        known = signal.get("known")
        cites = (*signal.events, *((known,) if isinstance(known, Citation) else ()))
        code = signal.code.lower()
        if outgoing == person:
            yield Ground("R4", code, "aggravating", cites)
        elif incoming == person:
            yield Ground("R4", "risk_not_handed_over", "mitigating", cites)


def _is_warning(facts: Facts, event: Recorded, cited: Citation) -> bool:
    payload = event.payload
    for reference in getattr(payload, "refers", None) or ():
        found = facts.entry(reference, within=event)
        if found is not None and facts.cite(found) == cited:
            return isinstance(found.payload, WarningReported | IssueFound)
    return False


def ignored_warnings(facts: Facts, case: CaseFacts, person: str, signals: Sequence[Signal]) -> Grounds:
    """R19, R20: a warning about the unit that one received and left unanswered, without reporting upward."""
    unanswered = {cited for signal in signals if signal.code == "WARNING_UNANSWERED" for cited in signal.events}
    for event in facts.records(WarningReported, person=person, unit=case.unit):
        warning = event.payload
        if isinstance(warning, WarningReported) and warning.addressee == person and facts.cite(event) in unanswered:
            yield Ground("R20", "warning_unanswered", "aggravating", (facts.cite(event),))


def knowledge(grounds: Sequence[Ground]) -> str:
    """R20: knew and ignored > should have known (red flags handed over or minuted) > no sign.

    Concealment is for people to find.
    """
    codes = {ground.code for ground in grounds}
    if codes & {"warning_unanswered", "handover_omits_known_risk"}:
        return "knew_and_ignored"
    if codes & {"found_and_reported", "warned_in_time"}:
        return "knew_and_acted"
    if codes & {"took_over_warning", "dissent_heard"}:
        return "should_have_known"
    return "no_sign"


def red_flags(facts: Facts, case: CaseFacts, person: str) -> Grounds:
    """R20: one took over a duty with the warning in the handover, or chaired a decision against a minuted objection."""
    for event in facts.records(HandoverMade, person=person):
        payload = event.payload
        if not isinstance(payload, HandoverMade) or payload.incoming != person:
            continue
        if payload.refers and set(payload.scope) & {case.unit, facts.party_group}:
            yield Ground(
                "R3",
                "took_over_warning",
                "context",
                (facts.cite(event), *facts.refs(event, *payload.refers)),
            )
    for meeting in enabling_meetings(case):
        held = meeting.payload
        if not isinstance(held, MeetingHeld) or person not in (held.attendees or ()):
            continue
        if held.dissent and person not in {dissent.person for dissent in held.dissent}:
            yield Ground("R20", "dissent_heard", "context", (facts.cite(meeting),))


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


def _day(facts: Facts, event: Recorded) -> date:
    payload = event.payload
    when = payload.occurred_at if isinstance(payload, Fact) and payload.occurred_at else event.recorded_at
    return day(facts, when)
