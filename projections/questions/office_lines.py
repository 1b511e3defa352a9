"""What the tables of an office are made of: a line, and what is known while its lines are gathered.

A line is the same for every table; a table says which of its members are columns, and what they are called there.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.holdings import governed_units, holders_on
from projections.facts.protocol import happened
from projections.facts.values import Citation, Period
from projections.language.agenda_words import AgendaWords
from projections.language.wording import Wording
from projections.questions.over import Over

TONES = ("done", "doubtful", "open", "overdue")
"""How a line stands, for its colour; its words stand beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCell:
    """What a line of a matrix says of a half-year, a sentence for each thing, with its days and entries."""

    span: str
    """The half-year, `2024H1`."""
    words: tuple[str, ...]
    tone: str
    """The worst of what it says: `done`, `doubtful`, `open` or `overdue`."""
    on: tuple[date, ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeLine:
    """A line of a table. `part` is the part of the table in which it stands; what does not apply is empty."""

    part: str
    what: str
    obligation: str | None = None
    clause: str | None = None
    """The clause of the plan that it rests on."""
    unit: str | None = None
    unit_name: str | None = None
    owner: str | None = None
    owner_name: str | None = None
    with_whom: tuple[str, ...] = ()
    """Names of those with whom, or to whom, it is done."""
    on: date | None = None
    """When it happened, was found or was handed out."""
    due: date | None = None
    answered_on: date | None = None
    """When it was put right, before anybody verified that."""
    done_on: date | None = None
    """When it was finished; of an issue when it was closed (销号)."""
    tone: str = "open"
    """`done`, `doubtful`, `open` or `overdue`."""
    state_words: str = ""
    measure: str | None = None
    remarks: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    cells: tuple[OfficeCell, ...] = ()
    """Of a matrix: what it says of each half-year; these are its columns."""


@dataclass(frozen=True)
class Gathering:
    """What the readers of parts know: the record, whose table it is, its days, as on which day it is judged."""

    over: Over
    judged: date
    during: Period
    period: str
    person: str | None
    unit: str | None

    @cached_property
    def say(self) -> AgendaWords:
        """Clauses and evidence in the reader's language."""
        return AgendaWords(self.over.explain, self.judged)

    @cached_property
    def wording(self) -> Wording:
        """What posts are called."""
        return Wording(self.over.facts, self.over.language)

    @cached_property
    def last(self) -> date:
        """The last day that is looked at: of the period, but not after the day of judging."""
        return min(self.during.last, self.judged)

    @cached_property
    def held_on(self) -> date:
        """The day whose posts count: the last one, of a person who has left by then his own last day in the period."""
        if self.person is None:
            return self.last
        ends = [
            min(t.valid_to or self.last, self.last)
            for t in self.over.facts.tenures(person=self.person)
            if t.valid_from <= self.last and (t.valid_to or self.last) >= self.during.first
        ]
        return max(ends, default=self.last)

    @cached_property
    def reach(self) -> frozenset[str]:
        """The same with the units that the person supervises on that day, of the secretary all; empty = everybody."""
        if self.person is None:
            return self.parties
        facts = self.over.facts
        held = facts.tenures(person=self.person, on=self.held_on)
        units = {unit for tenure in held for unit in tenure.supervises}
        if any(tenure.role == "secretary" for tenure in held):
            units |= set(governed_units(facts))
        return self.parties | units

    @cached_property
    def parties(self) -> frozenset[str]:
        """Who it is about: the person with the units that he heads on the last day, or the unit; empty = everybody."""
        if self.person is None:
            return frozenset({self.unit} if self.unit is not None else ())
        facts, held = self.over.facts, {self.person}
        for unit in facts.units:
            if any(each.person == self.person for each in holders_on(facts, "head", unit, self.held_on)):
                held.add(unit)
        if any(each.person == self.person for each in holders_on(facts, "secretary", None, self.held_on)):
            held |= {facts.party_group} - {None} if facts.party_group is not None else set()
        return frozenset(held)

    def is_mine(self, *ids: str | None) -> bool:
        """Whether one of these is who it is about."""
        return not self.parties or not self.parties.isdisjoint(ids)

    def is_within(self, *ids: str | None) -> bool:
        """Whether one of these is within the reach of who it is about."""
        return not self.reach or not self.reach.isdisjoint(ids)

    def text(self, message: str) -> str:
        """A message in the reader's language."""
        return self.over.explain.text(message)

    def name(self, id_: str | None) -> str | None:
        """A name; None where nobody is meant."""
        return self.over.explain.name(id_) if id_ is not None else None

    def names(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Names, each once."""
        return tuple(self.over.explain.name(each) for each in dict.fromkeys(ids))

    def clauses(self, obligations: Iterable[str]) -> str | None:
        """The clauses that obligations rest on, with their ids."""
        said = [f"{id_} {self.say.clause(id_)}" for id_ in dict.fromkeys(obligations)]
        return self.text("; ").join(said) or None

    def title(self, record: Recorded) -> str:
        """What a record is: its kind, and its title or what it is about, where that may be read."""
        kind, said = self.over.explain.kind(record.type), self.words_of(record, "title", "matter")
        listed = [each.title for each in getattr(record.payload, "items", None) or () if getattr(each, "title", None)]
        said = said or (self.text("; ").join(listed) if self.over.texts and not record.missing else None)
        return f"{kind}{self.text(': ')}{said}" if said else kind

    def words_of(self, record: Recorded, *names: str) -> str | None:
        """The first of these texts of a record that it has and that may be read."""
        if not self.over.texts:
            return None
        texts = (getattr(record.payload, name, None) for name in names if name not in record.missing)
        return next((text for text in texts if text), None)

    def records(self, cites: Iterable[Citation]) -> Iterator[tuple[Recorded, date]]:
        """The entries cited, each with the day on which it happened."""
        for cite in cites:
            record = self.over.facts.cited(cite)
            if record is not None:
                yield record, happened(self.over.facts, record)

    def stands_in(self, begun: date, ended: date | None) -> bool:
        """Whether it belongs to the period: begun by its end, and not finished before it began."""
        return begun <= self.during.last and (ended is None or ended >= self.during.first)


def unfinished(lines: Iterator[OfficeLine]) -> Iterator[OfficeLine]:
    """Those of the lines that are not done."""
    return (line for line in lines if line.done_on is None and line.tone != "done")
