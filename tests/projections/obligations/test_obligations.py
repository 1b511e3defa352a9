"""Obligations: what is owed by whom, what counts for it and what does not, and why."""

from datetime import date
from typing import Any

import pytest

from ledger.events.act_parts import PlanItem
from ledger.events.acts import (
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    IntegrityReportSubmitted,
    IssueFound,
    KeyTaskRegistered,
    MeetingHeld,
    PlanMade,
    RectificationMade,
    ReportSent,
    RequestReported,
    RiskMeasureTaken,
    SelfSummarySubmitted,
    WarningReported,
)
from ledger.events.office import OpinionGiven, TaskAssigned, TaskReported
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from ledger.events.register import UnitRegistered
from ledger.events.tenure import LeaveTaken
from projections.facts.values import Instance
from projections.obligations import obligations, standing, uncounted
from projections.obligations.outcome import late_or_provisional
from projections.signals import signals
from tests.support.facts_maker import JUDGED_ON, Organ, at

GROUP = ("sec", "mem", "mem2")


def rows(organ: Organ, id_: str, judged_on: date = JUDGED_ON, **fields: Any) -> list[Instance]:
    """The instances of an obligation whose fields have these values."""
    found = obligations(organ.facts(), judged_on=judged_on, ids={id_})
    return [row for row in found if all(getattr(row, name) == value for name, value in fields.items())]


def row(organ: Organ, id_: str, judged_on: date = JUDGED_ON, **fields: Any) -> Instance:
    """The only instance that fits."""
    (found,) = rows(organ, id_, judged_on, **fields)
    return found


def why(instance: Instance) -> dict[str, tuple[str, ...]]:
    """The reasons by entry."""
    return {reason.entry.ref: (reason.verdict, *reason.codes) for reason in instance.reasons}


def refs(instance: Instance) -> set[str]:
    return {cite.ref for cite in instance.met_by}


def did(organ: Organ, cls: type[Any], on: str, *signers: str, **fields: Any) -> Recorded:
    """An act of that day, recorded in its evening."""
    number = fields.pop("ref", f"X{len(organ.entries['duty'])}")
    return organ.duty(cls(ref=number, occurred_at=date.fromisoformat(on), **fields), f"{on} 20:00", *signers)


def accept(organ: Organ, record: Recorded, on: str, person: str, capacity: str | None = None) -> Recorded:
    return organ.duty(RecordAccepted(accepts=organ.reference(record), capacity=capacity), on, person)


# --- what does not count, and why ------------------------------------------------------------------------------------


def test_a_meeting_without_quorum_is_rejected_for_it() -> None:
    """Of two special meetings one had no quorum: it is rejected with its reason, and the number is not reached."""
    organ = Organ().staffed()
    organ.meeting("2024-03-05 09:00", GROUP, kind="special", claims=("PS1",), ref="GOOD")
    organ.meeting("2024-09-05 09:00", ("sec",), kind="special", claims=("PS1",), ref="ALONE")
    found = row(organ, "PS1", period="2024")

    assert (found.status, found.credited, found.required, refs(found)) == ("unmet", 1, 2, {"GOOD"})
    assert why(found) == {"ALONE": ("rejected", "NO_QUORUM")}


def test_kind_body_and_level_of_a_meeting_are_looked_at() -> None:
    """A meeting of another kind, of another body, or chaired by somebody else than the secretary, does not count."""
    organ = Organ().staffed()
    organ.meeting("2024-02-05 09:00", GROUP, kind="decision", claims=("PS1",), ref="KIND")
    organ.meeting("2024-03-05 09:00", ("sec", "head"), body="aid", kind="special", claims=("PS1",), ref="BODY")
    organ.meeting("2024-04-02 09:00", ("mem", "sec", "mem2"), kind="special", claims=("PS1",), ref="LEVEL")

    assert why(row(organ, "PS1", period="2024")) == {
        "KIND": ("not_counted", "wrong_kind"),
        "BODY": ("not_counted", "wrong_body"),
        "LEVEL": ("not_counted", "wrong_level"),
    }


def test_one_event_recorded_twice_counts_once() -> None:
    """The same meeting in two records fills one place: the later record is not counted, for double credit."""
    organ = Organ().staffed()
    organ.meeting("2024-03-05 09:00", GROUP, kind="special", claims=("PS1",), ref="FIRST")
    organ.meeting("2024-03-05 09:00", GROUP, kind="special", claims=("PS1",), ref="AGAIN", recorded="2024-03-06")
    found = row(organ, "PS1", period="2024")

    assert (found.credited, refs(found)) == (1, {"FIRST"})
    assert why(found)["AGAIN"] == ("not_counted", "double_credit")


def test_a_talk_of_one_signature_is_doubtful_and_one_after_the_case_is_rejected() -> None:
    """What one side alone signed is doubtful; what was recorded after the case about the time before is rejected."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", "mem", claims=("A2b",), ref="ALONE")
    organ.open_case("2024-08-01", "2024-07-01")
    organ.talk("mem", "head", "2024-07-30 09:00", recorded="2024-08-02", claims=("A2b",), ref="AFTER")

    first, second = row(organ, "A2b", owner="mem", period="2024H1"), row(organ, "A2b", owner="mem", period="2024H2")
    assert (first.status, why(first)) == ("doubtful", {"ALONE": ("doubtful", "ONE_SIDED_TALK")})
    assert (second.status, why(second)) == ("unmet", {"AFTER": ("rejected", "AFTER_CASE_OPENED")})


def test_a_talk_with_whom_it_is_not_owed_is_of_the_wrong_level() -> None:
    """The secretary's talk with a head is none with a member, whatever it claims."""
    organ = Organ().staffed()
    organ.talk("sec", "head", "2024-03-05 09:00", claims=("A2a",), ref="HEAD")
    organ.talk("sec", "mem", "2024-03-06 09:00", claims=("A2a",), ref="MEMBER")
    found = row(organ, "A2a", period="2024H1")

    assert (found.status, found.missing, refs(found)) == ("partly_unmet", ("sec/mem2",), {"MEMBER"})
    assert why(found) == {"HEAD": ("not_counted", "wrong_level")}


def test_what_is_asked_about_nowhere_is_told() -> None:
    """An act that claims what nobody of its kind owes is listed as counted nowhere, not lost."""
    organ = Organ().staffed()
    stray = organ.meeting("2024-03-05 09:00", ("head", "mem"), body="aid", claims=("PM3", "G0"), ref="STRAY")
    facts = organ.facts()

    assert uncounted(facts, judged_on=JUDGED_ON) == (("PM3", facts.cite(stray)),)


# --- countable -------------------------------------------------------------------------------------------------------


def test_four_kinds_of_record_each_half_year() -> None:
    """M1 asks for study, deployment, check and report; what is there and what is missing is named."""
    organ = Organ().staffed()
    did(organ, InspectionHeld, "2024-03-05", "mem", lead="mem", covers=("aid",), claims=("M1",), ref="CHECK")
    did(organ, RequestReported, "2024-03-06", "mem", "sec", author="mem", addressee="sec", claims=("M1",), ref="REPORT")
    found = row(organ, "M1", owner="mem", period="2024H1")

    assert (found.status, found.missing, refs(found)) == ("partly_unmet", ("study", "deployment"), {"CHECK", "REPORT"})
    assert found.own_number


