"""Signals about being there."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.events.acts import EducationHeld, InspectionHeld, MeetingHeld, TalkHeld
from ledger.events.tenure import LeaveTaken
from projections.facts import touching
from projections.facts.protocol import Facts
from projections.facts.values import Period, Signal
from projections.signals import presence, signals, stays
from projections.signals.crediting import blame_among
from projections.signals.inquiry import Inquiry
from tests.support.facts_maker import Organ, at

MORNING = {"ends": "2024-03-05 10:00", "place": "301"}


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


@pytest.mark.parametrize(
    ("start", "more", "fires"),
    [
        ("2024-03-05 09:59", {"ends": "2024-03-05 11:00", "place": "401"}, True),
        ("2024-03-05 10:00", {"ends": "2024-03-05 11:00", "place": "401"}, False),
        ("2024-03-05 09:30", {"ends": "2024-03-05 09:40", "place": "301"}, False),
        ("2024-03-05 09:30", {"place": "401"}, True),
        ("2024-03-05 09:30", {"ends": "2024-03-05 09:40"}, True),
        ("2024-03-06 09:30", {"ends": "2024-03-06 09:40", "place": "401"}, False),
    ],
    ids=["overlap", "one after the other", "one place", "a moment inside", "place unknown", "another day"],
)
def test_one_person_is_in_one_place_at_a_time(start: str, more: dict[str, str], fires: bool) -> None:
    """TWO_PLACES_AT_ONCE blames the later recorded of two talks of one person that overlap in different places."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", **MORNING, ref="T1")
    organ.talk("mem", "head2", start, **more, ref="T2")
    found = [(s.events[0].ref, [c.ref for c in s.get("conflicts_with")]) for s in fired(organ, "TWO_PLACES_AT_ONCE")]  # type: ignore[attr-defined]
    assert found == ([("T2", ["T1"])] if fires else [])


def test_other_persons_may_be_elsewhere() -> None:
    """Talks of four different persons at one hour are no contradiction."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", **MORNING)
    organ.talk("mem2", "head2", "2024-03-05 09:00", ends="2024-03-05 10:00", place="401")
    assert not fired(organ, "TWO_PLACES_AT_ONCE")


def test_one_talk_recorded_twice_is_one_talk() -> None:
    """The same kind of act of the same persons at the same moment is no second place."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", **MORNING)
    organ.talk("mem", "head", "2024-03-05 09:00", ends="2024-03-05 10:00", place="401")
    assert not fired(organ, "TWO_PLACES_AT_ONCE")


@pytest.mark.parametrize("seed", range(6))
def test_who_was_in_two_places_is_found_as_by_comparing_everything_with_everything(seed: int) -> None:
    """On random acts, leaves and days without an hour, over months and midnight, with ends before their beginning, the
    signals of the whole, and of each record by what lies near it, are those of every pair compared."""
    rng = random.Random(seed)  # noqa: S311 - test data
    organ = Organ().staffed()
    persons = ("sec", "mem", "mem2", "head", "head2")
    for number in range(90):
        on = date(2024, 1, 25) + timedelta(days=rng.choice([0, 1, 2, 5, 6, 7, 8, 36, 37]))
        recorded = f"2024-{5 + number // 28:02}-{1 + number % 28:02} 20:00"
        who = rng.sample(persons, 3)
        start = at(f"{on} {rng.choice(['00:10', '09:00', '09:30', '10:00', '23:30'])}")
        ends = start + timedelta(minutes=rng.choice([-30, 0, 30, 60, 90, 60 * 24, 60 * 24 * 40]))
        more: dict[str, Any] = {"place": rng.choice([None, "301", "401"]), "occurred_at": start}
        more |= {"ends_at": ends} if rng.random() < 0.7 else {}
        kind = rng.random()
        if kind < 0.15:
            leave(organ, who[0], str(on), str(on + timedelta(days=rng.choice([0, 1, 20, 60]))), recorded)
        elif kind < 0.3:
            organ.duty(EducationHeld(ref=f"E{number}", body="group", attendees=tuple(who), occurred_at=on), recorded)
        elif kind < 0.5:
            online = tuple(who[:1]) if rng.random() < 0.5 else None
            meeting = MeetingHeld(
                ref=f"M{number}", body="group", chair=who[0], attendees=tuple(who), minutes=True, online_persons=online,
                **more,
            )  # fmt: skip
            organ.duty(meeting, recorded)
        else:
            organ.duty(TalkHeld(ref=f"T{number}", talker=who[0], counterpart=who[1], **more), recorded)
    facts = organ.facts()
    found = {s.events[0].position: s for s in signals(facts) if s.code == "TWO_PLACES_AT_ONCE" and s.weight == "high"}
    expected = compared(facts)
    assert len(expected) > 10
    assert {at: ({c.position for c in s.get("conflicts_with")}, s.get("person")) for at, s in found.items()} == expected  # type: ignore[attr-defined]
    alone = organ.facts()
    for record in alone.records():
        near = [
            s
            for s in blame_among(Inquiry(alone, date.max, ()), [record]).get(alone.cite(record), ())
            if s.code == "TWO_PLACES_AT_ONCE" and s.weight == "high"
        ]
        assert near == ([found[record.position]] if record.position in found else [])


