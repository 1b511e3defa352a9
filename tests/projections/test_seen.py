"""What was seen to go wrong for people, worst first (issue 13): a test for each, named after its number."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.core.consent import Capacity, Consent, sign_consent
from ledger.core.consent_to import Place, ToDraft
from ledger.events.act_parts import Dissent, Votes
from ledger.events.acts import (
    EducationHeld,
    InspectionHeld,
    IssueFound,
    PlanMade,
    RectificationMade,
    RequestReported,
    TalkHeld,
    WarningReported,
)
from ledger.events.case_parts import OffenceAct, Rulebook
from ledger.events.case_work import LeadReceived
from ledger.events.office import OpinionGiven
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.events.register import PostRegistered, UnitEnded, UnitRegistered
from ledger.events.tenure import LeaveTaken
from ledger.events.trust import RulesAdopted
from projections.facts.holdings import retro_weight
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.questions.holders import holders
from projections.signals import blame, signals
from projections.trace import trace
from projections.views.facts import ViewFacts
from tests.support.builders import signer_named
from tests.support.facts_maker import Organ, at

JUDGED_ON = date(2025, 12, 31)


def rows(facts: ViewFacts, *ids: str, judged_on: date = JUDGED_ON) -> list[Instance]:
    """The rows of these obligations."""
    return list(obligations(facts, judged_on=judged_on, ids=set(ids)))


def row(facts: ViewFacts, id_: str, judged_on: date = JUDGED_ON, **wanted: object) -> Instance:
    """The one row that has these values."""
    found = [
        each
        for each in rows(facts, id_, judged_on=judged_on)
        if all(getattr(each, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]


def test_seen_10_a_word_in_chinese_is_the_word_and_other_is_never_credited() -> None:
    """A meeting of kind 专题会议 is the special meeting; one of kind `other` fulfils nothing, though it claims it."""
    organ = Organ().staffed()
    organ.meeting("2024-03-05 09:00", ("sec", "mem", "mem2"), ref="ZH", kind="专题会议", claims=("PG1", "PS1"))
    organ.meeting("2024-04-05 09:00", ("sec", "mem", "mem2"), ref="O1", kind="other", claims=("PG2a",))
    organ.talk("mem", "head", "2024-05-06 09:00", ref="O2", kind="other", claims=("A2b",))

    facts = organ.facts()

    assert row(facts, "PG1", period="2024").status == "met"
    plan = row(facts, "PG2a", period="2024")
    assert (plan.status, [cite.ref for cite in plan.not_counted]) == ("unmet", ["O1"])
    talk = row(facts, "A2b", period="2024H1", owner="mem")
    assert (talk.status, [cite.ref for cite in talk.not_counted]) == ("unmet", ["O2"])


def test_seen_10_a_post_registered_as_secretary_owes_what_the_secretary_owes() -> None:
    """A post of another id registered with the role `secretary` owes as many duties as one called so."""
    organ = Organ()
    organ.duty(PostRegistered(ref="sj", post="书记", exclusive=True, role="secretary"), organ.opened)
    organ.assign("sec", "书记", "2023-01-01", scope=("group",), legacy=True)

    named = Organ()
    named.assign("sec", "secretary", "2023-01-01", scope=("group",), legacy=True)

    owed, of_old = (
        {each.obligation for each in rows(made.facts(), "PS1", "PS3", "PS5a", "PS6")} for made in (organ, named)
    )
    assert owed == of_old != set()


def test_seen_04_a_unit_that_ended_owes_nothing_and_is_no_gap() -> None:
    """After its last day a unit owes no yearly duty, nobody heads it, and its empty post is no gap and no vacancy."""
    organ = Organ().staffed()
    organ.duty(
        UnitRegistered(ref="new", unit="new", kind="centre", name="new", valid_from=date(2024, 7, 1)), "2024-06-28"
    )
    organ.duty(UnitEnded(ref="E", unit="aid", valid_to=date(2024, 6, 30), into=("new",)), "2024-06-28")
    organ.end("head", "2024-06-30")

    facts = organ.facts()

    owed = {(each.obligation, each.unit, each.period) for each in rows(facts, "PD1", "PD3", "PD5", "M2b", "PM2a")}
    ended = {(id_, period) for id_, unit, period in owed if unit == "aid"}
    assert {period[:4] for _, period in ended if period is not None} == {"2023", "2024"}
    assert {period for id_, period in ended if id_ in ("PD1", "M2b", "PM2a")} == {"2023"}
    assert not holders(facts, "head", "aid", date(2024, 7, 1)).titular
    assert not [each for each in signals(facts, JUDGED_ON) if each.code == "DUTY_GAP" and each.get("scope") == ("aid",)]
    assert all("vacancy" not in str(each.trigger) for each in rows(facts, "PG2b", "PS2"))


@pytest.mark.parametrize(("answered", "status"), [(None, "unmet"), ("2024-07-03", "met"), ("2024-08-01", "late")])
def test_seen_04_an_open_warning_passes_to_the_head_of_the_unit_that_took_over(
    answered: str | None, status: str
) -> None:
    """It is unanswered by the head of the new unit too, or answered by him; what he owes counts from his first day."""
    organ = Organ().staffed()
    warning = organ.duty(
        WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 6, 20)),
        "2024-06-20 18:00",
        "head",
        "mem",
    )
    organ.duty(
        UnitRegistered(ref="new", unit="new", kind="centre", name="new", valid_from=date(2024, 7, 1)), "2024-06-28"
    )
    organ.duty(UnitEnded(ref="E", unit="aid", valid_to=date(2024, 6, 30), into=("new",)), "2024-06-28 10:00")
    organ.assign("handler", "head", "2024-07-01", scope=("new",))
    if answered is not None:
        refers = (organ.reference(warning),)
        organ.talk("handler", "head", f"{answered} 09:00", ref="T", unit="new", refers=refers, claims=("PD6c",))

    facts = organ.facts()

    assert row(facts, "PD6c", trigger="W", owner="handler").status == status
    fired = {each.events[0].ref for each in signals(facts, JUDGED_ON) if each.code == "WARNING_UNANSWERED"}
    assert fired == ({"W"} if answered != "2024-07-03" else set())


@pytest.mark.parametrize(("rectified", "status"), [(None, "unmet"), ("2024-05-20", "met"), ("2024-06-20", "late")])
def test_an_issue_with_a_due_day_needs_rectifying_by_it_by_whomever(rectified: str | None, status: str) -> None:
    """The member's finding claims the duty; whoever puts it right in time fulfils it, and nobody is `unmet`."""
    organ = Organ().staffed()
    found = IssueFound(
        ref="I", finder="mem", unit="aid", occurred_at=date(2024, 5, 6), due=date(2024, 5, 31), claims=("PM2c",)
    )
    issue = organ.duty(found, "2024-05-06 18:00", "mem", "head")
    if rectified is not None:
        on = date.fromisoformat(rectified)
        made = RectificationMade(ref="R", person="head", unit="aid", occurred_at=on, refers=(organ.reference(issue),))
        organ.duty(made, f"{rectified} 18:00", "head", "clerk")

    found_row = row(organ.facts(), "PM2c", trigger="I", owner="mem")

    assert (found_row.status, found_row.due) == (status, date(2024, 5, 31))
    assert (found_row.by is not None and found_row.by.ref) == (status == "late" and "R")


