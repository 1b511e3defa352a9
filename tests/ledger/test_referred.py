"""What an entry refers to is of the kind that the rules name, or it is refused in words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.decisions import Standing, decide
from ledger.decisions.state import Aggregate, Register
from ledger.errors import Refused
from ledger.events.act_parts import Dissent
from ledger.events.acts import MeetingHeld, PlanMade, RectificationMade, RequestReported, TalkHeld
from ledger.events.base import Payload
from ledger.events.case_parts import Rulebook
from ledger.events.case_work import (
    AppealDecided,
    CaseOpened,
    DecisionAnnounced,
    DecisionEnforced,
    DecisionMade,
    LeadDisposed,
    LeadReceived,
)
from ledger.events.fields import EntryReference
from ledger.events.office import (
    AssessmentMade,
    AssessmentUsed,
    OpinionGiven,
    RectificationVerified,
    TaskAssigned,
    TaskReported,
)
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.register import PersonRegistered

AT = datetime(2024, 5, 6, 9, tzinfo=UTC)
DAY = date(2024, 5, 6)
TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", occurred_at=AT)
FIRST = EntryReference("", 0, b"0" * 32)
LEAD = LeadReceived(ref="L1", kind="complaint", concerns=("p-a",), occurred_at=DAY)
DECISION = DecisionMade(ref="D1", case="K", track="first", decisions=())


def standing(*payloads: Payload, now: datetime = AT) -> Standing:
    """A ledger whose entries are these, the first of them with its thread."""
    entries = [
        Recorded("example.org/duty", f"x/{at}", 1, payload, at, AT, ("p-a",), b"0" * 32)
        for at, payload in enumerate(payloads)
    ]
    thread = Aggregate("x/0", 1, payloads[0])
    return Standing("duty", Register(), thread, lambda reference: entries[reference.position], now)


def case_of(leads: tuple[EntryReference, ...]) -> CaseOpened:
    return CaseOpened(
        ref="K", case="K", unit="d-a", period_from=DAY, period_to=DAY, leads=leads, offenders=(), acts=(),
        rulebooks=(Rulebook(id="cf", name="n"),), occurred_at=DAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "right", "words"),
    [
        (TaskReported(of=FIRST, unit="d-a", occurred_at=DAY), TaskAssigned(owner="d-a", occurred_at=DAY), "no task"),
        (
            RectificationVerified(of=FIRST, by="p-a", result="passed", occurred_at=DAY),
            RectificationMade(person="p-b", occurred_at=DAY),
            "no rectification",
        ),
        (
            AssessmentUsed(assessment=FIRST, use="award", occurred_at=DAY),
            AssessmentMade(of="d-a", for_year=2023, grade="A", occurred_at=DAY),
            "no assessment",
        ),
        (LeadDisposed(lead=FIRST, way="closed"), LEAD, "no lead"),
        (DecisionAnnounced(of=FIRST, at=DAY), DECISION, "no decision"),
        (DecisionEnforced(of=FIRST, at=DAY), AppealDecided(appeal=FIRST, result="upheld"), "no decision"),
        (case_of((FIRST,)), LEAD, "no lead"),
    ],
)
def test_a_talk_is_no_task_no_rectification_no_lead_and_no_decision(
    payload: Payload, right: Payload, words: str
) -> None:
    """Each is refused of a talk, which is named, and recorded of what it has to be of."""
    with pytest.raises(Refused, match=f"T1.*{words}|{words}") as refused:
        decide(payload, standing(TALK))
    assert "T1" in str(refused.value)
    decide(payload, standing(right))


def test_an_opinion_is_given_on_an_act() -> None:
    """On a request, a plan, whatever was done; a person's registration is nothing to have an opinion on here."""
    given = OpinionGiven(of=FIRST, by="p-a", opinion="agreed", occurred_at=DAY)
    for about in (RequestReported(author="p-b", occurred_at=DAY), PlanMade(occurred_at=DAY), TALK):
        decide(given, standing(about))
    with pytest.raises(Refused, match="no opinion to give"):
        decide(given, standing(PersonRegistered(ref="p-a", person="p-a", name="n")))


