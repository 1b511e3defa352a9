"""Who held which duty: lines, vacancies, membership."""

from datetime import date

import pytest

from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.register import PostRegistered, UnitRegistered
from projections.facts.holdings import (
    LEVELS,
    Holding,
    Level,
    counted_tenures,
    covers_of,
    disputed_days,
    gaps,
    governed_units,
    holders_on,
    level_tenures,
    line_holders,
    membership,
    retro_weight,
    stints,
    supervised_units,
)
from projections.facts.values import Period
from projections.obligations import obligations
from tests.support.facts_maker import Organ

DAY = date.fromisoformat
YEAR = Period(DAY("2024-01-01"), DAY("2024-12-31"))


def held(
    organ: Organ, level: Level, unit: str | None = "aid", *, primary: bool = True
) -> list[tuple[str, str, str, bool]]:
    """(person, first, last, acting) of the year's holders."""
    found = line_holders(organ.facts(), level, unit, YEAR, primary=primary)
    return [shown(holding) for holding in found]


def shown(holding: Holding) -> tuple[str, str, str, bool]:
    return holding.person, holding.period.first.isoformat(), holding.period.last.isoformat(), holding.acting


def test_holders_follow_one_another_and_are_cut_to_the_days_asked() -> None:
    """Each holder has own days, both ends included; open and longer tenures are cut to what was asked."""
    organ = Organ().staffed()
    organ.end("head", "2024-01-31")
    organ.assign("handler", "head", "2024-02-01", scope=("aid",), ref="NEW")
    assert held(organ, "head") == [
        ("head", "2024-01-01", "2024-01-31", False),
        ("handler", "2024-02-01", "2024-12-31", False),
    ]
    assert line_holders(organ.facts(), "head", "aid", YEAR, primary=True)[1].entry.ref == "NEW"


def test_acting_in_charge_holds_and_cover_does_not() -> None:
    """Acting in charge is a holding of its own, flagged; cover is told apart and fills no gap."""
    organ = Organ().staffed()
    organ.end("sec", "2024-03-15")
    organ.act("mem", "secretary", "2024-03-16", valid_to="2024-05-05", scope=("group",))
    organ.act("mem2", "secretary", "2024-05-06", "cover", valid_to="2024-05-31", scope=("group",))
    assert held(organ, "secretary", None)[1:] == [("mem", "2024-03-16", "2024-05-05", True)]
    facts = organ.facts()
    covers = covers_of(facts, "secretary", None, YEAR, primary=True)
    assert [shown(holding) for holding in covers] == [("mem2", "2024-05-06", "2024-05-31", True)]
    assert gaps(facts, "secretary", None, YEAR) == (Period(DAY("2024-05-06"), DAY("2024-12-31")),)
    assert len(level_tenures(facts, "secretary", None, YEAR)) == 3


def test_a_withdrawn_end_ends_nothing_and_a_new_one_counts_from_its_day() -> None:
    """Nor does a correction of the withdrawn end; what is ended anew on the same day is ended."""
    organ = Organ().staffed()
    end = organ.end("head", "2024-03-31", "transfer")
    moved = RecordCorrected(corrects=organ.reference(end), field="valid_to", new_value="2024-04-15")
    organ.duty(moved, "2024-04-01")
    assert held(organ, "head") == [("head", "2024-01-01", "2024-04-15", False)]

    organ.duty(RecordWithdrawn(of=organ.reference(end), ground="error"), "2024-04-02")
    assert held(organ, "head") == [("head", "2024-01-01", "2024-12-31", False)]
    assert [tenure.leaves for tenure in organ.facts().tenures(person="head")] == [None]

    organ.end("head", "2024-04-15", "rotation")
    assert held(organ, "head") == [("head", "2024-01-01", "2024-04-15", False)]
    assert [tenure.leaves for tenure in organ.facts().tenures(person="head")] == ["rotation"]