@pytest.mark.parametrize("by", ["mem", None])
def test_an_opinion_is_his_who_gave_it_or_signed_it(by: str | None) -> None:
    """A member's opinion answers the request to him, whether it names him or he signed it, recorded by another."""
    organ = Organ().staffed()
    asked = RequestReported(ref="Q", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 3, 6))
    request = organ.duty(asked, "2024-03-06 18:00", "head", "clerk")
    given = OpinionGiven(
        ref="O",
        of=organ.reference(request),
        by=by,
        opinion="agreed",
        occurred_at=date(2024, 3, 8),
        claims=("PM2b",),
    )
    organ.duty(given, "2024-03-08 18:00", "clerk", "mem")

    assert row(organ.facts(), "PM2b", trigger="Q", owner="mem").status == "met"


def test_a_consent_carried_by_an_entry_is_a_signature_of_it() -> None:
    """Who consented to the draft elsewhere has signed the talk: it is neither one-sided nor attested by one alone."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-11 09:00", "clerk", claims=("A2b",))
    roles: tuple[tuple[str, Capacity], ...] = (("head", "counterpart"), ("mem", "holder"))
    notes = {
        person: sign_consent(
            Consent(
                person,
                b"P" * 32,
                ToDraft(b"D" * 32, "talk.held/1", "clerk"),
                "agree",
                at("2024-03-11 10:00"),
                capacity=capacity,
                after=Place(1, b"L" * 32),
                not_after=at("2024-03-12 10:00"),
            ),
            [signer_named(f"{talk.ledger}/{person}")],
        ).data.decode()
        for person, capacity in roles
    }
    said: list[tuple[str, Any]] = [(f"asked_of.{i}", list(role)) for i, role in enumerate(roles)]
    said += [(f"consent.{i}", notes[who]) for i, (who, _) in enumerate(roles)]
    organ.entries["duty"][talk.position] = replace(talk, reserved=tuple(said))

    facts = organ.facts()

    (kept,) = facts.records(TalkHeld)
    assert kept.signed == ("clerk", "head", "mem")
    assert not {each.code for each in signals(facts, JUDGED_ON)} & {"ONE_SIDED_TALK", "SELF_ATTESTED"}
    assert row(facts, "A2b", period="2024H1", owner="mem").status == "met"


@pytest.mark.parametrize(
    "settings",
    [
        {"min_days_for_pair": 200},
        {"head_signs_unit_acts": False},
        {"quorum": {"ordinary": "half"}},
        {"secretary_reports": False},
        {"pair_follows": "holder"},
        {"timely_days": 90},
        {"countersign_days": 300},
        {"unanswered_warning_days": 300},
        {"regular_period": "year"},
        {"tolerance_days": {"talk": 300}},
    ],
)
def test_seen_02_a_rule_set_does_not_act_on_the_past(settings: dict[str, Any]) -> None:
    """What was unmet, late or doubted before a loosened rule set was adopted stays what it was; the set is named."""

    def lived(organ: Organ) -> Organ:
        organ.duty(
            WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 2, 5)),
            "2024-02-05 18:00",
            "head",
            "mem",
        )
        organ.meeting("2024-03-05 09:00", ("sec", "clerk"), ref="M", kind="special", claims=("PG1", "PS1"))
        organ.talk("mem", "head", "2024-03-11 09:00", "mem", recorded="2024-03-30", ref="T", claims=("A2b",))
        organ.duty(PlanMade(ref="P", unit="aid", occurred_at=date(2024, 3, 12), claims=("PD1",)), "2024-03-30 12:00")
        return organ

    before, after = lived(Organ().staffed()), lived(Organ().staffed())
    adopted = RulesAdopted(layer="organ", version="2", settings=settings)
    after.duty(adopted, "2024-08-01")

    def told(organ: Organ) -> list[Instance]:
        return [
            each
            for each in obligations(organ.facts(), judged_on=JUDGED_ON)
            if (each.period or "")[:6] in ("2024", "2024H1", "2024Q1", "2024Q2") or each.trigger == "W"
        ]

    assert told(after) == told(before)
    assert [each for each in signals(after.facts(), JUDGED_ON) if each.code not in ("RULES_LOOSENED",)] == list(
        signals(before.facts(), JUDGED_ON)
    )


def test_seen_01_a_correction_counts_everywhere_and_the_former_value_stays_beside_it() -> None:
    """A forgotten claim and a wrong period are put right: the duty is met, and the entry still says what it said."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-11 09:00", ref="T")
    made = PlanMade(ref="P", unit="aid", occurred_at=date(2023, 3, 12), claims=("PD1",))
    plan = organ.duty(made, "2024-03-12", "head", "clerk")
    changed: tuple[tuple[Recorded, str, Any], ...] = (
        (talk, "claims", ["A2b"]),
        (plan, "occurred_at", "2024-03-12"),
    )
    for about, field, value in changed:
        right = RecordCorrected(
            corrects=organ.reference(about), field=field, new_value=value, occurred_at=date(2024, 4, 1)
        )
        organ.duty(right, "2024-04-01 18:00", *about.signers)

    facts = organ.facts()

    assert row(facts, "A2b", period="2024H1", owner="mem").status == "met"
    assert row(facts, "PD1", period="2024", unit="aid").status == "met"
    assert getattr(facts.uncorrected(facts.records(TalkHeld)[0]).payload, "claims", None) is None


