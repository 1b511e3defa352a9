"""Who owes a duty in a period: the Party group, the holder of a post, a unit, a person.

A duty follows the post: whoever holds it on the last day owes it, and what a predecessor in the period did counts.
A post that is vacant on that day owes nothing; the vacancy is an obligation of its own (PG2b, PS2).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.events.register import UnitRegistered
from ledger.events.roles import Role
from ledger.frozen import dataclass
from projections.facts.holdings import (
    HEAD,
    MEMBER,
    SECRETARY,
    SUPERVISOR,
    Holding,
    counted_tenures,
    governed_units,
    last_day_of,
    line_holders,
    supervised_units,
)
from projections.facts.protocol import day
from projections.facts.values import Period, Unit
from projections.obligations.docket import Docket
from projections.obligations.periods import Due
from projections.obligations.stand_ins import own_days


@dataclass(frozen=True, slots=True)
class DutySlot:
    """One owner of a duty in one period; `holdings` say who held the post when, in that period."""

    owner: str
    post: str | None = None
    unit: str | None = None
    holdings: tuple[Holding, ...] = ()

    def held_by(self, person: str | None, on: date) -> bool:
        """Whether this person held the post on a day."""
        return any(holding.person == person and on in holding.period for holding in self.holdings)


def slots(docket: Docket, per: str, due: Due) -> tuple[DutySlot, ...]:
    """The owners of a duty owed `per` something in a period, in order of the record."""
    key = (per, due)
    if key not in docket.kept:
        docket.kept[key] = tuple(SLOTS[per](docket, due))
    found: tuple[DutySlot, ...] = docket.kept[key]
    return found


def _end(docket: Docket, day_: date) -> date:
    """The day on which the owner is looked up: the last one, or the day of judging where it lies ahead."""
    return min(day_, docket.judged_on)


def _group(docket: Docket, _: Due) -> Iterator[DutySlot]:
    if docket.facts.party_group is not None:
        yield DutySlot(docket.facts.party_group)


def holder_of(holdings: Sequence[Holding], on: date) -> Holding | None:
    """Who holds a post on a day: the titular holder before one acting in charge."""
    found = [holding for holding in holdings if on in holding.period]
    return next((holding for holding in found if not holding.acting), found[0] if found else None)


def _secretary(docket: Docket, due: Due) -> Iterator[DutySlot]:
    last = _end(docket, due.due)
    during = Period(min(due.period.first, last), last)
    holdings = line_holders(docket.facts, "secretary", None, during, primary=True)
    holder = holder_of(holdings, last)
    if holder is not None:
        yield DutySlot(holder.person, SECRETARY, None, holdings)


def _members(docket: Docket, due: Due) -> Iterator[DutySlot]:
    """Members on the last day; a member's seat is the person's own."""
    yield from _of_role(docket, MEMBER, _end(docket, due.period.last), due)


def _of_role(docket: Docket, role: Role, last: date, due: Due) -> Iterator[DutySlot]:
    on = Period(last, last)
    held = [tenure for tenure in counted_tenures(docket.facts, role=role, on=last) if own_days(docket, tenure, on)]
    for person in dict.fromkeys(tenure.person for tenure in held):
        own = tuple(tenure for tenure in held if tenure.person == person)
        yield DutySlot(person, role, None, (Holding(person, due.period, False, own),))  # noqa: FBT003 - by person only


def _supervisors(docket: Docket, due: Due) -> Iterator[DutySlot]:
    last = _end(docket, due.period.last)
    for slot in (*slots(docket, "member", due), *_of_role(docket, SUPERVISOR, last, due)):
        if supervised_units(docket.facts, slot.owner, last) or _has_function(docket, slot.owner, due):
            yield slot


def _has_function(docket: Docket, person: str, due: Due) -> bool:
    """Whether the person holds a cross-cutting function, where the setting makes that a supervision."""
    if not docket.facts.rules_on(due.period.first).functions_supervise:
        return False
    on = _end(docket, due.period.last)
    return any(tenure.functions for tenure in counted_tenures(docket.facts, person=person, role=MEMBER, on=on))


def _supervised_units(docket: Docket, due: Due) -> Iterator[DutySlot]:
    last = _end(docket, due.period.last)
    for unit in units_in(docket, due):
        holdings = line_holders(docket.facts, "supervisor", unit, due.period, primary=True)
        holder = holder_of(holdings, last)
        if holder is not None:
            yield DutySlot(holder.person, MEMBER, unit, holdings)


def _units(docket: Docket, due: Due) -> Iterator[DutySlot]:
    for unit in units_in(docket, due):
        yield DutySlot(unit, None, unit, line_holders(docket.facts, "head", unit, due.period, primary=True))


def _persons(docket: Docket, due: Due) -> Iterator[DutySlot]:
    """Members of the group and heads of units on the last day who held their post long enough; each once."""
    last = _end(docket, due.period.last)
    rules = docket.facts.rules_on(due.period.first)
    posts: tuple[Role, ...] = (SECRETARY, MEMBER, HEAD) if rules.secretary_reports else (MEMBER, HEAD)
    found: dict[str, DutySlot] = {}
    for post in posts:
        for tenure in counted_tenures(docket.facts, role=post, on=last):
            if tenure.acting == "cover" or tenure.person in found or last > last_day_of(docket.facts, tenure):
                continue
            own = counted_tenures(docket.facts, person=tenure.person, during=due.period)
            held = [t.period(min(last, last_day_of(docket.facts, t))) for t in own if t.role in posts]
            days = _days(part.meet(due.period) for part in held if part is not None)
            if days >= rules.min_days_for_pair:
                whole = Holding(tenure.person, due.period, False, (tenure,))  # noqa: FBT003 - looked at by person only
                found[tenure.person] = DutySlot(tenure.person, post, None, (whole,))
    if not rules.secretary_reports:
        secretaries = {tenure.person for tenure in counted_tenures(docket.facts, role=SECRETARY, on=last)}
        found = {person: slot for person, slot in found.items() if person not in secretaries}
    yield from found.values()


def _days(parts: Iterator[Period | None]) -> int:
    """Days in any of the parts."""
    return len(
        {ordinal for part in parts if part for ordinal in range(part.first.toordinal(), part.last.toordinal() + 1)}
    )


SLOTS = {
    "group": _group,
    "secretary": _secretary,
    "member": _members,
    "supervisor": _supervisors,
    "supervised_unit": _supervised_units,
    "unit": _units,
    "person": _persons,
}


def units_in(docket: Docket, due: Due) -> tuple[str, ...]:
    """Departments and centres that owe a duty of a period: known of by the day on which it fell due, and living.

    Of a unit whose first or last day is on record: it lives on the period's last day, and lived long enough in it.
    """
    return tuple(
        unit
        for unit in governed_units(docket.facts)
        if known_since(docket, unit) <= due.due and _lives(docket, docket.facts.units[unit], due)
    )


def _lives(docket: Docket, unit: Unit, due: Due) -> bool:
    if unit.valid_from is None and unit.valid_to is None:
        return True
    return (
        unit.lives_on(due.period.last)
        and unit.days_in(due.period) >= docket.facts.rules_on(due.period.first).min_days_for_pair
    )


def known_since(docket: Docket, unit: str) -> date:
    """The first day on which a unit is known of: its registration, or an earlier tenure in it or over it."""
    if "units" not in docket.kept:
        docket.kept["units"] = {
            event.payload.unit: day(docket.facts, event.recorded_at)
            for event in docket.facts.records(UnitRegistered)
            if isinstance(event.payload, UnitRegistered)
        }
        for tenure in docket.facts.tenures(undisputed=True):
            for id_ in (*tenure.scope, *tenure.supervises):
                known = docket.kept["units"].get(id_, tenure.valid_from)
                docket.kept["units"][id_] = min(known, tenure.valid_from)
    first: date = docket.kept["units"].get(unit, date.min)
    return first