def test_a_report_needs_each_addressees_receipt() -> None:
    """Of two superiors one receipt is partly unmet, two are met; none is unmet."""
    organ = Organ().staffed()
    for id_, kind in (("city", "superior"), ("watch", "superior_discipline")):
        organ.duty(UnitRegistered(ref=id_, unit=id_, kind=kind, name=id_), "2023-02-01")
    both = ("city", "watch")
    did(organ, ReportSent, "2024-02-05", "sec", author="group", recipients=both, receipts=("city",), for_year=2023,
        claims=("PG5b",))  # fmt: skip
    assert (row(organ, "PG5b", period="2023").status, row(organ, "PG5b", period="2023").missing) == (
        "partly_unmet",
        ("watch",),
    )
    did(organ, ReportSent, "2024-02-06", "sec", author="group", recipients=both, receipts=("watch",), for_year=2023,
        claims=("PG5b",))  # fmt: skip
    assert row(organ, "PG5b", period="2023").status == "met"
    assert row(organ, "PG5b", period="2024").status == "unmet"


def test_a_plan_after_the_first_quarter_is_late() -> None:
    """PG2a is due by the end of the window; a plan after it is late by that plan."""
    organ = Organ().staffed()
    did(organ, PlanMade, "2024-05-06", "sec", claims=("PG2a",), ref="PLAN")
    found = row(organ, "PG2a", period="2024")

    assert (found.status, found.due, found.by.ref if found.by else None) == ("late", date(2024, 3, 31), "PLAN")


def test_a_unit_act_needs_its_heads_signature() -> None:
    """A unit's plan signed by its head counts; by the recorder alone it is not signed by who owes it."""
    organ = Organ().staffed()
    did(organ, PlanMade, "2024-02-05", "head", unit="aid", claims=("PD1",))
    did(organ, PlanMade, "2024-02-06", "clerk", "handler", unit="office", claims=("PD1",), ref="UNSIGNED")

    assert row(organ, "PD1", owner="aid", period="2024").status == "met"
    assert why(row(organ, "PD1", owner="office", period="2024")) == {"UNSIGNED": ("not_counted", "not_signed")}


def test_a_self_summary_goes_to_the_leading_group() -> None:
    """A summary to somebody else is not addressed; the leading group is a registered unit or one that is set."""
    organ = Organ().staffed()
    organ.duty(UnitRegistered(ref="lead", unit="lead", kind="leading_group", name="lead"), "2023-02-01")
    did(organ, SelfSummarySubmitted, "2023-12-20", "head", unit="aid", addressee="lead", for_year=2023, claims=("PD5",))
    did(organ, SelfSummarySubmitted, "2023-12-21", "head2", unit="office", addressee="group", for_year=2023,
        claims=("PD5",), ref="ASTRAY")  # fmt: skip

    assert row(organ, "PD5", owner="aid", period="2023").status == "met"
    assert why(row(organ, "PD5", owner="office", period="2023")) == {"ASTRAY": ("not_counted", "not_addressed")}


def test_a_member_countersigns_a_supervised_units_measures() -> None:
    """PM2a and M2b are owed per supervised unit; what the member neither did nor signed does not count."""
    organ = Organ().staffed()
    did(organ, RiskMeasureTaken, "2024-02-05", "head", "mem", unit="aid", claims=("PM2a", "M2b"), ref="SIGNED")
    did(organ, RiskMeasureTaken, "2024-02-06", "head2", unit="office", claims=("PM2a",), ref="UNSIGNED")

    assert refs(row(organ, "PM2a", owner="mem", unit="aid", period="2024")) == {"SIGNED"}
    assert row(organ, "M2b", owner="mem", unit="aid", period="2024").status == "met"
    assert why(row(organ, "PM2a", owner="mem2", period="2024")) == {"UNSIGNED": ("not_counted", "not_signed")}


def test_each_person_owes_a_report_by_name() -> None:
    """A1a is owed by the secretary, the members and the heads, each for himself; for a year, until its check window."""
    organ = Organ().staffed()
    did(organ, IntegrityReportSubmitted, "2024-01-05", "head", author="head", for_year=2023, claims=("A1a",))
    found = {r.owner: r.status for r in rows(organ, "A1a", period="2023")}

    assert found == {"sec": "unmet", "mem": "unmet", "mem2": "unmet", "head": "met", "head2": "unmet"}


def test_what_is_running_is_not_due_and_a_past_gap_is_no_duty() -> None:
    """A running period is not due until its last day; periods that were over before the record began are none."""
    organ = Organ(opened="2023-08-01").staffed()
    names = {r.period: r.status for r in rows(organ, "A2b", judged_on=date(2024, 3, 1), owner="mem")}

    assert names == {"2023H2": "unmet", "2024H1": "not_due"}


@pytest.mark.parametrize(
    ("emptied", "missing"),
    [
        ({}, ()),
        ({"goal": ""}, ("goal",)),
        ({"measures": " \u3000"}, ("measures",)),
        ({"goal": None, "due": None}, ("goal", "due")),
        ({"responsible_text": ""}, ("responsible",)),
        ({"responsible_text": "", "responsible": "head"}, ()),
    ],
)
def test_a_part_of_a_plan_that_says_nothing_is_lacking(emptied: dict[str, Any], missing: tuple[str, ...]) -> None:
    """Of a plan with items each has all four parts; a text without a word in it is no part."""
    organ = Organ().staffed()
    whole: dict[str, Any] = {"goal": "g", "measures": "m", "responsible_text": "r", "due": date(2024, 6, 28)}
    items = (PlanItem(**whole), PlanItem(**{**whole, **emptied}))
    did(organ, PlanMade, "2024-02-05", "head", unit="aid", items=items, claims=("PD1",))
    found = row(organ, "PD1", owner="aid", period="2024")

    assert (found.status, found.missing) == ("met_with_gap" if missing else "met", missing)


def test_analyses_come_late_after_their_window() -> None:
    """An analysis after its window is late; with three a year the second half has one of its own."""
    organ = Organ(analyses_per_year=3).staffed()
    did(organ, AnalysisMade, "2024-08-05", "sec", lead="sec", for_period="2024-H1", claims=("PS5a",), ref="LATE")
    did(organ, AnalysisMade, "2025-01-05", "sec", lead="sec", for_period="2024-H2", claims=("PS5a",))
    found = {r.period: r.status for r in rows(organ, "PS5a")}

    assert (found["2024 mid-year"], found["2024 second half"], found["2024 year-end"]) == ("late", "met", "unmet")


def test_a_unit_registered_later_was_not_left_out() -> None:
    """A yearly check names the units that it left out, not one that came into being afterwards."""
    organ = Organ().staffed()
    did(organ, InspectionHeld, "2024-02-05", "sec", lead="sec", for_year=2023, covers=("aid",), claims=("A3a",))
    organ.duty(UnitRegistered(ref="new", unit="new", kind="department", name="new"), "2024-03-01")
    found = row(organ, "A3a", period="2023")

    assert (found.status, found.not_covered) == ("met_with_gap", ("office",))


# --- triggered -------------------------------------------------------------------------------------------------------


