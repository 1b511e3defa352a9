"""A plain copy of a ledger's file beside whoever reads it: complete, for the write-ahead log is folded back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest

from ledger.application import FOLD_AFTER
from ledger.events.acts import TalkHeld
from ledger.verify import verify_ledger
from tests.support.builders import duty_ledger, open_desk


def talk(number: int) -> TalkHeld:
    return TalkHeld(ref=f"T{number}", talker="p-a", counterpart="p-b")


def size_of_copy(path: Path) -> int:
    copy = Path(shutil.copy(path, path.with_name("copy.db")))
    with closing(open_desk("duty", copy, read_only=True)) as desk:
        report = verify_ledger(desk.ledger)
    for each in path.parent.glob("copy.db*"):
        each.unlink()
    assert report.exit_code == 0
    return report.size


def test_a_copy_beside_a_server_has_what_a_command_recorded(tmp_path: Path) -> None:
    """While another process keeps the ledger open to read, three commands record; the file alone has all three."""
    duty_ledger(tmp_path).close()
    path = tmp_path / "duty.db"
    with closing(open_desk("duty", path, read_only=True)) as server:
        for number in range(3):
            with closing(open_desk("duty", path)) as command:
                command.record(talk(number), "rec")
            assert server.ledger.size() == size_of_copy(path)


def test_a_reader_in_the_way_is_waited_for_a_moment(tmp_path: Path) -> None:
    """A question under way when the command ends keeps nothing out of the file: it is over soon."""
    path = tmp_path / "duty.db"
    desk = duty_ledger(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stored_events").fetchone()
        desk.record(talk(1), "rec")
        size = desk.ledger.size()
        assert not desk.ledger.fold()
        ending = Timer(0.05, reader.execute, ["ROLLBACK"])
        ending.start()
        desk.close()
        ending.join()
        assert size_of_copy(path) == size


def test_a_long_writer_folds_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever goes on writing is never far ahead of the file, and pays for it once a second."""
    path = tmp_path / "duty.db"
    moment = [0.0]
    with closing(duty_ledger(tmp_path)) as desk, closing(sqlite3.connect(path)) as reader:
        reader.execute("SELECT count(*) FROM stored_events").fetchone()
        monkeypatch.setattr("ledger.application.monotonic", lambda: moment[0])
        desk.ledger._folded_at = 0.0
        before = size_of_copy(path)
        desk.record(talk(1), "rec")
        desk.record(talk(2), "rec")
        assert size_of_copy(path) == before
        moment[0] = FOLD_AFTER
        desk.record(talk(3), "rec")
        assert size_of_copy(path) == desk.ledger.size()
