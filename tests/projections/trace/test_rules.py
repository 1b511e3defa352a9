"""The trace rules R1 to R24, each on a handful of entries, and that the package's table of them is true."""

import importlib
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import projections.trace as package
from ledger.events.act_parts import Dissent, Votes
from ledger.events.acts import (
    InspectionHeld,
    IssueFound,
    KeyTaskRegistered,
    MeetingHeld,
    RectificationMade,
    ReportSent,
    WarningReported,
)
from ledger.events.case_parts import DecisionItem, FindingItem, OffenceAct, Rulebook
from ledger.events.case_work import (
    AppealDecided,
    AppealMade,
    DecisionAnnounced,
    DecisionMade,
    FactsFound,
    FindingMade,
    LeadDisposed,
    LeadReceived,
    MeasureTaken,
    SecondInvestigationDeclined,
    SecondInvestigationOpened,
)
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordCorrected, RecordRefused
from ledger.events.register import UnitRegistered
from ledger.events.tenure import HandoverMade
from projections.facts.values import Period
from projections.trace import trace
from projections.trace.case_facts import case_facts
from projections.trace.model import Ground, PersonTrace, Trace
from projections.trace.suggestion import suggestion
from tests.support.facts_maker import Organ, at

BOOKS = (
    Rulebook(id="wz", name="中国共产党问责条例（2019修订）"),
    Rulebook(id="cf", name="中国共产党纪律处分条例（2023修订）"),
)
OPENED, LEAD = "2024-10-14", "2024-08-05"
EVERYONE = ("sec", "mem", "mem2")


def acts(*days: str) -> tuple[OffenceAct, ...]:
    return tuple(
        OffenceAct(id=f"a{number}", day=date.fromisoformat(day), amount=Decimal("1.5"))
        for number, day in enumerate(days, 1)
    )


def opened(organ: Organ, *decisions: Recorded, on: str = OPENED, lead: str = LEAD, **more: Any) -> Recorded:
    more = {"acts": acts("2024-01-01", "2024-06-30"), "rulebooks": BOOKS, **more}
    return organ.open_case(on, lead, decisions=decisions, **more)


def traced(organ: Organ, known_at: str | None = None, case: str = "K1") -> Trace:
    return trace(organ.facts, case, known_at=at(known_at) if known_at else None)


def person(found: Trace, id_: str) -> PersonTrace:
    return next(row for row in found.persons if row.person == id_)


def categories(found: Trace, id_: str) -> tuple[str, str]:
    said = dict(person(found, id_).categories)
    return said["wz"], said["cf"]


def codes(found: Trace, id_: str) -> set[str]:
    return {ground.code for ground in person(found, id_).grounds}


def grounds(found: Trace, id_: str, code: str) -> list[Ground]:
    return [ground for ground in person(found, id_).grounds if ground.code == code]


def warning(
    organ: Organ, on: str, *signers: str, author: str = "head", addressee: str = "mem", **more: Any
) -> Recorded:
    payload = WarningReported(
        ref=f"W{len(organ.entries['duty'])}", author=author, addressee=addressee, occurred_at=date.fromisoformat(on),
        **{"unit": "aid", "text": "split invoices", **more},
    )  # fmt: skip
    return organ.duty(payload, on, *(signers or (author, addressee)))


def followed(organ: Organ, on: str, who: str = "handler", *, last: str) -> None:
    """Another person follows `mem` as the centre's supervising member."""
    organ.end("mem", last, "retirement", made=organ.entries["duty"][-4])
    organ.assign(who, "member", on, supervises=("aid",))


# --- the table -------------------------------------------------------------------------------------------------------


def test_every_rule_is_a_named_function_that_states_it_and_its_source() -> None:
    """The package's table names a function for each of R1 to R24; its docstring states the rule and its source."""
    rows = dict(re.findall(r"^\| (R\d+) \|[^|]+\| ([^|]+) \|$", package.__doc__ or "", re.MULTILINE))
    source = re.compile(r"art\. \d+|20\d\d|section 2\.4|2\.6|政务|责任分解|AB角|一案双查|rules|终身问责")

    assert list(rows) == [f"R{number}" for number in range(1, 25)]
    for rule, cell in rows.items():
        names = re.findall(r"`(\w+)\.(\w+)`", cell)
        texts = [getattr(importlib.import_module(f"projections.trace.{m}"), n).__doc__ or "" for m, n in names]
        assert names
        assert any(re.search(rf"{rule}\b", text) for text in texts), rule
        assert any(source.search(text) for text in texts), (rule, texts)


# --- R1 to R11: posts ------------------------------------------------------------------------------------------------


def test_r1_each_holder_answers_for_his_own_days_both_ends_included() -> None:
    """Only holders inside the period appear, each with the acts of his own sub-interval, boundary days included."""
    organ = Organ().staffed()
    organ.end("head", "2024-03-31", made=organ.entries["duty"][-2])
    organ.assign("handler", "head", "2024-04-01", scope=("aid",))
    opened(organ, offender="clerk", acts=acts("2024-03-31", "2024-04-01"))
    found = traced(organ)
    shares = [(row.person, row.acts, row.period.days) for row in found.shares if row.level == "head"]

    assert shares == [("head", ("a1",), 91), ("handler", ("a2",), 91)]
    assert "head2" not in {row.person for row in found.persons}


def test_r2_direct_parties_come_from_facts_and_handlers_are_only_to_question() -> None:
    """The offender of the facts is direct; a handler of the unit is a person to question and has no category."""
    organ = Organ().staffed()
    organ.assign("clerk", "handler", "2023-01-02", scope=("aid",))
    opened(organ)
    found = traced(organ)

    assert categories(found, "handler") == ("not_applicable", "direct")
    assert found.candidates == ("clerk",)
    assert "clerk" not in {row.person for row in found.persons}


def test_r3_both_holders_appear_and_what_passed_between_them() -> None:
    """Predecessor and successor each stand for their own days; who followed whom, and for how long, is told."""
    organ = Organ().staffed()
    followed(organ, "2024-04-01", last="2024-03-31")
    organ.duty(
        HandoverMade(outgoing="mem", incoming="handler", scope=("aid",), occurred_at=date(2024, 4, 1)), "2024-04-01"
    )
    opened(organ, offender="clerk")
    found = traced(organ)
    took = grounds(found, "handler", "took_over")[0]

    assert dict(took.values) == {"person": "mem", "level": "supervisor", "day": "2024-04-01", "days": "91"}
    assert {"followed_by", "handed_over_list"} <= codes(found, "mem")
    assert "took_over_list" in codes(found, "handler")