def test_seen_03_a_complaint_about_one_unit_makes_no_late_assignment_of_another_grave() -> None:
    """A late assignment that no lead touches is of weight medium, and its holder holds from the first day on."""
    organ = Organ().staffed()
    organ.case(LeadReceived(ref="L", kind="complaint", concerns=("office",)), "2024-01-10")
    organ.end("head", "2024-02-29")
    organ.assign("handler", "head", "2024-03-01", recorded="2024-03-13", scope=("aid",), ref="NEW", authority="notice")

    facts = organ.facts()

    (tenure,) = [each for each in facts.tenures() if each.entry.ref == "NEW"]
    assert retro_weight(facts, tenure) == "medium"
    (holder,) = holders(facts, "head", "aid", date(2024, 3, 2)).titular
    assert (holder.person, holder.disputed) == ("handler", False)


def test_seen_05_nothing_is_met_by_nothing() -> None:
    """Without a superior on record the yearly report to them is not applicable, and what is missing is named."""
    found = row(Organ().staffed().facts(), "PG5b", period="2024")

    assert (found.status, found.met_by, found.missing) == ("not_applicable", (), ("superior",))


def test_seen_06_a_yearly_check_answers_no_warning_by_chance() -> None:
    """A check of all units that refers to no warning leaves an old one unanswered."""
    organ = Organ().staffed()
    organ.duty(
        WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 1, 8)),
        "2024-01-08 18:00",
        "head",
        "mem",
    )
    check = InspectionHeld(
        ref="C", lead="mem", kind="annual", for_year=2023, covers=("aid", "office"), occurred_at=date(2024, 1, 20),
        claims=("A3a", "PM2c"),
    )  # fmt: skip
    organ.duty(check, "2024-01-20 18:00", "mem", "sec")

    facts = organ.facts()

    assert {each.events[0].ref for each in signals(facts, JUDGED_ON) if each.code == "WARNING_UNANSWERED"} == {"W"}
    assert row(facts, "PM2c", trigger="W").status == "unmet"


