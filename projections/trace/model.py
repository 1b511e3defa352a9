"""What a trace consists of. The engine advises: a finding is a signed event of a person."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from projections.model import Citation, Instance, Period

Category = Literal["direct", "main_leadership", "important_leadership", "collective", "none", "not_applicable"]
Regime = Literal["accountability", "discipline"]
"""accountability: 问责条例, which reaches leading bodies and their members; discipline: 处分条例 and 政务处分法."""
Level = Literal["head", "supervisor", "secretary"]
LEVELS: tuple[Level, ...] = ("head", "supervisor", "secretary")
Side = Literal["basis", "mitigating", "aggravating", "rejected", "context"]
"""basis: gives a category; rejected: a later record or excuse that is shown and not counted; context: shown beside."""

Categories = tuple[tuple[Regime, Category], ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """One statement about a person or body: by which rule, what it says, and the entries that carry it.

    `code` names the sentence in the catalogue, `values` fill it in. A basis carries its category per regime.
    """

    rule: str
    code: str
    side: Side
    cites: tuple[Citation, ...] = ()
    categories: Categories = ()
    period: Period | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """One row of the attribution of a level: who held it, when inside the offence, which acts fell into it.

    `person` None is a gap; then `falls_to` is the next level up that was held (R6). `amount` is in the ledger's unit
    of money, `period.days` counts both ends.
    """

    level: Level
    person: str | None
    acting: bool
    period: Period
    acts: tuple[str, ...]
    amount: Decimal
    falls_to: str | None = None
    entry: Citation | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What a disputed later assignment would change, had it counted (R16)."""

    act: str
    level: Level
    person: str
    because: Citation
    categories: tuple[tuple[str, Category], ...]
    amount: Decimal
    period: Period


@dataclass(frozen=True, slots=True)
class PersonTrace:
    """What the record says of one person; `categories` by rulebook id."""

    person: str
    categories: tuple[tuple[str, Category], ...]
    grounds: tuple[Ground, ...]
    interval: Period | None = None
    also_acting_secretary: Period | None = None
    shares: tuple[Share, ...] = ()
    unmet: tuple[Instance, ...] = ()
    suggestion: str | None = None
    status_now: str | None = None
    lifelong: bool = False
    knowledge: str = "no_sign"

    def side(self, side: Side) -> tuple[Ground, ...]:
        """The grounds of one side."""
        return tuple(ground for ground in self.grounds if ground.side == side)


@dataclass(frozen=True, slots=True)
class BodyTrace:
    """What the record says of a body."""

    body: str
    categories: tuple[tuple[str, Category], ...]
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class RulebookUse:
    """A rulebook of the case, the regime that it belongs to, and the old-or-lighter question where it arises (R23)."""

    id: str
    name: str
    regime: Regime
    note: str | None = None
    old_or_lighter: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace of one case as known at one moment."""

    case: str
    case_entry: Citation
    unit: str
    period: Period
    opened_at: datetime
    known_at: datetime
    first_lead_at: datetime | None
    pinned: bool
    rulebooks: tuple[RulebookUse, ...]
    total: Decimal
    unit_of_money: str
    shares: tuple[Share, ...]
    persons: tuple[PersonTrace, ...]
    bodies: tuple[BodyTrace, ...]
    variants: tuple[Variant, ...]
    later: tuple[Citation, ...]
    """Records made after the cut that touch the case's persons, posts or decisions."""
    not_pinned: tuple[Citation, ...]
    """Cited duty entries known by the clock but beyond the checkpoint pinned at the opening."""
    red: tuple[str, ...] = ()
    """Why the case stays red (R24); empty where both tracks have an outcome."""
    candidates: tuple[str, ...] = ()
    """Persons to question, never direct parties (R2)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The inspectors' facts in their latest form; never cut by known_at."""

    case: str
    entry: Citation
    opened_at: datetime
    unit: str
    period: Period
    offenders: tuple[tuple[str, Period], ...]
    acts: tuple[tuple[str, date, Decimal], ...]
    functions: tuple[str, ...]
    rulebooks: tuple[RulebookUse, ...]
    first_lead_at: datetime
    pin_size: int | None
    decisions: tuple[object, ...] = field(default=())
    """The enabling decisions' records (ledger.events.record.Recorded)."""
