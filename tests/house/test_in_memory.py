"""Files of tests lie in memory where there is room, and go with the run."""

import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from tests.support import in_memory
from tests.support.command import ROOT

About = namedtuple("About", ("f_bavail", "f_frsize", "f_flag"))
SCRIPT = """
import os, sys
from pathlib import Path
from tests.support.in_memory import folder_in_memory
made = folder_in_memory(Path(sys.argv[1]), 1)
if os.fork() == 0:
    sys.exit()
os.wait()
(made / "file").write_text("of a test")
print(made)
print(oct(made.stat().st_mode), flush=True)
if sys.argv[2:]:
    os.kill(os.getpid(), 9)
"""


def made_in(memory: Path, *more: str) -> list[str]:
    """What a process says that makes a folder in this place, and ends."""
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, str(memory), *more]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False).stdout.split()


def test_the_folder_goes_with_the_process_that_made_it(tmp_path: Path) -> None:
    """Its children leave it be, and others may use it, as they may use /tmp."""
    said = made_in(tmp_path)

    assert Path(said[0]).parent == tmp_path
    assert said[1] == "0o41777"
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_run_that_was_killed_goes_with_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And that of one that goes on stays."""
    killed = Path(made_in(tmp_path, "kill")[0])
    assert (killed / "file").exists()
    monkeypatch.delenv("TMPDIR", raising=False)
    ours = in_memory.folder_in_memory(tmp_path, 1)
    assert list(tmp_path.iterdir()) == [ours]
    made_in(tmp_path)
    assert list(tmp_path.iterdir()) == [ours]


@pytest.mark.parametrize("about", [About(9, 10, 0), About(10, 10, os.ST_NOEXEC)], ids=["too full", "runs nothing"])
def test_a_place_that_does_not_serve_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, about: About
) -> None:
    """Nor is anything made where TMPDIR says another place, or where there is none."""
    monkeypatch.setenv("TMPDIR", "elsewhere")
    assert in_memory.folder_in_memory(tmp_path, 1) is None
    monkeypatch.delenv("TMPDIR")
    assert in_memory.folder_in_memory(tmp_path / "nowhere", 1) is None
    monkeypatch.setattr(os, "statvfs", lambda _: about)
    assert in_memory.folder_in_memory(tmp_path, 100) is None
    assert list(tmp_path.iterdir()) == []
