"""CONTRIBUTING.md and the hooks: what they name is there, and every room is named."""

import re
from pathlib import Path

import pytest
import yaml

from ledger.events.registry import TYPES
from projections.obligations.table import table

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATH = re.compile(r"`((?:ledger|projections|api|cli|tests)/[\w./<>-]*|[\w.-]+\.(?:toml|md|yaml))`")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(set(PATH.findall(TEXT))))
def test_every_file_named_is_there(path: str) -> None:
    """A file or folder that the page names exists; one with a name still to be chosen has a folder to stand in."""
    there = ROOT / path.partition("<")[0]

    assert (there if "<" not in path else there.parent / there.name).exists()


def test_every_room_is_named() -> None:
    """Each package of the house has its row."""
    rooms = {
        str(init.parent.relative_to(ROOT))
        for package in ("ledger", "projections", "api", "cli")
        for init in (ROOT / package).glob("*/__init__.py")
    }

    assert rooms - set(PATH.findall(TEXT)) == set()


def test_every_recipe_that_was_promised_is_there() -> None:
    """A kind of record, a question, a signal, an obligation, a page, a command and a store each have their row."""
    for what in ("kind of record", "question", "signal", "obligation", "page", "command", "store"):
        assert re.search(rf"^\| an? {what} \| .*`", TEXT, re.MULTILINE), what


def test_the_examples_are_of_the_house() -> None:
    """The kind and the obligation that serve as examples exist."""
    assert "AnalysisMade" in {cls.__name__ for cls in TYPES.values()}
    assert "G2c" in table().obligations


def test_the_hooks_run_what_make_runs() -> None:
    """Each hook is a target of the Makefile; `make quick` runs before every commit, whatever it touches."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = {hook["id"]: hook for repo in config["repos"] for hook in repo["hooks"]}

    assert all(repo["repo"] == "local" for repo in config["repos"])
    for hook in hooks.values():
        program, target = hook["entry"].split()
        assert program == "make"
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert hooks["quick"]["entry"] == "make quick"
    assert hooks["quick"]["stages"] == ["pre-commit"]
    assert hooks["quick"]["always_run"]