def test_r3_a_handover_that_names_the_warning_helps_the_outgoing_and_tells_the_next() -> None:
    """It speaks for the one who handed over, and the one who took over knew; recorded after the lead it does not."""
    for recorded, helps in (("2024-04-01", True), ("2024-09-01", False)):
        organ = Organ().staffed()
        warned = warning(organ, "2024-01-10")
        organ.end("mem", "2024-03-31", made=organ.entries["duty"][-5])
        organ.assign("handler", "member", "2024-04-01", supervises=("aid",))
        organ.duty(
            HandoverMade(
                outgoing="mem", incoming="handler", scope=("aid",), occurred_at=date(2024, 4, 1),
                refers=(organ.reference(warned),),
            ),
            recorded,
        )  # fmt: skip
        opened(organ, offender="clerk")
        found = traced(organ)

        assert ("handed_over_known_risk" in codes(found, "mem")) is helps
        assert "took_over_warning" in codes(found, "handler")
        assert person(found, "handler").knowledge == "should_have_known"


def test_r4_no_handover_is_a_finding_against_the_outgoing_and_for_the_next() -> None:
    """Without a handover within the days allowed the outgoing holder is found against, the successor spoken for."""
    organ = Organ().staffed()
    followed(organ, "2024-04-01", last="2024-03-31")
    opened(organ, offender="clerk")
    found = traced(organ)

    assert [ground.side for ground in grounds(found, "mem", "handover_missing")] == ["aggravating"]
    assert [ground.side for ground in grounds(found, "handler", "risk_not_handed_over")] == ["mitigating"]


def test_r5_acting_in_charge_holds_and_cover_is_for_acts_taken_only() -> None:
    """In charge is a full holder, flagged; cover without an act has no responsibility, with an act that of the post."""
    organ = Organ().staffed()
    organ.act("handler", "head", "2024-02-01", mode="cover", scope=("aid",), valid_to="2024-02-29")
    organ.end("head", "2024-03-31", made=organ.entries["duty"][-3])
    organ.act("head2", "head", "2024-04-01", scope=("aid",))
    opened(organ, offender="clerk")
    found = traced(organ)

    assert [(row.person, row.acting) for row in found.shares if row.level == "head"] == [
        ("head", False),
        ("head2", True),
    ]
    assert categories(found, "head2") == ("not_applicable", "main_leadership")
    assert categories(found, "handler") == ("none", "none")


def test_r5_whoever_covers_and_agrees_answers_as_the_post_would() -> None:
    """A covering person who agreed to the enabling decision while covering answers as a holder."""
    organ = Organ().staffed()
    organ.act("head2", "member", "2024-02-01", mode="cover", supervises=("aid",), valid_to="2024-02-29")
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    outside = organ.meeting(
        "2024-02-21 09:00", (*EVERYONE, "head2"), votes=Votes(agree=(*EVERYONE, "head2")), body="group"
    )
    opened(organ, meeting, outside)
    found = traced(organ)

    assert "covered_and_acted" in codes(found, "head2")
    assert categories(found, "head2")[0] == "main_leadership"


def test_r6_a_vacancy_falls_to_the_next_level_and_changes_no_category() -> None:
    """Its acts are shown under whoever it falls to, whose category stays; and the report can say why nobody is here."""
    organ = Organ().staffed()
    organ.end("mem", "2024-03-31", "retirement", made=organ.entries["duty"][-4])
    opened(organ, acts=acts("2024-04-01"), offender="clerk")
    found = traced(organ)
    gap = found.gaps[0]

    assert [(row.falls_to, row.acts) for row in found.shares if row.person is None] == [("sec", ("a1",))]
    assert categories(found, "sec") == ("main_leadership", "important_leadership")
    assert gap.before is not None
    assert (gap.before.person, gap.before.leaves, gap.after) == ("mem", "retirement", None)


def test_r6_with_nobody_above_the_vacancy_stays_named() -> None:
    """Where no level was ever held the gap falls to nobody and no earlier holder is claimed."""
    organ = Organ()
    opened(organ, offender="clerk")
    found = traced(organ)

    assert {(row.level, row.falls_to) for row in found.shares} == {
        (level, None) for level in ("head", "supervisor", "secretary")
    }
    assert all(gap.before is None and gap.after is None for gap in found.gaps)


def test_r7_r8_r10_the_line_has_its_categories_under_each_regime() -> None:
    """Supervising member main under both; secretary main and important; unit head outside 问责条例, else main."""
    organ = Organ().staffed()
    opened(organ)
    found = traced(organ)

    assert categories(found, "mem") == ("main_leadership", "main_leadership")
    assert categories(found, "sec") == ("main_leadership", "important_leadership")
    assert categories(found, "head") == ("not_applicable", "main_leadership")


def test_r8_a_secretary_who_chaired_and_carried_is_main_under_both() -> None:
    """Chairing the enabling decision makes the principal mainly responsible under 处分条例 too."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    opened(organ, meeting)

    assert categories(traced(organ), "sec") == ("main_leadership", "main_leadership")


def test_r9_a_function_touched_makes_a_member_important_a_seat_alone_nothing() -> None:
    """A member with finance in a case on finance is important; the same without the case's functions is not named."""
    for functions, named in ((("finance",), True), (("other",), False)):
        organ = Organ().staffed()
        organ.assign("head2", "member", "2023-01-02", functions=("finance",))
        opened(organ, functions=functions)
        found = traced(organ)

        assert ("head2" in {row.person for row in found.persons}) is named
        if named:
            assert categories(found, "head2") == ("important_leadership", "important_leadership")


def test_r11_a_unit_that_shared_the_task_answers_for_its_own_part_only() -> None:
    """A task of the period that names both units shows the other one with its head; its head has no category by it."""
    organ = Organ().staffed()
    organ.duty(KeyTaskRegistered(unit="aid", covers=("aid", "office"), occurred_at=date(2024, 3, 1)), "2024-03-01")
    organ.duty(KeyTaskRegistered(unit="office", occurred_at=date(2024, 3, 2)), "2024-03-02")
    opened(organ)
    found = traced(organ)

    assert [(row.unit, row.heads, len(row.entries)) for row in found.co_responsible] == [("office", ("head2",), 1)]
    assert "head2" not in {row.person for row in found.persons}


# --- R12 to R15: decisions -------------------------------------------------------------------------------------------


