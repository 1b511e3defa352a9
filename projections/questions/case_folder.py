"""What is on record about a case beside its trace: the file that a desk works with, from lead to appeal.

It is told as it stands now, never as at a cut: these are the inspectors' own entries.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from ledger.events.case_parts import DecisionItem, OffenceAct, Offender
from ledger.events.case_work import (
    AppealDecided,
    AppealMade,
    CaseOpened,
    DecisionAnnounced,
    DecisionEnforced,
    DecisionMade,
    DecisionServed,
    FindingMade,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
    StatementHeard,
)
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.circles import latest_stated
from projections.facts.protocol import Facts, day, happened
from projections.facts.values import Citation, Period
from projections.registers.leads import Lead, leads
from projections.trace.case_facts import case_facts
from projections.trace.model import Mark
from projections.trace.procedure import month_later, procedure


@dataclass(frozen=True, slots=True)
class DoneAct:
    """An act of the offence; `done` in the case's own words, `by` the direct parties in whose days it falls."""

    act: str
    day: date
    amount: Decimal
    done: str | None
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A party directly concerned, as the facts in their latest form have it."""

    person: str
    period: Period
    conduct: str | None


@dataclass(frozen=True, slots=True)
class Track:
    """One of the two investigations: `state` is not_opened, open, declined or decided."""

    track: str
    state: str
    opened_by: Citation | None
    opened_on: date | None
    team: tuple[str, ...]
    approved_by: str | None
    reason: str | None
    """Why there is none, where it was declined."""


@dataclass(frozen=True, slots=True)
class FoundItem:
    """What people found of one person or body."""

    entry: Citation
    track: str
    party: str
    rulebook: str
    category: str
    article: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """What was decided on one person or body, what was done about it, and what became of an appeal."""

    entry: Citation
    track: str
    party: str
    on: date
    category: str
    form: str | None
    note: str | None
    effect_until: date | None
    served_on: date | None
    announced_on: date | None
    enforced_on: date | None
    appeal: Citation | None
    appeal_result: str | None
    category_after: str | None


@dataclass(frozen=True, slots=True)
class HeardStatement:
    """What a person concerned said, and whether it was accepted."""

    entry: Citation
    person: str
    on: date
    accepted: str
    text: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A time that runs: `what` is lead, service, appeal or appeal_decision."""

    what: str
    due: date
    overdue: bool
    entry: Citation
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """The file of a case."""

    matter: str | None
    parties: tuple[Party, ...]
    acts: tuple[DoneAct, ...]
    leads: tuple[Lead, ...]
    tracks: tuple[Track, ...]
    findings: tuple[FoundItem, ...]
    decisions: tuple[DecidedItem, ...]
    statements: tuple[HeardStatement, ...]
    clocks: tuple[RunningClock, ...]
    marks: tuple[Mark, ...]
    """What is missing or out of order in the work on the case."""


def case_folder(facts: Facts, case: str, today: date) -> CaseFolder:
    """The file of a case as on a day; `facts` is uncut. Raises BadInput for an unknown one."""
    opening = facts.case(case)
    opened = opening.payload
    if not isinstance(opened, CaseOpened):
        raise TypeError("a case is opened by case.opened")
    events = (opening, *facts.followers(opening))
    said = case_facts(facts, case)
    parties, acts = (value for value, _ in latest_stated(facts, opening, ("offenders", "acts")).values())
    cited = {*facts.refs(opening, *(opened.leads or ()))}
    own = tuple(lead for lead in leads(facts, today) if lead.entry in cited)
    decided = tuple(_decided(facts, events))
    return CaseFolder(
        matter=opened.matter,
        parties=tuple(Party(o.person, Period(o.valid_from, o.valid_to), o.conduct) for o in parties),
        acts=tuple(_act(act, parties) for act in acts),
        leads=own,
        tracks=(_first(facts, opening, opened, decided), _second(facts, events, decided)),
        findings=tuple(_found(facts, events)),
        decisions=decided,
        statements=tuple(_heard(facts, events)),
        clocks=tuple(_clocks(facts, events, own, decided, today)),
        marks=procedure(facts, said, today),
    )


def _act(act: OffenceAct, parties: Sequence[Offender]) -> DoneAct:
    by = tuple(o.person for o in parties if act.day in Period(o.valid_from, o.valid_to))
    return DoneAct(act.id, act.day, act.amount, act.text, by)


def _first(facts: Facts, opening: Recorded, opened: CaseOpened, decided: Sequence[DecidedItem]) -> Track:
    state = "decided" if any(item.track == "first" for item in decided) else "open"
    on = happened(facts, opening)
    return Track("first", state, facts.cite(opening), on, opened.team or (), opened.approved_by, None)


