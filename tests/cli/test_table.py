"""Registers at the command line, in both languages."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support import replayed as support
from tests.support.command import zeren


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("registers") / "ledgers"
    shutil.copytree(support.replayed(support.SCENARIOS / "office-records.yaml").directory, directory)
    return directory


def test_a_register_is_printed_in_both_languages(ledgers: Path) -> None:
    """A line has its entry, title, parties by name, due day and status in the reader's words."""
    english = zeren(ledgers, "table", "issues").out
    chinese = zeren(ledgers, "table", "issues", language="zh_CN").out

    assert "Register of issues, judged as on 2025-03-31" in english
    assert "问题整改台账（判断日期 2025-03-31）" in chinese
    (line,) = (line for line in english.splitlines() if line.startswith("I1#"))
    assert all(word in line for word in ("公示漏项", "丙一", "2024-08-31", "closed after verification", "R1#", "V1#"))
    (line,) = (line for line in chinese.splitlines() if line.startswith("I3#"))
    assert line.split() == ["I3#54", "康复器材台账缺失", "丙二", "丙叁", "康复科", "2024-12-31", "逾期未办"]


def test_a_register_is_limited_and_told_as_on_a_day(ledgers: Path) -> None:
    """Unit and person by name, status and day limit the lines; heads and times are named."""
    done = zeren(ledgers, "table", "tasks", "--unit", "康复科", "--for", "丙叁", "--json")
    answer = json.loads(done.out)
    (row,) = answer["items"]

    assert (row["entry"]["ref"], row["title"], row["status"], row["owner"]) == ("K2", "接待规范", "overdue", "h3")
    assert row["names"]["h3"] == "丙叁"
    assert (answer["register"], answer["judged_on"], answer["known_at"]) == ("tasks", "2025-03-31", None)
    assert answer["ledgers"]

    words = ("table", "tasks", "--on", "2024-06-15", "--known-at", "2024-06-15", "--json")
    rows = json.loads(zeren(ledgers, *words).out)["items"]
    assert {row["entry"]["ref"]: row["status"] for row in rows} == {"K1": "open", "K2": "open"}


def test_what_no_register_has_is_a_fault(ledgers: Path) -> None:
    """A status of another register is refused and the right ones are named; leads need a case ledger, as it says."""
    refused = zeren(ledgers, "table", "tasks", "--status", "closed")
    assert refused.code != 0
    assert "open, overdue, done" in refused.err

    leads = zeren(ledgers, "table", "leads")
    assert leads.code == 0
    assert "no case ledger is joined here" in leads.out
