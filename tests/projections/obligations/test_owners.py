"""Obligations of some owners: the same answer as that of the whole, from fewer acts."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from projections.facts.values import Period
from projections.obligations import obligations, owed_by
from projections.obligations.docket import Docket
from projections.questions.desk import Desk
from projections.questions.obligations import ObligationFilter, is_coming, owed
from projections.signals import crediting
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import Organ
from tests.support.replayed import scenario_facts

JUDGED_ON = date(2025, 12, 31)


def fresh() -> ViewFacts:
    """The scenario's facts without anything computed from them before."""
    return forgotten(scenario_facts().views)


def forgotten(views: Views) -> ViewFacts:
    """Facts of views that keep nothing: what was asked before does not answer."""
    views.kept.clear()
    return ViewFacts(views)


def test_each_owner_is_told_what_the_whole_says_of_him() -> None:
    """What each owner owes, asked of him alone, is what the whole answer has of him, row by row."""
    whole = obligations(fresh(), judged_on=JUDGED_ON)
    owners = dict.fromkeys(row.owner for row in whole)
    assert len(owners) > 5
    for owner in owners:
        assert owed_by(fresh(), owner, judged_on=JUDGED_ON) == tuple(row for row in whole if row.owner == owner)


def test_several_owners_are_told_together_and_the_order_of_asking_does_not_matter() -> None:
    """Owners asked together, after one of them alone and before the whole, over the same cut: one answer."""
    whole = obligations(fresh(), judged_on=JUDGED_ON)
    facts = fresh()
    some = set(sorted({row.owner for row in whole})[::2])
    owed_by(facts, min(some), judged_on=JUDGED_ON)
    asked = obligations(facts, judged_on=JUDGED_ON, owners=some)
    assert asked == tuple(row for row in whole if row.owner in some)
    assert obligations(facts, judged_on=JUDGED_ON) == whole
    assert obligations(facts, judged_on=JUDGED_ON, owners=some) == asked


@pytest.mark.parametrize(
    ("first", "last"), [("2023-01-01", "2024-06-30"), ("2025-06-30", "2025-12-31"), ("2025-12-31", "2026-03-31")]
)
def test_what_falls_due_in_some_days_is_told_as_the_whole_tells_it(first: str, last: str) -> None:
    """Asked for what falls due in some days, of all or of some owners, it is what the whole answer has of them."""
    days = Period(date.fromisoformat(first), date.fromisoformat(last))
    whole = obligations(fresh(), judged_on=JUDGED_ON)
    within = tuple(row for row in whole if row.due is None or row.due in days)
    assert 0 < len(within) < len(whole)
    assert obligations(fresh(), judged_on=JUDGED_ON, falling=days) == within
    some = set(sorted({row.owner for row in whole})[::2])
    facts = fresh()
    assert obligations(facts, judged_on=JUDGED_ON, falling=days, owners=some) == tuple(
        row for row in within if row.owner in some
    )
    assert obligations(facts, judged_on=JUDGED_ON) == whole
    assert obligations(facts, judged_on=JUDGED_ON, falling=days) == within


def test_what_is_coming_is_the_same_asked_alone() -> None:
    """The question of what falls due soon has those rows of the whole answer."""
    whole = Desk(fresh().views).ask(owed, ObligationFilter(judged_on=JUDGED_ON)).items
    coming = Desk(fresh().views).ask(owed, ObligationFilter(judged_on=JUDGED_ON, upcoming=90)).items
    assert coming
    assert coming == tuple(row for row in whole if is_coming(row, JUDGED_ON, 90))


