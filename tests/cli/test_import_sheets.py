"""Several sheets of one workbook: months of one kind, or all that sets up an organ."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from ledger.application import Ledger
from ledger.events.batches import BatchRegistered
from ledger.importing import write
from ledger.importing.write import imported_of
from projections.language.catalogue import use_language
from tests.cli.test_import import BY, fresh, imported, imports, ledgers, size, with_ledger
from tests.cli.test_import_files import book
from tests.support.command import zeren

__all__ = ["fresh", "ledgers"]
HEADS = ("谈话人", "谈话对象", "时间", "编号")
ORGAN: dict[str, Sequence[Sequence[Any]]] = {
    "谈话记录": [("谈话人", "谈话对象", "谈话时间", "谈话内容"), ("钱一", "孙二", "2026-03-05", "谈话")],
    "任职": [
        ("姓名", "职务", "任职部门", "任职时间", "任命机关"),
        ("孙二", "新设岗位", "宣教处", "2026-01-01", "党组"),
    ],
    "干部名册": [
        ("干部名册（截至2026年10月）",),
        ("序号", "姓名", "部门", "手机"),
        (1, "钱一", "宣教处", "13800138000"),
        (2, "孙二", "宣教处", None),
    ],
    "部门": [("部门名称", "类别"), ("宣教处", "科室")],
    "职务": [("职务名称", "专任"), ("新设岗位", "是")],
    "说明": [("随意写的说明",)],
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def organ(path: Path, **changed: Sequence[Sequence[Any]]) -> Path:
    sheets = {**ORGAN, **changed}
    exclusive = sheets["职务"][0][1]
    assert exclusive == "专任"
    title = _exclusive_title()
    sheets["职务"] = [(sheets["职务"][0][0], title), *sheets["职务"][1:]]
    book(path, **sheets)
    return path


def _exclusive_title() -> str:
    from projections.language.titles import field_title

    return field_title("exclusive", "zh_CN")


def take(directory: Path, file: Path, *words: str) -> int:
    return zeren(directory, "import", str(file), *BY, *words).code


def batches(directory: Path) -> list[BatchRegistered]:
    return with_ledger(
        directory, lambda ledger: [e.payload for e in ledger.history() if isinstance(e.payload, BatchRegistered)]
    )


# --- months -----------------------------------------------------------------------------------------------------------


def months(path: Path) -> Path:
    sheets = {f"{n}月": [HEADS, ("贺立新", "罗佩珊", f"2026-0{n}-05", f"M{n}")] for n in (1, 2, 3)}
    book(path, **sheets, 空表=[HEADS])
    made = openpyxl.load_workbook(path)
    made["3月"].sheet_state = "hidden"
    made.save(path)
    return path


def test_all_sheets_of_a_kind_are_taken_each_as_a_batch(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a word they are named and refused; hidden ones are named, never taken."""
    file = months(tmp_path / "t.xlsx")
    assert imports(ledgers, file) == 2
    assert "1月, 2月" in capsys.readouterr().err
    assert imports(ledgers, file, "--sheet", "1月", "--all-sheets") == 2
    capsys.readouterr()
    assert imports(ledgers, file, "--all-sheets", "--json") == 0
    told = json.loads(capsys.readouterr().out)["sheets"]
    assert [(each["sheet"], each["rows_written"]) for each in told] == [("1月", 1), ("2月", 1)]
    assert any("3月" in note["en"] for note in told[0]["notes"])
    assert not any("2月" in note["en"] for note in told[0]["notes"])
    assert [each.name for each in batches(ledgers)] == ["t.xlsx/1月", "t.xlsx/2月"]
    assert imports(ledgers, file, "--all-sheets") == 5
    assert imports(ledgers, file, "--sheet", "2月") == 5


