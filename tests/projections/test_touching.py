"""Case by case: what rests on a lead rests on those of the cases that a record touches, never on another's."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledger.events.act_parts import Votes
from ledger.events.case_parts import OffenceAct, Offender, Rulebook
from ledger.events.case_work import FactsFound, LeadReceived
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.tenure import AssignmentEnded
from projections.facts.holdings import gaps, line_holders, retro_weight
from projections.facts.touching import first_lead, touched
from projections.facts.values import Circle, Period, Signal
from projections.obligations import obligations
from projections.questions.holders import holders
from projections.signals import signals
from projections.trace import trace
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ, at

DAY = date.fromisoformat
EARLY, LATE = "2024-02-01", "2024-08-05"
YEAR = Period(DAY("2024-01-01"), DAY("2024-12-31"))


def organ_of_two(**more: Any) -> Organ:
    """A case of the centre with a lead of February and one of the office with a lead of August."""
    organ = Organ().staffed()
    organ.open_case("2024-03-01", EARLY, period=("2023-02-01", "2023-12-31"))
    office: dict[str, Any] = {"ref": "K-2", "case": "K2", "unit": "office", "offender": "clerk", **more}
    organ.open_case("2024-10-14", LATE, **office)
    return organ


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


def weights(organ: Organ) -> list[tuple[str, str]]:
    """(number, weight) of each late assignment."""
    return [(signal.events[0].ref, signal.weight) for signal in fired(organ, "RETRO_ASSIGNMENT")]


# --- assignments ---


BOOKS = (Rulebook(id="cf", name="中国共产党纪律处分条例（2023）"),)


def test_a_lead_about_another_unit_makes_no_late_assignment_grave() -> None:
    """One complaint about the centre: a late headship of the office is medium, and holds from its first day."""
    organ = Organ().staffed()
    organ.open_case("2024-03-01", EARLY, period=("2023-02-01", "2023-12-31"))
    organ.end("head2", "2024-04-30")
    organ.assign("clerk", "head", "2024-05-01", recorded="2024-05-20", scope=("office",), ref="LATE")
    assert weights(organ) == [("LATE", "medium")]
    facts = organ.facts()
    assert gaps(facts, "head", "office", YEAR) == ()
    assert fired(organ, "DUTY_GAP") == []
    (holder,) = holders(facts, "head", "office", DAY("2024-05-02")).titular
    assert (holder.person, holder.flag, holder.disputed) == ("clerk", "RETRO_ASSIGNMENT", False)


@pytest.mark.parametrize(
    ("recorded", "weight"), [("2024-08-04", "medium"), ("2024-08-05 09:00", "high"), ("2024-10-20", "high")]
)
def test_an_assignment_is_weighed_by_the_lead_of_the_case_that_it_touches(recorded: str, weight: str) -> None:
    """With two cases a late headship of the office is grave from its own case's lead on, not from the other's."""
    organ = Organ().staffed()
    organ.open_case("2024-03-01", EARLY, period=("2023-02-01", "2023-12-31"))
    organ.end("head2", "2024-04-30")
    opening: dict[str, Any] = {"ref": "K-2", "case": "K2", "unit": "office", "offender": "clerk"}
    if recorded < "2024-10-14":
        organ.assign("clerk", "head", "2024-05-01", recorded=recorded, scope=("office",), ref="LATE")
        organ.open_case("2024-10-14", LATE, **opening)
    else:
        organ.open_case("2024-10-14", LATE, **opening)
        organ.assign("clerk", "head", "2024-05-01", recorded=recorded, scope=("office",), ref="LATE")
    assert weights(organ) == [("LATE", weight)]


def test_of_several_cases_touched_the_earliest_lead_decides() -> None:
    """A late assignment over both units, and one of a person of the earlier case, count from the earlier lead."""
    organ = organ_of_two()
    both = organ.assign("clerk", "member", "2024-09-01", recorded="2024-10-20", supervises=("aid", "office"))
    person = organ.assign("mem", "member", "2024-09-01", recorded="2024-10-21", supervises=("office",))
    other = organ.assign("clerk", "member", "2024-09-01", recorded="2024-10-22", supervises=("office",))
    facts = organ.facts()
    assert [first_lead(facts, made) for made in (both, person, other)] == [at(EARLY), at(EARLY), at(LATE)]


def test_the_secretary_of_the_days_of_a_case_touches_it() -> None:
    """The one post of a line that names no unit: an assignment for days of the case's period touches, others not."""
    organ = organ_of_two()
    inside = organ.assign("handler", "secretary", "2024-06-01", recorded="2024-11-01", scope=("group",))
    after = organ.assign("mem2", "handler", "2024-07-01", recorded="2024-11-02")
    elsewhere = organ.assign("head2", "secretary", "2024-06-01", recorded="2024-11-03", scope=("office",))
    facts = organ.facts()
    touch = [{c.case for c in touched(facts, made) if isinstance(c, Circle)} for made in (inside, after, elsewhere)]
    assert touch == [{"K1", "K2"}, {"K2"}, {"K2"}]


