"""R18, R11: the vertical chain above the line, level by level, and units that shared the task."""

from collections.abc import Iterable, Iterator

from ledger.events.acts import (
    Addressed,
    KeyTaskRegistered,
    PlanMade,
    RiskMeasureTaken,
)
from ledger.events.registry import kinds
from projections.facts.holdings import governed_units, holders_on
from projections.facts.protocol import Facts, day, happened
from projections.facts.values import Period, Tenure
from projections.signals.subject import done_by
from projections.trace.attribution import Line
from projections.trace.conduct import touches_unit
from projections.trace.model import LEVELS, BodyTrace, CaseFacts, ChainLevel, CoUnit, Ground, Level

SUPERVISION_POSTS = ("discipline_secretary", "discipline_member", "supervisor_of_discipline")
"""Posts of 机关纪委 within the organ; the resident group (派驻组) is a unit of kind `supervision`."""
SUPERIOR_KINDS = ("superior", "superior_discipline")


def chain(facts: Facts, case: CaseFacts, line: Line, bodies: Iterable[BodyTrace]) -> tuple[ChainLevel, ...]:
    """R18 (2010 rules on the responsibility system, art. 25; supervision 一案双查): every level, each for itself.

    head → supervising member → secretary → Party group → supervision (机关纪委, 派驻组) → superior for its own
    supervision. No level inherits from another: supervision and superior are shown with what reached them and what
    they did about the unit before the case opened, and never get a category here.
    """
    rows = [_held(line, level) for level in LEVELS]
    group = facts.party_group
    failings = tuple(ground for body in bodies if body.body == group for ground in body.grounds)
    rows.append(ChainLevel("party_group", (group,) if group is not None else (), failings))
    units = [unit.id for unit in facts.units.values() if unit.kind == "supervision"]
    inside = _discipline_officers(facts, case.period)
    officers = tuple(dict.fromkeys(tenure.person for tenure in inside))
    grounds = (
        *(Ground("R18", "held_supervision", "context", (t.entry,), (), _inside(t, case.period)) for t in inside),
        *_own_part(facts, case, (*units, *officers)),
    )
    rows.append(ChainLevel("supervision", (*units, *officers), grounds))
    above = tuple(unit.id for unit in facts.units.values() if unit.kind in SUPERIOR_KINDS)
    rows.append(ChainLevel("superior", above, tuple(_own_part(facts, case, above))))
    return tuple(rows)


def _held(line: Line, level: Level) -> ChainLevel:
    """A level of the unit's own line: who held it; the categories stand with the persons (R7, R8, R10)."""
    persons = tuple(dict.fromkeys(holding.person for holding in line[level]))
    grounds = tuple(
        Ground("R18", "held_level", "context", (holding.entry,), (), holding.period, (("person", holding.person),))
        for holding in line[level]
    )
    return ChainLevel(level, persons, grounds)


def _discipline_officers(facts: Facts, period: Period) -> list[Tenure]:
    held = (facts.tenures(post=post, during=period, undisputed=True) for post in SUPERVISION_POSTS)
    return [tenure for tenures in held for tenure in tenures]


def _inside(tenure: Tenure, period: Period) -> Period | None:
    held = tenure.period(period.last)
    return held.meet(period) if held is not None else None


def _own_part(facts: Facts, case: CaseFacts, parties: Iterable[str]) -> Iterator[Ground]:
    """What reached these parties about the unit, and what they did about it, from the offence to the opening."""
    window = Period(case.period.first, max(case.period.last, day(facts, case.opened_at)))
    told, acted = [], []
    for party in parties:
        unit, person = (party, None) if party in facts.units else (None, party)
        for event in facts.records(
            *kinds(lambda cls: cls.TELLS or cls.SUPERVISES), occurred=window, unit=unit, person=person
        ):
            if event.recorded_at >= case.opened_at or not touches_unit(facts, event, case.unit):
                continue
            payload = event.payload
            if payload.SUPERVISES:
                if party == done_by(payload):
                    acted.append(facts.cite(event))
            elif isinstance(payload, Addressed) and party != payload.author:
                told.append(facts.cite(event))
    if told:
        yield Ground("R18", "was_told", "context", tuple(dict.fromkeys(told)))
    if acted:
        yield Ground("R18", "supervised_in_fact", "context", tuple(dict.fromkeys(acted)))
    if not told and not acted:
        yield Ground("R18", "no_supervision_on_record", "context")


def co_responsible(facts: Facts, case: CaseFacts) -> tuple[CoUnit, ...]:
    """R11 (2010 rules, 责任分解): units that shared a task with the case's unit, each for its own part only.

    A task, plan or risk measure inside the offence period that names both units makes it. Their heads are named as
    persons to ask about their part; acts and amounts of the case are never put to them.
    """
    found: dict[str, CoUnit] = {}
    for event in facts.records(KeyTaskRegistered, PlanMade, RiskMeasureTaken, unit=case.unit, occurred=case.period):
        if event.recorded_at >= case.opened_at:
            continue
        named = {getattr(event.payload, "unit", None), *(getattr(event.payload, "covers", None) or ())}
        if case.unit not in named:
            continue
        for unit in sorted(id_ for id_ in named if id_ is not None and id_ != case.unit):
            if unit in governed_units(facts):
                on = happened(facts, event)
                heads = tuple(holding.person for holding in holders_on(facts, "head", unit, on))
                kept = found.get(unit, CoUnit(unit, (), ()))
                found[unit] = CoUnit(
                    unit,
                    tuple(dict.fromkeys((*kept.heads, *heads))),
                    tuple(dict.fromkeys((*kept.entries, facts.cite(event)))),
                )
    return tuple(found[unit] for unit in sorted(found))
