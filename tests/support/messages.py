"""What the program can say: its messages as Babel extracts them, and what stands in the source beside that.

Where a message is written and which calls mark one is said once, in `tool.babel` of pyproject.toml.
"""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "projections/locale/zh_CN/LC_MESSAGES/zeren.po"
PACKAGES = ("ledger", "projections", "api", "cli")
SUFFIX = {"python": "**.py", "jinja2": "**.html", "javascript": "**/sign.js"}


@cache
def marks() -> dict[str, dict[str, Any]]:
    """Which calls mark a message, by method of extraction, as Babel reads them."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {each["method"]: parse_keywords(each["keywords"]) for each in told["tool"]["babel"]["mappings"]}


@cache
def extracted() -> frozenset[str]:
    """Every message of the program."""
    return frozenset(message for package in PACKAGES for message in _extracted(ROOT / package, marks()))


@cache
def of_click() -> frozenset[str]:
    """The messages of click itself: they come to people through our catalogue."""
    return frozenset(_extracted(Path(str(resources.files("click"))), {"python": parse_keywords(("_", "ngettext:1,2"))}))


def _extracted(directory: Path, by_method: dict[str, dict[str, Any]]) -> Iterator[str]:
    for method, keywords in by_method.items():
        for _, _, message, _, _ in extract_from_dir(directory, [(SUFFIX[method], method)], keywords=keywords):
            yield str(message if isinstance(message, str) else message[0])


def written() -> Iterator[tuple[str, str]]:
    """Where a marking call has a literal text, and the text: also where Babel does not look, inside of f-strings."""
    places = {name: 1 if spec is None else spec[0] for name, spec in marks()["python"].items()}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                    text = node.args[places[name] - 1] if len(node.args) >= places.get(name, 1000) else None
                    if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", text.value


def catalogue() -> Catalog:
    """The Chinese catalogue."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_CN")


def translated() -> frozenset[str]:
    """The messages that the Chinese catalogue translates; of one with a plural, the singular."""
    return frozenset(
        str(message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogue()
        if message.id and message.string
    )
