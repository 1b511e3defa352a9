"""Forms of accountability: closed lists by rulebook; a form in none is marked, never refused."""

from datetime import date

import pytest

from ledger.events.case_parts import DecisionItem, Rulebook
from ledger.events.case_work import DecisionMade
from projections.trace import trace
from projections.trace.accountability_forms import not_listed
from projections.trace.regimes import Regime
from tests.support.facts_maker import Organ

ACCOUNTABILITY: tuple[Regime, ...] = ("accountability",)
DISCIPLINE: tuple[Regime, ...] = ("discipline",)


@pytest.mark.parametrize(
    ("form", "regimes", "unknown"),
    [
        ("诫勉", ACCOUNTABILITY, ()),
        ("通报、诫勉和免职", ACCOUNTABILITY, ()),
        ("党内严重警告", DISCIPLINE, ()),
        ("开除党籍、开除公职并移送", DISCIPLINE, ()),
        ("给予记过处分", DISCIPLINE, ()),
        ("记过", ACCOUNTABILITY, ("记过",)),
        ("改组", DISCIPLINE, ()),
        ("罚款", (*ACCOUNTABILITY, *DISCIPLINE), ("罚款",)),
        ("罚款", (), ()),
    ],
)
def test_a_form_is_known_by_the_rulebooks_of_the_case(
    form: str, regimes: tuple[Regime, ...], unknown: tuple[str, ...]
) -> None:
    """Forms may be combined; each part is looked up by itself."""
    assert not_listed(form, regimes) == unknown


@pytest.mark.parametrize(("form", "marked"), [("诫勉", False), ("记过", True), (None, False)])
def test_a_decision_in_another_form_is_marked(form: str | None, marked: bool) -> None:
    """Under 问责条例 alone nobody is given an administrative sanction; the mark names whom it is about."""
    organ = Organ().staffed()
    books = (Rulebook(id="wz", name="中国共产党问责条例（2019）"),)
    opening = organ.open_case("2024-08-01", "2024-07-01", rulebooks=books)
    item = DecisionItem(person="mem", category="main_leadership", form=form)
    decision = DecisionMade(case="K1", track="second", decisions=(item,), occurred_at=date(2024, 9, 2))
    organ.case(decision, "2024-09-02", of=opening)

    found = [mark.party for mark in trace(organ.facts, "K1").marks if mark.code == "form_not_of_the_rulebook"]
    assert found == (["mem"] if marked else [])
