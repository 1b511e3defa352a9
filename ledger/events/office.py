"""Tasks, issues put right, risks, assessments and evidence as an office keeps them (任务、销号、风险、考核; list 2)."""

from datetime import date
from typing import ClassVar

from ledger.events.acts import Act
from ledger.events.base import Fact
from ledger.events.fields import EntryReference, erasable, reference, structural
from ledger.frozen import dataclass
from ledger.messages import N_

RESULTS = ("passed", "failed")
USES = ("annual_target", "award", "promotion")
OPINIONS = ("agreed", "returned", "refused")
EVIDENCE = ("rule", "declaration", "branch_life", "public_service", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Act):
    """A task of a plan broken down to an owner and co-units (任务分解); `unit` is the unit it lies with."""

    TYPE: ClassVar[str] = "task.assigned/1"
    TITLE: ClassVar[str] = N_("task assigned")
    WORD: ClassVar[str | None] = "task_assigned"
    owner: str = structural(about="party")
    co_units: tuple[str, ...] | None = structural(about="unit", default=None)
    due: date | None = structural(default=None)
    source: EntryReference | None = reference(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReported(Act):
    """The owner or a co-unit reports on a task; `done` closes that unit's part."""

    TYPE: ClassVar[str] = "task.reported/1"
    TITLE: ClassVar[str] = N_("report on a task")
    WORD: ClassVar[str | None] = "task_reported"
    JOINS: ClassVar[str | None] = "of"
    OPENS: ClassVar[bool] = False
    of: EntryReference = reference("inherits")
    done: bool | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationVerified(Act):
    """A rectification was looked at again (整改验收); passed by another than who rectified, it closes the issue."""

    TYPE: ClassVar[str] = "rectification.verified/1"
    TITLE: ClassVar[str] = N_("verification of a rectification")
    WORD: ClassVar[str | None] = "rectification_verified"
    JOINS: ClassVar[str | None] = "of"
    OPENS: ClassVar[bool] = False
    of: EntryReference = reference("inherits")
    by: str = structural(about="person")
    result: str = structural(choices=RESULTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRegistered(Act):
    """A risk point of a unit (风险点); measures refer to it."""

    TYPE: ClassVar[str] = "risk.registered/1"
    TITLE: ClassVar[str] = N_("risk registered")
    WORD: ClassVar[str | None] = "risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentMade(Act):
    """A unit or person is assessed for a year (考核); `refers` names the check it rests on."""

    TYPE: ClassVar[str] = "assessment.made/1"
    TITLE: ClassVar[str] = N_("assessment")
    WORD: ClassVar[str | None] = "assessment"
    of: str = structural(about="party")
    for_year: int = structural(span="year")
    grade: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentUsed(Act):
    """An assessment was used: for the annual target, an award or a promotion (结果运用)."""

    TYPE: ClassVar[str] = "assessment.used/1"
    TITLE: ClassVar[str] = N_("use of an assessment")
    WORD: ClassVar[str | None] = "assessment_used"
    JOINS: ClassVar[str | None] = "assessment"
    OPENS: ClassVar[bool] = False
    assessment: EntryReference = reference("inherits")
    use: str = structural(choices=USES)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionGiven(Act):
    """An opinion on a request or report (批复、审核意见)."""

    TYPE: ClassVar[str] = "opinion.given/1"
    TITLE: ClassVar[str] = N_("opinion on a request or report")
    WORD: ClassVar[str | None] = "opinion"
    of: EntryReference = reference("inherits")
    by: str | None = structural(about="party", default=None)
    opinion: str = structural(choices=OPINIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFiled(Fact):
    """Evidence for a standing duty: a rule, a declaration, branch life, public service (常态履责的材料)."""

    TYPE: ClassVar[str] = "evidence.filed/1"
    TITLE: ClassVar[str] = N_("evidence filed")
    WORD: ClassVar[str | None] = "evidence_filed"
    OPENS: ClassVar[bool] = True
    kind: str = structural(choices=EVIDENCE)
    person: str | None = structural(about="person", signs="holder", default=None)
    unit: str | None = structural(about="unit", default=None)
    title: str | None = erasable()
    matter: str | None = erasable()
    text: str | None = erasable()
    kind_text: str | None = erasable()