def test_r12_who_decided_answers_by_how_he_took_part() -> None:
    """Chair and direct supervisor main; agreeing, abstaining and silent members important; others not deciders."""
    organ = Organ().staffed()
    for who in ("head2", "handler", "clerk"):
        organ.assign(who, "member", "2023-01-02")
    meeting = organ.meeting(
        "2024-02-20 09:00", ("sec", "mem", "mem2", "head2", "handler"), proposer="mem2", non_voting=("head",),
        votes=Votes(agree=("sec", "mem", "mem2", "handler"), abstain=("head2",)), absent=("clerk",),
    )  # fmt: skip
    opened(organ, meeting, offender="nobody")
    found = traced(organ)

    assert codes(found, "sec") >= {"chaired_and_carried"}
    assert codes(found, "mem") >= {"supervisor_agreed"}
    assert codes(found, "mem2") >= {"agreed", "proposed"}
    assert codes(found, "head2") >= {"abstained"}
    assert categories(found, "head2") == ("important_leadership", "important_leadership")
    assert categories(found, "clerk") == ("none", "none")
    assert codes(found, "head") >= {"non_voting"}
    assert dict(found.bodies[0].categories) == {"wz": "collective", "cf": "not_applicable"}


def test_r12_the_direct_supervisor_is_who_supervised_the_unit_on_the_day_of_the_decision() -> None:
    """Decided before the offence period: who supervised the unit then is main, who did later agreed only."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    organ.end("mem", "2024-02-29")
    organ.assign("mem2", "member", "2024-03-01", supervises=("aid",))
    opened(organ, meeting, offender="nobody", period=("2024-03-05", "2024-06-30"), acts=acts("2024-03-05"))
    found = traced(organ)

    assert codes(found, "mem") >= {"supervisor_agreed"}
    assert categories(found, "mem") == ("main_leadership", "main_leadership")
    assert person(found, "mem").interval is None
    assert "supervisor_agreed" not in codes(found, "mem2")
    assert [(row.person, row.period.first) for row in found.shares if row.level == "supervisor"] == [
        ("mem2", date(2024, 3, 5))
    ]


@pytest.mark.parametrize(
    ("corrected", "counts"), [("2024-07-31", True), ("2024-08-04", True), ("2024-08-05", False), ("2024-10-28", False)]
)
def test_r13_dissent_counts_where_it_was_recorded_before_the_lead(corrected: str, counts: bool) -> None:
    """Opposition added to the minutes before the first lead exempts; from the lead on it is shown and not counted."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    correction = RecordCorrected(
        ref="C",
        corrects=organ.reference(meeting),
        field="dissent",
        new_value={"person": "mem2"},
        occurred_at=at(corrected),
    )
    if counts:
        organ.duty(correction, corrected, "mem2", *meeting.signers)
        opened(organ, meeting)
    else:
        opened(organ, meeting)
        organ.duty(correction, corrected if corrected > LEAD else f"{LEAD} 10:00", "mem2")
    found = traced(organ)

    assert (person(found, "mem2").suggestion == "exempt") is counts
    assert ("dissent_added_later" in codes(found, "mem2")) is not counts
    assert categories(found, "mem2") == ("important_leadership", "important_leadership")


def test_r13_a_dissent_that_not_everyone_signed_is_only_proposed() -> None:
    """A correction of the minutes before the lead exempts nobody until all who signed them have signed it."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    correction = RecordCorrected(
        ref="C", corrects=organ.reference(meeting), field="dissent", new_value={"person": "mem2"}
    )
    organ.duty(correction, "2024-07-31", "mem2")
    opened(organ, meeting)

    assert person(traced(organ), "mem2").suggestion is None
    assert [ground.side for ground in grounds(traced(organ), "mem2", "dissent_not_agreed_in_time")] == ["rejected"]


@pytest.mark.parametrize(("agreed", "counts"), [("2024-08-04", True), ("2024-08-06", False), ("2024-11-20", False)])
def test_r13_a_dissent_counts_from_when_the_last_who_signed_the_minutes_agreed(agreed: str, counts: bool) -> None:
    """A dissent corrected in before the lead exempts where all agreed before it, too, whatever the cut; or is shown.

    What one of them says of it after the lead takes nothing away.
    """
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    claimed = RecordCorrected(corrects=organ.reference(meeting), field="dissent", new_value={"person": "mem2"})
    correction = organ.duty(claimed, "2024-03-05", "mem2", "clerk")
    organ.duty(RecordAccepted(accepts=organ.reference(correction)), agreed, "sec")
    opened(organ, meeting, on=OPENED if agreed < OPENED else "2024-12-02")
    organ.duty(RecordRefused(refuses=organ.reference(correction)), "2024-12-05", "sec")

    for known_at in (None, "2024-12-04"):
        found = traced(organ, known_at)
        assert (person(found, "mem2").suggestion == "exempt") is counts
        assert ("dissented_in_time" in codes(found, "mem2")) is counts
        assert ("dissent_not_agreed_in_time" in codes(found, "mem2")) is not counts
        assert ("agreed" in codes(found, "mem2")) is not counts


def test_r13_a_dissent_counts_in_no_answer_as_known_before_it() -> None:
    """As known before everyone agreed, a dissent is only proposed, though all agreed before the lead."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    claimed = RecordCorrected(corrects=organ.reference(meeting), field="dissent", new_value={"person": "mem2"})
    correction = organ.duty(claimed, "2024-03-05", "mem2", "clerk")
    organ.duty(RecordAccepted(accepts=organ.reference(correction)), "2024-05-06", "sec")
    opened(organ, meeting)

    said = {on: codes(traced(organ, on), "mem2") for on in ("2024-03-04", "2024-05-05", "2024-05-07")}
    assert said["2024-03-04"] >= {"agreed"}
    assert "dissent_not_agreed_in_time" not in said["2024-03-04"]
    assert said["2024-05-05"] >= {"agreed", "dissent_not_agreed_in_time"}
    assert said["2024-05-07"] >= {"took_part_opposing", "dissented_in_time"}


