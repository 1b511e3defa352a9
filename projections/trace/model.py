"""What a trace consists of. The engine advises: a finding is a signed event of a person."""

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ledger.frozen import dataclass
from projections.facts.values import Citation, Elsewhere, Instance, Period
from projections.trace.regimes import Categories, Category, RulebookUse, VersionUse

Level = Literal["head", "supervisor", "secretary"]
LEVELS: tuple[Level, ...] = ("head", "supervisor", "secretary")
Side = Literal["basis", "mitigating", "aggravating", "rejected", "context"]
"""basis: gives a category; rejected: a later record or excuse that is shown and not counted; context: shown beside."""


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
class Neighbour:
    """Who held a level before or after a gap: his last or first day there, the entry that says so, how he left."""

    person: str
    day: date
    entry: Citation
    leaves: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of the offence on which nobody held a level, and why nobody is here (R6)."""

    level: Level
    period: Period
    acts: tuple[str, ...]
    amount: Decimal
    falls_to: str | None
    before: Neighbour | None
    """None: nobody is on record as having held the level earlier."""
    after: Neighbour | None
    disputed: tuple[Citation, ...]
    """Assignments that claim these days and are not believed (R16)."""


@dataclass(frozen=True, slots=True)
class ChainLevel:
    """One level of the vertical chain, tested for itself (R18); its grounds never give a category."""

    level: str
    """head, supervisor, secretary, party_group, supervision or superior."""
    parties: tuple[str, ...]
    """Persons, or the units that stand there."""
    grounds: tuple["Ground", ...]


@dataclass(frozen=True, slots=True)
class CoUnit:
    """A unit that shared a task with the case's unit: answerable for its own part only (R11)."""

    unit: str
    heads: tuple[str, ...]
    entries: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class LaterEffect:
    """A record made after the cut, whom it concerns, and what it would change had it counted (R16)."""

    entry: Citation
    recorded_at: datetime
    persons: tuple[str, ...]
    effect: str
    """attribution, dissent, diligence, reading, or none."""
    signals: tuple[str, ...]
    refuses: bool = False
    """Whether it refuses a post of the case's line, later than the first lead."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One person or body in the trace and in the decisions (R24)."""

    party: str
    traced: tuple[tuple[str, Category], ...]
    decided: tuple["Decided", ...]
    verdict: str
    """agrees, differs, not_decided, not_traced, or none (traced without a category and not decided on)."""
    appeal: str | None
    """pending, or the result of the appeal decided last; None where there was none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is missing or out of order in the work on the case, with the entries that show it."""

    code: str
    cites: tuple[Citation, ...]
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision said of one person or body."""

    entry: Citation
    track: str
    category: str
    form: str | None


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
    knowledge: str | None = "no_sign"
    """R20; None for a direct party: what he did is known."""
    culpability: str | None = "position_only"
    """R19: case_made, mixed, defence, position_only or no_position; None for a direct party, whose conduct counts."""
    conduct: Period | None = None
    """The stretch of a direct party's own conduct; None for everybody else."""
    acts: tuple[str, ...] = ()
    """The acts that fall to the person: by conduct for a direct party, by the days of his posts for the others."""
    amount: Decimal = Decimal(0)
    """What these acts amount to, in the ledger's unit of money."""
    sham: tuple[Instance, ...] = ()
    """Obligations claimed by records that are rejected or doubtful (R19)."""
    route: tuple[str, ...] = ()
    """R17: by which way a consequence would come."""
    versions: tuple[VersionUse, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    """Posts in other organs, whichever of them are joined (R17)."""

    def side(self, side: Side) -> tuple[Ground, ...]:
        """The grounds of one side."""
        return tuple(ground for ground in self.grounds if ground.side == side)


@dataclass(frozen=True, slots=True)
class BodyTrace:
    """What the record says of a body."""

    body: str
    categories: tuple[tuple[str, Category], ...]
    grounds: tuple[Ground, ...]
    unmet: tuple[Instance, ...] = ()


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
    acts: tuple["ActRow", ...] = ()
    gaps: tuple[Gap, ...] = ()
    chain: tuple[ChainLevel, ...] = ()
    co_responsible: tuple[CoUnit, ...] = ()
    effects: tuple[LaterEffect, ...] = ()
    compared: tuple[Compared, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act of the offence with who stood where on its day (empty: nobody), and the versions then in force (R23)."""

    act: str
    day: date
    amount: Decimal
    holders: tuple[tuple[Level, tuple[str, ...]], ...]
    versions: tuple[tuple[str, int | None], ...]
    """(rulebook id, year of the version in force)."""


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
