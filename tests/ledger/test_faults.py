"""Faults of the store: a full disk, a lock, a missing permission, a damaged page, each told by what it is."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Ledger, open_ledger
from ledger.errors import (
    BadInput,
    Busy,
    Damaged,
    DiskFull,
    Invalid,
    NoPermission,
    ReadOnlyMedium,
    Unfitting,
    Unusable,
    ZerenError,
)
from ledger.events.acts import TalkHeld
from ledger.store.faults import explain, explain_system
from ledger.store.sqlite.library import driver
from ledger.store.sqlite.sqlite_store import SQLiteStore
from ledger.witness.witness_store import WitnessStore
from tests.support.builders import Desk, duty_ledger, facts_of, open_desk, tampering
from tests.support.disks import ROOT, on_disk
from tests.support.replayed import YUNXI, replayed

TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text", place="a room")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = duty_ledger(tmp_path)
    yield desk
    desk.close()


def pragma(ledger: Ledger, statement: str) -> None:
    assert isinstance(ledger.store, SQLiteStore)
    with ledger.store.datastore.get_connection(commit=True) as connection:
        driver(connection).execute(f"PRAGMA {statement}")


def test_a_full_database_is_a_full_disk_and_nothing_was_written(desk: Desk) -> None:
    """Where SQLite has no room left the append says so, leaves nothing behind, and goes through once there is room."""
    before = facts_of(desk.path)
    pragma(desk.ledger, "max_page_count = 1")  # SQLite takes the number of pages that there are
    with pytest.raises(DiskFull, match=r"disk is full.*duty\.db"):
        desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="long " * 9000), "rec")
    assert facts_of(desk.path) == before

    pragma(desk.ledger, f"max_page_count = {2**31}")
    desk.record(TALK, "rec")


def test_a_ledger_that_another_program_holds_is_busy(desk: Desk) -> None:
    """A lock is a lock, whoever holds it, and is over when he lets go."""
    pragma(desk.ledger, "busy_timeout = 0")
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match=r"duty\.db is locked by another process"):
            desk.record(TALK, "rec")
    desk.record(TALK, "rec")


def test_a_row_in_the_way_is_no_other_writer(desk: Desk) -> None:
    """A stray row that the next entry clashes with is named as one: no retry would help."""
    position = desk.ledger.size()
    desk.close()
    with tampering(desk.path) as connection:
        connection.execute("INSERT INTO bodies VALUES (?, x'7b7d0a')", (position,))
    with closing(open_desk("duty", desk.path)) as again, pytest.raises(Unfitting, match="rows that no entry put there"):
        again.record(TALK, "rec")


def test_what_is_no_database_and_what_is_a_damaged_one_are_told_apart(desk: Desk) -> None:
    """A text file is bad input (exit 2); a ledger with a spoilt page is damaged (exit 3), at opening and later."""
    desk.close()
    path = desk.path.with_name("text.db")
    path.write_text("no database, but long enough to be taken for one " * 30, encoding="utf-8")
    with pytest.raises(BadInput, match="is not a ledger database"):
        open_ledger(path)

    data = bytearray(desk.path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    for page in range(2, len(data) // size):
        data[page * size : page * size + 12] = b"\xff" * 12
    desk.path.write_bytes(data)
    with pytest.raises(Damaged, match=r"duty\.db is damaged"):
        open_ledger(desk.path, read_only=True)


def test_a_ledger_without_one_of_its_tables_is_damaged(desk: Desk) -> None:
    """A table that was taken away is a fault of the file, not of the program."""
    desk.close()
    with tampering(desk.path) as connection:
        connection.execute("DROP TABLE bodies")
    with pytest.raises(Invalid, match="lacks the table bodies"):
        open_ledger(desk.path, read_only=True)
    ledger = open_ledger(desk.path, read_only=True, whole=False)
    with closing(ledger), pytest.raises(Damaged, match="no such table"):
        ledger.keys()


@pytest.mark.parametrize(
    ("number", "family"),
    [
        (errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EROFS, ReadOnlyMedium), (errno.EACCES, NoPermission),
        (errno.EPERM, NoPermission), (errno.EMFILE, Unusable),
    ],
)  # fmt: skip
def test_the_systems_refusals_have_the_same_names(number: int, family: type[ZerenError]) -> None:
    """A file that is not written through SQLite fails by the same causes, and they are called the same."""
    found = explain_system(OSError(number, os.strerror(number), "a file"))

    assert type(found) is family
    assert explain(OSError(number, os.strerror(number), "a file")) == found or str(found)


def test_what_the_store_did_not_make_is_not_explained() -> None:
    """A fault of the program stays one, and so does a refusal of the system that has other reasons."""
    assert explain(ValueError("a fault")) is None
    assert explain(sqlite3.ProgrammingError("Cannot operate on a closed database.")) is None
    assert explain(FileNotFoundError(errno.ENOENT, "gone")) is None


@pytest.mark.parametrize(("file", "folder"), [(0o600, 0o755), (0o644, 0o755), (0o644, 0o700)])
def test_a_missing_permission_is_called_one(file: int, folder: int) -> None:
    """Somebody else's ledger: whether file or folder keeps him out, he hears that he has no permission."""
    if os.geteuid() != 0:
        pytest.skip("only root becomes somebody else")
    directory = Path(tempfile.mkdtemp(prefix="zeren-foreign-"))
    try:
        duty_ledger(directory).close()
        (directory / "duty.db").chmod(file)
        directory.chmod(folder)
        os.seteuid(65534)
        with pytest.raises((ZerenError, PermissionError)) as caught:
            open_desk("duty", directory / "duty.db").record(TALK, "rec")
    finally:
        os.seteuid(0)
        shutil.rmtree(directory)
    assert type(explain(caught.value)) is NoPermission