@pytest.mark.parametrize(
    ("kind", "attendees", "breach"),
    [
        ("decision", ("sec",), "procedural_breach"),
        ("circulation", EVERYONE, "decided_by_circulation"),
        ("off_agenda", EVERYONE, "decided_off_agenda"),
        ("cadre", ("sec", "mem"), ""),
    ],
)
def test_r14_an_invalid_decision_is_that_of_those_who_made_it(
    kind: str, attendees: tuple[str, ...], breach: str
) -> None:
    """Without quorum, by circulation or off the agenda: individual, aggravated; the body has a breach, no category."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", attendees, kind=kind, votes=Votes(agree=attendees))
    opened(organ, meeting)
    found = traced(organ)
    body = {ground.code for ground in found.bodies[0].grounds}

    if breach:
        assert breach in body
        assert dict(found.bodies[0].categories)["wz"] == "none"
        assert {"decided_individually", "individual_decision_on_collective_matter"} <= codes(found, "sec")
    else:
        assert "body_decided" in body


@pytest.mark.parametrize("votes", [None, Votes(agree=("sec",), oppose=("mem2",))], ids=["no votes", "a vote against"])
def test_r14_who_dissented_in_time_did_not_make_an_invalid_decision(votes: Votes | None) -> None:
    """Without quorum, opposition minuted in time speaks for a member: what he did not make is no ground against him."""
    organ = Organ().staffed()
    organ.assign("head2", "member", "2023-01-02")
    said = (Dissent(person="mem2", text="no tender"),) if votes is None else None
    meeting = organ.meeting("2024-02-20 09:00", ("sec", "mem2"), votes=votes, dissent=said)
    opened(organ, meeting)
    found = traced(organ)

    assert codes(found, "sec") >= {"decided_individually", "individual_decision_on_collective_matter"}
    assert codes(found, "mem2") == {"did_not_make_invalid_decision", "dissented_in_time"}
    assert categories(found, "mem2") == ("none", "none")
    assert person(found, "mem2").suggestion is None


def test_r13_who_has_a_ground_of_his_post_and_dissented_in_an_invalid_meeting_is_exempt() -> None:
    """The supervising member who voted against without quorum keeps the ground of his post, and the exemption."""
    organ = Organ().staffed()
    organ.assign("head2", "member", "2023-01-02")
    meeting = organ.meeting("2024-02-20 09:00", ("sec", "mem"), votes=Votes(agree=("sec",), oppose=("mem",)))
    opened(organ, meeting)
    found = traced(organ)

    assert [ground.side for ground in grounds(found, "mem", "dissented_in_time")] == ["mitigating"]
    assert categories(found, "mem") == ("main_leadership", "main_leadership")
    assert person(found, "mem").suggestion == "exempt"


def test_r14_who_voted_for_it_and_reserved_made_the_invalid_decision_and_is_a_candidate_for_exemption() -> None:
    """A recorded vote for it makes the decision his; the reservation in time speaks for him."""
    organ = Organ().staffed()
    said = (Dissent(person="mem2", text="no tender"),)
    meeting = organ.meeting("2024-02-20 09:00", ("mem2",), votes=Votes(agree=("mem2",)), dissent=said)
    opened(organ, meeting)
    found = traced(organ)

    assert codes(found, "mem2") >= {"decided_individually", "dissented_in_time"}
    assert person(found, "mem2").suggestion == "exempt"


@pytest.mark.parametrize("attendees", [None, (), ("sec",)])
def test_r14_by_circulation_whoever_voted_for_it_made_it(attendees: tuple[str, ...] | None) -> None:
    """Nobody meets: who voted took part, whoever is listed as present; who did not vote is no decider."""
    organ = Organ().staffed()
    organ.assign("head2", "member", "2023-01-02")
    circulated = MeetingHeld(
        body="group", kind="circulation", attendees=attendees, occurred_at=at("2024-02-20"),
        votes=Votes(agree=("sec", "mem"), oppose=("mem2",)),
    )  # fmt: skip
    meeting = organ.duty(circulated, "2024-02-20 20:00", "sec")
    opened(organ, meeting, offender="nobody")
    found = traced(organ)

    for who in ("sec", "mem"):
        assert codes(found, who) >= {"decided_individually", "individual_decision_on_collective_matter"}
        assert "absent" not in codes(found, who)
    assert codes(found, "mem2") == {"did_not_make_invalid_decision", "dissented_in_time"}
    assert "absent" in codes(found, "head2")
    assert "decided_by_circulation" in {ground.code for ground in found.bodies[0].grounds}


@pytest.mark.parametrize(
    ("attendees", "ground"), [(EVERYONE, "chaired_and_carried"), (("sec", "mem2"), "decided_individually")]
)
def test_r8_a_chair_without_a_vote_of_his_own_carried_the_decision(attendees: tuple[str, ...], ground: str) -> None:
    """Who chairs and carries the decision is main under both rulebooks, though no vote of his is recorded."""
    organ = Organ().staffed()
    if len(attendees) < len(EVERYONE):
        organ.assign("head2", "member", "2023-01-02")
    meeting = organ.meeting("2024-02-20 09:00", attendees, votes=Votes(agree=attendees[1:]))
    opened(organ, meeting, offender="nobody")
    found = traced(organ)

    assert ground in codes(found, "sec")
    assert categories(found, "sec") == ("main_leadership", "main_leadership")


def test_r15_a_decision_of_one_is_his_alone_and_aggravated() -> None:
    """An enabling decision that is no meeting is the act of whoever took it, aggravated."""
    organ = Organ().staffed()
    alone = organ.duty(
        ReportSent(ref="X", author="mem2", unit="aid", occurred_at=date(2024, 2, 20)), "2024-02-20", "mem2"
    )
    opened(organ, alone)
    found = traced(organ)

    assert categories(found, "mem2") == ("main_leadership", "main_leadership")
    assert {ground.side for ground in person(found, "mem2").grounds if ground.rule == "R15"} == {"basis", "aggravating"}


# --- R16 to R18 ------------------------------------------------------------------------------------------------------


def test_r16_a_duty_reassigned_after_the_lead_is_a_variant_beside_the_answer() -> None:
    """The primary answer stands without it, at any cut; the variant says which acts would move; it explains the gap."""
    organ = Organ().staffed()
    organ.end("mem", "2024-03-31", made=organ.entries["duty"][-4])
    opened(organ, acts=acts("2024-04-01", "2024-06-30"), offender="clerk")
    late = organ.assign("mem2", "member", "2024-04-01", supervises=("aid",), recorded="2024-10-25", ref="LATE")
    for cut in (None, "2024-12-01"):
        found = traced(organ, cut)
        variants = [(row.act, row.person, row.because.ref) for row in found.variants]

        assert [row.person for row in found.shares if row.level == "supervisor"] == ["mem", None]
        assert variants == [("a1", "mem2", "LATE"), ("a2", "mem2", "LATE")]
        assert [cite.ref for cite in found.gaps[0].disputed] == ["LATE"]
    assert [(row.entry.position, row.effect) for row in traced(organ).effects] == [(late.position, "attribution")]


@pytest.mark.parametrize("known_at", [None, "2025-01-15"])
@pytest.mark.parametrize("on", ["2024-09-02", "2024-10-30"], ids=["after the lead", "after the opening"])
def test_r16_a_late_correction_is_a_rejected_record_for_those_who_take_part(on: str, known_at: str | None) -> None:
    """From the first lead on a correction counts at no cut: it is cited as not counted for whom the record names.

    Having recorded or signed it is no part in it, and a correction of what came after the case is none of it.
    """
    organ = Organ().staffed()
    handover = organ.duty(
        HandoverMade(outgoing="mem", incoming="sec", scope=("aid",), occurred_at=date(2024, 4, 1)), "2024-04-01", "mem"
    )
    claimed = RecordCorrected(
        ref="LATE", corrects=organ.reference(handover), field="open_issues", new_text=["the warning"]
    )
    if on < OPENED:
        late = organ.duty(claimed, on, "mem2")
    opened(organ, acts=acts("2024-04-01"))
    if on > OPENED:
        late = organ.duty(claimed, on, "mem2")
    talk = organ.talk("sec", "mem", "2025-02-05")
    organ.duty(RecordCorrected(corrects=organ.reference(talk), field="claims", new_value=["A2a"]), "2025-02-06")
    found = traced(organ, known_at)

    rejected = {row.person: [g.cites[0].position for g in row.side("rejected")] for row in found.persons}
    assert {who: cited for who, cited in rejected.items() if cited} == {"mem": [late.position], "sec": [late.position]}
    later = [(row.entry.position, row.persons, row.effect) for row in found.effects]
    assert later == ([] if on < OPENED or known_at else [(late.position, ("mem", "sec"), "reading")])


def test_r16_a_dissent_added_later_is_told_once() -> None:
    """What is cited as a dissent that does not count is not cited again as a later record."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE))
    opened(organ, meeting)
    claimed = RecordCorrected(corrects=organ.reference(meeting), field="dissent", new_value={"person": "mem2"})
    organ.duty(claimed, "2024-10-28", "mem2")
    found = traced(organ)

    assert {row.person: [g.code for g in row.side("rejected")] for row in found.persons if row.side("rejected")} == {
        "mem2": ["dissent_added_later"]
    }
    assert [(row.persons, row.effect) for row in found.effects] == [(("mem2",), "dissent")]


