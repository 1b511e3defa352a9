"""Workbooks as offices really have them (tests/assets/office): each is read as it should be, or refused with a reason.

All names and numbers in them are invented.
"""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ledger.clock import today
from ledger.events.acts import TalkHeld
from ledger.home.directory import Home
from tests.support.command import zeren

OFFICE = Path(__file__).parents[1] / "assets" / "office"
PEOPLE = (
    "姓名,李四,张三,张磊,刘涛,何强,吴伟,吴秀兰,吴秀英,周强,孙娜,孙强,孙超,徐伟,徐明,朱伟,朱明,朱超,朱霞,朱静,李涛,"
    "林秀英,王伟,王娟,王小二,王艳,胡明,赵娟,赵艳,郭明,陈秀兰,马丽,马秀兰,高伟,高强,黄军"
)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organ whose people are registered."""
    place = tmp_path_factory.mktemp("office")
    (place / "p").write_text("choose your own\n")
    by = ("--passphrase-file", str(place / "p"))
    people = ("--custodian", "c-1", "--custodian", "c-2", "--recorder", "r-1")
    made = ("init", "--origin", "zeren.example/o/duty", "--title", "t", *people, *by)
    assert zeren(place / "organ", *made).code == 0
    (place / "people.csv").write_text(PEOPLE.replace(",", "\n"), encoding="utf-8")
    words = ("import", str(place / "people.csv"), "--kind", "person", "--as", "r-1", *by)
    assert zeren(place / "organ", *words).code == 0
    return place


@pytest.fixture
def organ(founded: Path, tmp_path: Path) -> Path:
    shutil.copytree(founded, tmp_path / "o")
    return tmp_path / "o"


def imports(place: Path, file: str, *words: str, kind: str = "talk") -> tuple[int, Any, str]:
    """(exit code, the answer as JSON, what else was said)."""
    options = ("--as", "r-1", "--passphrase-file", str(place / "p"), "--json")
    done = zeren(place / "organ", "import", str(OFFICE / file), "--kind", kind, *options, *words)
    return done.code, json.loads(done.out) if done.out else None, done.err


def notes(answer: Any) -> str:
    return "\n".join(note["en"] for note in answer["notes"])


def talks(place: Path) -> list[TalkHeld]:
    """The talks on record."""
    ledger = Home(place / "organ").open("duty")
    try:
        return [event.payload for event in ledger.history() if isinstance(event.payload, TalkHeld)]
    finally:
        ledger.close()


ONE_TALK = {
    **{f"fmt{number}.xlsx": "" for number in (27, 28, 31, 57, 58)},
    "hidsheet.xlsx": "hidden sheets not read: 旧表",
    "ref000d.xlsx": "",
    "ss_cr.xlsx": "",
    "x005f.xlsx": "",
    "form.xlsx": "above the headings: 1-2",
    "h1.xlsx": "",
    "h2.xlsx": "",
    "h3.xlsx": "",
    "h4.xlsx": "running number, no part of a record: A (序号)",
    "twohead.xlsx": "",
    "X1-titlerow.xlsx": "汇总",
    "X2-nostar.xlsx": "",
    "X3-spacehead.xlsx": "",
}
"""Files that hold one talk, and what is said beside it."""


@pytest.mark.parametrize("file", ONE_TALK)
def test_a_talk_is_read_whatever_surrounds_it(file: str, organ: Path) -> None:
    """One row, one record; what was passed over is named."""
    code, answer, _err = imports(organ, file)
    assert (code, answer["rows_written"]) == (0, 1)
    assert ONE_TALK[file] in notes(answer)
    (talk,) = talks(organ)
    day = date(2026, 11, 20) if file.startswith("X") else date(2026, 3, 5)
    day = date(2026, 4, 5) if file == "hidsheet.xlsx" else date(2026, 3, 5) if file.startswith("ss") else day
    assert talk.occurred_at == day
    texts = {"ss_cr.xlsx": "第一行\n第二行", "x005f.xlsx": "字面_x000D_文", "hidsheet.xlsx": "可见表"}
    if file in texts:
        assert talk.text == texts[file]
    if file == "ref000d.xlsx":
        assert talk.ref == "T1"


@pytest.mark.parametrize(
    ("file", "rows", "new", "said"),
    [
        ("G.xls", 2, 2, "hidden rows"),
        ("hidrow.xlsx", 2, 2, "hidden or filtered, read as the others: 3"),
        ("X8-hidden.xlsx", 2, 2, "hidden or filtered, read as the others: 3"),
        ("X7-duprows.xlsx", 2, 1, ""),
        ("X10-innerspace.xlsx", 2, 1, ""),
    ],
)
def test_rows_are_read_or_named(file: str, rows: int, new: int, said: str, organ: Path) -> None:
    """Hidden rows are read and named; a double row, also under a spaced name, is named and taken once."""
    code, answer, _err = imports(organ, file, "--dry-run")
    assert (code, answer["rows"], answer["new"]) == (0, rows, new)
    assert len(answer["twice"]) == rows - new
    assert said in notes(answer)


def test_what_must_not_be_taken_is_refused_by_its_cell(organ: Path) -> None:
    """A control character and a talk still to come are findings; of ten sheets none is chosen unasked."""
    code, answer, _err = imports(organ, "ss_bel.xlsx")
    (finding,) = answer["findings"]
    assert (code, finding["cell"], "U+0007" in finding["problem"]["en"]) == (2, "C2", True)

    code, answer, said = imports(organ, "months.xlsx")
    assert (code, answer) == (2, None)
    assert all(f"{month}月" in json.loads(said)["message"] for month in range(1, 11))
    code, answer, _err = imports(organ, "months.xlsx", "--all-sheets", "--dry-run")
    assert code == 0

    code, answer, _err = imports(organ, "X9-future.xlsx")
    if today(ZoneInfo("Asia/Shanghai")) < date(2027, 11, 19):  # the day that stands in the file
        assert (code, len(answer["findings"])) == (2, 1)


@pytest.mark.parametrize("file", ["G-bom.csv", "G-gbk.csv", "G-macro.xlsm", "G-xlsxas.et"])
def test_a_file_is_read_as_what_it_is_inside(file: str, organ: Path) -> None:
    """Forty people from each, whatever the ending and the encoding."""
    code, answer, _err = imports(organ, file, "--dry-run", kind="person")
    assert (code, answer["rows"]) == (0, 40)


@pytest.mark.parametrize("file", ["A-natural.xlsx", "B-headings.xlsx", "C-extra.xlsx", "D-nameasid.xlsx"])
def test_a_roster_is_read_by_its_names(file: str, organ: Path) -> None:
    """People are read from their names, two of one name asked apart, identity numbers left out and said."""
    code, answer, _err = imports(organ, file, kind="person")
    assert (code, answer["rows"]) == (2, 40)
    assert {finding["field"] for finding in answer["findings"]} == {"name"}
    assert any("胡涛" in finding["value"] for finding in answer["findings"])
    assert all("--several" in finding["problem"]["en"] for finding in answer["findings"])
    said = notes(answer)
    assert ("身份证号" in said) == (file != "D-nameasid.xlsx")
    assert ("退休" in said) == (file == "A-natural.xlsx")
    assert ("hidden or filtered" in said) == (file == "D-nameasid.xlsx")


def test_a_workbook_that_grew_by_one_brings_one(organ: Path) -> None:
    """Sixty talks, then the same and one more: sixty are there already."""
    assert imports(organ, "T-good.xlsx")[0] == 0
    code, answer, _err = imports(organ, "T-good2.xlsx", "--dry-run")
    assert (code, answer["new"], len(answer["already_there"]), answer["changed"]) == (0, 1, 60, [])
