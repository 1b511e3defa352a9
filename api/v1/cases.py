"""Cases and their traces: what only the discipline side sees."""

from api.answering.listing import Listing, answered
from api.asking.current import computed, facts, reading
from api.asking.filters import ask
from api.asking.reader import Unknown
from api.routes import CASES, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.errors import BadInput
from ledger.messages import N_
from projections.questions.cases import CaseFile, CaseFilter, CaseRow, Cases, CasesFilter, case_row, cases
from projections.questions.cases import case as one_case
from projections.trace.model import Trace

CASE = Parameter("case", "text", "Id of a case.")
TRACED = (
    CASE,
    Parameter("known_at", "moment", "The duty ledgers as known at this moment; the opening otherwise."),
    Parameter("rulebook", "text", "Only under this rulebook."),
)
"""What a trace is asked by."""


def all_cases(asked: Values) -> Listing[CaseRow]:
    """The opened cases, and why each is still red."""
    return answered(ask(cases, CasesFilter, asked), state_of("cases", asked))


def case(asked: Values) -> CaseFile:
    """A case with its chronology. Raises Unknown."""
    case_of(asked["case"])
    return ask(one_case, CaseFilter, asked)


def case_of(id_: str) -> CaseRow:
    """The case with this id. Raises Unknown."""
    try:
        return case_row(facts(), id_)
    except BadInput as error:
        raise Unknown(error.message, *error.values) from None


def case_trace(asked: Values) -> Trace:
    """The reverse trace of a case, by default as known at its opening."""
    return trace_of(asked)


def trace_of(asked: Values) -> Trace:
    """The trace that the parameters ask for, computed once per state of the ledgers. Raises Unknown."""
    case_of(asked["case"])
    desk = reading().desk
    return computed(
        ("trace", asked["case"], asked["known_at"], asked["rulebook"]),
        lambda: desk.trace(asked["case"], known_at=asked["known_at"], rulebook=asked["rulebook"]),
    )


ROUTES = (
    Route("/cases", all_cases, N_("Cases, and why they are red"), CASES, Cases, LIST, lists=True),
    Route("/cases/{case}", case, N_("A case and its chronology"), CASES, CaseFile, (CASE,)),
    Route(
        "/traces/{case}",
        case_trace,
        N_("Reverse trace of a case: who answers for it"),
        CASES,
        Trace,
        TRACED,
    ),
)
