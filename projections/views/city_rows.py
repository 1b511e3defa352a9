"""What the city index holds of each organ, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A person of an organ held a post over these days; `last` None = still."""

    organ: str
    person: str
    name: str
    post: str
    acting: bool
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class SamePerson:
    """One identity of a link (`number`) on record in an organ's case ledger."""

    organ: str
    number: int
    fingerprint: str
    person: str


@dataclass(frozen=True, slots=True)
class CaseHeld:
    """A case of an organ; `red` the reasons, in the engine's codes, for which it is still red."""

    organ: str
    case: str
    unit: str
    opened: str
    red: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class SignalHeld:
    """A signal raised in an organ: code and weight, the entry that it begins with (number, kind of ledger, position;
    where it names none: "" and None), and whom it concerns, by name."""

    organ: str
    code: str
    weight: str
    entry: str
    parties: tuple[str, ...]
    ledger: str
    position: int | None


@dataclass(frozen=True, slots=True)
class CountersignedHeld:
    """How often, and between which days, a person of an organ countersigned another's acts there."""

    organ: str
    signer: str
    signer_name: str
    other: str
    other_name: str
    times: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class OrganFacts:
    """What the index holds of one organ; with a `fault` nothing but that it could not be asked."""

    organ: str
    """Fingerprint of its duty ledger."""
    name: str
    title: str
    stamp: str
    day: date
    entries: int = 0
    vacant: int = 0
    """Duties that nobody holds on the day."""
    fault: str | None = None
    posts: tuple[PostHeld, ...] = ()
    links: tuple[SamePerson, ...] = ()
    cases: tuple[CaseHeld, ...] = ()
    signals: tuple[SignalHeld, ...] = ()
    countersigned: tuple[CountersignedHeld, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedOrgan:
    """An organ as it stands in the index, with counts."""

    organ: str
    name: str
    title: str
    stamp: str
    day: date
    entries: int
    vacant: int
    fault: str | None
    cases: int
    points: int
    signals: Mapping[str, int]
    """How many, by weight."""
