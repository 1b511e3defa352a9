"""Values that cross between the rooms of the read side."""

import re
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Literal

from ledger.events.roles import Role
from ledger.frozen import dataclass

Weight = Literal["high", "medium", "low", "info"]
WEIGHTS: tuple[Weight, ...] = ("high", "medium", "low", "info")
"""The heaviest first."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
"""What numbers an import: the SHA-256 of its file, which nobody reads out."""


def number_said(ref: str | None) -> str:
    """An entry's number as people call it; nothing where it has none, or has the digest of an imported file."""
    return "" if ref is None or _DIGEST.fullmatch(ref) else ref


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """An entry as an answer cites it: ledger origin, position, and the human's number.

    An entry that is kept of a lost ledger is read with the one that continues it, at a position below 0; `place` is
    then the origin and position by which it is told of, in every answer that leaves the engine.
    """

    ledger: str
    position: int
    ref: str
    place: tuple[str, int] | None = field(default=None, compare=False, repr=False, metadata={"told": False})

    @property
    def stands(self) -> tuple[str, int]:
        """Origin and position in the ledger that holds it."""
        return self.place or (self.ledger, self.position)

    @property
    def number(self) -> str:
        """What people call it by: its number; of an import, whose number is a digest, its position alone."""
        return number_said(self.ref) or f"#{self.stands[1]}"

    @property
    def label(self) -> str:
        """Number and position; of an entry of a ledger that another one continues with that ledger's origin."""
        origin, position = self.stands
        placed = f"{self.number}#{position}" if not self.number.startswith("#") else self.number
        return placed if self.place is None else f"{placed}@{origin}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days, both ends counted."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def meet(self, other: "Period") -> "Period | None":
        """The days in both, None where there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None


def without(whole: Period, parts: "list[Period]") -> "list[Period]":
    """The days of `whole` that lie in none of `parts`, as periods in order."""
    gaps, cursor = [], whole.first
    for part in sorted(parts):
        if part.first > cursor and cursor <= whole.last:
            gaps.append(Period(cursor, min(whole.last, part.first - timedelta(days=1))))
        cursor = max(cursor, part.last + timedelta(days=1))
    if cursor <= whole.last:
        gaps.append(Period(cursor, whole.last))
    return gaps


@dataclass(frozen=True, slots=True)
class Unit:
    """A registered unit or body."""

    id: str
    ref: str
    kind: str
    name: str
    valid_from: date | None = None
    """The first day on which it lives; None where the record does not say."""
    valid_to: date | None = None
    """The last day on which it lives, inclusive; None while it lives on."""
    into: tuple[str, ...] = ()
    """The units that took it over."""

    @property
    def life(self) -> Period:
        """The days on which it lives, as far as the record says."""
        return Period(self.valid_from or date.min, self.valid_to or date.max)

    def lives_on(self, on: date) -> bool:
        """Whether it lives on a day, as far as the record says."""
        return on in self.life

    def days_in(self, period: Period) -> int:
        """On how many days of a period it lives."""
        met = self.life.meet(period)
        return met.days if met is not None else 0


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person."""

    id: str
    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person holds a post, from and to inclusive days; `valid_to` None = open at the known moment.

    `acting` is None for a titular holder, else `in_charge` (a full holder, flagged) or `cover` (only for acts taken).
    `leaves` says how the holder left, if the record says so. `entry` opened it, `ended_by` closed it.
    """

    entry: Citation
    person: str
    post: str
    acting: Literal["in_charge", "cover"] | None
    scope: tuple[str, ...]
    supervises: tuple[str, ...]
    functions: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    leaves: str | None
    ended_by: Citation | None
    recorded_at: datetime
    legacy: bool
    late_by: int
    """Days from valid_from to the local day it was recorded on; 0 or less is in time."""
    role: Role
    """What the post is in the organ."""

    def period(self, until: date) -> Period | None:
        """The days held, an open tenure running to `until`; None where it begins after `until`."""
        last = until if self.valid_to is None else min(self.valid_to, until)
        return Period(self.valid_from, last) if self.valid_from <= last else None

    def covers_day(self, day: date) -> bool:
        """Whether the person held the post on this day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Circle:
    """A case as the records see it that may touch it; the inspectors' facts in their latest form.

    `persons` are its offenders, the holders of its line inside the period, and the voting and non-voting attendees of
    its enabling decisions. `decisions` are (ledger, position) pairs. `lead_at` is the case's own first lead: as its
    opening says, else its earliest lead, the opening where none is known.
    """

    case: str
    lead_at: datetime
    opened_at: datetime
    unit: str
    period: Period
    offenders: tuple[str, ...]
    persons: frozenset[str]
    decisions: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class OpenLead:
    """A lead that belongs to no case: it touches what names a unit or person that it concerns."""

    entry: Citation
    lead_at: datetime
    concerns: frozenset[str]
    closed_at: datetime | None = None
    """When it was closed without a case: it touches nothing recorded from then on."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A post that a person held in another organ, by the links that the discipline side recorded."""

    organ: str
    """Title of the other organ's duty ledger."""
    person: str
    """The id that the person has there."""
    post: str
    valid_from: date
    valid_to: date | None
    entry: Citation


