"""The line of a long work: on a terminal, from its second second on, with rate and time left; nowhere else."""

import io
from pathlib import Path

import pytest

from cli.showing import progress
from cli.showing.progress import ProgressLine, progress_line
from projections.language.catalogue import language, use_language
from projections.views.catch_up import rebuild
from tests.bench.data import organ
from tests.support.builders import open_desk
from tests.support.command import zeren


class Terminal(io.StringIO):
    """What a person sees of standard error."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of a known width, in English."""
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setattr(progress, "AFTER", 1.0)


def said(*steps: tuple[float, int], of: int = 8000) -> list[str]:
    """What the line is after each step (seconds, done), as it is written."""
    now = [0.0]
    before = language()
    use_language("en")
    try:
        line = ProgressLine("entries checked", out := Terminal(), lambda: now[0])
        for at, done in steps:
            now[0] = at
            line.tell(done, of)
        line.clear()
    finally:
        use_language(before)
    return out.getvalue().split("\r\x1b[K")[1:]


def test_short_works_show_nothing() -> None:
    """What is done within a second leaves no trace, however often it tells."""
    assert said((0.1, 1000), (0.5, 4000), (0.9, 8000)) == []


def test_the_line_says_how_much_how_fast_and_how_long_still() -> None:
    """It is written over itself, and gone at the end; what was done before it was told of is no part of the rate."""
    assert said((1.0, 2000), (3.0, 4000), (3.1, 4100), (5.0, 6000)) == [
        "entries checked: [######------------------] 2,000 of 8,000",
        "entries checked: [############------------] 4,000 of 8,000, 1,000 a second, 0:04 left",
        "entries checked: [##################------] 6,000 of 8,000, 1,000 a second, 0:02 left",
        "",
    ]
    assert said((1.0, 0), (2.0, 1), of=5000)[1].endswith("1 of 5,000, 1 a second, 1:23:19 left")


def test_where_the_end_is_not_known_the_line_counts() -> None:
    """As while the rows of a file are read."""
    assert said((1.0, 500), (2.0, 1500), of=0)[1] == "entries checked: 1,500, 1,000 a second"


def test_nothing_is_told_where_nobody_sees_it() -> None:
    """In a pipe or a file the work is not even asked to tell."""
    with progress_line("entries checked") as told:
        assert told is None


def test_making_views_and_checking_entries_tell_how_far_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page of a rebuild is told of, up to all entries; `verify` shows its line on a terminal, not in a pipe."""
    home = organ(tmp_path / "ledgers", 40, units=3)
    told: list[tuple[int, int]] = []
    rebuild(home, lambda done, of: told.append((done, of))).close()
    assert told[-1][0] == told[-1][1] > 40

    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    piped = zeren(home.directory, "verify")
    monkeypatch.setattr("tests.support.command.StringIO", Terminal)
    typed = zeren(home.directory, "verify", "--views")

    size = told[-1][0]
    assert "\r" not in piped.err
    assert f"{size} of {size}" in typed.err
    assert "views proved, percent: " in typed.err
    assert typed.out.startswith(piped.out)


def test_making_and_checking_a_bundle_tell_how_far_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry as its files are written and as it is read back, each file and entry of a bundle that is checked; on a
    terminal alone."""
    home = organ(tmp_path / "ledgers", 40, units=3)
    desk = open_desk("duty", home.database("duty"))
    desk.ledger.sign_checkpoint(desk.log)
    desk.close()
    made = [str(tmp_path / name) for name in ("piped", "typed")]
    zeren(home.directory, "bundle", "T5", "T6", "--out", made[0])
    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    piped = zeren(home.directory, "verify", made[0])
    monkeypatch.setattr("tests.support.command.StringIO", Terminal)
    typed = zeren(home.directory, "bundle", "T5", "T6", "--out", made[1])
    checked = zeren(home.directory, "verify", made[0])

    assert "\r" not in piped.err
    assert Path(made[0]).stat().st_size == Path(made[1]).stat().st_size
    for said in (typed.err, checked.err):
        line = said.split("\r\x1b[K")[-2]
        assert line.startswith("pieces of the bundle: [")
        done, _, of = line.partition("] ")[2].split(",")[0].partition(" of ")
        assert 0.8 * int(of) <= int(done) <= int(of)
    assert checked.out == piped.out
