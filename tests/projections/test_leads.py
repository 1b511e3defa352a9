"""A replayed lead goes into its own case, never into every one."""

from datetime import datetime
from pathlib import Path

import pytest

from ledger.events.case_work import LeadDisposed, LeadReceived
from projections.facts.touching import first_lead
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ, at
from tests.support.replayed import SCENARIOS, scenario_facts

TWO = SCENARIOS / "two-cases.yaml"


def test_each_case_has_its_own_first_lead() -> None:
    """As its block states it, else its earliest lead; a complaint about another unit stands alone."""
    facts = scenario_facts(TWO)
    first = {circle.case: circle.lead_at for circle in facts.circles}
    assert first == {
        "甲案": datetime.fromisoformat("2024-05-10T09:00:00+08:00"),
        "乙案": datetime.fromisoformat("2024-09-02T09:00:00+08:00"),
    }
    assert [lead.entry.ref for lead in facts.open_leads] == ["LX"]


def test_what_both_cases_touch_is_judged_by_the_earlier_lead() -> None:
    """A meeting of the secretary, who stands in both lines, and an assignment of one of the first line's holders."""
    facts = scenario_facts(TWO)
    by_ref = {facts.cite(record).ref: first_lead(facts, record) for record in facts.records()}
    first, second = (circle.lead_at for circle in facts.circles)
    assert (by_ref["sS"], by_ref["e6"], by_ref["e4"], by_ref["pB"]) == (first, first, second, second)


def changed(place: Path, *changes: tuple[str, str]) -> ViewFacts:
    """The facts of the two cases' file with other words in it."""
    text = TWO.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = place / "changed.yaml"
    file.write_text(text, encoding="utf-8")
    return scenario_facts(file)


def inserted(place: Path, before: str, *events: str) -> ViewFacts:
    """The facts of the file with events put before the one of this id."""
    return changed(place, (f"{{id: {before}, ", "\n  - ".join([*events, f"{{id: {before}, "])))


def case_event(id_: str, type_: str, day: str, rest: str) -> str:
    """A line of the inspectors."""
    head = f"id: {id_}, type: {type_}, ledger: case, occurred_at: {day}, recorded_at: {day}T09:00:00+08:00, recorder: J"
    return f"{{{head}, {rest}}}"


@pytest.mark.parametrize(("on", "before"), [("2024-03-02", "pC"), ("2024-06-04", "rA")])
def test_a_lead_disposed_of_into_a_case_is_that_cases(tmp_path: Path, on: str, before: str) -> None:
    """Its disposal names the case, though the complaint is about the archives; also where another was opened before."""
    facts = inserted(tmp_path, before, case_event("LY", "lead_disposed", on, "lead: LX, way: case, case: 乙案"))
    assert {circle.case: circle.lead_at for circle in facts.circles} == {
        "甲案": at("2024-05-10 09:00"),
        "乙案": at("2024-03-01 09:00"),
    }
    assert facts.open_leads == ()


def test_a_lead_after_an_opening_stands_alone_where_it_is_about_another_unit(tmp_path: Path) -> None:
    """A complaint about the archives comes when the first case is open: it is not that case's for being the later; nor
    does its disposal take it there that names no case."""
    lead = case_event("LZ", "complaint", "2024-06-04", "about: [C]")
    disposal = case_event("LD", "lead_disposed", "2024-06-05", "lead: LZ, way: case")
    facts = inserted(tmp_path, "rA", lead, disposal)
    assert [lead.entry.ref for lead in facts.open_leads] == ["LX", "LZ"]


def test_a_lead_that_names_the_units_of_two_cases_is_the_first_of_both(tmp_path: Path) -> None:
    """One that names an offender of the later case, and not its unit, stays with the case that took it."""
    for place, about, second in (("units", "A, B", "2024-05-10 09:00"), ("offender", "A, OB", "2024-09-02 09:00")):
        (tmp_path / place).mkdir()
        old = "id: LA, type: complaint, ledger: case, occurred_at: 2024-05-10, recorded_at: 2024-05-10T09:00:00+08:00, "
        old += "recorder: J, about: ["
        facts = changed(tmp_path / place, (f"{old}A]", f"{old}{about}]"))
        assert [circle.lead_at for circle in facts.circles] == [at("2024-05-10 09:00"), at(second)]


def test_a_disposal_alone_takes_a_lead_into_its_case() -> None:
    """The opening neither cites the lead nor says when its first one came; until it is opened the lead has no case, and
    a disposal of another way, or into another case, takes nothing into this one."""
    for way, case, own in (("case", "K1", True), ("case", "K2", False), ("preliminary", "K1", False)):
        organ = Organ().staffed()
        lead = organ.case(LeadReceived(ref="L", kind="complaint", concerns=("mem2",)), "2024-04-02 10:00")
        disposal = LeadDisposed(lead=organ.reference(lead), way=way, case=case)
        organ.case(disposal, "2024-04-03 10:00", of=lead)
        assert [each.entry.ref for each in organ.facts().open_leads] == ["L"]
        organ.open_case("2024-04-15 10:00", "2024-04-15 10:00", first_lead_at=None)

        facts = organ.facts()
        (circle,) = facts.circles
        assert circle.lead_at == at("2024-04-02 10:00" if own else "2024-04-15 10:00")
        assert [each.entry.ref for each in facts.open_leads] == ([] if own else ["L"])
