"""Signals about when a record was made."""

from datetime import date

import pytest

from ledger.events.acts import EducationHeld, KeyTaskRegistered, PlanMade
from ledger.events.records import RecordAccepted
from ledger.events.tenure import AssignmentEnded, HandoverMade
from projections.facts.values import Signal
from projections.signals import signals
from tests.support.facts_maker import Organ


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


def test_a_talk_is_late_from_the_eighth_day_on() -> None:
    """LATE_RECORD counts calendar days and fires when they exceed the tolerance, not when they reach it."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 23:00", recorded="2024-03-12 23:59")
    late = organ.talk("mem", "head", "2024-03-05 10:00", recorded="2024-03-13 00:01")
    (signal,) = fired(organ, "LATE_RECORD")
    assert (signal.events[0].position, signal.weight) == (late.position, "medium")
    assert signal.get("undeclared") is True
    assert signal.get("declared") is None


def test_kinds_without_tolerance_of_their_own_fall_under_default() -> None:
    """A handover and a key task have the default tolerance of 30 days, a plan its own of 15."""
    organ = Organ().staffed()
    for number, (payload, late) in enumerate(
        (
            (HandoverMade(ref="H", outgoing="head", incoming="head2", scope=("aid",), occurred_at=date(2024, 1, 1)), 0),
            (KeyTaskRegistered(ref="K", occurred_at=date(2024, 1, 1)), 0),
            (PlanMade(ref="P", occurred_at=date(2024, 1, 1)), 1),
        )
    ):
        organ.duty(payload, "2024-01-31", "clerk", "head")
        assert len(fired(organ, "LATE_RECORD")) == late, number


@pytest.mark.parametrize(
    ("reason", "signed", "weight"),
    [
        ("hospital", ("mem", "head"), "info"),
        (None, ("mem", "head"), "medium"),
        ("hospital", ("mem", "clerk"), "medium"),
    ],
)
def test_honest_lateness_needs_a_reason_and_both_signatures(
    reason: str | None, signed: tuple[str, ...], weight: str
) -> None:
    """A late talk is info only if it is declared late, says why, and both its persons signed it."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05", *signed, recorded="2024-04-01", declared_late=True, late_reason=reason)
    (signal,) = fired(organ, "LATE_RECORD")
    assert signal.weight == weight
    assert signal.get("declared") is (True if weight == "info" else None)


