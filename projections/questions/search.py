"""Question: in which entries some words stand, a Chinese substring anywhere, as known at a moment."""

from dataclasses import dataclass
from datetime import datetime

from ledger.core.entry import format_time
from ledger.errors import BadInput
from projections.questions.over import PAGE, Known, Over
from projections.views.facts import ViewFacts
from projections.views.reads import TextLine, with_words
from projections.views.rows import LedgerRow
from projections.views.search import phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter(Known):
    """What to search for: words that stand together; other than Chinese ones stand whole."""

    words: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """An entry that contains the words searched for, with the text around them."""

    ledger: str
    kind: str
    position: int
    ref: str | None
    type: str
    recorded_at: str
    field: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer, in order of ledger and position."""

    known_at: datetime | None
    items: tuple[FoundRow, ...]


def search(over: Over, wanted: SearchFilter, count: int | None = PAGE) -> Found:
    """The first entries whose texts contain the words. Raises BadInput where there are none to search for."""
    return Found(over.facts.known_at, tuple(row for _, row in found_from(over.facts, wanted.words, 0, count)))


def found_from(facts: ViewFacts, words: str, start: int, count: int | None) -> list[tuple[int, FoundRow]]:
    """At most `count` of them from a key on, each with its key. Raises BadInput for no words."""
    asked = phrase(words)
    if asked is None:
        raise BadInput("say what to search for: words=...")
    found: list[tuple[int, FoundRow]] = []
    for ledger in (each for each in facts.ledgers if each.kind != "access"):  # whose words are those searched for
        wanted = None if count is None else count - len(found)
        lines = with_words(facts.views, ledger, asked, start, facts.limit(ledger), wanted)
        found += [(line.key, _found(ledger, line, words)) for line in lines]
        if count is not None and len(found) >= count:
            break
    return found


def _found(ledger: LedgerRow, line: TextLine, words: str) -> FoundRow:
    wanted = words.strip().split()[0].casefold() if words.strip() else ""
    name, text = next(
        ((name, str(text)) for name, text in line.texts.items() if wanted in str(text).casefold()),
        next(((name, str(text)) for name, text in line.texts.items()), ("", "")),
    )
    at = max(0, text.casefold().find(wanted) - 30)
    excerpt = ("…" if at else "") + text[at : at + 120] + ("…" if len(text) > at + 120 else "")
    entry = line.entry
    moment = format_time(entry.recorded_at)
    return FoundRow(ledger.origin, ledger.kind, entry.position, entry.ref, entry.type, moment, name, excerpt)
