"""Near duplicates of one text by index: the same groups as the search among all texts."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from ledger.events.record import Recorded
from projections.facts.values import Citation
from projections.signals import blame, copies, signals
from projections.signals.background import background_of
from projections.signals.copies import copies_of, is_indexed
from projections.signals.similarity import near_duplicates
from projections.views import likeness_groups
from projections.views.alike import Later
from projections.views.facts import ViewFacts
from projections.views.index_marks import number_mark
from projections.views.likeness import normalise, text_of
from projections.views.view_store import Views
from tests.projections.signals.test_texts import edited, invented
from tests.support.facts_maker import Organ
from tests.support.replayed import scenario_facts
from tests.tools.formulaic import formulaic, formulaic_views

pytestmark = pytest.mark.long
OPENING = "围绕落实党风廉政建设责任制进行谈话，认真学习廉政法规，管好分管人员，严格执行制度。"


def organ_saying(*texts: str, **settings: Any) -> Organ:
    """Talks with these texts, one an hour."""
    organ = Organ(opened="2024-01-01", **settings).staffed()
    moment = datetime(2024, 2, 1, 8)  # noqa: DTZ001 - the maker gives it the organ's zone
    for number, text in enumerate(texts):
        said = (moment + timedelta(hours=number)).isoformat()
        organ.talk("mem", "head", said, recorded=said, text=text, ref=f"T{number}")
    return organ


def groups_by_index(facts: ViewFacts) -> dict[int, tuple[Citation, ...]]:
    """The group of each entry that is in one, each entry asked on its own."""
    return {record.position: group for record in facts.records() if (group := copies_of(facts, record))}


def groups_by_search(facts: ViewFacts) -> dict[int, tuple[Citation, ...]]:
    """The same by the search among all texts of the cut, which asks nothing that is stored."""
    said = [(facts.cite(event), normalise(text_of(event) or "")) for event in facts.records()]
    kept = [(cite, text) for cite, text in said if text]
    groups = near_duplicates([text for _, text in kept], facts.rules.near_duplicate_threshold)
    members = [tuple(kept[number][0] for number in group) for group in groups]
    return {cite.position: group for group in members for cite in group}


def told(facts: ViewFacts) -> dict[int, tuple[Citation, ...]]:
    """The groups that the signals are told of."""
    return {position: group.entries for position, group in background_of(facts).alike.items()}


@pytest.mark.parametrize("seed", range(6))
def test_the_index_finds_exactly_the_groups_of_the_search_among_all(seed: int) -> None:
    """On random texts around the threshold, short ones, copies and chains, at the end and at earlier cuts."""
    rng = random.Random(seed)  # noqa: S311 - test data
    texts = [invented(rng, rng.choice([1, 2, 5, 12, 40, 120])) for _ in range(40)]
    texts += [
        edited(rng, text, min(len(text), max(1, len(text) * rng.choice([3, 8, 10, 12]) // 100))) for text in texts
    ]
    texts += [edited(rng, rng.choice(texts), 1) for _ in range(30)]  # chains
    texts += [rng.choice(texts) for _ in range(20)] + ["，。", OPENING + texts[3], OPENING + texts[4]]
    rng.shuffle(texts)
    organ = organ_saying(*texts)
    whole = organ.facts()
    for entries in (None, len(organ.entries["duty"]) // 2, len(organ.entries["duty"]) - 20):
        facts = ViewFacts(whole.views, entries=entries)
        expected = groups_by_search(facts)
        assert expected
        assert groups_by_index(facts) == expected == told(facts)


def test_the_index_finds_the_groups_of_the_scenario() -> None:
    """For each record of the scenario the index has the group that the search among all its texts has."""
    facts = ViewFacts(scenario_facts().views)
    assert groups_by_index(facts) == groups_by_search(facts) == told(scenario_facts()) != {}


@pytest.fixture
def searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search among texts, which is a function of them: what each record of a group asks is searched once."""
    kept = cache(near_duplicates)
    monkeypatch.setattr(copies, "near_duplicates", lambda texts, threshold: kept(tuple(texts), threshold))


@pytest.mark.usefixtures("searched_once")
@pytest.mark.parametrize("threshold", ["0.90", "0.93", "0.97"])
def test_formulaic_texts_have_the_groups_of_the_search_among_all(threshold: str) -> None:
    """Also above the stored ratio, and at every cut: what only a later text joins is not one group yet."""
    rng = random.Random(3)  # noqa: S311 - test data
    texts = [formulaic(number, rng) for number in range(160)]
    organ = organ_saying(*texts, near_duplicate_threshold=threshold)
    views = organ.facts().views
    for entries in range(len(organ.entries["duty"]), 20, -23):
        facts = ViewFacts(views, entries=entries)
        assert groups_by_index(facts) == groups_by_search(facts) == told(facts)