def test_seen_06_a_sick_secretary_owes_no_talk_with_his_own_stand_in() -> None:
    """Days on leave with somebody acting in charge are the acting one's, and nobody talks with himself."""
    organ = Organ().staffed()
    organ.duty(
        LeaveTaken(
            ref="LV",
            person="sec",
            valid_from=date(2024, 1, 2),
            valid_to=date(2024, 6, 30),
            occurred_at=date(2024, 1, 2),
        ),
        "2024-01-02 10:00",
    )
    organ.act("mem", "secretary", "2024-01-02", scope=("group",), valid_to="2024-06-30", recorded="2024-01-02 11:00")

    found = rows(organ.facts(), "A2a")

    pairs = {pair for each in found if each.period == "2024H1" for pair in (*each.missing, *each.pairs_met)}
    assert pairs == {"mem/mem2"}


def test_seen_07_a_claim_forgotten_and_added_later_counts() -> None:
    """The member who found and reported the fault fulfils his duty once the claim is typed; until then it fits."""
    organ = Organ().staffed()
    found = IssueFound(ref="I", finder="mem", unit="aid", reported_to=("sec",), occurred_at=date(2024, 5, 6))
    issue = organ.duty(found, "2024-05-06 18:00", "mem", "sec")
    before = row(organ.facts(), "PM2c", trigger="I", owner="mem")
    made = RecordCorrected(
        corrects=organ.reference(issue), field="claims", new_value=["PM2c"], occurred_at=date(2024, 6, 3)
    )
    organ.duty(made, "2024-06-03 18:00", "mem", "sec")
    after = row(organ.facts(), "PM2c", trigger="I", owner="mem")

    assert (before.status, [cite.ref for cite in before.fitting]) == ("unmet", ["I"])
    assert (after.status, [on for _, on in after.claimed_later]) == ("met", [date(2024, 6, 3)])


def test_seen_08_a_due_day_in_a_year_without_notice_is_provisional() -> None:
    """New Year's Day is no working day in any year: the fifth is in time, and the due day is marked provisional."""
    organ = Organ(judged_on="2027-12-31").staffed()
    organ.duty(
        WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2026, 12, 28)),
        "2026-12-28 18:00",
        "head",
        "mem",
    )
    organ.duty(
        RectificationMade(
            ref="R", person="mem", unit="aid", occurred_at=date(2027, 1, 5), claims=("PM2c",), measure="stopped"
        ),
        "2027-01-05 18:00",
        "mem",
        "head",
    )

    found = row(organ.facts(), "PM2c", trigger="W", judged_on=date(2027, 12, 31))

    assert (found.due, found.status, found.provisional) == (date(2027, 1, 5), "met", True)


