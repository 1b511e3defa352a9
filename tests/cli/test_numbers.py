"""One meaning of an entry's number, for every command that takes one; an erasure shows what goes, and asks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.home.directory import Home
from projections.language.catalogue import use_language
from tests.support import replayed, web
from tests.support.command import zeren
from tests.support.samples import DUTY_RECORDER


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """Two talks recorded under one number."""
    home = web.copied(replayed.replayed(replayed.YUNXI))
    for text in ("the first", "the second"):
        words = ("--talker", "p-he", "--counterpart", "p-luo", "--occurred-at", "2026-11-01", "--text", text)
        assert zeren(home.directory, "record", "talk", "--ref", "DUP", *words, "--as", DUTY_RECORDER).code == 0
    return home.directory


@pytest.mark.parametrize(
    "words",
    [
        ("erase", "DUP", "--ground", "x", "--yes"),
        ("sign", "DUP"),
        ("refuse", "DUP", "--as", "p-luo", "--reason", "x"),
        ("disclose", "DUP", "--fields", "ref", "--out", "d.zip"),
        ("bundle", "DUP", "--out", "b.zip"),
        ("proof", "inclusion", "DUP"),
        ("entries", "DUP"),
        ("correct", "DUP", "--field", "text", "--to", "x", "--as", DUTY_RECORDER),
        ("explain", "DUP", "--signal", "LATE_RECORD", "--explanation", "x", "--as", DUTY_RECORDER),
    ],
    ids=lambda words: words[0],
)
def test_a_number_of_several_entries_is_refused_with_the_candidates(
    words: tuple[str, ...], twice: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done to the first by chance; position, kind, day and recorder tell which is meant."""
    monkeypatch.chdir(twice)
    capsys.readouterr()
    before = size(twice)
    assert zeren(twice, *words).code == 2
    said = capsys.readouterr().err
    assert said.count("talk.held, 2026-11-01") == 2
    assert DUTY_RECORDER in said
    assert size(twice) == before


@pytest.mark.parametrize("number", ["56", "#56", "E060#{}", "E060"])
def test_a_position_needs_no_mark(twice: Path, capsys: pytest.CaptureFixture[str], number: str) -> None:
    """The number, the position with or without #, and both as they are printed: each names one entry."""
    capsys.readouterr()
    assert zeren(twice, "entries", "E060", "--json").code == 0
    talk = json.loads(capsys.readouterr().out)["position"]
    assert zeren(twice, "entries", number.format(talk), "--json").code == 0
    assert json.loads(capsys.readouterr().out)["position"] == (talk if "E060" in number else 56)


def test_a_number_goes_before_a_position(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where an entry has the number 7, 7 is that entry; a number printed with another position is refused."""
    words = ("--talker", "p-he", "--counterpart", "p-luo", "--occurred-at", "2026-11-01", "--refers", "3")
    assert zeren(twice, "record", "talk", "--ref", "7", *words, "--as", DUTY_RECORDER).code == 0
    capsys.readouterr()
    assert zeren(twice, "entries", "7", "--json").code == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ref"], found["fields"]["refers.0"][1]) == ("7", 3)
    assert zeren(twice, "entries", "7#8").code == 2
    assert "does not have the number 7" in capsys.readouterr().err


def test_rows_of_a_file_name_positions_by_their_mark(
    twice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bare number in a file is the number of a thing, never a position."""
    file, before = tmp_path / "talks.jsonl", size(twice)
    row = {"ref": "T-NEW", "talker": "p-he", "counterpart": "p-luo", "occurred_at": "2026-10-30"}
    for refers, code in (("3", 2), ("#3", 0)):
        file.write_text(json.dumps({**row, "refers": refers}) + "\n", encoding="utf-8")
        assert zeren(twice, "import", str(file), "--kind", "talk", "--as", DUTY_RECORDER, "--no-input").code == code
    capsys.readouterr()
    assert size(twice) == before + 2  # the file and its row


def test_an_erasure_shows_what_goes_and_asks(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody can answer nothing is erased; scripts say --yes."""
    position = size(twice) - 2
    capsys.readouterr()
    assert zeren(twice, "erase", f"#{position}", "--ground", "x").code == 2
    said = capsys.readouterr().err
    assert "the first" in said
    assert "--yes" in said
    assert size(twice) == position + 2


def size(directory: Path) -> int:
    ledger = Home(directory).open("duty")
    try:
        return ledger.size()
    finally:
        ledger.close()


def test_an_unknown_field_is_told_before_anything_is_shown(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the entry does not hold is never listed among what goes."""
    capsys.readouterr()
    assert zeren(twice, "erase", f"#{size(twice) - 2}", "--field", "nosuch", "--ground", "x", "--yes").code == 2
    said = capsys.readouterr().err
    assert "no field nosuch" in said
    assert "go for good" not in said
