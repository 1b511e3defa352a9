"""The table of obligations: complete, in two languages, checked when it is read, tightened by layers."""

import re
from collections import Counter
from datetime import date
from importlib import resources

import pytest

from ledger.errors import BadInput
from projections.facts.layered_settings import layered
from projections.obligations import SPECIAL
from projections.obligations.demands import check_demands, rules_in
from projections.obligations.slots import SLOTS
from projections.obligations.table import CHOICES, read_table, table
from projections.obligations.triggers import KINDS

TEXT = resources.files("projections").joinpath("data", "obligations.yaml").read_text(encoding="utf-8")
PLAN = {
    "G": "0 1a 1b 1c 1d 1e 2a 2b 2c 3a 3b 3c 4a 4b 5a 5b 5c 6a 6b 7a 7b 7c",
    "S": "0 1 2a 2b 3 4a 4b 4c",
    "M": "0 1 2a 2b 3a 3b 3c 4a",
    "PG": "1 2a 2b 2c 3a 3b 4 5a 5b",
    "PS": "1 2 3 4 5a 5b 6 7a 7b 7c",
    "PM": "1 2a 2b 2c 2d 3 4 5a 5b",
    "PD": "1 2 3 4 5 6a 6b 6c",
    "A": "1a 1b 2a 2b 3a 3b 4a 4b 4c 4d",
}


def test_all_items_of_the_plan_are_there() -> None:
    """The table has the plan's 84 items and no other: 26 countable, 23 triggered, 35 standing."""
    assert set(table().obligations) == {part + item for part, items in PLAN.items() for item in items.split()}
    assert Counter(o.kind for o in table().obligations.values()) == {"countable": 26, "triggered": 23, "standing": 35}


def test_titles_are_in_both_languages_and_tell_obligations_apart() -> None:
    """Every title and piece of evidence is Chinese in Chinese and has no Chinese in English; no title stands twice."""
    chinese = re.compile("[\u4e00-\u9fff]")
    texts = [text for o in table().obligations.values() for text in (o.title, o.evidence)]

    assert all(chinese.search(text.of("zh_CN")) and not chinese.search(text.of("en")) for text in texts)
    for language in ("zh_CN", "en"):
        assert max(Counter(o.title.of(language) for o in table().obligations.values()).values()) == 1


def test_every_word_of_a_rule_has_code_that_serves_it() -> None:
    """No rule names an owner or a trigger that the engine does not know, and none of these is unused."""
    rules = [rule for o in table().obligations.values() for rule in o.rules]

    assert {rule.trigger for rule in rules} - {None} == {*KINDS, *SPECIAL} == set(CHOICES["trigger"])
    assert {rule.per for rule in rules if rule.every} <= set(SLOTS)


def test_only_what_can_be_decided_has_rules() -> None:
    """A standing duty has no rule, every other has one: nothing countable is silently left out."""
    assert all(bool(o.rules) != o.standing for o in table().obligations.values())


FAULTS = {
    "a missing key": (
        "owner: group, class: standing, act: [plan, inspection]",
        "class: standing, act: [plan]",
        "owner",
    ),
    "an unknown key": ("{id: G0,", "{id: G0, colour: red,", "colour"),
    "an unknown class": ("class: standing, act: [plan, inspection]", "class: vague, act: []", "class"),
    "an unknown part": ("clause: group_leadership/0", "clause: nowhere/0", "clause"),
    "a standing duty that is counted": (
        "{id: G4a, clause: group_leadership/4a, owner: group, class: countable",
        "{id: G4a, clause: group_leadership/4a, owner: group, class: standing",
        "rules",
    ),
    "an unknown period": ("every: once", "every: fortnight", "every"),
    "an unknown kind of act": ("acts: [education, meeting]}]", "acts: [dance]}]", "acts"),
    "two forms in one rule": ("{pairs: secretary_member}", "{pairs: secretary_member, every: year}", "rules"),
    "no number": ("times: 4", "times: four", "times"),
    "nought times": ("times: 4", "times: 0", "times"),
    "an id twice": ("{id: G1a,", "{id: G0,", "id"),
    "an empty title": ("zh: 第一责任人,", "zh: '',", "zh, en"),
    "a word for a list": ("tracks: [first, second]", "tracks: first", "tracks"),
    "neither true nor false": ("to: superiors, receipts: true", "to: superiors, receipts: maybe", "receipts"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_file_is_named(fault: str) -> None:
    """A table that breaks the schema is refused, and the message names the obligation's key."""
    before, after, key = FAULTS[fault]
    assert before in TEXT

    with pytest.raises(BadInput) as refused:
        read_table(TEXT.replace(before, after, 1))
    assert key in str(refused.value)


@pytest.mark.parametrize("text", ["[]", "version: [", "version: 1"])
def test_a_file_that_is_no_table_is_refused(text: str) -> None:
    """Broken YAML, another document or half a document is bad input, not a crash."""
    with pytest.raises(BadInput):
        read_table(text)


# --- layers ----------------------------------------------------------------------------------------------------------


def demand(**layers: object) -> list[tuple[int, str | None]]:
    rules = layered([(layer, {"obligations": settings}) for layer, settings in layers.items()])
    return [(rule.times, rule.every) for rule in rules_in(rules, table().obligations["PG1"], date(2024, 1, 1))]


def test_of_two_layers_the_stricter_counts_whichever_it_is() -> None:
    """More a year wins; of an equal number the shorter period; a layer can never ask for less than the table."""
    assert demand() == [(1, "year")]
    assert demand(centre={"PG1": {"times": 2}}, city={"PG1": {"times": 3}}) == [(3, "year")]
    assert demand(centre={"PG1": {"every": "half_year"}}, organ={"PG1": {"times": 2}}) == [(1, "half_year")]
    assert demand(organ={"PG1": {"times": 1}}) == [(1, "year")]


def test_a_demand_counts_from_its_day_on() -> None:
    """A demand with a first day binds periods that begin from then on, not the ones before."""
    assert demand(centre={"PG1": {"times": 2, "since": "2024-01-01"}}) == [(2, "year")]
    assert demand(centre={"PG1": {"times": 2, "since": "2024-01-02"}}) == [(1, "year")]


def test_an_obligation_is_out_of_force_only_where_no_layer_demands_it() -> None:
    """One layer's release is undone by another layer's demand."""
    assert demand(organ={"PG1": {"in_force": False}}) == []
    assert demand(organ={"PG1": {"in_force": False}}, centre={"PG1": {"times": 1}}) == [(1, "year")]


@pytest.mark.parametrize(
    "demands",
    [{"XX": {"times": 2}}, {"G0": {"times": 2}}, {"PM4": {"every": "year"}}],
    ids=["unknown", "standing", "triggered"],
)
def test_a_demand_that_the_table_cannot_count_is_refused(demands: dict[str, object]) -> None:
    """A rule set cannot demand a number of what is unknown, standing or triggered."""
    with pytest.raises(BadInput):
        check_demands(layered([("city", {"obligations": demands})]))