def test_a_row_that_stands_in_two_sheets_is_taken_once(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A month that was copied into the next one's sheet does not double a talk."""
    row = ("贺立新", "罗佩珊", "2026-01-05", None)
    book(tmp_path / "t.xlsx", 一月=[HEADS, row], 二月=[HEADS, row, ("贺立新", "罗佩珊", "2026-02-05", None)])
    assert imports(ledgers, tmp_path / "t.xlsx", "--all-sheets", "--json") == 0
    told = json.loads(capsys.readouterr().out)["sheets"]
    assert [each["rows_written"] for each in told] == [1, 1]
    assert told[1]["twice"] == [{"row": 2, "same_as": "一月!2"}]
    codes = [{"unit": "u-new", "name": "甲"}, {"unit": "u-new", "name": "乙"}]
    sheets = {
        f"表{n}": [("unit", "类别", "名称"), (each["unit"], "科室", each["name"])] for n, each in enumerate(codes)
    }
    book(tmp_path / "u.xlsx", **sheets)
    assert imports(ledgers, tmp_path / "u.xlsx", "--all-sheets", kind="unit") == 2


def test_one_sheet_after_the_other(ledgers: Path, tmp_path: Path) -> None:
    """A sheet that was taken does not stand in the way of the next, and is not taken twice."""
    file = months(tmp_path / "t.xlsx")
    assert imports(ledgers, file, "--sheet", "1月") == 0
    assert imports(ledgers, file, "--sheet", "1月") == 5
    assert imports(ledgers, file, "--sheet", "3月") == 0
    assert imports(ledgers, file, "--all-sheets") == 0
    assert [each.name for each in batches(ledgers)] == ["t.xlsx/1月", "t.xlsx/3月", "t.xlsx/2月"]


# --- an organ ---------------------------------------------------------------------------------------------------------


def test_one_workbook_sets_up_an_organ(ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Units, persons, posts, assignments, talks, by names alone, in the order in which they need each other."""
    file = organ(tmp_path / "organ.xlsx")
    before = size(ledgers)
    assert take(ledgers, file, "--dry-run") == 0
    out = capsys.readouterr().out
    assert size(ledgers) == before
    assert out.index("sheet 部门") < out.index("sheet 干部名册") < out.index("sheet 职务") < out.index("sheet 任职")
    assert "sheets not read: 说明" in out
    assert "D (手机)" in out
    assert take(ledgers, file) == 0
    assert [event.type for event in imported(ledgers)] == [
        *("unit.registered/1", "person.registered/1", "person.registered/1", "post.registered/1"),
        *("assignment.made/1", "talk.held/1"),
    ]
    assert zeren(ledgers, "verify").code == 0
    assert zeren(ledgers, "holders", "宣教处", "--valid-at", "2026-02-01").code == 0
    assert take(ledgers, file) == 5
    grown = organ(tmp_path / "organ2.xlsx", 谈话记录=[*ORGAN["谈话记录"], ("孙二", "钱一", "2026-04-05", "又谈")])
    after = size(ledgers)
    assert take(ledgers, grown) == 0
    assert size(ledgers) == after + 2  # the batch and the talk


def test_a_fault_in_any_sheet_lets_nothing_be_written(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where all sheets before it are right; it is named by sheet and cell."""
    file = organ(tmp_path / "organ.xlsx", 谈话记录=[*ORGAN["谈话记录"], ("钱一", "无此人", "2026-04-05", "x")])
    before = size(ledgers)
    assert take(ledgers, file) == 2
    assert "谈话记录!B3" in capsys.readouterr().out
    assert size(ledgers) == before
    assert "孙二" not in str(with_ledger(ledgers, lambda ledger: ledger.register().words))
    bad = organ(tmp_path / "organ3.xlsx", 部门=[("部门名称", "类别"), ("宣教处", "什么")])
    assert take(ledgers, bad) == 2
    assert "not checked yet" in capsys.readouterr().out


def test_an_organ_that_was_interrupted_goes_on(ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stood when it broke off stands once."""
    monkeypatch.setattr(write, "MAX_BATCH", 1)
    file = organ(tmp_path / "organ.xlsx")
    record, calls = Ledger.record, []

    def crashing(self: Ledger, *commands: Any) -> Any:
        calls.append(commands)
        if len(calls) in (2, 5, 9):
            raise KeyboardInterrupt
        return record(self, *commands)

    monkeypatch.setattr(Ledger, "record", crashing)
    assert [take(ledgers, file) for _ in range(4)] == [130, 130, 130, 0]
    assert len(imported(ledgers)) == 6
    assert len({mark.batch for event in imported(ledgers) if (mark := imported_of(event.payload))}) == 5


def test_a_workbook_that_tells_nothing_is_asked_about(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The kind is to be said, for other files too."""
    book(tmp_path / "t.xlsx", Sheet1=[("甲", "乙"), (1, 2)])
    assert take(fresh, tmp_path / "t.xlsx") == 2
    assert "--kind" in capsys.readouterr().err
    (tmp_path / "t.jsonl").write_text("{}", encoding="utf-8")
    assert take(fresh, tmp_path / "t.jsonl") == 2
    assert take(fresh, organ(tmp_path / "o.xlsx"), "--map", "甲=name") == 2
