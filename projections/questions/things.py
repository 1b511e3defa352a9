"""Question: what bears a name, a number or a code: entries, persons and units by any name they ever had, duties, kinds.

It stands beside what is found in texts, so that who types `E060`, `A2b` or a name of before is led there.
"""

import re
from collections.abc import Iterator
from typing import Literal

from ledger.events.case_work import CaseOpened
from ledger.events.registry import TYPES
from ledger.frozen import dataclass
from projections.facts.values import Citation
from projections.language.catalogue import LANGUAGES, translate
from projections.obligations.table import table
from projections.questions.over import Over
from projections.questions.parties import parties
from projections.signals.signal_kinds import ROWS
from projections.views.view_reads import Wanted, entry_lines

ThingKind = Literal["entry", "person", "unit", "obligation", "signal", "type", "case"]
MOST = 20
"""Of each kind at most."""
_PLACED = re.compile(r"(?P<ref>[^#]*)#(?P<position>\d{1,15})")
LEAST = 2


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that bears what was searched for as its number, code or name; `also` are its other names."""

    kind: ThingKind
    id: str
    name: str
    also: tuple[str, ...] = ()
    entry: Citation | None = None


def things(over: Over, words: str) -> tuple[Thing, ...]:
    """What bears these words, in a fixed order of kinds."""
    text = " ".join(words.split())
    found = (_entries(over, text), _parties(over, text), _duties(over, text), _signals(over, text), _types(over, text))
    return (*(thing for kind in found for thing in _first(kind)), *_cases(over, text))


def _first(found: Iterator[Thing]) -> Iterator[Thing]:
    for _, thing in zip(range(MOST), found, strict=False):
        yield thing


def _entries(over: Over, text: str) -> Iterator[Thing]:
    """Entries with exactly this number, or at this place."""
    placed = _PLACED.fullmatch(text)
    ref = placed["ref"] if placed is not None else text
    for ledger in over.facts.ledgers:
        if ledger.kind == "access":
            continue
        start = int(placed["position"]) if placed is not None else ledger.first
        stop = over.facts.limit(ledger)
        stop = min(stop, start + 1) if placed is not None else stop
        for line in entry_lines(over.facts.views, ledger, Wanted(ref=ref or None), start, stop, MOST):
            cite = ledger.cite(line.position, line.ref)
            title = translate(TYPES[line.type].TITLE, over.language) if line.type in TYPES else line.type
            yield Thing("entry", cite.ref, title, entry=cite)


def _parties(over: Over, text: str) -> Iterator[Thing]:
    said = text.casefold()
    for id_, names in parties(over.facts).register.words.items():
        if said == id_.casefold() or (len(said) >= LEAST and any(said in name.casefold() for name in names)):
            kind: ThingKind = "person" if id_ in over.facts.persons else "unit"
            name = over.speech.name(id_)
            yield Thing(kind, id_, name, tuple(each for each in names if each != name))


def _duties(over: Over, text: str) -> Iterator[Thing]:
    said = text.casefold()
    for row in table().obligations.values():
        titles = [row.title.of(language).casefold() for language in LANGUAGES]
        if said == row.id.casefold() or (len(said) >= LEAST and any(said in title for title in titles)):
            yield Thing("obligation", row.id, row.title.of(over.speech.speech))


def _signals(over: Over, text: str) -> Iterator[Thing]:
    said = text.casefold()
    for row in ROWS:
        titles = [translate(row.fires, language).casefold() for language in LANGUAGES]
        if said == row.code.casefold() or (len(said) >= LEAST and any(said in title for title in titles)):
            yield Thing("signal", row.code, translate(row.fires, over.language))


def _types(over: Over, text: str) -> Iterator[Thing]:
    said = text.casefold()
    for name, cls in TYPES.items():
        titles = [translate(cls.TITLE, language).casefold() for language in LANGUAGES]
        if not cls.CLOSED and len(said) >= LEAST and any(said in title for title in titles):
            yield Thing("type", name, translate(cls.TITLE, over.language))


def _cases(over: Over, text: str) -> Iterator[Thing]:
    for event in over.facts.cases():
        case = event.payload
        if isinstance(case, CaseOpened) and case.case is not None and case.case.casefold() == text.casefold():
            yield Thing("case", case.case, over.speech.name(case.unit), entry=over.facts.cite(event))
