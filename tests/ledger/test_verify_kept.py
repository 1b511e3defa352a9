"""An interrupted check by ranges goes on: the same report, and nothing believed but what the same bytes bear out."""

import json
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import ledger.verify
from cli.acting.checked_before import checked_before
from ledger.application import open_ledger
from ledger.core.encoding import b64decode
from ledger.verify import joining, ranges
from ledger.verify.kept_ranges import KeptRanges
from ledger.verify.ranges import CheckedRange, RangeJob
from tests.bench.data import organ
from tests.support.both_ways import by_ranges, told
from tests.support.builders import tampering
from tests.support.replayed import YUNXI, replayed


class Stopped(KeyboardInterrupt):
    """Somebody presses Ctrl+C."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A duty ledger of some hundred entries."""
    return organ(tmp_path_factory.mktemp("organ") / "home", 180).database("duty")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where the ranges begin that are checked, but the last."""
    monkeypatch.setattr(joining, "STEP", 30)
    starts: list[int] = []
    check = ranges.check_range

    def noted(job: RangeJob) -> CheckedRange | None:
        if len(starts) == 3:
            starts.append(-1)
            raise Stopped
        starts.append(job.start)
        return check(job)

    monkeypatch.setattr(joining, "check_range", noted)
    return starts


def said(path: Path, kept: Path | None = None) -> dict[str, Any]:
    with closing(open_ledger(path, read_only=True, whole=False)) as opened:
        earlier = KeptRanges(kept, opened.fingerprint) if kept is not None else None
        with by_ranges():
            found = told(ledger.verify.verify_ledger(opened, kept=earlier))
    return found


def interrupted(path: Path, kept: Path, checked: list[int]) -> None:
    with pytest.raises(Stopped):
        said(path, kept)
    assert checked == [0, 30, 60, -1]


def test_a_check_goes_on_where_it_was_interrupted(whole: Path, tmp_path: Path, checked: list[int]) -> None:
    """What was found whole is not checked again; the report is that of a check that was never interrupted, with a mark
    that tells of it; at its end nothing is kept."""
    kept = tmp_path / "state" / "kept"
    interrupted(whole, kept, checked)
    assert kept.stat().st_mode & 0o777 == 0o600
    gone_on = said(whole, kept)
    assert 0 not in checked[4:]
    assert checked[4:6] == [90, 120]
    assert not kept.exists()
    assert gone_on["marks"].pop(joining.AGAIN) == 90
    checked[:] = range(100)
    assert gone_on == said(whole)


def test_what_a_range_found_is_kept_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a ledger with keys, consents, anchors and posts, each range from the file equals the one that was checked."""
    monkeypatch.setattr(joining, "STEP", 30)
    found: list[CheckedRange] = []
    add = KeptRanges.add

    def noted(self: KeptRanges, each: CheckedRange) -> None:
        found.append(each)
        add(self, each)

    monkeypatch.setattr(KeptRanges, "add", noted)
    monkeypatch.setattr(KeptRanges, "clear", lambda _self: None)
    path = replayed(YUNXI).directory / "duty.db"
    said(path, tmp_path / "kept")
    with closing(open_ledger(path, read_only=True)) as opened:
        again = KeptRanges(tmp_path / "kept", opened.fingerprint)
        assert len(found) > 3
        assert [again.find(opened, each.start, each.stop, frozenset()) for each in found] == found
        assert again.find(opened, found[1].start, found[1].stop, frozenset({found[1].stop - 1})) is None


CHANGES = {
    "a body": "UPDATE bodies SET body = replace(body, 'A', 'B') WHERE position = 20",
    "an entry": "UPDATE stored_events SET entry = replace(entry, 'A', 'B') WHERE rowid = 20",
    "a subject": "DELETE FROM subjects WHERE position = 20",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_meanwhile_is_found(whole: Path, tmp_path: Path, checked: list[int], change: str) -> None:
    """In a range that had been found whole: the same findings as of a check that begins anew."""
    path = Path(shutil.copy(whole, tmp_path / "duty.db"))
    interrupted(path, tmp_path / "kept", checked)
    with tampering(path) as connection:
        connection.execute(CHANGES[change])
    checked[:] = range(100)
    gone_on = said(path, tmp_path / "kept")
    gone_on["marks"].pop(joining.AGAIN, None)
    assert gone_on == said(path)
    assert gone_on["findings"]


@pytest.mark.parametrize("wrong", ["ledger", "program", "others may write", "cut", "root"])
def test_a_file_that_is_not_ones_own_does_not_count(
    whole: Path, tmp_path: Path, checked: list[int], wrong: str
) -> None:
    """Of another ledger or version, within the reach of others, torn, or saying what does not fit: all is checked."""
    kept = tmp_path / "kept"
    interrupted(whole, kept, checked)
    first, *lines = kept.read_text(encoding="utf-8").splitlines()
    if wrong in ("ledger", "program"):
        first = json.dumps({**json.loads(first), wrong: "another"})
    if wrong == "root":
        lines = [json.dumps({**json.loads(line), "after": bytes(32).hex()}) for line in lines]
    data = "\n".join([first, *lines])
    kept.write_text(data[: len(first) + 40] if wrong == "cut" else data + "\n", encoding="utf-8")
    if wrong == "others may write":
        os.chmod(kept, 0o666)  # noqa: PTH101, S103 - what is tried
    checked[:] = range(100)
    gone_on = said(whole, kept)
    assert gone_on == said(whole)
    assert gone_on["findings"] == []
    assert wrong == "root" or 0 in checked[100:]


def test_it_is_kept_with_whoever_checks(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked: list[int]
) -> None:
    """In his own state directory, by the ledger's fingerprint; of a ledger that is soon checked nothing is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with closing(open_ledger(whole, read_only=True)) as opened:
        assert checked_before(opened) is None
        monkeypatch.setattr("cli.acting.checked_before.STEP", 30)
        found = checked_before(opened)
        assert found is not None
        with by_ranges(), pytest.raises(Stopped):
            ledger.verify.verify_ledger(opened, kept=found)
        (file,) = (tmp_path / "zeren" / "checked").iterdir()
        assert file.name == f"{b64decode(opened.fingerprint).hex()}.ndjson"
