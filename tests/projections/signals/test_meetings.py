"""Signals about how a body met and decided."""

from datetime import date
from typing import Any

import pytest

from ledger.events.act_parts import Votes, WrittenOpinion
from ledger.events.records import RecordAccepted, RecordCorrected
from projections.facts.values import Signal
from projections.signals import signals
from tests.support.facts_maker import Organ

ALL = ("sec", "mem", "mem2")


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


@pytest.mark.parametrize(
    ("attendees", "body", "fires"),
    [
        (("sec",), "group", True),
        (("sec", "mem"), "group", False),
        (("sec", "head", "head2"), "group", True),
        (("head",), "aid", False),
    ],
    ids=["one of three", "two of three", "guests do not count", "membership unknown"],
)
def test_a_quorum_is_counted_in_members(attendees: tuple[str, ...], body: str, fires: bool) -> None:
    """NO_QUORUM counts members of the body on the day; where no membership is on record nothing is said."""
    organ = Organ().staffed()
    organ.meeting("2024-03-05", attendees, body=body)
    found = fired(organ, "NO_QUORUM")
    assert len(found) == fires
    assert all((s.get("present"), s.get("members"), s.weight) == (1, 3, "high") for s in found)


@pytest.mark.parametrize(
    ("votes", "more", "reasons"),
    [
        (Votes(agree=("sec", "mem"), oppose=("mem2",)), {}, None),
        (Votes(agree=("sec", "mem")), {}, ("did_not_vote",)),
        (Votes(agree=("sec", "mem"), oppose=()), {"recused": ("mem2",)}, None),
        (Votes(agree=("sec", "mem", "mem2")), {"recused": ("mem2",)}, ("voted_without_vote",)),
        (Votes(agree=("sec", "mem", "mem2", "head")), {"non_voting": ("head",)}, ("voted_without_vote",)),
        (Votes(agree=ALL, oppose=("mem2",)), {}, ("voted_twice",)),
        (Votes(agree=ALL), {"written": True}, ("absent_counted",)),
        (Votes(agree=ALL), {"written": False}, None),
        (None, {}, None),
    ],
)
def test_votes_are_those_of_who_could_vote(votes: Votes | None, more: dict[str, Any], reasons: Any) -> None:
    """VOTE_MATH names why votes and voters differ, and is silent where they agree."""
    organ = Organ().staffed()
    if "written" in more:
        opinion = WrittenOpinion(person="head", opinion="agree", counted=more["written"])
        more = {"written_opinions_of_absent": (opinion,)}
    organ.meeting("2024-03-05", ALL, votes=votes, **more)
    assert [signal.get("reason") for signal in fired(organ, "VOTE_MATH")] == ([reasons] if reasons else [])


def correct(organ: Organ, meeting: Any, field: str, value: Any, on: str, *signers: str) -> None:
    corrects, day = organ.reference(meeting), date.fromisoformat(on)
    correction = RecordCorrected(ref=f"C-{field}", corrects=corrects, field=field, new_value=value, occurred_at=day)
    organ.duty(correction, on, *signers)


@pytest.mark.parametrize(("minutes", "fires"), [(True, False), (False, True), (None, False)])
def test_only_a_meeting_said_to_have_none_lacks_minutes(minutes: bool | None, fires: bool) -> None:
    """NO_MINUTES fires on a meeting recorded as without minutes, not on one that does not speak of them."""
    organ = Organ().staffed()
    organ.meeting("2024-03-05", ALL, minutes=minutes)
    assert len(fired(organ, "NO_MINUTES")) == fires


@pytest.mark.parametrize(("on", "late"), [("2024-03-15", False), ("2024-03-16", True)])
def test_minutes_supplied_later_are_late_or_in_time(on: str, late: bool) -> None:
    """Minutes supplied by a correction end NO_MINUTES; beyond the tolerance for meetings they are MINUTES_LATE."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ALL, minutes=False, ref="M")
    correct(organ, meeting, "minutes", True, on)
    assert not fired(organ, "NO_MINUTES")
    assert [s.blamed[0].ref for s in fired(organ, "MINUTES_LATE")] == (["M"] if late else [])


@pytest.mark.parametrize(
    ("field", "signers", "fires"),
    [
        ("dissent", ("mem",), True),
        ("votes.oppose", ("sec", "mem"), True),
        ("votes", ALL, False),
        ("outcome", ("mem",), False),
    ],
    ids=["dissent", "votes", "all attendees sign", "another field"],
)
def test_votes_and_dissent_are_not_edited_by_some(field: str, signers: tuple[str, ...], fires: bool) -> None:
    """DISSENT_EDITED_LATER blames a correction of votes or dissent unless every attendee signed it."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ALL, ref="M")
    correct(organ, meeting, field, {"person": "mem"}, "2024-04-01", *signers)
    found = fired(organ, "DISSENT_EDITED_LATER")
    assert [signal.blamed[0].ref for signal in found] == ([f"C-{field}"] if fires else [])
    assert all(signal.get("corrects").ref == "M" for signal in found)  # type: ignore[attr-defined]


def test_after_the_lead_all_signatures_do_not_help() -> None:
    """A correction that all attendees sign fires too once there is a lead."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ALL)
    organ.open_case("2024-10-14", "2024-08-05")
    correct(organ, meeting, "dissent", {"person": "mem"}, "2024-08-06", *ALL)
    assert len(fired(organ, "DISSENT_EDITED_LATER")) == 1


@pytest.mark.parametrize(("last", "fires"), [("2024-08-04", False), ("2024-08-06", True)])
def test_signatures_that_came_after_the_lead_do_not_help(last: str, fires: bool) -> None:
    """A correction made before the lead is no clerical error owned by all where the last attendee signed after it."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ALL)
    correct(organ, meeting, "dissent", {"person": "mem"}, "2024-04-01", "sec", "mem")
    correction = organ.entries["duty"][-1]
    organ.duty(RecordAccepted(accepts=organ.reference(correction)), last, "mem2")
    organ.open_case("2024-10-14", "2024-08-05")
    assert len(fired(organ, "DISSENT_EDITED_LATER")) == fires
