"""Countable duties of a year or window: a number of acts, an analysis, a report, a check of all units."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from ledger.events.acts import AnalysisMade, EducationHeld, InspectionHeld, MeetingHeld, ReportSent
from ledger.events.record import Recorded
from projections.facts import Facts, day
from projections.model import Instance, Period
from projections.obligations.acts import Sorted, cites, happened, sort_acts
from projections.obligations.periods import Due, calendar_years, reported_years
from projections.tenures import MEMBER, SECRETARY, governed_units, holders_on, supervised_units

SUPERIORS = ("superior", "superior_discipline")
Scope = Callable[[Facts, Recorded], bool]


def group_meetings(required: int, kind: str, *, chaired_by_secretary: bool) -> Callable[..., Iterator[Instance]]:
    """PS1, PG1: at least so many meetings of the Party group of this kind a year."""

    def in_scope(facts: Facts, act: Recorded) -> bool:
        held = act.payload
        if not isinstance(held, MeetingHeld) or held.kind != kind or held.body != facts.party_group:
            return False
        chairs = {holding.person for holding in holders_on(facts, "secretary", None, happened(facts, act))}
        return not chaired_by_secretary or held.chair in chairs

    return counted(required, in_scope, by_secretary=chaired_by_secretary)


def group_education(required: int) -> Callable[..., Iterator[Instance]]:
    """PG3a: at least so many education activities of the Party group a year; a unit's own do not count."""

    def in_scope(facts: Facts, act: Recorded) -> bool:
        return isinstance(act.payload, EducationHeld) and act.payload.body == facts.party_group

    return counted(required, in_scope, by_secretary=False)


