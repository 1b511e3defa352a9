"""Registers of an office, and the line of a unit without a case."""

from collections.abc import Callable
from typing import Any

from api.answering.listing import Listing, answered
from api.asking.filters import ask
from api.routes import CASES, DUTIES, JUDGED, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.messages import N_
from projections.language.register_words import REGISTERS as TITLES
from projections.questions.line import Line, LineFilter
from projections.questions.line import line as line_of
from projections.questions.registers import (
    REGISTERS,
    AssessmentRow,
    HandoverRow,
    IssueRow,
    LeadRow,
    MeetingRow,
    RegisterAnswer,
    RegisterFilter,
    RiskRow,
    TalkRow,
    TaskRow,
    WarningRow,
    register,
)


def _register(name: str, asked: Values) -> Listing[Any]:
    return answered(ask(register(name), RegisterFilter, asked), state_of(name, asked))


def tasks(asked: Values) -> Listing[TaskRow]:
    """Who has to do what by when."""
    return _register("tasks", asked)


def issues(asked: Values) -> Listing[IssueRow]:
    """What was found wrong, until it is closed."""
    return _register("issues", asked)


def risks(asked: Values) -> Listing[RiskRow]:
    """Risks with their measures."""
    return _register("risks", asked)


def leads(asked: Values) -> Listing[LeadRow]:
    """Leads with their thirty days."""
    return _register("leads", asked)


def talks(asked: Values) -> Listing[TalkRow]:
    """Who talked with whom, and what was to be followed up."""
    return _register("talks", asked)


def meetings(asked: Values) -> Listing[MeetingRow]:
    """Meetings with their votes."""
    return _register("meetings", asked)


def warnings(asked: Values) -> Listing[WarningRow]:
    """Warnings, until they are answered."""
    return _register("warnings", asked)


def handovers(asked: Values) -> Listing[HandoverRow]:
    """Handovers, and whether both signed."""
    return _register("handovers", asked)


def assessments(asked: Values) -> Listing[AssessmentRow]:
    """Assessments, and what their results were used for."""
    return _register("assessments", asked)


def line(asked: Values) -> Line:
    """The line of a unit over some days."""
    return ask(line_of, LineFilter, asked)


def _parameters(name: str) -> tuple[Parameter, ...]:
    return (
        Parameter("unit", "unit", "Only what concerns this unit."),
        Parameter("person", "person", "Only what concerns this person; recorded as a reading of the person."),
        Parameter("period", "text", "Only of this year, half-year or quarter: 2024, 2024H1, 2024Q3."),
        Parameter(
            "status", "choice", "Only with this status; may stand several times.", REGISTERS[name].statuses, many=True
        ),
        *JUDGED,
        *LIST,
    )


def _route(ask: Callable[[Values], Listing[Any]], answer: Any, scopes: frozenset[str] = DUTIES) -> Route:
    name = ask.__name__
    return Route(f"/tables/{name}", ask, TITLES[name], scopes, answer, _parameters(name), lists=True)


ROUTES = (
    _route(tasks, RegisterAnswer[TaskRow]),
    _route(issues, RegisterAnswer[IssueRow]),
    _route(risks, RegisterAnswer[RiskRow]),
    _route(leads, RegisterAnswer[LeadRow], CASES),
    _route(talks, RegisterAnswer[TalkRow]),
    _route(meetings, RegisterAnswer[MeetingRow]),
    _route(warnings, RegisterAnswer[WarningRow]),
    _route(handovers, RegisterAnswer[HandoverRow]),
    _route(assessments, RegisterAnswer[AssessmentRow]),
    Route(
        "/lines/{unit}",
        line,
        N_("The line of a unit over some days, without a case"),
        DUTIES,
        Line,
        (
            Parameter("unit", "party", "A unit's id, number or name."),
            Parameter("from", "day", "The first day.", required=True),
            Parameter("to", "day", "The last day, included.", required=True),
            Parameter("function", "text", "Who held this function too, such as finance."),
            *JUDGED,
        ),
    ),
)
