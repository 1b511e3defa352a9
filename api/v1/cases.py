"""Cases and their traces: what only the discipline side sees."""

from dataclasses import dataclass
from datetime import date

from api.answering.listing import Listing, listed
from api.asking.current import computed, facts, reading
from api.asking.reader import Unknown
from api.routes import CASES, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.events.base import Fact
from ledger.events.record import Recorded
from ledger.messages import N_
from projections.facts.protocol import day
from projections.questions.answers import trace_answer
from projections.questions.browse import cases
from projections.questions.rows import CaseRow, EntryRow
from projections.trace.model import Trace

CASE = Parameter("case", "text", "Id of a case.")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case and its chronology: every entry of its stream, in order."""

    case: CaseRow
    entries: tuple[EntryRow, ...]


def all_cases(asked: Values) -> Listing[CaseRow]:
    """The opened cases, and why each is still red."""
    return listed(cases(facts()), state_of("cases", asked))


def case(asked: Values) -> CaseFile:
    """A case with its chronology."""
    row = case_of(asked["case"])
    opening = facts().case(row.case)
    events = [opening, *facts().followers(opening)]
    rows = tuple(
        EntryRow(
            event.ledger,
            event.position,
            event.payload.ref,
            event.type,
            format_time(event.recorded_at),
            _happened(event),
            event.signers,
            event.originator_id,
            event.originator_version,
            b64encode(event.leaf_hash),
        )
        for event in events
    )
    return CaseFile(row, rows)


def _happened(event: Recorded) -> date | None:
    occurred = event.payload.occurred_at if isinstance(event.payload, Fact) else None
    return day(facts(), occurred) if occurred is not None else None


def case_of(id_: str) -> CaseRow:
    """The case with this id. Raises Unknown."""
    for row in cases(facts()):
        if row.case == id_:
            return row
    raise Unknown("there is no case {!r} here", id_)


def case_trace(asked: Values) -> dict[str, object]:
    """The reverse trace of a case, by default as known at its opening."""
    return trace_answer(trace_of(asked))


def trace_of(asked: Values) -> Trace:
    """The trace that the parameters ask for, computed once per state of the ledgers. Raises Unknown."""
    case_of(asked["case"])
    desk = reading().desk
    return computed(
        ("trace", asked["case"], asked["known_at"], asked["rulebook"]),
        lambda: desk.trace(asked["case"], known_at=asked["known_at"], rulebook=asked["rulebook"]),
    )


ROUTES = (
    Route("/cases", all_cases, N_("Cases, and why they are red"), CASES, CaseRow, LIST, lists=True, records="case"),
    Route("/cases/{case}", case, N_("A case and its chronology"), CASES, CaseFile, (CASE,), records="case"),
    Route(
        "/traces/{case}",
        case_trace,
        N_("Reverse trace of a case: who answers for it"),
        CASES,
        Trace,
        (
            CASE,
            Parameter("known_at", "moment", "The duty ledgers as known at this moment; the opening otherwise."),
            Parameter("rulebook", "text", "Only under this rulebook."),
        ),
        records="case",
    ),
)
