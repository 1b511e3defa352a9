"""The cases of the joined case ledgers as records may touch them, and the leads that belong to none."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ledger.events.acts import MeetingHeld
from ledger.events.case_work import CaseOpened, FactsFound, LeadDisposed, LeadReceived
from ledger.events.record import Recorded
from projections.facts.footing import is_refused
from projections.facts.holdings import LEVELS, from_recording, is_late, level_tenures
from projections.facts.protocol import Facts
from projections.facts.values import Circle, Citation, OpenLead, Period

_STATED = ("unit", "period_from", "period_to", "offenders", "enabling_decisions")


def circles(facts: Facts, openings: Iterable[Recorded]) -> tuple[Circle, ...]:
    """One circle per opened case, in the order of opening."""
    return tuple(_circle(facts, opening) for opening in openings)


def open_leads(facts: Facts, received: Iterable[Recorded]) -> tuple[OpenLead, ...]:
    """Those of the leads, in their order, that no case cites and that neither name an opened case nor were disposed of
    into one."""
    closed = {
        cite: event.recorded_at
        for event in reversed(facts.records(LeadDisposed, ledger="case"))
        if isinstance(event.payload, LeadDisposed) and event.payload.way == "closed"
        for cite in facts.refs(event, event.payload.lead)
    }
    taken: set[Citation] = set()
    cases: set[str | None] = set()
    for opening in facts.records(CaseOpened, ledger="case"):
        if isinstance(opening.payload, CaseOpened):
            taken.update(facts.refs(opening, *(opening.payload.leads or ())))
            cases.add(opening.payload.case)
    taken.update(lead for lead, case in _disposed_into_cases(facts) if case in cases)
    return tuple(
        OpenLead(
            facts.cite(event),
            event.recorded_at,
            frozenset(event.payload.concerns or ()),
            closed.get(facts.cite(event)),
        )
        for event in received
        if isinstance(event.payload, LeadReceived)
        if facts.cite(event) not in taken and (event.payload.case is None or event.payload.case not in cases)
    )


def first_lead_of_case(facts: Facts, opening: Recorded) -> datetime:
    """When this case was first known to the inspectors: as its opening says, else its earliest lead, else its opening.

    Leads of other cases are none of its own.
    """
    opened = opening.payload
    if not isinstance(opened, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    if opened.first_lead_at is not None:
        return min(opened.first_lead_at, opening.recorded_at)
    cited = [facts.entry(lead, within=opening) for lead in opened.leads or ()]
    into = {lead for lead, case in _disposed_into_cases(facts) if case == opened.case}
    received = facts.records(LeadReceived, ledger="case")
    named = (lead for lead in received if _names(lead, opened) or facts.cite(lead) in into)
    return min([opening.recorded_at, *(lead.recorded_at for lead in (*cited, *named) if lead is not None)])


def _disposed_into_cases(facts: Facts) -> Iterator[tuple[Citation, str]]:
    """(lead, case) of the disposals that take a lead into a case by its name."""
    for event in facts.records(LeadDisposed, ledger="case"):
        disposed = event.payload
        if isinstance(disposed, LeadDisposed) and disposed.way == "case" and disposed.case is not None:
            for lead in facts.refs(event, disposed.lead):
                yield lead, disposed.case


def _names(lead: Recorded, opened: CaseOpened) -> bool:
    return isinstance(lead.payload, LeadReceived) and lead.payload.case is not None and lead.payload.case == opened.case


def latest_stated(facts: Facts, opening: Recorded, names: Iterable[str]) -> dict[str, tuple[Any, Recorded]]:
    """By field the inspectors' facts of a case as they were stated last, with the entry that says so: its opening, what
    was found since, and what a ledger that continues a lost one said where it opened the case anew."""
    stated = {name: (getattr(opening.payload, name), opening) for name in names}
    for event in facts.followers(opening):
        if isinstance(event.payload, FactsFound | CaseOpened):
            again = isinstance(event.payload, CaseOpened)
            later = {name: getattr(event.payload, name) for name in stated}
            stated |= {name: (v, event) for name, v in later.items() if v is not None and not (again and v == ())}
    return stated


def _circle(facts: Facts, opening: Recorded) -> Circle:
    opened = opening.payload
    if not isinstance(opened, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    stated = latest_stated(facts, opening, _STATED)
    unit, period = stated["unit"][0], Period(stated["period_from"][0], stated["period_to"][0])
    offenders = tuple(offender.person for offender in stated["offenders"][0])
    references, said_by = stated["enabling_decisions"]
    entries = [facts.entry(reference, within=said_by) for reference in references or ()]
    decisions = [entry for entry in entries if entry is not None]
    lead_at = first_lead_of_case(facts, opening)
    return Circle(
        case=opened.case or facts.cite(opening).ref,
        lead_at=lead_at,
        opened_at=opening.recorded_at,
        unit=unit,
        period=period,
        offenders=offenders,
        persons=frozenset({*offenders, *_line(facts, unit, period, lead_at), *_attendees(decisions)}),
        decisions=frozenset((entry.ledger, entry.position) for entry in decisions),
    )


def _line(facts: Facts, unit: str, period: Period, lead_at: datetime) -> Iterable[str]:
    """The holders of the line inside the period, by this case's own lead.

    Whatever makes somebody one of them touches the case, so that it needs no circle to tell that: it is late and was
    recorded from the lead on, and counts from its recording, or it counts.
    """
    for level in LEVELS:
        for tenure in level_tenures(facts, level, unit, period, uncorrected_from=lead_at):
            disputed = tenure.recorded_at >= lead_at and is_late(facts, tenure)
            counted = from_recording(facts, tenure) if disputed else tenure
            held = counted.period(period.last) if counted is not None and counted.acting != "cover" else None
            if held is not None and held.meet(period) is not None and not is_refused(facts, tenure, before=lead_at):
                yield tenure.person


def _attendees(decisions: Iterable[Recorded]) -> Iterable[str]:
    for decision in decisions:
        if isinstance(decision.payload, MeetingHeld):
            yield from decision.payload.attendees or ()
            yield from decision.payload.non_voting or ()