def warned(organ: Organ, on: str = "2024-03-04", to: str = "mem", **more: Any) -> Recorded:
    """A warning by the centre's head to a member, who signs it at once."""
    fields = {"author": "head", "addressee": to, "unit": "aid", "matter": "m", "ref": "W", **more}
    return did(organ, WarningReported, on, "head", to, **fields)


@pytest.mark.parametrize(
    ("on", "judged_on", "status"),
    [
        ("2024-03-11", "2025-12-31", "met"),
        ("2024-03-12", "2025-12-31", "late"),
        (None, "2024-03-10", "not_due"),
        (None, "2024-03-11", "unmet"),
    ],
    ids=["fifth working day", "sixth working day", "before the fifth", "nothing by the fifth"],
)
def test_prompt_is_five_working_days_from_receipt(on: str | None, judged_on: str, status: str) -> None:
    """A warning received on a Monday is answered in time until the Monday after, and late then."""
    organ = Organ().staffed()
    warned(organ)
    if on is not None:
        did(organ, InspectionHeld, on, "mem", lead="mem", covers=("aid",), claims=("PM2c",))

    assert row(organ, "PM2c", judged_on=date.fromisoformat(judged_on)).status == status


@pytest.mark.parametrize(
    ("receipt", "signer", "due"),
    [
        ({"by": "mem", "arrived": date(2024, 3, 5)}, "clerk", "2024-03-12"),
        ({"by": "mem2", "arrived": date(2024, 3, 5)}, "clerk", "2024-03-15"),
        ({"by": "mem"}, "clerk", "2024-03-22"),
        ({"occurred_at": at("2024-03-06 10:00")}, "mem", "2024-03-13"),
    ],
    ids=["of his, from its arrival", "of another", "of his, of no day", "signed for on a day"],
)
def test_time_runs_from_the_day_on_which_the_owner_received_it(receipt: dict[str, Any], signer: str, due: str) -> None:
    """Whoever puts the receipt on record, and whenever; without one of his own from the recording of the warning."""
    organ = Organ().staffed()
    told = WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 3, 4))
    warning = organ.duty(told, "2024-03-08", "head")
    organ.duty(RecordAccepted(accepts=organ.reference(warning), capacity="receipt", **receipt), "2024-03-15", signer)

    assert row(organ, "PM2c").due == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("happened", "recorded", "status"),
    [
        ("2024-02-26", "2024-03-06 20:00", "unmet"),
        ("2024-03-04", "2024-03-06 20:00", "met"),
        ("2024-03-04", "2024-03-04 08:00", "unmet"),
        ("2024-03-05", "2024-03-05 20:00", "met"),
    ],
    ids=["the week before", "recorded later on its day", "recorded before on its day", "before the warning's record"],
)
def test_what_happened_before_a_warning_is_no_answer_to_it(happened: str, recorded: str, status: str) -> None:
    """An act counts for what stood open on its own day, whichever of the two was put on record first."""
    organ = Organ().staffed()
    on, told = date.fromisoformat(happened), "2024-03-06 09:00" if recorded[:10] == "2024-03-05" else "2024-03-04 19:00"
    warning = WarningReported(
        ref="W", author="head", addressee="mem", unit="aid", text="连号发票", occurred_at=date(2024, 3, 4)
    )
    check = InspectionHeld(ref="I", lead="mem", covers=("aid",), claims=("PM2c",), occurred_at=on)
    for moment, payload, by in sorted([(told, warning, "head"), (recorded, check, "mem")]):
        organ.duty(payload, moment, by)

    assert row(organ, "PM2c").status == status
    unanswered = any(signal.code == "WARNING_UNANSWERED" for signal in signals(organ.facts()))
    assert unanswered == (status == "unmet")


def test_a_talk_of_a_day_before_the_sign_is_not_the_one_that_the_sign_asks_for() -> None:
    """PS7b: a talk with the member counts if it was held after the warning about his unit, not only written after."""
    organ = Organ().staffed()
    did(organ, WarningReported, "2024-03-04", "head", "sec", author="head", addressee="sec", unit="aid", ref="W")
    organ.talk("sec", "mem", "2024-02-28 09:00", recorded="2024-03-05", claims=("PS7b",), ref="BEFORE")
    assert row(organ, "PS7b").status == "unmet"
    organ.talk("sec", "mem", "2024-03-06 09:00", claims=("PS7b",), ref="AFTER")
    assert refs(row(organ, "PS7b")) == {"AFTER"}


def test_only_the_addressees_own_act_in_office_answers() -> None:
    """What others do, and what he does after his last day in the post, leaves his duty unmet."""
    organ = Organ().staffed()
    warned(organ)
    did(organ, InspectionHeld, "2024-03-05", "mem2", lead="mem2", covers=("aid",), claims=("PM2c",))
    organ.end("mem", "2024-03-06")
    organ.assign("mem", "handler", "2024-03-07", scope=("aid",))
    did(organ, InspectionHeld, "2024-03-08", "mem", lead="mem", covers=("aid",), claims=("PM2c",))

    assert (row(organ, "PM2c").status, row(organ, "PM2c").owner) == ("unmet", "mem")


def test_an_act_that_names_nobody_is_theirs_who_signed_it() -> None:
    """One answer for duties and signals: signing for receipt is no doing, and what a body held is its chair's alone."""
    organ = Organ().staffed()
    refers = (organ.reference(warned(organ)),)
    did(
        organ, RequestReported, "2024-03-05", "sec", "mem", addressee="sec", refers=refers, claims=("PM5b",), ref="TOLD"
    )
    did(organ, RectificationMade, "2024-03-06", "clerk", unit="aid", refers=refers, claims=("PM2c",), ref="ANOTHER'S")
    assert (row(organ, "PM5b").status, row(organ, "PM2c").status) == ("met", "unmet")
    more = {"unit": "aid", "measure": "暂停采购", "refers": refers}
    did(organ, RectificationMade, "2024-03-07", "mem", "clerk", claims=("PM2c",), ref="OWN", **more)
    assert refs(row(organ, "PM2c")) == {"OWN"}
    assert [cite.ref for cite in row(organ, "M3c").fitting] == ["OWN"]
    assert not signals(organ.facts(), codes={"WARNING_UNANSWERED"})

    organ.meeting("2024-03-08 09:00", GROUP, chair=None, kind="special", claims=("PS1",), ref="NO CHAIR")
    assert why(row(organ, "PS1", period="2024"))["NO CHAIR"][0] != "credited"
    did(organ, RequestReported, "2024-03-11", "head", "sec", addressee="sec", claims=("S2b",), ref="FROM BELOW")
    assert rows(organ, "S2b") == []
    did(organ, RectificationMade, "2024-03-12", "clerk", "sec", unit="aid", claims=("S2b",), ref="URGED")
    assert [(each.owner, each.status) for each in rows(organ, "S2b")] == [("sec", "met")]


def test_only_the_units_own_line_owes_what_a_warning_asks() -> None:
    """A member who does not supervise the unit owes nothing; its own member owes from the day he is shown to know."""
    organ = Organ().staffed()
    warning = warned(organ, to="mem2", ref="W")
    assert rows(organ, "PM2c") == rows(organ, "PM5b") == []
    organ.talk("mem2", "mem", "2024-03-18 09:00", refers=(organ.reference(warning),), recorded="2024-03-18")
    assert [(r.owner, r.trigger, r.due, r.status) for r in rows(organ, "PM2c")] == [
        ("mem", "W", date(2024, 3, 25), "unmet")
    ]
    did(organ, InspectionHeld, "2024-03-22", "mem", lead="mem", covers=("aid",), claims=("PM2c",))
    assert row(organ, "PM2c").status == "met"


