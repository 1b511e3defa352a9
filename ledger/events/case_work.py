"""Case work of the discipline side, from lead to review (线索、案件、一案双查). Only case ledgers hold these."""

from datetime import date, datetime
from typing import ClassVar

from ledger.events.base import Fact
from ledger.events.case_parts import DecisionItem, FindingItem, OffenceAct, Offender, Pin, Restored, Rulebook
from ledger.events.fields import EntryReference, When, erasable, reference, structural
from ledger.frozen import dataclass
from ledger.messages import N_

TRACKS = ("first", "second")
WAYS_TO_DISPOSE = ("talk_inquiry", "preliminary", "deferred", "closed", "case")
ACCEPTED = ("yes", "part", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWork(Fact):
    """An event of the case ledger."""

    LEDGERS: ClassVar[tuple[str, ...]] = ("case",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("inspector",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ("inspector", "signer")
    case: str | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadReceived(CaseWork):
    """A complaint or other lead about units or persons; pins the duty ledger."""

    TYPE: ClassVar[str] = "lead.received/1"
    TITLE: ClassVar[str] = N_("lead")
    WORD: ClassVar[str | None] = "complaint"
    BY_HAND: ClassVar[bool] = False
    OPENS: ClassVar[bool] = True
    kind: str = structural()
    concerns: tuple[str, ...] | None = structural(about="party", default=None)
    pin: Pin | None = structural(default=None)
    matter: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(CaseWork):
    """A case is opened with the inspectors' facts; pins the duty ledger."""

    TYPE: ClassVar[str] = "case.opened/1"
    TITLE: ClassVar[str] = N_("opening of a case")
    WORD: ClassVar[str | None] = "case_opened"
    BY_HAND: ClassVar[bool] = False
    OPENS: ClassVar[bool] = True
    unit: str = structural(about="unit")
    period_from: date = structural()
    period_to: date = structural()
    first_lead_at: datetime | None = structural(default=None)
    leads: tuple[EntryReference, ...] | None = reference(default=None)
    offenders: tuple[Offender, ...] = structural()
    acts: tuple[OffenceAct, ...] = structural()
    functions: tuple[str, ...] | None = structural(default=None)
    enabling_decisions: tuple[EntryReference, ...] | None = reference(default=None)
    rulebooks: tuple[Rulebook, ...] = structural()
    pin: Pin | None = structural(default=None)
    approved_by: str | None = structural(about="person", default=None)
    """The principal who approved the opening (问责条例: an investigation needs it)."""
    team: tuple[str, ...] | None = structural(about="person", default=None)
    """The investigators, two at least."""
    matter: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsFound(CaseWork):
    """What the first investigation found; each field that it states takes the place of what was stated before."""

    TYPE: ClassVar[str] = "case.facts_found/1"
    TITLE: ClassVar[str] = N_("facts found in a case")
    unit: str | None = structural(about="unit", default=None)
    period_from: date | None = structural(default=None)
    period_to: date | None = structural(default=None)
    offenders: tuple[Offender, ...] | None = structural(default=None)
    acts: tuple[OffenceAct, ...] | None = structural(default=None)
    functions: tuple[str, ...] | None = structural(default=None)
    enabling_decisions: tuple[EntryReference, ...] | None = reference(default=None)
    rulebooks: tuple[Rulebook, ...] | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTaken(CaseWork):
    """A measure against a person (留置 and the like) or another change of a person's status."""

    TYPE: ClassVar[str] = "measure.taken/1"
    TITLE: ClassVar[str] = N_("measure against a person")
    WORD: ClassVar[str | None] = "person_status"
    person: str = structural(about="person", signs="holder")
    status: str = structural(words="person_status")
    kind_text: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMade(CaseWork):
    """An inspector asked the records about these persons and units."""

    TYPE: ClassVar[str] = "query.made/1"
    TITLE: ClassVar[str] = N_("query of the records")
    WORD: ClassVar[str | None] = "inspector_access"
    OPENS: ClassVar[bool] = True
    concerns: tuple[str, ...] | None = structural(about="party", default=None)
    query: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondInvestigationOpened(CaseWork):
    """The second track: the leaders whose duty it was are investigated too."""

    TYPE: ClassVar[str] = "second_investigation.opened/1"
    TITLE: ClassVar[str] = N_("opening of the second investigation")
    WORD: ClassVar[str | None] = "second_investigation_opened"
    approved_by: str | None = structural(about="person", default=None)
    team: tuple[str, ...] | None = structural(about="person", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondInvestigationDeclined(CaseWork):
    """The second track is closed with a reasoned "none": no leader is at fault, and why (R24)."""

    TYPE: ClassVar[str] = "second_investigation.declined/1"
    TITLE: ClassVar[str] = N_("reasoned none instead of a second investigation")
    WORD: ClassVar[str | None] = "second_investigation_declined"
    approved_by: str | None = structural(about="person", default=None)
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMade(CaseWork):
    """A finding of responsibility (责任认定), signed by those who made it; `refers` are the entries it rests on.

    The engine only advises: no finding is ever made by it.
    """

    TYPE: ClassVar[str] = "finding.made/1"
    TITLE: ClassVar[str] = N_("finding of responsibility")
    WORD: ClassVar[str | None] = "finding"
    track: str = structural(choices=TRACKS)
    findings: tuple[FindingItem, ...] = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(CaseWork):
    """An accountability decision on the first or second track (问责决定)."""

    TYPE: ClassVar[str] = "decision.made/1"
    TITLE: ClassVar[str] = N_("accountability decision")
    WORD: ClassVar[str | None] = "accountability_decision"
    track: str = structural(choices=TRACKS)
    decisions: tuple[DecisionItem, ...] = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionServed(CaseWork):
    """A decision was served on a person or body (送达); from then on an appeal's time runs."""

    TYPE: ClassVar[str] = "decision.served/1"
    TITLE: ClassVar[str] = N_("service of a decision")
    JOINS: ClassVar[str | None] = "decision"
    decision: EntryReference = reference()
    person: str | None = structural(about="person", signs="holder", default=None)
    body: str | None = structural(about="unit", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealMade(CaseWork):
    """A person appeals against a decision."""

    TYPE: ClassVar[str] = "appeal.made/1"
    TITLE: ClassVar[str] = N_("appeal")
    CALLED: ClassVar[tuple[str, ...]] = (N_("appeal by {person} on {day}"),)
    WORD: ClassVar[str | None] = "appeal"
    JOINS: ClassVar[str | None] = "against"
    person: str = structural(about="person", signs="holder")
    against: EntryReference = reference()
    reason: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided(CaseWork):
    """The outcome of an appeal."""

    TYPE: ClassVar[str] = "appeal.decided/1"
    TITLE: ClassVar[str] = N_("decision on an appeal")
    WORD: ClassVar[str | None] = "appeal_decision"
    JOINS: ClassVar[str | None] = "appeal"
    appeal: EntryReference = reference()
    result: str = structural()
    reason: str | None = erasable()
    category_before: str | None = structural(default=None)
    category_after: str | None = structural(default=None)
    restored: Restored | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationReviewed(CaseWork):
    """A rectification was reviewed, with its result."""

    TYPE: ClassVar[str] = "rectification.reviewed/1"
    TITLE: ClassVar[str] = N_("review of a rectification")
    WORD: ClassVar[str | None] = "rectification_review"
    result: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDisposed(CaseWork):
    """How a lead was disposed of (线索处置), due 30 days after it came."""

    TYPE: ClassVar[str] = "lead.disposed/1"
    TITLE: ClassVar[str] = N_("disposal of a lead")
    WORD: ClassVar[str | None] = "lead_disposed"
    JOINS: ClassVar[str | None] = "lead"
    lead: EntryReference = reference()
    way: str = structural(choices=WAYS_TO_DISPOSE)
    text: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementHeard(CaseWork):
    """What a person concerned said, and whether it was accepted (陈述申辩)."""

    TYPE: ClassVar[str] = "statement.heard/1"
    TITLE: ClassVar[str] = N_("statement heard")
    WORD: ClassVar[str | None] = "statement"
    person: str = structural(about="person", signs="holder")
    heard_at: When = structural()
    accepted: str = structural(choices=ACCEPTED)
    text: str | None = erasable()
    answer: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAnnounced(CaseWork):
    """A decision was announced to a body (宣布)."""

    TYPE: ClassVar[str] = "decision.announced/1"
    TITLE: ClassVar[str] = N_("announcement of a decision")
    WORD: ClassVar[str | None] = "decision_announced"
    JOINS: ClassVar[str | None] = "of"
    of: EntryReference = reference()
    at: When = structural()
    body: str | None = structural(about="unit", default=None)
    body_text: str | None = erasable()
    """Before whom, or by whom, where that is no registered unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEnforced(CaseWork):
    """A decision was carried out: posts, pay and files changed (执行)."""

    TYPE: ClassVar[str] = "decision.enforced/1"
    TITLE: ClassVar[str] = N_("enforcement of a decision")
    WORD: ClassVar[str | None] = "decision_enforced"
    JOINS: ClassVar[str | None] = "of"
    of: EntryReference = reference()
    at: When = structural()
    body: str | None = structural(about="unit", default=None)
    body_text: str | None = erasable()
    """Before whom, or by whom, where that is no registered unit."""
