"""Workbooks of Excel 97 to 2003 (.xls, also as WPS .et), by calamine.

It reads what these files write in the clear, Chinese date formats included, and nothing runs in it; a file of 65,536
rows and 256 columns bounds what it takes. It does not say which rows are hidden, nor a formula from its last value:
both are said with the outcome.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from io import BytesIO
from typing import Any

from ledger.errors import BadInput
from ledger.importing.source import FileBytes
from projections.importing.grid import NOTHING, Cell, Layout, Merged, letters

_ERRORS = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|DATA!)")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class OlderWorkbook:
    """An old workbook opened for reading. Raises BadInput for a protected or damaged one."""

    def __init__(self, file: FileBytes) -> None:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum

        if _ENCRYPTED in file.data:
            raise BadInput("{} is protected by a password; save it without one", file.name)
        self.tables: list[OlderSheet] = []
        try:
            book = CalamineWorkbook.from_filelike(BytesIO(file.data))
            for sheet in book.sheets_metadata:
                hidden = sheet.visible != SheetVisibleEnum.Visible
                self.tables.append(OlderSheet(sheet.name, hidden, book.get_sheet_by_name(sheet.name)))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | MemoryError):
                raise
            raise BadInput(
                "{} is an old .xls file that cannot be read, or one protected by a password ({}); save it as .xlsx "
                "without one",
                file.name,
                f"{type(error).__name__}: {error}"[:200],
            ) from None
        self.notes: Sequence[BadInput] = [
            BadInput("a file of this kind does not tell hidden rows, nor formulas from values; look at it once more")
        ]

    def close(self) -> None:
        """Nothing stays open."""


@dataclass(frozen=True, slots=True)
class OlderSheet:
    """One sheet of an old workbook."""

    title: str
    hidden: bool
    sheet: Any

    def lines(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Each row from the first that holds anything."""
        for number, cells in enumerate(self.sheet.to_python(skip_empty_area=False), start=1):
            yield number, [_cell(value) for value in cells]

    def layout(self) -> Layout:
        """The merged cells; what is hidden is not told."""
        merged = tuple(_merged(each) for each in self.sheet.merged_cell_ranges or ())
        return Layout(merged=merged, told=False)


def _merged(corners: Any) -> Merged:
    (first_row, first_column), (last_row, last_column) = corners
    text = f"{letters(first_column)}{first_row + 1}:{letters(last_column)}{last_row + 1}"
    return first_column, first_row + 1, last_column, last_row + 1, text


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str) and _ERRORS.fullmatch(value):
        return Cell(value, BadInput("it is an error value; correct the cell"))
    if isinstance(value, time | timedelta):
        return Cell(str(value))
    return Cell(value)