def test_a_sign_binds_the_head_of_its_own_unit() -> None:
    """PD6c: the head of another unit, warned or told of a problem, owes nothing by it."""
    organ = Organ().staffed()
    did(organ, WarningReported, "2024-03-04", "clerk", "head2", author="clerk", addressee="head2", unit="aid")
    did(organ, IssueFound, "2024-03-05", "mem", finder="mem", unit="aid", reported_to=("head2",), ref="ISSUE")
    assert rows(organ, "PD6c") == []


def test_a_report_of_knowledge_is_addressed_and_received() -> None:
    """PM5b: a report to another member is not addressed, one that the secretary did not sign has no receipt."""
    organ = Organ().staffed()
    warned(organ)
    for day, to, signers, number in (
        ("2024-03-05", "mem2", ("mem", "mem2"), "ASTRAY"),
        ("2024-03-06", "sec", ("mem",), "SILENT"),
        ("2024-03-07", "sec", ("mem", "sec"), "HEARD"),
    ):
        did(organ, RequestReported, day, *signers, author="mem", addressee=to, unit="aid", claims=("PM5b",), ref=number)
    found = row(organ, "PM5b")

    assert (found.status, refs(found)) == ("met", {"HEARD"})
    assert why(found) == {"ASTRAY": ("not_counted", "not_addressed"), "SILENT": ("not_counted", "no_receipt")}


def test_one_talk_before_one_task() -> None:
    """PM4: a talk stands before one task. Two tasks and one talk leave the second without, for double credit."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-01 09:00", claims=("PM4",), ref="T")
    did(organ, KeyTaskRegistered, "2024-03-04", "head", unit="aid", ref="ONE")
    did(organ, KeyTaskRegistered, "2024-05-06", "head", unit="aid", ref="TWO")

    assert (row(organ, "PM4", trigger="ONE").status, row(organ, "PM4", trigger="TWO").status) == ("met", "unmet")
    assert why(row(organ, "PM4", trigger="TWO")) == {"T": ("not_counted", "double_credit")}
    organ.talk("mem", "head", "2024-05-07 09:00", claims=("PM4",), ref="AFTER")
    assert row(organ, "PM4", trigger="TWO").status == "late"


def test_an_announced_task_that_has_not_begun_is_not_due() -> None:
    """A task registered ahead of its start asks for the talk, and is not due before it starts."""
    organ = Organ().staffed()
    organ.duty(KeyTaskRegistered(ref="SOON", unit="aid", occurred_at=date(2024, 6, 3)), "2024-03-04", "head")

    assert row(organ, "PM4", judged_on=date(2024, 5, 1)).status == "not_due"
    assert row(organ, "PM4", judged_on=date(2024, 6, 3)).status == "unmet"


def test_an_assignment_is_accepted_or_refused_by_its_assignee() -> None:
    """PG2b: signed at once or in time is met, later late; refused is unmet at once and says so."""
    organ = Organ().staffed()
    organ.assign("handler", "handler", "2024-03-04", scope=("aid",), ref="AT-ONCE")
    late = organ.assign("clerk", "handler", "2024-03-04", "head", scope=("office",), ref="LATER")
    refused = organ.assign("head", "handler", "2024-03-05", "clerk", scope=("office",), ref="REFUSED")
    organ.duty(RecordRefused(refuses=organ.reference(refused), reason="no"), "2024-03-06", "head")
    accept(organ, late, "2024-03-20", "clerk", "holder")

    found = {r.trigger: r for r in rows(organ, "PG2b")}
    assert (found["AT-ONCE"].status, found["LATER"].status, found["REFUSED"].status) == ("met", "late", "unmet")
    assert list(why(found["REFUSED"]).values()) == [("rejected", "refused")]
    assert row(organ, "PG2b", judged_on=date(2024, 3, 7), trigger="REFUSED").status == "unmet"


def test_a_vacancy_is_filled_promptly_late_or_never() -> None:
    """A headship without holder is the Party group's to fill; a supervision the secretary's too."""
    organ = Organ().staffed()
    organ.end("head2", "2024-03-01")
    organ.assign("handler", "head", "2024-03-20", scope=("office",), ref="NEW")
    found = row(organ, "PG2b", trigger="vacancy of head 2024-03-02")

    assert (found.status, found.by.ref if found.by else None, found.unit) == ("late", "NEW", "office")
    assert rows(organ, "PS2", period=None) == []


def test_a_request_is_reviewed_by_countersigning_refusing_or_an_act() -> None:
    """PM2b: a receipt alone is no opinion; a countersignature, a refusal, or an act that refers to it is one."""
    organ = Organ().staffed()
    made = {
        number: did(organ, RequestReported, "2024-03-04", "head", unit="aid", addressee="mem", ref=number)
        for number in ("RECEIVED", "SIGNED", "REFUSED", "ANSWERED")
    }
    accept(organ, made["RECEIVED"], "2024-03-05", "mem", "receipt")
    accept(organ, made["SIGNED"], "2024-03-05", "mem", "chair")
    organ.duty(RecordRefused(refuses=organ.reference(made["REFUSED"])), "2024-03-05", "mem")
    organ.talk("mem", "head", "2024-03-05 15:00", claims=("PM2b",), refers=(organ.reference(made["ANSWERED"]),))

    found = {r.trigger: r.status for r in rows(organ, "PM2b")}
    assert found == {"RECEIVED": "unmet", "SIGNED": "met", "REFUSED": "met", "ANSWERED": "met"}


def test_an_appointment_is_decided_before_it_by_a_valid_meeting() -> None:
    """G2a, S4b: the meeting on cadres stands before the first day; two of three is its quorum, one of three is none."""
    organ = Organ().staffed()
    organ.meeting("2024-02-05 09:00", GROUP, kind="cadre", unit="aid", claims=("G2a", "S4b"), ref="DECIDED")
    organ.meeting("2024-02-06 09:00", ("sec",), kind="cadre", unit="office", claims=("G2a", "S4b"), ref="ALONE")
    organ.end("head", "2024-02-29")
    organ.end("head2", "2024-02-29")
    organ.assign("handler", "head", "2024-03-01", scope=("aid",), ref="GOOD")
    organ.assign("clerk", "head", "2024-03-01", scope=("office",), ref="BAD")

    for id_, owner in (("G2a", "group"), ("S4b", "sec")):
        assert (row(organ, id_, trigger="GOOD").status, row(organ, id_, trigger="GOOD").owner) == ("met", owner)
        assert (row(organ, id_, trigger="BAD").status, why(row(organ, id_, trigger="BAD"))) == (
            "unmet",
            {"ALONE": ("rejected", "NO_QUORUM")},
        )


def test_the_secretarys_part_in_an_appointment_is_a_meeting_that_he_chairs() -> None:
    """S4b, as PS1: a meeting that a member chaired decides for the group (G2a), and is nothing the secretary did."""
    organ = Organ().staffed()
    organ.meeting("2024-02-05 09:00", ("mem", "sec", "mem2"), kind="cadre", unit="aid", claims=("G2a", "S4b"))
    organ.assign("handler", "handler", "2024-03-01", scope=("aid",), ref="MADE")

    assert [row(organ, id_, trigger="MADE").status for id_ in ("G2a", "S4b")] == ["met", "unmet"]


def test_a_claim_by_whom_the_duty_does_not_bind_makes_no_row() -> None:
    """S2b is the secretary's and PD6c the head's of that unit: whoever else claims it owes nothing and did nothing."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", claims=("S2b", "PD6c"), unit="aid")
    organ.talk("head2", "handler", "2024-03-06 09:00", claims=("PD6c",), unit="aid")
    assert not rows(organ, "S2b") + rows(organ, "PD6c")
    organ.talk("sec", "mem", "2024-03-07 09:00", claims=("S2b",), ref="URGED")
    organ.talk("head", "handler", "2024-03-08 09:00", claims=("PD6c",), unit="aid", ref="TOLD")

    assert [(r.owner, r.trigger, r.status) for r in rows(organ, "S2b")] == [("sec", "URGED", "met")]
    assert [(r.owner, r.trigger, r.status) for r in rows(organ, "PD6c")] == [("head", "TOLD", "met")]