def test_a_withdrawn_correction_of_an_assignment_changes_nothing() -> None:
    """The assignment reads as before; what another correction changed stays changed."""
    organ = Organ().staffed()
    made = organ.assign("handler", "head", "2024-02-01", scope=("office",), ref="N")
    fields = (("valid_from", "2024-03-01"), ("valid_to", "2024-09-30"))
    corrections = [
        organ.duty(RecordCorrected(corrects=organ.reference(made), field=name, new_value=value), "2024-02-05")
        for name, value in fields
    ]
    organ.duty(RecordWithdrawn(of=organ.reference(corrections[0]), ground="error"), "2024-02-06")

    (tenure,) = organ.facts().tenures(person="handler")

    assert (tenure.valid_from, tenure.valid_to) == (DAY("2024-02-01"), DAY("2024-09-30"))
    assert not organ.facts().tenures(person="handler", on=DAY("2024-10-01"))
    assert organ.facts().tenures(person="handler", on=DAY("2024-02-15"))


def test_a_corrected_mode_makes_an_acting_what_it_says() -> None:
    """Cover corrected to in charge is a holder without a gap; the reverse, none; a withdrawn correction, as before."""
    organ = Organ().staffed()
    organ.end("sec", "2024-03-15")
    made = organ.act("mem", "secretary", "2024-03-16", "cover", scope=("group",))
    assert gaps(organ.facts(), "secretary", None, YEAR)
    in_charge = RecordCorrected(corrects=organ.reference(made), field="mode", new_value="in_charge")
    corrected = organ.duty(in_charge, "2024-03-20")
    assert held(organ, "secretary", None)[1:] == [("mem", "2024-03-16", "2024-12-31", True)]
    assert gaps(organ.facts(), "secretary", None, YEAR) == ()

    organ.duty(RecordCorrected(corrects=organ.reference(made), field="mode", new_value="cover"), "2024-03-21")
    assert len(gaps(organ.facts(), "secretary", None, YEAR)) == 1
    again = organ.duty(
        RecordCorrected(corrects=organ.reference(made), field="mode", new_value="in_charge"), "2024-04-01"
    )
    assert gaps(organ.facts(), "secretary", None, YEAR) == ()
    for each in (again, corrected):
        organ.duty(RecordWithdrawn(of=organ.reference(each), ground="error"), "2024-04-02")
    assert len(gaps(organ.facts(), "secretary", None, YEAR)) == 1


def test_a_corrected_legacy_takes_an_assignment_from_the_late_ones_and_back() -> None:
    """Said afterwards to be taken over from paper it is not late; said afterwards not to be, it is."""
    organ = Organ().staffed()
    made = organ.assign("handler", "handler", "2023-01-10", recorded="2024-02-01", ref="LATE")
    paper = organ.assign("clerk", "handler", "2023-01-10", recorded="2024-02-01", legacy=True, ref="PAPER")
    for entry, value in ((made, True), (paper, False)):
        organ.duty(RecordCorrected(corrects=organ.reference(entry), field="legacy", new_value=value), "2024-02-02")
    facts = organ.facts()
    weights = {tenure.entry.ref: retro_weight(facts, tenure) for tenure in facts.tenures(post="handler")}
    assert weights == {"LATE": None, "PAPER": "medium"}


def test_a_chinese_word_for_how_a_holder_left_is_read_as_the_word_of_the_list() -> None:
    """Also where a correction says it; what no list has stays as it is."""
    organ = Organ().staffed()
    end = organ.end("head", "2024-03-31", "rotation")
    organ.duty(RecordCorrected(corrects=organ.reference(end), field="leaves", new_value="退休"), "2024-04-01")
    organ.end("head2", "2024-04-30", "调任")
    organ.end("mem", "2024-05-31", "walked")

    facts = organ.facts()

    ways = {person: [t.leaves for t in facts.tenures(person=person)] for person in ("head", "head2", "mem")}
    assert ways == {"head": ["retirement"], "head2": ["transfer"], "mem": ["walked"]}


def test_successive_assignments_of_one_person_are_one_holding() -> None:
    """Assignments that touch or overlap are one holding; a free day between makes two; acting stays apart."""
    organ = Organ().staffed()
    organ.end("mem", "2024-03-31")
    organ.assign("mem", "member", "2024-04-01", valid_to="2024-06-30", supervises=("aid",))
    organ.assign("mem", "member", "2024-06-01", valid_to="2024-07-31", supervises=("aid", "office"))
    organ.assign("mem", "member", "2024-08-02", supervises=("aid",))
    assert held(organ, "supervisor") == [
        ("mem", "2024-01-01", "2024-07-31", False),
        ("mem", "2024-08-02", "2024-12-31", False),
    ]


