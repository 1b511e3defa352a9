"""Question: what stands in a register of the office, as known at a moment and judged as on a day."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from ledger.errors import BadInput
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from ledger.recording.moments import read_period
from projections.facts.protocol import Facts, happened
from projections.facts.touching import names_touched
from projections.facts.values import Citation
from projections.questions.former_values import corrected_by
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.registers.assessments import Assessment, assessments
from projections.registers.handovers import Handover, handovers
from projections.registers.issues import Issue, issues
from projections.registers.leads import Lead, leads
from projections.registers.meetings import Meeting, meetings
from projections.registers.risks import Risk, risks
from projections.registers.talks import Talk, talks
from projections.registers.tasks import Task, tasks
from projections.registers.warnings import Warned, warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter(Judged):
    """Limits of the question; None or empty does not limit. Unit and person are named by id, number or name."""

    unit: str | None = None
    """The unit that it names, whoever it fell to since included."""
    person: str | None = None
    period: str | None = None
    """The year, half-year or quarter in which it happened: `2024`, `2024H1`, `2024Q3`."""
    status: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Named:
    """What every line has beside what its register reads off the record."""

    __slots__ = ()

    title: str | None
    names: Mapping[str, str]
    corrected_by: tuple[Citation, ...] = ()
    """The corrections of the record that count: what stands here is what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow(_Named, Task):
    """A task with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow(_Named, Issue):
    """An issue with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow(_Named, Risk):
    """A risk with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow(_Named, Lead):
    """A lead with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRow(_Named, Talk):
    """A talk with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow(_Named, Meeting):
    """A meeting with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRow(_Named, Warned):
    """A warning with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow(_Named, Handover):
    """A handover with its title, None where there is none or it is not to be read, and the names of whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRow(_Named, Assessment):
    """An assessment with its title, None where none is to be read, and the names of whom it names."""


RegisterRow: TypeAlias = (
    TaskRow | IssueRow | RiskRow | LeadRow | TalkRow | MeetingRow | WarningRow | HandoverRow | AssessmentRow
)
R = TypeVar("R", bound=RegisterRow)


@dataclass(frozen=True, slots=True)
class RegisterAnswer(Generic[R]):
    """The answer: the lines of a register in the order of the record."""

    register: str
    judged_on: date
    known_at: datetime | None
    items: tuple[R, ...]


@dataclass(frozen=True, slots=True)
class RegisterKind:
    """A register: what reads it off the record, the class of its rows, its statuses, the unfinished ones first."""

    read: Callable[[Facts, date], Iterable[Any]]
    row: type
    statuses: tuple[str, ...]


REGISTERS: Mapping[str, RegisterKind] = {
    "tasks": RegisterKind(tasks, TaskRow, ("open", "overdue", "done")),
    "issues": RegisterKind(issues, IssueRow, ("open", "overdue", "rectified", "closed")),
    "risks": RegisterKind(risks, RiskRow, ("bare", "countered")),
    "leads": RegisterKind(leads, LeadRow, ("open", "overdue", "disposed", "disposed_late")),
    "talks": RegisterKind(talks, TalkRow, ("open", "overdue", "followed_up", "held")),
    "meetings": RegisterKind(meetings, MeetingRow, ("no_vote", "voted", "divided")),
    "warnings": RegisterKind(warnings, WarningRow, ("open", "unanswered", "answered", "answered_late")),
    "handovers": RegisterKind(handovers, HandoverRow, ("one_sided", "signed")),
    "assessments": RegisterKind(assessments, AssessmentRow, ("unused", "used")),
}
INSPECTORS = ("leads",)
"""Registers of the inspectors' own: they hold nothing of what an organ's side knows."""


def register(name: str) -> Callable[[Over, RegisterFilter], RegisterAnswer[Any]]:
    """The question of a register: its lines within limits. Raises BadInput where there is no such register."""
    if name not in REGISTERS:
        raise BadInput("there is no register {!r}; registers are {}", name, ", ".join(REGISTERS))
    return partial(_lines, name)


def _lines(name: str, over: Over, wanted: RegisterFilter) -> RegisterAnswer[Any]:
    facts, judged, kind = over.facts, over.judging_day(wanted), REGISTERS[name]
    for status in wanted.status:
        if status not in kind.statuses:
            raise BadInput("{!r} is no status in this register; statuses are {}", status, ", ".join(kind.statuses))
    party = {party_of(facts, text, "unit") for text in (wanted.unit,) if text is not None}
    party |= {party_of(facts, text, "person") for text in (wanted.person,) if text is not None}
    return RegisterAnswer(name, judged, facts.known_at, tuple(_rows(over, name, judged, wanted, party)))


def _rows(over: Over, name: str, judged: date, wanted: RegisterFilter, party: set[str]) -> Iterator[RegisterRow]:
    kind, during = REGISTERS[name], read_period(wanted.period) if wanted.period is not None else None
    for item in over.keep(("register", name, judged), lambda: tuple(kind.read(over.facts, judged))):
        if wanted.status and item.status not in wanted.status:
            continue
        record = over.facts.cited(item.entry)
        if during is not None and not (record and during.first <= happened(over.facts, record) <= during.last):
            continue
        title, parties = _named(over, item, record)
        if party <= parties:
            yield kind.row(
                **{each.name: getattr(item, each.name) for each in fields(item)},
                title=title,
                names={id_: over.speech.name(id_) for id_ in sorted(parties)},
                corrected_by=corrected_by(over.facts, record) if record is not None else (),
            )


def _named(over: Over, item: Any, record: Recorded | None) -> tuple[str | None, set[str]]:
    """The title, and the persons and units that it names, its owner of today included."""
    if record is None:
        return None, set()
    owner = getattr(item, "owner", None)
    parties = set(names_touched(over.facts, record)) | ({owner} if owner is not None else set())
    return _title(over, record), parties


def _title(over: Over, record: Recorded) -> str | None:
    """The title of a record, else what it is about; None where it has none or it is not to be read."""
    if not over.texts:
        return None
    texts = [getattr(record.payload, name, None) for name in ("title", "matter") if name not in record.missing]
    items = enumerate(getattr(record.payload, "items", None) or ())
    titled = ((n, getattr(each, "title", None)) for n, each in items)
    texts.append("; ".join(title for n, title in titled if title and f"items.{n}.title" not in record.missing))
    texts += [getattr(record.payload, name, None) for name in ("decision", "text") if name not in record.missing]
    return next((text for text in texts if text), None)