def test_attendees_of_an_enabling_decision_are_touched_also_without_vote() -> None:
    """Voting and non-voting attendees of the decision are persons of the case; the absent are not."""
    organ = Organ().staffed()
    decision = organ.meeting(
        "2024-02-20", ("sec", "mem"), absent=("handler",), non_voting=("clerk",), votes=Votes(agree=("sec", "mem"))
    )
    organ.open_case("2024-10-14", LATE, decisions=(decision,), offender="head")
    (circle,) = organ.facts().circles
    assert {"sec", "mem", "clerk"} <= circle.persons
    assert "handler" not in circle.persons


def test_a_grave_one_counts_from_the_day_of_its_recording() -> None:
    """The gap is closed from that day; `holders` has it for all its days, until then disputed, then flagged alone."""
    organ = Organ().staffed()
    organ.end("mem", "2024-06-30")
    organ.open_case("2024-10-14", LATE)
    organ.assign("handler", "member", "2024-07-01", recorded="2024-10-20", supervises=("aid",), ref="LATE")
    facts = organ.facts()
    assert gaps(facts, "supervisor", "aid", YEAR) == (Period(DAY("2024-07-01"), DAY("2024-10-19")),)
    days = {}
    for on in ("2024-07-01", "2024-10-19", "2024-10-20", "2024-12-31"):
        (holder,) = holders(facts, "supervisor", "aid", DAY(on)).titular
        days[on] = (holder.person, holder.flag, holder.disputed)
    assert days == {
        "2024-07-01": ("handler", "RETRO_ASSIGNMENT", True),
        "2024-10-19": ("handler", "RETRO_ASSIGNMENT", True),
        "2024-10-20": ("handler", "RETRO_ASSIGNMENT", False),
        "2024-12-31": ("handler", "RETRO_ASSIGNMENT", False),
    }


def replace_head(organ: Organ, former: Recorded, first: str, recorded: str) -> None:
    """The end of the handler's headship of the centre and the one that replaces it, as a replacement is written."""
    last = DAY(first) - timedelta(days=1)
    end = AssignmentEnded(
        ref="NEW", ends=organ.reference(former), person="handler", valid_to=last, occurred_at=DAY(first)
    )
    organ.duty(end, recorded)
    replaces = organ.reference(former)
    organ.assign("mem2", "head", first, recorded=recorded, scope=("aid",), replaces=replaces, ref="NEW")


@pytest.mark.parametrize(
    ("lead", "heads"),
    [
        ("2024-08-05", [("handler", "2024-01-01", "2024-08-31"), ("mem2", "2024-09-01", "2024-12-31")]),
        ("2024-09-02", [("handler", "2024-01-01", "2024-02-29"), ("mem2", "2024-03-01", "2024-12-31")]),
    ],
)
def test_who_is_replaced_afterwards_holds_until_the_day_before_that_was_recorded(
    lead: str, heads: list[tuple[str, str, str]]
) -> None:
    """A replacement made up after the lead leaves the one replaced in his post, and in the case's line, until it was
    recorded, and no gap; one that is merely late counts from its first day. `holders` has the new one for all days."""
    organ = Organ().staffed()
    organ.end("head", "2023-12-31")
    former = organ.assign("handler", "head", "2024-01-01", scope=("aid",))
    replace_head(organ, former, "2024-03-01", "2024-09-01")
    organ.open_case("2024-10-14", lead, period=("2024-03-01", "2024-06-30"), offender="clerk", rulebooks=BOOKS)
    facts = organ.facts()
    found = line_holders(facts, "head", "aid", YEAR, primary=True)
    assert [(h.person, h.period.first.isoformat(), h.period.last.isoformat()) for h in found] == heads
    assert gaps(facts, "head", "aid", YEAR) == ()
    assert fired(organ, "DUTY_GAP") == fired(organ, "DUTY_OVERLAP") == []
    disputed = lead < "2024-09-01"
    (circle,) = facts.circles
    assert ("handler" in circle.persons) == disputed
    (holder,) = holders(facts, "head", "aid", DAY("2024-05-01")).titular
    assert (holder.person, holder.disputed) == ("mem2", disputed)
    shares = [row.person for row in trace(organ.facts, "K1").shares if row.level == "head"]
    assert shares == (["handler"] if disputed else ["mem2"])


