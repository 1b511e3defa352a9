"""An office's year typed in one workbook by names alone: taken in one go, and asked about."""

import json
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no types
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
    assert "opened on" in zeren(year, "table", "talk-matrix", "--period", "2025H1").out
    assert "opened on" in zeren(year, "table", "performance-ledger", "--for", "赵建国", "--period", "2025").out
    assert zeren(year, "verify").code == 0


def test_an_organ_is_typed_into_its_template(year: Path, tmp_path: Path) -> None:
    """A sheet for each kind, named in the reader's words; lists lead to the sheets before; examples are no records."""
    file = tmp_path / "organ.xlsx"
    assert zeren(year, "import", "template", "organ", "--out", str(file)).code == 0
    book = openpyxl.load_workbook(file)
    assert zeren(year, "import", str(file), "--dry-run", "--as", "r-1").code == 2  # nothing is typed yet
    lines = {
        "unit registered": ("办公室", "department"),
        "person registered": ("张三",),
        "post registered": ("科长", "yes", "head of a unit"),
        "assignment": ("张三", "科长", "办公室", None, "2025-01-01", "党组"),
        "task assigned": ("2025-02-01", "排查", "张三", "办公室", None, "2025-06-30"),
    }
    for title, values in lines.items():
        book[title].append((None, *values))
    assert any("person registered" in str(each.formula1) for each in book["talk"].data_validations.dataValidation)
    book.save(file)
    (tmp_path / "p").write_text("choose your own\n")
    by = ("--passphrase-file", str(tmp_path / "p"))
    made = ("init", "--origin", "zeren.example/n/duty", "--title", "n", "--custodian", "c-1", "--recorder", "r-1", *by)
    assert zeren(tmp_path / "new", *made).code == 0
    done = zeren(tmp_path / "new", "import", str(file), "--legacy", "--as", "r-1", *by)
    assert done.code == 0, done.out + done.err
    assert "张三" in zeren(tmp_path / "new", "holders", "办公室", "--valid-at", "2025-03-01").out
