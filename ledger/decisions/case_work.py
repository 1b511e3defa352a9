"""Deciding on case work, from lead to review."""

from collections.abc import Sequence
from datetime import date

from ledger.decisions.state import Standing
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.case_parts import OffenceAct, Offender
from ledger.events.case_work import (
    TRACKS,
    AppealDecided,
    AppealMade,
    CaseOpened,
    CaseWork,
    DecisionMade,
    DecisionServed,
    FactsFound,
    FindingMade,
    LeadReceived,
    QueryMade,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
)

CATEGORIES = ("direct", "main_leadership", "important_leadership", "collective", "none", "not_applicable")
KNOWLEDGE = ("concealed", "knew_and_ignored", "knew_and_acted", "should_have_known", "no_sign")


def decide_case_work(payload: Payload, standing: Standing) -> None:
    """Steps follow one another: no decision without a case, no service or appeal without a decision on the party.

    What is merely missing or early (an approval, a finding) is recorded and marked by the trace instead.
    """
    if not isinstance(payload, CaseWork):
        return
    if not isinstance(payload, CaseOpened | LeadReceived | QueryMade) and standing.aggregate is None:
        raise Refused(f"there is no open case {payload.case or ''} for this; open the case first".replace("  ", " "))
    match payload:
        case CaseOpened():
            _decide_opening(payload, standing)
        case SecondInvestigationOpened() | SecondInvestigationDeclined() | DecisionMade() | FindingMade():
            _decide_track(payload, standing)
        case AppealMade() | AppealDecided() | DecisionServed():
            _decide_appeal(payload, standing)
        case FactsFound():
            _check_case_open(payload, standing)
            _decide_facts(payload, standing)


def _decide_track(
    payload: SecondInvestigationOpened | SecondInvestigationDeclined | DecisionMade | FindingMade, standing: Standing
) -> None:
    _check_case_open(payload, standing)
    match payload:
        case SecondInvestigationDeclined():
            if payload.reason is None:
                raise Refused("no second investigation is a reasoned decision; give the reason")
            if any(isinstance(later, DecisionMade) and later.track == "second" for _, later in _later(standing)):
                raise Refused("the second track of {} has a decision already", payload.case)
        case FindingMade():
            _decide_finding(payload, standing)
        case SecondInvestigationOpened():
            if any(isinstance(later, SecondInvestigationOpened) for _, later in _later(standing)):
                raise Refused("the second investigation of {} is open already", payload.case)
        case DecisionMade():
            if payload.track not in TRACKS:
                raise Refused("a decision is on the first or second track, not {!r}", payload.track)
            for item in payload.decisions:
                if (item.person is None) == (item.body is None):
                    raise Refused("each item of a decision names one person or one body")


def _decide_finding(payload: FindingMade, standing: Standing) -> None:
    if payload.track not in TRACKS:
        raise Refused("a finding is on the first or second track, not {!r}", payload.track)
    opened = standing.aggregate.opening if standing.aggregate is not None else None
    books = [book.id for book in opened.rulebooks] if isinstance(opened, CaseOpened) else []
    for _, later in _later(standing):
        if isinstance(later, FactsFound) and later.rulebooks is not None:
            books += [book.id for book in later.rulebooks]
    for item in payload.findings:
        if (item.person is None) == (item.body is None):
            raise Refused("each item of a finding names one person or one body")
        if item.category not in CATEGORIES:
            raise Refused("a category is one of {}, not {!r}", ", ".join(CATEGORIES), item.category)
        if item.knowledge is not None and item.knowledge not in KNOWLEDGE:
            raise Refused("knowledge is one of {}, not {!r}", ", ".join(KNOWLEDGE), item.knowledge)
        if item.rulebook not in books:
            raise Refused("{!r} is no rulebook of the case; they are {}", item.rulebook, ", ".join(books))


def _decide_facts(facts: FactsFound, standing: Standing) -> None:
    """The facts as they stand after this: acts inside the period, each with a number of its own, days in order."""
    opened = standing.aggregate.opening if standing.aggregate is not None else None
    if not isinstance(opened, CaseOpened):
        return
    stated = [opened, *(later for _, later in _later(standing) if isinstance(later, FactsFound)), facts]
    latest = {
        name: next(value for each in reversed(stated) if (value := getattr(each, name)) is not None)
        for name in ("period_from", "period_to", "acts", "offenders")
    }
    _check_facts(latest["period_from"], latest["period_to"], latest["acts"], latest["offenders"])


def _decide_appeal(payload: AppealMade | AppealDecided | DecisionServed, standing: Standing) -> None:
    match payload:
        case DecisionServed():
            decision = standing.entry(payload.decision).payload
            if not isinstance(decision, DecisionMade):
                raise Refused("{} is no decision, so there is nothing to serve", decision.ref or decision.TYPE)
            if (payload.person is None) == (payload.body is None):
                raise Refused("a decision is served on one person or one body")
            if (payload.person, payload.body) not in {(item.person, item.body) for item in decision.decisions}:
                raise Refused("{} decides nothing on {}", decision.ref, payload.person or payload.body)
        case AppealMade():
            decision = standing.entry(payload.against).payload
            if not isinstance(decision, DecisionMade):
                raise Refused("{} is no decision, so there is nothing to appeal against", decision.ref or decision.TYPE)
            if payload.person not in {item.person for item in decision.decisions}:
                raise Refused("{} decides nothing on {}", decision.ref, payload.person)
        case AppealDecided():
            if not isinstance(standing.entry(payload.appeal).payload, AppealMade):
                raise Refused("there is no such appeal; give the number of an appeal on record")
            if any(
                isinstance(later, AppealDecided) and later.appeal == payload.appeal for _, later in _later(standing)
            ):
                raise Refused("this appeal is decided already")


def _later(standing: Standing) -> tuple[tuple[int, Payload], ...]:
    return standing.aggregate.later if standing.aggregate else ()


def _check_case_open(payload: CaseWork, standing: Standing) -> None:
    if standing.aggregate is None or not isinstance(standing.aggregate.opening, CaseOpened):
        raise Refused(f"the case {payload.case or ''} was never opened; open it first".replace("  ", " "))


def _decide_opening(case: CaseOpened, standing: Standing) -> None:
    if case.case is None:
        raise Refused("a case is opened under a number")
    if case.case in standing.register.cases:
        raise Refused("the case {} is open already", case.case)
    _check_facts(case.period_from, case.period_to, case.acts, case.offenders)


def _check_facts(first: date, last: date, acts: Sequence[OffenceAct], offenders: Sequence[Offender]) -> None:
    if last < first:
        raise Refused("the case's period ends on {}, before it begins on {}", last, first)
    for act in acts:
        if not first <= act.day <= last:
            raise Refused("the act {} of {} lies outside the case's period", act.id, act.day)
    if len({act.id for act in acts}) != len(acts):
        raise Refused("two acts of the case have the same number")
    for offender in offenders:
        if offender.valid_to < offender.valid_from:
            raise Refused("the offence of {} ends before it begins", offender.person)
