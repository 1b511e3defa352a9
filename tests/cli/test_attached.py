"""Attachments at the command line: a process killed between any two steps leaves nothing without its entry."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.home.directory import Home
from tests.support import replayed as support
from tests.support.command import ROOT, zeren
from tests.support.samples import DUTY_RECORDER

TALK = ("--talker", "贺立新", "--counterpart", "罗佩珊", "--occurred-at", "2024-11-03", "--as", DUTY_RECORDER)
KILLED = """
import os, signal, sys
from {module} import {owner} as owner
setattr(owner, {name!r}, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
from cli.main import main
main(sys.argv[1:])
"""
STEPS = {
    "before it is recorded": ("ledger.application", "Ledger", "record"),
    "before it is settled": ("ledger.recording.attachments", "KeptFiles", "settle"),
    "before the receipt": ("cli.acting", "recording", "print_receipt"),
}
"""Where the process dies."""


@pytest.fixture
def ledgers(tmp_path: Path) -> Path:
    (tmp_path / "minutes.txt").write_text("纪要", encoding="utf-8")
    return Path(shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "ledgers"))


def killed(step: str, ledgers: Path, *words: str) -> int:
    module, owner, name = STEPS[step]
    script = KILLED.format(module=module, owner=owner, name=name)
    command = [sys.executable, "-c", script, "--dir", str(ledgers), *words]
    return subprocess.run(command, capture_output=True, cwd=ROOT, check=False).returncode


def attachment_line(ledgers: Path) -> str:
    """What `doctor` says of the attachments of the duty ledger."""
    lines = json.loads(zeren(ledgers, "doctor", "--json").out)["lines"]
    return next(str(line["said"]) for line in lines if line["subject"] == "attachments")


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_process_leaves_no_attachment_untied(ledgers: Path, tmp_path: Path, step: str) -> None:
    """Wherever recording is killed, verify is valid before and after the next writer, which ties the bytes to the
    entry on record or removes them with the entry that there is not; doctor and backup say the same."""
    words = ("record", "talk", *TALK, "--ref", "TX", "--attach", str(tmp_path / "minutes.txt"))
    assert killed(step, ledgers, *words) == -9
    assert zeren(ledgers, "verify", "--ledger", "duty").code == 0
    assert zeren(ledgers, "backup", str(tmp_path / "b.tar")).code == 0
    assert zeren(tmp_path / "again", "restore", str(tmp_path / "b.tar")).code == 0

    assert zeren(ledgers, "record", "talk", *TALK, "--ref", "TY").code == 0
    recorded = step != "before it is recorded"
    for home in map(Home, (ledgers, tmp_path / "again")):
        files = home.attached("duty")
        assert (list(files.waiting()), len(files.positions())) == ([], recorded)
        assert zeren(home.directory, "verify", "--ledger", "duty").code == 0
    said = "1 entry has all files" if recorded else "0 entries have all files"
    assert f"duty: {said}" in attachment_line(ledgers)


def test_erasing_removes_bytes_name_and_media_type(ledgers: Path, tmp_path: Path) -> None:
    """`zeren erase` without a field takes every text and every attachment; the file is gone, verify says *erased*; a
    file put back afterwards is *erasure pending* for verify and doctor alike."""
    words = ("record", "talk", *TALK, "--ref", "TX", "--attach", str(tmp_path / "minutes.txt"))
    assert zeren(ledgers, *words).code == 0
    files = Home(ledgers).attached("duty")
    (position,) = files.positions()
    assert zeren(ledgers, "keys", "roles", "p-he", "--role", "inspector").code == 0
    said = zeren(ledgers, "erase", "TX", "--ground", "law", "--yes")
    assert (said.code, "attachments.0: minutes.txt" in said.err) == (0, True)
    assert files.positions() == []
    report = json.loads(zeren(ledgers, "verify", "--ledger", "duty", "--json").out)[0]
    assert (report["verdict"], report["marks"]["attachment erased"]) == ("valid", 1)

    files.of(position).mkdir()
    shutil.copy(tmp_path / "minutes.txt", files.of(position) / "00")
    assert zeren(ledgers, "verify", "--ledger", "duty").code == 4
    assert "erased and still held" in attachment_line(ledgers)
    assert zeren(ledgers, "record", "talk", *TALK, "--ref", "TY").code == 0
    assert (files.positions(), zeren(ledgers, "verify", "--ledger", "duty").code) == ([], 0)


def test_changed_and_missing_files_are_told_by_verify_doctor_and_backup(ledgers: Path, tmp_path: Path) -> None:
    """Another byte is invalid for verify; a missing file is incomplete for verify, doctor and the backup."""
    words = ("record", "talk", *TALK, "--ref", "TX", "--attach", str(tmp_path / "minutes.txt"))
    assert zeren(ledgers, *words).code == 0
    (file,) = Home(ledgers).attachments("duty").glob("*/*")
    file.write_bytes(b"x" * file.stat().st_size)
    assert zeren(ledgers, "verify", "--ledger", "duty").code == 3

    file.unlink()
    assert zeren(ledgers, "verify", "--ledger", "duty").code == 4
    assert "1 entry lacks files" in attachment_line(ledgers)
    assert zeren(ledgers, "backup", str(tmp_path / "b.tar")).code == 4