@pytest.mark.parametrize("authority", [None, "notice 3"])
@pytest.mark.parametrize("on", ["2024-08-04", LEAD, "2024-10-30"], ids=["before", "from the lead on", "once opened"])
def test_r16_a_refusal_after_the_lead_is_a_rejected_record(on: str, authority: str | None) -> None:
    """The head of the unit goes on answering for it, and what he refused is shown; in time it changes the answer where
    no authority stands, and is no later record."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29", "rotation")
    made = organ.assign("clerk", "head", "2024-03-01", "mem2", scope=("aid",), authority=authority)
    refusal = RecordRefused(refuses=organ.reference(made), reason="no")
    if on < OPENED:
        said = organ.duty(refusal, on, "clerk")
        opened(organ, acts=acts("2024-03-10"))
    else:
        opened(organ, acts=acts("2024-03-10"))
        said = organ.duty(refusal, on, "clerk")
    late = on >= LEAD
    for cut in (None, "2024-12-01"):
        found = traced(organ, cut)
        heads = [row.person for row in found.shares if row.level == "head"]
        assert heads == (["head", "clerk"] if late or authority else ["head", None])
        cited = [
            (row.person, [cite.position for cite in ground.cites])
            for row in found.persons
            for ground in row.side("rejected")
        ]
        assert cited == ([("clerk", [said.position])] if late else [])
        effects = [(row.entry.position, row.persons, row.effect) for row in found.effects]
        would = "none" if authority else "attribution"
        assert effects == ([(said.position, ("clerk",), would)] if on > OPENED and cut is None else [])
        assert found.later == tuple(row.entry for row in found.effects)


def test_r16_only_a_refusal_of_the_cases_line_by_its_holder_is_told() -> None:
    """Not that of another unit's head, of whoever had signed, nor of somebody else."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29", "rotation")
    organ.end("head2", "2024-02-29", "rotation")
    signed = organ.assign("clerk", "head", "2024-03-01", "mem2", "clerk", scope=("aid",))
    other = organ.assign("handler", "head", "2024-03-01", "mem2", scope=("office",))
    opened(organ, acts=acts("2024-03-10"))
    organ.duty(RecordRefused(refuses=organ.reference(signed)), "2024-10-30", "clerk")
    organ.duty(RecordRefused(refuses=organ.reference(signed)), "2024-10-30", "sec")
    organ.duty(RecordRefused(refuses=organ.reference(other)), "2024-10-30", "handler")
    found = traced(organ)
    assert (found.later, [row.person for row in found.persons if row.side("rejected")]) == ((), [])


def test_r16_the_cut_may_be_moved_to_the_first_lead() -> None:
    """As known at the first lead what was recorded between lead and opening is not there yet."""
    organ = Organ().staffed()
    organ.end("head", "2024-09-01", made=organ.entries["duty"][-2])
    opened(organ, period=("2024-01-01", "2024-09-30"), offender="clerk")

    assert traced(organ).shares[0].period.last == date(2024, 9, 1)
    assert traced(organ, LEAD).shares[0].period.last == date(2024, 9, 30)


def test_r17_only_the_consequence_changes_for_who_left() -> None:
    """Transferred, retired, promoted or dead: categories stay, the route says how a consequence would come."""
    organ = Organ().staffed()
    first = len(organ.entries["duty"]) - 5
    opened(organ)
    for who, leaves, number in (("sec", "transfer", 0), ("mem", "retirement", 1)):
        organ.end(who, "2024-11-01", leaves, made=organ.entries["duty"][first + number])
    organ.assign("head", "member", "2024-11-02")
    organ.case(MeasureTaken(case="K1", person="handler", status="死亡", occurred_at=date(2024, 11, 3)), "2024-11-03")
    found = traced(organ)
    routes = {row.person: row.route for row in found.persons}

    assert "through_the_organ_now_served" in routes["sec"]
    assert "retired_benefits_only" in routes["mem"]
    assert "promoted_higher_authority" in routes["head"]
    assert routes["handler"] == ("died_no_consequence",)
    assert (person(found, "mem").status_now, person(found, "mem").lifelong) == ("retired", True)
    assert categories(found, "mem") == ("main_leadership", "main_leadership")


def test_r18_every_level_of_the_chain_is_tested_for_itself() -> None:
    """Supervision and superior are shown with what reached them and what they did; they inherit nothing."""
    organ = Organ().staffed()
    for unit, kind in (("watch", "supervision"), ("above", "superior")):
        organ.duty(UnitRegistered(ref=unit, unit=unit, kind=kind), "2023-01-01")
    organ.duty(
        ReportSent(ref="R", author="sec", unit="aid", recipients=("above",), occurred_at=date(2024, 3, 1)), "2024-03-01"
    )
    opened(organ)
    levels = {row.level: row for row in traced(organ).chain}

    assert list(levels) == ["head", "supervisor", "secretary", "party_group", "supervision", "superior"]
    assert [ground.code for ground in levels["superior"].grounds] == ["was_told"]
    assert [ground.code for ground in levels["supervision"].grounds] == ["no_supervision_on_record"]
    assert all(not ground.categories for row in levels.values() for ground in row.grounds if row.level != "party_group")


