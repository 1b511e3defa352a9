"""Cases, their chronology, and the trace page."""

from api.listing import listed
from api.pages.frame import Shown, page
from api.request_state import explainer, facts, reading
from api.routes import CASES, CURSOR, FORMAT, LIMIT, LIST, Route, Values
from api.v1.cases import CASE, CaseFile, case, case_of, trace_of
from api.v1.cases import ROUTES as API
from api.v1.duties import state_of
from projections.browse import cases
from projections.explain import LEVELS, RED
from projections.model import Citation
from projections.reports.drawings import trace_graph, trace_tenures
from projections.rows import CaseRow, EntryRow
from projections.trace.model import Trace


def case_list(asked: Values) -> Shown:
    """The opened cases."""
    return page("cases.html", listed(cases(facts()), state_of("cases", asked)), red=RED)


def case_page(asked: Values) -> Shown:
    """A case and its chronology."""
    found: CaseFile = case(asked)
    return page(
        "case.html",
        listed(found.entries, state_of("case", asked)),
        case=found.case,
        red=RED,
        unit_of_money=facts().rules.unit_of_money,
        cite_of=lambda row: Citation(row.ledger, row.position, row.ref or f"#{row.position}"),
    )


def drawings_of(found: Trace) -> tuple[str, ...]:
    """The responsibility graph, and the line of the unit over the days of the offence."""
    explain = explainer()
    return trace_graph(found, explain), trace_tenures(found, explain, facts())


def trace_page(asked: Values) -> Shown:
    """The reverse trace of a case."""
    row = case_of(asked["case"])
    found = trace_of(asked)
    books = trace_of({**asked, "rulebook": None}).rulebooks
    return page(
        "trace.html",
        trace=found,
        case=row,
        books=books,
        levels=LEVELS,
        drawings=drawings_of(found),
        red=RED,
        explain=explainer(),
        known=found.known_at,
        duty_entries={head.kind: head.entries for head in reading().heads}.get("duty"),
    )


ROUTES = (
    Route("/cases", case_list, "Cases, and why they are red", CASES, CaseRow, LIST, title="Cases"),
    Route(
        "/cases/{case}",
        case_page,
        "A case and its chronology",
        CASES,
        EntryRow,
        (CASE, CURSOR, LIMIT, FORMAT),
        records="case",
    ),
    Route(
        "/traces/{case}",
        trace_page,
        "Reverse trace of a case: who answers for it",
        CASES,
        None,
        API[2].parameters,
        records="case",
    ),
)
