"""Rows of a file whose signers are elsewhere: parked, asked about in one sitting, recorded with the answers."""

import json
from contextlib import chdir
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from ledger.clock import now
from ledger.consents.request import parse_request
from ledger.core.consent_to import ToDraft
from ledger.home.directory import Home
from ledger.importing.write import imported_of
from tests.cli.test_keys import ok
from tests.support.command import zeren
from tests.support.offices import Organ, organ

HEADS = ("编号", "发生时间", "谈话人", "谈话对象", "覆盖单位", "正文", "需征得同意签字人")


@pytest.fixture
def here(tmp_path: Path) -> Organ:
    return organ(tmp_path)


def talks(here: Organ, rows: dict[str, str], name: str = "talks.xlsx") -> str:
    """A workbook of talks of today, by number; what stands in the column of those who consent."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(HEADS)
    for ref, consent in rows.items():
        page.append((ref, f"{now():%Y-%m-%d}", "张", "李", "办公室", f"内容 {ref}", consent))
    book.save(here.desk.folder / name)
    return name


def imports(here: Organ, file: str, *words: str) -> Any:
    return here.run("import", file, "--kind", "talk", "--as", "r-1", *words)


def test_rows_that_wait_are_asked_about_in_one_sitting_and_recorded_with_the_answers(here: Organ) -> None:
    """Other rows are recorded at once; each person gets one file with all drafts and all that he still owes."""
    done = imports(here, talks(here, {"T1": "", "T2": "李", "T3": "李、p-zhang", "T4": ""}))
    assert (done["rows_written"], done["to_wait"], [each["row"] for each in done["drafts"]]) == (2, 2, [3, 4])
    assert done["drafts"][1]["asked"] == [["p-li", "counterpart"], ["p-zhang", "holder"]]
    assert done["requests"] == {"p-li": "p-li.request.json", "p-zhang": "p-zhang.request.json"}
    asked = parse_request((here.desk.folder / "p-li.request.json").read_bytes()).asks
    assert [isinstance(ask.to, ToDraft) for ask in asked] == [True, True, False, False]  # T2, T3; owed: T1, T4
    size = ok(here.home, "entries")["size"]

    first = here.ask("p-li", done["requests"]["p-li"])
    with chdir(here.desk.folder):
        some = zeren(here.home, "draft", "finish", "--all", first, "--json", "--passphrase-file", "secret")
    assert some.code == 4
    said = json.loads(some.out)
    assert [(each["ref"], each["fate"]) for each in said["drafts"]] == [("T2", "recorded"), ("T3", "waiting")]
    assert said["entries"] == 2
    second = here.ask("p-zhang", done["requests"]["p-zhang"])
    assert here.run("draft", "finish", "--all", second)["drafts"][0]["receipt"]["position"] == size + 1
    added = here.run("consent", "add", "--as", "r-1", first, second)
    assert {each["fate"] for each in added["consents"]} == {"taken", "known"}
    ledger = Home(here.home).open("duty")
    marks = [imported_of(ledger.at(position).payload) for position in (size, size + 1)]
    consenting = [ledger.at(position).consenting for position in (size, size + 1)]
    ledger.close()
    assert [mark.row for mark in marks if mark is not None] == [3, 4]
    assert consenting == [("p-li",), ("p-li", "p-zhang")]
    assert zeren(here.home, "verify").code == 0
    with chdir(here.desk.folder):
        again = zeren(here.home, "import", "talks.xlsx", "--kind", "talk", "--as", "r-1", "--passphrase-file", "secret")
    assert (again.code, "imported already" in again.err) == (5, True)


def test_what_waits_is_parked_once(here: Organ) -> None:
    """The same file again, a file that grew, and one after drafts were recorded: nothing waits or stands twice."""
    rows = {"T1": "", "T2": "李", "T3": "李"}
    imports(here, talks(here, rows))
    (here.desk.folder / "p-li.request.json").unlink()
    again = imports(here, "talks.xlsx")
    assert (again["drafts"], [each["row"] for each in again["waiting"]], again["new"]) == ([], [3, 4], 0)
    grown = imports(here, talks(here, {**rows, "T4": "李"}, "grown.xlsx"))
    assert [each["row"] for each in grown["waiting"]] == [3, 4]
    assert ([each["row"] for each in grown["already_there"]], [each["row"] for each in grown["drafts"]]) == ([2], [5])

    waiting = ok(here.home, "draft", "list")
    answer = here.ask("p-li", grown["requests"]["p-li"])
    here.run("draft", "finish", "--all", answer)
    assert len(waiting) == 3
    size = ok(here.home, "entries")["size"]
    last = imports(here, talks(here, {**rows, "T4": "李", "T5": ""}, "last.xlsx"))
    assert (last["new"], len(last["already_there"]), last["drafts"]) == (1, 4, [])
    assert ok(here.home, "entries")["size"] == size + 2


def test_a_file_of_rows_that_all_wait_is_gone_on_with(here: Organ) -> None:
    """Its batch stands, its rows wait; a draft that was lost is parked again by the same command, no other is."""
    done = imports(here, talks(here, {"T1": "李", "T2": "李"}))
    assert (done["entries_written"], len(done["drafts"])) == (0, 2)
    (here.desk.folder / "p-li.request.json").unlink()
    ok(here.home, "draft", "drop", done["drafts"][0]["draft"])
    again = imports(here, "talks.xlsx")
    assert ([each["row"] for each in again["drafts"]], [each["row"] for each in again["waiting"]]) == ([2], [3])


def test_a_row_that_cannot_wait_stops_all(here: Organ) -> None:
    """A stranger, one without a key, one whom the record does not name, one who signs here: named by cell."""
    here.run("record", "person", "--as", "r-1", "--person", "p-he", "--name", "何")
    size = ok(here.home, "entries")["size"]
    for named, message in (
        ("赵", "赵"),
        ("何", "does not name p-he"),
        ("p-li=king", "nobody signs as king"),
        ("c-2", "c-2"),
    ):
        file = talks(here, {"T1": "", "T2": named})
        with chdir(here.desk.folder):
            words = ("--kind", "talk", "--as", "r-1", "--passphrase-file", "secret")
            said = zeren(here.home, "import", file, *words)
        assert (said.code, message in said.out, "G3" in said.out) == (2, True, True), said
    assert ok(here.home, "entries")["size"] == size
    assert ok(here.home, "draft", "list") == []


def test_lists_of_records_name_them_too(here: Organ) -> None:
    """A file of JSON lines says it as a member; a capacity may be said in the reader's words."""
    row = {
        "ref": "R1",
        "occurred_at": f"{now():%Y-%m-%d}",
        "unit": "u-1",
        "text": "风险",
        "consent_of": ["p-li=receipt"],
    }
    (here.desk.folder / "risks.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n")
    done = here.run("import", "risks.jsonl", "--kind", "risk", "--as", "r-1", "--requests", "out")
    assert done["drafts"][0]["asked"] == [["p-li", "receipt"]]
    assert done["requests"] == {"p-li": "out/p-li.request.json"}


def test_the_template_has_the_column_with_a_comment(here: Organ) -> None:
    """Where persons sign such records; not in a list of units."""
    with chdir(here.desk.folder):
        for kind in ("talk", "unit"):
            ok(here.home, "import", "template", kind, "--out", f"{kind}.xlsx")
    pages = {kind: openpyxl.load_workbook(here.desk.folder / f"{kind}.xlsx").worksheets[0] for kind in ("talk", "unit")}
    heads = {kind: {cell.value: cell for cell in page[1]} for kind, page in pages.items()}
    assert "consent of (who signs elsewhere)" in heads["talk"]
    assert "waits as a draft" in heads["talk"]["consent of (who signs elsewhere)"].comment.text
    assert "consent of (who signs elsewhere)" not in heads["unit"]