def test_an_urging_that_refers_to_a_warning_is_not_lost() -> None:
    """S2b knows no other trigger than the urging itself, whatever that refers to."""
    organ = Organ().staffed()
    lapse = warned(organ)
    organ.talk("sec", "mem", "2024-04-07 09:00", claims=("S2b",), refers=(organ.reference(lapse),), ref="URGED")

    assert [(r.trigger, r.status) for r in rows(organ, "S2b")] == [("URGED", "met")]


def test_a_head_owes_by_what_he_learns_himself() -> None:
    """PD6c: told to the member alone, by a detour as at once, it does not bind the head; told to the head it does."""
    organ = Organ().staffed()
    fields = {"author": "handler", "unit": "aid"}
    astray = did(organ, WarningReported, "2024-03-04", "handler", "mem2", addressee="mem2", ref="ASTRAY", **fields)
    organ.talk("mem2", "mem", "2024-03-07 09:00", refers=(organ.reference(astray),))
    did(organ, WarningReported, "2024-04-01", "handler", "mem", addressee="mem", ref="DIRECT", **fields)
    assert [(r.trigger, r.owner) for r in rows(organ, "PM2c")] == [("ASTRAY", "mem"), ("DIRECT", "mem")]
    assert not rows(organ, "PD6c")
    organ.talk("mem", "head", "2024-05-07 09:00", refers=(organ.reference(astray),))

    assert [(r.trigger, r.owner, r.due) for r in rows(organ, "PD6c")] == [("ASTRAY", "head", date(2024, 5, 13))]


def test_a_democratic_life_meeting_decides_on_no_appointment() -> None:
    """G2b: a problem found that refers to a meeting is one with an appointment where that was a meeting on cadres."""
    organ = Organ().staffed()
    for kind, day in (("democratic_life", "2024-02-05"), ("cadre", "2024-02-06")):
        held = organ.meeting(f"{day} 09:00", GROUP, kind=kind)
        did(organ, IssueFound, day, "mem", finder="mem", refers=(organ.reference(held),), ref=kind)

    assert [r.trigger for r in rows(organ, "G2b")] == ["cadre"]


def test_an_issue_with_an_appointment_is_corrected() -> None:
    """G2b: a problem found that refers to an appointment asks for a correction that refers to the problem."""
    organ = Organ().staffed()
    made = organ.assign("handler", "handler", "2024-03-04", scope=("aid",))
    issue = did(organ, IssueFound, "2024-04-01", "mem", finder="mem", refers=(organ.reference(made),), ref="I")
    other = did(organ, IssueFound, "2024-04-02", "mem", finder="mem", unit="aid", ref="ELSE")
    assert [(r.trigger, r.status) for r in rows(organ, "G2b")] == [("I", "unmet")]
    did(organ, RectificationMade, "2024-04-03", "sec", refers=(organ.reference(issue), organ.reference(other)),
        claims=("G2b",))  # fmt: skip
    assert row(organ, "G2b").status == "met"


def test_an_instruction_from_above_is_carried_out_in_its_year() -> None:
    """G6a: a document of a superior body asks for an activity that refers to it; one without is its own trigger."""
    organ = Organ().staffed()
    organ.duty(UnitRegistered(ref="watch", unit="watch", kind="superior_discipline", name="w"), "2023-02-01")
    sent = did(organ, ReportSent, "2024-03-04", "clerk", author="watch", recipients=("group",), ref="ORDER")
    assert row(organ, "G6a").status == "unmet"
    did(
        organ,
        EducationHeld,
        "2024-05-06",
        "clerk",
        "sec",
        body="group",
        claims=("G6a",),
        refers=(organ.reference(sent),),
    )
    did(organ, EducationHeld, "2024-06-03", "clerk", "sec", body="group", claims=("G6a",), ref="OWN")

    assert {r.trigger: r.status for r in rows(organ, "G6a")} == {"ORDER": "met", "OWN": "met"}


def test_the_secretary_talks_with_the_member_of_whose_remit_he_is_warned() -> None:
    """PS7b: a warning to the secretary asks for a talk with the supervising member, unless he brought it."""
    organ = Organ().staffed()
    warned(organ, to="sec")
    warned(organ, "2024-04-01", to="sec", author="mem", ref="OWN")
    assert [(r.trigger, r.status) for r in rows(organ, "PS7b")] == [("W", "unmet")]
    organ.talk("sec", "mem", "2024-04-02 09:00", claims=("PS7b",))
    assert row(organ, "PS7b").status == "late"


def test_a_serious_problem_goes_to_both_superiors() -> None:
    """PS7c: a report to one of two superiors is partly unmet; to none of them it is not addressed."""
    organ = Organ().staffed()
    for id_, kind in (("city", "superior"), ("watch", "superior_discipline")):
        organ.duty(UnitRegistered(ref=id_, unit=id_, kind=kind, name=id_), "2023-02-01")
    issue = did(organ, IssueFound, "2024-03-04", "mem", finder="mem", unit="aid", reported_to=("sec",), ref="I")
    did(organ, ReportSent, "2024-03-05", "sec", author="sec", recipients=("group",), claims=("PS7c",), ref="ASTRAY",
        refers=(organ.reference(issue),))  # fmt: skip
    assert (row(organ, "PS7c").status, why(row(organ, "PS7c"))) == (
        "unmet",
        {"ASTRAY": ("not_counted", "not_addressed")},
    )
    did(organ, ReportSent, "2024-03-06", "sec", author="sec", recipients=("city", "watch"), receipts=("watch",),
        refers=(organ.reference(issue),), claims=("PS7c",))  # fmt: skip
    assert (row(organ, "PS7c").status, row(organ, "PS7c").missing) == ("partly_unmet", ("city",))


def _reported_to_one_of_two() -> tuple[Organ, Recorded]:
    """A problem of 4 March, due on the 11th, that the secretary reported in time to one of two superiors."""
    organ = Organ().staffed()
    for id_, kind in (("city", "superior"), ("watch", "superior_discipline")):
        organ.duty(UnitRegistered(ref=id_, unit=id_, kind=kind, name=id_), "2023-02-01")
    issue = did(organ, IssueFound, "2024-03-04", "mem", finder="mem", unit="aid", reported_to=("sec",), ref="I")
    _report_up(organ, issue, "2024-03-06", "city")
    return organ, issue