def test_seen_09_a_refused_assignment_is_no_formal_one_and_a_video_talk_is_not_rejected() -> None:
    """Refused without authority nobody holds it; a talk by video during a course is at most weakly questioned."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29")
    made = organ.assign("handler", "head", "2024-03-01", "clerk", scope=("aid",), ref="NEW")
    organ.duty(RecordRefused(refuses=organ.reference(made), reason="no"), "2024-03-04", "handler")
    course = EducationHeld(ref="E", body="group", attendees=("mem2",), occurred_at=at("2024-05-06 09:00"), title="c")
    organ.duty(course, "2024-05-06 18:00", "clerk", "sec")
    organ.talk("mem2", "head2", "2024-05-06 09:00", ref="T", ends="2024-05-06 10:00", online=True, claims=("A2b",))

    facts = organ.facts()

    assert not holders(facts, "head", "aid", date(2024, 3, 10)).titular
    assert row(facts, "A2b", period="2024H1", owner="mem2").status == "met"


def test_seen_11_of_two_identical_talks_one_can_be_withdrawn() -> None:
    """The withdrawn one is credited to nothing, and the other is no copy of it any more."""
    organ = Organ().staffed()
    words = "the receipts of the spring were looked at one by one and two of them were sent back"
    talks = [
        organ.talk("mem", "head", f"2024-03-{day} 09:00", ref=f"T{day}", text=words, claims=("A2b",))
        for day in (11, 12, 13)
    ]
    copies = {each.code for each in signals(organ.facts(), JUDGED_ON)}
    organ.duty(RecordWithdrawn(of=organ.reference(talks[0]), ground="duplicate"), "2024-03-14", "mem", "head")

    facts = organ.facts()

    assert "NEAR_DUPLICATE_TEXT" in copies
    (group,) = [each for each in signals(facts, JUDGED_ON) if each.code == "NEAR_DUPLICATE_TEXT"]
    assert ([c.ref for c in group.events], [c.ref for c in group.blamed]) == (["T12", "T13"], ["T13"])
    assert [cite.ref for cite in row(facts, "A2b", period="2024H1", owner="mem").met_by] == ["T12"]


@pytest.mark.parametrize("copied", [False, True])
def test_a_text_is_like_another_as_its_correction_makes_it_read(copied: bool) -> None:
    """A text put right is compared as it reads now: no copy any more, or one that it was not before."""
    organ = Organ().staffed()
    words = "the receipts of the spring were looked at one by one and two of them were sent back"
    other = "whether the stock of the second hall was counted by two persons, and who kept the list of it"
    organ.talk("mem", "head", "2024-03-11 09:00", ref="T1", text=words, claims=("A2b",))
    second = organ.talk("mem2", "head2", "2024-03-12 09:00", ref="T2", text=other if copied else words, claims=("A2b",))
    right = words if copied else other
    made = RecordCorrected(
        corrects=organ.reference(second), field="text", new_text=right, occurred_at=date(2024, 3, 20)
    )
    before = [each.code for each in signals(organ.facts(), JUDGED_ON)].count("NEAR_DUPLICATE_TEXT")
    organ.duty(made, "2024-03-20 18:00", "mem2", "head2")

    found = signals(organ.facts(), JUDGED_ON)

    assert before == (not copied)
    assert [each.code for each in found].count("NEAR_DUPLICATE_TEXT") == copied
    facts = organ.facts()
    (talk,) = [each for each in facts.records(TalkHeld) if each.ref == "T2"]
    held = blame(facts, [talk], JUDGED_ON).get(facts.cite(talk), ())
    assert ("NEAR_DUPLICATE_TEXT" in {each.code for each in held}) == copied


def test_seen_12_an_offender_gets_no_ladder_and_who_voted_against_no_ground_by_his_dissent() -> None:
    """The direct party's own acts are told; an opposing voter took part, and his dissent speaks for him alone."""
    organ = Organ().staffed()
    meeting = organ.meeting(
        "2024-02-05 09:00",
        ("sec", "mem", "mem2"),
        ref="M",
        kind="decision",
        votes=Votes(agree=("sec", "mem"), oppose=("mem2",)),
        dissent=(Dissent(person="mem2", text="against"),),
    )
    organ.entries["duty"][meeting.position] = replace(meeting, signers=("sec", "mem", "mem2", "clerk"))
    organ.open_case(
        "2024-10-14",
        "2024-08-05",
        decisions=(meeting,),
        acts=(OffenceAct(id="a1", day=date(2024, 3, 1), amount=Decimal("1.5")),),
        rulebooks=(Rulebook(id="wz", name="中国共产党问责条例（2019修订）"),),
    )

    found = {each.person: each for each in trace(organ.facts, "K1").persons}

    assert (found["handler"].knowledge, found["handler"].culpability, found["handler"].suggestion) == (None, None, None)
    assert found["handler"].acts == ("a1",)
    dissent = [ground for ground in found["mem2"].grounds if "dissent" in ground.code]
    assert {ground.side for ground in dissent if ground.code == "dissented_in_time"} == {"mitigating"}
    assert found["mem2"].suggestion == "exempt"
