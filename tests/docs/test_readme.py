"""The README tells the truth: its commands run as they stand, in their order, and what it names is there."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ledger.home.directory import Home
from tests.support.postgres import the_server
from tests.support.ready import ready
from tests.tools.pictures import LIMIT, pictures

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WITH_COMMANDS = [
    block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if re.search(r"^zeren ", block, re.M)
]
ON_A_SERVER = [block for block in WITH_COMMANDS if "postgresql://" in block]
BLOCKS = [block for block in WITH_COMMANDS if block not in ON_A_SERVER]
PLACEHOLDER = "FINGERPRINT"
"""Stands for what reaches the reader by another way: the case ledger's fingerprint."""


def test_every_block_of_commands_runs_as_written(tmp_path: Path) -> None:
    """In an empty directory beside the project's files the README's blocks run one after another, without a fault.

    Each is one shell script with nobody at the terminal, so that what it prints, and what it would ask, is known. The
    first runs by the command as it is installed, the others by the same command kept ready.
    """
    with ready() as folder:
        installed = Path(sys.executable).parent
        run(BLOCKS[:1], tmp_path, installed)
        run(BLOCKS[1:], tmp_path, folder)


def test_what_is_said_of_a_server_runs_on_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, with a server of the test's own in the place of the one that is named; a dump of it is restored, held
    against the folder that wrote, and the ledger moved."""
    server = the_server()
    monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
    with server.connect() as connection:
        connection.execute("CREATE DATABASE organ")
    served = [
        re.sub(
            r"-h db\.example", f"-h {server.socket}", re.sub(r"db\.example/(\w+)", rf"/\1?host={server.socket}", block)
        )
        for block in ON_A_SERVER
    ]
    with ready() as folder:
        run(served, tmp_path, folder)
    with server.connect("organ") as connection:
        assert connection.execute("SELECT count(*) FROM zeren.entries").fetchone() == (5,)


def run(blocks: Sequence[str], tmp_path: Path, folder: Path) -> None:
    """Runs the blocks one after another with the `zeren` of a folder."""
    if not (tmp_path / "tests").exists():
        (tmp_path / "tests").symlink_to(ROOT / "tests")
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("ZEREN_DIR", None)
    assert blocks
    for block in blocks:
        script = re.sub(r"^zeren .*\bserve\b.*$", "", block, flags=re.MULTILINE)  # ends only when interrupted
        if PLACEHOLDER in block:
            opened = Home(tmp_path / "ledgers").open("case")
            script = script.replace(PLACEHOLDER, opened.fingerprint)
            opened.close()
        outcome = subprocess.run(
            ["sh", "-e", "-c", script],
            cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=1800,
        )  # fmt: skip

        assert (0, "") == (outcome.returncode, outcome.stderr if outcome.returncode else ""), block


def test_every_picture_shown_is_there_and_small(chromium: Any, tmp_path: Path) -> None:
    """Those that the tool makes, each with words that say what it shows, and none that is heavy."""
    shown = dict(re.findall(r"!\[([^\]]+)\]\((tests/docs/pictures/[^)]+)\)", README))
    made = dict(pictures(chromium, tmp_path))
    assert {Path(path).name for path in shown.values()} == made.keys()
    for path in shown.values():
        for data in ((ROOT / path).read_bytes(), made[Path(path).name]):
            assert data.startswith(b"\x89PNG")
            assert len(data) < LIMIT, path


def test_every_make_target_named_is_there() -> None:
    """Each `make TARGET` of the README is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))

    assert {"demo", "test"} <= named
    assert [] == [target for target in sorted(named) if not re.search(rf"^{target}:", makefile, re.MULTILINE)]


@pytest.mark.parametrize("room", sorted(set(re.findall(r"`((?:ledger|projections|api|cli|tests)/[\w/.]*)`", README))))
def test_every_place_named_is_there(room: str) -> None:
    """Each file or folder of the project that the README names exists."""
    assert (ROOT / room).exists()
