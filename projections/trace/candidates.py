"""R2: direct parties come from the facts alone; others near the work are persons to question, nothing else."""

from ledger.events.acts import MeetingHeld
from projections.facts.holdings import HEAD, MEMBER, SECRETARY
from projections.facts.protocol import Facts
from projections.trace.case_facts import enabling_meetings
from projections.trace.model import CaseFacts

LEADING = (HEAD, SECRETARY, MEMBER)


def to_question(facts: Facts, case: CaseFacts) -> tuple[str, ...]:
    """R2 (处分条例 art. 39, 直接责任者 is a fact of conduct): handlers, approvers and attendees to question, by id.

    Handlers of the unit, holders of a function that the case touches below the leading body (who handled or approved),
    non-voting attendees and the proposer of an enabling decision. Never the direct parties themselves, never a label.
    """
    offenders = {person for person, _ in case.offenders}
    handlers = {
        tenure.person
        for tenure in facts.tenures(unit=case.unit, during=case.period, undisputed=True)
        if tenure.role not in LEADING
    }
    approvers = {
        tenure.person
        for tenure in facts.tenures(during=case.period, undisputed=True)
        if set(tenure.functions) & set(case.functions) and tenure.role not in (SECRETARY, MEMBER)
    }
    attending: set[str] = set()
    for meeting in enabling_meetings(case):
        if isinstance(meeting.payload, MeetingHeld):
            proposer = meeting.payload.proposer
            attending |= {*(meeting.payload.non_voting or ()), *([proposer] if proposer is not None else [])}
    return tuple(sorted((handlers | approvers | attending) - offenders))