def test_who_is_titular_and_acting_at_once_is_titular() -> None:
    """The days on which one is titular too are not counted as acting."""
    organ = Organ().staffed()
    organ.end("head", "2024-01-31")
    organ.act("handler", "head", "2024-02-01", scope=("aid",))
    organ.assign("handler", "head", "2024-03-01", scope=("aid",))
    assert held(organ, "head")[1:] == [
        ("handler", "2024-02-01", "2024-02-29", True),
        ("handler", "2024-03-01", "2024-12-31", False),
    ]
    runs = stints(line_holders(organ.facts(), "head", "aid", YEAR, primary=True))
    assert [shown(run) for run in runs][1:] == [("handler", "2024-02-01", "2024-12-31", False)]


@pytest.mark.parametrize(
    ("recorded", "weight"), [("2024-07-11", None), ("2024-08-01", "medium"), ("2024-08-10", "high")]
)
def test_an_assignment_made_up_after_the_lead_counts_from_its_recording(recorded: str, weight: str | None) -> None:
    """A primary answer leaves out the days of weight high before its recording and nothing else; others have all."""
    organ = Organ().staffed()
    organ.end("mem", "2024-06-30")
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("mem2", "member", "2024-07-01", recorded=recorded, supervises=("aid",))
    facts = organ.facts()
    (tenure,) = facts.tenures(person="mem2", supervises="aid")
    assert retro_weight(facts, tenure) == weight
    first = "2024-08-10" if weight == "high" else "2024-07-01"
    assert held(organ, "supervisor")[1:] == [("mem2", first, "2024-12-31", False)]
    assert held(organ, "supervisor", primary=False)[1:] == [("mem2", "2024-07-01", "2024-12-31", False)]
    gap = (Period(DAY("2024-07-01"), DAY("2024-08-09")),) if weight == "high" else ()
    assert gaps(facts, "supervisor", "aid", YEAR) == gap


def test_a_gap_begins_with_the_first_holder_known() -> None:
    """A duty that never had a holder has no gap, and days before the first holder are none."""
    organ = Organ().staffed()
    organ.duty(UnitRegistered(ref="new", unit="new", kind="department", name="new"), "2024-01-02")
    assert gaps(organ.facts(), "head", "new", YEAR) == ()
    organ.assign("handler", "head", "2024-05-01", valid_to="2024-05-31", scope=("new",))
    assert gaps(organ.facts(), "head", "new", YEAR) == (Period(DAY("2024-06-01"), DAY("2024-12-31")),)
    assert governed_units(organ.facts()) == ("aid", "office", "new")


def test_membership_is_secretary_and_members_each_once() -> None:
    """Further assignments of a member add no seat, other posts give none, and the days at both ends count."""
    organ = Organ().staffed()
    organ.assign("mem", "member", "2024-02-01", supervises=("office",))
    organ.end("mem2", "2024-02-29")
    organ.assign("handler", "member", "2024-03-02")
    facts = organ.facts()
    assert membership(facts, DAY("2024-02-29")) == ("sec", "mem", "mem2")
    assert membership(facts, DAY("2024-03-01")) == ("sec", "mem")
    assert membership(facts, DAY("2024-03-02")) == ("sec", "mem", "handler")
    assert membership(facts, DAY("2024-03-02"), body="office") == ()


def test_membership_without_disputed_and_covering_ones() -> None:
    """A seat made up after the lead counts before its recording only where disputed answers are asked for; cover
    gives no seat."""
    organ = Organ().staffed()
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("handler", "member", "2024-07-01", recorded="2024-10-20")
    organ.act("head", "secretary", "2024-10-21", "cover", scope=("group",))
    facts = organ.facts()
    assert membership(facts, DAY("2024-10-19")) == ("sec", "mem", "mem2")
    assert membership(facts, DAY("2024-10-19"), primary=False) == ("sec", "mem", "mem2", "handler")
    assert membership(facts, DAY("2024-10-22")) == ("sec", "mem", "mem2", "handler")


