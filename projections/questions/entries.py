"""Question: which entries a ledger has, by kind, party, number and time; and one entry with all that it says.

A list is read from a position on, in rising order, so that any page costs the same. What a reader may not see is not in
the facts that are handed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger.anchors.book import states
from ledger.application import Ledger
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.base import Fact
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.events.registry import TYPES
from ledger.keys.marks import key_marks
from ledger.recording.forms import form_named, forms
from ledger.recording.likely import near
from projections.facts.protocol import day
from projections.language.catalogue import LANGUAGES
from projections.language.kind_titles import kind_title
from projections.views.facts import ViewFacts
from projections.views.reads import EntryLine, Wanted, entry_lines, first_since
from projections.views.rows import LedgerRow


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


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry without its texts: who recorded what kind of thing when."""

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
class EntryAnswer:
    """An entry with all fields that it holds; `missing` names the texts that are withheld or erased.

    `state` and the moments say how it stands towards the world outside: confirmed between two moments, or not yet.
    `disputed_by` and `re_enrolled` are what is known of the keys that signed it.
    """

    state: str
    not_before: datetime | None
    not_after: datetime | None
    time_contradicted: bool
    disputed_by: tuple[str, ...]
    re_enrolled: tuple[str, ...]
    ledger: str
    position: int
    ref: str | None
    type: str
    recorded_at: str
    signers: tuple[str, ...]
    stream: str
    version: int
    leaf_hash: str
    fields: Mapping[str, Any]
    missing: tuple[str, ...]


def entries(
    facts: ViewFacts, ledger: LedgerRow, wanted: EntryFilter, start: int, count: int | None, *, newest: bool = False
) -> list[tuple[int, EntryRow]]:
    """At most `count` entries from position `start` on, the first or the `newest` of them, each with its position.

    Raises BadInput for a type that does not exist."""
    stop = facts.limit(ledger)
    if wanted.type is not None and wanted.type not in TYPES:
        like = ", ".join(near(wanted.type, TYPES))
        raise BadInput("there is no type of entry {!r}; perhaps {}", wanted.type, like)
    if wanted.recorded_from is not None:
        start = max(start, _first_since(facts, ledger, wanted.recorded_from))
    if wanted.recorded_to is not None:
        stop = min(stop, _first_since(facts, ledger, wanted.recorded_to, after=True))
    asked = Wanted(wanted.type, wanted.party, wanted.ref, wanted.day)
    found = entry_lines(facts.views, ledger, asked, start, stop, count, newest=newest)
    return [(line.position, _entry(ledger, line)) for line in found]


def type_named(text: str) -> str:
    """The type of a kind of record by its name, its title in any language, or its type name. Raises BadInput."""
    if "/" in text:
        return text
    titles = {kind_title(form, language): form.type for form in forms().values() for language in LANGUAGES}
    return titles.get(text) or form_named(text).type


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


def entry_row(facts: ViewFacts, event: Recorded) -> EntryRow:
    """An entry that is at hand, as a row."""
    occurred = event.payload.occurred_at if isinstance(event.payload, Fact) else None
    return EntryRow(
        event.ledger,
        event.position,
        event.payload.ref,
        event.type,
        format_time(event.recorded_at),
        day(facts, occurred) if occurred is not None else None,
        event.signed,
        event.originator_id,
        event.originator_version,
        b64encode(event.leaf_hash),
    )


def entry_answers(ledger: Ledger, events: Sequence[Recorded]) -> list[EntryAnswer]:
    """Entries of a ledger with all that they say, and how each of them stands."""
    return [
        EntryAnswer(
            state=state.state,
            not_before=state.bounds.not_before,
            not_after=state.bounds.not_after,
            time_contradicted=state.contradicted,
            disputed_by=marks.disputed_by,
            re_enrolled=marks.re_enrolled,
            ledger=event.ledger,
            position=event.position,
            ref=event.payload.ref,
            type=event.type,
            recorded_at=format_time(event.recorded_at),
            signers=event.signed,
            stream=event.originator_id,
            version=event.originator_version,
            leaf_hash=b64encode(event.leaf_hash),
            fields=dict(flatten(event.payload)),
            missing=tuple(sorted(event.missing)),
        )
        for event, state, marks in zip(events, states(ledger, events), key_marks(ledger, events), strict=True)
    ]
