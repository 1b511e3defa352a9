"""Quorum, votes and recusal, counted from the body's membership on the day."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.events.act_parts import Votes, WrittenOpinion
from ledger.events.acts import MeetingHeld
from projections.facts.meeting_validity import MeetingValidity, meeting_standing
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ, at

MEMBERS = ("sec", "mem", "mem2", "head", "head2")
OUTSIDERS = ("clerk", "handler")
ANYBODY = st.lists(st.sampled_from((*MEMBERS, *OUTSIDERS)), max_size=8).map(tuple)
KINDS = st.sampled_from((None, "decision", "cadre", "discipline", "democratic_life"))
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def organ_of_five() -> Organ:
    """A Party group of a secretary and four members."""
    organ = Organ()
    for person in MEMBERS:
        post = "secretary" if person == "sec" else "member"
        organ.assign(person, post, "2022-01-01", legacy=True, recorded=organ.opened, scope=("group",))
    return organ


ORGAN = organ_of_five()


def standing_of(meeting: MeetingHeld) -> MeetingValidity:
    """What a meeting amounts to in the organ of five."""
    record = ORGAN.duty(meeting, "2024-03-05 20:00", "sec")
    ORGAN.entries["duty"].pop()
    return meeting_standing(FACTS, record)


FACTS: ViewFacts = ORGAN.facts()


@st.composite
def meetings(draw: st.DrawFn) -> MeetingHeld:
    """A meeting as a record might have it, contradictions included."""
    cast = Votes(agree=draw(ANYBODY), oppose=draw(ANYBODY), abstain=draw(ANYBODY)) if draw(st.booleans()) else None
    return MeetingHeld(
        body="group",
        kind=draw(KINDS),
        chair="sec",
        occurred_at=at("2024-03-05 09:00"),
        attendees=draw(ANYBODY),
        absent=draw(st.one_of(st.just(()), ANYBODY)),
        non_voting=draw(st.one_of(st.just(()), ANYBODY)),
        recused=draw(st.one_of(st.just(()), ANYBODY)),
        votes=cast,
    )


def really_present(held: MeetingHeld) -> set[str]:
    elsewhere = {*(held.absent or ()), *(held.non_voting or ())}
    return (set(held.attendees or ()) & set(MEMBERS)) - elsewhere


@SLOW
@given(meetings())
def test_the_quorum_is_more_than_half_or_two_thirds_of_the_membership(held: MeetingHeld) -> None:
    """Each member present counts once: more than half, two thirds for cadres, discipline and the democratic life."""
    present = len(really_present(held))
    strict = held.kind in ("cadre", "discipline", "democratic_life")

    assert standing_of(held).quorum_met == (3 * present >= 2 * 5 if strict else 2 * present > 5)


@SLOW
@given(meetings())
def test_a_decision_needs_more_than_half_of_the_full_membership(held: MeetingHeld) -> None:
    """Only single votes of members who are present and not recused count, against all five members."""
    cast = (
        [*(set(side or ()) for side in (held.votes.agree, held.votes.oppose, held.votes.abstain))] if held.votes else []
    )
    once = {person for person in set().union(*cast) if sum(person in side for side in cast) == 1} if cast else set()
    agree = (cast[0] & once & really_present(held)) - set(held.recused or ()) if cast else set()
    found = standing_of(held)

    if any(cast):
        assert set(found.agree) == agree
        assert found.adopted == (2 * len(agree) > 5)
    else:
        assert set(found.agree) == really_present(held) - set(held.recused or ())


@SLOW
@given(meetings(), st.lists(st.sampled_from(MEMBERS), max_size=5), st.booleans())
def test_written_opinions_of_absent_members_change_nothing(held: MeetingHeld, absent: list[str], counted: bool) -> None:
    """Whatever absent members wrote, and whatever the record made of it, quorum and outcome are the same."""
    written = tuple(WrittenOpinion(person=person, opinion="agree", counted=counted) for person in absent)

    assert standing_of(replace(held, written_opinions_of_absent=written)) == standing_of(held)


@SLOW
@given(meetings())
def test_nobody_is_in_two_places(held: MeetingHeld) -> None:
    """Present, absent and non-voting are apart; every member is present, absent, recused or attended without a vote."""
    found = standing_of(held)

    assert not set(found.present) & set(found.absent)
    assert not set(found.present) & set(found.non_voting)
    recused = set(held.recused or ())
    assert set(MEMBERS) <= {*found.present, *found.absent, *found.non_voting, *recused}
    assert {*found.voters, *found.silent} == set(found.present) - recused
    assert not set(found.voters) & set(found.silent)
    for group in (found.present, found.absent, found.non_voting, found.agree, found.oppose, found.abstain):
        assert len(group) == len(set(group))


@SLOW
@given(meetings(), st.sampled_from(MEMBERS))
def test_one_more_vote_in_favour_never_undoes_a_decision(held: MeetingHeld, person: str) -> None:
    """A member who is present, has not voted and agrees leaves an adopted decision adopted."""
    before = standing_of(held)
    if held.votes is None or not before.votes_recorded or person not in before.silent:
        return
    if person in {*(held.votes.oppose or ()), *(held.votes.abstain or ())}:
        return
    more = replace(held, votes=replace(held.votes, agree=(*(held.votes.agree or ()), person)))

    assert standing_of(more).adopted >= before.adopted


@SLOW
@given(meetings(), st.lists(st.sampled_from(OUTSIDERS), max_size=4))
def test_who_is_no_member_decides_nothing(held: MeetingHeld, guests: list[str]) -> None:
    """Guests in the room change neither quorum nor outcome, wherever the record lists them."""
    listed = {"attendees": (*(held.attendees or ()), *guests), "non_voting": (*(held.non_voting or ()), *guests)}
    for name, persons in listed.items():
        changes: dict[str, Any] = {name: persons}
        more = standing_of(replace(held, **changes))
        before = standing_of(held)
        assert (more.quorum_met, more.adopted, more.agree, more.present) == (
            before.quorum_met,
            before.adopted,
            before.agree,
            before.present,
        )


def test_who_voted_was_present_where_attendance_is_not_on_record() -> None:
    """Votes tell who took part where no attendance does: three of five decide, and the other two are absent."""
    votes = Votes(agree=("sec", "mem", "clerk"), oppose=("mem2",))
    found = standing_of(MeetingHeld(body="group", occurred_at=at("2024-03-05"), votes=votes))

    assert (found.present, found.agree, found.oppose) == (("sec", "mem", "mem2"), ("sec", "mem"), ("mem2",))
    assert (found.absent, found.non_voting) == (("head", "head2"), ("clerk",))
    assert (found.quorum_met, found.adopted) == (True, False)


def test_the_membership_is_that_of_the_day() -> None:
    """Who left the day before is no member, who joins the day after is none yet."""
    organ = Organ().staffed()
    organ.end("mem2", "2024-03-04")
    organ.assign("handler", "member", "2024-03-06", recorded="2024-03-05")
    held: dict[str, Any] = {"kind": "cadre"}
    record = organ.meeting("2024-03-05 09:00", ("sec", "mem2", "handler"), **held)
    found = meeting_standing(organ.facts(), record)

    assert (set(found.members), found.present, found.quorum_met) == ({"sec", "mem"}, ("sec",), False)
    assert set(found.non_voting) == {"mem2", "handler"}
