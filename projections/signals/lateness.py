"""Signals about when a record was made: late, in a batch, in a burst after silence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from ledger.events.acts import (
    Act,
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    IntegrityReportSubmitted,
    IssueFound,
    MeetingHeld,
    PlanMade,
    ReportSent,
    RequestReported,
    SelfSummarySubmitted,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.tenure import HandoverMade, LeaveTaken
from projections.facts import day
from projections.model import Signal
from projections.signals.inquiry import Inquiry
from projections.signals.signatures import signatures
from projections.signals.subject import claimed, is_legacy, recorded_on, states

KINDS: Mapping[type[Payload], str] = {
    TalkHeld: "talk",
    MeetingHeld: "meeting",
    EducationHeld: "education",
    PlanMade: "plan",
    InspectionHeld: "inspection",
    IntegrityReportSubmitted: "report",
    SelfSummarySubmitted: "report",
    ReportSent: "report",
    RequestReported: "report",
    WarningReported: "report",
    IssueFound: "report",
    AnalysisMade: "report",
}
"""The kind under which the rule set gives a tolerance; all others stand under `default`."""
SILENCE_DAYS = 120
"""Four months, as the signal's definition has it."""
BURST_DAYS = 7


def late_record(q: Inquiry) -> Iterator[Signal]:
    """LATE_RECORD: an act was recorded more than the tolerance of its kind after the day it claims.

    Inputs: the local days of occurred_at and recorded_at, the rule set's tolerance (calendar days). For acts, handovers
    and leaves; assignments have RETRO_ASSIGNMENT, corrections are late by nature. Legacy records are exempt. Medium and
    `undeclared`, unless it is declared late with a reason and countersigned: then info and `declared`. A talk is
    countersigned by both its persons, anything else by anyone but the recorder. Benign: declared honestly; illness.
    """
    for record in q.of(Act, HandoverMade, LeaveTaken):
        tolerance = q.facts.rules.tolerance(KINDS.get(type(record.payload), "default"))
        late = days_late(q, record)
        if is_legacy(record.payload) or late <= tolerance:
            continue
        if _declared(q, record):
            yield q.blaming("LATE_RECORD", "info", record, declared=True, days=late, tolerance=tolerance)
        else:
            yield q.blaming("LATE_RECORD", "medium", record, undeclared=True, days=late, tolerance=tolerance)


def days_late(q: Inquiry, record: Recorded) -> int:
    """Days from the claimed day to the day of recording; 0 or less is in time, 0 also where no day is claimed."""
    when = claimed(q.facts, record)
    return (recorded_on(q.facts, record) - day(q.facts, when)).days if when is not None else 0


def _declared(q: Inquiry, record: Recorded) -> bool:
    payload = record.payload
    if not (isinstance(payload, Fact) and payload.declared_late and states(record, "late_reason")):
        return False
    signed = set(signatures(q.facts, record))
    if isinstance(payload, TalkHeld):
        return {payload.talker, payload.counterpart} <= signed
    return bool(signed - {record.author})


def period_end_batch(q: Inquiry) -> Iterator[Signal]:
    """PERIOD_END_BATCH: one recorder enters many records in one sitting about days that lie far apart.

    Fires where at least `batch.min_records` records by one recorder within `batch.window_hours` claim days that span at
    least `batch.min_spread_days`. A record made on the day that it claims is no part of a batch, nor is a legacy one; an
    assignment and the end that it brings count once. Windows that overlap are one batch. All in it are blamed. Benign:
    a secretary's weekly entry day (which does not span a month).
    """
    rules = q.facts.rules
    window = timedelta(hours=rules.batch_window_hours)
    found: set[tuple[int, ...]] = set()
    for sitting in _sittings(q, window):
        for batch in _batches(q, sitting, window):
            found.add(tuple(event.position for event in batch))
            if len(found) and not found.issuperset({()}):
                pass
            yield _batch_signal(q, batch)


def _batch_signal(q: Inquiry, batch: Sequence[Recorded]) -> Signal:
    days = [_claimed_day(q, event) for event in batch]
    return q.signal(
        "PERIOD_END_BATCH", "medium", batch, batch, person=batch[0].author, spread=(max(days) - min(days)).days
    )
