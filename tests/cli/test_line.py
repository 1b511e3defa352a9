"""The line of a unit at the command line, in both languages."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support import replayed as support
from tests.support.command import zeren

DAYS = ("--from", "2024-01-01", "--to", "2024-09-30")


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("line") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return directory


def test_the_line_is_told_as_known_then(ledgers: Path) -> None:
    """At the opening of the case July had no supervising member; a later assignment stands beside it, disputed."""
    then = zeren(ledgers, "line", "c-aid", *DAYS, "--known-at", "2024-10-14T10:00:00+08:00").out
    later = zeren(ledgers, "line", "c-aid", *DAYS, "--function", "finance").out
    chinese = zeren(ledgers, "line", "辅助器具资源中心", *DAYS, language="zh_CN").out

    assert "none (gap)" in then
    assert "E095" not in then
    assert "none (gap)" in later
    (line,) = (row for row in later.splitlines() if "E095#" in row)
    assert line.endswith("disputed: 2024-07-01–2024-07-14")
    assert "Function finance" in later
    assert "E037#" in later.partition("Warnings that stood open")[2].partition("Duties not done")[0]
    assert "辅助器具资源中心责任链" in chinese
    assert "不作结论" in chinese


def test_the_line_as_json(ledgers: Path) -> None:
    """Holders, functions, warnings and duties, with names, times and heads; nothing that judges."""
    done = zeren(ledgers, "line", "c-aid", *DAYS, "--function", "finance", "--json")
    answer = json.loads(done.out)

    assert answer["period"] == {"first": "2024-01-01", "last": "2024-09-30"}
    (gap,) = (row for row in answer["holders"] if row["capacity"] == "gap")
    assert (gap["level"], gap["person"], gap["entry"]) == ("supervisor", None, None)
    assert gap["period"] == {"first": "2024-07-01", "last": "2024-07-14"}
    assert answer["functions"]
    assert {row["status"] for row in answer["unmet"]} <= {
        "unmet",
        "partly_unmet",
        "late",
        "doubtful",
        "partly_doubtful",
    }
    assert answer["ledgers"]
    assert answer["names"]["c-aid"] == "辅助器具资源中心"


def test_days_and_units_are_checked(ledgers: Path) -> None:
    """Days the wrong way round, and a person in the place of a unit, are faults."""
    assert zeren(ledgers, "line", "c-aid", "--from", "2024-02-01", "--to", "2024-01-01").code != 0
    refused = zeren(ledgers, "line", "p-he", *DAYS)
    assert refused.code != 0
    assert "has no line of its own" in refused.err
