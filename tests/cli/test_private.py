"""What lies on disk is its owner's alone, whatever the umask."""

import os
from pathlib import Path

import pytest

from tests.support.command import zeren
from tests.support.replayed import SCENARIOS


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_everything_in_a_directory_is_private(tmp_path: Path, umask: int) -> None:
    """Databases, keys, views, heads, drafts and what marks an older copy are 0600, folders 0700, under any umask."""
    scenario = SCENARIOS / "second-look.yaml"
    (tmp_path / "p").write_text("choose your own\n", encoding="utf-8")
    words = ["--origin", "zeren.example/o/duty", "--title", "t", "--custodian", "c-1", "--custodian", "c-2"]
    words += ["--recorder", "r-1", "--signer", "s-1", "--service", "svc", "--passphrase-file", str(tmp_path / "p")]
    former = os.umask(umask)
    try:
        assert zeren(tmp_path / "organ", "init", *words).code == 0
        zeren(tmp_path / "organ", "views", "rebuild")
        secret = ("--passphrase-file", str(tmp_path / "p"))
        assert zeren(tmp_path / "organ", "backup", str(tmp_path / "b.tar")).code == 0
        person = ("record", "person", "--person", "p-a", "--name", "张三", "--as", "r-1", *secret)
        assert zeren(tmp_path / "organ", *person).code == 0
        waits = (
            "record",
            "person",
            "--person",
            "p-b",
            "--name",
            "李四",
            "--as",
            "r-1",
            "--consent-of",
            "s-1=holder",
            *secret,
        )
        assert zeren(tmp_path / "organ", *waits, "--requests", str(tmp_path)).code == 0
        head = zeren(tmp_path / "organ", "checkpoint", "--no-ask", *secret)
        assert head.code == 0, head.err
        (tmp_path / "head").write_text(head.out, encoding="utf-8")
        again = ("restore", str(tmp_path / "b.tar"), "--checkpoint", str(tmp_path / "head"), "--older")
        assert zeren(tmp_path / "older", *again).code == 4
        assert zeren(None, "replay", str(scenario), "--into", str(tmp_path / "both")).code == 0
        doctor = zeren(tmp_path / "organ", "doctor").out
    finally:
        os.umask(former)
    found = {
        path: path.stat().st_mode & 0o777
        for directory in ("organ", "older", "both")
        for path in (tmp_path / directory, *(tmp_path / directory).rglob("*"))
    }
    names = {path.name for path in found}
    assert names >= {"duty.db", "views.db", "views.lock", "zeren.json", "older.json", "head", "duty.signed", "held"}
    assert {str(path): oct(mode) for path, mode in found.items() if mode & 0o077} == {}
    assert "nobody else reads the directory" in doctor
