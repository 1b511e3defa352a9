"""Who held which duty on which days: the line of a unit, vacancies, and the membership of a body.

The line of a unit is its head, the member supervising it, and the secretary of the Party group (R18).
Acting in charge is holding, flagged; temporary cover is not (R5). In a *primary* answer an assignment under a
RETRO_ASSIGNMENT of weight high counts from the day of its recording on: it closes no gap before (R16). All days are
inclusive.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from ledger.events.roles import Role
from ledger.frozen import dataclass
from projections.facts.footing import is_refused
from projections.facts.protocol import Facts, day
from projections.facts.touching import first_lead
from projections.facts.values import Citation, Period, Tenure, Weight, without

Level = Literal["head", "supervisor", "secretary"]
LEVELS: tuple[Level, ...] = ("head", "supervisor", "secretary")
HEAD: Role = "head"
SECRETARY: Role = "secretary"
MEMBER: Role = "member"
SUPERVISOR: Role = "supervisor"
"""Roles of posts that a line or a body is made of."""
BODY_KINDS = ("party_group", "leading_group", "superior", "superior_discipline", "supervision")
"""Kinds of bodies beside and above; a unit of any other kind has a head and a supervising member."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holding:
    """A person held a level without a break; `tenures` are the assignments that say so, in order of days."""

    person: str
    period: Period
    acting: bool
    tenures: tuple[Tenure, ...]

    @property
    def tenure(self) -> Tenure:
        """The assignment that began it."""
        return self.tenures[0]

    @property
    def entry(self) -> Citation:
        """The entry of the assignment that began it."""
        return self.tenures[0].entry


def retro_weight(facts: Facts, tenure: Tenure) -> Weight | None:
    """The weight of the RETRO_ASSIGNMENT that an assignment or acting is under; None if in time or legacy.

    It is late where it was recorded more than the tolerance for `assignment` after its valid_from: high where it
    touches a case whose first lead was received before it was recorded, else medium.
    """
    if not is_late(facts, tenure):
        return None
    lead = first_lead(facts, tenure)
    return "high" if lead is not None and tenure.recorded_at >= lead else "medium"


def is_late(facts: Facts, tenure: Tenure) -> bool:
    """Whether an assignment or acting was recorded later than the tolerance after its first day; never a legacy one."""
    return not tenure.legacy and tenure.late_by > facts.rules_on(day(facts, tenure.recorded_at)).tolerance(
        *(("acting",) if tenure.acting else ()), "assignment"
    )


def counted(facts: Facts, tenure: Tenure) -> Tenure | None:
    """The tenure as primary answers count it: under a RETRO_ASSIGNMENT of weight high only from its recording on.

    None where no day remains of it, as of one that was refused without authority.
    """
    if is_refused(facts, tenure):
        return None
    return from_recording(facts, tenure) if retro_weight(facts, tenure) == "high" else tenure


def from_recording(facts: Facts, tenure: Tenure) -> Tenure | None:
    """The tenure from the day of its recording on; None where it had ended by then."""
    first = max(tenure.valid_from, day(facts, tenure.recorded_at))
    return None if tenure.valid_to is not None and tenure.valid_to < first else replace(tenure, valid_from=first)


def counted_tenures(
    facts: Facts,
    *,
    person: str | None = None,
    role: Role | None = None,
    on: date | None = None,
    during: Period | None = None,
) -> list[Tenure]:
    """Tenures as primary answers count them: those of `facts.tenures`, each cut to the days that count."""
    found = facts.tenures(person=person, role=role, on=on, during=during, undisputed=True)
    asked = Period(on, on) if on is not None else during or Period(date.min, date.max)
    cut = (counted(facts, tenure) for tenure in found)
    return [each for each in cut if each is not None and _meets(each, asked)]


def _meets(tenure: Tenure, asked: Period) -> bool:
    return tenure.valid_from <= asked.last and (tenure.valid_to or date.max) >= asked.first


def last_day_of(facts: Facts, tenure: Tenure) -> date:
    """The last day on which a post is there to be held, whoever holds it: a head's ends with the last of his units."""
    units = [facts.units[unit] for unit in tenure.scope if unit in facts.units]
    if tenure.role != HEAD or not units:
        return date.max
    return max(unit.valid_to or date.max for unit in units)