def compared(facts: Facts) -> dict[int, tuple[set[int], tuple[str, ...]]]:
    """By position of each record that clashes with earlier ones: which, and of whom."""
    q, day = Inquiry(facts, date.max), timedelta(days=1)
    acts = list(q.of(*stays.presence_kinds()))
    rows: dict[int, tuple[set[int], tuple[str, ...]]] = {}
    for record in acts:
        own, with_whom = stays.stay_in(q, record), set()
        persons: dict[str, None] = {}
        assert own is not None
        for person in stays.present(record):
            for other in acts:
                stay = stays.stay_in(q, other)
                if stay is None or other.position >= record.position or person not in stays.present(other):
                    continue
                near = Period(own.days.first - day, own.days.last)
                is_near = stay.days.first in near or (stay.away and not own.away)
                if not is_near or not stays.clash(own, stay) or presence._same_act(record, other):
                    continue
                if presence._online(record, person) or presence._online(other, person):
                    continue
                with_whom.add(other.position)
                persons[person] = None
        if with_whom:
            rows[record.position] = with_whom, tuple(persons)
    return rows


def test_who_was_present_takes_part() -> None:
    """Every field that says who was there, or away, names who takes part in the fact."""
    for cls in stays.presence_kinds():
        said = (cls.AWAY,) if cls.AWAY is not None else cls.PRESENT
        assert set(said) <= {name for name, _ in touching._find_naming(cls)}


def leave(organ: Organ, person: str, first: str, last: str, recorded: str) -> None:
    days: dict[str, Any] = {"valid_from": date.fromisoformat(first), "valid_to": date.fromisoformat(last)}
    organ.duty(LeaveTaken(ref="L", person=person, occurred_at=date.fromisoformat(recorded[:10]), **days), recorded)


@pytest.mark.parametrize(
    ("on", "fires"), [("2024-06-16", False), ("2024-06-17", True), ("2024-06-21", True), ("2024-06-22", False)]
)
def test_a_leave_holds_on_its_first_and_last_day(on: str, fires: bool) -> None:
    """An act on any day of a leave, both ends included, contradicts it."""
    organ = Organ().staffed()
    leave(organ, "mem", "2024-06-17", "2024-06-21", "2024-06-14")
    organ.talk("mem", "head", f"{on} 15:00")
    assert len(fired(organ, "TWO_PLACES_AT_ONCE")) == fires


def test_an_alibi_entered_after_the_act_is_blamed_itself() -> None:
    """Where the leave is the later recorded, the leave is blamed and the act it contradicts is named."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-06-18 15:00", ref="T")
    leave(organ, "mem", "2024-06-17", "2024-06-21", "2024-07-14")
    (signal,) = fired(organ, "TWO_PLACES_AT_ONCE")
    assert [cite.ref for cite in signal.blamed] == ["L"]


def test_one_absent_from_a_meeting_is_not_there() -> None:
    """A member on leave who is listed as absent contradicts nothing; one listed as present does."""
    organ = Organ().staffed()
    leave(organ, "mem2", "2024-02-19", "2024-03-01", "2024-02-16")
    organ.meeting("2024-02-20 14:30", ("sec", "mem"), absent=("mem2",))
    assert not fired(organ, "TWO_PLACES_AT_ONCE")
    organ.meeting("2024-02-21 14:30", ("sec", "mem", "mem2"))
    assert len(fired(organ, "TWO_PLACES_AT_ONCE")) == 1


def test_a_check_known_by_its_day_meets_only_a_leave() -> None:
    """An inspection without an hour does not contradict a talk of that day, but a leave of its lead."""
    organ = Organ().staffed()
    organ.talk("mem", "head2", "2024-03-05 09:00", **MORNING)
    check: dict[str, Any] = {"lead": "mem", "covers": ("aid",), "occurred_at": date(2024, 3, 5)}
    organ.duty(InspectionHeld(ref="I1", **check), "2024-03-06", "mem")
    assert not fired(organ, "TWO_PLACES_AT_ONCE")
    leave(organ, "mem", "2024-03-05", "2024-03-05", "2024-03-06 10:00")
    assert len(fired(organ, "TWO_PLACES_AT_ONCE")) == 1


# --- posts ---


@pytest.mark.parametrize(("on", "fires"), [("2024-02-29", False), ("2024-03-01", True)])
def test_a_talker_must_hold_a_post_on_the_day(on: str, fires: bool) -> None:
    """NOT_IN_POST fires from the day after the talker's last day on."""
    organ = Organ().staffed()
    organ.end("mem", "2024-02-29")
    organ.talk("mem", "head", on)
    assert [s.get("person") for s in fired(organ, "NOT_IN_POST")] == ([("mem",)] if fires else [])


