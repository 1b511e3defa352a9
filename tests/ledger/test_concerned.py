"""A signer signs what concerns him, whoever calls the ledger: checked in the append transaction."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledger.errors import Refused
from ledger.events.acts import MeetingHeld, PlanMade, TalkHeld
from ledger.events.base import Payload
from ledger.events.fields import Capacity, EntryReference
from ledger.events.records import RecordAccepted, RecordCorrected, RecordRefused
from ledger.recording.entry_signatures import answer, signatures
from ledger.recording.numbers import find_entry
from tests.support.builders import Desk, duty_ledger

RECORDS = (
    TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text"),
    MeetingHeld(ref="M1", body="u-group", chair="p-a", attendees=("p-b",), occurred_at=date(2024, 1, 2)),
    PlanMade(ref="P1", occurred_at=date(2024, 1, 2)),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    for record in RECORDS:
        made.record(record, "rec", *(["p-c"] if record.ref == "M1" else []))
    yield made
    made.close()


def accepted(desk: Desk, ref: str, capacity: Capacity | None) -> Payload:
    event = find_entry(desk.ledger, ref)
    return RecordAccepted(accepts=EntryReference("", event.position, event.leaf_hash), capacity=capacity)


def refused(desk: Desk, ref: str) -> Payload:
    event = find_entry(desk.ledger, ref)
    return RecordRefused(refuses=EntryReference("", event.position, event.leaf_hash), reason="not so")


@pytest.mark.parametrize(
    ("ref", "capacity", "person"),
    [
        ("T1", "counterpart", "p-c"),
        ("T1", "counterpart", "p-a"),
        ("T1", "holder", "p-c"),
        ("T1", "chair", "p-a"),
        ("M1", "chair", "p-b"),
        ("M1", "attendee", "p-c"),
        ("P1", "counterpart", "p-a"),
        ("T1", None, "p-c"),
    ],
)
def test_a_foreign_signers_key_is_refused_by_the_ledger_itself(
    desk: Desk, ref: str, capacity: Capacity | None, person: str
) -> None:
    """Nobody accepts as somebody whom the record does not name so, and nothing is written."""
    size = desk.ledger.size()
    with pytest.raises(Refused, match="a signer signs what concerns him"):
        desk.record(accepted(desk, ref, capacity), person)
    assert desk.ledger.size() == size


@pytest.mark.parametrize(("ref", "person"), [("T1", "p-c"), ("P1", "p-a")])
def test_nobody_refuses_what_does_not_name_him(desk: Desk, ref: str, person: str) -> None:
    """A refusal is of a person whom the record names, or who signed it."""
    with pytest.raises(Refused, match="a signer signs what concerns him"):
        desk.record(refused(desk, ref), person)


def test_who_is_named_and_who_signed_may_answer(desk: Desk) -> None:
    """As whom the record names the person; as holder of a post that it does not name; a change of mind by a signer."""
    desk.record(accepted(desk, "T1", "counterpart"), "p-b")
    desk.record(accepted(desk, "T1", "holder"), "p-a")
    desk.record(accepted(desk, "M1", "attendee"), "p-b")
    desk.record(accepted(desk, "P1", "holder"), "p-a")
    desk.record(accepted(desk, "P1", "receipt"), "rec")
    desk.record(refused(desk, "T1"), "p-b")
    desk.record(refused(desk, "M1"), "p-c")


def test_who_signed_a_record_agrees_to_its_correction(desk: Desk) -> None:
    """He is asked for it, and may agree though the correction names nobody; who has no part in the record may not."""
    meeting = find_entry(desk.ledger, "M1")
    about = EntryReference("", meeting.position, meeting.leaf_hash)
    changed = RecordCorrected(
        ref="C1", corrects=about, field="attendees", new_value=["p-b", "p-c"], occurred_at=date(2024, 1, 3)
    )
    desk.record(changed, "rec")
    correction = find_entry(desk.ledger, "C1")
    asked = {each.person: (each.state, each.capacity) for each in signatures(desk.ledger, correction)}

    assert asked == {"rec": ("signed", "holder"), "p-c": ("open", "holder")}
    desk.record(accepted(desk, "C1", "chair"), "p-a")
    desk.record(answer(desk.ledger, correction, "p-c", capacity=None, reason=None), "p-c")
    with pytest.raises(Refused, match="a signer signs what concerns him"):
        desk.record(accepted(desk, "C1", "attendee"), "p-c")
