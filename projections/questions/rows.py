"""Rows of lists: what a screen, an export and the API show alike, one dataclass per list."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projections.facts.values import Citation


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
class CaseRow:
    """A case, and why it is still red."""

    case: str
    unit: str
    name: str
    period_from: date
    period_to: date
    opened_at: str
    acts: int
    amount: Decimal
    red: tuple[str, ...]
    pinned: bool
    entry: Citation


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
    """Fingerprint of the organ that was asked about; None where a server has one only."""
