"""Files as offices have them: every kind of table, hidden things, forms with titles and signatures, strange columns."""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from ledger.errors import BadInput
from ledger.importing.source import FileBytes, Row
from ledger.recording.forms import form_named
from projections.importing.columns import ReadingOptions, mapped
from projections.importing.headings import plain_heading
from projections.importing.passed import spans
from projections.importing.sheet import Sheet
from projections.language.catalogue import explain_error, use_language
from tests.cli.test_import import BY, fresh, imports, ledgers, rezipped, size, talk, workbook
from tests.support.command import zeren

__all__ = ["fresh", "ledgers"]
HEADS = ("谈话人", "谈话对象", "正文", "发生时间", "编号")
ROW = ("贺立新", "罗佩珊", "内容", "2026-03-05", "T1")
OLD = (
    "H4sIAAAAAAACA+1YS0hUURj+zpk7OjPpOGMaOYENE1mZi6JNG5sKyjZOOi6MDM3HEOGTwSBbqGXSQqUXBT0IhGlRC6tNZbWwXUWg1SIIBC1atS"
    "mwF6m3//z3zviowIESjPtfzn/+1znfufc87xkZ9o713/GNYx5tgw3TuhMps2yCkjOueEB+XVdiPHdQ0i1aUuR0UEem2PEw/Xmq6kPV3+OQuK09"
    "Jg68pXQALQg1N0X8i0g7uQ3VQrWhkLjAVbK4kcOtymRey3w581sc+Yj5drb0MS+k2DGxH8PBUP5WcxTvkwH2uaHqvcdl3rBlM7LxRI3ijjPCiL"
    "VjR/RwdcMSc+RqaYiBOrQo0hSJKn0NriMDog3GE0BrZQCNlDsOBVBH+ftIAGPIogEQw2fdD0zEZ/qQ37Ivrl2A7N/m2lP/YHdQx863n5ca0An9"
    "IE+cblqr2zXl0YSjd7TnY1le3yQ6aPgD6ZQo5nTl1zIb2PsgpBnC94rqXhJflK0+8iUycYGiNpUPtlBWW38qQsF7Lg61tZSS7q96dpR0396Bnl"
    "hFCsRI7bmzTytF4832nipyrwxfaST3tXBDaayCKvwRKg6r+l1qN+HVxzNn9UnnWZlGvI5GrJK9PDc99KqTNz69LK4pCVaxpZN3HGNfWqteGTqO"
    "qxJU2M0eG+K15nOJjcxPcK2rWPYxz6KJQ3leSbYp7O7imJPszSOcLUyvgutmyetJ7v5Qej+3+11wA8kDRePHsgZeB/tpOjmp9YKfLhSIAnH5kq"
    "LBYDwX5ho2yjznl/XMIT1m23Vz883AFFwsepkbmvo6IqFJ81sZmo00W0LTSNMSmp00u4kj5uG0SxfbvPzlVLxgnBlN4agOMyJt9C6+EWn6FI4j"
    "EalwnCaO/A2OZByXGS/n4EjGcZk4knFyTRzJOMsSkQonTZ1bZCbuqkppF5ghFyyyyCKLLLLIIossmrnTkeZJWeNzoXFeTjXvdaYoTVvXJP8thd"
    "FMTyv9QO5CE+VRtCU1flbALuJ1iQWWid8XKion9CjqUcPtqE96/NJflJj9Pgsu6Pl7UyhZ/Olk2vmP8X8CpCtxSQAWAAA="
)
"""A workbook of Excel 97, made by a program of its time: two talks, the days under the format yyyy年m月d日."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Any:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return made


def read(path: Path, kind: str = "talk", **more: Any) -> tuple[list[Row], str]:
    """(rows, what is said of the file)."""
    sheet = Sheet(FileBytes(path.name, path.read_bytes()), form_named(kind), ReadingOptions(**more))
    rows = list(sheet.rows())
    return rows, "\n".join(explain_error(note) for note in sheet.notes)


# --- every kind of file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize(("suffix", "parted"), [(".csv", ","), (".csv", ";"), (".tsv", "\t")])
def test_texts_are_read_in_the_encodings_of_offices_and_the_encoding_is_said(
    encoding: str, suffix: str, parted: str, tmp_path: Path
) -> None:
    """Quoted values with the parting character and line feeds in them are whole; rows are numbered as a sheet shows."""
    file = tmp_path / f"t{suffix}"
    lines = [parted.join(HEADS), parted.join(ROW).replace("内容", f'"甲{parted}乙\n丙"')]
    file.write_bytes("\r\n".join(lines).encode(encoding))
    rows, said = read(file)

    assert dict(rows[0].values)["text"] == f"甲{parted}乙\n丙"
    assert rows[0].cells["occurred_at"] == "D2"
    assert ("GB 18030" if encoding.startswith("gb") else "UTF-16" if encoding == "utf-16" else "UTF-8") in said


def test_an_old_workbook_is_read_and_what_it_cannot_tell_is_said(ledgers: Path, tmp_path: Path) -> None:
    """Days under Chinese date formats are days; the same file under WPS's ending is the same."""
    data = gzip.decompress(base64.b64decode(OLD))
    for name in ("t.xls", "t.et"):
        (tmp_path / name).write_bytes(data)
        rows, said = read(tmp_path / name)
        assert [str(row.values["occurred_at"]) for row in rows] == ["2026-03-05", "2026-03-06"]
        assert [row.values["talker"] for row in rows] == ["陈秀兰", "陈秀兰"]
        assert "hidden rows" in said


