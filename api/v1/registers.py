"""Registers of an office, and the line of a unit without a case."""

from typing import Any

from api.answering.listing import Listing, answered
from api.asking.questions import ask
from api.routes import CASES, DUTIES, JUDGED, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.messages import N_
from projections.questions.line import Line, LineFilter
from projections.questions.line import line as line_of
from projections.questions.registers import (
    REGISTERS,
    AssessmentRow,
    Assessments,
    HandoverRow,
    Handovers,
    IssueRow,
    Issues,
    LeadRow,
    Leads,
    MeetingRow,
    Meetings,
    RegisterFilter,
    RiskRow,
    Risks,
    TalkRow,
    Talks,
    TaskRow,
    Tasks,
    WarningRow,
    Warnings,
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


ROUTES = (
    Route("/tables/tasks", tasks, N_("Register of tasks"), DUTIES, Tasks, _parameters("tasks"), lists=True),
    Route("/tables/issues", issues, N_("Register of issues"), DUTIES, Issues, _parameters("issues"), lists=True),
    Route("/tables/risks", risks, N_("Register of risks"), DUTIES, Risks, _parameters("risks"), lists=True),
    Route("/tables/leads", leads, N_("Register of leads"), CASES, Leads, _parameters("leads"), lists=True),
    Route("/tables/talks", talks, N_("Register of talks"), DUTIES, Talks, _parameters("talks"), lists=True),
    Route(
        "/tables/meetings", meetings, N_("Register of meetings"), DUTIES, Meetings, _parameters("meetings"), lists=True
    ),
    Route(
        "/tables/warnings", warnings, N_("Register of warnings"), DUTIES, Warnings, _parameters("warnings"), lists=True
    ),
    Route(
        "/tables/handovers",
        handovers,
        N_("Register of handovers"),
        DUTIES,
        Handovers,
        _parameters("handovers"),
        lists=True,
    ),
    Route(
        "/tables/assessments",
        assessments,
        N_("Register of assessments"),
        DUTIES,
        Assessments,
        _parameters("assessments"),
        lists=True,
    ),
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
