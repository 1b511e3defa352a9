"""A signer signs what concerns him, whoever calls the ledger: checked in the append transaction."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledger.core import consent as given
from ledger.core.consent import Answer, Consent, sign_consent
from ledger.core.consent_to import Place, ToEntry
from ledger.errors import Refused
from ledger.events.acts import MeetingHeld, PlanMade, TalkHeld
from ledger.events.base import Payload
from ledger.events.fields import Capacity, EntryReference
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordCorrected, RecordExplained, RecordRefused
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


def consented(desk: Desk, ref: str, capacity: given.Capacity | None, person: str, answer: Answer = "agree") -> Payload:
    """The same answer, given elsewhere."""
    event = find_entry(desk.ledger, ref)
    place = Place(event.position, event.leaf_hash)
    consent = Consent(person, desk.ledger.opened.leaf_hash, ToEntry(place), answer, desk.clock.moment, capacity)
    note = sign_consent(consent, [desk.signer(person)])
    return ConsentRecorded(note=note.data.decode(), of=EntryReference("", event.position, event.leaf_hash))


def explained(desk: Desk, ref: str) -> Payload:
    event = find_entry(desk.ledger, ref)
    about = EntryReference("", event.position, event.leaf_hash)
    return RecordExplained(explains=about, signal="LATE_RECORD", explanation="ill")


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
    """Nobody accepts as somebody whom the record does not name so, here or elsewhere, and nothing is written."""
    size = desk.ledger.size()
    for payload, by in ((accepted(desk, ref, capacity), person), (consented(desk, ref, capacity, person), "rec")):
        with pytest.raises(Refused, match="a signer signs what concerns him"):
            desk.record(payload, by)
    assert desk.ledger.size() == size


@pytest.mark.parametrize(("ref", "person"), [("T1", "p-c"), ("P1", "p-a")])
def test_nobody_refuses_what_does_not_name_him(desk: Desk, ref: str, person: str) -> None:
    """A refusal is of a person whom the record names, or who signed it; so is one given elsewhere, whatever as."""
    with pytest.raises(Refused, match="a signer signs what concerns him"):
        desk.record(refused(desk, ref), person)
    capacities: tuple[given.Capacity | None, ...] = (None, "holder", "receipt")
    for capacity in capacities:
        with pytest.raises(Refused, match="a signer signs what concerns him"):
            desk.record(consented(desk, ref, capacity, person, "refuse"), "rec")


def test_nobody_explains_what_is_about_others_alone(desk: Desk) -> None:
    """A talk is explained by one of the two, or by who keeps the records; what a unit did by whoever belongs to it."""
    with pytest.raises(Refused, match="entry T1 does not name p-c: a signer signs what concerns him"):
        desk.record(explained(desk, "T1"), "p-c")
    for ref, person in (("T1", "p-b"), ("T1", "rec"), ("M1", "p-c")):
        desk.record(explained(desk, ref), person)


def test_what_was_said_elsewhere_counts_of_whom_it_concerns(desk: Desk) -> None:
    """As whom the record names him, as holder where it names none, for its arrival, and as custodian whoever is one."""
    desk.record(consented(desk, "T1", "counterpart", "p-b"), "rec")
    desk.record(consented(desk, "P1", "holder", "p-a"), "rec")
    desk.record(consented(desk, "P1", "receipt", "p-b"), "rec")
    desk.record(consented(desk, "P1", "custodian", "cus-1"), "rec")
    desk.record(consented(desk, "T1", None, "p-b", "refuse"), "rec")


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
