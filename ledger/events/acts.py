"""Acts that may fulfil obligations, and the tasks and warnings that trigger them (履责行为)."""

from datetime import date, datetime
from typing import ClassVar

from ledger.events.act_parts import Dissent, MeetingItem, PlanItem, Votes, WrittenOpinion
from ledger.events.base import Fact
from ledger.events.fields import erasable, structural
from ledger.frozen import dataclass
from ledger.messages import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Fact):
    """A fact that someone did something in the line of duty."""

    OPENS: ClassVar[bool] = True
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ()
    ATTESTED: ClassVar[bool] = True
    LISTED: ClassVar[str | None] = "act"
    CHRONOLOGICAL: ClassVar[bool] = True
    unit: str | None = structural(about="unit", default=None)
    covers: tuple[str, ...] | None = structural(about="unit", default=None)
    title: str | None = erasable()
    matter: str | None = erasable()
    text: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkHeld(Act):
    """A clean-government talk between two persons (廉政谈话)."""

    TYPE: ClassVar[str] = "talk.held/1"
    TITLE: ClassVar[str] = N_("talk")
    CALLED: ClassVar[tuple[str, ...]] = (N_("talk of {talker} with {counterpart} on {day}"),)
    WORD: ClassVar[str | None] = "talk"
    PRESENT: ClassVar[tuple[str, ...]] = ("talker", "counterpart")
    MUST_SIGN: ClassVar[tuple[str, ...]] = ("talker", "counterpart")
    COUNTERSIGNED: ClassVar[bool] = True
    WORKDAY: ClassVar[bool] = True
    DOER: ClassVar[str | None] = "talker"
    LISTED: ClassVar[str | None] = "talk"
    IN_POST: ClassVar[bool] = True
    SUPERVISES: ClassVar[bool] = True
    ANSWERS: ClassVar[bool] = True
    talker: str = structural(about="person", signs="holder")
    counterpart: str = structural(about="person", signs="counterpart")
    ends_at: datetime | None = structural(default=None)
    place: str | None = erasable()
    kind: str | None = structural(words="talk", default=None)
    kind_text: str | None = erasable()
    problems: str | None = erasable()
    demands: str | None = erasable()
    undertakings: str | None = erasable()
    follow_up_due: date | None = structural(default=None)
    online: bool | None = structural(default=None)
    """Everybody took part online."""
    online_persons: tuple[str, ...] | None = structural(about="person", default=None)
    """Those who took part online, where others were in the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHeld(Act):
    """A meeting of a body, or (`body` absent) of a member with the units supervised."""

    TYPE: ClassVar[str] = "meeting.held/1"
    TITLE: ClassVar[str] = N_("meeting")
    CALLED: ClassVar[tuple[str, ...]] = (
        N_("meeting of {body} on {day}"),
        N_("meeting called by {chair} on {day}"),
    )
    WORD: ClassVar[str | None] = "meeting"
    PRESENT: ClassVar[tuple[str, ...]] = ("chair", "attendees", "non_voting")
    WORKDAY: ClassVar[bool] = True
    DOER: ClassVar[str | None] = "chair"
    BODY: ClassVar[str | None] = "body"
    VOTING: ClassVar[tuple[str, ...]] = ("attendees",)
    IN_POST: ClassVar[bool] = True
    JOINT: ClassVar[tuple[str, ...]] = (
        *("votes", "dissent", "attendees", "absent", "non_voting", "recused", "chair", "proposer"),
    )
    body: str | None = structural(about="unit", default=None)
    kind: str | None = structural(words="meeting", default=None)
    ends_at: datetime | None = structural(default=None)
    chair: str | None = structural(about="person", signs="chair", default=None)
    proposer: str | None = structural(about="person", default=None)
    attendees: tuple[str, ...] | None = structural(about="person", signs="attendee", default=None)
    absent: tuple[str, ...] | None = structural(about="person", default=None)
    non_voting: tuple[str, ...] | None = structural(about="person", signs="attendee", default=None)
    recused: tuple[str, ...] | None = structural(about="person", default=None)
    minutes: bool | None = structural(default=None)
    votes: Votes | None = structural(default=None)
    dissent: tuple[Dissent, ...] | None = structural(default=None)
    written_opinions_of_absent: tuple[WrittenOpinion, ...] | None = structural(default=None)
    place: str | None = erasable()
    outcome: str | None = erasable()
    decision: str | None = erasable()
    kind_text: str | None = erasable()
    items: tuple[MeetingItem, ...] | None = structural(default=None)
    online: bool | None = structural(default=None)
    online_persons: tuple[str, ...] | None = structural(about="person", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationHeld(Act):
    """An education activity of a body (党风廉政教育)."""

    TYPE: ClassVar[str] = "education.held/1"
    TITLE: ClassVar[str] = N_("education")
    WORD: ClassVar[str | None] = "education"
    PRESENT: ClassVar[tuple[str, ...]] = ("attendees",)
    WORKDAY: ClassVar[bool] = True
    BODY: ClassVar[str | None] = "body"
    body: str | None = structural(about="unit", default=None)
    attendees: tuple[str, ...] | None = structural(about="person", signs="attendee", default=None)
    place: str | None = erasable()
    online: bool | None = structural(default=None)
    online_persons: tuple[str, ...] | None = structural(about="person", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionHeld(Act):
    """A check led by a person over the units in `covers` (检查考核)."""

    TYPE: ClassVar[str] = "inspection.held/1"
    TITLE: ClassVar[str] = N_("inspection")
    CALLED: ClassVar[tuple[str, ...]] = (N_("check led by {lead} on {day}"),)
    WORD: ClassVar[str | None] = "inspection"
    PRESENT: ClassVar[tuple[str, ...]] = ("lead",)
    DOER: ClassVar[str | None] = "lead"
    IN_POST: ClassVar[bool] = True
    SUPERVISES: ClassVar[bool] = True
    ANSWERS: ClassVar[bool] = True
    lead: str = structural(about="person", signs="holder")
    kind: str | None = structural(words="check", default=None)
    for_year: int | None = structural(span="year", default=None)
    result_used_in_assessment: bool | None = structural(default=None)
    kind_text: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisMade(Act):
    """An analysis of the situation (分析研判) for a half-year `2024-H1` or a year `2024-year`."""

    TYPE: ClassVar[str] = "analysis.made/1"
    TITLE: ClassVar[str] = N_("analysis")
    CALLED: ClassVar[tuple[str, ...]] = (N_("analysis led by {lead} on {day}"),)
    WORD: ClassVar[str | None] = "analysis"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)
    DOER: ClassVar[str | None] = "lead"
    lead: str = structural(about="person", signs="holder")
    for_period: str = structural(span="half_year")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade(Act):
    """A unit's plan for carrying out its duties (落实计划)."""

    TYPE: ClassVar[str] = "plan.made/1"
    TITLE: ClassVar[str] = N_("plan")
    WORD: ClassVar[str | None] = "plan"
    for_year: int | None = structural(span="year", default=None)
    kind: str | None = structural(words="plan", default=None)
    kind_text: str | None = erasable()
    items: tuple[PlanItem, ...] | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskMeasureTaken(Act):
    """A measure against a risk in a unit (风险防控措施)."""

    TYPE: ClassVar[str] = "risk_measure.taken/1"
    TITLE: ClassVar[str] = N_("measure against a risk")
    WORD: ClassVar[str | None] = "risk_measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed(Act):
    """An act in writing with an author, an addressee, and those who received it."""

    DOER: ClassVar[str | None] = "author"

    author: str | None = structural(about="party", signs="holder", default=None)
    addressee: str | None = structural(about="party", signs="receipt", default=None)
    recipients: tuple[str, ...] | None = structural(about="party", signs="receipt", default=None)
    receipts: tuple[str, ...] | None = structural(about="party", default=None)
    for_year: int | None = structural(span="year", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReported(Addressed):
    """A request or report to the supervising leader (请示汇报)."""

    TYPE: ClassVar[str] = "request.reported/1"
    TITLE: ClassVar[str] = N_("request or report to the supervising leader")
    CALLED: ClassVar[tuple[str, ...]] = (N_("request or report by {author} on {day}"),)
    WORD: ClassVar[str | None] = "request_report"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)
    TELLS: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningReported(Addressed):
    """A report of an early sign to one who must answer it (苗头报告)."""

    TYPE: ClassVar[str] = "warning.reported/1"
    TITLE: ClassVar[str] = N_("warning report")
    CALLED: ClassVar[tuple[str, ...]] = (N_("warning by {author} to {addressee} on {day}"),)
    WORD: ClassVar[str | None] = "warning_report"
    JOINT: ClassVar[tuple[str, ...]] = ("*",)
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)
    SIGN: ClassVar[bool] = True
    TELLS: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSent(Addressed):
    """A report upward (专题报告、向上级报告) with its receipts."""

    TYPE: ClassVar[str] = "report.sent/1"
    TITLE: ClassVar[str] = N_("report upward")
    CALLED: ClassVar[tuple[str, ...]] = (N_("report upward by {author} on {day}"),)
    WORD: ClassVar[str | None] = "report_up"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)
    ANSWERS: ClassVar[bool] = True
    SIGN: ClassVar[bool] = True
    TELLS: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfSummarySubmitted(Addressed):
    """A unit's yearly self-check summary (自查总结)."""

    TYPE: ClassVar[str] = "self_summary.submitted/1"
    TITLE: ClassVar[str] = N_("self-check summary")
    CALLED: ClassVar[tuple[str, ...]] = (N_("self-check summary by {author} on {day}"),)
    WORD: ClassVar[str | None] = "self_summary"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityReportSubmitted(Addressed):
    """A person's yearly report on responsibility and integrity (述责述廉)."""

    TYPE: ClassVar[str] = "integrity_report.submitted/1"
    TITLE: ClassVar[str] = N_("report on responsibility and integrity")
    CALLED: ClassVar[tuple[str, ...]] = (N_("report on responsibility and integrity by {author} on {day}"),)
    WORD: ClassVar[str | None] = "integrity_report"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFound(Act):
    """A problem found by a person and whom he reported it to (问题发现)."""

    TYPE: ClassVar[str] = "issue.found/1"
    TITLE: ClassVar[str] = N_("issue found")
    CALLED: ClassVar[tuple[str, ...]] = (N_("problem found by {finder} on {day}"),)
    WORD: ClassVar[str | None] = "issue_found"
    TOLERANCE: ClassVar[tuple[str, ...] | None] = ("report",)
    DOER: ClassVar[str | None] = "finder"
    ANSWERS: ClassVar[bool] = True
    SIGN: ClassVar[bool] = True
    finder: str = structural(about="person", signs="holder")
    reported_to: tuple[str, ...] | None = structural(about="party", signs="receipt", default=None)
    owner: str | None = structural(about="party", default=None)
    """Who has to put it right."""
    due: date | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationMade(Act):
    """A problem put right (整改)."""

    TYPE: ClassVar[str] = "rectification.made/1"
    TITLE: ClassVar[str] = N_("rectification")
    WORD: ClassVar[str | None] = "rectification"
    DOER: ClassVar[str | None] = "person"
    ANSWERS: ClassVar[bool] = True
    person: str | None = structural(about="person", signs="holder", default=None)
    measure: str | None = erasable()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTaskRegistered(Act):
    """A key task registered before it starts (重要工作、重大任务)."""

    TYPE: ClassVar[str] = "key_task.registered/1"
    TITLE: ClassVar[str] = N_("key task")
    WORD: ClassVar[str | None] = "key_task"
    ATTESTED: ClassVar[bool] = False
