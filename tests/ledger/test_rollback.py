"""Restored older copies and forks are refused before anything is signed on them."""

import shutil
from pathlib import Path

import pytest

from ledger.errors import Forked, RolledBack
from ledger.home.directory import Home
from tests.support import replayed as support
from tests.support.builders import tampering


def copy_of_home(tmp_path: Path) -> Home:
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return Home(directory)


def cut_tail(home: Home, entries: int) -> None:
    """What restoring a backup taken `entries` entries ago leaves."""
    with tampering(home.database("duty")) as connection:
        size = connection.execute("SELECT max(rowid) FROM stored_events").fetchone()[0] - entries
        connection.execute("DELETE FROM stored_events WHERE rowid > ?", (size,))
        connection.execute("DELETE FROM bodies WHERE position >= ?", (size,))
        connection.execute("DELETE FROM subjects WHERE position >= ?", (size,))
        connection.execute("DELETE FROM refs WHERE position >= ?", (size,))
        connection.execute("DELETE FROM checkpoints WHERE size > ?", (size,))


@pytest.mark.parametrize("entries", [1, 2, 17, 100])
def test_an_older_copy_is_not_opened_for_writing(tmp_path: Path, entries: int) -> None:
    """However many entries a restored copy lacks, the checkpoint held elsewhere forbids signing on it."""
    home = copy_of_home(tmp_path)
    cut_tail(home, entries)

    with pytest.raises(RolledBack, match="older copy"):
        home.open("duty", read_only=False)


def test_an_older_copy_can_still_be_read(tmp_path: Path) -> None:
    """Reading an older copy is allowed: an inspector may have to look at it."""
    home = copy_of_home(tmp_path)
    whole = home.open("duty")
    size = whole.size()
    whole.close()
    cut_tail(home, 5)
    ledger = home.open("duty")
    try:
        assert ledger.size() == size - 5
    finally:
        ledger.close()


def test_another_history_is_a_fork(tmp_path: Path) -> None:
    """A ledger whose leaf hashes differ below the held checkpoint is refused as a fork."""
    home = copy_of_home(tmp_path)
    with tampering(home.database("duty")) as connection:
        connection.execute("UPDATE stored_events SET leaf_hash = zeroblob(32) WHERE rowid = 100")

    with pytest.raises(Forked, match="another history"):
        home.open("duty", read_only=False)


def test_the_whole_ledger_is_opened_for_writing(tmp_path: Path) -> None:
    """A ledger that contains what is held elsewhere is opened and can be written."""
    home = copy_of_home(tmp_path)
    ledger = home.open("duty", read_only=False)
    ledger.close()
