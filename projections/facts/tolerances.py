"""Under which kinds the rule set may say how late a record may be."""

from collections.abc import Mapping

from ledger.events.acts import (
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    IntegrityReportSubmitted,
    IssueFound,
    KeyTaskRegistered,
    MeetingHeld,
    PlanMade,
    RectificationMade,
    ReportSent,
    RequestReported,
    RiskMeasureTaken,
    SelfSummarySubmitted,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Payload
from ledger.events.tenure import HandoverMade, LeaveTaken

KINDS: Mapping[type[Payload], tuple[str, ...]] = {
    TalkHeld: ("talk",),
    MeetingHeld: ("meeting",),
    EducationHeld: ("education",),
    PlanMade: ("plan",),
    InspectionHeld: ("inspection",),
    IntegrityReportSubmitted: ("integrity_report", "report"),
    SelfSummarySubmitted: ("self_summary", "report"),
    ReportSent: ("report_up", "report"),
    RequestReported: ("request_report", "report"),
    WarningReported: ("warning_report", "report"),
    IssueFound: ("issue_found", "report"),
    AnalysisMade: ("analysis", "report"),
    RiskMeasureTaken: ("risk_measure",),
    RectificationMade: ("rectification",),
    KeyTaskRegistered: ("key_task",),
    HandoverMade: ("handover",),
    LeaveTaken: ("leave",),
}
"""The kinds under which the rule set may give a tolerance, the nearest first; what it does not name has `default`."""
