"""Question: which entries a ledger has, and what each says; by kind, person or unit, number, day and time of recording.

A list is read from a key on, so that any page costs the same. What a reader may not see is not in the facts that are
handed in; what of it he may not read, its texts and fields, is left out and named as missing.

Long because the list, one entry and the counts are answers to one filter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, time, tzinfo
from typing import Any
from weakref import WeakKeyDictionary

from ledger.anchors.book import AnchorBook, EntryState, anchor_book, tail_of
from ledger.application import Ledger
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.base import Fact
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.events.registry import TYPES
from ledger.frozen import dataclass
from ledger.keys.marks import KeyMarks, key_marks
from ledger.recording.forms import form_named, forms
from ledger.recording.likely import near
from ledger.recording.numbers import check_number
from projections.facts.protocol import day
from projections.language.catalogue import LANGUAGES
from projections.language.kind_titles import kind_title
from projections.questions.over import Known, Over, falling
from projections.questions.parties import party_of
from projections.questions.plain import NOT_IN_TABLES
from projections.views.facts import ViewFacts
from projections.views.rows import LedgerRow
from projections.views.view_reads import (
    EntryLine,
    Wanted,
    entry_lines,
    entry_positions,
    first_since,
    parties_counted,
    types_counted,
)

NEWEST = 20
"""How many of the newest entries are shown where nobody says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter(Known):
    """Which entries are wanted; None does not limit."""

    ledger: str = "duty"
    """The kind of the ledger."""
    type: str | None = None
    """Of this kind of record, by its name, its title or its type."""
    person: str | None = None
    """That name this person or unit, by id, number or name."""
    ref: str | None = None
    """With this number."""
    day: date | None = None
    """Of what happened on this day."""
    first: date | datetime | None = None
    """Recorded at this moment, or on this day, or later."""
    last: date | datetime | None = None
    """Recorded at this moment, or on this day, or earlier."""
    start: int | None = None
    """From this position on, in rising order; None = the newest first."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry without what it says: who recorded what kind of thing when."""

    ledger: str
    position: int
    ref: str | None
    type: str
    recorded_at: str
    occurred_on: date | None
    signers: tuple[str, ...]
    stream: str
    version: int
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class EntryAnswer(EntryRow):
    """An entry with all fields that it holds; `missing` names those that are withheld or erased.

    `state` and the moments say how it stands towards the world outside: confirmed between two moments, or not yet.
    `disputed_by` and `re_enrolled` are what is known of the keys that signed it.
    """

    state: str
    not_before: datetime | None
    not_after: datetime | None
    time_contradicted: bool
    disputed_by: tuple[str, ...]
    re_enrolled: tuple[str, ...]
    fields: Mapping[str, Any] = field(metadata=NOT_IN_TABLES)
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerEntries:
    """The answer: entries of a ledger, the newest first, or from a position on."""

    ledger: str
    size: int
    """How many entries the ledger has, as known."""
    items: tuple[EntryAnswer, ...]


def entries(over: Over, wanted: EntryFilter, ledger: Ledger, count: int | None = NEWEST) -> LedgerEntries:
    """The newest entries within limits, or the first from a position on. Raises BadInput for what is not known."""
    row, first, stop = _span(over.facts, ledger)
    asked = settled(over.facts, ledger, wanted)
    found = entries_from(over, asked, ledger, 0, count) if count != 0 else []
    return LedgerEntries(row.called(ledger.origin) or row.kind, stop - first, tuple(entry for _key, entry in found))


def settled(facts: ViewFacts, ledger: Ledger, wanted: EntryFilter) -> EntryFilter:
    """The filter with types and ids for what it names. Raises BadInput for kind, party or number that are not there."""
    if wanted.ref is not None:
        check_number(ledger, wanted.ref)
    return replace(
        wanted,
        type=type_named(wanted.type) if wanted.type is not None else None,
        person=party_of(facts, wanted.person) if wanted.person is not None else None,
    )


