"""A directory that takes no writes: every question is answered there, and nothing is left behind."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import open_ledger
from ledger.errors import NoPermission
from ledger.events.acts import TalkHeld
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.views.catch_up import digest, views_of, views_to_ask
from tests.support.builders import duty_ledger
from tests.support.disks import on_disk
from tests.support.replayed import YUNXI, replayed

pytestmark = pytest.mark.long
BESIDE = ("*-shm", "*-wal", "views*")


@pytest.mark.parametrize(
    "made",
    [
        "true",
        "rm -f $DISK/l/*-shm $DISK/l/*-wal",
        "zeren --dir $DISK/l views rebuild > /dev/null",
        "zeren --dir $DISK/l views rebuild > /dev/null; rm -f $DISK/l/*-shm $DISK/l/*-wal",
    ],
)
def test_questions_on_a_read_only_medium_answer(made: str, tmp_path: Path) -> None:
    """Whatever lies beside the databases, lists, questions, verification and bundles work; a write names the medium."""
    asked = [
        "holders c-aid",
        "trace K1",
        "entries",
        "verify",
        "obligations",
        "signals",
        f"bundle K1 --out {tmp_path}/b",
    ]
    lines = "each " + " ".join(f'"--dir $DISK/l {words}"' for words in asked)
    record = "record person --person p-new --name new --as p-bai --passphrase-file $DISK/l/keys/passphrase"
    outcome = on_disk(
        f"cp -r {replayed(YUNXI).directory} $DISK/l; rm -f $DISK/l/views*; {made}; ls $DISK/l > {tmp_path}/before;"
        f" mount -o remount,ro $DISK; {lines}; ls $DISK/l | diff {tmp_path}/before -;"
        f" zeren --dir $DISK/l {record}; echo $?",
        tmp_path / "disk",
        size=9000,
    )  # fmt: skip
    assert outcome.stdout.split() == ["0"] * len(asked) + ["1"], outcome.stderr
    assert "duty.db lies on a read-only medium and cannot be written" in outcome.stderr.splitlines()[-1]


@pytest.fixture
def foreign() -> Iterator[Path]:
    """A directory in which this process, being nobody, may read and not write."""
    if os.geteuid() != 0:
        pytest.skip("only root becomes somebody else")
    directory = Path(tempfile.mkdtemp(prefix="zeren-foreign-"))
    yield directory
    os.seteuid(0)
    shutil.rmtree(directory)


def shut(directory: Path) -> None:
    for path in [directory, *directory.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.seteuid(65534)


def test_somebody_elses_directory_is_read_and_not_written(foreign: Path) -> None:
    """Views that may not be written are made in memory and equal those that would lie there; a rebuild is refused."""
    home = Home(Path(shutil.copytree(replayed(YUNXI).directory, foreign / "l", ignore=shutil.ignore_patterns(*BESIDE))))
    with closing(views_of(replayed(YUNXI))) as views:
        expected = digest(views)
    shut(foreign)
    before = sorted(home.directory.iterdir())

    with closing(views_to_ask(home)) as views:
        assert digest(views) == expected
    with pytest.raises(NoPermission):
        views_of(home)
    assert sorted(home.directory.iterdir()) == before


@pytest.mark.parametrize("with_shared", [True, False])
def test_what_is_in_the_write_ahead_log_alone_is_read_too(foreign: Path, *, with_shared: bool) -> None:
    """A copy whose last entries are in the log only is read with them, where not even the log's index can be made."""
    made = foreign / "made"
    made.mkdir()
    desk = duty_ledger(made)
    with closing(sqlite3.connect(desk.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stored_events").fetchone()  # keeps the log from being folded back
        desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b"), "rec")
        size = desk.ledger.size()
        for ending in ("", "-wal", *(["-shm"] if with_shared else [])):
            shutil.copy(f"{desk.path}{ending}", foreign / f"duty.db{ending}")
    desk.close()
    assert (foreign / "duty.db-wal").stat().st_size > 0
    shut(foreign)

    with closing(open_ledger(foreign / "duty.db", read_only=True)) as ledger:
        report = verify_ledger(ledger)
        assert (size, size, 0) == (ledger.size(), report.size, report.exit_code)


def test_a_ledger_made_by_vacuum_into_is_read_as_any_other(tmp_path: Path) -> None:
    """A copy without a write-ahead log verifies, and reading it does not turn it into another kind of file."""
    desk = duty_ledger(tmp_path)
    desk.close()
    with closing(sqlite3.connect(desk.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    before = (tmp_path / "copy.db").read_bytes()
    with closing(open_ledger(tmp_path / "copy.db", read_only=True)) as ledger:
        assert verify_ledger(ledger).exit_code == 0
    assert (tmp_path / "copy.db").read_bytes() == before
