"""zeren backup and zeren restore as commands: what they say, and how they end."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command import zeren
from tests.support.replayed import YUNXI, replayed


def test_a_backup_says_what_is_in_it_and_what_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ledgers with their sizes and verdicts, files, and that the keys are not in it; restoring names each key file."""
    directory = str(shutil.copytree(replayed(YUNXI).directory, tmp_path / "ledgers"))
    assert zeren(directory, "backup", str(tmp_path / "b.tar")).code == 0
    said = capsys.readouterr()
    assert "222 entries, valid" in said.out
    assert "private files under keys/ are not in it" in said.err

    assert zeren(str(tmp_path / "again"), "restore", str(tmp_path / "b.tar")).code == 0
    said = capsys.readouterr()
    assert "not in the backup: keys/duty/log.pem" in said.out
    assert "no head from elsewhere was compared" in said.err
    assert zeren(str(tmp_path / "again"), "verify").code == 0
    assert zeren(str(tmp_path / "again"), "restore", str(tmp_path / "b.tar")).code == 2


def test_both_speak_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document each."""
    directory = str(shutil.copytree(replayed(YUNXI).directory, tmp_path / "ledgers"))
    assert zeren(directory, "backup", str(tmp_path / "b"), "--json").code == 0
    made = json.loads(capsys.readouterr().out)
    assert zeren(str(tmp_path / "again"), "restore", str(tmp_path / "b"), "--json").code == 0
    back = json.loads(capsys.readouterr().out)

    assert [each["size"] for each in made["ledgers"]] == [each["size"] for each in back["ledgers"]]
    assert made["left_out"] == back["missing"]
    assert back["verdicts"] == {"duty": "valid", "case": "valid"}
