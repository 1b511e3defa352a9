"""All entries of a ledger checked by ranges in several processes: as the one pass, and never instead of a finding."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ledger.verify
from ledger.application import open_ledger
from ledger.events.fields import EntryReference
from ledger.events.records import TextErased
from ledger.recording.numbers import find_entry
from ledger.verify import joining, ranges
from tests.bench.data import organ
from tests.support import replayed as support
from tests.support.both_ways import by_ranges, told
from tests.support.builders import open_desk, tampering


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A duty ledger of some hundred entries."""
    return organ(tmp_path_factory.mktemp("organ") / "home", 300).database("duty")


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each check whether it came to its end by ranges."""
    ended: list[bool] = []
    check = joining.check_in_ranges

    def noted(*given: Any) -> Any:
        found = check(*given)
        ended.append(found is not None)
        return found

    monkeypatch.setattr(ledger.verify, "check_in_ranges", noted)
    return ended


def said(path: Path) -> dict[str, Any]:
    with closing(open_ledger(path, read_only=True, whole=False)) as opened:
        return told(ledger.verify.verify_ledger(opened))


@pytest.mark.parametrize("count", [2, 3, 7])
def test_a_whole_ledger_is_told_alike(whole: Path, joined: list[bool], count: int) -> None:
    """Counts, marks, root and verdict, in however many ranges; and the ranges did it."""
    alone = said(whole)
    with by_ranges(count):
        assert said(whole) == alone
    assert joined == [False, True]
    assert (alone["findings"], alone["bodies"]) == ([], alone["size"])


@pytest.mark.parametrize("kind", ["duty", "case"])
def test_ledgers_of_a_scenario_are_told_alike(kind: str, joined: list[bool]) -> None:
    """Keys, posts, anchors, references and consents lie in one range and count in the next."""
    path = support.replayed(support.YUNXI).directory / f"{kind}.db"
    alone = said(path)
    for count in range(2, 9):
        with by_ranges(count):
            assert said(path) == alone
    assert joined == [False, *[True] * 7]


def test_in_processes_of_their_own(whole: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a range tells comes back from another process as it was."""
    alone = said(whole)
    monkeypatch.setattr(joining, "EACH", 50)
    monkeypatch.setattr(joining, "cores", lambda: 2)
    assert said(whole) == alone
    assert joined == [False, True]


CHANGES = {
    "a body": "UPDATE bodies SET body = replace(body, 'A', 'B') WHERE position = {}",
    "a leaf": "UPDATE stored_events SET leaf_hash = x'{:064x}' WHERE rowid = {}",
    "a time": "UPDATE stored_events SET recorded_at = '2020-01-01' WHERE rowid = {}",
    "a number": "UPDATE subjects SET number = number + 1000 WHERE position = {}",
    "a subject": "DELETE FROM subjects WHERE position = {}",
    "a row": "DELETE FROM stored_events WHERE rowid = {}",
    "a type": "UPDATE stored_events SET topic = 'unit.registered/1' WHERE rowid = {}",
    "a tile": "UPDATE tiles SET root = x'00' WHERE level = 0",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("at", [60, 250])
def test_what_is_wrong_is_said_by_the_one_pass(whole: Path, tmp_path: Path, change: str, at: int) -> None:
    """In whichever range it lies: the same findings, in the same words and order."""
    path = Path(shutil.copy(whole, tmp_path / "duty.db"))
    with tampering(path) as connection:
        connection.execute(CHANGES[change].format(at, at))
    alone = said(path)
    with by_ranges():
        assert said(path) == alone
    assert alone["findings"]


def test_a_ledger_with_an_erasure_is_one_pass(whole: Path, tmp_path: Path, joined: list[bool]) -> None:
    """What is missing in one range is explained in another: it is told alike, by the one pass."""
    desk = open_desk("duty", Path(shutil.copy(whole, tmp_path / "duty.db")))
    talk = find_entry(desk.ledger, "T5")
    reference = EntryReference("", talk.position, talk.leaf_hash)
    desk.record(TextErased(entry=reference, names=("text",), ground="law"), "cus-1", "eye")
    desk.close()
    alone = said(desk.path)
    with by_ranges():
        assert said(desk.path) == alone
    assert joined == [False, False]
    assert alone["findings"] == []


@pytest.mark.parametrize("name", ["before", "after", "numbers", "assumed", "start"])
def test_ranges_that_do_not_fit_are_not_joined(
    whole: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A range that rested on another tree, another number or another root than the ones before it came to."""
    alone, check = said(whole), ranges.check_range
    wrong = {
        "before": bytes(32),
        "after": bytes(32),
        "numbers": {("person", "h-1"): 10_000},
        "assumed": {1: bytes(32)},
        "start": 1,
    }

    def other(job: ranges.RangeJob) -> ranges.CheckedRange | None:
        found = check(job)
        return found if found is None or not job.start else replace(found, **{name: wrong[name]})  # type: ignore[arg-type]

    monkeypatch.setattr(joining, "check_range", other)
    with by_ranges():
        assert said(whole) == alone
    assert joined == [False, False]


def test_a_process_that_dies_is_no_verdict(whole: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """The one pass gives it."""
    monkeypatch.setattr(joining, "check_range", lambda _job: None)
    with by_ranges():
        assert said(whole)["findings"] == []
    assert joined == [False]


def test_progress_goes_up_to_the_end(whole: Path) -> None:
    """By ranges too the last thing said is that all is done, and no number falls."""
    told_so_far: list[tuple[int, int]] = []
    with closing(open_ledger(whole, read_only=True)) as opened, by_ranges(2):
        ledger.verify.verify_ledger(opened, progress=lambda done, total: told_so_far.append((done, total)))
        size = opened.size()
    assert told_so_far[-1] == (size, size)
    assert told_so_far == sorted(told_so_far)
