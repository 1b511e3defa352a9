"""Signals about persons under a case: moved while it is open."""

from collections.abc import Iterator
from datetime import date

from ledger.events.case_work import DecisionMade
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from projections.facts.protocol import day
from projections.facts.values import Circle, Signal
from projections.signals.inquiry import Inquiry
from projections.signals.subject import claimed, is_legacy, recorded_on

_LEAVES = ("transfer", "retirement")


def move_during_case(q: Inquiry) -> Iterator[Signal]:
    """MOVE_DURING_CASE: an offender of an open case is transferred, promoted or retired.

    Fires on an end that says transfer or retirement and on a new assignment, dated from the opening of the case to the
    decision on the person (or the day of judging). Legacy records are exempt. Benign: consent attached.
    """
    for circle in q.background.circles:
        for record in q.of(AssignmentMade, ActingBegun, AssignmentEnded):
            payload = record.payload
            person = getattr(payload, "person", None)
            if person not in circle.offenders or is_legacy(payload):
                continue
            if isinstance(payload, AssignmentEnded) and payload.leaves not in _LEAVES:
                continue
            when = claimed(q.facts, record)
            on = day(q.facts, when) if when is not None else recorded_on(q.facts, record)
            if day(q.facts, circle.opened_at) <= on <= _closed(q, circle, str(person)):
                yield q.blaming("MOVE_DURING_CASE", "high", record, person=person, case=circle.case)


def _closed(q: Inquiry, circle: Circle, person: str) -> date:
    decided = [
        day(q.facts, event.payload.occurred_at or event.recorded_at)
        for event in q.facts.records(DecisionMade, person=person, ledger="case")
        if isinstance(event.payload, DecisionMade)
        and event.payload.case == circle.case
        and any(item.person == person for item in event.payload.decisions)
    ]
    return min([*decided, q.judged_on])