def _report_up(organ: Organ, issue: Recorded, on: str, to: str, *, refers: bool = True) -> None:
    did(organ, ReportSent, on, "sec", author="sec", recipients=(to,), receipts=(to,), claims=("PS7c",), unit="aid",
        ref=f"TO-{to}", refers=(organ.reference(issue),) if refers else None)  # fmt: skip


def test_what_only_one_of_two_superiors_has_is_not_due_before_its_day() -> None:
    """PS7c: what falls due later is not due, who lacks it is named; on the day it is partly unmet."""
    organ, _ = _reported_to_one_of_two()
    for judged_on, status in ((date(2024, 3, 8), "not_due"), (date(2024, 3, 11), "partly_unmet")):
        found = row(organ, "PS7c", judged_on)
        assert (found.status, found.missing, refs(found)) == (status, ("watch",), {"TO-city"})


@pytest.mark.parametrize("refers", [True, False], ids=["refers to it", "refers to nothing"])
@pytest.mark.parametrize(("on", "status", "by"), [("2024-03-11", "met", None), ("2024-05-06", "late", "TO-watch")])
def test_a_superior_told_after_the_day_makes_a_report_late(on: str, status: str, by: str | None, refers: bool) -> None:
    """PS7c: done when the last superior has it, by a report that refers to the problem or comes while it is open."""
    organ, issue = _reported_to_one_of_two()
    _report_up(organ, issue, on, "watch", refers=refers)
    found = row(organ, "PS7c")

    assert (found.status, found.missing, refs(found)) == (status, (), {"TO-city", "TO-watch"})
    assert (found.by.ref if found.by else None) == by


def test_a_problem_raised_with_the_group_comes_before_it() -> None:
    """G1b: what is addressed to the Party group is studied by a meeting of the group that refers to it."""
    organ = Organ().staffed()
    raised = did(organ, IssueFound, "2024-03-04", "mem", finder="mem", reported_to=("group",), unit="aid", ref="I")
    assert row(organ, "G1b").status == "unmet"
    organ.meeting("2024-03-06 09:00", GROUP, claims=("G1b",), refers=(organ.reference(raised),))
    assert row(organ, "G1b").status == "met"


def test_a_head_talks_or_reports_on_a_sign() -> None:
    """PD6c: a sign that reached the head asks for either; a report of a sign not on record is its own trigger."""
    organ = Organ().staffed()
    sign = warned(organ, author="clerk", to="head", ref="SIGN")
    assert row(organ, "PD6c").status == "unmet"
    did(organ, WarningReported, "2024-03-06", "head", "mem", author="head", addressee="mem", unit="aid",
        refers=(organ.reference(sign),), claims=("PD6c",), ref="ANSWER")  # fmt: skip
    did(
        organ, WarningReported, "2024-06-05", "head", "mem", author="head", addressee="mem", claims=("PD6c",), ref="OWN"
    )

    assert {r.trigger: r.status for r in rows(organ, "PD6c")} == {"SIGN": "met", "OWN": "met"}


def test_a_lead_unit_urges_the_units_that_share_a_task() -> None:
    """PD4: a task that covers other units is its unit's to urge, by its head."""
    organ = Organ().staffed()
    did(organ, KeyTaskRegistered, "2024-03-04", "head", unit="aid", covers=("aid", "office"), ref="SHARED")
    assert (row(organ, "PD4").owner, row(organ, "PD4").status) == ("aid", "unmet")
    organ.talk("head", "head2", "2024-04-02 09:00", claims=("PD4",), unit="office")
    assert row(organ, "PD4").status == "met"


@pytest.mark.parametrize(
    ("owner", "co_units", "done", "urging", "expected"),
    [
        ("head", ("office",), "office", None, ("aid", "met")),
        ("head", ("office",), None, "head", ("aid", "met")),
        ("head", ("office",), None, "mem", ("aid", "unmet")),
        ("head", ("office",), None, None, ("aid", "unmet")),
        ("head", ("aid", "office"), "office", None, ("aid", "partly_unmet")),
        ("mem", ("office",), None, "mem", None),
    ],
)
def test_a_task_that_a_head_owns_with_other_units_is_his_units_to_urge(
    owner: str, co_units: tuple[str, ...], done: str | None, urging: str | None, expected: tuple[str, str] | None
) -> None:
    """PD4: where a task names no unit, it is that of the unit that its owner heads; who heads none owes it for none."""
    organ = Organ().staffed()
    given = {"owner": owner, "co_units": co_units, "due": date(2024, 6, 28)}
    task = organ.reference(did(organ, TaskAssigned, "2024-03-04", "clerk", ref="TASK", **given))
    if urging is not None:
        organ.talk(urging, "head2", "2024-05-06 09:00", refers=(task,), claims=("PD4",))
    if done is not None:
        did(organ, TaskReported, "2024-06-03", "clerk", of=task, unit=done, done=True)

    assert [(each.owner, each.status) for each in rows(organ, "PD4")] == ([] if expected is None else [expected])


def test_important_work_is_led_in_person() -> None:
    """S1: a key task and a problem reported to the secretary each ask for an act of his own."""
    organ = Organ().staffed()
    did(organ, KeyTaskRegistered, "2024-03-04", "head", unit="aid", ref="TASK")
    did(organ, IssueFound, "2024-06-03", "mem", finder="mem", unit="aid", reported_to=("sec",), ref="ISSUE")
    organ.talk("sec", "head", "2024-06-04 09:00", unit="aid", claims=("S1",))

    assert {r.trigger: r.status for r in rows(organ, "S1")} == {"TASK": "late", "ISSUE": "met"}


@pytest.mark.parametrize("refers", ["TASK", "ISSUE", None])
def test_an_act_that_refers_to_one_of_two_kinds_of_trigger_counts_for_that_one_only(refers: str | None) -> None:
    """S1 has two kinds of trigger: a talk about the key task deals with no problem beside it, nor the other way."""
    organ = Organ().staffed()
    signs = {
        "TASK": did(organ, KeyTaskRegistered, "2024-03-04", "head", unit="aid", ref="TASK"),
        "ISSUE": did(
            organ, IssueFound, "2024-03-05", "mem", finder="mem", unit="aid", reported_to=("sec",), ref="ISSUE"
        ),
    }
    cited = (organ.reference(signs[refers]),) if refers is not None else None
    organ.talk("sec", "head", "2024-03-06 09:00", unit="aid", refers=cited, claims=("S1",))
    meant = {refers} if refers is not None else {"TASK", "ISSUE"}

    assert {r.trigger for r in rows(organ, "S1", status="met")} == meant
    assert {r.trigger for r in rows(organ, "S1", status="unmet")} == signs.keys() - meant


