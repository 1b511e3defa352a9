"""Question: who read what."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from ledger.access.log import ACROSS, question_read
from ledger.access.tokens import organs_named
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.access import ReadMade, TokenGranted
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from ledger.recording.likely import near
from projections.facts.values import Citation
from projections.questions.over import PAGE, Latest, Over, falling
from projections.questions.parties import party_of
from projections.views.facts import ViewFacts
from projections.views.view_reads import Wanted, entry_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFilter(Latest):
    """Limits of the question; None does not limit."""

    token: str | None = None
    """By this token, by its id."""
    about: str | None = None
    """Of this person or unit, by id, number or name."""
    start: int | None = None
    """From this position of the access ledger on, in rising order; None = the newest first."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Who read what: one answer that was given."""

    position: int
    recorded_at: str
    token: str
    holder: str | None
    question: str
    concerns: tuple[str, ...]
    case: str | None
    entry: Citation | None
    valid_at: date | None
    known_at: str | None
    asked: str | None
    organ: str | None
    """Fingerprint of the organ that was asked about, `*` where every one that the token sees was asked; None where a
    server has one only."""


@dataclass(frozen=True, slots=True)
class AccessReads:
    """The answer: the newest reading first, or from a position on, in the order in which they were made."""

    items: tuple[ReadRow, ...]


def reads(over: Over, wanted: ReadFilter, count: int | None = PAGE) -> AccessReads:
    """The newest readings within limits, or the first from a position on.

    Raises BadInput for a token or party that is not there."""
    return AccessReads(tuple(row for _, row in reads_from(over.facts, settled(over.facts, wanted), 0, count)))


def settled(facts: ViewFacts, wanted: ReadFilter, organs: Collection[str] | None = None) -> ReadFilter:
    """The filter with ids for what it names. Raises BadInput for a token or party that is not there.

    Who is told of some of several organs only is not told which tokens there are.
    """
    granted = facts.records(TokenGranted, ledger="access") if wanted.token is not None else ()
    known = {event.payload.token for event in granted if isinstance(event.payload, TokenGranted)}
    if wanted.token is not None and wanted.token not in known | {"open"}:
        like = ", ".join(near(wanted.token, known | {"open"})) if organs is None else ""
        raise BadInput("there is no token {!r} here; perhaps {}", wanted.token, like or "-")
    return replace(wanted, about=party_of(facts, wanted.about) if wanted.about is not None else None)


def reads_from(
    facts: ViewFacts, wanted: ReadFilter, key: int, count: int | None, organs: Collection[str] | None = None
) -> list[tuple[int, ReadRow]]:
    """At most `count` of them from a key on, each with its key, by a filter that is settled.

    `organs` are the fingerprints of those that are told of, of several; None = all."""
    holders: dict[str, str | None] = {}
    seen: dict[str, frozenset[str]] = {}
    for event in facts.records(TokenGranted, ledger="access"):
        if isinstance(event.payload, TokenGranted):
            holders[event.payload.token] = event.payload.holder if "holder" not in event.missing else None
            seen[event.payload.token] = frozenset(organs_named(event.payload.scopes))
    found: list[tuple[int, ReadRow]] = []
    for event in _readings(facts, wanted, key):
        read = event.payload
        if not isinstance(read, ReadMade) or wanted.token not in (None, read.token):
            continue
        question, of = question_read(read.question)
        if organs is not None and not _is_told(of, organs, seen.get(read.token)):
            continue
        if wanted.about is not None and wanted.about not in (read.concerns or ()):
            continue
        cited = facts.refs(event, read.entry) if read.entry is not None else ()
        row = ReadRow(
            event.position,
            format_time(event.recorded_at),
            read.token,
            holders.get(read.token),
            question,
            read.concerns or (),
            read.case,
            cited[0] if cited else None,
            read.valid_at,
            read.known_at.isoformat() if read.known_at is not None else None,
            read.asked if "asked" not in event.missing else None,
            of,
        )
        found.append((event.position if wanted.start is not None else falling(event.position), row))
        if count is not None and len(found) >= count:
            break
    return found


def _is_told(of: str | None, organs: Collection[str], seen: Collection[str] | None) -> bool:
    """Whether a reading is one of these organs; one across organs is of each that its token sees (none named: all)."""
    return of in organs or (of == ACROSS and (not seen or any(each in organs for each in seen)))


def _readings(facts: ViewFacts, wanted: ReadFilter, key: int) -> Iterator[Recorded]:
    """The readings from a key on, in the order wanted, read from the access ledger as far as they are looked at."""
    asked = Wanted(type=ReadMade.TYPE)
    for ledger in facts.ledgers:
        if ledger.kind != "access":
            continue
        size, rising = facts.limit(ledger), wanted.start is not None
        first, stop = (max(wanted.start or 0, key), size) if rising else (0, min(size, falling(key) + 1))
        while lines := entry_lines(facts.views, ledger, asked, first, stop, PAGE, newest=not rising):
            for line in lines if rising else reversed(lines):
                event = facts.at(ledger, line.position)
                if event is not None:
                    yield event
            first, stop = (lines[-1].position + 1, stop) if rising else (first, lines[0].position)