def test_a_text_is_compared_with_few_however_many_are_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Storing what formulaic texts are like takes no more comparisons for each with four times as many of them."""
    asked = 0
    is_like = Later.is_like

    def counted(self: Later, earlier: str, of_earlier: frozenset[int] | None = None) -> bool:
        nonlocal asked
        asked += 1
        return is_like(self, earlier, of_earlier)

    monkeypatch.setattr(Later, "is_like", counted)
    each = []
    for count in (300, 1200):
        asked = 0
        formulaic_views(count)
        each.append(asked / count)
    assert each[1] <= 1.5 * each[0]


@pytest.mark.parametrize("kept", [0, 100, 250_000])
def test_the_groups_do_not_depend_on_the_batches_in_which_they_came(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored after each entry alone, by a process that kept nothing, little or all of those before, is what is
    stored after all at once, also where groups became one and where texts are the same."""
    rng = random.Random(4)  # noqa: S311 - test data
    texts = [formulaic(number, rng) for number in range(60)]
    texts += [rng.choice(texts) for _ in range(10)]
    for _ in range(60):  # edited again and again: these join groups
        one, other = rng.choice(texts), rng.choice(texts)
        cut = rng.randrange(len(one))
        texts.append(one[:cut] + rng.choice(("", "甲", other[:9])) + one[cut + 4 :])
    organ = organ_saying(*texts)
    whole, one_by_one = organ.facts().views, Views()
    monkeypatch.setattr(likeness_groups, "_KEPT", kept)
    for number, entry in enumerate(organ.entries["duty"]):
        one_by_one.apply([entry])
        if kept and number % 3 == 0:
            one_by_one._likeness.clear()
    for table in ("likeness", "links", "bands", "band_roots", "group_shingles", "marks"):
        stored = f"SELECT * FROM {table} ORDER BY 1, 2, 3"
        rows = [tuple(row) for row in one_by_one.select(stored)]
        assert rows == [tuple(row) for row in whole.select(stored)] != []
    merged = "SELECT COUNT(*) AS n FROM (SELECT position FROM links GROUP BY position HAVING COUNT(*) > 1)"
    assert whole.select(merged)[0]["n"] > 1


def test_blame_of_one_text_does_not_read_the_others() -> None:
    """A talk with a copy is blamed for it, and the cut is not read for that."""
    text = "听取儿童康复定点机构遴选情况，两家机构托人打招呼已婉拒并留存短信，遴选结果先送党组再公示。"
    facts = organ_saying(text, "谈宣传活动外包比价，说明选用两家询价的原因，合同目录年底前补齐。", text + "完").facts()
    first, other, copy = facts.records(claims=None)[-3:]
    blamed = {cite.ref: {signal.code for signal in rows} for cite, rows in blame(facts, [first, other, copy]).items()}
    assert "NEAR_DUPLICATE_TEXT" in blamed["T2"]
    assert "NEAR_DUPLICATE_TEXT" not in blamed.get("T0", set()) | blamed.get("T1", set())
    assert not background_of(facts).has_read


@pytest.mark.parametrize("settings", [{"boilerplate": [OPENING]}, {"near_duplicate_threshold": "0.80"}])
def test_where_the_index_does_not_tell_the_search_among_all_does(settings: dict[str, Any]) -> None:
    """With boilerplate to remove, or a lower threshold, blame of one is still what the whole says of it."""
    rng = random.Random(5)  # noqa: S311 - test data
    own = invented(rng, 20)
    facts = organ_saying(OPENING + own, OPENING + invented(rng, 20), own, edited(rng, own, 3), **settings).facts()
    assert not is_indexed(facts.rules)
    found = [signal for signal in signals(facts) if signal.code == "NEAR_DUPLICATE_TEXT"]
    assert found
    told = ViewFacts(facts.views)
    for record in facts.records()[-4:]:
        blamed = blame(told, [record]).get(facts.cite(record), ())
        expected = {signal for signal in found if facts.cite(record) in signal.blamed}
        assert {signal for signal in blamed if signal.code == "NEAR_DUPLICATE_TEXT"} == expected


def test_a_text_that_is_not_there_is_not_in_the_index() -> None:
    """Where the text was erased before the views were made nothing is kept of it, and its copies are a group still."""
    text = "听取儿童康复定点机构遴选情况，两家机构托人打招呼已婉拒并留存短信，遴选结果先送党组再公示。"
    organ = organ_saying(text, text, text + "完")
    (gone,) = [entry for entry in organ.entries["duty"] if entry.payload.ref == "T0"]
    kept = [
        Recorded(
            e.ledger, e.originator_id, e.originator_version, e.payload, e.position, e.recorded_at, e.signers,
            e.leaf_hash, frozenset({"text"}) if e is gone else e.missing,
        )
        for e in organ.entries["duty"]
    ]  # fmt: skip
    views = Views()
    views.apply(kept)
    marks = views.select("SELECT mark FROM marks WHERE position = ?", (gone.position,))
    assert [row["mark"] for row in marks] == [number_mark("T0")]
    facts = ViewFacts(views)
    assert {event.ref for event in copies_of(facts, facts.records()[-1])} == {"T1", "T2"}
    assert copies_of(facts, facts.records()[gone.position]) == ()


def test_the_index_is_asked_from_the_threshold_for_which_it_was_made() -> None:
    """By default the index answers; below its ratio, and where boilerplate is removed, it does not."""
    assert is_indexed(Organ().facts().rules)
    assert is_indexed(Organ(near_duplicate_threshold="0.95").facts().rules)
    assert Organ().facts().rules.near_duplicate_threshold == Decimal("0.90")
    assert not is_indexed(Organ(near_duplicate_threshold="0.89").facts().rules)
