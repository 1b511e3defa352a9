"""Entries told in words: every kind of the registry, in both languages, and what corrections made of a record."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.events.fields import EntryReference
from ledger.events.flat import Shape, shapes
from ledger.events.record import Recorded
from ledger.events.registry import TYPES
from ledger.events.words import words_of
from ledger.recording.forms import forms
from projections.facts.rule_sets import RuleSet
from projections.language.changed import changes_of, withdrawal_of
from projections.language.entry_words import FIXED, FOLDED, SETTING_WORDS, SETTINGS
from projections.language.narrator import Narrator
from projections.language.titles import known_title
from projections.language.told import FieldTold, Teller
from projections.obligations.table import table
from projections.signals.signal_kinds import ROWS
from projections.views.facts import ViewFacts
from tests.projections.test_changes import correct
from tests.support.facts_maker import Organ
from tests.support.replayed import SCENARIOS, scenario_facts

MACHINE = re.compile(r"[a-z]+_[a-z_]+|[a-z]+\.[a-z]+|\b[A-Z]+_[A-Z_]+\b")
LATIN = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OWN = "样例"
"""What a record says in words of its own."""
KINDS_OF = {
    "anchor.recorded": ("cosignature", "rfc3161"),
    "ledger.opened": ("duty", "case", "access"),
    "lead.received": ("complaint",),
    "batch.registered": ("talk.held/1", "record.accepted/1"),
}


@pytest.fixture(scope="module")
def facts() -> ViewFacts:
    return scenario_facts()


def values(kind: str, shape: Shape, facts: ViewFacts) -> tuple[Any, ...]:
    """Every value that stands for something else in a field, else one."""
    meta, name, item = shape.meta, shape.name, shape.item
    if meta["about"] is not None:
        return (next(iter(facts.units if meta["about"] == "unit" else facts.persons)),)
    if meta["words"]:
        return words_of(meta["words"])
    if meta["choices"]:
        return tuple(meta["choices"])
    if item is EntryReference:
        return (EntryReference("", 60, b""),)
    if item is bool:
        return (True, False)
    if item is int:
        return (2024,)
    if item is Decimal:
        return (Decimal("1.50"),)
    if item is date:
        return (date(2024, 2, 3),)
    if item is datetime or "datetime" in str(item):
        return (datetime(2024, 2, 3, 1, tzinfo=UTC),)
    if meta["class"] == "erasable" or item is not str:
        return (OWN,)
    known = {
        "post": ("secretary", "deputy_head"),
        "claims": tuple(table().obligations),
        "field": ("valid_to", "votes.agree", "dissent.0.text"),
        "names": ("text", "open_issues.0"),
        "signal": tuple(row.code for row in ROWS),
        "for_period": ("2024-H1", "2024-year"),
        "kind": KINDS_OF.get(kind, ()),
        "functions": ("finance", "personnel", "procurement"),
        **{field: tuple(words) for field, words in FIXED.items()},
        **dict.fromkeys(("category", "category_before", "category_after"), ("direct", "collective", "none")),
        "knowledge": ("concealed", "no_sign"),
        "person": tuple(list(facts.persons)[:1]),
    }
    return known.get(name) or (OWN,)


def samples(kind: str, cls: Any, facts: ViewFacts) -> Iterator[Any]:
    """Payloads of a class that between them hold every word of every field."""
    choices: dict[str, tuple[Any, ...]] = {}
    for attribute, shape in shapes(cls):
        if shape.record is not None:
            rows = tuple(samples(kind, shape.record, facts))
            choices[attribute] = (rows,) if shape.many else rows
        elif kind.startswith("rules.adopted") and attribute == "settings":
            choices[attribute] = (_settings(),)
        else:
            found = values(kind, shape, facts)
            listed = shape.many or shape.in_one
            choices[attribute] = (found,) if listed else found
    for number in range(max(map(len, choices.values()))):
        yield cls(**{attribute: found[number % len(found)] for attribute, found in choices.items()})


def _settings() -> dict[str, Any]:
    return {
        "tolerance_days": {"talk": 3, "default": 9},
        "quorum": {"ordinary": "half"},
        "regular_period": "quarter",
        "pair_follows": "post",
        "pass_rule": "two_thirds_of_present",
        "obligations": [{"obligation": "A2a", "times": 2, "every": "year", "in_force": False}],
        "judged_on": "2024-12-31",
        "collective_talks_count": True,
    }


def told(said: FieldTold) -> Iterator[tuple[str, str]]:
    """(form, words) of everything that is printed of a field."""
    yield "words", said.title
    for part in said.parts:
        yield part.form, part.words
    for row in said.rows:
        for each in row:
            yield from told(each)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_kind_is_told_in_words(facts: ViewFacts, name: str, language: str) -> None:
    """No name of a field and no code without its words; in Chinese no Latin but obligations' codes in brackets."""
    teller, like = Teller(Narrator(facts, language), {OWN: "Search"}), facts.at(facts.duty, 60)
    assert like is not None
    for payload in samples(name.partition("/")[0], TYPES[name], facts):
        record: Recorded = replace(like, payload=payload)
        assert record.type == name
        for each in teller.entry(record):
            for form, words in told(each):
                if form in ("quoted", "party") or OWN in words:
                    continue
                plain = re.sub(r"[（(][A-Z]+\d\w*[）)]|RFC 3161", "", words)
                assert not MACHINE.search(plain), (each.name, words)
                if language == "zh_CN":
                    assert not LATIN.search(plain), (each.name, words)
                elif form != "entry":
                    assert not CHINESE.search(plain), (each.name, words)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_field_is_called_the_same_wherever_it_is_named(language: str) -> None:
    """A place in a list is no part of the name; a name of which no field has a part is none, and stands as it is."""
    teller = Teller(Narrator(scenario_facts(), language))
    assert teller.called("dissent.0.text") == known_title("dissent.0.text", language)
    assert known_title("dissent.0.nonsense", language) is None
    assert "dissent.0.nonsense" in teller.called("dissent.0.nonsense")