def test_who_is_replaced_afterwards_holds_no_longer_than_he_was_to() -> None:
    """A post that was to end before the replacement was recorded ends then, and leaves a gap."""
    organ = Organ().staffed()
    organ.end("head", "2023-12-31")
    former = organ.assign("handler", "head", "2024-01-01", valid_to="2024-07-31", scope=("aid",))
    replace_head(organ, former, "2024-03-01", "2024-09-01")
    organ.open_case("2024-10-14", LATE)
    assert gaps(organ.facts(), "head", "aid", YEAR) == (Period(DAY("2024-08-01"), DAY("2024-08-31")),)


def test_how_the_replaced_left_is_said_of_the_end_that_counts() -> None:
    """Said afterwards, of the same day as there is no other, how he left moves no day."""
    organ = Organ().staffed()
    organ.end("head", "2023-12-31")
    former = organ.assign("handler", "head", "2024-01-01", scope=("aid",))
    replace_head(organ, former, "2024-03-01", "2024-09-01")
    organ.end("handler", "2024-02-29", "transfer", former, recorded="2024-09-02")
    organ.open_case("2024-10-14", LATE)
    (held,) = organ.facts().tenures(person="handler", undisputed=True)
    assert (held.valid_to, held.leaves) == (DAY("2024-08-31"), "transfer")
    assert [tenure.valid_to for tenure in organ.facts().tenures(person="handler")] == [DAY("2024-02-29")]


# --- corrections ---


def test_a_correction_signed_by_all_is_judged_by_the_case_that_it_touches() -> None:
    """DISSENT_EDITED_LATER: all attendees signed a clerical correction; a lead about another unit changes nothing."""
    organ = Organ().staffed()
    votes = Votes(agree=("head2", "clerk"))
    met = organ.meeting("2024-01-20", ("head2", "clerk"), body="office", votes=votes)
    organ.open_case("2024-03-01", EARLY, period=("2023-02-01", "2023-12-31"))
    value: Any = {"agree": ["head2"], "oppose": ["clerk"]}
    correction = RecordCorrected(ref="C", corrects=organ.reference(met), field="votes", new_value=value)
    organ.duty(correction, "2024-04-01", "head2", "clerk")
    assert fired(organ, "DISSENT_EDITED_LATER") == []
    organ.open_case("2024-05-01", "2024-03-31", ref="K-2", case="K2", unit="office", offender="mem2")
    assert len(fired(organ, "DISSENT_EDITED_LATER")) == 1


@pytest.mark.parametrize(("unit", "counts"), [("office", True), ("aid", False)])
def test_a_late_correction_of_a_tenure_is_disputed_by_its_own_case_alone(unit: str, counts: bool) -> None:
    """Corrected after the lead about the centre: of the office it counts, of the centre the primary answer has none."""
    organ = Organ().staffed()
    made = organ.assign("handler", "head", "2024-01-05", scope=(unit,), ref="A")
    organ.open_case("2024-03-01", EARLY, period=("2023-02-01", "2024-01-31"), offender="clerk")
    to: Any = "2024-01-02"
    organ.duty(RecordCorrected(ref="C", corrects=organ.reference(made), field="valid_from", new_value=to), "2024-04-01")
    found = line_holders(organ.facts(), "head", unit, YEAR, primary=True)
    first = {holding.person: holding.period.first for holding in found}["handler"]
    assert first == (DAY("2024-01-02") if counts else DAY("2024-01-05"))


