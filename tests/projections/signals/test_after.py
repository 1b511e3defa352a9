"""Signals about records made once a lead, a case or a query was there."""

from datetime import date
from typing import Any

import pytest

from ledger.events.act_parts import Dissent, Votes
from ledger.events.acts import RectificationMade
from ledger.events.case_work import FactsFound, QueryMade
from ledger.events.records import RecordAccepted, RecordCorrected
from projections.facts.values import Signal
from projections.signals import signals
from tests.support.facts_maker import Organ

LEAD, OPENED = "2024-08-05 09:00", "2024-10-14 10:00"


def organ_under_case(**more: Any) -> Organ:
    """A staffed organ whose centre has a lead and then a case."""
    organ = Organ().staffed()
    organ.open_case(OPENED, LEAD, **more)
    return organ


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


@pytest.mark.parametrize(
    ("occurred", "recorded", "code"),
    [
        ("2024-08-01", "2024-08-05 08:59", None),
        ("2024-08-05 08:59", "2024-08-05 09:00", "AFTER_LEAD"),
        ("2024-08-05 09:00", "2024-08-05 20:00", None),
        ("2024-08-01", "2024-10-14 09:59", "AFTER_LEAD"),
        ("2024-10-14 09:59", "2024-10-14 10:00", "AFTER_CASE_OPENED"),
        ("2024-10-14 10:00", "2024-10-14 20:00", None),
        ("2024-10-20", "2024-10-21", None),
    ],
)
def test_the_lead_and_the_opening_divide_what_came_before(occurred: str, recorded: str, code: str | None) -> None:
    """AFTER_LEAD holds from the lead to the opening, AFTER_CASE_OPENED from it on, each for what is dated before it."""
    organ = organ_under_case()
    organ.talk("mem", "head", occurred, recorded=recorded)
    codes = [s.code for s in signals(organ.facts()) if s.code.startswith("AFTER")]
    assert codes == ([code] if code else [])


def test_a_day_without_hour_is_not_before_a_moment_of_that_day() -> None:
    """A fact dated by its day alone counts as before a moment only on an earlier day."""
    organ = organ_under_case()
    for occurred in (date(2024, 10, 14), date(2024, 10, 13)):
        organ.duty(RectificationMade(ref=f"R{occurred.day}", unit="aid", occurred_at=occurred), "2024-10-15")
    assert [s.events[0].ref for s in fired(organ, "AFTER_CASE_OPENED")] == ["R13"]


def test_what_does_not_touch_the_case_is_ordinary() -> None:
    """Another unit and other persons: no signal; having recorded or signed it is no touch either."""
    organ = organ_under_case()
    organ.talk("mem2", "head2", "2024-08-01", "mem", "head", recorded="2024-11-01")
    assert not fired(organ, "AFTER_CASE_OPENED")


def test_only_holders_inside_the_period_are_persons_of_the_case() -> None:
    """Who comes to the unit after the case's period does not belong to its circle."""
    organ = organ_under_case(period=("2022-01-01", "2022-12-31"), offender="head")
    organ.assign("handler", "member", "2024-09-01", supervises=("aid",))
    organ.talk("handler", "head2", "2024-10-01", recorded="2024-11-01")
    assert [s for s in fired(organ, "AFTER_CASE_OPENED") if s.events[0].ref.startswith("T")] == []


def test_the_inspectors_latest_facts_draw_the_circle() -> None:
    """Facts found later take the place of those at the opening: another unit, another circle."""
    organ = organ_under_case()
    opening = organ.entries["case"][-1]
    found = FactsFound(case="K1", unit="office", period_from=date(2024, 1, 1), occurred_at=date(2024, 10, 20))
    organ.case(found, "2024-10-20", of=opening)
    organ.talk("mem2", "head2", "2024-08-01", recorded="2024-11-01")
    assert len(fired(organ, "AFTER_CASE_OPENED")) == 1


def test_a_correction_is_dated_by_the_entry_that_it_corrects() -> None:
    """Correcting old minutes after the opening fires, correcting new ones does not."""
    organ = Organ().staffed()
    old = organ.meeting("2024-02-20", ("sec", "mem"), votes=Votes(agree=("sec", "mem")))
    organ.open_case(OPENED, LEAD, decisions=(old,))
    new = organ.meeting("2024-11-01", ("sec", "mem"))
    for number, meeting in enumerate((old, new)):
        value: Any = {"person": "mem2"}
        on = date(2024, 11, 5)
        corrects = organ.reference(meeting)
        correction = RecordCorrected(
            ref=f"C{number}", corrects=corrects, field="dissent", new_value=value, occurred_at=on
        )
        organ.duty(correction, "2024-11-05")
    assert [s.events[0].ref for s in fired(organ, "AFTER_CASE_OPENED")] == ["C0"]


