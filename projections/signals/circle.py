"""The circle of a case: the unit, persons and decisions that a record touches or does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.events.acts import MeetingHeld
from ledger.events.cases import CaseOpened, FactsFound, LeadReceived
from ledger.events.record import Recorded
from projections.facts.protocol import Facts
from projections.facts.tenures import LEVELS, line_holders
from projections.facts.values import Period

_STATED = ("unit", "period_from", "period_to", "offenders", "enabling_decisions")


@dataclass(frozen=True, slots=True)
class Circle:
    """A case as the signals see it; the inspectors' facts in their latest form.

    `persons` are its offenders, the holders of its line inside the period, and the attendees of its enabling
    decisions. `decisions` are (ledger, position) pairs. `lead_at` is the first lead, the opening where none is known.
    """

    case: str
    lead_at: datetime
    opened_at: datetime
    unit: str
    period: Period
    offenders: tuple[str, ...]
    persons: frozenset[str]
    decisions: frozenset[tuple[str, int]]


def circles(facts: Facts) -> tuple[Circle, ...]:
    """One circle per opened case, in the order of opening; none where no case ledger is joined."""
    return tuple(_circle(facts, opening) for opening in facts.cases())


def _circle(facts: Facts, opening: Recorded) -> Circle:
    opened = opening.payload
    if not isinstance(opened, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    stated: dict[str, tuple[Any, Recorded]] = {name: (getattr(opened, name), opening) for name in _STATED}
    for event in facts.followers(opening):
        if isinstance(event.payload, FactsFound):
            later = {name: getattr(event.payload, name) for name in _STATED}
            stated |= {name: (value, event) for name, value in later.items() if value is not None}
    unit, period = stated["unit"][0], Period(stated["period_from"][0], stated["period_to"][0])
    offenders = tuple(offender.person for offender in stated["offenders"][0])
    references, said_by = stated["enabling_decisions"]
    entries = [facts.entry(reference, within=said_by) for reference in references or ()]
    decisions = [entry for entry in entries if entry is not None]
    return Circle(
        case=opened.case or facts.cite(opening).ref,
        lead_at=_first_lead(facts, opening, opened),
        opened_at=opening.recorded_at,
        unit=unit,
        period=period,
        offenders=offenders,
        persons=frozenset({*offenders, *_line(facts, unit, period), *_attendees(decisions)}),
        decisions=frozenset((entry.ledger, entry.position) for entry in decisions),
    )


def _first_lead(facts: Facts, opening: Recorded, opened: CaseOpened) -> datetime:
    cited = [facts.entry(reference, within=opening) for reference in opened.leads or ()]
    moments = [lead.recorded_at for lead in cited if lead is not None and isinstance(lead.payload, LeadReceived)]
    if opened.first_lead_at is not None:
        moments.append(opened.first_lead_at)
    return min([*moments, opening.recorded_at])


def _line(facts: Facts, unit: str, period: Period) -> Iterable[str]:
    for level in LEVELS:
        for holding in line_holders(facts, level, unit, period, primary=True):
            yield holding.person


def _attendees(decisions: Iterable[Recorded]) -> Iterable[str]:
    for decision in decisions:
        if isinstance(decision.payload, MeetingHeld):
            yield from decision.payload.attendees or ()
