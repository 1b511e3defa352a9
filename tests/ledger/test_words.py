"""The closed lists of words: each word with its Chinese word, and what is said for it."""

from datetime import UTC, datetime

import pytest

from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.records import RecordCorrected
from ledger.events.registry import TYPES, specs
from ledger.events.tenure import AssignmentEnded
from ledger.events.words import chinese, is_other, kept_word, kind_of, words_of
from ledger.recording.forms import columns_of
from ledger.scenario.loaded import ScenarioEvent
from ledger.scenario.payloads import Names, payload_of
from projections.language.titles import Labels

LISTS = {(name, spec.name): spec.words for name in TYPES for spec in specs(name).values() if spec.words is not None}
"""The fields whose words are closed, with the list of each."""
MOMENT = datetime(2024, 3, 1, tzinfo=UTC)
STATED = {
    "meeting": "special democratic_life decomposition decision cadre discipline member_annual unit study other",
    "check": "annual special appointment other",
    "plan": "yearly education other",
    "talk": "routine reminder admonition criticism appointment inquiry other",
    "leaves": "rotation transfer retirement dismissal death other",
    "person_status": "detained suspended left other",
}


def test_the_lists_are_those_of_the_rules() -> None:
    """Every list has the stated words in their order, and each has a Chinese word that means it alone in its list."""
    assert {name: words_of(name) for name in STATED} == {name: tuple(said.split()) for name, said in STATED.items()}
    for (type_name, field), name in LISTS.items():
        said = {word: chinese(name, word) for word in words_of(name)}
        assert {kept_word(type_name, field, zh): word for word, zh in said.items()} == {w: w for w in said}


def test_every_closed_field_offers_its_list() -> None:
    """Options, prompts, templates and imports take the words of the list, by either language's title."""
    titles = Labels()
    for (type_name, field), name in LISTS.items():
        column = next(column for column in columns_of(type_name) if column.name == field)
        assert column.choices == words_of(name)
        assert column.words == name
        assert {titles[chinese(name, word)] for word in words_of(name) if chinese(name, word) in titles} <= {
            *words_of(name)
        }


@pytest.mark.parametrize(
    ("said", "kind"),
    [("专题会议", "special"), ("personnel", "cadre"), ("传批", "circulation"), ("座谈", "座谈"), (None, None)],
)
def test_what_stands_in_an_older_record_is_read_by_its_meaning(said: str | None, kind: str | None) -> None:
    """A synonym reads as the word that is kept for it; a word that no list has stays what it is."""
    assert kind_of(MeetingHeld(kind=said)) == kind


def test_other_is_told_from_a_word_without_list() -> None:
    """Only `other`, in either language, is the kind that is never credited."""
    assert is_other(TalkHeld(talker="a", counterpart="b", kind="其他"))
    assert not is_other(TalkHeld(talker="a", counterpart="b", kind="reminder"))
    assert not is_other(TalkHeld(talker="a", counterpart="b"))


@pytest.mark.parametrize(
    ("of", "field", "said", "kept"),
    [
        (AssignmentEnded, "leaves", "退休", "retirement"),
        (MeetingHeld, "kind", "专题会议", "special"),
        (MeetingHeld, "kind", "座谈", "座谈"),
        (AssignmentEnded, "person", "退休", "退休"),
    ],
)
def test_a_scenario_file_says_a_corrected_word_as_it_says_the_first(
    of: type[Payload], field: str, said: str, kept: str
) -> None:
    """The new value of a field with a closed list is the word that is meant; words of no list and ids stay."""
    values = {"corrects": "E1", "field": field, "new_value": said}
    event = ScenarioEvent("C1", "correction", "duty", MOMENT, MOMENT, "ann", values, ("ann",), legacy=False, line=1)
    names = Names(lambda id_: id_, lambda _: EntryReference("", 1, b""), lambda _: of, lambda _: False)
    payload = payload_of(event, names)
    assert isinstance(payload, RecordCorrected)
    assert payload.new_value == kept
