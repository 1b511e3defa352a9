"""Backups: everything but keys, while others write, verified, never over something; put back only where they hold."""

import io
import json
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.application import Command
from ledger.backup.make import last_backup, make_backup
from ledger.backup.manifest import NAME, parse_manifest
from ledger.backup.restore import restore_backup
from ledger.clock import SimulatedClock
from ledger.errors import BadInput, Invalid, ZerenError
from ledger.events.acts import TalkHeld
from ledger.home.directory import Home
from ledger.keys.key_files import Keyring
from ledger.recording.attachments import keep
from tests.support.builders import duty_ledger, open_desk, tampering
from tests.support.replayed import YUNXI, replayed

KINDS = ["duty", "case"]
PHOTO, LATER = b"a photo", datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    directory = Path(shutil.copytree(replayed(YUNXI).directory, tmp_path / "ledgers"))
    (tmp_path / "photo.jpg").write_bytes(PHOTO)
    made = Home(directory)
    kept = keep(made.attachments("duty"), [tmp_path / "photo.jpg"])
    with closing(made.open("duty", clock=SimulatedClock(LATER), read_only=False)) as ledger:
        talk = TalkHeld(ref="T-photo", talker="p-he", counterpart="p-luo", attachments=kept.attachments)
        keys = Keyring(made.keys("duty"), ledger.origin, made.passphrase.read_bytes().strip())
        receipt = ledger.record(Command(talk, (keys.signer("p-bai"),)))[0]
    kept.settle(receipt.position)
    waiting = made.attachments("duty") / "waiting-77"
    waiting.mkdir()
    (waiting / "0c").write_bytes(b"of no entry yet")
    return made


def heads(home: Home) -> dict[str, tuple[int, bytes]]:
    found = {}
    for kind in home.kinds():
        with closing(home.open(kind)) as ledger:
            found[kind] = (ledger.size(), ledger.tree_head().root)
    return found


@pytest.mark.parametrize("name", ["b.tar", "b"])
def test_what_is_backed_up_comes_back(home: Home, tmp_path: Path, name: str) -> None:
    """Ledgers, held checkpoints and attachments are as they were; keys and views are not in it; the rest is said."""
    made = make_backup(home, tmp_path / name)
    restored = restore_backup(made.path, tmp_path / "again")

    assert heads(restored.home) == heads(home)
    assert [file.read_bytes() for file in restored.home.attachments("duty").glob("*/*")] == [PHOTO]
    assert sorted(path.name for path in restored.home.held.iterdir()) == sorted(
        path.name for path in home.held.iterdir()
    )
    names = set(made.manifest.files)
    assert not [
        each for each in names if each.startswith(("keys/", "views")) or "waiting" in each or each.endswith("-wal")
    ]
    assert "keys/duty/log.pem" in restored.missing
    assert [(each.kind, each.size) for each in made.manifest.ledgers] == [
        (kind, heads(home)[kind][0]) for kind in KINDS
    ]
    assert {each.report.verdict for each in (*made.checked, *restored.checked)} == {"valid"}


