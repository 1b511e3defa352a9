"""Question: what stands in a register (tasks, issues, risks, leads), as known at a moment and judged as on a day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from ledger.errors import BadInput
from projections.facts.protocol import Facts
from projections.facts.touching import names_touched
from projections.registers.issues import Issue, issues
from projections.registers.leads import Lead, leads
from projections.registers.risks import Risk, risks
from projections.registers.tasks import Task, tasks

Item: TypeAlias = Task | Issue | Risk | Lead
REGISTERS: Mapping[str, Callable[[Facts, date], Iterable[Item]]] = {
    "tasks": tasks,
    "issues": issues,
    "risks": risks,
    "leads": leads,
}
STATUSES: Mapping[str, tuple[str, ...]] = {
    "tasks": ("open", "overdue", "done"),
    "issues": ("open", "overdue", "rectified", "closed"),
    "risks": ("bare", "countered"),
    "leads": ("open", "overdue", "disposed", "disposed_late"),
}
"""The statuses of each register, the unfinished ones first."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of a register. `parties` are the persons and units that it names, whoever it fell to since included."""

    item: Item
    title: str | None
    """Its title, else what it is about; None where there is none, or it was withheld or erased."""
    parties: frozenset[str]


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """The answer: the lines within the limits, in the order of the record."""

    name: str
    judged_on: date
    known_at: datetime | None
    rows: tuple[RegisterRow, ...]


def register(
    facts: Facts, name: str, judged_on: date, *, party: Sequence[str] = (), statuses: Sequence[str] = ()
) -> RegisterAnswer:
    """The lines of a register that concern all of these persons and units, with one of the statuses. Raises BadInput.

    No party and no status limit nothing.
    """
    if name not in REGISTERS:
        raise BadInput("there is no register {!r}; registers are {}", name, ", ".join(REGISTERS))
    for status in statuses:
        if status not in STATUSES[name]:
            raise BadInput("{!r} is no status in this register; statuses are {}", status, ", ".join(STATUSES[name]))
    rows = [_row(facts, item) for item in REGISTERS[name](facts, judged_on) if not statuses or item.status in statuses]
    return RegisterAnswer(name, judged_on, facts.known_at, tuple(row for row in rows if row.parties.issuperset(party)))


def _row(facts: Facts, item: Item) -> RegisterRow:
    record = facts.cited(item.entry)
    if record is None:
        return RegisterRow(item, None, frozenset())
    texts = (getattr(record.payload, name, None) for name in ("title", "matter", "text") if name not in record.missing)
    owner = getattr(item, "owner", None)
    return RegisterRow(
        item,
        next((text for text in texts if text), None),
        names_touched(facts, record) | ({owner} if owner is not None else set()),
    )
