"""The same workbook again, grown; persons without codes; what is said of each row."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.events.batches import BatchRegistered
from ledger.events.flat import flatten
from ledger.importing import write
from ledger.importing.write import imported_of
from projections.language.catalogue import use_language
from tests.cli.test_import import (
    BY,
    DAY,
    fresh,
    imported,
    imports,
    ledgers,
    size,
    talk,
    with_ledger,
    workbook,
)
from tests.support.command import zeren

__all__ = ["fresh", "ledgers"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def said(directory: Path, file: Path, capsys: pytest.CaptureFixture[str], *words: str, kind: str = "talk") -> Any:
    capsys.readouterr()
    assert imports(directory, file, "--json", *words, kind=kind) == 0
    return json.loads(capsys.readouterr().out)


def unnumbered(number: int, **changed: Any) -> list[Any]:
    return talk(number, **{"c0": None, "c1": DAY + timedelta(days=number), **changed})


# --- the same again ---------------------------------------------------------------------------------------------------


def test_a_workbook_that_grows_is_imported_each_month(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands already is named by its entry and skipped, without numbers too; only what is new is written."""
    assert imports(ledgers, workbook(tmp_path / "1.xlsx", [unnumbered(n) for n in range(60)])) == 0
    before = size(ledgers)
    grown = workbook(tmp_path / "2.xlsx", [unnumbered(n) for n in range(61)])
    dry = said(ledgers, grown, capsys, "--dry-run")
    assert (dry["new"], len(dry["already_there"]), dry["changed"]) == (1, 60, [])
    assert size(ledgers) == before
    told = said(ledgers, grown, capsys)
    assert (told["rows"], told["rows_written"], told["already_there"][0]) == (61, 1, dry["already_there"][0])
    assert size(ledgers) == before + 2
    batch = with_ledger(ledgers, lambda ledger: ledger.at(before).payload)
    assert isinstance(batch, BatchRegistered)
    assert (batch.rows, batch.last_row) == (1, 62)
    assert imports(ledgers, grown) == 5  # the very file
    fewer = workbook(tmp_path / "3.xlsx", [unnumbered(n) for n in range(5)])
    assert said(ledgers, fewer, capsys)["rows_written"] == 0
    assert imports(ledgers, fewer) == 0
    out = capsys.readouterr().out
    assert "new: 0; already there: 5; changed: 0" in out
    assert "nothing is new" in out


