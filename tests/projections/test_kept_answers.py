"""What was judged is kept, and invalidated by what touches it: answers from views that were asked before, against those
of a process that starts. `python -m tests.tools.kept_answers FROM TO` asks about as many organs as one likes."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from projections.facts.noted import LaterEntries
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.signals import CATALOGUE, signals
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.kept_answers import grown, of_plan, scenario
from tests.support.organs import plan_of
from tests.support.organs_wide import wide_of
from tests.tools.formulaic import formulaic_views, talks

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("plan", "seed"), [(plan_of, 3), (wide_of, 11)])
def test_a_growing_organ_is_answered_as_by_a_process_that_starts(plan: Callable[[int], Any], seed: int) -> None:
    """Obligations, signals, owners, agenda, dossiers, traces, overview, whatever came since and whoever asked what."""
    assert list(grown(of_plan(plan(seed)), Random(seed), 15)) == []  # noqa: S311 - a test


def test_the_scenario_is_answered_as_by_a_process_that_starts() -> None:
    """The same while the organ of the scenario and its inspectors record."""
    assert list(grown(scenario(), Random(7), 50)) == []  # noqa: S311


def test_the_comparison_finds_what_is_kept_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were nothing said to be touched by what came since, answers would differ."""
    monkeypatch.setattr(LaterEntries, "touches", lambda *_: False)
    assert next(grown(of_plan(plan_of(2)), Random(2)), None) is not None  # noqa: S311


def test_formulaic_talks_are_judged_as_anew_one_by_one() -> None:
    """Groups of copies, batches and pairs grow by each talk as they are found anew."""
    views = formulaic_views(60)
    further = list(talks(Organ().staffed(), 75))[60:]
    for number in range(0, len(further), 3):
        views.apply(further[number : number + 1 + number % 2])
        views.apply(further[number + 1 + number % 2 : number + 3])
        assert judged(views) == judged(forgotten(views))


def judged(views: Views) -> tuple[tuple[Instance, ...], Any]:
    """Everything owed, and every signal."""
    facts = ViewFacts(views)
    return obligations(facts, judged_on=JUDGED_ON), signals(facts, JUDGED_ON)


def forgotten(views: Views) -> Views:
    """The same views as somebody has them who asked nothing yet."""
    other = Views.__new__(Views)
    other.__dict__.update({**views.__dict__, "kept": {}})
    return other


def test_an_append_leaves_what_it_does_not_touch() -> None:
    """A talk of one member invalidates neither another obligation nor the pairs of another half-year."""
    views = formulaic_views(120)
    (further,) = list(talks(Organ().staffed(), 121))[120:]
    before = {row: row for row in obligations(ViewFacts(views), judged_on=JUDGED_ON)}
    views.apply([further])
    after = obligations(ViewFacts(views), judged_on=JUDGED_ON)
    same = [row for row in after if before.get(row) is row]
    assert 0 < len(after) - len(same) < len(after) / 4


def test_each_code_has_a_rule_of_its_own() -> None:
    """So that signals in order of their codes are those of each rule, one after another."""
    rules = [entry.rule for entry in CATALOGUE.values() if entry.rule is not None]
    assert len(set(rules)) == len(rules)
    found = signals(ViewFacts(formulaic_views(60)), JUDGED_ON)
    assert {signal.code for signal in found} <= set(CATALOGUE)
