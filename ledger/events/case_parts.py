"""Parts of records of cases: who and what was found or decided, under which rulebook, by which checkpoint."""

from datetime import date, datetime
from decimal import Decimal

from ledger.events.fields import erasable, structural
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The duty ledger's checkpoint last held by the discipline side (FORMAT.md section 10)."""

    fingerprint: str = structural()
    checkpoint: str | None = structural(default=None)
    """The note verbatim; absent when none was held: the case is *unpinned*."""
    held_since: datetime | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offender:
    """A party directly concerned, found in the first investigation; never inferred from posts (R2)."""

    person: str = structural(about="person")
    valid_from: date = structural()
    valid_to: date = structural()
    conduct: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenceAct:
    """One act of the offence, its day and amount (unit of money of the ledger)."""

    id: str = structural()
    day: date = structural()
    amount: Decimal = structural()
    text: str | None = erasable()
    """What was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """A rulebook under which the case is traced."""

    id: str = structural()
    name: str | None = erasable()
    note: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingItem:
    """What people found of one person or body, by which rulebook."""

    person: str | None = structural(about="person", default=None)
    body: str | None = structural(about="unit", default=None)
    rulebook: str = structural()
    category: str = structural()
    knowledge: str | None = structural(default=None)
    """concealed, knew_and_ignored, knew_and_acted, should_have_known or no_sign."""
    note: str | None = erasable()
    article: str | None = structural(default=None)
    situation: str | None = structural(default=None)
    """Which of the situations that the article lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionItem:
    """What was decided on one person or body: category, form, note."""

    person: str | None = structural(about="person", default=None)
    body: str | None = structural(about="unit", default=None)
    category: str = structural()
    form: str | None = structural(default=None)
    note: str | None = erasable()
    effect_until: date | None = structural(default=None)
    four_forms: int | None = structural(default=None)
    """1 to 4 of the four forms of oversight and discipline (四种形态)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """From when and before whom a person's name was restored (澄清正名)."""

    day: date = structural()
    scope: str | None = erasable()
