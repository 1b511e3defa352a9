"""Triggers that are tasks of several units: one leads and urges the others, or each reports its part done (PD4)."""

from collections.abc import Iterator
from datetime import date

from ledger.events.office import TaskAssigned, TaskReported
from ledger.events.record import Recorded
from projections.facts.headed import headed_units
from projections.facts.heirs import has_ended, heirs
from projections.facts.holdings import holders_on
from projections.obligations.claims import Claim, named_units
from projections.obligations.docket import Docket
from projections.obligations.occasions import key_tasks
from projections.obligations.table import Rule
from projections.obligations.trigger import Trigger, names
from projections.signals.subject import doers


def shared_task(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """A key task that covers other units too: its unit leads, and urges the others."""
    for record, task, start in key_tasks(docket):
        others = {unit for unit in task.covers or () if not has_ended(docket.facts, unit, start)} - {task.unit}
        if not others or task.unit is None or has_ended(docket.facts, task.unit, start):
            continue

        def answers(act: Claim, record: Recorded = record, others: set[str] = others, unit: str = task.unit) -> bool:
            leads = {holding.person for holding in holders_on(docket.facts, "head", unit, act.on)}
            return not {*leads, unit}.isdisjoint(doers(act.record)) and (
                names(act, record) or bool(others & named_units(act.payload))
            )

        yield Trigger(docket.facts.cite(record).ref, task.unit, None, start, answers, record, task.unit)
    yield from _assigned_tasks(docket)


def _assigned_tasks(docket: Docket) -> Iterator[Trigger]:
    """A task handed out to an owner with co-units: each reports it done by its due day, or was urged by the owner.

    What a person owns is owed by the unit that the task names, else by the one that he headed on its day; who headed
    none owes it for no unit.
    What is due after the end of a unit is due from, and owed by, those that took it over; a unit that ended into
    nothing owes no report, and one that the owner took over none to itself.
    """
    for record in docket.facts.records(TaskAssigned):
        task, start = record.payload, docket.happened(record)
        if not isinstance(task, TaskAssigned) or not task.co_units or start > docket.judged_on:
            continue
        first = _leading(docket, task, start)
        if first is None:
            continue
        due = task.due or date(start.year, 12, 31)
        last = min(due, docket.judged_on)
        stands = {unit: heirs(docket.facts, unit, last) for unit in task.co_units}
        done = _reported_done(docket, record, last)
        for owner in heirs(docket.facts, first, last):
            asked = [part for unit in stands for part in stands[unit] if part == unit or part != owner]
            parts = tuple(dict.fromkeys(asked))
            if not parts:
                continue
            by = {part: [unit for unit in (part, *stands) if part in (unit, *stands.get(unit, ()))] for part in parts}
            reports = {part: next((done[unit] for unit in by[part] if unit in done), None) for part in parts}

            units = {owner, first}

            def urges(
                act: Claim, record: Recorded = record, task: TaskAssigned = task, units: set[str] = units
            ) -> bool:
                leads = {h.person for unit in units for h in holders_on(docket.facts, "head", unit, act.on)}
                return not {*leads, *units, task.owner}.isdisjoint(doers(act.record)) and names(act, record)

            yield Trigger(
                docket.facts.cite(record).ref,
                owner,
                None,
                start,
                urges,
                record,
                owner,
                due=due,
                parts=parts,
                reached=tuple((part, *report) for part, report in reports.items() if report is not None),
            )


def _leading(docket: Docket, task: TaskAssigned, on: date) -> str | None:
    """The unit that urges the others, of those that the owner heads sooner one that is none of them."""
    if task.owner in docket.facts.units:
        return task.owner
    if task.unit is not None:
        return task.unit
    return min(headed_units(docket.facts, task.owner, on), key=lambda unit: unit in (task.co_units or ()), default=None)


def _reported_done(docket: Docket, task: Recorded, last: date) -> dict[str, tuple[Recorded, date]]:
    """By unit, the report that it has done its part of a task by a day."""
    said = [
        event
        for event in docket.facts.followers(task)
        if isinstance(event.payload, TaskReported) and event.payload.of.position == task.position
    ]
    return {
        act.payload.unit: (act.record, act.on)
        for act in docket.judge(said)
        if act.counts and act.payload.done and act.payload.unit is not None and act.on <= last
    }