def entries_from(
    over: Over, wanted: EntryFilter, ledger: Ledger, key: int, count: int | None
) -> list[tuple[int, EntryAnswer]]:
    """At most `count` of them from a key on, each with its key, by a filter that is settled."""
    row, first, stop = _span(over.facts, ledger)
    rising = wanted.start is not None
    start = first + max(wanted.start, key) if wanted.start is not None else first
    below = stop if rising else min(stop, first + falling(key) + 1)
    limits = _limits(over.facts, row, wanted, start, below)
    found = entry_positions(over.facts.views, row, *limits, count, newest=not rising)
    with ledger.store.holding():
        told = entry_answers(over, ledger, ledger.among([row.stands(position)[1] for position in found]))
    return [(each.position if rising else falling(each.position), each) for each in told]


def entry_rows(
    facts: ViewFacts,
    ledger: LedgerRow,
    wanted: EntryFilter,
    start: int | None = None,
    count: int | None = None,
    *,
    below: int | None = None,
    newest: bool = False,
) -> list[EntryRow]:
    """Entries without what they say, by a filter that is settled: at most `count` from position `start` on, the first
    or the `newest` of them, in rising order; without `start` those of the ledgers that it continues too."""
    found = entry_lines(facts.views, ledger, *_limits(facts, ledger, wanted, start, below), count, newest=newest)
    return [_entry(ledger, line) for line in found]


def _limits(
    facts: ViewFacts, ledger: LedgerRow, wanted: EntryFilter, start: int | None, below: int | None
) -> tuple[Wanted, int, int]:
    """What is asked of the views, from which position on, and below which."""
    start = ledger.first if start is None else start
    stop = facts.limit(ledger) if below is None else min(below, facts.limit(ledger))
    if wanted.first is not None:
        start = max(start, _first_since(facts, ledger, _moment(facts, wanted.first, time.min)))
    if wanted.last is not None:
        stop = min(stop, _first_since(facts, ledger, _moment(facts, wanted.last, time.max), after=True))
    return Wanted(wanted.type, wanted.person, wanted.ref, wanted.day), start, stop


def rows_within(facts: ViewFacts, ledger: Ledger, wanted: EntryFilter) -> list[EntryRow]:
    """Every entry of a ledger within limits that are settled, without what it says, the newest first."""
    row, first, stop = _span(facts, ledger)
    if wanted.start is not None:
        return entry_rows(facts, row, wanted, first + wanted.start, below=stop)
    return entry_rows(facts, row, wanted, first, below=stop)[::-1]


def types_within(facts: ViewFacts, ledger: Ledger, wanted: EntryFilter) -> dict[str, int]:
    """How many entries of a ledger there are of each type within limits that are settled."""
    row, first, stop = _span(facts, ledger)
    return types_counted(facts.views, row, *_limits(facts, row, wanted, first + (wanted.start or 0), stop))


def parties_within(facts: ViewFacts, ledger: Ledger, wanted: EntryFilter, ids: Sequence[str]) -> dict[str, int]:
    """How many entries of a ledger within limits that are settled name each of these persons and units, whomever the
    limits name; who is named by none is left out."""
    row, first, stop = _span(facts, ledger)
    return parties_counted(facts.views, row, *_limits(facts, row, wanted, first + (wanted.start or 0), stop), ids)


def latest(facts: ViewFacts, ledger: LedgerRow, count: int) -> list[EntryRow]:
    """The last entries of the cut, the newest first."""
    return entry_rows(facts, ledger, EntryFilter(), count=count, newest=True)[::-1]


def type_named(text: str) -> str:
    """The type of a kind of record by its name, its title in any language, or its type. Raises BadInput."""
    if "/" in text:
        if text not in TYPES:
            raise BadInput("there is no type of entry {!r}; perhaps {}", text, ", ".join(near(text, TYPES)))
        return text
    titles = {kind_title(form, language): form.type for form in forms().values() for language in LANGUAGES}
    return titles.get(text) or form_named(text).type