def counted(required: int, in_scope: Scope, *, by_secretary: bool) -> Callable[..., Iterator[Instance]]:
    """A number of acts in a calendar year, owed by the secretary at its end or by the Party group."""

    def evaluate(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
        acts = sort_acts(facts, id_, judged_on, in_scope=lambda act: in_scope(facts, act))
        for due in calendar_years(facts, judged_on):
            owner = _owner(facts, due.due, by_secretary=by_secretary)
            if owner is None:
                continue
            own = acts.where(lambda act, due=due: happened(facts, act) in due.period)  # type: ignore[misc]  # bound now
            late = bool(own.late) and len(own.credited) >= required > len(own.credited) - len(own.late)
            enough = len(own.credited) >= required
            doubtful = not enough and len(own.credited) + len(own.doubtful) >= required
            yield Instance(
                obligation=id_,
                owner=owner,
                post=SECRETARY if by_secretary else None,
                period=due.name,
                trigger=None,
                subject=None,
                due=due.due,
                status="met_late_declared" if late else "met" if enough else "doubtful" if doubtful else "unmet",
                required=required,
                credited=len(own.credited),
                met_by=cites(facts, own.credited),
                rejected=cites(facts, own.rejected),
                doubtful=cites(facts, own.doubtful),
                not_counted=cites(facts, own.not_counted),
            )

    return evaluate


def _owner(facts: Facts, on: date, *, by_secretary: bool) -> str | None:
    if not by_secretary:
        return facts.party_group
    holders = holders_on(facts, "secretary", None, on)
    return next((h.person for h in holders if not h.acting), holders[0].person if holders else None)


def member_meetings(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PM3: each member who supervises units at the year's end, at least one meeting with them in the year."""
    acts = sort_acts(facts, id_, judged_on, in_scope=lambda act: isinstance(act.payload, MeetingHeld))
    for due in calendar_years(facts, judged_on):
        titular = (tenure.person for tenure in facts.tenures(post=MEMBER, on=due.due) if tenure.acting is None)
        for person in dict.fromkeys(titular):
            if not supervised_units(facts, person, due.due):
                continue
            own = acts.where(
                lambda act, due=due, person=person: (
                    happened(facts, act) in due.period  # type: ignore[misc]  # bound now
                    and getattr(act.payload, "chair", None) == person
                )
            )
            yield _one(facts, id_, person, MEMBER, due, own)


def analyses(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PS5a: a mid-year and a year-end analysis; after its window it is late, without one it is unmet."""
    acts = sort_acts(facts, id_, judged_on, in_scope=lambda act: isinstance(act.payload, AnalysisMade))
    rules = facts.rules
    first = next((event.recorded_at for event in facts.records()), None)
    for year in range(first.astimezone(facts.zone).year if first else judged_on.year, judged_on.year + 1):
        for name, window, wanted in (
            (f"{year} mid-year", rules.mid_year_analysis_window, f"{year}-H1"),
            (f"{year} year-end", rules.year_end_analysis_window, f"{year}-year"),
        ):
            period = Period(*window.of(year))
            if period.last > judged_on:
                continue
            owner = _owner(facts, period.last, by_secretary=True)
            if owner is None:
                continue
            own = acts.where(lambda act, wanted=wanted: getattr(act.payload, "for_period", None) == wanted)  # type: ignore[misc]  # bound now
            yield _one(facts, id_, owner, SECRETARY, Due(name, period, period.last), own)


def _one(facts: Facts, id_: str, owner: str, post: str | None, due: Due, own: Sorted) -> Instance:
    in_time = [act for act in own.credited if happened(facts, act) <= due.due]
    if in_time:
        status = "met_late_declared" if all(act in own.late for act in in_time) else "met"
    else:
        status = "late" if own.credited else "doubtful" if own.doubtful else "unmet"
    return Instance(
        obligation=id_,
        owner=owner,
        post=post,
        period=due.name,
        trigger=None,
        subject=None,
        due=due.due,
        status=status,
        met_by=cites(facts, own.credited),
        rejected=cites(facts, own.rejected),
        doubtful=cites(facts, own.doubtful),
        not_counted=cites(facts, own.not_counted),
        by=facts.cite(own.credited[0]) if status == "late" else None,
    )


def yearly_report(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PG5b: the yearly report to both superiors; only an addressee's receipt counts."""
    superiors = [unit.id for unit in facts.units.values() if unit.kind in SUPERIORS]
    acts = sort_acts(facts, id_, judged_on, in_scope=lambda act: isinstance(act.payload, ReportSent))
    group = facts.party_group
    for due in reported_years(facts, judged_on, facts.rules.annual_check_window):
        if group is None or int(due.name) < _first_year(facts):
            continue
        own = acts.where(lambda act, due=due: getattr(act.payload, "for_year", None) == int(due.name))  # type: ignore[misc]  # bound now
        received = {unit for act in own.credited for unit in getattr(act.payload, "receipts", None) or ()}
        missing = tuple(unit for unit in superiors if unit not in received)
        done = bool(set(superiors) & received)
        yield Instance(
            obligation=id_,
            owner=group,
            post=None,
            period=due.name,
            trigger=None,
            subject=None,
            due=due.due,
            status="met" if not missing else "partly_unmet" if done else "doubtful" if own.doubtful else "unmet",
            met_by=cites(facts, own.credited),
            rejected=cites(facts, own.rejected),
            doubtful=cites(facts, own.doubtful),
            missing=missing,
        )


def yearly_check(*, by_secretary: bool) -> Callable[..., Iterator[Instance]]:
    """A3a, PS6: last year's work checked in the window at the start of this one, every unit covered."""

    def evaluate(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
        acts = sort_acts(facts, id_, judged_on, in_scope=lambda act: isinstance(act.payload, InspectionHeld))
        for due in reported_years(facts, judged_on, facts.rules.annual_check_window):
            owner = _owner(facts, due.due, by_secretary=by_secretary)
            own = acts.where(lambda act, due=due: getattr(act.payload, "for_year", None) == int(due.name))  # type: ignore[misc]  # bound now
            if owner is None:
                continue
            row = _one(facts, id_, owner, SECRETARY if by_secretary else None, due, own)
            covered = {unit for act in own.credited for unit in getattr(act.payload, "covers", None) or ()}
            left_out = tuple(unit for unit in governed_units(facts) if unit not in covered) if own.credited else ()
            if left_out and row.status in ("met", "met_late_declared"):
                row = _with_gap(row, left_out)
            yield row

    return evaluate


def _with_gap(row: Instance, left_out: tuple[str, ...]) -> Instance:
    return replace(row, status="met_with_gap", not_covered=left_out)


def _first_year(facts: Facts) -> int:
    first = next((event.recorded_at for event in facts.records()), None)
    return day(facts, first).year if first is not None else 0
