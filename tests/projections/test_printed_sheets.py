"""Sheets to be printed: every line of a row's text has room, in programs that do not reckon it themselves too."""

import io

from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from projections.reports.printed_sheets import LINE, PrintedSheet, SheetCell, lines_in, sheet_xlsx


def test_a_row_is_as_high_as_its_fullest_cell() -> None:
    """Chinese letters count two; a line feed begins a line."""
    assert lines_in([SheetCell("一二三四五"), SheetCell("abc")], (12.0, 12.0)) == 1
    assert lines_in([SheetCell("一二三四五六"), SheetCell("abc")], (12.0, 12.0)) == 2
    assert lines_in([SheetCell(1), SheetCell("一\n二\n三")], (5.0, 12.0)) == 3
    lines = [[SheetCell("短")], [SheetCell("很长的一句话" * 5)]]
    made = PrintedSheet(title="表", stand="", heads=("事项",), lines=lines, widths=(20.0,), signed=("填表人：",))
    sheet = load_workbook(io.BytesIO(sheet_xlsx(made))).active
    assert [sheet.row_dimensions[row].height for row in (4, 5)] == [LINE, 4 * LINE]
