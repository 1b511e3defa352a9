"""Deciding on the day that a record claims: what has not happened yet is no fact."""

from datetime import date, datetime, timedelta, tzinfo

from ledger.decisions.state import Standing
from ledger.errors import Malformed, Refused
from ledger.events.acts import KeyTaskRegistered, PlanMade
from ledger.events.base import Payload
from ledger.events.fields import When, parse_when
from ledger.events.office import TaskAssigned
from ledger.events.records import RecordAccepted, RecordCorrected
from ledger.events.register import UnitEnded
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade, LeaveTaken

MAY_LIE_AHEAD = (
    AssignmentMade,
    ActingBegun,
    AssignmentEnded,
    UnitEnded,
    LeaveTaken,
    PlanMade,
    KeyTaskRegistered,
    TaskAssigned,
)
"""Assignments, endings, leave, plans and tasks are made for days to come."""
MARGIN = timedelta(days=1)
"""How far a fact's day may lie after that of its recording: clocks and zones differ."""


def decide_day(payload: Payload, standing: Standing) -> None:
    """Refuses a fact dated more than one day after its recording, and a correction that would date one so."""
    if standing.now is None:
        return
    claimed, recorded_at, kind = getattr(payload, "occurred_at", None), standing.now, type(payload)
    if isinstance(payload, RecordAccepted) and payload.arrived is not None:
        claimed = payload.arrived
    if isinstance(payload, RecordCorrected) and payload.field == "occurred_at":
        corrected = standing.entry(payload.corrects)
        claimed, recorded_at, kind = _corrected_to(payload), corrected.recorded_at, type(corrected.payload)
    if claimed is not None and lies_ahead(kind, claimed, recorded_at, standing.zone):
        shown = claimed.isoformat(" ", "minutes") if isinstance(claimed, datetime) else claimed.isoformat()
        raise Refused(
            "it is dated {}, more than one day after it was recorded ({}); correct the day, or record it when it"
            " has happened",
            shown,
            _day(recorded_at, standing.zone),
        )


def lies_ahead(kind: type[Payload], claimed: When, recorded_at: datetime, zone: tzinfo) -> bool:
    """Whether a record of this kind claims a local day that no fact recorded at that moment can have."""
    return not issubclass(kind, MAY_LIE_AHEAD) and _day(claimed, zone) - _day(recorded_at, zone) > MARGIN


def _day(when: When, zone: tzinfo) -> date:
    return when.astimezone(zone).date() if isinstance(when, datetime) else when


def _corrected_to(correction: RecordCorrected) -> When | None:
    try:
        return parse_when(correction.new_value) if isinstance(correction.new_value, str) else None
    except Malformed:
        return None