def test_only_what_could_count_for_the_owner_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of one member, the acts of the others are not judged."""
    monkeypatch.setattr("projections.signals.judged_before.KEPT", 0)  # what others judged before tells nothing here
    monkeypatch.setattr("projections.views.cut.read_judged", lambda *_: None)
    judged: list[Any] = []
    near = crediting.blame_among

    def counting(q: Any, records: Any, rules: Any) -> Any:
        judged.extend(records)
        return near(q, records, rules)

    monkeypatch.setattr("projections.signals.blame_among", counting)
    claimed = {record.position for record in fresh().records() if getattr(record.payload, "claims", None)}
    member = next(row.owner for row in obligations(fresh(), judged_on=JUDGED_ON) if row.obligation == "A2b")
    facts = fresh()
    judged.clear()
    owed_by(facts, member, judged_on=JUDGED_ON)
    assert 0 < len({record.position for record in judged}) < len(claimed) / 2


@pytest.mark.parametrize("seed", range(4))
def test_owners_agree_with_the_whole_on_disorderly_acts(seed: int) -> None:
    """On random talks and collective talks, recorded twice, late, by whomever, each owner is told what the whole is."""
    rng = random.Random(seed)  # noqa: S311 - test data
    settings = {"collective_talks_count": bool(seed % 2), "one_act_several_obligations": seed < 2}
    organ = Organ(opened="2023-06-01", **settings).staffed()
    moment = datetime(2024, 1, 2, 9)  # noqa: DTZ001 - the maker gives it the organ's zone
    for _ in range(60):
        moment += timedelta(hours=rng.choice([1, 5, 30, 80]))
        occurred, recorded = moment - timedelta(hours=rng.choice([1, 1, 1, 200, 1500])), moment.isoformat()
        claims = tuple(rng.sample(["A2a", "A2b", "PG3a", "PM3", "PS3"], rng.randint(1, 3)))
        persons = tuple(rng.sample(["sec", "mem", "mem2", "head", "head2"], 3))
        if rng.random() < 0.7:
            for _ in range(rng.choice([1, 1, 2])):
                organ.talk(*persons[:2], occurred.isoformat(), recorded=recorded, claims=claims)
        else:
            kind = rng.choice(["collective_talk", "discipline"])
            organ.meeting(occurred.isoformat(), persons, recorded=recorded, kind=kind, claims=claims)
    views = organ.facts().views
    whole = obligations(ViewFacts(views), judged_on=JUDGED_ON)
    owners = {row.owner for row in whole}
    assert {"mem", "mem2", "sec"} <= owners
    for asked in ({"mem"}, {"mem2", "sec"}, owners):
        found = obligations(forgotten(views), judged_on=JUDGED_ON, owners=asked)
        assert found == tuple(row for row in whole if row.owner in asked)


def test_talks_of_others_that_claim_the_duty_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of one member, talks between others that claim the same duty are not even looked up."""
    organ = Organ(opened="2023-06-01").staffed()
    for day in range(1, 25):
        organ.talk("mem" if day == 3 else "mem2", "head2", f"2024-03-{day:02} 09:00", claims=("A2b",))
    facts = organ.facts()
    seen: set[str] = set()
    happened = Docket.happened

    def noting(self: Docket, act: Any) -> date:
        seen.add(getattr(act.payload, "talker", ""))
        return happened(self, act)

    monkeypatch.setattr(Docket, "happened", noting)
    assert owed_by(facts, "mem", judged_on=JUDGED_ON)
    assert seen & {"mem", "mem2"} == {"mem"}


def test_what_a_person_owes_or_is_about_him_is_the_same_asked_alone() -> None:
    """The question of one owner has what others owe about him, such as his rotation, as the whole answer has it."""
    whole = Desk(scenario_facts().views).ask(owed, ObligationFilter(judged_on=JUDGED_ON)).items
    registered = scenario_facts().persons.keys() | scenario_facts().units.keys()
    told = {id_ for row in whole for id_ in (row.owner, row.subject) if id_ in registered}
    assert {row.subject for row in whole} - {None}
    for id_ in sorted(told):
        alone = Desk(fresh().views).ask(owed, ObligationFilter(owner=id_, judged_on=JUDGED_ON)).items
        assert alone == tuple(row for row in whole if id_ in (row.owner, row.subject))
