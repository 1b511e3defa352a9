"""Parts of records of acts: votes, dissents and opinions, items of an agenda and of a plan."""

from datetime import date

from ledger.events.fields import EntryReference, erasable, reference, structural
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """Votes cast, by person."""

    agree: tuple[str, ...] | None = structural(about="person", default=None)
    oppose: tuple[str, ...] | None = structural(about="person", default=None)
    abstain: tuple[str, ...] | None = structural(about="person", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """An opposition or reservation as the minutes have it."""

    person: str = structural(about="person")
    text: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOpinion:
    """The written opinion of an absent member; never a vote (party group work rules)."""

    person: str = structural(about="person")
    opinion: str = structural()
    counted: bool | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingItem:
    """One item of the agenda, what was decided on it, and the entries that it deals with."""

    title: str | None = erasable()
    decided: str | None = erasable()
    refers: tuple[EntryReference, ...] | None = reference(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One goal of a plan (目标、措施、责任人、时限): an item with all four is a whole one."""

    goal: str | None = erasable()
    measures: str | None = erasable()
    responsible: str | None = structural(about="party", default=None)
    responsible_text: str | None = erasable()
    """Who is responsible, where it is nobody registered."""
    due: date | None = structural(default=None)