def test_a_document_of_the_group_bears_the_secretarys_signature() -> None:
    """PS5b: signed at recording or soon after is met; unsigned is unmet."""
    organ = Organ().staffed()
    did(organ, ReportSent, "2024-03-04", "clerk", "sec", author="group", recipients=("group",), ref="SIGNED")
    later = did(organ, ReportSent, "2024-03-05", "clerk", author="group", recipients=("group",), ref="LATER")
    did(organ, ReportSent, "2024-03-06", "clerk", author="group", recipients=("group",), ref="NEVER")
    accept(organ, later, "2024-03-07", "sec", "chair")

    found = {r.trigger: r.status for r in rows(organ, "PS5b")}
    assert found == {"SIGNED": "met", "LATER": "met", "NEVER": "unmet"}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("id_", ["PM2b", "PS5b"])
def test_an_opinion_that_claims_nothing_fits(id_: str, named: bool) -> None:
    """In time it fits, of whom it names or, where it names nobody, who signed it; another's does not, nor one late."""
    organ = Organ().staffed()
    if id_ == "PM2b":
        own, other = "mem", "sec"
        asked = did(organ, RequestReported, "2024-03-04", "head", unit="aid", addressee=own)
    else:
        own, other = "sec", "mem"
        asked = did(organ, ReportSent, "2024-03-04", "clerk", author="group", recipients=("group",))
    of = organ.reference(asked)
    for ref, person, on in (("OWN", own, "2024-03-06"), ("OTHER", other, "2024-03-07"), ("LATE", own, "2024-04-22")):
        did(organ, OpinionGiven, on, person, of=of, by=person if named else None, opinion="agreed", ref=ref)

    found = row(organ, id_)
    assert (found.status, [cite.ref for cite in found.fitting]) == ("unmet", ["OWN"])


def test_an_urging_that_claims_nothing_fits() -> None:
    """PD4: a talk of the owning unit's head that refers to the task before it is due; no other's, and none after it."""
    organ = Organ().staffed()
    given = {"owner": "aid", "co_units": ("office",), "due": date(2024, 6, 28)}
    task = organ.reference(did(organ, TaskAssigned, "2024-03-04", "clerk", ref="TASK", **given))
    organ.talk("head", "head2", "2024-05-06 09:00", refers=(task,), ref="URGED")
    organ.talk("mem", "head2", "2024-05-07 09:00", refers=(task,), ref="ANOTHER'S")
    organ.talk("head", "head2", "2024-05-08 09:00", ref="OF NO TASK")
    organ.talk("head", "head2", "2024-07-02 09:00", refers=(task,), ref="AFTER")

    found = row(organ, "PD4")
    assert (found.status, [cite.ref for cite in found.fitting]) == ("unmet", ["URGED"])


def test_a_checks_result_is_used() -> None:
    """A3b: by the check's own word, or by an appointment that refers to it; else unmet at the year's end."""
    organ = Organ().staffed()
    check = {"lead": "sec", "covers": ("aid", "office"), "claims": ("A3a", "A3b")}
    did(organ, InspectionHeld, "2024-02-05", "sec", for_year=2023, result_used_in_assessment=True, ref="USED", **check)
    cited = did(organ, InspectionHeld, "2025-02-05", "sec", for_year=2024, ref="CITED", **check)
    assert {r.trigger: r.status for r in rows(organ, "A3b")} == {"USED": "met", "CITED": "unmet"}
    organ.assign("handler", "handler", "2025-03-03", scope=("aid",), refers=(organ.reference(cited),))
    assert row(organ, "A3b", trigger="CITED").status == "met"


def test_who_rotated_in_time_met_it_and_who_will_be_due_is_told() -> None:
    """G2c: the day on which the years are full; rotated before is met, held beyond is unmet, else not due yet."""
    organ = Organ(rotation_years=2).staffed()
    organ.assign("handler", "handler", "2023-01-04", scope=("aid",), functions=("finance",), valid_to="2023-12-31")
    organ.assign("clerk", "handler", "2023-01-05", scope=("office",), functions=("finance",))
    organ.assign("head", "handler", "2024-06-03", scope=("office",), functions=("personnel",))
    found = {r.subject: (r.status, r.due) for r in rows(organ, "G2c")}

    assert found["handler"] == ("met", date(2025, 1, 4))
    assert found["clerk"] == ("unmet", date(2025, 1, 5))
    assert found["head"] == ("not_due", date(2026, 6, 3))


# --- settings --------------------------------------------------------------------------------------------------------


def test_a_collective_talk_counts_only_where_it_is_set_and_is_marked_weaker() -> None:
    """By default a talk with several at once is none with each; where it is set it counts, marked."""
    for setting, status, verdict in ((False, "unmet", "not_counted"), (True, "met", "weak")):
        organ = Organ(collective_talks_count=setting).staffed()
        organ.meeting("2024-03-05 09:00", GROUP, kind="collective_talk", claims=("A2a",), ref="ALL")
        found = row(organ, "A2a", period="2024H1")
        assert found.status == status
        assert (verdict, "collective") in why(found).values()


def test_one_act_for_several_obligations_is_a_setting() -> None:
    """By default one meeting serves PS1 and PG1; where it may serve one only, it serves the one it claims first."""
    for setting, statuses in ((True, {"met"}), (False, {"met", "unmet"})):
        organ = Organ(one_act_several_obligations=setting).staffed()
        organ.meeting("2024-03-05 09:00", GROUP, kind="special", claims=("PG1", "PS1"))
        organ.meeting("2024-04-02 09:00", GROUP, kind="special", claims=("PG1", "PS1"))
        assert {row(organ, id_, period="2024").status for id_ in ("PG1", "PS1")} == statuses


def test_the_duty_follows_the_post_or_the_holder() -> None:
    """By default the successor owes what the predecessor left; where it follows the holder each owes his own."""
    for setting, owners in (("post", {"handler"}), ("holder", {"mem", "handler"})):
        organ = Organ(pair_follows=setting).staffed()
        organ.end("mem", "2024-03-31")
        organ.assign("handler", "member", "2024-04-01", supervises=("aid",))
        assert {r.owner for r in rows(organ, "A2b", period="2024H1")} - {"mem2"} == owners


def test_what_a_predecessor_had_done_is_said_of_him() -> None:
    """Of a duty that follows the post, what was done before the successor came stands under who did it."""
    organ = Organ().staffed()
    did(organ, InspectionHeld, "2024-02-05", "sec", lead="sec", for_year=2023, covers=("aid",), claims=("PS6",))
    organ.end("sec", "2024-03-01")
    organ.assign("handler", "secretary", "2024-03-02")

    assert row(organ, "PS6", period="2023").owner == "sec"
    assert row(organ, "PS6", period="2024").owner == "handler"


def test_further_settings_answer_the_open_questions() -> None:
    """Who reports, which late tasks ask, whether a function supervises, whose signature a unit's act needs."""
    organ = Organ(secretary_reports=False, late_key_tasks_count=False, head_signs_unit_acts=False).staffed()
    organ.duty(KeyTaskRegistered(ref="LATE", unit="aid", occurred_at=date(2024, 3, 1)), "2024-03-04", "head")
    did(organ, PlanMade, "2024-03-05", "clerk", unit="aid", claims=("PD1",))

    assert "sec" not in {r.owner for r in rows(organ, "A1a")}
    assert rows(organ, "PM4") == []
    assert row(organ, "PD1", owner="aid", period="2024").status == "met"
    for setting, owners in ((False, {"mem", "mem2"}), (True, {"mem", "mem2", "handler"})):
        other = Organ(functions_supervise=setting).staffed()
        other.assign("handler", "member", "2023-02-01", functions=("finance",))
        assert {r.owner for r in rows(other, "PM3", period="2024")} == owners


