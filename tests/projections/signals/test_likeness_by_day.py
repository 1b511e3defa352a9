"""Texts are compared by the rule set of the day on which the later of them was recorded (scenarios: rule sets)."""

import difflib
import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from ledger.events.trust import RulesAdopted
from projections.facts.values import Signal
from projections.signals import blame, signals
from projections.signals.similarity import near_duplicates
from projections.views.facts import ViewFacts
from tests.projections.signals.test_texts import edited, invented
from tests.support.facts_maker import Organ

OPENING = "围绕落实党风廉政建设责任制进行谈话，认真学习廉政法规，管好分管人员，严格执行制度。"
SAID = "两家机构托人打招呼已婉拒并留存短信，遴选结果先送党组再公示。"
OTHER = "谈宣传活动外包比价，说明选用两家询价的原因，合同目录年底前补齐。"


def _adopt(organ: Organ, on: str, valid_from: str | None = None, **settings: Any) -> None:
    day = date.fromisoformat(valid_from) if valid_from is not None else None
    organ.duty(RulesAdopted(layer="organ", version=on, settings=settings, valid_from=day), f"{on} 08:00")


def _found(organ: Organ, code: str = "NEAR_DUPLICATE_TEXT") -> list[tuple[list[str], list[str]]]:
    return [
        ([cite.ref for cite in signal.events], [cite.ref for cite in signal.blamed])
        for signal in signals(organ.facts(), date(2025, 12, 31))
        if signal.code == code
    ]


def test_boilerplate_listed_later_clears_no_copy_made_before() -> None:
    """Two talks with one opening, alike by it: what a later set calls boilerplate is read out of later records only."""
    organ = Organ(opened="2024-01-01", near_duplicate_threshold="0.80").staffed()
    for number, text in enumerate((OPENING * 3 + SAID, OPENING * 3 + OTHER)):
        organ.talk("mem", "head", f"2024-03-0{number + 4} 09:00", text=text, ref=f"T{number}")
    before = _found(organ)
    _adopt(organ, "2024-06-01", boilerplate=[OPENING])
    for number, text in enumerate((OPENING * 3 + SAID, OPENING * 3 + "谈采购与验收分离，库房钥匙由两人分管。")):
        organ.talk("mem", "head", f"2024-07-0{number + 3} 09:00", text=text, ref=f"N{number}")

    assert before == [(["T0", "T1"], ["T1"])]
    assert _found(organ) == [(["T0", "T1", "N0"], ["T1", "N0"])]  # N0 is T0's text again; N1 shares but the opening


def test_a_threshold_lowered_later_blames_none_recorded_before() -> None:
    """A pair below the threshold of its day stays two texts; a third, recorded under the lower one, is like both."""
    rng = random.Random(11)  # noqa: S311 - test data
    first = invented(rng, 60)
    second, third = edited(rng, first, 9), edited(rng, first, 9)
    organ = Organ(opened="2024-01-01").staffed()
    organ.talk("mem", "head", "2024-03-04 09:00", text=first, ref="T0")
    organ.talk("mem", "head", "2024-03-05 09:00", text=second, ref="T1")
    assert _found(organ) == []

    _adopt(organ, "2024-06-01", near_duplicate_threshold="0.60")
    organ.talk("mem", "head", "2024-07-03 09:00", text=third, ref="T2")

    assert _found(organ) == [(["T0", "T1", "T2"], ["T2"])]


def test_a_set_that_counts_from_a_later_day_compares_nothing_yet() -> None:
    """Adopted today for next year, a threshold of 1 leaves the copies of this year what they are."""
    organ = Organ(opened="2024-01-01").staffed()
    _adopt(organ, "2024-02-01", "2025-01-01", near_duplicate_threshold="1.00", boilerplate=[SAID])
    organ.talk("mem", "head", "2024-03-04 09:00", text=OPENING + SAID, ref="T0")
    organ.talk("mem", "head", "2024-03-05 09:00", text=OPENING + SAID + "好", ref="T1")

    assert _found(organ) == [(["T0", "T1"], ["T1"])]


def test_a_text_that_was_no_template_on_its_day_is_none_later() -> None:
    """TEMPLATE_ONLY looks at the boilerplate listed on the day of recording."""
    organ = Organ(opened="2024-01-01").staffed()
    organ.talk("mem", "head", "2024-03-04 09:00", text=OPENING, ref="T0")
    _adopt(organ, "2024-06-01", boilerplate=[OPENING])
    organ.talk("mem", "head", "2024-07-03 09:00", text=OPENING, ref="T1")

    assert _found(organ, "TEMPLATE_ONLY") == [(["T1"], ["T1"])]


@pytest.mark.parametrize("seed", range(4))
def test_blame_of_one_text_is_what_the_whole_says_of_it_also_where_likeness_was_set_anew(seed: int) -> None:
    """Under three sets with thresholds of their own, each text asked alone has the signals of the whole."""
    rng = random.Random(seed)  # noqa: S311 - test data
    organ = Organ(opened="2024-01-01").staffed()
    texts = [invented(rng, 30) for _ in range(4)]
    day = date(2024, 2, 1)
    for number in range(24):
        if number in (8, 16):
            _adopt(organ, day.isoformat(), near_duplicate_threshold=rng.choice(("0.70", "0.95", "0.90")))
        text = edited(rng, rng.choice(texts), rng.choice((0, 2, 6)))
        organ.talk("mem", "head", f"{day} 09:00", text=text, ref=f"T{number}")
        day += timedelta(days=1)
    facts = organ.facts()
    found = [signal for signal in signals(facts, day) if signal.code == "NEAR_DUPLICATE_TEXT"]
    told = ViewFacts(facts.views)

    for record in facts.records()[-26:]:
        blamed = blame(told, [record], day).get(facts.cite(record), ())
        expected: set[Signal] = {signal for signal in found if facts.cite(record) in signal.blamed}
        assert {signal for signal in blamed if signal.code == "NEAR_DUPLICATE_TEXT"} == expected


@pytest.mark.parametrize("seed", range(30))
def test_of_judged_pairs_alone_the_groups_are_those_of_every_pair_tried(seed: int) -> None:
    """Marks in runs, equal texts among them: as the components of all pairs whose later one is marked."""
    rng = random.Random(seed)  # noqa: S311 - test data
    words = ["abcdefgh", "abcdefgx", "zzzzyyyy", "zzzzyyyw", "qqqq", "abcdezzz"]
    texts = [rng.choice(words) * 3 for _ in range(rng.randint(2, 14))]
    judged = [rng.random() < 0.5 for _ in texts]

    parent = list(range(len(texts)))

    def find(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    for later in range(len(texts)):
        for earlier in range(later):
            ratio = difflib.SequenceMatcher(None, texts[earlier], texts[later], autojunk=False).ratio()
            if judged[later] and ratio >= 0.8:
                low, high = sorted((find(earlier), find(later)))
                parent[high] = low
    groups: dict[int, list[int]] = {}
    for number in range(len(texts)):
        groups.setdefault(find(number), []).append(number)
    expected = [tuple(group) for group in groups.values() if len(group) > 1]

    assert near_duplicates(texts, Decimal("0.80"), judged) == expected
    assert all(a < b for group in expected for a, b in pairwise(group))
