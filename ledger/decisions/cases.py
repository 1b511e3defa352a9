"""Deciding on case work, from lead to review."""

from ledger.decisions.state import Standing
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.cases import (
    AppealDecided,
    AppealMade,
    CaseOpened,
    CaseWork,
    DecisionMade,
    LeadReceived,
    QueryMade,
    SecondInvestigationOpened,
)

TRACKS = ("first", "second")


def decide_case_work(payload: Payload, standing: Standing) -> None:
    """Steps follow one another: no decision without a case, no outcome without an appeal."""
    if not isinstance(payload, CaseWork):
        return
    if not isinstance(payload, CaseOpened | LeadReceived | QueryMade) and standing.aggregate is None:
        raise Refused(f"there is no open case {payload.case or ''} for this; open the case first".replace("  ", " "))
    match payload:
        case CaseOpened():
            _decide_opening(payload, standing)
        case SecondInvestigationOpened() | DecisionMade():
            _decide_track(payload, standing)
        case AppealMade() | AppealDecided():
            _decide_appeal(payload, standing)


def _decide_track(payload: SecondInvestigationOpened | DecisionMade, standing: Standing) -> None:
    _check_case_open(payload, standing)
    match payload:
        case SecondInvestigationOpened():
            if any(isinstance(later, SecondInvestigationOpened) for _, later in _later(standing)):
                raise Refused("the second investigation of {} is open already", payload.case)
        case DecisionMade():
            if payload.track not in TRACKS:
                raise Refused("a decision is on the first or second track, not {!r}", payload.track)
            for item in payload.decisions:
                if (item.person is None) == (item.body is None):
                    raise Refused("each item of a decision names one person or one body")


def _decide_appeal(payload: AppealMade | AppealDecided, standing: Standing) -> None:
    match payload:
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
    if case.period_to < case.period_from:
        raise Refused("the case's period ends on {}, before it begins on {}", case.period_to, case.period_from)
    for act in case.acts:
        if not case.period_from <= act.day <= case.period_to:
            raise Refused("the act {} of {} lies outside the case's period", act.id, act.day)
    if len({act.id for act in case.acts}) != len(case.acts):
        raise Refused("two acts of the case have the same number")
    for offender in case.offenders:
        if offender.valid_to < offender.valid_from:
            raise Refused("the offence of {} ends before it begins", offender.person)
