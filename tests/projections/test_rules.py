"""Rule sets: settings with their defaults, the plan's open questions, layers of which the strictest wins."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from ledger.errors import BadInput
from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from projections.facts.layered_settings import layered, read_rules, settings_after
from projections.facts.rule_sets import AMBIGUITIES, RuleSet, YearWindow
from projections.obligations import obligations
from tests.support.facts_maker import Organ

DEFAULTS = {
    "analyses_per_year": 2,
    "one_act_several_obligations": True,
    "timely_days": 5,
    "regular_period": "half_year",
    "pair_follows": "post",
    "min_days_for_pair": 30,
    "secretary_reports": True,
    "collective_talks_count": False,
    "late_key_tasks_count": True,
    "functions_supervise": False,
    "leading_group": "",
    "head_signs_unit_acts": True,
    "sources": {},
    "obligations": (),
}


def test_each_open_question_of_the_plan_is_a_setting_with_its_default() -> None:
    """All thirteen questions are answered by settings that exist, and the defaults are the stated ones."""
    assert sorted(AMBIGUITIES) == list(range(1, 14))
    named = {name for names in AMBIGUITIES.values() for name in names}
    assert named <= {item.name for item in fields(RuleSet)}
    assert {name: getattr(RuleSet(), name) for name in DEFAULTS} == DEFAULTS


STRICTER = {
    "timely_days": (3, 10, 3),
    "rotation_years": (5, 4, 4),
    "post_read_days": (7, 14, 14),
    "quorum": ({"ordinary": "half"}, {"ordinary": "two_thirds"}, {"ordinary": "two_thirds"}),
    "pass_rule": ("two_thirds_of_present", "half_of_full_membership", "half_of_full_membership"),
    "regular_period": ("year", "quarter", "quarter"),
    "near_duplicate_threshold": ("0.95", "0.85", "0.85"),
    "tolerance_days": ({"talk": 3, "plan": 9}, {"talk": 5, "plan": 2}, {"talk": 3, "plan": 2}),
    "secretary_reports": (False, True, True),
    "collective_talks_count": (True, False, False),
}


@pytest.mark.parametrize("name", STRICTER)
def test_the_strictest_layer_wins_whichever_stands_first(name: str) -> None:
    """What two layers state is decided by strictness, not by layer and not by order."""
    one, other, strict = STRICTER[name]
    expected = read_rules({name: strict})

    assert layered([("centre", {name: one}), ("organ", {name: other})]) == expected
    assert layered([("organ", {name: one}), ("centre", {name: other})]) == expected


def test_a_default_is_no_layer() -> None:
    """What one layer states alone counts, also where it is milder than the default."""
    assert layered([("city", {"timely_days": 10})]).timely_days == 10


def test_where_strictness_has_no_direction_the_layer_nearest_the_organ_decides() -> None:
    """A window of the year is the organ's where the organ states one, else that of the next layer."""
    centre, organ = {"annual_check_window": ["01-01", "02-28"]}, {"annual_check_window": ["01-10", "04-30"]}

    assert layered([("organ", organ), ("centre", centre)]).annual_check_window == YearWindow((1, 10), (4, 30))
    assert layered([("centre", centre), ("organ", {})]).annual_check_window == YearWindow((1, 1), (2, 28))


BAD: dict[str, dict[str, Any]] = {
    "unknown setting": {"colour": "red"},
    "no day": {"judged_on": "tomorrow"},
    "no number": {"timely_days": "soon"},
    "no such choice": {"pair_follows": "nobody"},
    "no window": {"annual_check_window": ["13-01", "14-01"]},
    "no truth": {"secretary_reports": "yes"},
    "unknown quorum": {"quorum": {"ordinary": "everybody"}},
    "demand of no number": {"obligations": {"PG1": {"times": 0}}},
    "demand of an unknown period": {"obligations": {"PG1": {"every": "month"}}},
    "demand with an unknown key": {"obligations": {"PG1": {"colour": 1}}},
    "demands that are no map": {"obligations": ["PG1"]},
}


@pytest.mark.parametrize("fault", BAD)
def test_a_setting_that_cannot_be_read_is_refused(fault: str) -> None:
    """Nothing in a rule set is skipped or guessed."""
    with pytest.raises(BadInput):
        read_rules(BAD[fault])


def test_an_unknown_layer_is_refused() -> None:
    """A set of a layer that has no rank cannot be ranked."""
    with pytest.raises(BadInput, match="village"):
        layered([("village", {})])


def test_a_set_changes_what_it_states_as_known_at_the_cut() -> None:
    """A later set of a layer changes the settings that it states, from its recording on; all others stand."""
    organ = Organ(timely_days=7)
    organ.duty(RulesAdopted(layer="city", version="1", settings={"timely_days": 4, "handover_days": 3}), "2023-02-01")
    before = organ.duty(RulesAdopted(layer="city", version="2", settings={"timely_days": 6}), "2023-03-01").recorded_at

    assert organ.facts().rules.timely_days == 6
    assert organ.facts().rules.handover_days == 3
    assert organ.facts(before.replace(day=1, month=2)).rules.timely_days == 4
    assert organ.facts().rules.judged_on == date(2025, 12, 31)


def test_a_set_of_the_first_list_is_its_layers_whole_set() -> None:
    """What a ledger of the first release adopted replaced the layer's set, and is read so for ever."""
    first = RulesAdoptedV1(layer="city", version="1", settings={"timely_days": 4, "handover_days": 3})
    second = RulesAdoptedV1(layer="city", version="2", settings={"timely_days": 6})

    assert settings_after(settings_after({}, first), second) == {"timely_days": 6}
    later = RulesAdopted(layer="city", version="3", settings={"batch": {"min_records": 7}, "handover_days": 2})
    assert settings_after({"timely_days": 6, "batch": {"window_hours": 5}}, later) == {
        "timely_days": 6,
        "batch": {"window_hours": 5, "min_records": 7},
        "handover_days": 2,
    }


@pytest.mark.parametrize(
    ("before", "adopted", "after", "periods"),
    [
        ("half_year", "2024-04-10", "quarter", ["2024H1", "2024Q3", "2024Q4", "2025Q1"]),
        ("half_year", "2024-07-01", "quarter", ["2024H1", "2024Q3", "2024Q4", "2025Q1"]),
        ("half_year", "2024-07-02", "quarter", ["2024H1", "2024H2", "2025Q1"]),
        ("quarter", "2024-02-10", "half_year", ["2024Q1", "2024Q2", "2024H2", "2025H1"]),
        ("quarter", "2024-02-10", "year", ["2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025"]),
        ("year", "2024-02-10", "quarter", ["2024", "2025Q1"]),
    ],
)
def test_a_new_regular_period_counts_from_the_next_one(
    before: str, adopted: str, after: str, periods: list[str]
) -> None:
    """The period that runs is owed as it began, no day is owed twice, and none is left between the two lengths."""
    organ = Organ(opened="2024-01-01", regular_period=before).staffed()
    organ.duty(RulesAdopted(layer="organ", version="2", settings={"regular_period": after}), f"{adopted} 08:00")

    rows = obligations(organ.facts(), judged_on=date(2025, 3, 31), ids={"M3b"})

    assert [row.period for row in rows if row.owner == "mem"] == periods