def test_a_correction_from_the_lead_on_changes_nothing_however_soon_it_was_made() -> None:
    """Two days after the lead, and eight after the first day of the assignment, it is a later record all the same: the
    unit added stays without supervisor, the person is none of the case's line; a day before the lead it counts."""
    found = {}
    for day in ("2024-08-04", "2024-08-07"):
        organ = Organ().staffed()
        organ.end("mem", "2024-06-30")
        made = organ.assign("handler", "member", "2024-07-30", supervises=("office",), ref="A")
        wider = RecordCorrected(corrects=organ.reference(made), field="supervises", new_value=["office", "aid"])
        organ.duty(wider, day)
        organ.open_case("2024-10-14", LATE, period=("2024-01-01", "2024-09-30"), offender="clerk")
        facts = organ.facts()
        (circle,) = facts.circles
        (gap,) = gaps(facts, "supervisor", "aid", YEAR)
        found[day] = (gap.last.isoformat(), "handler" in circle.persons)
    assert found == {"2024-08-04": ("2024-07-29", True), "2024-08-07": ("2024-12-31", False)}


@pytest.mark.parametrize(("corrected", "overdue"), [("2024-08-04", False), ("2024-08-06", True), ("2024-11-01", True)])
def test_a_rotation_is_judged_without_a_correction_from_the_lead_on(corrected: str, overdue: bool) -> None:
    """A first day moved forward after the lead takes nobody out of ROTATION_OVERDUE, nor does it make G2c not due."""
    organ = Organ().staffed()
    first = "2018-01-01"
    made = organ.assign(
        "handler", "handler", first, legacy=True, recorded="2023-01-01", functions=("finance",), ref="A"
    )
    later: Any = "2024-01-01"
    correction = RecordCorrected(corrects=organ.reference(made), field="valid_from", new_value=later)
    organ.duty(correction, corrected)
    organ.open_case("2024-11-14", LATE)
    facts = organ.facts()
    rotation = [signal.get("since") for signal in signals(facts) if signal.code == "ROTATION_OVERDUE"]
    assert bool(rotation) == overdue
    (owed,) = [row for row in obligations(facts, judged_on=DAY("2024-12-31"), ids={"G2c"}) if row.subject == "handler"]
    assert owed.status == ("unmet" if overdue else "not_due")


def test_who_held_what_together_is_judged_without_a_correction_from_the_lead_on() -> None:
    """A last day moved back after the lead shortens no DUTY_OVERLAP."""
    organ = Organ().staffed()
    other = organ.assign("clerk", "head", "2024-02-01", valid_to="2024-03-31", scope=("aid",), ref="B")
    organ.open_case("2024-10-14", LATE)
    moved: Any = "2024-02-01"
    organ.duty(RecordCorrected(corrects=organ.reference(other), field="valid_to", new_value=moved), "2024-10-20")
    assert [(row.get("from"), row.get("to")) for row in fired(organ, "DUTY_OVERLAP")] == [
        (DAY("2024-02-01"), DAY("2024-03-31"))
    ]


def test_a_late_assignment_stays_a_variant_where_it_is_said_afterwards_to_be_taken_over() -> None:
    """Corrected after the lead to be of paper, it is a late one in this case still: disputed, and told as such."""
    organ = Organ().staffed()
    organ.end("head", "2023-12-31")
    late = organ.assign("handler", "head", "2024-01-01", recorded="2024-09-01", scope=("aid",), ref="LATE")
    organ.duty(RecordCorrected(corrects=organ.reference(late), field="legacy", new_value=True), "2024-09-02")
    organ.open_case("2024-10-14", LATE, rulebooks=BOOKS, offender="clerk")
    found = trace(organ.facts, "K1")
    assert [(variant.person, variant.because.ref) for variant in found.variants] == [("handler", "LATE")]
    assert [cite.ref for cite in found.gaps[0].disputed] == ["LATE"]


@pytest.mark.parametrize(("corrected", "status"), [("2024-08-04", "retired"), ("2024-08-06", "transferred")])
def test_what_became_of_a_person_is_told_without_a_correction_from_the_lead_on(corrected: str, status: str) -> None:
    """How a holder left reads as corrected before the lead; after it, he left as it was recorded."""
    organ = Organ().staffed()
    end = organ.end("head", "2024-06-30", "transfer")
    to: Any = "retirement"
    organ.duty(RecordCorrected(corrects=organ.reference(end), field="leaves", new_value=to), corrected)
    organ.open_case("2024-10-14", LATE, rulebooks=BOOKS, offender="clerk")
    (named,) = [row for row in trace(organ.facts, "K1").persons if row.person == "head"]
    assert (named.status_now, named.lifelong) == (status, True)