def _span(facts: ViewFacts, ledger: Ledger) -> tuple[LedgerRow, int, int]:
    """The ledger with which it is read, itself or one that continues it, and its positions there as far as known."""
    row = next(row for row in facts.ledgers if row.called(ledger.origin) is not None)
    former = next((each for each in row.former if each.origin == ledger.origin), None)
    limit = facts.limit(row)
    return (row, 0, max(0, limit)) if former is None else (row, former.first, min(limit, former.first + former.size))


def _moment(facts: ViewFacts, when: date, at: time) -> datetime:
    """The moment; that of a day which begins or ends a list."""
    return when if isinstance(when, datetime) else datetime.combine(when, at, facts.zone)


def _first_since(facts: ViewFacts, ledger: LedgerRow, moment: datetime, *, after: bool = False) -> int:
    found = first_since(facts.views, ledger, moment, after=after)
    return facts.limit(ledger) if found is None else found


def _entry(ledger: LedgerRow, line: EntryLine) -> EntryRow:
    return EntryRow(
        *ledger.stands(line.position),
        line.ref,
        line.type,
        format_time(line.recorded_at),
        line.occurred_on,
        line.signers,
        line.stream,
        line.version,
        b64encode(line.leaf_hash),
    )


def entry_row(facts: ViewFacts, event: Recorded) -> EntryRow:
    """An entry that is at hand, as a row, by the ledger that holds it."""
    occurred = event.payload.occurred_at if isinstance(event.payload, Fact) else None
    return EntryRow(
        *facts.cite(event).stands,
        event.payload.ref,
        event.type,
        format_time(event.recorded_at),
        day(facts, occurred) if occurred is not None else None,
        event.signed,
        event.originator_id,
        event.originator_version,
        b64encode(event.leaf_hash),
    )


def entry_answers(over: Over, ledger: Ledger, events: Sequence[Recorded]) -> list[EntryAnswer]:
    """Entries of a ledger with all that they say, as far as the reader may read it, and how each of them stands.

    Of an event that was asked about before the same answer is given while it stands as it did.
    """
    book, tail, zone = anchor_book(ledger), tail_of(ledger), over.facts.zone
    told = _TOLD.get(ledger)
    if told is None or told.book is not book or (told.tail, told.zone) != (tail, zone):
        told = _TOLD[ledger] = _Told(book, tail, zone)
    found = []
    for event, marks in zip(events, key_marks(ledger, events), strict=True):
        key = (event.position, over.texts)
        known = told.answers.get(key)
        if known is None or known[0] is not event or known[1] != marks:
            answer = _entry_answer(over, event, book.state(event.position, event.recorded_at, tail=tail), marks)
            if len(told.answers) >= MOST_TOLD:
                told.answers = {}
            known = told.answers[key] = event, marks, answer
        found.append(known[2])
    return found


MOST_TOLD = 512
"""Answers that are kept of a ledger's entries."""


@dataclass(slots=True)
class _Told:
    """What was told of entries, under the anchors on record, where the seals at the end begin, and in a time zone."""

    book: AnchorBook
    tail: int
    zone: tzinfo
    answers: dict[tuple[int, bool], tuple[Recorded, KeyMarks, EntryAnswer]] = field(default_factory=dict)
    """By position and whether with texts: the very event, the marks of its keys, and the answer."""


_TOLD: WeakKeyDictionary[Ledger, _Told] = WeakKeyDictionary()


def _entry_answer(over: Over, event: Recorded, state: EntryState, marks: KeyMarks) -> EntryAnswer:
    said, row = flatten(event.payload), entry_row(over.facts, event)
    return EntryAnswer(
        ledger=row.ledger,
        position=row.position,
        ref=row.ref,
        type=row.type,
        recorded_at=row.recorded_at,
        occurred_on=row.occurred_on,
        signers=row.signers,
        stream=row.stream,
        version=row.version,
        leaf_hash=row.leaf_hash,
        state=state.state,
        not_before=state.bounds.not_before,
        not_after=state.bounds.not_after,
        time_contradicted=state.contradicted,
        disputed_by=marks.disputed_by,
        re_enrolled=marks.re_enrolled,
        fields=dict(said) if over.texts else {},
        missing=tuple(sorted(event.missing if over.texts else {*event.missing, *(name for name, _ in said)})),
    )
