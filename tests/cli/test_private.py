"""What lies on disk is its owner's alone, whatever the umask."""

import os
from pathlib import Path

import pytest

from tests.support.command import zeren


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_databases_keys_and_views_are_private(tmp_path: Path, umask: int) -> None:
    """Databases, keys and views are 0600, folders 0700, also under an open umask."""
    (tmp_path / "p").write_text("choose your own\n", encoding="utf-8")
    words = ["--origin", "zeren.example/o/duty", "--title", "t", "--custodian", "c-1", "--custodian", "c-2"]
    words += ["--recorder", "r-1", "--service", "svc", "--passphrase-file", str(tmp_path / "p")]
    former = os.umask(umask)
    try:
        assert zeren(tmp_path / "organ", "init", *words).code == 0
        zeren(tmp_path / "organ", "signals")
    finally:
        os.umask(former)
    found = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "organ").rglob("*")}
    watched = [path for path in found if path.is_dir() or path.suffix in (".db", ".pem") or "-wal" in path.name]
    assert len(watched) >= 6
    assert {path: oct(found[path]) for path in watched if found[path] & 0o077} == {}
