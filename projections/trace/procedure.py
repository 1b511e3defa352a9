"""How the case was worked: what is missing or out of order is marked, never hidden. Refusals are the ledger's."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.events.case_work import (
    AppealDecided,
    AppealMade,
    CaseOpened,
    DecisionAnnounced,
    DecisionEnforced,
    DecisionMade,
    DecisionServed,
    FindingMade,
    LeadReceived,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
)
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from projections.facts.holdings import MEMBER, SECRETARY
from projections.facts.protocol import Facts, day, happened
from projections.facts.values import Citation, Period, Tenure
from projections.registers.leads import leads
from projections.trace.accountability_forms import not_listed
from projections.trace.model import CaseFacts, Mark

TEAM = 2
"""Investigators of a case, at least (问责条例: 调查组 ≥ 2)."""


def procedure(uncut: Facts, case: CaseFacts, today: date) -> tuple[Mark, ...]:
    """Every mark of a case, in the order of its steps.

    Approval and team of the opening (问责条例), recusal (政务处分法), a second-track decision before the second
    investigation was opened, a decision without a finding or against it, in a form that none of the case's rulebooks
    knows, one that was not served, or was served,
    announced or carried out after a month, leads disposed of after 30 days, appeals and their decisions after a month
    (2.3, forms and clocks). `today` is the day as on which pending appeals are judged.
    """
    opening = uncut.case(case.case)
    events = [opening, *uncut.followers(opening)]
    return (
        *_opening(uncut, events),
        *_recusal(uncut, case, events),
        *_order(uncut, events),
        *_decisions(uncut, events),
        *_forms(uncut, case, events),
        *_formalities(uncut, events),
        *_leads(uncut, case.case, opening, today),
        *_appeals(uncut, events, today),
    )


def conflicts(facts: Facts, persons: Iterable[str], unit: str, period: Period) -> tuple[Tenure, ...]:
    """The posts by which persons would have to recuse themselves from a case on this unit (政务处分法, 回避).

    A post over the unit or in its line, or a seat on the leading body, inside the offence period.
    """
    return tuple(
        tenure
        for person in dict.fromkeys(persons)
        for tenure in facts.tenures(person=person, during=period, undisputed=True)
        if unit in (*tenure.scope, *tenure.supervises) or tenure.role in (SECRETARY, MEMBER)
    )


def _opening(uncut: Facts, events: Sequence[Recorded]) -> Iterator[Mark]:
    for event in events:
        opened = event.payload
        if isinstance(opened, CaseOpened) and event is not events[0]:
            continue  # opened anew after a loss: it was approved when it was opened
        if isinstance(opened, CaseOpened | SecondInvestigationOpened | SecondInvestigationDeclined):
            if opened.approved_by is None:
                yield Mark("without_approval", (uncut.cite(event),))
            if not isinstance(opened, SecondInvestigationDeclined) and len({*(opened.team or ())}) < TEAM:
                yield Mark("team_too_small", (uncut.cite(event),))
        if isinstance(opened, CaseOpened) and opened.leads is None:
            yield Mark("no_lead_named", (uncut.cite(event),))


def _recusal(uncut: Facts, case: CaseFacts, events: Sequence[Recorded]) -> Iterator[Mark]:
    worked: dict[str, list[Citation]] = {}
    for event in events:
        for person in (*event.signed, *(getattr(event.payload, "team", None) or ())):
            worked.setdefault(person, []).append(uncut.cite(event))
    for tenure in conflicts(uncut, worked, case.unit, case.period):
        yield Mark("inspector_should_recuse", (tenure.entry, *dict.fromkeys(worked[tenure.person])), tenure.person)


def _order(uncut: Facts, events: Sequence[Recorded]) -> Iterator[Mark]:
    opened = False
    for event in events:
        opened = opened or isinstance(event.payload, SecondInvestigationOpened)
        if isinstance(event.payload, DecisionMade) and event.payload.track == "second" and not opened:
            yield Mark("decided_before_opening", (uncut.cite(event),))


def _decisions(uncut: Facts, events: Sequence[Recorded]) -> Iterator[Mark]:
    found: dict[str, dict[str, Citation]] = {}
    served = {_position(uncut, e.payload.decision, e) for e in events if isinstance(e.payload, DecisionServed)}
    for event in events:
        made = event.payload
        if isinstance(made, FindingMade):
            for finding in made.findings:
                party = finding.person or finding.body or ""
                found.setdefault(party, {})[finding.category] = uncut.cite(event)
        if not isinstance(made, DecisionMade):
            continue
        cite = uncut.cite(event)
        without = [p for item in made.decisions if (p := item.person or item.body or "") not in found]
        if without:
            yield Mark("decision_without_finding", (cite,), without[0] if len(without) == 1 else None)
        for item in made.decisions:
            party = item.person or item.body or ""
            if party in found and item.category not in found[party]:
                yield Mark("decision_against_finding", (cite, *found[party].values()), party)
        if event.position not in served:
            yield Mark("not_served", (cite,))


def _forms(uncut: Facts, case: CaseFacts, events: Sequence[Recorded]) -> Iterator[Mark]:
    """Decisions in a form that stands in no list of the case's rulebooks."""
    regimes = {book.regime for book in case.rulebooks}
    for event in events:
        for item in event.payload.decisions if isinstance(event.payload, DecisionMade) else ():
            if item.form is not None and not_listed(item.form, regimes):
                yield Mark("form_not_of_the_rulebook", (uncut.cite(event),), item.person or item.body)