@dataclass(frozen=True, slots=True)
class Signal:
    """A question about a record's integrity (疑点), never a verdict.

    `blamed` are the entries it holds against; `events` all it names (a group includes the earliest, unblamed one).
    `detail` are further exact facts by name (`undeclared`, `conflicts_with`, `scope`, ...).
    """

    code: str
    weight: Weight
    events: tuple[Citation, ...]
    blamed: tuple[Citation, ...]
    detail: "tuple[tuple[str, object], ...]" = ()

    def get(self, name: str) -> object:
        """The detail of this name, None where it has none."""
        return dict(self.detail).get(name)


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why an act that claims an obligation does not count, or counts with a mark.

    `codes` are codes of signals (NO_QUORUM, AFTER_CASE_OPENED, ...) or reasons of the engine: wrong_kind, wrong_body,
    wrong_level, wrong_period, not_addressed, no_receipt, not_signed, double_credit, collective, refused.
    """

    entry: Citation
    verdict: Literal["rejected", "doubtful", "not_counted", "weak"]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """One obligation as owed by one owner in one period, for one pair or on one trigger, with its status."""

    obligation: str
    owner: str
    """Person or body that owes it."""
    post: str | None
    """The post whose holder owes it; None where a body owes it."""
    period: str | None
    """`2024`, `2024H1`, `2024Q1`, `2024 mid-year`, `2024 year-end`, `once`; None for a triggered one."""
    trigger: str | None
    """Ref of the triggering event, or `vacancy of supervision D`; None for a countable one."""
    subject: str | None
    """The person or unit it is about where the obligation names one (G2c: the handler)."""
    due: date | None
    status: str
    required: int | None = None
    credited: int | None = None
    met_by: tuple[Citation, ...] = ()
    rejected: tuple[Citation, ...] = ()
    doubtful: tuple[Citation, ...] = ()
    not_counted: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    """Pairs `owner/counterpart` or addressees left out."""
    pairs_met: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    by: Citation | None = None
    """The late act, or the assignment that ended the vacancy late."""
    since: date | None = None
    days_after_case: int | None = None
    pairs: "tuple[Instance, ...]" = ()
    """The same for each pair, where the obligation is owed per pair."""
    unit: str | None = None
    """The unit for which it is owed, where it is owed per unit or triggered about one."""
    reasons: tuple[Reason, ...] = ()
    """For each act that was rejected, doubtful or not counted, why."""
    provisional: bool = False
    """The due day lies in a year whose holidays are not announced yet: it may move."""
    own_number: bool = False
    """The cadence is a setting of ours: the plan states none."""
    claimed_later: tuple[tuple[Citation, date], ...] = ()
    """Acts whose claim a correction added, each with the day on which that was recorded."""
    fitting: tuple[Citation, ...] = ()
    """Where it is not met: acts of the right kind, doer, unit or pair and period that do not claim it."""
