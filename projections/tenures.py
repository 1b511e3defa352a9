"""Who holds a duty on which days: the line of a unit, gaps, membership. Shared by holders, signals, obligations, trace.

A holding is a tenure cut to the days asked about. Acting in charge is full holding (R5); cover never is. A
RETRO_ASSIGNMENT of weight high never fills a primary answer: it is left out where `primary` is asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from projections.facts import Facts
from projections.model import Citation, Period, Tenure, Weight, without

Level = Literal["head", "supervisor", "secretary"]
LEVELS: tuple[Level, ...] = ("head", "supervisor", "secretary")
MEMBER_POSTS = ("secretary", "member")
"""Full membership of the Party group is the holders of these posts, each person once."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A person holds a level of a unit's line on these days, by this tenure."""

    person: str
    period: Period
    acting: bool
    entry: Citation
    tenure: Tenure


def retro_weight(facts: Facts, tenure: Tenure) -> Weight | None:
    """RETRO_ASSIGNMENT: recorded more days after valid_from than tolerated; high after the first lead, else medium.

    Assignments taken over from paper are exempt.
    """
    if tenure.legacy or tenure.late_by <= facts.rules.tolerance("assignment"):
        return None
    lead = facts.first_lead_at()
    return "high" if lead is not None and tenure.recorded_at >= lead else "medium"


def is_primary(facts: Facts, tenure: Tenure) -> bool:
    """Whether the tenure counts in a primary answer."""
    return retro_weight(facts, tenure) != "high"


def level_tenures(facts: Facts, level: Level, unit: str | None, during: Period) -> Sequence[Tenure]:
    """The tenures at one level of the unit's line that touch these days, cover included."""
    if level == "head":
        return facts.tenures(post="head", unit=unit, during=during)
    if level == "supervisor":
        return facts.tenures(supervises=unit, during=during)
    group = facts.party_group
    return [
        tenure
        for tenure in facts.tenures(post="secretary", during=during)
        if group is None or not tenure.scope or group in tenure.scope
    ]


def line_holders(
    facts: Facts, level: Level, unit: str | None, during: Period, *, primary: bool = True
) -> list[Holding]:
    """Who held the level inside these days, in order of days; a person's adjoining tenures are one holding."""
    found = []
    for tenure in level_tenures(facts, level, unit, during):
        held = tenure.period(during.last)
        met = held.meet(during) if held is not None else None
        if met is None or tenure.acting == "cover" or (primary and not is_primary(facts, tenure)):
            continue
        found.append(Holding(tenure.person, met, tenure.acting is not None, tenure.entry, tenure))
    return merge(found)


def merge(holdings: Iterable[Holding]) -> list[Holding]:
    """Joins the overlapping or adjoining holdings of one person in one capacity."""
    joined: list[Holding] = []
    for holding in sorted(holdings, key=lambda h: (h.person, h.acting, h.period)):
        last = joined[-1] if joined else None
        if (
            last is not None
            and (last.person, last.acting) == (holding.person, holding.acting)
            and not without(Period(last.period.first, holding.period.last), [last.period, holding.period])
        ):
            whole = Period(last.period.first, max(last.period.last, holding.period.last))
            joined[-1] = Holding(last.person, whole, last.acting, last.entry, last.tenure)
        else:
            joined.append(holding)
    return sorted(joined, key=lambda h: (h.period, h.person))


def covers_of(facts: Facts, level: Level, unit: str, during: Period) -> list[Holding]:
    """R5: who covered the level (AB角) inside these days."""
    found = []
    for tenure in level_tenures(facts, level, unit, during):
        held = tenure.period(during.last)
        met = held.meet(during) if held is not None else None
        if met is not None and tenure.acting == "cover":
            found.append(Holding(tenure.person, met, True, tenure.entry, tenure))  # noqa: FBT003 - acting
    return found


def gaps(facts: Facts, level: Level, unit: str | None, during: Period, *, primary: bool = True) -> list[Period]:
    """The days on which nobody held the level."""
    return without(during, [holding.period for holding in line_holders(facts, level, unit, during, primary=primary)])


def membership(facts: Facts, on: date, *, primary: bool = True) -> tuple[str, ...]:
    """Full membership of the Party group on a day: titular holders of secretary and member, each person once.

    The secretary comes first, members in the order in which they joined.
    """
    found: dict[str, None] = {}
    for post in MEMBER_POSTS:
        for tenure in facts.tenures(post=post, on=on):
            if tenure.acting is None and (not primary or is_primary(facts, tenure)):
                found[tenure.person] = None
    return tuple(found)


def supervised_units(facts: Facts, person: str, on: date) -> tuple[str, ...]:
    """The units that a person supervises on a day, in the order of the record."""
    units: dict[str, None] = {}
    for tenure in facts.tenures(person=person, on=on):
        if tenure.acting != "cover" and is_primary(facts, tenure):
            units |= dict.fromkeys(tenure.supervises)
    return tuple(units)
