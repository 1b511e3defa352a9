"""Files written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from ledger.errors import BadInput, DiskFull, ZerenError
from ledger.writing import replace_whole, write_new


def test_bytes_take_the_place_of_others(tmp_path: Path) -> None:
    """New, or in the place of what lay there; nothing else is left beside it."""
    target = tmp_path / "file"
    for data in (b"first", b""):
        replace_whole(target, data)
        assert (target.read_bytes(), list(tmp_path.iterdir())) == (data, [target])


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, DiskFull), (errno.EIO, BadInput)])
def test_what_fails_half_way_leaves_what_lay_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: type[ZerenError]
) -> None:
    """A full disk is told as one, another fault in the system's words; the older bytes stand, none of the new."""
    target = tmp_path / "file"
    target.write_bytes(b"older")

    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(told, match="file"):
        replace_whole(target, b"newer")
    assert (target.read_bytes(), list(tmp_path.iterdir())) == (b"older", [target])
    for folder in ("absent", "file"):
        with pytest.raises(BadInput, match="cannot be written"):
            replace_whole(tmp_path / folder / "file", b"newer")


def test_a_new_file_takes_no_others_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there stays, and is named; a fault half-way leaves no file."""
    target = tmp_path / "file"
    write_new(target, b"first")
    with pytest.raises(BadInput, match="file is there already"):
        write_new(target, b"second")
    assert target.read_bytes() == b"first"
    with pytest.raises(BadInput, match="cannot be written"):
        write_new(tmp_path / "absent" / "file", b"x")

    def fail(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(DiskFull):
        write_new(tmp_path / "other", b"x")
    assert list(tmp_path.iterdir()) == [target]