def test_a_layers_demand_binds_the_periods_from_its_day_on() -> None:
    """From 2024 on a layer above asks for a meeting each half-year: the years before are owed as the table has them."""
    demand = {"PG1": {"times": 1, "every": "half_year", "since": "2024-01-01"}}
    organ = Organ(obligations=demand).staffed()
    organ.meeting("2023-03-07 09:00", GROUP, kind="special", claims=("PG1",))
    organ.meeting("2024-03-05 09:00", GROUP, kind="special", claims=("PG1",))
    found = {r.period: r.status for r in rows(organ, "PG1")}

    assert found == {"2023": "met", "2024H1": "met", "2024H2": "unmet", "2025H1": "unmet", "2025H2": "unmet"}


def test_an_obligation_out_of_force_is_owed_by_nobody() -> None:
    """Where the organ's layer releases an obligation and no layer demands it, it has no instance."""
    assert rows(Organ(obligations={"M1": {"in_force": False}}).staffed(), "M1") == []


# --- standing --------------------------------------------------------------------------------------------------------


def test_a_standing_duty_lists_evidence_and_doubt() -> None:
    """Evidence that a signal blames stands apart; the days asked for limit both."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05 09:00", claims=("M3a",), ref="GOOD")
    organ.talk("mem", "head", "2024-04-02 09:00", "mem", claims=("M3a",), ref="DOUBT")
    found = {duty.obligation: duty for duty in standing(organ.facts(), judged_on=JUDGED_ON)}

    assert [cite.ref for cite in found["M3a"].evidence] == ["GOOD"]
    assert [cite.ref for cite in found["M3a"].doubted] == ["DOUBT"]
    assert len(found) == 35


def test_a_meeting_with_members_is_no_talk_with_units() -> None:
    """PM3 asks for the member's own meeting: one chaired by another member is not his."""
    organ = Organ().staffed()
    held = MeetingHeld(
        ref="M", chair="mem2", attendees=("mem2", "head"), occurred_at=at("2024-03-05 09:00"), claims=("PM3",)
    )
    organ.duty(held, "2024-03-05 20:00", "mem2", "clerk")

    assert {r.owner: r.status for r in rows(organ, "PM3", period="2024")} == {"mem": "unmet", "mem2": "met"}


@pytest.mark.parametrize(
    ("due", "on", "status"),
    [
        (date(2027, 1, 5), date(2027, 1, 6), "late_provisional"),
        (date(2027, 1, 5), date(2027, 1, 19), "late_provisional"),
        (date(2027, 1, 5), date(2027, 1, 20), "late"),
        (None, date(2027, 1, 6), "late"),
    ],
)
def test_late_after_a_due_day_that_may_move_is_provisional(due: date | None, on: date, status: str) -> None:
    """Within ten working days after a provisional due day an act is neither late nor undone."""
    assert late_or_provisional("late", on, due) == status


def test_nothing_is_met_by_nothing() -> None:
    """A report to the superiors is not applicable where none is registered, and the row says what is missing."""
    found = [each for each in obligations(Organ().staffed().facts(), judged_on=JUDGED_ON) if each.obligation == "PG5b"]

    assert found
    assert {(each.status, each.missing, each.met_by) for each in found} == {("not_applicable", ("superior",), ())}


def _members_owing(organ: Organ, period: str) -> set[str]:
    """Who owes what every member owes who supervises something: alike of PM3 and of M1 and M3b in its last half."""
    owners = {r.owner for r in rows(organ, "PM3", period=period)}
    for id_ in ("M1", "M3b"):
        assert {r.owner for r in rows(organ, id_, period=f"{period}H2")} == owners
    return owners


def test_who_acts_in_charge_of_a_vacant_members_post_owes_what_a_member_owes() -> None:
    """R5: a full holder for the interval: PM3, M1, M3b and the secretary's talk with him; who only covers is none."""
    for mode, owners in (("in_charge", {"mem2", "handler"}), ("cover", {"mem2"})):
        organ = Organ().staffed()
        organ.end("mem", "2024-06-30", made=organ.entries["duty"][-4])
        organ.act("handler", "member", "2024-07-15", mode, supervises=("aid",))
        organ.talk("sec", "handler", "2024-09-02 09:00", claims=("A2a",), ref="TALK")
        found = row(organ, "A2a", period="2024H2")

        assert _members_owing(organ, "2024") == owners
        assert {pair.subject: pair.status for pair in found.pairs} == {
            who: "met" if who == "handler" else "unmet" for who in owners
        }
        assert [cite.ref for cite in found.not_counted] == ([] if mode == "in_charge" else ["TALK"])


def test_who_acts_for_a_member_on_leave_sits_in_his_seat_and_nothing_is_owed_twice() -> None:
    """The member owes as before; a talk with either is the talk with both; days away are whose who acts."""
    organ = Organ().staffed()
    organ.duty(
        LeaveTaken(ref="L", person="mem", valid_from=date(2024, 8, 1), valid_to=date(2024, 12, 31)), "2024-08-01"
    )
    organ.act("handler", "member", "2024-08-01", supervises=("aid",), valid_to="2024-12-31")
    seats = {pair.subject: pair.status for pair in row(organ, "A2a", period="2024H2").pairs}
    assert (_members_owing(organ, "2024"), seats) == ({"mem", "mem2"}, {"handler": "unmet", "mem2": "unmet"})
    organ.talk("sec", "handler", "2024-09-02 09:00", claims=("A2a",))
    seats = {pair.subject: pair.status for pair in row(organ, "A2a", period="2024H2").pairs}

    assert seats == {"handler": "met", "mem2": "unmet"}
    assert {pair.subject for pair in row(organ, "A2a", period="2025H1").pairs} == {"mem", "mem2"}


def test_who_acts_over_no_named_unit_stands_in_for_a_member_on_leave_else_for_nobody() -> None:
    """Nothing tells whose seat it is but who is away; with nobody away it is a seat of its own."""
    organ = Organ().staffed()
    days = date(2024, 7, 1), date(2024, 12, 31)
    organ.duty(LeaveTaken(ref="L", person="mem", valid_from=days[0], valid_to=days[1]), "2024-07-01")
    organ.act("handler", "member", "2024-07-01")
    for period, seats in (("2024H2", ["handler", "mem2"]), ("2025H1", ["handler", "mem", "mem2"])):
        assert sorted(str(pair.subject) for pair in row(organ, "A2a", period=period).pairs) == seats


def test_a_member_who_acts_for_another_keeps_to_his_own_seat() -> None:
    """A titular member sits once, whatever else he acts in: a talk with him is none with whom he stands in for."""
    organ = Organ().staffed()
    organ.act("mem2", "member", "2024-07-01", supervises=("aid",), valid_to="2024-12-31")
    organ.talk("sec", "mem2", "2024-08-05 09:00", claims=("A2a",))

    assert _members_owing(organ, "2024") == {"mem", "mem2"}
    assert {p.subject: p.status for p in row(organ, "A2a", period="2024H2").pairs} == {"mem": "unmet", "mem2": "met"}
