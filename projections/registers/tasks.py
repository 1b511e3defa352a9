"""The register of tasks (任务分解表): who has to do what by when, and how far it is."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.office import TaskAssigned, TaskReported
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.headed import headed_units
from projections.facts.heirs import has_ended, heirs
from projections.facts.holdings import holders_on, line_holders
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation, Period

TaskStatus = Literal["open", "overdue", "done"]


@dataclass(frozen=True, slots=True)
class Task:
    """One task as on a day. `done_by` are the units (or the owner) that reported it done, with the day."""

    entry: Citation
    owner: str
    co_units: tuple[str, ...]
    unit: str | None
    due: date | None
    status: TaskStatus
    done_by: tuple[tuple[str, date], ...]
    reports: tuple[Citation, ...]


def tasks(facts: Facts, judged_on: date) -> Iterator[Task]:
    """Every task handed out by that day. It is done once its owner or his unit says so, or each of its co-units.

    For a co-unit that has ended those speak that took it over.
    """
    for record in facts.records(TaskAssigned):
        task, given = record.payload, happened(facts, record)
        if not isinstance(task, TaskAssigned) or given > judged_on:
            continue
        reports = list(_reports(facts, record, judged_on))
        done = tuple((_who(report, task), on) for report, on in reports if _is_done(report))
        finished = {who for who, _ in done}
        own = _own(facts, task, given)
        whole = not own.isdisjoint(finished) or _all_reported(facts, task, finished, judged_on)
        overdue = task.due is not None and task.due < judged_on
        yield Task(
            entry=facts.cite(record),
            owner=task.owner if whole else heir(facts, task.owner, task.unit, given, judged_on),
            co_units=task.co_units or (),
            unit=task.unit,
            due=task.due,
            status="done" if whole else "overdue" if overdue else "open",
            done_by=done,
            reports=tuple(facts.cite(report) for report, _ in reports),
        )


def heir(facts: Facts, owner: str, unit: str | None, since: date, on: date) -> str:
    """Who has to do what is open: its owner, or where its unit has ended, the head of the unit that took it over.

    It passes from the unit itself and from who headed it at any time from the day of the matter to its end; anybody
    else who owned it goes on owning it.
    """
    ended = next((id_ for id_ in (owner, unit) if id_ is not None and has_ended(facts, id_, on)), None)
    if ended is None:
        return owner
    last = facts.units[ended].valid_to or on
    heads = line_holders(facts, "head", ended, Period(min(since, last), last), primary=True)
    if owner != ended and owner not in {holding.person for holding in heads}:
        return owner
    into = heirs(facts, ended, on)
    after = [holding.person for each in into for holding in holders_on(facts, "head", each, on)]
    return after[0] if after else next(iter(into), owner)


def _own(facts: Facts, task: TaskAssigned, handed_out: date) -> frozenset[str]:
    """Who speaks for the whole of a task: its owner, and the units that are his; a co-unit speaks for its part only."""
    if task.owner in facts.units:
        return frozenset({task.owner})
    named = () if task.unit is None else (task.unit,)
    units = {*named, *headed_units(facts, task.owner, handed_out)}
    return frozenset({task.owner, *(units - {*(task.co_units or ())})})


def _all_reported(facts: Facts, task: TaskAssigned, finished: set[str], on: date) -> bool:
    """Whether each of a task's co-units, or who took it over, has reported it done; false where none of them has."""
    spoke = False
    for unit in task.co_units or ():
        parts = [part for part in heirs(facts, unit, on) if part == unit or part != task.owner]
        if unit not in finished and not all(part in finished for part in parts):
            return False
        spoke = spoke or unit in finished or bool(parts)
    return spoke


def _reports(facts: Facts, task: Recorded, judged_on: date) -> Iterator[tuple[Recorded, date]]:
    for event in facts.followers(task):
        if isinstance(event.payload, TaskReported):
            on = happened(facts, event)
            if event.payload.of.position == task.position and on <= judged_on:
                yield event, on


def _is_done(report: Recorded) -> bool:
    return isinstance(report.payload, TaskReported) and bool(report.payload.done)


def _who(report: Recorded, task: TaskAssigned) -> str:
    said = report.payload.unit if isinstance(report.payload, TaskReported) else None
    return said or task.owner
