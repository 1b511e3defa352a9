"""The README tells the truth: its commands run as they stand, in their order, and what it names is there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENDLESS = ("serve", "demo", "witness serve", "views follow")
"""Commands that end only when they are interrupted; they have tests of their own."""


def commands() -> list[str]:
    """The lines of every shell block, comments and continuations resolved."""
    found = []
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.partition("  #")[0].strip()
            if command:
                found.append(command)
    return found


def test_every_command_of_zeren_runs_as_written(tmp_path: Path) -> None:
    """In an empty directory beside the project's files, the README's commands follow one another without a fault."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("ZEREN_DIR", None)
    ran = 0
    for command in commands():
        words = shlex.split(command)
        if words[0] not in {"zeren", "echo"} or any(f" {each}" in command for each in ENDLESS):
            continue
        outcome = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        ran += 1

        assert (0, "") == (outcome.returncode, outcome.stderr if outcome.returncode else ""), command
    assert ran > 0


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
