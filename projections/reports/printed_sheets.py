"""A table as a sheet to be printed and filed: title, as of when, heads on each page, lines, who signs under it.

Every sheet that an office hands out is written here, so that all of them look and print alike; exports, which programs
read too, are `projections.reports.exports`.
"""

import io
from collections.abc import Sequence

from ledger.frozen import dataclass
from projections.reports.exports import MADE

TITLE, STAND, HEAD, FIRST = 0, 1, 2, 3
"""Rows of the sheet: its title, as of when it holds, the heads of its columns, its first line."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What stands in a cell, and its colour (`#FBECEB`), None for none."""

    text: str
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet: `widths` are those of the columns in characters, `signed` who signs, each followed by an empty place."""

    title: str
    stand: str
    heads: tuple[str, ...]
    lines: Sequence[Sequence[SheetCell]]
    widths: tuple[float, ...]
    signed: tuple[str, ...]
    notes: tuple[str, ...] = ()
    one_page: bool = False
    """Whether all of it is printed on one page; else as many as it needs, one page wide."""


def sheet_xlsx(made: PrintedSheet) -> bytes:
    """The sheet as a workbook, printed across the page; the same bytes for the same sheet."""
    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None)})
        sheet = book.add_worksheet()
        big = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
        plain = {"border": 1, "text_wrap": True, "valign": "top"}
        colours = dict.fromkeys(cell.colour for line in made.lines for cell in line)
        cells = {
            colour: book.add_format(plain if colour is None else {**plain, "bg_color": colour}) for colour in colours
        }
        sheet.merge_range(TITLE, 0, TITLE, max(len(made.heads) - 1, 1), made.title, big)
        sheet.set_row(TITLE, 30)
        sheet.write_string(STAND, 0, made.stand)
        for number, name in enumerate(made.heads):
            sheet.write_string(HEAD, number, name, head)
        for row, line in enumerate(made.lines, FIRST):
            for number, cell in enumerate(line):
                (sheet.write_string if cell.text else sheet.write_blank)(row, number, cell.text, cells[cell.colour])
        under = HEAD + len(made.lines) + 2
        for number, label in enumerate(made.signed):
            sheet.write_string(under, 1 + 3 * number, label)
        for offset, said in enumerate(made.notes):
            sheet.write_string(under + 2 + offset, 0, said)
        for number, width in enumerate(made.widths):
            sheet.set_column(number, number, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1 if made.one_page else 0)
        sheet.repeat_rows(HEAD)
        sheet.freeze_panes(FIRST, 0)
    return out.getvalue()