def disputed_days(facts: Facts, holding: Holding) -> tuple[Period, ...]:
    """The days of a holding that rest on a RETRO_ASSIGNMENT of weight high alone, in order."""
    cut = (counted(facts, tenure) for tenure in holding.tenures)
    held = [period for each in cut if each is not None and (period := each.period(holding.period.last)) is not None]
    return tuple(without(holding.period, held))


def disputed_on(facts: Facts, tenure: Tenure, on: date) -> bool:
    """Whether a day of it rests on a RETRO_ASSIGNMENT of weight high: one before the day of its recording."""
    return on < day(facts, tenure.recorded_at) and retro_weight(facts, tenure) == "high"


def level_tenures(
    facts: Facts,
    level: Level,
    unit: str | None,
    during: Period,
    *,
    undisputed: bool = False,
    uncorrected_from: datetime | None = None,
) -> Sequence[Tenure]:
    """Every assignment and acting at a level that touches `during`, cover and disputed ones included.

    `undisputed`: without disputed corrections and replacements; `uncorrected_from`: without any from then on.
    """
    asked = partial(facts.tenures, during=during, undisputed=undisputed, uncorrected_from=uncorrected_from)
    if level == "secretary":
        group = facts.party_group
        return [tenure for tenure in asked(role=SECRETARY) if group is None or _seats(facts, tenure, group)]
    if unit is None:
        raise ValueError("a head or supervising member is asked for by unit")
    return asked(supervises=unit) if level == "supervisor" else asked(role=HEAD, unit=unit)


def line_holders(facts: Facts, level: Level, unit: str | None, during: Period, *, primary: bool) -> tuple[Holding, ...]:
    """Who held this level of the unit's line in `during`, in order of days; periods are cut to `during`.

    Holdings of one person that touch or overlap are one where both are titular or both acting; who is titular
    and acting at once is titular. `unit` is not looked at for the secretary. Open tenures run to the end of
    `during`, but no longer than the unit lives.
    """
    living = living_days(facts, level, unit, during)
    if living is None:
        return ()
    found = level_tenures(facts, level, unit, living, undisputed=primary)
    return _holdings(list(_holding(facts, found, primary=primary)), living)


def living_days(facts: Facts, level: Level, unit: str | None, during: Period) -> Period | None:
    """The days of a period on which a unit's level is there to be held: those of its life; the secretary's are all."""
    known = facts.units.get(unit) if unit is not None and level != "secretary" else None
    return during if known is None else known.life.meet(during)


def covers_of(facts: Facts, level: Level, unit: str | None, during: Period, *, primary: bool) -> tuple[Holding, ...]:
    """Who covered this level temporarily in `during` (AB角): co-holders for acts taken, not holders (R5)."""
    living = living_days(facts, level, unit, during)
    if living is None:
        return ()
    found = level_tenures(facts, level, unit, living, undisputed=primary)
    return _merged((t for t in found if t.acting == "cover" and not is_refused(facts, t)), living)


def refused_holders(facts: Facts, level: Level, unit: str | None, during: Period) -> tuple[Holding, ...]:
    """Who would hold this level by an assignment refused without authority: a disputed variant, never an answer."""
    living = living_days(facts, level, unit, during)
    if living is None:
        return ()
    return _merged((t for t in level_tenures(facts, level, unit, living) if is_refused(facts, t)), living)


def holders_on(facts: Facts, level: Level, unit: str | None, on: date, *, primary: bool = True) -> tuple[Holding, ...]:
    """Who held this level on a day; more than one where titular and acting stand beside each other."""
    return line_holders(facts, level, unit, Period(on, on), primary=primary)


def gaps(facts: Facts, level: Level, unit: str | None, during: Period) -> tuple[Period, ...]:
    """The days of `during` without a primary holder, from the level's first known holder on.

    Of a unit that came to be after the record began from its first day on: the record knows that nobody held it before.
    None where nobody ever held the level: the record then says of no such duty, and so of no vacancy.
    """
    holdings = line_holders(facts, level, unit, Period(date.min, during.last), primary=True)
    if not holdings:
        return ()
    first = min(holdings[0].period.first, _came_to_be(facts, level, unit) or date.max)
    asked = during.meet(Period(first, date.max))
    if asked is not None:  # before its first day and after its last a unit leaves no gap
        asked = living_days(facts, level, unit, asked)
    return tuple(without(asked, [holding.period for holding in holdings])) if asked is not None else ()


