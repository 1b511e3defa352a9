"""An office's year typed in one workbook by names alone: taken in one go, and asked about."""

import json
from pathlib import Path

import pytest

from tests.support.command import zeren
from tests.tools.office_year import sheets, write


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenth of an organ, founded and taken from its workbook."""
    place = tmp_path_factory.mktemp("year")
    (place / "p").write_text("choose your own\n")
    by = ("--passphrase-file", str(place / "p"))
    people = ("--custodian", "c-1", "--custodian", "c-2", "--recorder", "r-1")
    assert (
        zeren(place / "organ", "init", "--origin", "zeren.example/o/duty", "--title", "云溪残联", *people, *by).code
        == 0
    )
    write(place / "organ.xlsx", sheets(units=2, persons=7, talks=6, year=2025))
    words = ("import", str(place / "organ.xlsx"), "--legacy", "--as", "r-1", *by)
    done = zeren(place / "organ", *words)
    assert done.code == 0, done.out + done.err
    assert done.out.count("sheets not read: 说明") == 1
    assert zeren(place / "organ", *words).code == 5  # taken once
    return place / "organ"


def test_every_sheet_became_records_by_names(year: Path) -> None:
    """Meetings with their votes, tasks with their units, an issue with its day; identity numbers are nowhere."""
    meetings = json.loads(zeren(year, "table", "meetings", "--json").out)["items"]
    assert [(row["kind"], row["agree"], row["oppose"]) for row in meetings] == [
        *(("special", 4, 0), ("special", 4, 0), ("decision", 3, 1)),
    ]
    tasks = json.loads(zeren(year, "table", "tasks", "--json").out)["items"]
    assert [(row["title"], len(row["co_units"]), row["due"]) for row in tasks] == [
        ("任务1：办公室廉政风险排查", 1, "2025-06-30"),
        ("任务2：人事科廉政风险排查", 1, "2025-06-30"),
    ]
    (issue,) = json.loads(zeren(year, "table", "issues", "--json").out)["items"]
    assert (issue["title"], issue["due"]) == ("接待登记不全", "2025-07-31")
    assert len(json.loads(zeren(year, "table", "talks", "--json").out)["items"]) == 6
    assert "3301011980" not in zeren(year, "entries", "--json").out


def test_it_is_asked_about_by_names(year: Path) -> None:
    """Who held what; whom a task waits for, with the command that says it done; that the ledger was opened later."""
    assert "吴建国" in zeren(year, "holders", "人事科", "--valid-at", "2025-05-01").out
    assert "--done --occurred-at DAY" in zeren(year, "agenda", "--for", "吴建国").out
    assert "opened on" in zeren(year, "talk-matrix", "--half", "2025H1").out
    assert "opened on" in zeren(year, "table", "performance-ledger", "--for", "赵建国", "--period", "2025").out
    assert zeren(year, "verify").code == 0
