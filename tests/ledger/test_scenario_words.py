"""Words of a scenario file that say which way something went: a closed list is taken by its words or not at all."""

from pathlib import Path

import pytest

from ledger.errors import BadInput
from ledger.scenario.load import load_scenario
from tests.support.replayed import SCENARIOS

EVERY_KIND = SCENARIOS / "every-kind.yaml"


def said(directory: Path, old: str, new: str, event: str, key: str) -> object:
    """What a key of an event reads where another word is written."""
    content = EVERY_KIND.read_text(encoding="utf-8")
    assert content.count(old) == 1
    changed = directory / EVERY_KIND.name
    changed.write_text(content.replace(old, new), encoding="utf-8")
    return next(each for each in load_scenario(changed).events if each.id == event).values[key]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        *((word, "agree") for word in ("agree", "agreed", "同意")),
        *((word, "refuse") for word in ("refuse", "refused", "拒绝", "不同意")),
    ],
)
def test_an_answer_means_what_its_word_says(tmp_path: Path, word: str, meant: str) -> None:
    """A consent is agreed or refused, and usual words for either are taken for it."""
    found = said(tmp_path, "by: h1, answer: agree", f"by: h1, answer: {word}", "CN", "answer")

    assert found == meant


@pytest.mark.parametrize("word", ["no", "yes", "false", "3", "不", "Agree", '""'])
def test_an_answer_in_other_words_is_no_consent(tmp_path: Path, word: str) -> None:
    """What is neither agreed nor refused in words that are known counts for neither; the fault names the words."""
    with pytest.raises(BadInput, match=r"event CN: answer: .*: agree, refuse"):
        said(tmp_path, "by: h1, answer: agree", f"by: h1, answer: {word}", "CN", "answer")


@pytest.mark.parametrize("written", ["", ", answer: "])
def test_an_answer_that_is_left_out_is_no_consent(tmp_path: Path, written: str) -> None:
    """Nobody has agreed by saying nothing."""
    with pytest.raises(BadInput, match="event CN: answer: is missing"):
        said(tmp_path, "by: h1, answer: agree", f"by: h1{written}", "CN", "answer")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("result: passed", "result: 合格吗", "event RV: result: '合格吗' .*: passed, failed"),
        ("way: case", "way: shelved", "event LD: way: 'shelved' .*: talk_inquiry, preliminary, deferred, closed, case"),
        ("opinion: returned", "opinion: denied", "event OP: opinion: 'denied' .*: agreed, returned, refused"),
        ("use: promotion", "use: none", "event AV: use: 'none' .*: annual_target, award, promotion"),
        ("kind: public_service", "kind: 便民", "event EV: kind: '便民' .*: rule, declaration"),
        ("accepted: no", "accepted: some", r"accepted: 'some' .*: yes, part, no"),
    ],
)
def test_a_closed_list_takes_no_other_word(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """A word that the list of its field does not have is a fault, not the list's unfavourable word."""
    with pytest.raises(BadInput, match=fault):
        said(tmp_path, old, new, "", "")


@pytest.mark.parametrize(("written", "meant"), [("true", "yes"), ("false", "no"), ("yes", "yes"), ("no", "no")])
def test_a_statement_is_accepted_or_not_in_either_spelling(tmp_path: Path, written: str, meant: str) -> None:
    """Programs that write YAML write yes and no as true and false."""
    assert said(tmp_path, "accepted: no", f"accepted: {written}", "ST", "accepted") == meant