def _formalities(uncut: Facts, events: Sequence[Recorded]) -> Iterator[Mark]:
    """What was done about a decision later than a month after it was made."""
    made = {event.position: happened(uncut, event) for event in events if isinstance(event.payload, DecisionMade)}
    for event in events:
        done = event.payload
        if isinstance(done, DecisionAnnounced | DecisionEnforced):
            decision, on = _position(uncut, done.of, event), day(uncut, done.at)
        elif isinstance(done, DecisionServed):
            decision, on = _position(uncut, done.decision, event), happened(uncut, event)
        else:
            continue
        if decision in made and on > month_later(made[decision]):
            yield Mark("formality_after_a_month", (uncut.cite(event),))


def _leads(uncut: Facts, case: str, opening: Recorded, today: date) -> Iterator[Mark]:
    """The case's own leads that were disposed of after the days for it, or are open after them."""
    opened = opening.payload
    cited = set(uncut.refs(opening, *((opened.leads or ()) if isinstance(opened, CaseOpened) else ())))
    own = {uncut.cite(event) for event in uncut.records(LeadReceived, ledger="case") if _is_of(event, case)}
    for lead in leads(uncut, today):
        if lead.entry in cited | own and lead.status in ("overdue", "disposed_late"):
            disposal = (lead.disposed_by,) if lead.disposed_by is not None else ()
            yield Mark("lead_disposed_late", (lead.entry, *disposal))


def _is_of(lead: Recorded, case: str) -> bool:
    return isinstance(lead.payload, LeadReceived) and lead.payload.case == case


def _appeals(uncut: Facts, events: Sequence[Recorded], today: date) -> Iterator[Mark]:
    decided = {
        _position(uncut, event.payload.appeal, event): event
        for event in events
        if isinstance(event.payload, AppealDecided)
    }
    for event in events:
        appeal = event.payload
        if not isinstance(appeal, AppealMade):
            continue
        against = _position(uncut, appeal.against, event)
        on = happened(uncut, event)
        start = _served_on(uncut, events, against, appeal.person)
        if start is not None and on > month_later(start):
            yield Mark("appeal_after_a_month", (uncut.cite(event),), appeal.person)
        answer = decided.get(event.position)
        if (happened(uncut, answer) if answer is not None else today) > month_later(on):
            cites = (uncut.cite(event), *([uncut.cite(answer)] if answer is not None else []))
            yield Mark("appeal_open_over_a_month", cites, appeal.person)


def _served_on(uncut: Facts, events: Sequence[Recorded], decision: int, person: str) -> date | None:
    """The day a decision was served on a person, else the day it was made."""
    for event in events:
        served = event.payload
        if not isinstance(served, DecisionServed) or served.person != person:
            continue
        if _position(uncut, served.decision, event) == decision:
            return happened(uncut, event)
    return next((happened(uncut, event) for event in events if event.position == decision), None)


def month_later(on: date) -> date:
    """The same day of the next month, its last day where it has no such day."""
    year, month = (on.year + 1, 1) if on.month == 12 else (on.year, on.month + 1)
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def _position(uncut: Facts, reference: EntryReference, within: Recorded) -> int:
    found = uncut.entry(reference, within=within)
    return found.position if found is not None else -1
