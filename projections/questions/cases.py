"""Question: which cases there are and why they are red; one case with its chronology: what only inspectors see.

A case's own facts are the inspectors' and taken in their latest form, whatever was known when.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ledger.clock import today
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.case_work import CaseOpened
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from ledger.recording.likely import near
from projections.facts.values import Citation
from projections.questions.case_folder import CaseFolder, case_folder
from projections.questions.entries import EntryRow, entry_row
from projections.questions.over import Latest, Over
from projections.trace import status
from projections.views.facts import ViewFacts


@dataclass(frozen=True, slots=True)
class CasesFilter(Latest):
    """Every case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter(Latest):
    """Which case, by its id."""

    case: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case, and why it is still red."""

    case: str
    unit: str
    name: str
    period_from: date
    period_to: date
    opened_at: str
    acts: int
    amount: Decimal
    red: tuple[str, ...]
    pinned: bool
    entry: Citation
    points: int
    """Points of procedure that are open, and times that have run out."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The answer, in order of opening."""

    items: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its file, and its chronology: every entry of its stream, in order."""

    case: CaseRow
    entries: tuple[EntryRow, ...]
    file: CaseFolder
    """What is on record about it, from lead to appeal, as it stands now."""


def cases(over: Over, _wanted: CasesFilter) -> Cases:
    """The opened cases, and why each is still red."""
    return Cases(tuple(_rows(over.facts)))


def case(over: Over, wanted: CaseFilter) -> CaseFile:
    """A case with its chronology. Raises BadInput where there is no such case."""
    found = case_row(over.facts, wanted.case)
    opening = over.facts.case(found.case)
    events = (opening, *over.facts.followers(opening, withdrawn=True))
    rows = tuple(entry_row(over.facts, event) for event in events)
    return CaseFile(found, rows, case_folder(over.facts, found.case, today(over.facts.zone)))


def case_row(facts: ViewFacts, case: str) -> CaseRow:
    """The case of this id. Raises BadInput that names the nearest."""
    known = {opened.case or "": (event, opened) for event, opened in _opened(facts)}
    if case not in known:
        raise BadInput("there is no case {!r} here; perhaps {}", case, ", ".join(near(case, known)) or "-")
    return _row(facts, case, *known[case])


def _opened(facts: ViewFacts) -> Iterator[tuple[Recorded, CaseOpened]]:
    for event in facts.cases():
        if isinstance(event.payload, CaseOpened) and event.payload.case is not None:
            yield event, event.payload


def _rows(facts: ViewFacts) -> Iterator[CaseRow]:
    for event, opened in _opened(facts):
        yield _row(facts, opened.case or "", event, opened)


def _row(facts: ViewFacts, case: str, event: Recorded, opened: CaseOpened) -> CaseRow:
    unit = facts.units.get(opened.unit)
    file = case_folder(facts, case, today(facts.zone))
    return CaseRow(
        case,
        opened.unit,
        unit.name if unit is not None else opened.unit,
        opened.period_from,
        opened.period_to,
        format_time(event.recorded_at),
        len(file.acts),
        sum((act.amount for act in file.acts), Decimal(0)),
        tuple(status.red(facts, case)),
        opened.pin is not None and opened.pin.checkpoint is not None,
        facts.cite(event),
        len({(mark.code, mark.party) for mark in file.marks}) + sum(clock.overdue for clock in file.clocks),
    )