def test_what_is_folded_is_a_field() -> None:
    """Nothing is folded that no entry has any more; every setting and every fixed word of a rule set has its words."""
    names = {shape.name for cls in TYPES.values() for shape in _all(cls)}
    kinds = {name.partition("/")[0] for name in TYPES}
    for each in FOLDED:
        kind, _, name = each.rpartition(" ")
        assert name in names
        assert not kind or kind in kinds
    members = dict(RuleSet.__dataclass_fields__)
    assert members.keys() <= SETTINGS.keys()
    assert {word for field in members.values() for word in field.metadata["choices"]} <= SETTING_WORDS.keys()
    assert {form.payload.WORD or "" for form in forms().values()}


def _all(cls: Any) -> Iterator[Shape]:
    for _attribute, shape in shapes(cls):
        yield shape
        if shape.record is not None:
            yield from _all(shape.record)


def test_minutes_read_as_minutes(facts: ViewFacts) -> None:
    """Body, chair and who was there before the decision, then votes by name, then who dissented in his words."""
    meeting = next(event for event in facts.records() if event.ref == "E060")
    teller = Teller(Narrator(facts, "en"))
    said = {each.name: each for each in teller.entry(meeting)}
    order = [
        name for name in said if name in ("chair", "attendees", "absent", "decision", "votes", "dissent", "claims")
    ]
    assert order == ["chair", "attendees", "absent", "decision", "votes", "dissent"]
    ((agree, oppose, abstain),) = said["votes"].rows
    assert [(each.title, each.count) for each in (agree, oppose, abstain)] == [
        ("in favour", 3),
        ("against", 1),
        ("abstaining", 0),
    ]
    assert [part.words for part in oppose.parts] == ["韩砚秋"]
    assert said["dissent"].rows[0][1].parts[0].words == "应公开招标，分批询价有化整为零之嫌"


def test_corrections_are_told_as_was_and_is() -> None:
    """What a field said and says, who signed the correction, and that it counts."""
    facts = scenario_facts(SCENARIOS / "office-records.yaml")
    talk = next(event for event in facts.records() if event.ref == "T3")
    narrator = Narrator(facts, "en")
    (change,) = changes_of(facts, Teller(narrator), talk)
    assert (change.was, change.standing, change.entry.ref, change.waits_for) == (None, "counts", "C3", ())
    assert change.now is not None
    assert "(A2a)" in change.now.plain(narrator)
    plan = next(event for event in facts.records() if event.ref == "P1")
    assert (changes_of(facts, Teller(narrator), plan), withdrawal_of(facts, plan)) == ((), None)


def test_a_correction_after_a_lead_is_shown_and_not_read(facts: ViewFacts) -> None:
    """A dissent added after the lead stands beside the minutes, only what differs, marked as late."""
    meeting = next(event for event in facts.records() if event.ref == "E060")
    (change,) = changes_of(facts, Teller(Narrator(facts, "en")), meeting)
    assert (change.standing, change.entry.ref) == ("late", "E096")
    assert change.was is None
    assert change.now is not None
    assert [part.words for row in change.now.rows for part in row[0].parts] == ["罗佩珊"]


def test_a_withdrawn_record_says_by_whom_and_why() -> None:
    """The ground, the signers, the entry; and wherever the record is cited it is known as withdrawn."""
    facts = scenario_facts(SCENARIOS / "office-records.yaml")
    talk = next(event for event in facts.original.records() if event.ref == "T2")
    found = withdrawal_of(facts, talk)
    assert found is not None
    assert (found.entry.ref, found.ground, found.counts) == ("WD", "duplicate", True)
    assert facts.state(facts.cite(talk)) == "withdrawn"


def test_a_correction_that_waits_says_for_whom() -> None:
    """A correction of dissent that not everyone has signed is proposed, and names who is still to sign."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ("sec", "mem", "mem2"), ref="M1")
    correct(organ, meeting, "dissent", {"person": "mem"}, "2024-03-20", "clerk", text={"text": "不同意"})
    facts = organ.facts()
    (change,) = changes_of(facts, Teller(Narrator(facts, "en")), meeting)
    assert (change.standing, facts.state(facts.cite(meeting))) == ("proposed", "proposed")
    assert change.waits_for
    assert set(change.waits_for) == {*meeting.signed} - {"clerk"}
    assert change.now is not None
    assert "不同意" in change.now.plain(Narrator(facts, "en"))
