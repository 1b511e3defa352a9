"""Several cases, units and organs: each case over its own ledger, a person who moved followed by links."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.core.encoding import b64encode
from ledger.errors import SeveralOrgans
from ledger.events.acts import WarningReported
from ledger.events.case_parts import OffenceAct, Offender, Pin, Rulebook
from ledger.events.case_work import CaseOpened, LeadReceived
from ledger.events.register import Identity, PersonLinked, PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.tenure import AssignmentMade
from ledger.home.directory import Home
from ledger.scenario.replay import replay
from projections.facts.holdings import retro_weight
from projections.questions.desk import Desk
from projections.trace.model import PersonTrace, Trace
from projections.views.catch_up import joined
from tests.support import replayed as support
from tests.support.command import zeren
from tests.support.facts_maker import Organ, at

BOOKS = (Rulebook(id="wz", name="问责条例（2019修订）"), Rulebook(id="cf", name="处分条例（2023修订）"))


def fingerprint(organ: Organ, name: str) -> str:
    return b64encode(organ.entries[name][0].leaf_hash)


def moved() -> Organ:
    """`mem` supervises the centre until March 2024, then serves in the branch as `x9`; its `mem` is somebody else."""
    organ = Organ().staffed()
    organ.end("mem", "2024-03-31", "transfer", made=organ.entries["duty"][-4])
    organ.branch(UnitRegistered(ref="b-group", unit="b-group", kind="party_group", name="branch group"), "2023-01-01")
    organ.branch(UnitRegistered(ref="works", unit="works", kind="department", name="works"), "2023-01-01")
    organ.branch(PersonRegistered(ref="mem", person="mem", name="somebody else"), "2023-01-01")
    organ.branch(PersonRegistered(ref="x9", person="x9", name="mem in the branch"), "2024-04-01")
    organ.branch(PostRegistered(ref="head", post="head", exclusive=True), "2024-04-01")
    organ.branch(
        AssignmentMade(ref="B1", person="x9", post="head", scope=("works",), valid_from=date(2024, 4, 1)), "2024-04-01"
    )
    organ.branch(
        AssignmentMade(ref="B2", person="mem", post="head", scope=("b-group",), valid_from=date(2023, 1, 2)),
        "2024-04-01",
    )
    organ.case(PersonRegistered(ref="mem", person="mem"), "2024-05-01")
    for name, id_ in (("duty", "mem"), ("branch", "x9")):
        pair = (Identity(fingerprint=fingerprint(organ, name), id=id_), Identity(fingerprint="", id="mem"))
        organ.case(PersonLinked(identities=pair), "2024-05-01")
    return organ


def desk_of(organ: Organ) -> Desk:
    return Desk(organ.facts().views)


def person(found: Trace, id_: str) -> PersonTrace:
    return next(row for row in found.persons if row.person == id_)


def case(
    organ: Organ, number: str, unit: str, opened: str, *, pin: str | None = None, offender: str = "handler"
) -> None:
    first, last = date(2024, 1, 1), date(2024, 6, 30)
    payload = CaseOpened(
        ref=number, case=number, unit=unit, period_from=first, period_to=last, first_lead_at=at(opened),
        offenders=(Offender(person=offender, valid_from=first, valid_to=last),),
        acts=(OffenceAct(id="a", day=date(2024, 5, 1), amount=Decimal(1)),),
        rulebooks=BOOKS, pin=Pin(fingerprint=pin) if pin else None, occurred_at=at(opened).date(),
    )  # fmt: skip
    organ.case(payload, opened)


def test_who_moved_to_another_organ_is_followed_by_links_not_by_ids() -> None:
    """The posts of the linked id in the other organ stand beside the person; whoever merely bears the id does not."""
    organ = moved()
    case(organ, "K1", "aid", "2024-10-14", pin=fingerprint(organ, "duty"))
    found = desk_of(organ).trace("K1")

    assert [(row.organ, row.person, row.post, row.entry.ref) for row in person(found, "mem").elsewhere] == [
        ("branch", "x9", "head", "B1")
    ]
    assert "through_the_organ_now_served" in person(found, "mem").route
    assert person(found, "sec").elsewhere == ()


@pytest.mark.parametrize("pinned", [True, False])
def test_a_case_is_traced_over_the_ledger_of_its_own_organ(pinned: bool) -> None:
    """A case that pins the branch, or whose unit only the branch knows, finds the branch's holders."""
    organ = moved()
    case(organ, "K1", "aid", "2024-10-14", pin=fingerprint(organ, "duty"))
    case(organ, "K2", "works", "2024-10-15", pin=fingerprint(organ, "branch") if pinned else None, offender="mem")
    desk = desk_of(organ)

    assert [row.person for row in desk.trace("K2").shares if row.level == "head"] == [None, "x9"]
    assert [row.person for row in desk.trace("K1").shares if row.level == "supervisor"] == ["mem", None]
    assert [row.organ for row in person(desk.trace("K2"), "x9").elsewhere] == ["duty"]