@pytest.mark.parametrize("name", ["b.tar", "b"])
def test_a_backup_is_its_owners_alone(home: Home, tmp_path: Path, name: str) -> None:
    """Whatever the umask, nobody else reads the backup or what is restored from it."""
    made = make_backup(home, tmp_path / name)
    restored = restore_backup(made.path, tmp_path / "again")
    for root in (made.path, restored.home.directory):
        for path in (root, *root.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_with_keys_the_restored_directory_signs(home: Home, tmp_path: Path) -> None:
    """Private keys come along only when they are asked for."""
    made = make_backup(home, tmp_path / "b.tar", with_keys=True)
    restored = restore_backup(made.path, tmp_path / "again")

    assert restored.missing == ()
    assert (restored.home.keys("duty") / "log.pem").read_bytes() == (home.keys("duty") / "log.pem").read_bytes()


def test_what_stands_in_the_write_ahead_log_is_in_the_backup(tmp_path: Path) -> None:
    """Beside a writer and a reader the copy has every entry acknowledged before it was made."""
    home = Home(tmp_path / "ledgers")
    home.create()
    desk = duty_ledger(home.directory)
    with closing(sqlite3.connect(desk.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stored_events").fetchone()
        desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b"), "rec")
        size = desk.ledger.size()
        made = make_backup(home, tmp_path / "b.tar")
    desk.record(TalkHeld(ref="T2", talker="p-a", counterpart="p-b"), "rec")
    desk.close()

    assert made.manifest.ledgers[0].size == size
    assert made.checked[0].report.size == size


def test_nothing_is_written_over_something(home: Home, tmp_path: Path) -> None:
    """An existing file or directory stays as it is, for a backup as for what is restored from one."""
    made = make_backup(home, tmp_path / "b.tar")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear", encoding="utf-8")
    for work in (
        lambda: make_backup(home, tmp_path / "b.tar"),
        lambda: make_backup(home, tmp_path / "full"),
        lambda: restore_backup(made.path, tmp_path / "full"),
        lambda: restore_backup(made.path, home.directory),
    ):
        with pytest.raises(BadInput, match=r"is there already|is not empty"):
            work()
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter"]


def test_the_last_backup_is_remembered(home: Home, tmp_path: Path) -> None:
    """When, where and how far: for whoever asks later."""
    assert last_backup(home) is None
    made = make_backup(home, tmp_path / "b.tar")
    found = last_backup(home)

    assert found is not None
    assert (found["made_at"], found["path"]) == (made.manifest.made_at, str(made.path.resolve()))


# --- what does not hold is not restored ---


def test_a_backup_that_lacks_a_known_head_is_not_restored(home: Home, tmp_path: Path) -> None:
    """An older backup beside a newer checkpoint from elsewhere: refused, shown, and nothing left behind."""
    desk = open_desk("duty", home.database("duty"))
    shutil.rmtree(home.held)
    older = make_backup(home, tmp_path / "older.tar")
    desk.close()
    log = (tmp_path / "head").resolve()
    log.write_bytes(newest(replayed(YUNXI)))
    with tampering(home.database("duty")) as connection:
        cut(connection, 150)
    shutil.rmtree(tmp_path / "ledgers" / "case.db", ignore_errors=True)
    home.database("case").unlink()
    cut_backup = make_backup(home, tmp_path / "cut.tar")
    seen: list[int] = []
    with pytest.raises(Invalid, match="older than a known head"):
        restore_backup(cut_backup.path, tmp_path / "again", (log,), lambda checked: seen.append(len(checked)))

    assert (seen, (tmp_path / "again").exists()) == ([1], False)
    assert restore_backup(older.path, tmp_path / "whole", (log,)).checked[0].report.verdict == "valid"
    assert [path.name for path in (tmp_path / "whole" / "known").iterdir()] == ["head"]


def newest(home: Home) -> bytes:
    with closing(home.open("duty")) as ledger:
        last = ledger.last_checkpoint()
        assert last is not None
        note = ledger.checkpoint_at(last.checkpoint.size)
    assert note is not None
    return note


def cut(connection: sqlite3.Connection, size: int) -> None:
    for sql in (
        "DELETE FROM stored_events WHERE rowid > ?", "DELETE FROM bodies WHERE position >= ?",
        "DELETE FROM subjects WHERE position >= ?", "DELETE FROM refs WHERE position >= ?",
        "DELETE FROM checkpoints WHERE size > ?",
    ):  # fmt: skip
        connection.execute(sql, (size,))


Spoil = Callable[[dict[str, bytes]], None]


def _altered(files: dict[str, bytes]) -> None:
    data = bytearray(files["duty.db"])
    data[len(data) // 2] ^= 1
    files["duty.db"] = bytes(data)


def _missing(files: dict[str, bytes]) -> None:
    del files[next(name for name in files if name.startswith("held/"))]


def _foreign(files: dict[str, bytes]) -> None:
    files["keys/duty/log.pem"] = b"somebody's"


def _outside(files: dict[str, bytes]) -> None:
    _named(files, "../outside", b"x")


def _absolute(files: dict[str, bytes]) -> None:
    _named(files, "/tmp/zeren-outside", b"x")  # noqa: S108 - it must not be written


def _named(files: dict[str, bytes], name: str, data: bytes) -> None:
    manifest = json.loads(files[NAME])
    manifest["files"][name] = {"size": len(data), "sha256": "00"}
    files[NAME] = json.dumps(manifest).encode()
    files[name] = data


def _no_manifest(files: dict[str, bytes]) -> None:
    del files[NAME]


def _other_version(files: dict[str, bytes]) -> None:
    files[NAME] = files[NAME].replace(b"backup/v1", b"backup/v9")


def _no_json(files: dict[str, bytes]) -> None:
    files[NAME] = b"[" * 5000


@pytest.mark.parametrize(
    "spoil", [_altered, _missing, _foreign, _outside, _absolute, _no_manifest, _other_version, _no_json]
)
def test_a_spoilt_backup_is_refused_and_leaves_nothing(home: Home, tmp_path: Path, spoil: Spoil) -> None:
    """Altered, missing, foreign and outward files, and what is no backup: named, and no directory is made."""
    made = make_backup(home, tmp_path / "b.tar")
    with tarfile.open(made.path) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    spoil(files)
    with tarfile.open(tmp_path / "spoilt.tar", "w") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ZerenError):
        restore_backup(tmp_path / "spoilt.tar", tmp_path / "again")

    assert sorted(tmp_path.iterdir()) == before
    assert not Path("/tmp/zeren-outside").exists()  # noqa: S108


@pytest.mark.parametrize("data", [b"", b"no archive at all", b"\0" * 20480])
def test_what_is_no_archive_is_bad_input(tmp_path: Path, data: bytes) -> None:
    """Any other file is told from a backup."""
    (tmp_path / "x.tar").write_bytes(data)
    with pytest.raises(BadInput, match="is no backup made by zeren"):
        restore_backup(tmp_path / "x.tar", tmp_path / "again")


def test_a_link_in_an_archive_is_refused(home: Home, tmp_path: Path) -> None:
    """Only ordinary files are taken out of an archive."""
    made = make_backup(home, tmp_path / "b.tar")
    with tarfile.open(made.path, "a") as tar:
        member = tarfile.TarInfo("held/link")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(Invalid, match="no ordinary file"):
        restore_backup(made.path, tmp_path / "again")


def test_the_manifest_says_what_it_is(home: Home, tmp_path: Path) -> None:
    """The manifest in a directory reads back as it was written."""
    made = make_backup(home, tmp_path / "b")

    assert parse_manifest((tmp_path / "b" / NAME).read_bytes()) == made.manifest
