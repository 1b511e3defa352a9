"""Lists over the views: entries, search, units, persons, tenures, vacancies, cases, reads; each answered by an index.

Rows are what a screen, an export and the API show alike. A list is read from a key on (`start`), in rising order, so
that any page costs the same. What a reader may not see is not in the facts that are handed in.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.access.log import question_read
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.events.access import ReadMade, TokenGranted
from ledger.events.cases import CaseOpened, LeadReceived
from projections.questions.rows import (
    CaseRow,
    EntryRow,
    FoundRow,
    ReadRow,
)
from projections.trace import status
from projections.views.facts import ViewFacts
from projections.views.reads import EntryLine, TextLine, Wanted, entry_lines, first_since, moments_around, with_words
from projections.views.rows import LedgerRow
from projections.views.search import phrase


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted; None = all. `recorded` are moments from and to, both included; `day` is that of what
    an entry records."""

    type: str | None = None
    party: str | None = None
    ref: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    day: date | None = None


def entries(
    facts: ViewFacts, ledger: LedgerRow, wanted: EntryFilter, start: int, count: int | None, *, newest: bool = False
) -> list[tuple[int, EntryRow]]:
    """At most `count` entries from position `start` on, the first or the `newest` of them, each with its position."""
    stop = facts.limit(ledger)
    if wanted.recorded_from is not None:
        start = max(start, _first_since(facts, ledger, wanted.recorded_from))
    if wanted.recorded_to is not None:
        stop = min(stop, _first_since(facts, ledger, wanted.recorded_to, after=True))
    asked = Wanted(wanted.type, wanted.party, wanted.ref, wanted.day)
    found = entry_lines(facts.views, ledger, asked, start, stop, count, newest=newest)
    return [(line.position, _entry(ledger, line)) for line in found]


def latest(facts: ViewFacts, ledger: LedgerRow, count: int) -> list[EntryRow]:
    """The last entries of the cut, the newest first."""
    size = facts.limit(ledger)
    return [row for _, row in reversed(entries(facts, ledger, EntryFilter(), max(0, size - count), count))]


def _first_since(facts: ViewFacts, ledger: LedgerRow, moment: datetime, *, after: bool = False) -> int:
    found = first_since(facts.views, ledger, moment, after=after)
    return facts.limit(ledger) if found is None else found


def _entry(ledger: LedgerRow, line: EntryLine) -> EntryRow:
    return EntryRow(
        ledger.origin,
        line.position,
        line.ref,
        line.type,
        format_time(line.recorded_at),
        line.occurred_on,
        line.signers,
        line.stream,
        line.version,
        b64encode(line.leaf_hash),
    )


# --- moments of change ---


@dataclass(frozen=True, slots=True)
class Changes:
    """The moments at which the record changed just before and just after one; the way through what was known when."""

    earlier: str | None
    later: str | None


def changes(facts: ViewFacts) -> Changes:
    """Previous and next moment at which the duty ledger learnt something."""
    earlier, later = moments_around(facts.views, facts.duty, facts.cut)
    return Changes(*(format_time(moment) if moment is not None else None for moment in (earlier, later)))


# --- search ---


def search(facts: ViewFacts, words: str, start: int, count: int | None) -> list[tuple[int, FoundRow]]:
    """Entries whose texts contain the words, a Chinese substring anywhere, in order of ledger and position."""
    asked = phrase(words)
    if asked is None:
        return []
    found: list[tuple[int, FoundRow]] = []
    for ledger in facts.ledgers:
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


# --- cases ---


def cases(facts: ViewFacts) -> list[CaseRow]:
    """The opened cases, in order of opening."""
    return list(_cases(facts))


def _cases(facts: ViewFacts) -> Iterator[CaseRow]:
    for event in facts.cases():
        case = event.payload
        if not isinstance(case, CaseOpened) or case.case is None:
            continue
        unit = facts.units.get(case.unit)
        acts = case.acts or ()
        yield CaseRow(
            case.case,
            case.unit,
            unit.name if unit is not None else case.unit,
            case.period_from,
            case.period_to,
            format_time(event.recorded_at),
            len(acts),
            sum((act.amount for act in acts), Decimal(0)),
            tuple(status.red(facts, case.case)),
            case.pin is not None and case.pin.checkpoint is not None,
            facts.cite(event),
        )


def leads(facts: ViewFacts) -> int:
    """How many leads the joined case ledgers hold."""
    return len(facts.records(LeadReceived, ledger="case"))


# --- reads ---


def reads(
    facts: ViewFacts,
    start: int,
    count: int | None,
    *,
    token: str | None = None,
    concerns: str | None = None,
    organs: Collection[str] | None = None,
) -> list[tuple[int, ReadRow]]:
    """Reads from a position of the access ledger on. `concerns` is a person or unit, `token` a token's id, `organs` the
    fingerprints of those that are told of, of several; None = all."""
    holders: dict[str, str | None] = {}
    found: list[tuple[int, ReadRow]] = []
    for event in facts.records(TokenGranted, ReadMade, ledger="access"):
        payload = event.payload
        if isinstance(payload, TokenGranted):
            holders[payload.token] = payload.holder if "holder" not in event.missing else None
        elif isinstance(payload, ReadMade) and event.position >= start:
            if token not in (None, payload.token) or (
                concerns is not None and concerns not in (payload.concerns or ())
            ):
                continue
            question, of = question_read(payload.question)
            if organs is not None and of not in organs:
                continue
            cited = facts.refs(event, payload.entry) if payload.entry is not None else ()
            row = ReadRow(
                event.position,
                format_time(event.recorded_at),
                payload.token,
                holders.get(payload.token),
                question,
                payload.concerns or (),
                payload.case,
                cited[0] if cited else None,
                payload.valid_at,
                payload.known_at.isoformat() if payload.known_at is not None else None,
                payload.asked if "asked" not in event.missing else None,
                of,
            )
            found.append((event.position, row))
            if count is not None and len(found) >= count:
                break
    return found
