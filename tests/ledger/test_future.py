"""A fact dated more than one day after its recording is refused; what is made for days to come is not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Refused
from ledger.events.acts import InspectionHeld, KeyTaskRegistered, PlanMade, RectificationMade
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, RecordCorrected, RecordWithdrawn
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade, HandoverMade, LeaveTaken
from tests.support.builders import Desk, case_ledger, case_opened, duty_ledger

NOW = datetime(2024, 3, 5, 15, 30, tzinfo=UTC)
"""Half past eleven in the evening in Shanghai."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = duty_ledger(tmp_path)
    desk.clock.moment = NOW - timedelta(seconds=1)
    yield desk
    desk.close()


def rectified(when: date | datetime, **more: Any) -> RectificationMade:
    return RectificationMade(unit="u-dept", person="p-a", occurred_at=when, **more)


@pytest.mark.parametrize(
    ("when", "taken"),
    [
        (date(2024, 3, 6), True),
        (date(2024, 3, 7), False),
        (datetime(2024, 3, 6, 15, 59, tzinfo=UTC), True),
        (datetime(2024, 3, 6, 16, tzinfo=UTC), False),
        (date(2029, 1, 1), False),
    ],
)
def test_the_margin_is_one_day_of_the_ledgers_zone(desk: Desk, when: date | datetime, taken: bool) -> None:
    """The day after is taken, the day after that is not; a moment counts by its local day."""
    size = desk.ledger.size()
    if taken:
        desk.record(rectified(when), "rec")
    else:
        with pytest.raises(Refused, match=r"more than one day after it was recorded \(2024-03-05\)"):
            desk.record(rectified(when), "rec")
    assert desk.ledger.size() == size + taken


AHEAD = date(2029, 1, 1)


@pytest.mark.parametrize(
    "payload",
    [
        AssignmentMade(person="p-a", post="member", valid_from=AHEAD, occurred_at=AHEAD),
        ActingBegun(person="p-a", post="member", mode="in_charge", valid_from=AHEAD, occurred_at=AHEAD),
        LeaveTaken(person="p-a", valid_from=AHEAD, valid_to=AHEAD, occurred_at=AHEAD),
        PlanMade(unit="u-dept", occurred_at=AHEAD),
        KeyTaskRegistered(unit="u-dept", occurred_at=AHEAD),
    ],
    ids=lambda payload: payload.TYPE,
)
def test_assignments_leave_plans_and_tasks_may_lie_ahead(desk: Desk, payload: Payload) -> None:
    """They are made for days to come."""
    desk.record(payload, "rec")


def test_an_ending_may_lie_ahead(desk: Desk) -> None:
    """The end of an assignment is set before it comes."""
    made = desk.record(AssignmentMade(person="p-a", post="member", valid_from=date(2024, 1, 2)), "rec")
    ended = AssignmentEnded(ends=made.reference, person="p-a", valid_to=AHEAD, occurred_at=AHEAD)
    desk.record(ended, "rec")


@pytest.mark.parametrize(
    "payload",
    [
        HandoverMade(outgoing="p-a", incoming="p-b", scope=("u-dept",), occurred_at=AHEAD),
        InspectionHeld(lead="p-a", occurred_at=AHEAD),
    ],
    ids=lambda payload: payload.TYPE,
)
def test_everything_else_has_happened(desk: Desk, payload: Payload) -> None:
    """A handover or check of a day to come is refused, and a dry run says so too."""
    with pytest.raises(Refused, match="more than one day"):
        desk.record(payload, "rec")
    with pytest.raises(Refused, match="more than one day"):
        desk.ledger.check(desk.command(payload, "rec"))


@pytest.mark.parametrize(("to", "taken"), [("2024-03-06", True), ("2024-03-07", False)])
def test_no_correction_dates_a_fact_after_its_recording(desk: Desk, to: str, taken: bool) -> None:
    """However late the correction, the day is measured from the recording of what it corrects."""
    made = desk.record(rectified(date(2024, 3, 5), ref="R1"), "rec")
    desk.clock.moment += timedelta(days=20)
    corrects = EntryReference("", made.position, made.leaf_hash)
    correction = RecordCorrected(corrects=corrects, field="occurred_at", new_value=to)
    if taken:
        desk.record(correction, "rec")
    else:
        with pytest.raises(Refused, match=r"\(2024-03-05\)"):
            desk.record(correction, "rec")


@pytest.mark.parametrize(("arrived", "taken"), [(date(2024, 3, 6), True), (date(2024, 3, 7), False)])
def test_no_receipt_says_that_something_will_arrive(desk: Desk, arrived: date, taken: bool) -> None:
    """A receipt is judged like an act of the day on which the thing arrived: that is no day to come."""
    made = desk.record(rectified(date(2024, 3, 5), ref="R1"), "rec")
    corrects = EntryReference("", made.position, made.leaf_hash)
    receipt = RecordAccepted(accepts=corrects, capacity="receipt", by="p-a", arrived=arrived)
    if taken:
        desk.record(receipt, "rec")
    else:
        with pytest.raises(Refused, match="more than one day"):
            desk.record(receipt, "rec")


def test_what_ended_by_mistake_may_end_anew_once_that_is_withdrawn(desk: Desk) -> None:
    """A second end on another day is refused while the first stands, and taken once the first is withdrawn."""
    made = desk.record(AssignmentMade(person="p-a", post="member", valid_from=date(2024, 1, 2)), "rec")
    first = desk.record(AssignmentEnded(ends=made.reference, person="p-a", valid_to=date(2024, 2, 1)), "rec")
    again = AssignmentEnded(ends=made.reference, person="p-a", valid_to=date(2024, 3, 1))
    with pytest.raises(Refused, match="ended already"):
        desk.record(again, "rec")
    desk.record(RecordWithdrawn(of=first.reference, ground="error"), "rec")
    desk.record(again, "rec")


def test_the_discipline_side_dates_no_fact_ahead_either(tmp_path: Path) -> None:
    """A case ledger refuses the same."""
    desk = case_ledger(tmp_path)
    desk.clock.moment = NOW
    opened = case_opened()
    object.__setattr__(opened, "occurred_at", AHEAD)
    with pytest.raises(Refused, match="more than one day"):
        desk.record(opened, "insp")
    desk.close()
