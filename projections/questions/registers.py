"""Question: what stands in a register (tasks, issues, risks, leads), as known at a moment and judged as on a day."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias

from ledger.errors import BadInput
from projections.facts.protocol import Facts
from projections.facts.touching import names_touched
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.registers.issues import Issue, issues
from projections.registers.leads import Lead, leads
from projections.registers.risks import Risk, risks
from projections.registers.tasks import Task, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter(Judged):
    """Limits of the question; None or empty does not limit. Unit and person are named by id, number or name."""

    unit: str | None = None
    """The unit that it names, whoever it fell to since included."""
    person: str | None = None
    status: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow(Task):
    """A task with its title, None where there is none or it is not to be read, and the names of whom it names."""

    title: str | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow(Issue):
    """An issue with its title, None where there is none or it is not to be read, and the names of whom it names."""

    title: str | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow(Risk):
    """A risk with its title, None where there is none or it is not to be read, and the names of whom it names."""

    title: str | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow(Lead):
    """A lead with its title, None where there is none or it is not to be read, and the names of whom it names."""

    title: str | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tasks:
    """The register of tasks, in the order of the record."""

    register: str
    judged_on: date
    known_at: datetime | None
    items: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class Issues:
    """The register of issues, in the order of the record."""

    register: str
    judged_on: date
    known_at: datetime | None
    items: tuple[IssueRow, ...]


@dataclass(frozen=True, slots=True)
class Risks:
    """The register of risks, in the order of the record."""

    register: str
    judged_on: date
    known_at: datetime | None
    items: tuple[RiskRow, ...]


@dataclass(frozen=True, slots=True)
class Leads:
    """The register of leads, in the order of the record: the inspectors' own."""

    register: str
    judged_on: date
    known_at: datetime | None
    items: tuple[LeadRow, ...]


RegisterAnswer: TypeAlias = Tasks | Issues | Risks | Leads
RegisterRow: TypeAlias = TaskRow | IssueRow | RiskRow | LeadRow


@dataclass(frozen=True, slots=True)
class RegisterKind:
    """A register: what reads it off the record, the classes of its rows and its answer, its statuses.

    The unfinished statuses stand first.
    """

    read: Callable[[Facts, date], Iterable[Any]]
    row: type
    answer: Callable[..., Any]
    statuses: tuple[str, ...]


REGISTERS: Mapping[str, RegisterKind] = {
    "tasks": RegisterKind(tasks, TaskRow, Tasks, ("open", "overdue", "done")),
    "issues": RegisterKind(issues, IssueRow, Issues, ("open", "overdue", "rectified", "closed")),
    "risks": RegisterKind(risks, RiskRow, Risks, ("bare", "countered")),
    "leads": RegisterKind(leads, LeadRow, Leads, ("open", "overdue", "disposed", "disposed_late")),
}


def register(name: str) -> Callable[[Over, RegisterFilter], Any]:
    """The question of a register: its lines within limits. Raises BadInput where there is no such register."""
    if name not in REGISTERS:
        raise BadInput("there is no register {!r}; registers are {}", name, ", ".join(REGISTERS))
    return partial(_lines, name)


def _lines(name: str, over: Over, wanted: RegisterFilter) -> RegisterAnswer:
    facts, judged, kind = over.facts, over.judging_day(wanted), REGISTERS[name]
    for status in wanted.status:
        if status not in kind.statuses:
            raise BadInput("{!r} is no status in this register; statuses are {}", status, ", ".join(kind.statuses))
    party = {party_of(facts, text, "unit") for text in (wanted.unit,) if text is not None}
    party |= {party_of(facts, text, "person") for text in (wanted.person,) if text is not None}
    found: RegisterAnswer = kind.answer(name, judged, facts.known_at, tuple(_rows(over, kind, judged, wanted, party)))
    return found


def _rows(
    over: Over, kind: RegisterKind, judged: date, wanted: RegisterFilter, party: set[str]
) -> Iterator[RegisterRow]:
    for item in kind.read(over.facts, judged):
        if wanted.status and item.status not in wanted.status:
            continue
        title, parties = _named(over, item)
        if party <= parties:
            yield kind.row(
                **{each.name: getattr(item, each.name) for each in fields(item)},
                title=title,
                names={id_: over.speech.name(id_) for id_ in sorted(parties)},
            )


def _named(over: Over, item: Any) -> tuple[str | None, set[str]]:
    """The title, else what it is about; and the persons and units that it names, its owner of today included."""
    record = over.facts.cited(item.entry)
    if record is None:
        return None, set()
    texts = (getattr(record.payload, name, None) for name in ("title", "matter", "text") if name not in record.missing)
    owner = getattr(item, "owner", None)
    parties = set(names_touched(over.facts, record)) | ({owner} if owner is not None else set())
    return next((text for text in texts if text), None) if over.texts else None, parties
