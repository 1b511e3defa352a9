"""Who holds which duty: assignment, acting, leave, handover (任职、分工、主持工作、请假、工作交接)."""

from datetime import date
from typing import ClassVar

from ledger.events.base import Fact
from ledger.events.fields import EntryReference, erasable, reference, structural
from ledger.frozen import dataclass
from ledger.messages import N_

ACTING_MODES = ("in_charge", "cover")
WAYS_TO_LEAVE = ("rotation", "transfer", "retirement", "dismissal", "death", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentMade(Fact):
    """A person holds a post over units and functions and supervises units, from and to inclusive days.

    `replaces` names the assignment that ended the day before; its end is an entry of its own.
    """

    TYPE: ClassVar[str] = "assignment.made/1"
    TITLE: ClassVar[str] = N_("assignment")
    CALLED: ClassVar[tuple[str, ...]] = (N_("assignment of {person} from {day}"),)
    FIRST_DAY: ClassVar[str | None] = "valid_from"
    WORD: ClassVar[str | None] = "assignment"
    ATTESTED: ClassVar[bool] = True
    OPENS: ClassVar[bool] = True
    person: str = structural(about="person", signs="holder")
    post: str = structural(names="post")
    scope: tuple[str, ...] | None = structural(about="unit", default=None)
    supervises: tuple[str, ...] | None = structural(about="unit", default=None)
    functions: tuple[str, ...] | None = structural(default=None)
    valid_from: date = structural()
    valid_to: date | None = structural(default=None)
    replaces: EntryReference | None = reference(default=None)
    basis: str | None = erasable()
    authority: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingBegun(Fact):
    """A person acts in a post: `in_charge` as full holder by notice, `cover` as co-holder for acts taken (R5)."""

    TYPE: ClassVar[str] = "acting.begun/1"
    TITLE: ClassVar[str] = N_("acting in a post")
    CALLED: ClassVar[tuple[str, ...]] = (N_("acting of {person} from {day}"),)
    FIRST_DAY: ClassVar[str | None] = "valid_from"
    WORD: ClassVar[str | None] = "acting"
    ATTESTED: ClassVar[bool] = True
    OPENS: ClassVar[bool] = True
    person: str = structural(about="person", signs="holder")
    post: str = structural(names="post")
    mode: str = structural(choices=ACTING_MODES)
    scope: tuple[str, ...] | None = structural(about="unit", default=None)
    supervises: tuple[str, ...] | None = structural(about="unit", default=None)
    functions: tuple[str, ...] | None = structural(default=None)
    valid_from: date = structural()
    valid_to: date | None = structural(default=None)
    basis: str | None = erasable()
    authority: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentEnded(Fact):
    """An assignment or acting ends on an inclusive day; `leaves` says how the holder left, if he did."""

    TYPE: ClassVar[str] = "assignment.ended/1"
    TITLE: ClassVar[str] = N_("end of an assignment")
    CALLED: ClassVar[tuple[str, ...]] = (N_("end of the post of {person} on {day}"),)
    LAST_DAY: ClassVar[str | None] = "valid_to"
    WORD: ClassVar[str | None] = "assignment_end"
    JOINS: ClassVar[str | None] = "ends"
    ends: EntryReference = reference()
    person: str = structural(about="person", signs="holder")
    valid_to: date = structural()
    leaves: str | None = structural(words="leaves", default=None)
    reason: str | None = erasable()
    kind_text: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTaken(Fact):
    """A person is away, from and to inclusive days."""

    TYPE: ClassVar[str] = "leave.taken/1"
    TITLE: ClassVar[str] = N_("leave")
    WORD: ClassVar[str | None] = "leave"
    AWAY: ClassVar[str | None] = "person"
    FIRST_DAY: ClassVar[str | None] = "valid_from"
    LISTED: ClassVar[str | None] = "leave"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ()
    OPENS: ClassVar[bool] = True
    person: str = structural(about="person", signs="holder")
    valid_from: date = structural()
    valid_to: date = structural()
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverMade(Fact):
    """The outgoing holder hands the duty over units to the incoming one, with what is open."""

    TYPE: ClassVar[str] = "handover.made/1"
    TITLE: ClassVar[str] = N_("handover")
    CALLED: ClassVar[tuple[str, ...]] = (N_("handover from {outgoing} to {incoming} on {day}"),)
    WORD: ClassVar[str | None] = "handover"
    LISTED: ClassVar[str | None] = "handover"
    CHRONOLOGICAL: ClassVar[bool] = True
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ()
    MUST_SIGN: ClassVar[tuple[str, ...]] = ("outgoing", "incoming")
    DOER: ClassVar[str | None] = "outgoing"
    ATTESTED: ClassVar[bool] = True
    OPENS: ClassVar[bool] = True
    outgoing: str = structural(about="person", signs="holder")
    incoming: str = structural(about="person", signs="counterpart")
    scope: tuple[str, ...] = structural(about="unit")
    open_issues: tuple[str, ...] | None = erasable()
