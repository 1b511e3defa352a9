"""Workbooks of OpenDocument (.ods), and an office's year typed in one workbook."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from ledger.errors import BadInput
from projections.language.catalogue import use_language
from tests.cli.test_import import fresh, ledgers
from tests.cli.test_import_files import HEADS, read

__all__ = ["fresh", "ledgers"]
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def ods(
    path: Path, rows: str, *, more: str = "", manifest: str = "", columns: str = "", mimetype: str = MIMETYPE
) -> Path:
    """A file as spreadsheet programs write it: its kind first, uncompressed."""
    styles = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    body = f'<table:table table:name="谈话">{columns}{rows}</table:table>{more}'
    content = (
        f'<?xml version="1.0"?><office:document-content {SPACES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def cell(text: str, kind: str = "string", more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


DAY = cell("05.03.26", "date", 'office:date-value="2026-03-05"')
FULL = (cell("贺立新"), cell("罗佩珊"), cell("内容"), DAY, cell("T1"))


def test_values_are_what_the_program_shows_and_means(tmp_path: Path) -> None:
    """Days by their value, blanks and line feeds in texts, repeated cells; an empty million costs nothing."""
    said = cell('甲<text:s text:c="2"/>乙<text:line-break/>丙')
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    named = f'<table:table-cell office:value-type="string">{note}<text:p>贺立新</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="16379"/>'
    file = ods(
        tmp_path / "t.ods",
        row(*map(cell, HEADS), empty)
        + row(named, cell("罗佩珊"), said, DAY, cell("T1"), empty)
        + row('<table:table-cell table:number-columns-repeated="16384"/>', more='table:number-rows-repeated="1048574"'),
    )
    rows, told = read(file)
    (only,) = rows
    assert (only.values["text"], only.values["occurred_at"]) == ("甲  乙\n丙", date(2026, 3, 5))
    assert (only.values["talker"], only.cells["occurred_at"]) == ("贺立新", "D2")
    assert told == ""


def test_what_is_hidden_computed_or_elsewhere_is_named(tmp_path: Path) -> None:
    """Hidden and filtered rows, hidden columns and sheets, merged cells, formulas: told as of every workbook."""
    other = f'<table:table table:name="旧表" table:style-name="h">{row(*map(cell, HEADS))}{row(*FULL)}</table:table>'
    heads = row(*map(cell, HEADS))
    file = ods(tmp_path / "t.ods", heads + row(*FULL, more='table:visibility="filter"') + row(*FULL), more=other)
    rows, told = read(file)
    assert len(rows) == 2
    assert "hidden or filtered, read as the others: 2" in told
    assert "旧表" in told
    formula = cell("T1", "string", 'table:formula="of:=A1"')
    computed, _ = read(ods(tmp_path / "f.ods", heads + row(*FULL[:4], formula)))
    assert "formula" in str(computed[0].faults)
    hidden = '<table:table-column table:number-columns-repeated="4"/><table:table-column table:visibility="collapse"/>'
    _, told = read(ods(tmp_path / "c.ods", heads + row(*FULL), columns=hidden))
    assert "E" in told


WIDE = 'table:number-columns-repeated="16384"'


@pytest.mark.parametrize(
    ("rows", "manifest", "said"),
    [
        (row(cell("x"), more='table:number-rows-repeated="999999999"'), "", "cells"),
        (row(cell("x", more=WIDE), more='table:number-rows-repeated="9999"'), "", "cells"),
        (row(cell("x", "float", 'office:value="x"')), "", "damaged"),
        (row(*FULL), "<manifest:encryption-data/>", "password"),
        ("<table:table-row>", "", "damaged"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_at_once(rows: str, manifest: str, said: str, tmp_path: Path) -> None:
    """A kilobyte that claims a milliard of rows, values that are none, files under a password."""
    with pytest.raises(BadInput, match=said):
        read(ods(tmp_path / "t.ods", rows, manifest=manifest))


def test_another_document_is_no_workbook(tmp_path: Path) -> None:
    """A text document under a workbook's name."""
    file = ods(tmp_path / "t.ods", row(*FULL), mimetype="application/vnd.oasis.opendocument.text")
    with pytest.raises(BadInput, match="no workbook"):
        read(file)


def test_a_renamed_sheet_of_a_template_is_read(tmp_path: Path) -> None:
    """A template's own sheet is known by its first column, whatever somebody called it."""
    book = openpyxl.Workbook()
    book.active.title = "三月"
    for line in (("#", *HEADS), (None, "贺立新", "罗佩珊", "内容", "2026-03-05", "T1")):
        book.active.append(line)
    book.create_sheet("说明").append(("随意",))
    book.save(tmp_path / "t.xlsx")
    rows, _ = read(tmp_path / "t.xlsx")
    assert rows[0].values["talker"] == "贺立新"
