"""Signals about substance: a yearly check that skips a unit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from ledger.events.acts import InspectionHeld
from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.register import UnitRegistered
from ledger.events.words import kind_of
from projections.facts.holdings import governed_units
from projections.facts.values import Signal
from projections.signals.crediting import not_rejected
from projections.signals.inquiry import Inquiry
from projections.signals.subject import occurred_on

YEARLY_CHECKS = frozenset({"A3a", "PS6"})
"""The obligations that a yearly check fulfils."""
ANNUAL = "annual"
"""The kind by which a check says that it is the yearly one."""


def is_yearly_check(payload: Payload) -> bool:
    """Whether an act is the check of a year: by its kind, by what it claims, or by the year it is for."""
    if not isinstance(payload, InspectionHeld):
        return False
    if YEARLY_CHECKS & set(payload.claims or ()) or kind_of(payload) == ANNUAL:
        return True
    return payload.kind is None and payload.for_year is not None


def check_skipped_unit(q: Inquiry) -> Iterator[Signal]:
    """CHECK_SKIPPED_UNIT: the yearly check of a year leaves a department or centre out.

    Inputs: checks that claim the yearly check (A3a, PS6) for a year and that no signal of weight high blames, what they
    cover together, the units registered when the last of them was recorded. One signal per unit left out. Blames no
    record. Benign: a newly created unit.
    """
    by_year: defaultdict[int, list[tuple[Recorded, InspectionHeld]]] = defaultdict(list)
    for record in not_rejected(q, list(q.of(InspectionHeld))):
        check = record.payload
        if not isinstance(check, InspectionHeld) or check.for_year is None or check.covers is None:
            continue
        if YEARLY_CHECKS & set(check.claims or ()):
            by_year[check.for_year].append((record, check))
    for year, checks in sorted(by_year.items()):
        covered = {unit for _, check in checks for unit in check.covers or ()}
        known = _registered_by(q, max(record.position for record, _ in checks))
        for unit in governed_units(q.facts):
            if unit in known and unit not in covered and q.facts.units[unit].lives_on(_last_day(q, checks)):
                yield q.signal("CHECK_SKIPPED_UNIT", "medium", (r for r, _ in checks), unit=unit, year=year)


def _last_day(q: Inquiry, checks: Sequence[tuple[Recorded, InspectionHeld]]) -> date:
    return max(occurred_on(q.facts, record) or date.min for record, _ in checks)


def _registered_by(q: Inquiry, position: int) -> set[str]:
    return {
        event.payload.unit
        for event in q.facts.records(UnitRegistered)
        if isinstance(event.payload, UnitRegistered) and event.position < position
    }