# --- R19 to R22: conduct ---------------------------------------------------------------------------------------------


def test_r19_a_post_makes_a_candidate_what_was_left_undone_the_case() -> None:
    """A post alone is position_only or a case by undone duties; a person without any ground has no position."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", claims=("A2b",), text="about invoices and stock")
    opened(organ)
    found = trace(organ.facts, "K1", considered=lambda _: False)

    assert person(found, "sec").culpability == "position_only"
    assert person(found, "mem").culpability == "defence"
    assert person(traced(organ), "sec").culpability == "case_made"


@pytest.mark.parametrize(
    ("prepare", "rung"),
    [
        ("nothing", "no_sign"),
        ("ignored", "knew_and_ignored"),
        ("answered", "knew_and_acted"),
        ("objection", "should_have_known"),
        ("found", "concealed"),
    ],
)
def test_r20_the_ladder_of_knowledge(prepare: str, rung: str) -> None:
    """Concealed by a finding > warning ignored > warning answered > objection heard > no sign."""
    organ = Organ().staffed()
    decisions = []
    if prepare in ("ignored", "answered", "found"):
        warning(organ, "2024-01-10")
    if prepare == "answered":
        organ.talk("mem", "head", "2024-01-15 09:00", unit="aid", text="what the warning says")
    if prepare == "objection":
        votes = Votes(agree=("sec", "mem"), oppose=("mem2",))
        decisions = [
            organ.meeting("2024-02-20 09:00", EVERYONE, votes=votes, dissent=(Dissent(person="mem2", text="no"),))
        ]
    case = opened(organ, *decisions)
    if prepare == "found":
        item = FindingItem(person="mem", rulebook="wz", category="main_leadership", knowledge="concealed")
        organ.case(FindingMade(case="K1", track="second", findings=(item,)), "2024-12-01", of=case)
    found = traced(organ)

    assert person(found, "mem").knowledge == rung


@pytest.mark.parametrize(
    ("on", "signers", "more", "counts"),
    [
        ("2024-03-01", ("head", "mem"), {}, True),
        ("2024-08-04", ("head", "mem"), {}, True),
        ("2024-08-05", ("head", "mem"), {}, False),
        ("2024-03-01", ("head",), {}, False),
        ("2024-03-01", ("head", "mem"), {"unit": "office"}, False),
        ("2024-03-01", ("head", "mem"), {"text": None}, False),
    ],
)
def test_r21_a_warning_excuses_where_it_was_early_received_and_specific(
    on: str, signers: tuple[str, ...], more: dict[str, Any], counts: bool
) -> None:
    """Before the first lead, countersigned by another, about the unit and saying what: else it is no excuse."""
    organ = Organ().staffed()
    warning(organ, on, *signers, **more)
    opened(organ)

    assert ("warned_in_time" in codes(traced(organ), "head")) is counts


def test_r21_refusing_what_concerns_the_unit_counts() -> None:
    """Whoever refused an entry about the unit with his own key before the lead is spoken for by it."""
    organ = Organ().staffed()
    task = organ.duty(KeyTaskRegistered(ref="T", unit="aid", occurred_at=date(2024, 3, 1)), "2024-03-01")
    organ.duty(RecordRefused(refuses=organ.reference(task), reason="no"), "2024-03-02", "head")
    opened(organ)

    assert "refused_in_time" in codes(traced(organ), "head")


@pytest.mark.parametrize(("on", "counts"), [("2024-09-20", True), ("2024-10-13", True), ("2024-10-15", False)])
def test_r22_what_one_finds_or_reports_oneself_counts_until_the_case_opens(on: str, counts: bool) -> None:
    """Found, checked or reported upward after a hidden lead but before the opening: it counts, countersigned or not."""
    organ = Organ().staffed()
    if not counts:
        opened(organ, period=("2024-01-01", "2024-10-31"))
    day = date.fromisoformat(on)
    organ.duty(InspectionHeld(lead="mem", covers=("aid",), occurred_at=day), on, "mem")
    organ.duty(IssueFound(finder="mem", unit="aid", occurred_at=day, text="x"), on, "mem")
    organ.duty(ReportSent(author="sec", unit="aid", occurred_at=day, text="x"), on, "sec")
    if counts:
        opened(organ, period=("2024-01-01", "2024-10-31"))
    found = traced(organ)

    assert ("found_and_reported" in codes(found, "mem")) is counts
    assert ("checked_and_found" in codes(found, "mem")) is counts
    assert ("reported_upward" in codes(found, "sec")) is counts


# --- R23, R24 --------------------------------------------------------------------------------------------------------


def test_r23_each_act_has_the_version_in_force_and_the_last_one_governs() -> None:
    """Acts before and after the change stand under their versions; the one at the end governs; it is flagged."""
    organ = Organ().staffed()
    opened(organ, period=("2023-11-01", "2024-02-28"), acts=acts("2023-12-31", "2024-01-01"))
    found = traced(organ)
    uses = [use for use in person(found, "mem").versions if use.rulebook == "cf"]

    assert [(use.version and use.version.year, use.acts, use.governing, use.named) for use in uses] == [
        (2018, ("a1",), False, False),
        (2023, ("a2",), True, True),
    ]
    assert [dict(row.versions)["cf"] for row in found.acts] == [2018, 2023]
    assert {book.id: book.old_or_lighter for book in found.rulebooks} == {"wz": False, "cf": True}


def test_r23_who_left_before_the_change_falls_under_the_version_of_his_own_end() -> None:
    """The version that governs is the one at the end of the person's own interval, not of the whole offence."""
    organ = Organ().staffed()
    organ.end("head", "2023-12-31", made=organ.entries["duty"][-2])
    opened(organ, period=("2023-11-01", "2024-02-28"), acts=acts("2023-12-31", "2024-01-01"), offender="clerk")
    governing = [use for use in person(traced(organ), "head").versions if use.governing and use.rulebook == "cf"]

    assert [(use.version and use.version.year, use.named) for use in governing] == [(2018, False)]


def test_r23_days_before_any_known_version_are_said_to_have_none() -> None:
    """An act older than the first version known here is shown without one."""
    organ = Organ(opened="2014-01-02")
    opened(organ, period=("2015-01-01", "2015-02-01"), acts=acts("2015-01-05"), on="2015-10-14", lead="2015-08-05")

    assert {version for _, version in traced(organ).acts[0].versions} == {None}


