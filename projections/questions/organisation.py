"""Question: how the organ is made up on a day, who supervises what, and what is otherwise than on another day."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from ledger.events.register import UnitRegistered, UnitRenamed
from ledger.frozen import dataclass
from projections.facts.holdings import BODY_KINDS, LEVELS, Level, line_holders, living_days, membership
from projections.facts.values import Citation, Period, Unit
from projections.questions.over import Known, Over
from projections.views.facts import ViewFacts

ChangeKind = Literal["came", "left", "unit_began", "unit_ended", "renamed"]
"""What is otherwise: a post is held, or is held no more; a unit is there, is no more, or is called otherwise."""
SEATS = "membership"
"""The level of those who sit in the Party group without being its secretary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFilter(Known):
    """As of which day, and against which other one; None = today, and against none."""

    valid_at: date | None = None
    against: date | None = None


@dataclass(frozen=True, slots=True)
class PostHolder:
    """Somebody holds a post on the day asked about; `entry` is the assignment, None for a seat by membership."""

    person: str
    name: str
    acting: bool
    since: date | None
    entry: Citation | None


@dataclass(frozen=True, slots=True)
class UnitOfOrgan:
    """A unit with who heads it and who supervises it; empty where nobody does."""

    unit: str
    name: str
    kind: str
    heads: tuple[PostHolder, ...]
    supervisors: tuple[PostHolder, ...]


@dataclass(frozen=True, slots=True)
class OrganisationChange:
    """What is otherwise on the day asked about than on the other one; `duty` is a level of the line."""

    change: ChangeKind
    duty: str | None
    unit: str | None
    unit_name: str | None
    person: str | None
    name: str | None
    entry: Citation | None
    """Of the assignment that is there on one of the days only."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """The answer: the Party group's secretary and members, every unit in the order of registration, the changes."""

    valid_at: date
    known_at: datetime | None
    against: date | None
    group: str | None
    secretary: tuple[PostHolder, ...]
    members: tuple[PostHolder, ...]
    units: tuple[UnitOfOrgan, ...]
    changes: tuple[OrganisationChange, ...]


def organisation(over: Over, wanted: OrganisationFilter) -> Organisation:
    """Who holds which post, who supervises which unit, and what is otherwise than on the day to compare with."""
    facts, on = over.facts, over.day(wanted.valid_at)
    made = _On(facts, on)
    return Organisation(
        on,
        facts.known_at,
        wanted.against,
        facts.party_group,
        made.level("secretary", None),
        made.members(),
        tuple(made.units()),
        tuple(_changes(facts, wanted.against, on)) if wanted.against is not None else (),
    )


class _On:
    """The organ on one day."""

    def __init__(self, facts: ViewFacts, on: date) -> None:
        self.facts, self.on, self._during = facts, on, Period(on, on)
        self._names = _names(facts)

    def living(self) -> Iterator[Unit]:
        """The units that are there on the day, but those above and beside the organ."""
        for unit in self.facts.units.values():
            if unit.kind not in BODY_KINDS and living_days(self.facts, "head", unit.id, self._during) is not None:
                yield unit

    def level(self, level: Level, unit: str | None) -> tuple[PostHolder, ...]:
        """Who holds a level of a line."""
        return tuple(
            PostHolder(held.person, self._name(held.person), held.acting, held.tenure.valid_from, held.entry)
            for held in line_holders(self.facts, level, unit, self._during, primary=False)
        )

    def members(self) -> tuple[PostHolder, ...]:
        """Those of the Party group who are not its secretary."""
        secretaries = {seat.person for seat in self.level("secretary", None)}
        found = (person for person in membership(self.facts, self.on, primary=False) if person not in secretaries)
        return tuple(PostHolder(person, self._name(person), acting=False, since=None, entry=None) for person in found)

    def units(self) -> Iterator[UnitOfOrgan]:
        """Every unit with its line."""
        for unit in self.living():
            heads, supervisors = self.level("head", unit.id), self.level("supervisor", unit.id)
            yield UnitOfOrgan(unit.id, self.called(unit), unit.kind, heads, supervisors)

    def called(self, unit: Unit) -> str:
        """What a unit was called on the day."""
        named = [name for first, name in self._names.get(unit.id, ()) if first is None or first <= self.on]
        return named[-1] if named else unit.name

    def seats(self) -> dict[tuple[str, str | None, str], PostHolder]:
        """(duty, unit, person) -> who holds it."""
        found: dict[tuple[str, str | None, str], PostHolder] = {}
        found |= {("secretary", None, seat.person): seat for seat in self.level("secretary", None)}
        found |= {(SEATS, None, seat.person): seat for seat in self.members()}
        for unit in self.living():
            for level in LEVELS[:2]:
                found |= {(level, unit.id, seat.person): seat for seat in self.level(level, unit.id)}
        return found

    def _name(self, person: str) -> str:
        known = self.facts.persons.get(person)
        return known.name if known is not None else person


def _names(facts: ViewFacts) -> dict[str, list[tuple[date | None, str]]]:
    """Unit -> since when it is called what, in order; only of those that were called otherwise."""
    renamed: dict[str, list[tuple[date | None, str]]] = {}
    for event in facts.records(UnitRenamed):
        if isinstance(event.payload, UnitRenamed):
            renamed.setdefault(event.payload.unit, []).append((event.payload.valid_from, event.payload.name or ""))
    if renamed:
        for event in facts.records(UnitRegistered):
            if isinstance(event.payload, UnitRegistered) and event.payload.unit in renamed:
                renamed[event.payload.unit].insert(0, (None, event.payload.name or ""))
    return renamed


def _changes(facts: ViewFacts, earlier: date, on: date) -> Iterator[OrganisationChange]:
    before, now = _On(facts, earlier), _On(facts, on)
    units_before, units_now = ({unit.id: made.called(unit) for unit in made.living()} for made in (before, now))
    for id_ in facts.units:
        if id_ in units_now and id_ not in units_before:
            yield OrganisationChange("unit_began", None, id_, units_now[id_], None, None, None)
        elif id_ in units_before and id_ not in units_now:
            yield OrganisationChange("unit_ended", None, id_, units_before[id_], None, None, None)
        elif id_ in units_now and units_now[id_] != units_before[id_]:
            yield OrganisationChange("renamed", None, id_, units_now[id_], None, units_before[id_], None)
    seats_before, seats_now = before.seats(), now.seats()
    order = {duty: number for number, duty in enumerate(("secretary", SEATS, "supervisor", "head"))}
    places = sorted(seats_before.keys() ^ seats_now.keys(), key=lambda at: (order[at[0]], at[1] or "", at[2]))
    for duty, unit, person in places:
        came = seats_now.get((duty, unit, person))
        seat = came or seats_before[duty, unit, person]
        name = None if unit is None else facts.units[unit].name
        yield OrganisationChange("came" if came else "left", duty, unit, name, person, seat.name, seat.entry)
