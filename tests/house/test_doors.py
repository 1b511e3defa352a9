"""One door to what is kept: SQL, the tables' names and the driver stand in the store alone, read off the sources."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORE = "ledger/store"
parsed = cache(ast.parse)
"""Several rules read one module."""
_SQL = re.compile(
    r"\b(SELECT\b.+\bFROM|SELECT (DISTINCT |count|max|min|coalesce|\d)|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|"
    r"DELETE FROM|CREATE (TEMP )?(TABLE|INDEX|TRIGGER|VIEW)|PRAGMA|BEGIN IMMEDIATE|ORDER BY|GROUP BY|EXPLAIN QUERY)\b",
    re.DOTALL,
)
_NAMES = re.compile(r"\bstored_events\b|\.recorder\.|\browid\b|\bcache_(heads|nodes)\b|\.execute(many)?\(")


def modules(*packages: str) -> Iterator[tuple[str, str]]:
    """(path below the root, source) of every module of these packages."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def texts(source: str) -> Iterator[str]:
    """Every string of a module but its docstrings, the constant parts of an f-string joined."""
    tree = parsed(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (told | inner):
            yield node.value


def imports(source: str) -> set[str]:
    """The top names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module.partition(".")[0])
    return found


def broken(source: str) -> list[str]:
    """What of a store this module knows."""
    return [
        *(text for text in texts(source) if _SQL.search(text)),
        *(found[0] for found in _NAMES.finditer(source)),
        *(imports(source) & {"sqlite3"}),
    ]


def test_outside_the_store_nobody_knows_how_entries_are_kept() -> None:
    """In ledger, cli and api: no SQL, no table's name, no driver, no recorder of the library's, but in ledger/store."""
    found = {
        path: faults
        for path, source in modules("ledger", "cli", "api")
        if not path.startswith(STORE) and (faults := broken(source))
    }
    assert found == {}


def test_the_tables_of_the_views_are_named_in_the_views_only() -> None:
    """In projections, api and cli only projections/views holds SQL, queries a view, knows a driver."""
    for path, source in modules("projections", "api", "cli"):
        if not path.startswith("projections/views/"):
            assert broken(source) == [], path
            assert "views.select(" not in source, path
            assert "eventsourcing" not in imports(source), path
        assert "stored_events" not in source, path


def test_shared_statements_name_no_table_of_one_store() -> None:
    """What all stores share is written without SQLite's table, its row number or its own words."""
    for path, source in modules(STORE):
        if path.startswith(f"{STORE}/sqlite/") or path == f"{STORE}/witness.py":
            continue
        for text in texts(source):
            assert not re.search(r"stored_events|rowid [-<>=]|GLOB|INSERT OR|PRAGMA|originator_\w+ [<>=]", text), path
        assert path == f"{STORE}/faults.py" or "sqlite3" not in imports(source), path


@pytest.mark.parametrize(
    "source",
    [
        'c.fetch("SELECT entry FROM stored_events")',
        "x = f'DELETE FROM {table}'",
        "def f():\n    import sqlite3",
        "from sqlite3 import connect",
        "ledger.recorder.size()",
        "connection.execute(words)",
        'a = "UPDATE bodies SET body = ?"',
    ],
)
def test_what_the_check_finds(source: str) -> None:
    """Each way around the door is one that the check sees; words of people are none."""
    assert broken(source)
    assert not broken('"""SELECT nothing FROM anybody."""\nx = _("choose a unit from the list and update it")')


def test_tests_import_nothing_private_of_each_other() -> None:
    """What another module of the tests needs has a public name, and so a docstring."""
    for path, source in modules("tests"):
        for node in ast.walk(parsed(source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "tests":
                assert [name.name for name in node.names if name.name.startswith("_")] == [], path