def _came_to_be(facts: Facts, level: Level, unit: str | None) -> date | None:
    """The first day of a unit that came to be since the record began; None for one that was there before."""
    known = facts.units.get(unit) if unit is not None and level != "secretary" else None
    began = facts.began_on
    created = known.valid_from if known is not None else None
    return created if created is not None and began is not None and created >= began else None


def stints(holdings: Iterable[Holding]) -> tuple[Holding, ...]:
    """The same holdings with a person's acting and titular time run together: who handed over to whom.

    `acting` is kept only where the whole stint was acting.
    """
    by_person: dict[str, list[Holding]] = {}
    for holding in sorted(holdings, key=_order):
        runs = by_person.setdefault(holding.person, [])
        if runs and holding.period.first <= runs[-1].period.last + _DAY:
            runs[-1] = _joined(runs[-1], holding)
        else:
            runs.append(holding)
    return tuple(sorted((run for runs in by_person.values() for run in runs), key=_order))


def membership(facts: Facts, on: date, *, body: str | None = None, primary: bool = True) -> tuple[str, ...]:
    """Full membership of a body on a day: holders of posts of role secretary and member, each once.

    `body` None is the Party group. Posts without scope are posts of the Party group; any other body's members
    name it in their scope. Empty where the record names no member.
    """
    persons = {
        tenure.person: None
        for role in (SECRETARY, MEMBER)
        for tenure in _holding(facts, facts.tenures(role=role, on=on, undisputed=primary), primary=primary)
        if _seats(facts, tenure, body or facts.party_group) and tenure.covers_day(on)
    }
    return tuple(persons)


def supervised_units(facts: Facts, person: str, on: date) -> tuple[str, ...]:
    """Ids of the living units that a person supervises on a day, each once; acting in charge included, cover not."""
    found = _holding(facts, facts.tenures(person=person, on=on, undisputed=True), primary=True)
    units = (unit for tenure in found if tenure.covers_day(on) for unit in tenure.supervises)
    return tuple(dict.fromkeys(unit for unit in units if unit not in facts.units or facts.units[unit].lives_on(on)))


def governed_units(facts: Facts) -> tuple[str, ...]:
    """Ids of the units that have a line of their own, in order of registration."""
    return tuple(unit.id for unit in facts.units.values() if unit.kind not in BODY_KINDS)


def _holding(facts: Facts, tenures: Iterable[Tenure], *, primary: bool) -> Iterator[Tenure]:
    """Those that make a holder, in a primary answer as it counts them; cover makes none."""
    for tenure in tenures:
        held = counted(facts, tenure) if primary else None if is_refused(facts, tenure) else tenure
        if tenure.acting != "cover" and held is not None:
            yield held


def _seats(facts: Facts, tenure: Tenure, body: str | None) -> bool:
    return body in tenure.scope or (not tenure.scope and body == facts.party_group)


def _holdings(tenures: Sequence[Tenure], during: Period) -> tuple[Holding, ...]:
    titular = _merged((tenure for tenure in tenures if tenure.acting is None), during)
    own: dict[str, list[Period]] = {}
    for holding in titular:
        own.setdefault(holding.person, []).append(holding.period)
    acting = [
        Holding(holding.person, part, holding.acting, holding.tenures)
        for holding in _merged((tenure for tenure in tenures if tenure.acting is not None), during)
        for part in without(holding.period, own.get(holding.person, []))
    ]
    return tuple(sorted([*titular, *acting], key=_order))


def _merged(tenures: Iterable[Tenure], during: Period) -> tuple[Holding, ...]:
    """One holding per person and unbroken run of days."""
    holdings = []
    for tenure in tenures:
        held = tenure.period(during.last)
        met = held.meet(during) if held is not None else None
        if met is not None:
            holdings.append(Holding(tenure.person, met, tenure.acting is not None, (tenure,)))
    return stints(holdings)


def _joined(first: Holding, second: Holding) -> Holding:
    period = Period(first.period.first, max(first.period.last, second.period.last))
    return Holding(first.person, period, first.acting and second.acting, (*first.tenures, *second.tenures))


def _order(holding: Holding) -> tuple[Period, str]:
    return holding.period, holding.person