def test_r24_a_case_is_red_until_both_tracks_have_an_outcome() -> None:
    """Each missing outcome is named; a reasoned none closes the second track as a decision does."""
    organ = Organ().staffed()
    case = opened(organ)
    red = [traced(organ).red]
    organ.case(SecondInvestigationOpened(case="K1"), "2024-11-01", of=case)
    red.append(traced(organ).red)
    item = DecisionItem(person="handler", category="direct")
    organ.case(DecisionMade(case="K1", track="first", decisions=(item,)), "2024-12-01", of=case)
    red.append(traced(organ).red)
    organ.case(SecondInvestigationDeclined(case="K1", reason="no fault"), "2024-12-02", of=case)
    red.append(traced(organ).red)

    assert red == [
        ("first_track_open", "second_track_not_opened"),
        ("first_track_open", "second_track_without_outcome"),
        ("second_track_without_outcome",),
        (),
    ]


def test_r24_decisions_stand_against_the_trace() -> None:
    """As traced, otherwise, not decided on, not traced, appeal pending and decided: each is told apart."""
    organ = Organ().staffed()
    case = opened(organ)
    items = (
        DecisionItem(person="handler", category="direct"),
        DecisionItem(person="mem", category="important_leadership"),
        DecisionItem(person="clerk", category="main_leadership"),
    )
    made = organ.case(DecisionMade(case="K1", track="second", decisions=items), "2024-12-01", of=case)
    reference = organ.reference(made)
    appeals = [
        organ.case(AppealMade(case="K1", person=who, against=reference), "2024-12-10", of=case)
        for who in ("mem", "clerk")
    ]
    organ.case(AppealDecided(case="K1", appeal=organ.reference(appeals[1]), result="撤销"), "2024-12-20", of=case)
    found = {row.party: (row.verdict, row.appeal) for row in traced(organ).compared}

    assert found == {
        "handler": ("agrees", None),
        "mem": ("differs", "pending"),
        "sec": ("not_decided", None),
        "head": ("not_decided", None),
        "clerk": ("not_traced", "撤销"),
        "group": ("none", None),
    }


def test_appeals_older_than_a_month_and_decisions_against_findings_are_marked() -> None:
    """A late appeal, one left open, a decision by another category than found, one before the second investigation."""
    organ = Organ(judged_on="2025-12-31").staffed()
    case = opened(organ)
    item = FindingItem(person="mem", rulebook="wz", category="none")
    organ.case(FindingMade(case="K1", track="second", findings=(item,)), "2024-11-20", of=case)
    decided = DecisionItem(person="mem", category="main_leadership")
    made = organ.case(DecisionMade(case="K1", track="second", decisions=(decided,)), "2024-12-01", of=case)
    organ.case(AppealMade(case="K1", person="mem", against=organ.reference(made)), "2025-01-02", of=case)

    assert {mark.code for mark in traced(organ).marks} >= {
        "decision_against_finding", "decided_before_opening", "appeal_after_a_month", "appeal_open_over_a_month",
    }  # fmt: skip


@pytest.mark.parametrize(("announced", "marked"), [("2025-01-01", False), ("2025-01-02", True)])
def test_a_formality_later_than_a_month_is_a_mark(announced: str, marked: bool) -> None:
    """A decision announced on the same day of the next month is in time, one announced a day later is marked."""
    organ = Organ(judged_on="2025-12-31").staffed()
    case = opened(organ)
    decided = DecisionItem(person="mem", category="main_leadership")
    made = organ.case(DecisionMade(case="K1", track="second", decisions=(decided,)), "2024-12-01", of=case)
    told = DecisionAnnounced(case="K1", of=organ.reference(made), at=date.fromisoformat(announced))
    organ.case(told, announced, of=case)

    assert ("formality_after_a_month" in {mark.code for mark in traced(organ).marks}) == marked


@pytest.mark.parametrize(("disposed", "marked"), [("2024-08-31", False), ("2024-09-01", True), (None, True)])
def test_a_lead_of_the_case_disposed_of_after_30_days_is_a_mark(disposed: str | None, marked: bool) -> None:
    """Thirty days after its coming the lead is still disposed of in time; a lead of another case marks nothing here."""
    organ = Organ(judged_on="2025-12-31").staffed()
    lead = organ.case(LeadReceived(ref="L", kind="complaint", case="K1", occurred_at=date(2024, 8, 1)), "2024-08-01")
    organ.case(LeadReceived(ref="L2", kind="complaint", case="K2", occurred_at=date(2024, 8, 1)), "2024-08-01 10:00")
    if disposed is not None:
        on = date.fromisoformat(disposed)
        organ.case(LeadDisposed(lead=organ.reference(lead), way="case", occurred_at=on), disposed, of=lead)
    opened(organ)

    found = [mark.cites[0].ref for mark in traced(organ).marks if mark.code == "lead_disposed_late"]

    assert found == (["L"] if marked else [])


def test_a_warning_answered_late_is_cited_against_and_the_answer_for_him() -> None:
    """A late but genuine correction speaks for the person; that it was late, and the warning, stand against him."""
    organ = Organ().staffed()
    about = warning(organ, "2024-03-04")
    made = RectificationMade(
        ref="R", person="mem", unit="aid", measure="repaid", occurred_at=date(2024, 4, 15), claims=("PM2c",),
        refers=(organ.reference(about),),
    )  # fmt: skip
    organ.duty(made, "2024-04-15 18:00", "mem", "head")
    opened(organ)

    mem = person(traced(organ), "mem")

    against = [g for g in mem.grounds if g.code == "warning_answered_late"]
    assert [(g.side, [cite.ref for cite in g.cites]) for g in against] == [("aggravating", [about.payload.ref, "R"])]
    assert {g.code for g in mem.grounds if g.side == "mitigating"} == {"corrected_or_reported_in_time"}
    assert mem.suggestion is None


def test_a_correction_that_names_nobody_speaks_for_who_signed_it() -> None:
    """It answers the warning for him and is cited for him where another signed it too; his own hand receives nothing.

    The clerk's, who wrote it down, does not either.
    """
    organ = Organ().staffed()
    refers = (organ.reference(warning(organ, "2024-03-04")),)
    for ref, signers in (("ALONE", ("clerk", "mem")), ("SEEN", ("mem", "head"))):
        made = RectificationMade(
            ref=ref, unit="aid", measure=ref, occurred_at=date(2024, 3, 6), claims=("PM2c",), refers=refers
        )
        organ.duty(made, "2024-03-06 18:00", *signers)
    opened(organ)

    mem = person(traced(organ), "mem")

    cited = {(g.code, cite.ref) for g in mem.grounds if g.side == "mitigating" for cite in g.cites}
    assert cited == {("corrected_or_reported_in_time", "SEEN")}
    assert not [g.code for g in mem.grounds if g.side == "aggravating"]


