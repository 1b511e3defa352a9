"""zeren doctor: each thing that goes wrong has its line, and a well-kept directory has none to mend."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.main import main
from ledger.application import Ledger
from ledger.backup.make import LAST, make_backup
from ledger.events.trust import LedgerOpened
from ledger.home.directory import Home
from projections.doctor import examine
from projections.installation import Examined
from projections.views.catch_up import views_of
from tests.support.replayed import YUNXI, replayed

SOFT = {"fonts", "extras", "keys"}
"""What depends on the machine, and the key files of simulated directories, which are made fast and weak."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(Path(shutil.copytree(replayed(YUNXI).directory, tmp_path / "ledgers")))
    views_of(home).close()
    (home.directory / "known").mkdir(mode=0o700)
    with closing(home.open("case")) as ledger:
        last = ledger.last_checkpoint()
        assert last is not None
        (home.directory / "known" / "case").write_bytes(ledger.checkpoint_at(last.checkpoint.size) or b"")
    make_backup(home, tmp_path / "b.tar")
    for path in (home.directory, *home.directory.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return home


def ill(home: Home) -> list[Examined]:
    return [line for line in examine(home) if not line.well and line.subject not in SOFT]


def test_a_well_kept_directory_has_nothing_to_mend(home: Home) -> None:
    """Every line is well, and the two subjects that depend on the machine are there."""
    lines = examine(home)

    assert ill(home) == []
    assert {line.subject for line in lines} >= SOFT | {"duty", "case", "views", "permissions", "disk", "backup"}


def _older_backup(home: Home) -> None:
    kept = json.loads((home.directory / LAST).read_bytes())
    kept["made_at"] = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    (home.directory / LAST).write_text(json.dumps(kept), encoding="utf-8")


def _damaged(home: Home) -> None:
    path = home.database("case")
    data = bytearray(path.read_bytes())
    data[4096 * 4 : 4096 * 4 + 8] = b"\xff" * 8
    path.write_bytes(data)


def _no_heads(home: Home) -> None:
    (home.directory / "known" / "case").unlink()


def _behind(home: Home) -> None:
    with closing(sqlite3.connect(home.views)) as views:
        views.execute("UPDATE tracking SET notification_id = 200 WHERE application_name LIKE '%duty%'")
        views.commit()


@pytest.mark.parametrize(
    ("spoil", "subject", "words"),
    [
        (lambda home: (home.directory / LAST).unlink(), "backup", "none was made from here"),
        (_older_backup, "backup", "30 days old"),
        (lambda home: home.database("duty").chmod(0o644), "permissions", "others may read or write"),
        (lambda home: home.directory.chmod(0o755), "permissions", "others may read or write 1 file"),
        (lambda home: home.views.unlink(), "views", "make them with: zeren views rebuild"),
        (_behind, "views", "200 of 222 entries"),
        (_no_heads, "case", "no head known from elsewhere"),
        (_damaged, "case", "is damaged"),
    ],
)
def test_each_neglect_has_its_line(home: Home, spoil: Callable[[Home], object], subject: str, words: str) -> None:
    """What is wrong is said under its subject, with what to do, and everything else is still looked at."""
    spoil(home)
    found = [line for line in ill(home) if words in str(line.said)]

    assert subject in {line.subject for line in found}
    assert {line.subject for line in examine(home)} >= {"duty", "case", "disk", "extras"}


def test_a_full_disk_and_a_clock_that_went_back_are_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little room, and a moment before what the ledger shows to have passed."""
    opened = Ledger.genesis.fget  # type: ignore[attr-defined]
    free = shutil.disk_usage(home.directory)._replace(free=1 << 20)
    monkeypatch.setattr("projections.doctor.shutil.disk_usage", lambda _: free)
    monkeypatch.setattr("projections.doctor.now", lambda: datetime(2001, 1, 1, tzinfo=UTC))

    def real(ledger: Ledger) -> LedgerOpened:
        genesis: LedgerOpened = opened(ledger)
        object.__setattr__(genesis, "clock", "real")
        return genesis

    monkeypatch.setattr(Ledger, "genesis", property(real))
    said = [str(line.said) for line in ill(home)]
    assert any("1 MiB are free" in text for text in said)
    assert sum("set the clock right" in text for text in said) == 2


def test_the_command_ends_with_0_or_4_and_speaks_json(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, in the reader's language; exit 4 where something is to be done."""
    home.views.unlink()
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "zh", "--dir", str(home.directory), "doctor"])
    assert ended.value.code == 4
    assert "待处理  视图" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "en", "--dir", str(home.directory), "doctor", "--json"])
    assert ended.value.code == 4
    assert {"subject", "well", "said"} == set(json.loads(capsys.readouterr().out)["lines"][0])


def test_nothing_is_changed(home: Home) -> None:
    """Whoever looks leaves every file as it was, but for what SQLite keeps beside a database that is read."""
    before = {
        path: path.read_bytes() for path in home.directory.rglob("*") if path.is_file() and "-" not in path.suffix
    }
    examine(home)

    assert {path: path.read_bytes() for path in before} == before
    assert os.access(home.directory, os.W_OK)