def _second(facts: Facts, events: Sequence[Recorded], decided: Sequence[DecidedItem]) -> Track:
    state = "decided" if any(item.track == "second" for item in decided) else None
    for event in events:
        work, cite, on = event.payload, facts.cite(event), happened(facts, event)
        if isinstance(work, SecondInvestigationOpened):
            return Track("second", state or "open", cite, on, work.team or (), work.approved_by, None)
        if isinstance(work, SecondInvestigationDeclined):
            return Track("second", state or "declined", cite, on, (), work.approved_by, work.reason)
    return Track("second", state or "not_opened", None, None, (), None, None)


def _found(facts: Facts, events: Sequence[Recorded]) -> Iterator[FoundItem]:
    for event in events:
        made = event.payload
        for item in made.findings if isinstance(made, FindingMade) else ():
            yield FoundItem(
                facts.cite(event),
                made.track if isinstance(made, FindingMade) else "",
                item.person or item.body or "",
                item.rulebook,
                item.category,
                item.article,
                item.note,
            )


def _decided(facts: Facts, events: Sequence[Recorded]) -> Iterator[DecidedItem]:
    for event in events:
        for item in event.payload.decisions if isinstance(event.payload, DecisionMade) else ():
            yield _item(facts, events, event, item)


def _item(facts: Facts, events: Sequence[Recorded], event: Recorded, item: DecisionItem) -> DecidedItem:
    served: date | None = None
    announced: date | None = None
    enforced: date | None = None
    appeal: Recorded | None = None
    outcome: AppealDecided | None = None
    for later in events:
        work = later.payload
        if isinstance(work, DecisionServed) and _is(facts, work.decision, later, event):
            if (work.person or work.body) in (None, item.person or item.body):
                served = served or happened(facts, later)
        elif isinstance(work, DecisionAnnounced) and _is(facts, work.of, later, event):
            announced = announced or day(facts, work.at)
        elif isinstance(work, DecisionEnforced) and _is(facts, work.of, later, event):
            enforced = enforced or day(facts, work.at)
        elif isinstance(work, AppealMade) and work.person == item.person and _is(facts, work.against, later, event):
            appeal = later
        elif isinstance(work, AppealDecided) and appeal is not None and _is(facts, work.appeal, later, appeal):
            outcome = work
    return DecidedItem(
        entry=facts.cite(event),
        track=event.payload.track if isinstance(event.payload, DecisionMade) else "",
        party=item.person or item.body or "",
        on=happened(facts, event),
        category=item.category,
        form=item.form,
        note=item.note,
        effect_until=item.effect_until,
        served_on=served,
        announced_on=announced,
        enforced_on=enforced,
        appeal=facts.cite(appeal) if appeal is not None else None,
        appeal_result=outcome.result if outcome is not None else None,
        category_after=outcome.category_after if outcome is not None else None,
    )


def _heard(facts: Facts, events: Sequence[Recorded]) -> Iterator[HeardStatement]:
    for event in events:
        work = event.payload
        if isinstance(work, StatementHeard):
            on = day(facts, work.heard_at)
            yield HeardStatement(facts.cite(event), work.person, on, work.accepted, work.text, work.answer)


def _clocks(
    facts: Facts, events: Sequence[Recorded], own: Sequence[Lead], decided: Sequence[DecidedItem], today: date
) -> Iterator[RunningClock]:
    """Leads not disposed of, decisions not served, appeals that can still be made, appeals not decided."""
    for lead in own:
        if lead.disposed_on is None:
            yield RunningClock("lead", lead.due, today > lead.due, lead.entry)
    unserved: dict[tuple[Citation, date], list[str]] = {}
    for item in decided:
        if item.served_on is None:
            unserved.setdefault((item.entry, month_later(item.on)), []).append(item.party)
        elif item.appeal is None and today <= month_later(item.served_on):
            yield RunningClock(
                "appeal", month_later(item.served_on), overdue=False, entry=item.entry, parties=(item.party,)
            )
        if item.appeal is not None and item.appeal_result is None:
            made = next(event for event in events if facts.cite(event) == item.appeal)
            due = month_later(happened(facts, made))
            yield RunningClock("appeal_decision", due, today > due, item.appeal, (item.party,))
    for (entry, due), parties in unserved.items():
        yield RunningClock("service", due, today > due, entry, tuple(parties))


def _is(facts: Facts, reference: EntryReference, within: Recorded, event: Recorded) -> bool:
    found = facts.entry(reference, within=within)
    return found is not None and found.position == event.position