def test_a_duplicate_is_another_record_of_the_same_kind() -> None:
    """A talk is the duplicate of another talk: of no plan, and not of itself."""

    def twin(at: int) -> RecordWithdrawn:
        return RecordWithdrawn(of=FIRST, ground="duplicate", duplicate_of=EntryReference("", at, b"0" * 32))

    ledger = standing(TALK, replace(TALK, ref="T2"), PlanMade(ref="P1", occurred_at=DAY))
    decide(twin(1), ledger)
    for at in (0, 2):
        with pytest.raises(Refused, match="no duplicate"):
            decide(twin(at), ledger)


def test_what_lies_in_another_ledger_is_not_looked_at() -> None:
    """It cannot be read there; and a correction is asked for what the entry says afterwards."""
    elsewhere = EntryReference("elsewhere", 0, b"0" * 32)
    decide(TaskReported(of=elsewhere, unit="d-a", occurred_at=DAY), standing(TALK))
    task = TaskAssigned(ref="A1", owner="d-a", occurred_at=DAY)
    reported = TaskReported(ref="R1", of=FIRST, unit="d-a", occurred_at=DAY)
    moved: Any = ["", 2, "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="]
    corrects = EntryReference("", 1, b"0" * 32)
    correction = RecordCorrected(corrects=corrects, field="of", new_value=moved, occurred_at=DAY)
    with pytest.raises(Refused, match="no task"):
        decide(correction, standing(task, reported, TALK))


def test_a_correction_that_was_withdrawn_may_be_made_again() -> None:
    """It changes what the record says once the first is withdrawn; before that it changes nothing and is refused."""
    correction = RecordCorrected(ref="C1", corrects=FIRST, field="counterpart", new_value="p-c", occurred_at=DAY)
    withdrawn = RecordWithdrawn(of=EntryReference("", 1, b"0" * 32), ground="error")
    ledger = standing(TALK, correction, withdrawn)
    thread = Aggregate("x/0", 2, TALK, ((1, correction),))
    with pytest.raises(Refused, match="changes nothing"):
        decide(correction, replace(ledger, aggregate=thread))
    decide(correction, replace(ledger, aggregate=replace(thread, later=((1, correction), (2, withdrawn)))))


@pytest.mark.parametrize(
    ("agreeing", "gone", "refused"),
    [({"p-a", "p-b"}, False, True), ({"p-b"}, False, False), ({"p-a", "p-b"}, True, False)],
    ids=["everyone agreed", "only proposed", "the correction was withdrawn"],
)
@pytest.mark.parametrize(
    ("field", "new"), [("dissent", {"person": "p-b"}), ("votes.oppose", ["p-b"])], ids=["dissent", "a vote against"]
)
def test_a_meeting_whose_dissent_stands_by_a_correction_is_not_withdrawn(
    field: str, new: Any, agreeing: set[str], gone: bool, refused: bool
) -> None:
    """A dissent or vote against that a correction added keeps the meeting once all who signed it agreed, not before."""
    meeting = MeetingHeld(ref="M1", attendees=("p-a", "p-b"), occurred_at=AT)
    correction = RecordCorrected(ref="C1", corrects=FIRST, field=field, new_value=new, occurred_at=DAY)
    undone = RecordWithdrawn(of=EntryReference("", 1, b"0" * 32), ground="error")
    later = ((1, correction), *(((2, undone),) if gone else ()))
    ledger = replace(
        standing(meeting, correction, undone),
        aggregate=Aggregate("x/0", 1 + len(later), meeting, later),
        agreed=lambda position, _: frozenset({"p-a"} if position == 0 else agreeing),
    )
    withdrawing = RecordWithdrawn(of=FIRST, ground="error")

    if refused:
        with pytest.raises(Refused, match="is not withdrawn"):
            decide(withdrawing, ledger)
    else:
        decide(withdrawing, ledger)


def test_a_dissent_that_the_record_had_stays_whatever_a_correction_says() -> None:
    """A meeting recorded with a dissent is not withdrawn, though everyone agreed to a correction without it."""
    meeting = MeetingHeld(ref="M1", dissent=(Dissent(person="p-b"),), occurred_at=AT)
    correction = RecordCorrected(ref="C1", corrects=FIRST, field="dissent", new_value=[], occurred_at=DAY)
    ledger = replace(
        standing(meeting, correction),
        aggregate=Aggregate("x/0", 2, meeting, ((1, correction),)),
        agreed=lambda *_: frozenset({"p-a", "p-b"}),
    )
    with pytest.raises(Refused, match="is not withdrawn"):
        decide(RecordWithdrawn(of=FIRST, ground="error"), ledger)