def test_a_countersignature_of_its_own_makes_a_declared_talk_honest() -> None:
    """An acceptance recorded later counts as the second signature of a talk declared late."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem", recorded="2024-04-01", declared_late=True, late_reason="x")
    organ.duty(RecordAccepted(accepts=organ.reference(talk), capacity="counterpart"), "2024-04-02", "head")
    assert [signal.weight for signal in fired(organ, "LATE_RECORD")] == ["info"]


def test_paper_records_are_exempt_from_lateness_and_batches() -> None:
    """Legacy records fire neither LATE_RECORD nor PERIOD_END_BATCH, however many and however old."""
    organ = Organ()
    for month in range(1, 9):
        organ.talk("mem", "head", f"2022-{month:02}-05", recorded="2023-01-03", legacy=True)
    assert not fired(organ, "LATE_RECORD")
    assert not fired(organ, "PERIOD_END_BATCH")


def educations(organ: Organ, days: list[str], recorded: list[str], recorder: str = "clerk") -> None:
    for number, (day, moment) in enumerate(zip(days, recorded, strict=True)):
        payload = EducationHeld(ref=f"E{number}", body="group", occurred_at=date.fromisoformat(day))
        organ.duty(payload, moment, recorder, "sec")


DAYS = ["2024-05-20", "2024-05-29", "2024-06-07", "2024-06-14", "2024-06-19"]
SITTING = [f"2024-06-20 10:0{minute}" for minute in range(5)]


def test_five_records_in_a_sitting_over_a_month_are_a_batch() -> None:
    """PERIOD_END_BATCH names and blames all records of a sitting that span the days set."""
    organ = Organ().staffed()
    educations(organ, DAYS, SITTING)
    (signal,) = fired(organ, "PERIOD_END_BATCH")
    assert [cite.ref for cite in signal.events] == ["E0", "E1", "E2", "E3", "E4"]
    assert signal.blamed == signal.events


@pytest.mark.parametrize(
    ("days", "recorded"),
    [
        (DAYS[:4], SITTING[:4]),  # four
        (["2024-05-22", *DAYS[1:]], SITTING),  # 28 days
        (DAYS, [*SITTING[:4], "2024-06-21 10:01"]),  # a day and a minute
        ([*DAYS[:4], "2024-06-20"], SITTING),  # one of them on its day
    ],
    ids=["too few", "too near", "too slow", "one in time"],
)
def test_fewer_nearer_or_slower_records_are_no_batch(days: list[str], recorded: list[str]) -> None:
    """One record less, a span below the setting, more than 24 hours, or a record made on its own day: no batch."""
    organ = Organ().staffed()
    educations(organ, days, recorded)
    assert not fired(organ, "PERIOD_END_BATCH")


def test_two_recorders_do_not_make_one_batch() -> None:
    """Records of different recorders are not added up."""
    organ = Organ().staffed()
    educations(organ, DAYS[:2], SITTING[:2], recorder="head")
    educations(organ, DAYS[2:], SITTING[2:])
    assert not fired(organ, "PERIOD_END_BATCH")


def test_a_sitting_longer_than_the_window_is_told_by_its_windows() -> None:
    """Each window that holds a batch and lies in no other is a signal; what comes weeks later is in none."""
    organ = Organ().staffed()
    days = [*DAYS, "2024-06-03", "2024-06-04"]
    moments = [*SITTING[:4], "2024-06-20 20:00", "2024-06-21 10:01", "2024-07-20 10:00"]
    educations(organ, ["2024-05-20", "2024-05-21", *days[2:]], moments)
    named = [[cite.ref for cite in signal.events] for signal in fired(organ, "PERIOD_END_BATCH")]
    assert named == [["E0", "E1", "E2", "E3", "E4"]]
    educations(organ, ["2024-06-01", "2024-05-02"], ["2024-07-20 11:00", "2024-07-21 10:30"])
    assert len(fired(organ, "PERIOD_END_BATCH")) == 1


def test_an_assignment_and_the_end_it_brings_count_once() -> None:
    """The end that replacing an assignment brings has the same number and does not make a batch bigger."""
    organ = Organ().staffed()
    head = next(entry for entry in organ.entries["duty"] if getattr(entry.payload, "post", "") == "head")
    educations(organ, DAYS[:3], SITTING[:3])
    ended = AssignmentEnded(ref="A", ends=organ.reference(head), person="head", valid_to=date(2024, 6, 10))
    organ.duty(ended, SITTING[3])
    organ.assign("handler", "head", "2024-06-11", recorded=SITTING[3], scope=("aid",), ref="A")
    assert not fired(organ, "PERIOD_END_BATCH")


def test_a_burst_about_the_silence_before_it_is_asked_about() -> None:
    """SILENCE_THEN_BURST names the records that fill four silent months, and blames none of them."""
    organ = Organ(opened="2024-01-01").staffed()
    organ.talk("mem", "head", "2024-01-02")
    educations(organ, ["2024-02-20", "2024-03-05", "2024-04-09", "2024-05-07", "2024-05-14"], SITTING)
    (signal,) = fired(organ, "SILENCE_THEN_BURST")
    assert (signal.get("from"), signal.get("to")) == (date(2024, 1, 2), date(2024, 6, 20))
    assert signal.blamed == ()


def test_a_busy_week_after_silence_is_ordinary_work() -> None:
    """Records of what happens after the silence do not fire SILENCE_THEN_BURST."""
    organ = Organ(opened="2024-01-01").staffed()
    organ.talk("mem", "head", "2024-01-02")
    educations(organ, ["2024-06-20"] * 5, SITTING)
    assert not fired(organ, "SILENCE_THEN_BURST")