def test_less_said_is_the_same_act_and_a_double_row_is_taken_once(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row without the text, or without the time of day, is there already; spaces in a name change nothing."""
    assert imports(ledgers, workbook(tmp_path / "1.xlsx", [unnumbered(1, c1=DAY.replace(hour=9))])) == 0
    rows = [unnumbered(1, c1=DAY, c5=None, c2="贺 立新"), unnumbered(2), unnumbered(2, c3=" 罗\u3000佩珊")]
    told = said(ledgers, workbook(tmp_path / "2.xlsx", rows), capsys)
    assert (told["new"], [each["row"] for each in told["already_there"]]) == (1, [2])
    assert told["twice"] == [{"row": 4, "same_as": "数据!3"}]


def test_a_changed_row_is_asked_about_and_corrects_leaves_or_stands_beside(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written before it is decided; a correction names the batch, and makes the row the same afterwards."""
    assert imports(ledgers, workbook(tmp_path / "1.xlsx", [unnumbered(1), unnumbered(2)])) == 0
    before = size(ledgers)
    file = workbook(tmp_path / "2.xlsx", [unnumbered(1), unnumbered(2, c5="别的内容"), unnumbered(3)])
    dry = said(ledgers, file, capsys, "--dry-run")
    (changed,) = dry["changed"]
    assert (changed["row"], changed["fields"], dry["new"]) == (3, [["text", "内容 2", "别的内容"]], 1)
    assert imports(ledgers, file) == 2
    assert "--changed correct" in capsys.readouterr().out
    assert size(ledgers) == before
    assert imports(ledgers, file, "--changed", "correct") == 0
    entry = next(event for event in imported(ledgers) if event.type == "record.corrected/1")
    fields = dict(flatten(entry.payload))
    assert (fields["field"], fields["new_text"]) == ("text", "别的内容")
    assert isinstance(fields["corrects"], list)
    assert fields["corrects"][1] == changed["position"]
    assert zeren(ledgers, "verify").code == 0
    again = workbook(tmp_path / "3.xlsx", [unnumbered(2, c5="别的内容"), unnumbered(2, c5="第三种")])
    told = said(ledgers, again, capsys, "--changed", "leave")
    assert (told["rows_written"], len(told["already_there"]), told["changed"]) == (1, 1, [])  # a second act of that day
    other = workbook(tmp_path / "4.xlsx", [unnumbered(1, c5="又一次")])
    assert said(ledgers, other, capsys, "--changed", "new")["rows_written"] == 1


def test_a_number_is_the_act_whatever_else_changed(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same number with another day is a change of that entry, not a second one."""
    assert imports(ledgers, workbook(tmp_path / "1.xlsx", [talk(1)])) == 0
    file = workbook(tmp_path / "2.xlsx", [talk(1, c1=DAY + timedelta(days=3))])
    (changed,) = said(ledgers, file, capsys, "--dry-run")["changed"]
    assert changed["fields"] == [["occurred_at", "2024-03-05", "2024-03-08"]]


def test_an_interrupted_import_with_rows_that_stood_before_goes_on(
    ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two acts of one day and one pair in a file are both taken, also when it is begun twice."""
    assert imports(ledgers, workbook(tmp_path / "1.xlsx", [unnumbered(0)])) == 0
    rows = [unnumbered(0), unnumbered(1), unnumbered(1, c5="同日又谈"), unnumbered(2), unnumbered(0)]
    file = workbook(tmp_path / "2.xlsx", rows)
    monkeypatch.setattr(write, "MAX_BATCH", 1)
    record, calls = Ledger.record, []

    def crashing(self: Ledger, *commands: Any) -> Any:
        calls.append(commands)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return record(self, *commands)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "record", crashing)
        assert imports(ledgers, file) == 130
    assert imports(ledgers, file) == 0
    marks = [mark for event in imported(ledgers) if (mark := imported_of(event.payload))]
    assert [mark.row for mark in marks] == [2, 3, 4, 5]
    assert imports(ledgers, file) == 5


# --- nobody has to think of codes -------------------------------------------------------------------------------------


def persons(directory: Path) -> dict[str, tuple[str, ...]]:
    return with_ledger(directory, lambda ledger: dict(ledger.register().words))


@pytest.mark.parametrize("heads", [("姓名",), ("人员*",), ("序号", "姓名", "部门")])
def test_persons_get_ids_that_say_nothing(
    heads: tuple[str, ...], ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name in its own column or in that of the id is a name; the next numbers are given out."""
    names = ("陈秀兰 ", "张磊\u3000", "贺立新")
    rows = [[name] if len(heads) == 1 else [number, name, "办公室"] for number, name in enumerate(names)]
    told = said(ledgers, workbook(tmp_path / "1.xlsx", rows, heads), capsys, kind="person")
    assert (told["new"], len(told["already_there"])) == (2, 1)  # one is registered
    found = {word: id_ for id_, words in persons(ledgers).items() for word in words}
    ids = [found["陈秀兰"], found["张磊"]]
    numbers = [int(id_.removeprefix("p-")) for id_ in ids]
    assert numbers[1] == numbers[0] + 1
    rows = [["陈秀兰", "张磊", DAY]]
    assert imports(ledgers, workbook(tmp_path / "2.xlsx", rows, ("谈话人", "谈话对象", "时间"))) == 0


def test_two_of_one_name_are_asked_apart(ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what tells them apart; said to be several they have an id each, and the same roster again brings nothing."""
    rows = [["胡涛", "辅具中心", "主任"], ["李军", "", ""], ["胡涛", "办公室", "科员"]]
    file = workbook(tmp_path / "1.xlsx", rows, ("姓名", "部门", "职务"))
    assert imports(ledgers, file, kind="person") == 2
    out = capsys.readouterr().out
    assert "row 2 bears the same name (辅具中心, 主任 / 办公室, 科员)" in out
    assert imports(ledgers, file, "--several", "胡涛", kind="person") == 0
    assert len([words for words in persons(ledgers).values() if "胡涛" in words]) == 2
    rows.append(["何艳", "", ""])
    again = workbook(tmp_path / "2.xlsx", rows, ("姓名", "部门", "职务"))
    told = said(ledgers, again, capsys, kind="person")
    assert (told["new"], len(told["already_there"])) == (1, 3)


def test_units_are_numbered_likewise(ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A unit by its name and its kind in Chinese."""
    file = workbook(tmp_path / "1.xlsx", [["康复部", "科室"], ["组联部", "科室"]], ("部门", "类别"))
    assert said(ledgers, file, capsys, kind="unit")["new"] == 2
    assert zeren(ledgers, "import", str(file), "--kind", "unit", *BY).code == 5
    found = [id_ for id_, words in persons(ledgers).items() if {"康复部", "组联部"} & set(words)]
    assert all(id_.startswith("u-") for id_ in found)