def test_supervised_units_of_a_person_are_told_once() -> None:
    """Units of all a person's assignments of the day, without cover, disputed ones, and those ended."""
    organ = Organ().staffed()
    organ.assign("mem", "member", "2024-02-01", valid_to="2024-02-29", supervises=("office", "aid"))
    organ.act("mem2", "member", "2024-02-01", "cover", valid_to="2024-02-29", supervises=("aid",))
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("handler", "member", "2024-02-01", recorded="2024-10-20", supervises=("aid",))
    facts = organ.facts()
    assert supervised_units(facts, "mem", DAY("2024-02-29")) == ("aid", "office")
    assert supervised_units(facts, "mem", DAY("2024-03-01")) == ("aid",)
    assert supervised_units(facts, "mem2", DAY("2024-02-29")) == ("office",)
    assert supervised_units(facts, "handler", DAY("2024-10-19")) == ()
    assert supervised_units(facts, "handler", DAY("2024-10-20")) == ("aid",)


def test_holders_on_a_day_may_be_titular_and_acting_side_by_side() -> None:
    """Both are told where an acting stands beside a titular holder."""
    organ = Organ().staffed()
    organ.act("handler", "head", "2024-03-01", scope=("aid",))
    found = holders_on(organ.facts(), "head", "aid", DAY("2024-03-01"))
    assert [(holding.person, holding.acting) for holding in found] == [("handler", True), ("head", False)]


def test_a_unit_must_be_named_for_a_head_or_supervisor() -> None:
    """Asking for a head without a unit is a fault, not an empty answer."""
    with pytest.raises(ValueError, match="by unit"):
        line_holders(Organ().facts(), "head", None, YEAR, primary=True)


def test_the_days_that_count_and_those_that_are_disputed() -> None:
    """An assignment made up after the lead is cut to the days from its recording on; the rest of it is disputed."""
    organ = Organ().staffed()
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("handler", "member", "2024-07-01", recorded="2024-10-20", valid_to="2024-11-30", supervises=("aid",))
    organ.assign("clerk", "member", "2024-07-01", recorded="2024-10-20", valid_to="2024-09-30", supervises=("aid",))
    facts = organ.facts()
    cut = [(tenure.person, tenure.valid_from.isoformat()) for tenure in counted_tenures(facts, role="member")]
    assert cut == [("mem", "2022-01-01"), ("mem2", "2022-01-01"), ("handler", "2024-10-20")]
    assert counted_tenures(facts, person="handler", on=DAY("2024-10-19")) == []
    assert counted_tenures(facts, person="handler", during=Period(DAY("2024-07-01"), DAY("2024-10-19"))) == []
    assert len(counted_tenures(facts, person="handler", on=DAY("2024-10-20"))) == 1
    days = {h.person: disputed_days(facts, h) for h in line_holders(facts, "supervisor", "aid", YEAR, primary=False)}
    assert days == {
        "mem": (),
        "handler": (Period(DAY("2024-07-01"), DAY("2024-10-19")),),
        "clerk": (Period(DAY("2024-07-01"), DAY("2024-09-30")),),
    }


def test_a_secretary_of_another_body_is_not_the_partys() -> None:
    """A secretary whose scope is not the Party group holds no level of the line."""
    organ = Organ().staffed()
    organ.assign("handler", "secretary", "2024-03-01", scope=("office",))
    assert [row[0] for row in held(organ, "secretary", None)] == ["sec"]


def test_rules_ask_what_a_post_is_and_not_what_it_is_called() -> None:
    """Posts registered by their Chinese words make a line, a membership and duties; a deputy and others make none."""
    organ = Organ()
    for post in ("书记", "成员", "负责人", "副职", "discipline_secretary"):
        organ.duty(PostRegistered(ref=post, post=post, exclusive=False), "2023-01-01")
    organ.assign("sec", "书记", "2023-01-02", scope=("group",))
    organ.assign("mem", "成员", "2023-01-02", supervises=("aid",))
    organ.assign("mem2", "discipline_secretary", "2023-01-02", scope=("group",))
    organ.assign("head", "负责人", "2023-01-02", scope=("aid",))
    organ.assign("head2", "副职", "2023-01-02", scope=("aid",))
    facts, on = organ.facts(), date(2024, 3, 1)
    line = [[h.person for h in holders_on(facts, level, "aid", on)] for level in LEVELS]

    assert line == [["head"], ["mem"], ["sec"]]
    assert membership(facts, on) == ("sec", "mem")
    owed = {(row.obligation, row.owner) for row in obligations(facts, judged_on=date(2024, 7, 1), ids={"A2a", "A2b"})}
    assert owed == {("A2a", "sec"), ("A2b", "mem")}
    assert {tenure.person: tenure.role for tenure in facts.tenures(on=on)}["head2"] == "deputy"
