"""The tables of the questions, for whoever analyses the record with tools of his own: each list whole, one row type.

Columns are the members of the row types, which only grow. A table rests on the heads that the desk names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from projections.questions.cases import CaseRow, CasesFilter, cases
from projections.questions.desk import Desk
from projections.questions.entries import EntryFilter, EntryRow, entry_rows
from projections.questions.obligations import ObligationFilter, ObligationRow, owed
from projections.questions.persons import PersonRow, PersonsFilter, persons
from projections.questions.registers import REGISTERS, RegisterFilter, register
from projections.questions.signals import SignalFilter, SignalRow, raised
from projections.questions.tenures import TenureFilter, TenureRow, tenures
from projections.questions.units import UnitRow, UnitsFilter, units


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One list, whole; `row_type` is the class of its rows and names its columns."""

    name: str
    row_type: type
    rows: tuple[Any, ...]


ROWS: Mapping[str, type] = {
    "entries": EntryRow,
    "units": UnitRow,
    "persons": PersonRow,
    "tenures": TenureRow,
    "obligations": ObligationRow,
    "signals": SignalRow,
    "cases": CaseRow,
    **{name: kind.row for name, kind in REGISTERS.items()},
}
"""The class of each table's rows, which names its columns."""


def tables(desk: Desk, judged_on: date, known_at: datetime | None = None) -> Iterator[ExportTable]:
    """Every table as known at a moment and judged as on a day, in a fixed order."""
    facts = desk.facts(known_at)
    lists: Mapping[str, Callable[[], Iterable[Any]]] = {
        "entries": lambda: (row for ledger in facts.ledgers for row in entry_rows(facts, ledger, EntryFilter())),
        "units": lambda: desk.ask(units, UnitsFilter(valid_at=judged_on, known_at=known_at)).items,
        "persons": lambda: desk.ask(persons, PersonsFilter(valid_at=judged_on, known_at=known_at)).items,
        "tenures": lambda: desk.ask(tenures, TenureFilter(known_at=known_at)).items,
        "obligations": lambda: desk.ask(owed, ObligationFilter(judged_on=judged_on, known_at=known_at)).items,
        "signals": lambda: desk.ask(raised, SignalFilter(judged_on=judged_on, known_at=known_at)).items,
        "cases": lambda: desk.ask(cases, CasesFilter()).items,
    }
    for name, rows in lists.items():
        yield ExportTable(name, ROWS[name], tuple(rows()))
    for name in REGISTERS:
        found = desk.ask(register(name), RegisterFilter(judged_on=judged_on, known_at=known_at))
        yield ExportTable(name, ROWS[name], found.items)
