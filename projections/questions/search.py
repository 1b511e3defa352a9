"""Question: what bears these words, and in which entries they stand: in texts, as numbers, as fixed words of records.

A Chinese substring is found anywhere, other words whole. A fixed word is found by what it is called in any language.
"""

from collections import Counter
from datetime import date, datetime
from typing import Literal

from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from ledger.recording.moments import read_period
from projections.facts.values import Period
from projections.language.search_words import called, meant_by
from projections.questions.entries import type_named
from projections.questions.over import PAGE, Known, Over
from projections.questions.parties import party_of
from projections.questions.things import Thing, things
from projections.views.full_text import leaf_of, phrase
from projections.views.rows import LedgerRow
from projections.views.view_reads import Among, TextLine, counted, counted_parties, with_words

MOST_NAMED = 20
"""Persons and units by which what was found is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter(Known):
    """What to search for: words that stand together; other than Chinese ones stand whole."""

    words: str
    type: str | None = None
    """Only entries of this kind: its name, title or type."""
    person: str | None = None
    """Only entries about this person or unit, by id, number or name."""
    period: str | None = None
    """Only of what happened in this year, half-year or quarter."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """An entry that contains the words searched for, with the text around them."""

    ledger: str
    kind: str
    position: int
    ref: str | None
    type: str
    occurred_on: date | None
    recorded_at: str
    field: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundCount:
    """How many of the entries found are of a kind, of what happened in a year, or name a party; `of` says which."""

    of: Literal["type", "year", "party"]
    value: str
    entries: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: what bears the words, how many entries of each kind and year have them, and the entries in order."""

    known_at: datetime | None
    things: tuple[Thing, ...]
    counts: tuple[FoundCount, ...]
    items: tuple[FoundRow, ...]


def search(over: Over, wanted: SearchFilter, count: int | None = PAGE) -> Found:
    """The first entries that contain the words. Raises BadInput where there are none to search for."""
    rows = tuple(row for _, row in found_from(over, wanted, 0, count))
    return Found(over.facts.known_at, things(over, wanted.words), tuple(_counts(over, wanted)), rows)


def found_from(over: Over, wanted: SearchFilter, start: int, count: int | None) -> list[tuple[int, FoundRow]]:
    """At most `count` of them from a key on, each with its key. Raises BadInput for no words."""
    asked, among = _asked(wanted), _among(over, wanted)
    found: list[tuple[int, FoundRow]] = []
    for ledger in _ledgers(over):
        left = None if count is None else count - len(found)
        lines = with_words(over.facts.views, ledger, asked, start, over.facts.limit(ledger), left, among)
        found += [(line.key, _found(over, ledger, line, wanted.words)) for line in lines]
        if count is not None and len(found) >= count:
            break
    return found


def _ledgers(over: Over) -> list[LedgerRow]:
    """All but the access ledger, whose words are those that were searched for."""
    return [each for each in over.facts.ledgers if each.kind != "access"]


def _asked(wanted: SearchFilter) -> str:
    asked = phrase(wanted.words, meant_by)
    if asked is None:
        raise BadInput("say what to search for: words=...")
    return asked


def _among(over: Over, wanted: SearchFilter) -> Among:
    period = read_period(wanted.period) if wanted.period is not None else None
    return Among(
        type_named(wanted.type) if wanted.type is not None else None,
        party_of(over.facts, wanted.person) if wanted.person is not None else None,
        Period(period.first, period.last) if period is not None else None,
    )


def _counts(over: Over, wanted: SearchFilter) -> list[FoundCount]:
    """By kind, by year, and by person and unit, the most frequent first but years."""
    types: Counter[str] = Counter()
    named: Counter[str] = Counter()
    years: Counter[str] = Counter()
    for ledger in _ledgers(over):
        stop = over.facts.limit(ledger)
        for type_, year, n in counted(over.facts.views, ledger, _asked(wanted), stop, _among(over, wanted)):
            types[type_] += n
            years[year] += n
        parties_ = counted_parties(over.facts.views, ledger, _asked(wanted), stop, _among(over, wanted), MOST_NAMED)
        named.update(dict(parties_))
    by_type = [FoundCount("type", value, n) for value, n in sorted(types.items(), key=lambda pair: (-pair[1], pair[0]))]
    by_year = [FoundCount("year", value, n) for value, n in sorted(years.items()) if value]
    ranked = sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_NAMED]
    return [*by_type, *by_year, *(FoundCount("party", value, n) for value, n in ranked)]


def _found(over: Over, ledger: LedgerRow, line: TextLine, words: str) -> FoundRow:
    name, held = _where(over, line, words.strip().split()[0].casefold())
    at = max(0, held.casefold().find(words.strip().split()[0].casefold()) - 30)
    excerpt = ("…" if at else "") + held[at : at + 120] + ("…" if len(held) > at + 120 else "")
    entry = line.entry
    moment = format_time(entry.recorded_at)
    origin, position = ledger.stands(entry.position)
    where = (origin, ledger.called(origin) or ledger.kind, position, entry.ref, entry.type)
    return FoundRow(*where, entry.occurred_on, moment, name, excerpt)


def _where(over: Over, line: TextLine, said: str) -> tuple[str, str]:
    """The field in which the words stand, and what it says; a fixed word as it is called."""
    for name, held in line.texts.items():
        if said in str(held).casefold():
            return name, str(held)
    for name, value in line.fields.items():
        spec = spec_of(line.entry.type, name)
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str) or (spec is not None and (spec.about or spec.reference)):
                continue
            of = spec.words if spec is not None and spec.words else leaf_of(name)
            title = called(of, each, over.language)
            if said in each.casefold() or f"{of}.{each}" in meant_by(said):
                return name, title or each
    return next(((name, str(held)) for name, held in line.texts.items()), ("ref", line.entry.ref or ""))
