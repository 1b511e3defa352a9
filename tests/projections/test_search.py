"""Search finds numbers, codes, fixed words and every name ever borne, beside what stands in texts."""

from dataclasses import replace
from typing import Any

import pytest

from projections.language.search_words import called, meant_by, titles
from projections.questions.over import Over
from projections.questions.search import Found, FoundRow, SearchFilter, search
from projections.views.facts import ViewFacts
from tests.support.replayed import SCENARIOS, YUNXI, scenario_facts

WIDE = "".join(chr(ord(each) + 0xFEE0) for each in "E060")
OFFICE, CASES = (SCENARIOS / f"{name}.yaml" for name in ("office-records", "case-records"))


def found(words: str, facts: ViewFacts | None = None, language: str = "zh_CN", **limits: Any) -> Found:
    return search(Over(facts or scenario_facts(YUNXI), language), SearchFilter(words=words, **limits), None)


def told(answer: Found) -> list[tuple[str, str]]:
    return [(thing.kind, thing.id) for thing in answer.things]


@pytest.mark.parametrize("words", ["E060", "e060", "E060#144", "#144", WIDE])
def test_an_entry_is_found_by_its_number_and_place(words: str) -> None:
    """As written, in small letters, in full width, with its position or by that alone."""
    answer = found(words)
    if "#" in words or words == "E060":
        assert ("entry", "E060") in told(answer)
    if "#" not in words:
        assert "E060" in [row.ref for row in answer.items]


def test_a_code_of_the_plan_leads_to_its_obligation() -> None:
    """A2b in any case is the obligation, and the entries that claim it are none of texts."""
    assert told(found("A2b"))[0] == ("obligation", "A2b")
    assert ("obligation", "A2b") in told(found("a2b"))
    assert ("signal", "LATE_RECORD") in told(found("LATE_RECORD"))
    assert ("case", "K1") in told(found("K1"))


@pytest.mark.parametrize(
    ("words", "kind", "id_"), [("维权科", "unit", "u-3"), ("权益维护科", "unit", "u-3"), ("丙三", "person", "h3")]
)
def test_a_name_once_borne_finds_who_bears_another_now(words: str, kind: str, id_: str) -> None:
    """The unit or person is found by the name of before, and both names are told."""
    (thing,) = (each for each in found(words, scenario_facts(OFFICE)).things if each.kind == kind)
    assert thing.id == id_
    assert words in (thing.name, *thing.also)
    assert len(thing.also) > 0


def test_fixed_words_are_found_by_what_they_are_called() -> None:
    """A kind, a result, a form of decision: in Chinese and English, each shown as it is called."""

    def rows(words: str, facts: ViewFacts) -> list[FoundRow]:
        return list(found(words, facts).items)

    office, cases = scenario_facts(OFFICE), scenario_facts(CASES)
    assert {row.ref for row in rows("专题会议", office)} == {"M1"}
    assert {row.ref for row in rows("special meeting", office)} >= {"M1"}
    assert [row.excerpt for row in rows("专题会议", office)] == ["专题会议"]
    assert {row.ref for row in rows("年度目标", office)} | {row.ref for row in rows("annual target", office)} >= {"U1"}
    assert rows("良好", office)[0].field == "grade"
    forms = {row.ref for row in rows("诫勉", cases)}
    assert forms
    assert all(row.kind == "case" for row in rows("诫勉", cases))


def test_what_is_found_is_counted_by_kind_and_year_and_limited_so() -> None:
    """The counts are those of the rows; each limit leaves exactly the rows that it says."""
    whole = found("廉政")
    kinds = {each.value: each.entries for each in whole.counts if each.of == "type"}
    years = {each.value: each.entries for each in whole.counts if each.of == "year"}
    assert sum(kinds.values()) == len(whole.items)
    for value, number in kinds.items():
        assert [row.type for row in found("廉政", type=value).items] == [value] * number
    for value, number in years.items():
        assert len(found("廉政", period=value).items) == number
    named = found("会议", person="罗佩珊")
    assert 0 < len(named.items) < len(found("会议").items)


def test_words_that_are_short_or_ours_mean_no_code() -> None:
    """One character finds texts only; a code itself is no title."""
    assert meant_by("会") == ()
    assert "talk.criticism" in meant_by("批评教育")
    assert "meeting.special" in meant_by("专题会议")
    assert called("talk", "criticism", "zh_CN") == "批评教育"
    assert called("talk", "nothing", "zh_CN") is None
    assert all(all(names) for names in titles().values())


def test_no_case_is_found_by_who_may_not_know_of_it() -> None:
    """Facts without case ledgers tell of no case, decision or lead by any word."""
    facts = scenario_facts(CASES)
    alone = replace(facts, kinds=frozenset({"duty"}))
    for words in ("诫勉", "K1", "直接责任", "线索"):
        assert [row for row in found(words, alone).items if row.kind != "duty"] == []
        assert [thing for thing in found(words, alone).things if thing.kind == "case"] == []