@pytest.mark.parametrize("own", [False, True])
def test_who_leaves_a_warning_to_others_has_not_acted_on_it(own: bool) -> None:
    """Only his own act counts for him: the secretary's answer takes nothing of what he left undone, his own does."""
    organ = Organ().staffed()
    about = warning(organ, "2024-03-04")
    if own:
        organ.talk("mem", "head", "2024-03-06", claims=("PM2c",), refers=(organ.reference(about),))
    organ.talk("sec", "mem", "2024-03-20", ref="ABOVE", refers=(organ.reference(about),))
    opened(organ)

    found = traced(organ)
    mem, sec = person(found, "mem"), person(found, "sec")

    assert (mem.knowledge, [g.code for g in mem.grounds if g.side == "aggravating"]) == (
        ("knew_and_acted", []) if own else ("knew_and_ignored", ["warning_left_alone"])
    )
    assert [cite.ref for g in sec.grounds if g.code == "credited_diligence" for cite in g.cites] == ["ABOVE"]


def test_an_inspector_who_held_a_post_of_the_line_is_marked() -> None:
    """Whoever worked on the case and held a post of its line in the offence period should have recused himself."""
    organ = Organ().staffed()
    organ.assign("inspector", "head", "2023-02-01", scope=("aid",))
    opened(organ)

    assert [mark.party for mark in traced(organ).marks if mark.code == "inspector_should_recuse"] == ["inspector"]


def test_the_latest_facts_of_the_inspectors_are_taken_whatever_the_cut() -> None:
    """Acts found later replace those of the opening, also in a trace as known at the opening."""
    organ = Organ().staffed()
    case = opened(organ)
    organ.case(FactsFound(case="K1", acts=acts("2024-05-05")), "2025-01-05", of=case)

    assert traced(organ).total == Decimal("1.5")
    assert [row.day for row in traced(organ).acts] == [date(2024, 5, 5)]


# --- fairness --------------------------------------------------------------------------------------------------------


def test_a_dissent_in_time_speaks_for_a_person_and_is_never_a_ground() -> None:
    """The ground of an opposing voter is that he took part; that he opposed is mitigating."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=("sec", "mem"), oppose=("mem2",)))
    opened(organ, meeting)
    own = person(traced(organ), "mem2")

    assert {ground.code for ground in own.side("basis")} == {"took_part_opposing"}
    assert {ground.code for ground in own.side("mitigating")} >= {"dissented_in_time"}
    assert own.suggestion == "exempt"


def test_a_direct_party_gets_no_ladder_and_no_suggestion_but_the_acts_of_his_conduct() -> None:
    """What he knew is not asked, nothing is suggested; his acts are those of his own stretch of conduct."""
    organ = Organ().staffed()
    opened(organ, offender="clerk")
    own = person(traced(organ), "clerk")

    assert (own.knowledge, own.culpability, own.suggestion) == (None, None, None)
    assert own.acts == ("a1", "a2")
    assert own.amount == Decimal("3.0")
    assert own.conduct is not None


def test_who_has_no_category_gets_no_suggestion_and_no_list_of_duties_left_undone() -> None:
    """A person whom only his absence names is told nothing that he would have to answer for."""
    organ = Organ().staffed()
    meeting = organ.meeting(
        "2024-02-20 09:00", ("sec", "mem"), votes=Votes(agree=("sec", "mem")), absent=("mem2",), kind="decision"
    )
    opened(organ, meeting)
    own = person(traced(organ), "mem2")

    assert {category for _, category in own.categories} == {"none"}
    assert (own.suggestion, own.unmet, own.sham) == (None, (), ())


@pytest.mark.parametrize(
    ("year", "expected"), [(2015, "not_applicable"), (2018, "not_applicable"), (2023, "important_leadership")]
)
def test_a_rulebook_in_force_on_no_day_of_his_reaches_nobody(year: int, expected: str) -> None:
    """The in-force days are those of the version that the rulebook's name states; without a ground it stays none."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", EVERYONE, votes=Votes(agree=EVERYONE), non_voting=("head2",))
    opened(organ, meeting, rulebooks=(Rulebook(id="cf", name=f"中国共产党纪律处分条例（{year}修订）"),))
    found = traced(organ)

    assert dict(person(found, "mem2").categories) == {"cf": expected}
    assert dict(person(found, "head2").categories) == {"cf": "none"}


@pytest.mark.parametrize(
    ("handed_over", "expected"), [(None, "exempt_or_none"), ("2024-04-01", "lighten"), ("2024-05-10", "exempt_or_none")]
)
def test_a_warning_counts_as_received_from_the_handover_that_names_it(handed_over: str | None, expected: str) -> None:
    """Who found and reported the fault himself keeps the exemption, claimed or not, unless he had been told before."""
    organ = Organ().staffed()
    warned = organ.duty(
        WarningReported(author="clerk", addressee="mem", unit="aid", occurred_at=date(2024, 2, 1)), "2024-02-01"
    )
    organ.assign("handler", "member", "2024-03-01", supervises=("aid",))
    handover = HandoverMade(
        outgoing="mem", incoming="handler", scope=("aid",), occurred_at=date(2024, 4, 1),
        refers=(organ.reference(warned),),
    )  # fmt: skip
    finding = IssueFound(finder="handler", unit="aid", occurred_at=date(2024, 4, 15), reported_to=("sec",), text="x")
    if handed_over is not None and handed_over < "2024-04-15":
        organ.duty(handover, handed_over)
    organ.duty(finding, "2024-04-15", "handler")
    if handed_over is not None and handed_over > "2024-04-15":
        organ.duty(handover, handed_over)
    opened(organ, offender="clerk")
    spoken_for = person(traced(organ), "handler").side("mitigating")  # nothing against him, nothing left undone
    facts, interval = organ.facts(), Period(date(2024, 3, 1), date(2024, 6, 30))

    assert suggestion(facts, case_facts(facts, "K1"), "handler", spoken_for, (), interval) == expected


@pytest.mark.parametrize(("recorded", "expected"), [("2024-10-13", "exempt_or_none"), (OPENED, None)])
def test_what_one_found_counts_for_exemption_until_the_case_opens(recorded: str, expected: str | None) -> None:
    """A finding recorded from the opening on exempts nobody, however late the cut."""
    organ = Organ().staffed()
    organ.assign("handler", "member", "2024-03-01", supervises=("aid",))
    finding = IssueFound(finder="handler", unit="aid", occurred_at=date(2024, 4, 15), reported_to=("sec",), text="x")
    if recorded < OPENED:
        organ.duty(finding, recorded, "handler")
    opened(organ, offender="clerk")
    if recorded >= OPENED:
        organ.duty(finding, f"{recorded} 10:00", "handler")
    facts, interval = organ.facts(), Period(date(2024, 3, 1), date(2024, 6, 30))

    assert suggestion(facts, case_facts(facts, "K1"), "handler", (), (), interval) == expected
