"""R20: what a person knew. The ladder: concealed > knew and ignored > should have known > no sign."""

from collections.abc import Iterator, Sequence

from ledger.events.acts import MeetingHeld, WarningReported
from ledger.events.case_work import FindingMade
from projections.facts.holdings import holders_on
from projections.facts.protocol import Facts
from projections.facts.values import Instance, Signal
from projections.signals.knowing import is_astray
from projections.trace.case_facts import enabling_meetings
from projections.trace.model import CaseFacts, Ground

_OF_WARNINGS = ("PM2c", "PM5b", "M3c")
"""What a warning asks of whom it binds."""


def knowledge(grounds: Sequence[Ground]) -> str:
    """R20 (section 2.4, 知情): the gravest rung that the grounds carry.

    concealed: a finding of people says so; the engine never does. knew_and_ignored: received a warning about the unit
    and left it unanswered, or to others, or left it out of the handover. knew_and_acted: found, warned in time, or
    answered the warning received. should_have_known:
    took over with the warning in the handover, or heard a minuted objection. Else no_sign.
    """
    codes = {ground.code for ground in grounds}
    if "found_concealed" in codes:
        return "concealed"
    if codes & {"warning_unanswered", "warning_left_alone", "handover_omits_known_risk"}:
        return "knew_and_ignored"
    if codes & {"found_and_reported", "warned_in_time", "warning_received"}:
        return "knew_and_acted"
    if codes & {"took_over_warning", "dissent_heard"}:
        return "should_have_known"
    return "no_sign"


def ignored_warnings(facts: Facts, case: CaseFacts, person: str, signals: Sequence[Signal]) -> Iterator[Ground]:
    """R20: a warning about the unit that one received: left unanswered it speaks against, answered it is told.

    It speaks against nobody whom it bound to nothing: an addressee outside the unit's line is told to have had it, and
    what went astray is held against the member who was shown to know of it.
    """
    unanswered = {cited: signal for signal in signals if signal.code == "WARNING_UNANSWERED" for cited in signal.events}
    for event in facts.records(WarningReported, unit=case.unit):
        warning = event.payload
        if not isinstance(warning, WarningReported):
            continue
        cite, astray = facts.cite(event), is_astray(facts, event)
        bound = unanswered[cite].get("person") if cite in unanswered and astray else warning.addressee
        if cite in unanswered and person in (bound if isinstance(bound, tuple) else (bound,)):
            yield Ground("R20", "warning_unanswered", "aggravating", (cite,))
        elif warning.addressee == person:
            yield Ground("R20", "warning_received", "context", (cite,))


def answered_late(facts: Facts, case: CaseFacts, owed: Sequence[Instance]) -> Iterator[Ground]:
    """R20, R21: a warning about the unit whose duty one did late: the lateness and the warning stand against him.

    What he did in the end speaks for him all the same.
    """
    late = [row for row in owed if row.status == "late" and row.by is not None]
    for event in facts.records(WarningReported, unit=case.unit) if late else ():
        cite = facts.cite(event)
        acts = [row.by for row in late if row.trigger == cite.ref and row.by is not None]
        if acts:
            yield Ground("R20", "warning_answered_late", "aggravating", (cite, *dict.fromkeys(acts)))


def left_alone(facts: Facts, case: CaseFacts, person: str, owed: Sequence[Instance]) -> Iterator[Ground]:
    """R19, R20: a warning about the unit that bound one, who did nothing about it himself, whoever answered it then.

    Only his own act counts for him. It speaks against him where he still held the supervision on the day on which his
    act was due, where all that the warning asked of him stands unmet, and where nothing that he did fits.
    """
    own = [row for row in owed if row.obligation in _OF_WARNINGS]
    for event in facts.records(WarningReported, unit=case.unit) if own else ():
        cite = facts.cite(event)
        asked = [row for row in own if row.trigger == cite.ref]
        if any(row.status != "unmet" or row.fitting for row in asked):
            continue
        due = [row.due for row in asked if row.due is not None]
        if any(held.person == person for on in due for held in holders_on(facts, "supervisor", case.unit, on)):
            yield Ground("R20", "warning_left_alone", "aggravating", (cite,))


def red_flags(facts: Facts, case: CaseFacts, person: str) -> Iterator[Ground]:
    """R20: one heard an objection minuted against an enabling decision and did not share it."""
    for meeting in enabling_meetings(case):
        held = meeting.payload
        if not isinstance(held, MeetingHeld) or person not in (held.attendees or ()):
            continue
        if held.dissent and person not in {dissent.person for dissent in held.dissent}:
            yield Ground("R20", "dissent_heard", "context", (facts.cite(meeting),))


def concealment_found(facts: Facts, case: CaseFacts, person: str) -> Iterator[Ground]:
    """R20, R22 (政务处分法 art. 13, 39): evidence forged or concealed, where people found so, aggravates."""
    for event in facts.followers(facts.case(case.case)):
        if isinstance(event.payload, FindingMade):
            for item in event.payload.findings:
                if item.person == person and item.knowledge == "concealed":
                    yield Ground("R20", "found_concealed", "aggravating", (facts.cite(event),))
