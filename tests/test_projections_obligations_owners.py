"""Obligations of some owners: the same answer as that of the whole, from fewer acts."""

from datetime import date
from typing import Any

import pytest

from projections.obligations import obligations, owed_by
from projections.signals import crediting
from projections.views.facts import ViewFacts
from tests.support import scenario_facts

JUDGED_ON = date(2025, 12, 31)


def fresh() -> ViewFacts:
    """The scenario's facts without anything computed from them before."""
    return ViewFacts(scenario_facts().views)


def test_each_owner_is_told_what_the_whole_says_of_him() -> None:
    """What each owner owes, asked of him alone, is what the whole answer has of him, row by row."""
    whole = obligations(fresh(), judged_on=JUDGED_ON)
    owners = dict.fromkeys(row.owner for row in whole)
    assert len(owners) > 5
    for owner in owners:
        assert owed_by(fresh(), owner, judged_on=JUDGED_ON) == tuple(row for row in whole if row.owner == owner)


def test_several_owners_are_told_together_and_the_order_of_asking_does_not_matter() -> None:
    """Owners asked together, after one of them alone and before the whole, over the same cut: one answer."""
    facts = fresh()
    whole = obligations(fresh(), judged_on=JUDGED_ON)
    some = set(sorted({row.owner for row in whole})[::2])
    owed_by(facts, min(some), judged_on=JUDGED_ON)
    asked = obligations(facts, judged_on=JUDGED_ON, owners=some)
    assert asked == tuple(row for row in whole if row.owner in some)
    assert obligations(facts, judged_on=JUDGED_ON) == whole
    assert obligations(facts, judged_on=JUDGED_ON, owners=some) == asked


def test_only_what_could_count_for_the_owner_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of one member, the acts of the others are not judged."""
    judged: list[Any] = []
    near = crediting.blame_among

    def counting(q: Any, records: Any) -> Any:
        judged.extend(records)
        return near(q, records)

    monkeypatch.setattr("projections.signals.blame_among", counting)
    facts = fresh()
    claimed = {record.position for record in facts.records() if getattr(record.payload, "claims", None)}
    member = next(row.owner for row in obligations(fresh(), judged_on=JUDGED_ON) if row.obligation == "A2b")
    judged.clear()
    owed_by(facts, member, judged_on=JUDGED_ON)
    assert 0 < len({record.position for record in judged}) < len(claimed) / 2