def test_of_several_organs_the_one_asked_about_is_named() -> None:
    """No ledger is the first: whoever names none of several is told which there are; a case names its own."""
    organ = moved()
    case(organ, "K2", "works", "2024-10-15", pin=fingerprint(organ, "branch"))
    views = organ.facts().views
    with pytest.raises(SeveralOrgans, match=r"name one of them: example\.org/duty, example\.org/branch"):
        Desk(views).party("mem")
    own, branch = (Desk(views, organ=f"example.org/{name}") for name in ("duty", "branch"))

    assert [desk.facts().persons["mem"].name for desk in (own, branch)] == ["mem", "somebody else"]
    assert {desk.about("K2").organ for desk in (own, branch, Desk(views))} == {"example.org/branch"}


def test_a_case_over_another_organ_touches_nothing_here() -> None:
    """The branch's case, and a lead that pins the branch, make no late assignment of the first organ grave."""
    organ = moved()
    case(organ, "K2", "works", "2024-10-15", pin=fingerprint(organ, "branch"))
    lead = LeadReceived(kind="complaint", concerns=("aid",), pin=Pin(fingerprint=fingerprint(organ, "branch")))
    organ.case(lead, "2024-10-16")
    organ.assign("sec", "member", "2024-09-01", recorded="2024-12-01", supervises=("aid",))
    facts = organ.facts()
    (tenure,) = facts.tenures(person="sec", supervises="aid")

    assert (facts.circles, facts.open_leads) == ((), ())
    assert retro_weight(facts, tenure) == "medium"


def test_cases_over_several_units_do_not_touch_each_other() -> None:
    """Another case on another unit, with its own earlier lead, leaves a trace as it was."""
    organ = Organ().staffed()
    warned = WarningReported(
        ref="W", author="head", addressee="mem", unit="aid", text="x", occurred_at=date(2024, 3, 1)
    )
    organ.duty(warned, "2024-03-01", "head", "mem")
    alone = Organ().staffed()
    alone.duty(warned, "2024-03-01", "head", "mem")
    organ.case(LeadReceived(kind="complaint", concerns=("office",)), "2024-01-05")
    case(organ, "K2", "office", "2024-02-01")
    for each in (organ, alone):
        case(each, "K1", "aid", "2024-10-14")
    one, other = (desk_of(each).trace("K1") for each in (organ, alone))

    assert [(row.person, row.categories, row.suggestion) for row in one.persons] == [
        (row.person, row.categories, row.suggestion) for row in other.persons
    ]
    assert person(one, "head").suggestion == "lighten_or_exempt"
    assert one.first_lead_at == other.first_lead_at
    assert {row.person for row in desk_of(organ).trace("K2").shares if row.person} == {"head2", "mem2", "sec"}


def test_directories_of_several_organs_are_joined_for_one_trace(tmp_path: Path) -> None:
    """`zeren trace CASE --join DIR` reads both organs; the answer names all ledgers; a directory twice is refused."""
    first = support.replayed(support.SCENARIOS / "swap-cover-quorum.yaml").directory
    replay(support.scenario_of(support.SCENARIOS / "bare.yaml"), tmp_path / "other")
    arguments = ["--dir", str(first), "--lang", "en", "trace", "Q1"]
    result = zeren(None, *arguments, "--join", str(tmp_path / "other"))
    twice = zeren(None, *arguments, "--join", str(first))

    assert result.code == 0, result.err
    assert result.out.count("/duty-") >= 2
    assert twice.code == 2
    views = joined([Home(first), Home(tmp_path / "other")])
    try:
        assert Desk(views).trace("C").total == 0
    finally:
        views.close()