def test_an_assignment_is_dated_by_its_first_day() -> None:
    """An assignment of the unit recorded after the opening for days before it fires, one for days after it does not."""
    organ = organ_under_case()
    organ.assign(
        "mem2", "member", "2024-07-01", recorded="2024-10-25", supervises=("aid",), ref="BACK", valid_to="2024-07-14"
    )
    organ.assign("mem2", "member", "2024-10-26", recorded="2024-10-26", supervises=("aid",), ref="NEW")
    assert [s.events[0].ref for s in fired(organ, "AFTER_CASE_OPENED")] == ["BACK"]


def test_paper_records_are_exempt() -> None:
    """A legacy record imported after the opening is no back-filling."""
    organ = organ_under_case()
    organ.talk("mem", "head", "2024-01-05", recorded="2024-11-01", legacy=True)
    assert not fired(organ, "AFTER_CASE_OPENED")


@pytest.mark.parametrize(
    ("occurred", "recorded", "fires"),
    [
        ("2024-10-10", "2024-10-16 14:01", True),
        ("2024-10-10", "2024-10-16 13:59", False),
        ("2024-10-10", "2024-10-23 14:00", True),
        ("2024-10-10", "2024-10-23 14:01", False),
        ("2024-10-17", "2024-10-17 20:00", False),
    ],
)
def test_a_record_of_the_queried_subject_within_days_of_the_query(occurred: str, recorded: str, fires: bool) -> None:
    """POST_READ_RECORD holds from the query for `post_read_days`, for what is dated before the query."""
    organ = Organ().staffed()
    query = organ.case(QueryMade(ref="Q", concerns=("head",)), "2024-10-16 14:00")
    organ.talk("mem", "head", occurred, recorded=recorded)
    found = fired(organ, "POST_READ_RECORD")
    assert len(found) == fires
    assert all(signal.get("after") == organ.facts().cite(query) for signal in found)


def test_a_query_on_another_subject_does_not_blame() -> None:
    """POST_READ_RECORD needs a person who takes part or a unit that the query concerned."""
    organ = Organ().staffed()
    organ.case(QueryMade(ref="Q", concerns=("office", "head2")), "2024-10-16 14:00")
    organ.talk("mem", "head", "2024-10-10", "clerk", "head2", recorded="2024-10-17")
    assert not fired(organ, "POST_READ_RECORD")


@pytest.mark.parametrize(
    ("recorded", "signed", "fires"),
    [
        ("2024-03-05 20:00", "2024-04-04 08:00", False),  # 30 days
        ("2024-03-05 20:00", "2024-04-05 08:00", True),  # 31 days
        ("2024-08-01 20:00", "2024-08-06 08:00", False),  # after the lead, within the ordinary time
        ("2024-07-20 20:00", "2024-08-06 08:00", True),  # after the lead, beyond it
    ],
)
def test_a_countersignature_is_late_after_a_month_or_after_the_lead(recorded: str, signed: str, fires: bool) -> None:
    """COUNTERSIGN_LATE: more than 30 days, or a lead in between and more than the ordinary time."""
    organ = organ_under_case()
    talk = organ.talk("mem", "head", recorded[:10] + " 10:00", "mem", recorded=recorded)
    organ.duty(RecordAccepted(accepts=organ.reference(talk), capacity="counterpart"), signed, "head")
    assert len(fired(organ, "COUNTERSIGN_LATE")) == fires


def test_a_late_receipt_is_no_countersignature() -> None:
    """COUNTERSIGN_LATE does not look at receipts."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem")
    organ.duty(RecordAccepted(accepts=organ.reference(talk), capacity="receipt"), "2024-06-05", "head")
    assert not fired(organ, "COUNTERSIGN_LATE")


def test_an_attendee_of_the_enabling_decision_is_in_the_circle_and_one_absent_is_not() -> None:
    """Attendees of an enabling decision are persons of the case; a member who was absent is none by it."""
    organ = Organ().staffed()
    decision = organ.meeting("2024-02-20", ("sec", "mem"), absent=("mem2",), dissent=(Dissent(person="mem"),))
    organ.open_case(OPENED, LEAD, decisions=(decision,), period=("2021-01-01", "2021-02-01"))
    organ.talk("mem2", "head2", "2024-10-01", recorded="2024-11-01", ref="ABSENT")
    organ.talk("mem", "head2", "2024-10-02", recorded="2024-11-01", ref="THERE")
    assert [s.events[0].ref for s in fired(organ, "AFTER_CASE_OPENED")] == ["THERE"]