def test_acting_and_cover_are_posts_held() -> None:
    """Who acts in charge or covers may talk; before the acting begins he may not."""
    organ = Organ().staffed()
    organ.talk("handler", "head2", "2024-03-01", ref="BEFORE")
    for first, mode in (("2024-03-02", "in_charge"), ("2024-03-06", "cover")):
        organ.act("handler", "head", first, mode, valid_to=first, scope=("aid",))
        organ.talk("handler", "head2", first)
    assert [s.events[0].ref for s in fired(organ, "NOT_IN_POST")] == ["BEFORE"]


def test_of_persons_without_any_post_nothing_is_said() -> None:
    """A check led by someone whose posts the record does not know at all does not fire."""
    organ = Organ().staffed()
    organ.duty(InspectionHeld(ref="I", lead="clerk", occurred_at=date(2024, 3, 5)), "2024-03-05 20:00", "clerk", "sec")
    assert not fired(organ, "NOT_IN_POST")


@pytest.mark.parametrize(("how", "fires"), [("retirement", True), ("transfer", True), ("rotation", False)])
def test_a_counterpart_may_be_anyone_but_one_gone(how: str, fires: bool) -> None:
    """The counterpart of a talk needs no post, but may not have left by transfer or retirement before."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29", how)
    organ.talk("mem", "head", "2024-03-01")
    assert len(fired(organ, "NOT_IN_POST")) == fires


def test_a_group_meeting_is_chaired_and_attended_by_members() -> None:
    """The chair of a Party group meeting needs a seat, and a member who has left is not listed as present."""
    organ = Organ().staffed()
    organ.meeting("2024-02-20", ("head", "sec", "mem"), ref="CHAIR")
    organ.end("mem2", "2024-02-29")
    organ.meeting("2024-03-05", ("sec", "mem", "mem2"), ref="GONE")
    organ.meeting("2024-03-06", ("sec", "mem", "head2"), ref="GUEST")
    assert [s.events[0].ref for s in fired(organ, "NOT_IN_POST")] == ["CHAIR", "GONE"]


def test_an_assignment_made_up_after_the_lead_gives_a_post_from_then_on_alone() -> None:
    """A RETRO_ASSIGNMENT of weight high puts nobody in post before it was recorded."""
    organ = Organ().staffed()
    organ.talk("handler", "head2", "2024-07-10", ref="BEFORE")
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("handler", "member", "2024-07-01", recorded="2024-10-20", supervises=("aid",))
    organ.talk("handler", "head2", "2024-10-21", ref="AFTER")
    assert [s.events[0].ref for s in fired(organ, "NOT_IN_POST")] == ["BEFORE"]


@pytest.mark.parametrize(
    ("day", "fires"),
    [("2024-11-30", True), ("2024-10-01", True), ("2024-10-12", False), ("2024-11-29", False)],
    ids=["Saturday", "holiday", "make-up Saturday", "Friday"],
)
def test_days_off_follow_the_calendar(day: str, fires: bool) -> None:
    """NON_WORKING_DAY fires on weekends and holidays, not on the working days made up for them; it is info."""
    organ = Organ().staffed()
    education = EducationHeld(ref="E", body="group", occurred_at=date.fromisoformat(day))
    organ.duty(education, f"{day} 20:00", "clerk", "sec")
    organ.duty(InspectionHeld(ref="I", lead="sec", occurred_at=date.fromisoformat(day)), f"{day} 21:00", "sec")
    assert [(s.events[0].ref, s.weight) for s in fired(organ, "NON_WORKING_DAY")] == ([("E", "info")] if fires else [])


def test_the_local_day_decides() -> None:
    """A talk late on a Friday evening, already Saturday elsewhere, is held on the Friday."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-11-29 23:30", recorded="2024-11-29 23:50")
    organ.talk("mem", "head2", "2024-12-01 00:30", recorded="2024-12-01 01:00", ref="SUNDAY")
    assert [s.events[0].ref for s in fired(organ, "NON_WORKING_DAY")] == ["SUNDAY"]
    assert at("2024-12-01 00:30").utctimetuple().tm_mday == 30
