"""Each room says what lives there and what may not; the modules that it names are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(
    path.parent for package in ("ledger", "projections", "api", "cli") for path in (ROOT / package).rglob("__init__.py")
)
NOT_MODULES = {"decide", "command"}
"""Names in these docstrings that are functions, not modules."""
EXTRAS = {"report", "zeren"}
"""The extra of the installation, and the command."""


def name(room: Path) -> str:
    return ".".join(room.relative_to(ROOT).parts)


def said(room: Path) -> str:
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""


@pytest.mark.parametrize("room", ROOMS, ids=name)
def test_a_room_says_what_lives_there_and_what_may_not(room: Path) -> None:
    """The docstring of each package begins with what it is for and ends with what is not here."""
    lives, _, missing = said(room).partition("\n\nNot here: ")
    assert lives.strip()
    assert missing.strip()


@pytest.mark.parametrize("room", ROOMS, ids=name)
def test_the_modules_that_a_room_names_are_there(room: Path) -> None:
    """Whoever follows a name finds the module, in this room or by its whole name."""
    named = set(re.findall(r"`((?:ledger|projections|api|cli)(?:\.\w+)*)`", said(room)))
    gone = [each for each in named if not any(_is_module(ROOT.joinpath(*part)) for part in _parts(each))]
    inner = set(re.findall(r"`([a-z_]+)`", said(room))) - NOT_MODULES
    gone += [each for each in inner if not (_is_module(room / each) or _is_module(ROOT / each))]
    beside = {each for each in gone if _is_module(room.parent / each)}
    assert sorted(set(gone) - beside - EXTRAS) == []


def _parts(dotted: str) -> list[tuple[str, ...]]:
    """The module, or the module of which it is a member."""
    parts = tuple(dotted.split("."))
    return [parts, parts[:-1]]


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
