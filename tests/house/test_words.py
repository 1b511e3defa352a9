"""A word means one thing, and a module is about one thing."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("ledger", "projections", "api", "cli")
OF_ITSELF = "ledger/bundle/standalone.py"
"""The verifier that lies in every bundle says on purpose again what the house says elsewhere."""
MOST = 300
FACES = ("api/pages", "api/v1", "cli/commands")
"""Here a file bears the word that is typed, of command or address: one question is called alike at every face."""
MIRRORED = ("ledger/decisions", "ledger/events")
"""`decisions/X` decides on the payload classes of `events/X`: each pair is one group of kinds of record, seen twice."""


@cache
def modules() -> tuple[tuple[str, str, ast.Module], ...]:
    """Every module of the house: its path, its text, and what it says."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return tuple((str(path.relative_to(ROOT)), text, ast.parse(text)) for path, text in zip(paths, texts, strict=True))


def test_no_two_public_classes_bear_one_name() -> None:
    """Whoever reads a name of a class knows which one is meant."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, _, tree in modules():
        if path != OF_ITSELF:
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(path)

    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_a_file_name_names_one_room() -> None:
    """No two rooms have a module of one name, but the faces, and decisions on the events that they decide."""
    rooms: defaultdict[str, set[str]] = defaultdict(set)
    for path, _, _ in modules():
        room, _, name = path.rpartition("/")
        if name != "__init__.py" and room not in FACES:
            rooms[name].add(room)

    assert {name: found for name, found in rooms.items() if len(found) > 1 and found != set(MIRRORED)} == {}


def test_a_long_module_says_why() -> None:
    """A module of more than 300 lines has a line in its docstring that it is long because of something."""
    long = [
        path
        for path, text, tree in modules()
        if text.count("\n") > MOST and not re.search(r"\blong because\b", ast.get_docstring(tree) or "", re.IGNORECASE)
    ]

    assert long == []


def test_every_module_and_package_says_what_it_is() -> None:
    """Each has a docstring; a package's says what lives there."""
    assert [path for path, text, tree in modules() if text.strip() and not ast.get_docstring(tree)] == []
    assert [path for path, text, _ in modules() if path.endswith("__init__.py") and not text.strip()] == []
