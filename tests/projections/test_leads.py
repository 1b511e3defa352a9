"""A replayed lead goes into its own case, never into every one."""

from datetime import datetime

from projections.facts.touching import first_lead
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
