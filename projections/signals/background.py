"""What many rules ask of one cut of the record, each computed once and only when asked."""

import hashlib
import weakref
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

from ledger.events.access import ReadMade
from ledger.events.base import Payload
from ledger.events.case_work import MeasureTaken, QueryMade
from ledger.events.record import Recorded
from ledger.events.records import TextErased
from ledger.events.tenure import LeaveTaken
from ledger.events.trust import KeyEnrolled, KeyRevoked, LedgerOpened
from projections.facts.holdings import counted
from projections.facts.kept_form import written
from projections.facts.noted import ANYTHING, note
from projections.facts.protocol import Facts, day
from projections.facts.touching import named
from projections.facts.values import Circle, Citation, OpenLead, Period, Signal, Tenure
from projections.signals.copies import Copies, copies_of, groups_of, is_indexed, one_rule_set, searched
from projections.signals.subject import occurred_on
from projections.views.index_marks import document_number, file_mark, files_of, number_mark, series_mark


class Background:
    """What many rules ask of one cut, each computed once and only when asked."""

    def __init__(self, facts: Facts) -> None:
        self._facts = cast("Facts", weakref.proxy(facts))
        self._copies: dict[int, Copies | None] = {}
        self.blamed: dict[date, Mapping[Citation, tuple[Signal, ...]]] = {}
        """What blames each record, by the day as on which the whole was judged."""
        self.asked: dict[date, int] = {}
        """How many records were asked about one by one, by the day they are judged as on."""
        self.judgements: dict[date, object] = {}
        """What is judged of this cut, for those to come."""
        self.remembered: dict[str, Any] = {}
        """What a rule found out about entries on the way, by its name, for the next few that are judged."""
        self._carried = False
        self._months: dict[tuple[object, ...], Sequence[Recorded]] = {}

    @property
    def circles(self) -> Sequence[Circle]:
        """The circles of the opened cases."""
        return self._facts.circles

    @cached_property
    def reached(self) -> tuple[Circle | OpenLead, ...]:
        """The circles of the opened cases, and the leads without a case."""
        return (*self._facts.circles, *self._facts.open_leads)

    @cached_property
    def rests_on(self) -> str:
        """Digest of what is looked at beside the duty ledger: other ledgers' sizes, cases and leads, and queries."""
        rests_on = written((self._facts.rests_on, len(self.queries), self.reached))
        return hashlib.sha256(rests_on.encode()).hexdigest()

    @cached_property
    def case_ledgers(self) -> frozenset[str]:
        """Origins of ledgers whose entries are never judged here: the discipline side's own."""
        return frozenset(event.ledger for event in self._facts.records(LedgerOpened, ledger="case"))

    @cached_property
    def queries(self) -> tuple[Recorded, ...]:
        """Inspectors' queries in order of time: those on record as such, and reads of persons and units."""
        reads = (
            event
            for event in self._facts.records(ReadMade, ledger="access")
            if isinstance(event.payload, ReadMade) and event.payload.inspector and event.payload.concerns
        )
        asked = [*self._facts.records(QueryMade, ledger="case"), *reads]
        own = (event for event in asked if self._facts.of_case in (None, _case_of(event)) or _case_of(event) is None)
        return tuple(sorted(own, key=lambda event: event.recorded_at))

    @cached_property
    def measures(self) -> Mapping[str, Sequence[tuple[date, str]]]:
        """(day, status) of each measure against a person, in order of days."""
        found: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
        for event in self._facts.records(MeasureTaken, ledger="case"):
            if isinstance(event.payload, MeasureTaken):
                when = day(self._facts, event.payload.occurred_at or event.recorded_at)
                found[event.payload.person].append((when, event.payload.status))
        return {person: sorted(rows, key=lambda row: row[0]) for person, rows in found.items()}

    @cached_property
    def keys(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """(position, change of number of keys in force) of each person's keys, in order of position."""
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for event in self._facts.records(KeyEnrolled, KeyRevoked):
            if isinstance(event.payload, KeyEnrolled | KeyRevoked):
                change = 1 if isinstance(event.payload, KeyEnrolled) else -1
                found[event.payload.person].append((event.position, change))
        return found

    @cached_property
    def corpus(self) -> tuple[Recorded, ...]:
        """Every entry of the duty ledger: for judging the whole, and for likeness that no index tells."""
        return tuple(self._facts.records())

    def in_month(self, person: str, first: date, types: tuple[type[Payload], ...]) -> Sequence[Recorded]:
        """Entries of these types that name a person and happened in the month that begins on a day; read once."""
        key = (person, first, types)
        if key not in self._months:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            self._months[key] = self._facts.records(*types, person=person, occurred=Period(first, last))
        return self._months[key]

    @property
    def has_read(self) -> bool:
        """Whether the corpus was read already and is looked through, so that looking up in it costs nothing more."""
        return "corpus" in vars(self) and not self._carried

    @property
    def read(self) -> tuple[Recorded, ...] | None:
        """The corpus where it is at hand."""
        return self.corpus if "corpus" in vars(self) else None

    def carry(self, corpus: tuple[Recorded, ...]) -> None:
        """The corpus as it is known from before: few entries of it are looked at, and looked up by index."""
        if "corpus" not in vars(self):
            self.corpus, self._carried = corpus, True

    @cached_property
    def by_file(self) -> Mapping[str, Sequence[Recorded]]:
        """Entries by the SHA-256 of each file attached."""
        found: defaultdict[str, list[Recorded]] = defaultdict(list)
        for event in self.corpus:
            for digest in files_of(event.payload):
                found[digest].append(event)
        return found

    @cached_property
    def by_ref(self) -> Mapping[str, Sequence[Recorded]]:
        """Entries that open something, by the human's number."""
        found: defaultdict[str, list[Recorded]] = defaultdict(list)
        for event in self.corpus:
            if event.payload.OPENS and event.payload.ref:
                found[event.payload.ref].append(event)
        return found

    def with_file(self, digest: str) -> Sequence[Recorded]:
        """Entries to which a file is attached, by its SHA-256."""
        if self.has_read:
            return self.by_file.get(digest, ())
        return [event for event in self._facts.marked([file_mark(digest)]) if digest in files_of(event.payload)]

    def with_ref(self, number: str) -> Sequence[Recorded]:
        """Entries that open something under the human's number."""
        if self.has_read:
            return self.by_ref.get(number, ())
        found = self._facts.marked([number_mark(number)])
        return [event for event in found if event.payload.OPENS and event.payload.ref == number]

    def in_series(self, name: str) -> Sequence[tuple[int, Recorded]]:
        """Records with their running numbers in a series of document numbers, in order of position."""
        if self.has_read:
            return sorted(self.series.get(name, ()), key=lambda row: row[1].position)
        found = [(event, event.payload.ref) for event in self._facts.marked([series_mark(name)]) if event.payload.OPENS]
        read = [(event, document_number(ref)) for event, ref in found if ref]
        return [(number[1], event) for event, number in read if number is not None and number[0] == name]

    @cached_property
    def by_person_and_day(self) -> Mapping[tuple[str, date], Sequence[Recorded]]:
        """Entries by each person who takes part and the day on which the fact is said to have happened."""
        found: defaultdict[tuple[str, date], list[Recorded]] = defaultdict(list)
        for event in self.corpus:
            on = occurred_on(self._facts, event)
            if on is not None:
                for id_ in dict.fromkeys(named(event.payload)):
                    found[id_, on].append(event)
        return found

    @cached_property
    def leaves(self) -> Mapping[str, Sequence[Recorded]]:
        """Leaves by person."""
        found: defaultdict[str, list[Recorded]] = defaultdict(list)
        for event in self._facts.records(LeaveTaken):
            if isinstance(event.payload, LeaveTaken):
                found[event.payload.person].append(event)
        return found

    @cached_property
    def tenures(self) -> Mapping[int, Tenure]:
        """Tenures by the position of the entry that began them."""
        return {tenure.entry.position: tenure for tenure in self._facts.tenures(undisputed=True)}

    @cached_property
    def posts(self) -> Mapping[str, Sequence[Tenure]]:
        """Tenures by person."""
        found: defaultdict[str, list[Tenure]] = defaultdict(list)
        for tenure in self.tenures.values():
            found[tenure.person].append(tenure)
        return found

    def in_post(self, tenure: Tenure, on: date) -> bool:
        """Whether a tenure is held on a day; one under a RETRO_ASSIGNMENT of weight high from its recording on."""
        if not tenure.covers_day(on):
            return False
        kept = self._counted.get(id(tenure))
        if kept is None:
            kept = self._counted[id(tenure)] = tenure, counted(self._facts, tenure)
        return kept[1] is not None and kept[1].covers_day(on)

    @cached_property
    def _counted(self) -> dict[int, tuple[Tenure, Tenure | None]]:
        """Each tenure as it counts, by identity, which the tenure kept beside it keeps its own."""
        return {}

    @cached_property
    def series(self) -> Mapping[str, Sequence[tuple[int, Recorded]]]:
        """Records with their running numbers, by series of document numbers."""
        found: defaultdict[str, list[tuple[int, Recorded]]] = defaultdict(list)
        for number, events in self.by_ref.items():
            if (read := document_number(number)) is not None:
                found[read[0]] += [(read[1], event) for event in events]
        return found

    @cached_property
    def alike(self) -> Mapping[int, Copies]:
        """The group of near duplicates that the entry at a position belongs to."""
        if self._indexed:
            groups = [Copies(group, group[1:]) for group in groups_of(self._facts)]
        else:
            groups = searched(self._facts, self.corpus)
        return {cite.position: group for group in groups for cite in group.entries}

    @cached_property
    def _indexed(self) -> bool:
        """Whether the views tell which texts are alike."""
        rules = one_rule_set(self._facts)
        return rules is not None and is_indexed(rules)

    def alike_to(self, record: Recorded) -> Copies | None:
        """The group of near duplicates that one entry belongs to, by index; None where it is like no other."""
        if "alike" in vars(self) or self._facts.reworded or not self._indexed:
            return self.alike.get(record.position)
        if record.position not in self._copies:
            group = copies_of(self._facts, record)
            found = Copies(group, group[1:]) if group else None
            self._copies |= {cite.position: found for cite in group} or {record.position: None}
        return self._copies[record.position]

    def members(self, cites: tuple[Citation, ...]) -> AbstractSet[Citation]:
        """The same as a set, made once for a group of copies however often some of its records are judged."""
        kept = self._members.get(id(cites))
        if kept is None or kept[0] is not cites:
            self._members[id(cites)] = kept = cites, frozenset(cites)
        return kept[1]

    @cached_property
    def _members(self) -> dict[int, tuple[tuple[Citation, ...], AbstractSet[Citation]]]:
        return {}

    @cached_property
    def erasures(self) -> tuple[Recorded, ...]:
        """Erasures of texts, with the signals that stand by them."""
        return tuple(self._facts.records(TextErased))


def _case_of(query: Recorded) -> str | None:
    """The case for which an inspector asked, where that is on record."""
    return query.payload.case if isinstance(query.payload, QueryMade | ReadMade) else None


_backgrounds: dict[int, tuple["weakref.ref[Facts]", Background]] = {}


def background_of(facts: Facts) -> Background:
    """The background of this cut, kept as long as the cut itself (a Facts never changes what it answers)."""
    note(lambda: ANYTHING)  # what is read here is read once, whoever asks for it
    key = id(facts)
    kept = _backgrounds.get(key)
    if kept is not None and kept[0]() is facts:
        return kept[1]
    made = Background(facts)
    _backgrounds[key] = (weakref.ref(facts, lambda _: _backgrounds.pop(key, None)), made)
    return made
