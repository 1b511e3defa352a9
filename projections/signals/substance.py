"""Signals about substance that are not about a warning or a handover: a check that skips, a move during a case."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ledger.events.acts import InspectionHeld
from ledger.events.cases import DecisionMade
from ledger.events.record import Recorded
from ledger.events.register import UnitRegistered
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from projections.facts import day
from projections.model import Signal
from projections.signals.circle import Circle
from projections.signals.inquiry import Inquiry
from projections.signals.subject import claimed, is_legacy, recorded_on
from projections.tenures import governed_units

YEARLY_CHECKS = frozenset({"A3a", "PS6"})
"""The obligations that a yearly check fulfils."""
_LEAVES = ("transfer", "retirement")


def check_skipped_unit(q: Inquiry) -> Iterator[Signal]:
    """CHECK_SKIPPED_UNIT: the yearly check of a year leaves a department or centre out.

    Inputs: checks that claim the yearly check (A3a, PS6) for a year, what they cover together, the units registered by
    the day on which the last of them was recorded. One signal per unit left out. Blames no record. Benign: a newly
    created unit.
    """
    by_year: defaultdict[int, list[tuple[Recorded, InspectionHeld]]] = defaultdict(list)
    for record in q.of(InspectionHeld):
        check = record.payload
        if not isinstance(check, InspectionHeld) or check.for_year is None or check.covers is None:
            continue
        if YEARLY_CHECKS & set(check.claims or ()):
            by_year[check.for_year].append((record, check))
    for year, checks in sorted(by_year.items()):
        covered = {unit for _, check in checks for unit in check.covers or ()}
        known = _registered_by(q, max(record.position for record, _ in checks))
        for unit in governed_units(q.facts):
            if unit in known and unit not in covered:
                yield q.signal("CHECK_SKIPPED_UNIT", "medium", (r for r, _ in checks), unit=unit, year=year)


def _registered_by(q: Inquiry, position: int) -> set[str]:
    return {
        event.payload.unit
        for event in q.facts.records(UnitRegistered)
        if isinstance(event.payload, UnitRegistered) and event.position < position
    }


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
