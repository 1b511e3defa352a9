"""What a computation reads of the record, noted as it reads: so that it is known which later entries touch it.

Whoever keeps what was computed computes it under `noting`; what answers questions about entries tells by `note` what
was asked. A later entry touches a computation if it would have been among the answers. What an entry changes beside its
own place among entries (a post, a rule, a correction) is not told here: after such an entry nothing is kept at all.

Not here: what is kept, and for how long (`projections.signals.judged_before`, `projections.obligations.kept_before`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar

from ledger.events.base import Fact, Payload
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from projections.facts.values import Period

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EntriesAsked:
    """Entries that were asked for by what they are; None does not limit."""

    types: tuple[type[Payload], ...] = ()
    named: tuple[str, ...] = ()
    occurred: Period | None = None
    claims: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Entries that were asked for by the stream that they stand in."""

    id: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Entries that were asked for by the marks of what they hold."""

    marks: frozenset[int]


@dataclass(frozen=True, slots=True)
class Anything:
    """What any entry at all may answer otherwise."""


ANYTHING = Anything()
Read = EntriesAsked | Stream | Marked | Anything
Place = tuple[str, int]
"""Ledger and position of an entry."""


def place(record: Recorded) -> Place:
    """Where an entry stands."""
    return record.ledger, record.position


@dataclass(frozen=True, slots=True)
class Notes:
    """What a computation read, itself and by what it was computed from; `judged` are the entries that were judged."""

    read: set[Read] = field(default_factory=set)
    judged: set[Place] = field(default_factory=set)
    parts: "dict[int, Notes]" = field(default_factory=dict)
    """What was computed for it or before and used by it, by identity."""


_noted: ContextVar[Notes | None] = ContextVar("noted", default=None)


def note(read: Callable[[], Read]) -> None:
    """Notes what is asked of entries, where somebody wants to know."""
    notes = _noted.get()
    if notes is not None:
        notes.read.add(read())


def note_judged(places: Iterable[Place]) -> None:
    """Notes that it matters what became of these entries when they were judged."""
    notes = _noted.get()
    if notes is not None:
        notes.judged.update(places)


def note_part(part: Notes) -> None:
    """Notes that something is used that was computed by itself."""
    notes = _noted.get()
    if notes is not None:
        notes.parts[id(part)] = part


def noting(compute: Callable[[], T]) -> tuple[T, Notes]:
    """What is computed, and what it read."""
    notes = Notes()
    before = _noted.set(notes)
    try:
        return compute(), notes
    finally:
        _noted.reset(before)


@contextmanager
def unnoted() -> Iterator[None]:
    """What is read here is told otherwise."""
    before = _noted.set(None)
    try:
        yield
    finally:
        _noted.reset(before)


class LaterEntries:
    """Entries that came since, and what they touch."""

    def __init__(
        self, entries: Sequence[Recorded], zone: tzinfo, marks: Callable[[Recorded], set[int]], judged: set[Place]
    ) -> None:
        self._entries = [_Seen(event, zone, marks(event)) for event in entries]
        self._judged = judged
        self._known: dict[int, bool] = {}
        self._reads: dict[Read, bool] = {}

    def touches(self, notes: Notes) -> bool:
        """Whether they touch what was computed so; `judged` are those that are judged otherwise now."""
        key = id(notes)
        if key not in self._known:
            self._known[key] = (
                not self._judged.isdisjoint(notes.judged)
                or any(map(self._touch, notes.read))
                or any(map(self.touches, notes.parts.values()))
            )
        return self._known[key]

    def _touch(self, read: Read) -> bool:
        if read not in self._reads:
            self._reads[read] = any(seen.answers(read) for seen in self._entries)
        return self._reads[read]


class _Seen:
    """A later entry, and by what it could be asked for."""

    def __init__(self, event: Recorded, zone: tzinfo, marks: set[int]) -> None:
        payload = event.payload
        self._cls, self._stream, self._marks = type(payload), event.originator_id, marks
        self._names = names_of(payload) if isinstance(payload, Fact) else None  # a consent is read as what it says
        self._claims: tuple[str, ...] = getattr(payload, "claims", None) or ()
        when: Any = getattr(payload, "occurred_at", None)
        self._on: date | None = when.astimezone(zone).date() if isinstance(when, datetime) else when

    def answers(self, read: Read) -> bool:
        """Whether it is among what was asked for, as far as that is told; rather once too often."""
        match read:
            case EntriesAsked():
                return (
                    (not read.types or issubclass(self._cls, read.types))
                    and (self._names is None or self._names.issuperset(read.named))
                    and (read.claims is None or read.claims in self._claims)
                    and (read.occurred is None or self._on is None or self._on in read.occurred)
                )
            case Stream():
                return read.id == self._stream
            case Marked():
                return not read.marks.isdisjoint(self._marks)
        return True


def names_of(payload: Payload) -> frozenset[str]:
    """The registered ids in the fields of a payload, by which entries are asked for."""
    return frozenset(
        value
        for name, value in flatten(payload)
        if isinstance(value, str) and (spec := spec_of(payload.TYPE, name)) is not None and spec.about is not None
    )
