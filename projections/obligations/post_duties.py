"""Duties that a post itself brings about: it stands without holder, or one person holds it too long."""

from collections.abc import Iterator
from datetime import date, timedelta

from projections.facts.holdings import SECRETARY, Level, gaps, governed_units, holders_on, line_holders
from projections.facts.values import Instance, Period
from projections.facts.workdays import add_working_days, is_announced
from projections.obligations.docket import Docket
from projections.obligations.outcome import LATE, late_or_provisional
from projections.obligations.slots import holder_of
from projections.obligations.table import Obligation, Rule
from projections.signals.duties import full_on, function_runs


def vacancies(docket: Docket, obligation: Obligation, rule: Rule) -> Iterator[Instance]:
    """PG2b, PS2 on change: a duty without holder is filled promptly, counted from the first day without one.

    Units whose duty is vacant on the same days are one vacancy. The secretary of its first day owes the filling of a
    supervision (PS2), the Party group that of a supervision or a headship (PG2b). An assignment that ends a vacancy
    needs no claim. A vacancy that ended with its units before it was due to be filled asks for nothing.
    """
    levels: dict[Level, str] = {"supervisor": "supervision"}
    if rule.trigger == "vacancy":
        levels["head"] = "head"
    for level, word in levels.items():
        open_days: dict[Period, list[str]] = {}
        for unit in governed_units(docket.facts):
            for gap in gaps(docket.facts, level, unit, Period(date.min, docket.judged_on)):
                open_days.setdefault(gap, []).append(unit)
        for gap, units in sorted(open_days.items()):
            owner = _vacancy_owner(docket, rule, gap.first)
            if owner is not None and not _ended_in_time(docket, gap, units):
                yield _vacancy(docket, obligation, owner, (level, word), gap, units)


def _ended_in_time(docket: Docket, gap: Period, units: list[str]) -> bool:
    """Whether the units of a vacancy had all ended with it before it was due to be filled."""
    ended = gap.last < docket.judged_on and all(docket.facts.units[unit].valid_to == gap.last for unit in units)
    return ended and gap.last < _due(docket, gap)


def _due(docket: Docket, gap: Period) -> date:
    return add_working_days(gap.first, docket.facts.rules_on(gap.first).timely_days)


def _vacancy_owner(docket: Docket, rule: Rule, on: date) -> tuple[str, str | None] | None:
    if rule.per == "group":
        group = docket.facts.party_group
        return (group, None) if group is not None else None
    holder = holder_of(holders_on(docket.facts, "secretary", None, on), on)
    return (holder.person, SECRETARY) if holder is not None else None


def _vacancy(
    docket: Docket,
    obligation: Obligation,
    owner: tuple[str, str | None],
    duty: tuple[Level, str],
    gap: Period,
    units: list[str],
) -> Instance:
    due = _due(docket, gap)
    filled = [
        holding
        for unit in units
        for holding in line_holders(docket.facts, duty[0], unit, Period(gap.last, docket.judged_on), primary=True)
    ]
    still_open = "not_due" if due > docket.judged_on else "unmet"
    provisional = not is_announced(due)
    late = late_or_provisional("late", gap.last + timedelta(days=1), due if provisional else None)
    status = still_open if not filled else "met" if gap.last < due else late
    first = min(filled, key=lambda h: (h.period, h.entry)) if filled else None
    return Instance(
        obligation=obligation.id,
        owner=owner[0],
        post=owner[1],
        period=None,
        trigger=f"vacancy of {duty[1]} {gap.first.isoformat()}",
        subject=None,
        due=due,
        status=status,
        met_by=(first.entry,) if first is not None and status == "met" else (),
        by=first.entry if first is not None and status in LATE else None,
        provisional=provisional,
        since=gap.first,
        unit=units[0] if len(units) == 1 else None,
        missing=tuple(units) if not filled else (),
    )


def rotation(docket: Docket, obligation: Obligation, _: Rule) -> Iterator[Instance]:
    """G2c: holders of key posts rotate; due is the day on which the years are full, `since` where they stayed on."""
    facts, group = docket.facts, docket.facts.party_group
    if group is None:
        return
    owed: dict[tuple[str, date], str] = {}
    for person, _function, run in function_runs(facts, docket.judged_on):
        full = full_on(facts, run)
        if run[0].valid_from > docket.judged_on:
            continue  # not begun
        stays = max(tenure.valid_to or date.max for tenure in run) >= full
        status = "met" if not stays else "not_due" if full > docket.judged_on else "unmet"
        if owed.get((person, full), "met") == "met":
            owed[person, full] = status
    for (person, full), status in sorted(owed.items()):
        yield Instance(
            obligation=obligation.id,
            owner=group,
            post=None,
            period=None,
            trigger=None,
            subject=person,
            due=full,
            status=status,
            since=full if status == "unmet" else None,
        )