def test_a_workbook_is_known_by_what_is_inside(ledgers: Path, tmp_path: Path) -> None:
    """.xlsm and .et hold the same as .xlsx; a program in the former is left alone, and said."""
    for suffix in (".xlsm", ".et"):
        file = workbook(tmp_path / f"t{suffix}", [talk(1)]) if suffix == ".xlsm" else tmp_path / "t.et"
        if suffix == ".et":
            file.write_bytes((tmp_path / "t.xlsm").read_bytes())
        assert imports(ledgers, file, "--dry-run") == 0
    macros = rezipped(tmp_path / "t.xlsm", lambda parts: parts.update({"xl/vbaProject.bin": b"x"}))
    assert "macros" in read(macros)[1]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.xls", b"<html><table><tr><td>1</td></tr></table></html>", "page of the web"),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("t.csv", b"a,b\x00\n", "no text"),
        ("t.csv", b"\x80\xff,\xff\n", "encoding"),
    ],
)
def test_what_only_looks_like_a_table_is_refused_with_what_to_do(
    name: str, data: bytes, said: str, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages of the web saved as .xls, protected files, bytes that are no text."""
    (tmp_path / name).write_bytes(data)
    assert imports(fresh, tmp_path / name) == 2
    assert said in capsys.readouterr().err


def test_a_strict_workbook_is_named(tmp_path: Path) -> None:
    """Its words are in another namespace, which the reader would pass over as empty."""

    def strict(parts: dict[str, bytes]) -> None:
        one, other = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/x"
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(one, other)

    with pytest.raises(BadInput, match="Strict"):
        read(rezipped(workbook(tmp_path / "t.xlsx", [talk(1)]), strict))


# --- nothing is dropped in silence ------------------------------------------------------------------------------------


def test_hidden_rows_and_columns_are_read_and_named_or_left_out_and_named(tmp_path: Path) -> None:
    """A row that a filter hides is no secret."""
    made = book(tmp_path / "t.xlsx", 表=[HEADS, ROW, ROW, ROW])
    made["表"].row_dimensions[3].hidden = True
    made["表"].column_dimensions["C"].hidden = True
    made.save(tmp_path / "t.xlsx")
    rows, said = read(tmp_path / "t.xlsx")
    assert [row.number for row in rows] == [2, 3, 4]
    assert "read as the others: 3;" in said
    assert "C (正文)" in said
    rows, said = read(tmp_path / "t.xlsx", skip_hidden=True)
    assert [row.number for row in rows] == [2, 4]
    assert "passed over: 3" in said


def test_titles_signatures_sums_and_repeated_headings_are_named_and_no_records(tmp_path: Path) -> None:
    """A form as it is filed: what stands around the table is not taken for a record, and nothing of it is lost."""
    above = [("2026年廉政谈话登记表",), ("填报单位：", "云溪市残联", None, "填报日期：", "2026-12-01")]
    below = [("合计", None, 1), ("填表人：王五", None, None, "审核人：赵六")]
    book(tmp_path / "t.xlsx", 表=[*above, HEADS, ROW, (), HEADS, ROW, *below], 汇总=[("说明",)], 空=[])
    rows, said = read(tmp_path / "t.xlsx")

    assert [row.number for row in rows] == [4, 7]
    for line in ("above the headings: 1-2", "headings again: 6", "no record: 8-9", "others: 1", "not read: 汇总"):
        assert line in said
    assert "空" not in said


def test_headings_in_two_rows_are_read_together(tmp_path: Path) -> None:
    """One heading over two, and the two under it."""
    made = book(tmp_path / "t.xlsx", 表=[("谈话双方", None, *HEADS[2:]), HEADS[:2], ROW])
    for text in ("A1:B1", "C1:C2", "D1:D2", "E1:E2"):
        made["表"].merge_cells(text)
    made.save(tmp_path / "t.xlsx")
    (row,) = read(tmp_path / "t.xlsx")[0]
    assert (row.number, row.values["talker"], row.values["ref"]) == (3, "贺立新", "T1")


def test_a_sheet_without_rows_is_no_second_sheet_of_records(tmp_path: Path) -> None:
    """Another sheet with headings alone is named, not asked about."""
    book(tmp_path / "t.xlsx", 一=[HEADS, ROW], 二=[HEADS])
    rows, said = read(tmp_path / "t.xlsx")
    assert len(rows) == 1
    assert "not read: 二" in said


# --- columns ----------------------------------------------------------------------------------------------------------


def test_people_write_their_own_headings(tmp_path: Path) -> None:
    """Words of people's own forms mean their field; the running number is named."""
    book(
        tmp_path / "t.xlsx",
        表=[("序 号", "主谈人", "被谈话人（必填）", "谈话时间", "谈话\n内容"), (1, "甲", "乙", "2026-03-05", "丙")],
    )
    (row,), said = read(tmp_path / "t.xlsx")
    assert set(row.values) == {"talker", "counterpart", "occurred_at", "text"}
    assert "running number, no part of a record: A" in said


def test_numbers_of_identity_and_telephone_are_left_out_and_said(tmp_path: Path) -> None:
    """By their heading, or by what stands under a strange one; as a record's own number they are a fault."""
    number = "340101196001100012"
    rows = [("姓名", "身份证号", "手机", "证件", "备注"), ("甲", number, 13800138000, number, None)]
    book(tmp_path / "t.xlsx", 名册=rows)
    (row,), said = read(tmp_path / "t.xlsx", "person")
    assert dict(row.values) == {"name": "甲"}
    assert "telephone numbers: B (身份证号), C (手机), D (证件)" in said
    assert "heading is not known: E (备注)" in said
    book(tmp_path / "u.xlsx", 名册=[("姓名", "编号"), ("甲", number)])
    (row,), said = read(tmp_path / "u.xlsx", "person")
    assert "identity" in str(row.faults[0].problem)
    (row,), said = read(tmp_path / "u.xlsx", "person", names=mapped(form_named("person"), ["编号=ref"]))
    assert row.values["ref"] == number


def test_a_strange_column_is_asked_about_until_it_is_mapped_or_ignored(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named with the cell and both remedies; each is said in the outcome."""
    file = workbook(tmp_path / "t.xlsx", [("贺立新", "罗佩珊", "甲", "乙")], ("谈话人", "谈话对象", "概况", "其他"))
    assert imports(ledgers, file, "--ignore", "其他") == 2
    assert "--map 概况=FIELD" in capsys.readouterr().err
    assert imports(ledgers, file, "--ignore", "其他", "--map", "概况=没有") == 2
    assert imports(ledgers, file, "--ignore", "其他", "--map", "概况") == 2
    capsys.readouterr()
    assert imports(ledgers, file, "--ignore", "其他", "--map", "概况=正文", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sheet"] == "数据"
    assert any("D (其他)" in note["en"] for note in said["notes"])
    (tmp_path / "t.jsonl").write_text("{}", encoding="utf-8")
    assert imports(ledgers, tmp_path / "t.jsonl", "--ignore", "其他") == 2


def test_what_was_said_of_headings_is_kept_and_used_again(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--learn writes a file that --mapping reads; of another kind, shape or field it is refused, never overwritten."""
    heads, kept = ("谈话人", "谈话对象", "概况", "其他"), tmp_path / "talk.yaml"
    file = workbook(tmp_path / "1.xlsx", [("贺立新", "罗佩珊", "甲", "乙")], heads)
    said = ("--ignore", "其他", "--map", "概况=text")
    assert imports(ledgers, file, *said, "--learn", str(kept), "--dry-run") == 0
    assert imports(ledgers, file, *said, "--learn", str(kept), "--dry-run") == 2
    assert imports(ledgers, file, "--mapping", str(kept)) == 0
    capsys.readouterr()
    next_month = workbook(tmp_path / "2.xlsx", [("贺立新", "罗佩珊", "丙", "丁")], heads)
    assert imports(ledgers, next_month, "--mapping", str(kept), "--json", "--changed", "new") == 0
    assert json.loads(capsys.readouterr().out)["rows_written"] == 1
    assert imports(ledgers, next_month, "--mapping", str(kept), kind="meeting") == 2
    for text in ("- a\n", "kind: talk\nmap: [a]\n", "kind: talk\nmap: {概况: nothing}\n", "{", "kind: talk\nmore: 1\n"):
        kept.write_text(text, encoding="utf-8")
        assert imports(ledgers, next_month, "--mapping", str(kept)) == 2
    assert imports(ledgers, next_month, "--mapping", str(tmp_path / "none.yaml")) == 2
    assert zeren(ledgers, "import", str(next_month), *BY, "--mapping", str(kept)).code == 2


def test_the_outcome_says_file_sheet_rows_and_what_was_passed_over(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a dry run, of a refusal and of an import."""
    file = workbook(tmp_path / "t.xlsx", [talk(1), (), talk(2)])
    before = size(ledgers)
    for words, code in ((("--dry-run",), 0), ((), 0)):
        assert imports(ledgers, file, *words) == code
        out = capsys.readouterr().out
        assert "t.xlsx, sheet 数据: 2 rows read" in out
        assert "blank rows between the others: 1" in out
    assert size(ledgers) > before
    bad = workbook(tmp_path / "u.xlsx", [talk(1, c2="无此人")])
    assert zeren(ledgers, "import", str(bad), "--kind", "talk", *BY).code == 2
    assert "u.xlsx, sheet 数据: 1 row read" in capsys.readouterr().out


def test_rows_are_named_as_people_write_them() -> None:
    """Neighbours together, the first of many."""
    assert spans([3, 5, 6, 7]) == "3, 5-7"
    assert spans(range(0, 100, 2)).endswith("(+30)")
    assert plain_heading(" 发生\n时间（必填）：") == "发生时间"


# --- what is told in words --------------------------------------------------------------------------------------------


def test_headings_of_another_kind_are_told_in_words_with_the_kind_that_they_fit(tmp_path: Path) -> None:
    """Kinds have their titles; where the headings are those of another kind, that one is named; else a template."""
    file = tmp_path / "t.csv"
    file.write_text(f"{','.join(HEADS)}\n{','.join(ROW)}\n", encoding="utf-8")
    with pytest.raises(BadInput) as talks:
        read(file, "person")
    assert str(talks.value).endswith("those that stand there fit best: --kind talk")
    use_language("zh_CN")
    assert "“人员登记”的表头（如" in explain_error(talks.value)
    file.write_text("概况,其他\na,b\n", encoding="utf-8")
    with pytest.raises(BadInput) as nothing:
        read(file, "person")
    assert "zeren import template person --out FILE" in explain_error(nothing.value)
    assert "“人员登记”" in explain_error(nothing.value)


def test_an_import_is_called_by_its_file_never_by_its_digest(ledgers: Path, tmp_path: Path) -> None:
    """In the list, in full and in a search; a record that it brought names it with the row."""
    assert imports(ledgers, workbook(tmp_path / "谈话台账.xlsx", [talk(1)])) == 0
    batch, first = size(ledgers) - 2, size(ledgers) - 1
    digest = json.loads(zeren(ledgers, "entries", f"#{batch}", "--json").out)["ref"]
    assert len(digest) == 64
    for words in (("entries", "--limit", "3"), ("search", "谈话台账"), ("entries", f"#{batch}"), ("entries", "T1")):
        told = zeren(ledgers, *words)
        assert (told.code, digest[:16] in told.out) == (0, False), words
    assert zeren(ledgers, "entries", f"#{batch}").out.startswith(f"#{batch} import of 谈话台账.xlsx on ")
    brought = zeren(ledgers, "entries", f"#{first}", language="zh_CN").out
    assert re.search(r"导入：批次 .*导入 谈话台账\.xlsx 文件行号 2\n", brought)