# --- leads without a case, and the organ's own side ---


def test_a_case_touches_by_its_facts_as_last_corrected() -> None:
    """Its unit corrected, or facts found withdrawn: what touched it once does not now, and the trace says the same."""
    organ = Organ().staffed()
    opening = organ.open_case("2024-08-01", "2024-07-01", rulebooks=BOOKS)
    wrong = RecordCorrected(corrects=organ.reference(opening), field="unit", new_value="office")
    corrected = organ.case(wrong, "2024-08-05", of=opening)
    assert [circle.unit for circle in organ.facts().circles] == ["office"] == [trace(organ.facts, "K1").unit]

    organ.case(RecordWithdrawn(of=organ.reference(corrected), ground="error"), "2024-08-06", of=opening)
    found = organ.case(FactsFound(case="K1", unit="office"), "2024-08-07", of=opening)
    assert [circle.unit for circle in organ.facts().circles] == ["office"]
    organ.case(RecordWithdrawn(of=organ.reference(found), ground="error"), "2024-08-08", of=opening)
    assert [circle.unit for circle in organ.facts().circles] == ["aid"] == [trace(organ.facts, "K1").unit]


def test_a_lead_without_a_case_touches_what_it_concerns() -> None:
    """A complaint about the office that led to no case: late records about it are flagged, those of the centre not."""
    organ = Organ().staffed()
    lead = organ.case(LeadReceived(ref="L", kind="complaint", concerns=("office",)), LATE)
    organ.assign("clerk", "member", "2024-07-01", recorded="2024-09-01", supervises=("office",), ref="HERE")
    organ.assign("clerk", "member", "2024-07-01", recorded="2024-09-02", supervises=("aid",), ref="THERE")
    assert weights(organ) == [("HERE", "high"), ("THERE", "medium")]
    (signal,) = fired(organ, "AFTER_LEAD")
    assert (signal.events[0].ref, signal.get("lead")) == ("HERE", organ.facts().cite(lead))


def test_a_lead_taken_into_a_case_is_no_lead_without_one() -> None:
    """A case's first lead is its own: as stated, else the earliest that it cites; what it cites touches by the case."""
    organ = Organ().staffed()
    other = organ.case(LeadReceived(ref="L0", kind="complaint", concerns=("office",)), "2024-02-01")
    lead = organ.case(LeadReceived(ref="L1", kind="complaint", concerns=("aid",)), "2024-08-05")
    organ.open_case("2024-10-14", LATE, leads=(organ.reference(lead),), first_lead_at=None)
    facts = organ.facts()
    assert [circle.lead_at for circle in facts.circles] == [lead.recorded_at]
    assert [found.entry for found in facts.open_leads] == [facts.cite(other)]


def test_a_lead_that_names_its_case_is_the_cases_own() -> None:
    """Also where the opening does not cite it; it is no lead without a case."""
    organ = Organ().staffed()
    lead = organ.case(LeadReceived(ref="L1", kind="complaint", concerns=("office",), case="K1"), LATE)
    organ.open_case("2024-10-14", LATE, first_lead_at=None)
    facts = organ.facts()
    assert [circle.lead_at for circle in facts.circles] == [lead.recorded_at]
    assert facts.open_leads == ()


def test_the_organs_own_answers_know_no_lead() -> None:
    """Over the duty ledger alone a late assignment is medium and holds from its first day, whatever leads there are."""
    organ = Organ().staffed()
    organ.end("mem", "2024-06-30")
    organ.open_case("2024-10-14", LATE)
    organ.assign("handler", "member", "2024-07-01", recorded="2024-10-20", supervises=("aid",))
    alone = replace(organ.facts(), kinds=frozenset({"duty"}))
    (tenure,) = alone.tenures(person="handler")
    assert retro_weight(alone, tenure) == "medium"
    assert gaps(alone, "supervisor", "aid", YEAR) == ()
    assert {signal.code for signal in signals(alone)} & {"AFTER_LEAD", "AFTER_CASE_OPENED"} == set()


# --- a trace ---