WITHOUT_HANDLES = """
import gc, os, resource, sys
from pathlib import Path
from ledger.errors import Unusable
from tests.support.builders import open_desk
from tests.ledger.test_faults import TALK
desk = open_desk("duty", Path(sys.argv[1]))
desk.ledger.store.datastore.pool._pool.clear()
gc.collect()  # what is let go of later would give its handles back
taken = []
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
try:
    while True:
        taken.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
for attempt in range(2):
    try:
        with desk.ledger.store.writing():
            print("written")
    except Unusable as error:
        print(error)
for handle in taken:
    os.close(handle)
desk.record(TALK, "rec")
print(desk.ledger.at(desk.ledger.size() - 1).ref)
"""


def test_without_a_free_handle_it_is_said_and_the_next_writer_gets_its_turn(desk: Desk) -> None:
    """Too many open files are named as such each time; once there are handles again the same process writes."""
    desk.close()
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT_HANDLES, desk.path],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    first, second, last = found.stdout.splitlines() or [found.stderr] * 3

    assert "too many files are open" in first
    assert (first, "T1") == (second, last)


def test_a_witness_speaks_of_its_memory_as_a_ledger_does(tmp_path: Path) -> None:
    """What is no memory of a witness is bad input; a memory that lost its table is not taken for a program's fault."""
    (tmp_path / "witness.db").write_text("no database, but long enough to be taken for one " * 30, encoding="utf-8")
    with pytest.raises(BadInput, match="is no witness's memory"):
        WitnessStore(tmp_path).check()


# --- on a real disk ---

ASKED = "zeren --dir $DISK/l holders c-aid"


def prepared() -> str:
    """A ledger on the disk, without views."""
    return f"cp -r {replayed(YUNXI).directory} $DISK/l; rm -f $DISK/l/views*"


@pytest.mark.parametrize("left", [0, 20, 60, 160, 200, 400])
def test_on_a_full_disk_a_question_says_so_in_one_line(left: int, tmp_path: Path) -> None:
    """However little is left, a question that has to build its views ends with one line and 1; with room it answers."""
    outcome = on_disk(
        f"{prepared()}; leave {left}; {ASKED}; echo $?; rm $DISK/filling; {ASKED} > /dev/null; echo $?",
        tmp_path / "disk",
        size=6000,
    )
    assert outcome.stdout.splitlines() == ["1", "0"], outcome.stderr
    fault, mark = outcome.stderr.splitlines()  # the second is of the answer once there is room
    assert fault.startswith("Error: the disk is full: ")
    assert mark.endswith(": no head known from elsewhere")


def test_views_that_found_no_room_take_none(tmp_path: Path) -> None:
    """What was half made of them when the disk was full is gone, so that whoever records next has the room."""
    outcome = on_disk(
        f"{prepared()}; zeren --dir $DISK/l views rebuild > /dev/null; leave 200;"
        " zeren --dir $DISK/l views rebuild; echo $?; ls $DISK/l | grep -c views.new;"
        " zeren --dir $DISK/l persons > /dev/null; echo $?",
        tmp_path / "disk",
        size=6000,
    )
    assert outcome.stdout.split() == ["1", "0", "0"], outcome.stderr


def test_a_full_disk_is_said_in_chinese(tmp_path: Path) -> None:
    """The line is in the reader's language."""
    outcome = on_disk(f"{prepared()}; leave 60; {ASKED}", tmp_path / "disk", size=6000, language="zh_CN")

    assert (1, 1) == (outcome.returncode, outcome.stderr.count("\n"))
    assert "磁盘空间已满" in outcome.stderr


def test_a_record_on_a_full_disk_is_refused_whole(tmp_path: Path) -> None:
    """Recording fails with the same line and writes nothing; with room again the same command goes through."""
    record = (
        "zeren --dir $DISK/l record person --person p-new --name new --as p-bai"
        " --passphrase-file $DISK/l/keys/passphrase"
    )
    outcome = on_disk(
        f"{prepared()}; leave 4; {record}; echo $?; rm $DISK/filling;"
        f" zeren --dir $DISK/l verify --ledger duty --json | grep '\"size\"'; {record} > /dev/null; echo $?",
        tmp_path / "disk",
        size=6000,
    )
    assert outcome.stdout.split() == ["1", '"size":', "222,", "0"], outcome.stderr
    assert [line for line in outcome.stderr.splitlines() if line.startswith("Error: the disk is full: ")], (
        outcome.stderr
    )
