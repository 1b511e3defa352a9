"""A table as a sheet to be printed and filed: title, as of when, heads on each page, lines, who signs under it.

Every sheet that an office hands out is written here, so that all of them look and print alike; exports, which programs
read too, are `projections.reports.exports`.
"""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from ledger.frozen import dataclass
from projections.reports.workbooks import MADE

LINE, ROOM = 17.25, 0.9
"""Points of a line of text, and how much of a column's width a line is reckoned to fill."""
TITLE, STAND, HEAD, FIRST = 0, 1, 2, 3
"""Rows of the sheet: its title, as of when it holds, the heads of its columns, its first line."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What stands in a cell, typed (a day is a day, a number a number), and its colour (`#FBECEB`), None for none."""

    text: str | date | int
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class SheetFrame:
    """A frame across the whole sheet under a few words, to be written in by hand."""

    text: str


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet: `widths` are those of the columns in characters, `signed` who signs, each followed by an empty place.

    A workbook of several has each under its name, `tab`.
    """

    title: str
    stand: str
    heads: tuple[str, ...]
    lines: Sequence[Sequence[SheetCell] | SheetFrame]
    widths: tuple[float, ...]
    signed: tuple[str, ...]
    notes: tuple[str, ...] = ()
    one_page: bool = False
    """Whether all of it is printed on one page; else as many as it needs, one page wide."""
    tab: str | None = None


def sheet_xlsx(*made: PrintedSheet) -> bytes:
    """The sheets as a workbook, printed across the page; the same bytes for the same sheets."""
    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None)})
        formats: dict[tuple[str, str | None], Any] = {}
        for each in made:
            _Sheet(book, each, formats).write()
    return out.getvalue()


def lines_in(cells: Sequence[SheetCell], widths: Sequence[float]) -> int:
    """How many lines of text the fullest cell of a row needs. Not every program reckons it when it opens a file.

    A Chinese letter is as wide as two digits; a little room is left, since programs break lines in other places.
    """
    needed = 1
    for cell, width in zip(cells, widths, strict=False):
        if isinstance(cell.text, str):
            parts = (sum(1 + (east_asian_width(each) in "WFA") for each in part) for part in cell.text.split("\n"))
            needed = max(needed, sum(max(1, ceil(part / (width * ROOM))) for part in parts))
    return needed


class _Sheet:
    def __init__(self, book: Any, made: PrintedSheet, formats: dict[tuple[str, str | None], Any]) -> None:
        self.book, self.made, self.formats = book, made, formats
        self.sheet = book.add_worksheet(made.tab and _NO_TAB.sub(" ", made.tab)[:31])
        self.last = max(len(made.widths) - 1, 1)

    def write(self) -> None:
        made, sheet = self.made, self.sheet
        sheet.merge_range(TITLE, 0, TITLE, self.last, made.title, self.format("title"))
        sheet.set_row(TITLE, 30)
        sheet.write_string(STAND, 0, made.stand)
        for number, name in enumerate(made.heads):
            sheet.write_string(HEAD, number, name, self.format("head"))
        for row, line in enumerate(made.lines, FIRST):
            if isinstance(line, SheetFrame):
                sheet.merge_range(row, 0, row, self.last, line.text, self.format("text"))
                sheet.set_row(row, 100)
            else:
                self.line(row, line)
        self.under(HEAD + len(made.lines) + 2)
        for number, width in enumerate(made.widths):
            sheet.set_column(number, number, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1 if made.one_page else 0)
        sheet.set_footer("&C&P / &N")
        if made.heads:
            sheet.repeat_rows(HEAD)
            sheet.freeze_panes(FIRST, 0)

    def line(self, row: int, cells: Sequence[SheetCell]) -> None:
        self.sheet.set_row(row, LINE * lines_in(cells, self.made.widths))
        for number, cell in enumerate(cells):
            value = cell.text
            if isinstance(value, date):
                self.sheet.write_datetime(row, number, value, self.format("day", cell.colour))
            elif isinstance(value, int):
                self.sheet.write_number(row, number, value, self.format("text", cell.colour))
            elif value:
                self.sheet.write_string(row, number, value, self.format("text", cell.colour))
            else:
                self.sheet.write_blank(row, number, None, self.format("text", cell.colour))

    def under(self, row: int) -> None:
        step = max(1, self.last // max(len(self.made.signed), 1))
        for number, label in enumerate(self.made.signed):
            self.sheet.write_string(row, 1 + step * number, label)
        for offset, said in enumerate(self.made.notes):
            self.sheet.write_string(row + 2 + offset, 0, said)

    def format(self, kind: str, colour: str | None = None) -> Any:
        """The format of a kind of cell in a colour, made once for the workbook."""
        if (kind, colour) not in self.formats:
            self.formats[kind, colour] = self.book.add_format(
                {**_SHOWN[kind], **({"bg_color": colour} if colour else {})}
            )
        return self.formats[kind, colour]


_CELL = {"border": 1, "text_wrap": True, "valign": "top"}
_SHOWN: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    "head": {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"},
    "text": _CELL,
    "day": {**_CELL, "num_format": "yyyy-mm-dd", "align": "left"},
}
_NO_TAB = re.compile(r"[\[\]:*?/\\']")
"""What may not stand in the name of a sheet."""