def test_a_trace_rests_on_its_own_case_alone() -> None:
    """An assignment recorded after the other case's lead and before this one's is this trace's undisputed holder."""
    organ = Organ().staffed()
    organ.end("head2", "2024-03-31")
    organ.open_case("2024-03-31 10:00", EARLY, period=("2023-02-01", "2023-12-31"), offender="clerk")
    organ.assign("clerk", "head", "2024-04-01", recorded="2024-05-20", scope=("office",), ref="LATE")
    first, last = DAY("2024-04-01"), DAY("2024-06-30")
    organ.open_case(
        "2024-10-14", LATE, ref="K-2", case="K2", unit="office", period=(first.isoformat(), last.isoformat()),
        offenders=(Offender(person="handler", valid_from=first, valid_to=last),),
        acts=(OffenceAct(id="a1", day=first, amount=Decimal(1)),),
        rulebooks=(Rulebook(id="cf", name="中国共产党纪律处分条例（2023修订）"),),
    )  # fmt: skip
    views = organ.facts().views
    found = trace(lambda moment: ViewFacts(views, moment), "K2")
    heads = [(share.person, share.acts) for share in found.shares if share.level == "head"]
    assert heads == [("clerk", ("a1",))]
    assert weights(organ) == [("LATE", "high")]


def test_an_assignment_recorded_inside_the_period_counts_in_the_trace_from_then_on() -> None:
    """The gap before its recording has it as variant, with the acts and days of the gap alone; after it, it holds."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29")
    first, last = DAY("2024-01-01"), DAY("2024-06-30")
    acts = tuple(OffenceAct(id=on, day=DAY(on), amount=Decimal(2)) for on in ("2024-03-10", "2024-04-10", "2024-05-10"))
    case: dict[str, Any] = {
        "period": (first.isoformat(), last.isoformat()),
        "offenders": (Offender(person="clerk", valid_from=first, valid_to=last),),
        "acts": acts,
        "rulebooks": (Rulebook(id="cf", name="中国共产党纪律处分条例（2023修订）"),),
    }
    organ.assign("handler", "head", "2024-03-01", recorded="2024-04-15", scope=("aid",), ref="LATE")
    organ.open_case("2024-10-14", "2024-04-01", **case)
    found = trace(organ.facts, "K1")
    shares = [(row.person, row.period.first.isoformat(), row.acts) for row in found.shares if row.level == "head"]
    assert shares == [
        ("head", "2024-01-01", ()),
        (None, "2024-03-01", ("2024-03-10", "2024-04-10")),
        ("handler", "2024-04-15", ("2024-05-10",)),
    ]
    variants = [(v.act, v.person, v.amount, v.period.days) for v in found.variants]
    assert variants == [(on, "handler", Decimal(4), 45) for on in ("2024-03-10", "2024-04-10")]
    assert [cite.ref for cite in found.gaps[0].disputed] == ["LATE"]
    (held,) = [row for row in found.persons if row.person == "handler"]
    assert held.interval == Period(DAY("2024-04-15"), last)


def test_a_function_claimed_afterwards_is_no_ground_for_days_before() -> None:
    """R9: a member made answerable for finance only after the lead held no function in the days of the offence."""
    organ = Organ().staffed()
    books = (Rulebook(id="cf", name="中国共产党纪律处分条例（2023修订）"),)
    made: dict[str, Any] = {"functions": ("finance",), "valid_to": "2024-03-31"}
    organ.assign("handler", "member", "2024-02-01", recorded="2024-09-01", **made)
    organ.open_case("2024-10-14", LATE, functions=("finance",), rulebooks=books, offender="handler")
    (named,) = [row for row in trace(organ.facts, "K1").persons if row.person == "handler"]
    assert "R9" not in {ground.rule for ground in named.grounds}


def test_a_seat_claimed_afterwards_owes_nothing_for_days_before() -> None:
    """Who is made a member after the lead for the whole year owes the half-year's talks only from his recording on."""
    organ = Organ().staffed()
    organ.open_case("2024-08-20", LATE)
    organ.assign("handler", "member", "2024-01-01", recorded="2024-08-25", supervises=("aid",))
    found = obligations(organ.facts(), judged_on=DAY("2024-12-31"), ids={"A2a"})
    pairs = {row.period: {pair.subject for pair in row.pairs} for row in found}
    assert "handler" not in pairs["2024H1"]
    assert "handler" in pairs["2024H2"]
