"""Workbooks of today (.xlsx, .xlsm, also under WPS's endings), by openpyxl.

It tells a formula from a value and a number from a day, and reads row by row. What it does not say in that mode, the
hidden rows and columns and the merged cells, is read from the sheet's own part (`container.layout_of`).
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ledger.errors import BadInput
from ledger.importing.source import FileBytes
from projections.importing.container import check_container, has_macros, layout_of
from projections.importing.grid import NOTHING, Cell, Layout

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHINESE_DATES = frozenset({*range(27, 37), *range(50, 59)})
"""Number formats that Chinese Excel builds in as days and times (ECMA-376 part 1, 18.8.30, zh-cn)."""

_FIRST_OWN = 164
"""The number of the first format that a workbook brings itself."""
_QUOTED, _WEEKDAY = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]'), re.compile(r"aaa", re.IGNORECASE)
"""What a format writes as it is; the sign for the day of the week in Chinese (星期四)."""


class Workbook:
    """A workbook opened for reading. Raises BadInput for a hostile or damaged one."""

    def __init__(self, file: FileBytes) -> None:
        import openpyxl  # type: ignore[import-untyped]  # it has no types

        check_container(file)
        self._file = file
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: pictures, conditional formats, validations
            try:
                self._book = openpyxl.load_workbook(BytesIO(file.data), read_only=True, keep_links=False)
            except Exception as error:  # noqa: BLE001 - the library raises whatever its parsers do on a damaged file
                raise damaged(file, error) from None
        _know_dates(self._book)
        self.tables: Sequence[WorkbookSheet] = [WorkbookSheet(file, sheet) for sheet in self._book.worksheets]
        self.notes: Sequence[BadInput] = [BadInput("the macros in it were not read")] if has_macros(file) else []

    def close(self) -> None:
        """Closes the archive."""
        self._book.close()


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One worksheet."""

    file: FileBytes
    sheet: Any

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.sheet.title)

    @property
    def hidden(self) -> bool:
        """Whether it is hidden, or very hidden."""
        return bool(self.sheet.sheet_state != "visible")

    def lines(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Each row. Raises BadInput on a damaged sheet."""
        self.sheet.reset_dimensions()  # what a file says of its extent is not believed
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of days out of range: their cells hold an error value
            try:
                for number, cells in enumerate(self.sheet.iter_rows(), start=1):
                    yield number, [_cell(cell) for cell in cells]
            except BadInput:
                raise
            except Exception as error:  # noqa: BLE001 - as above, on a damaged sheet
                raise damaged(self.file, error) from None

    def layout(self) -> Layout:
        """What its own part hides and merges."""
        return layout_of(self.file, self.sheet._worksheet_path)  # no public way to its part


def damaged(file: FileBytes, error: BaseException) -> BadInput:
    """What is said of a file on which a library fails."""
    return BadInput("{} cannot be read as a workbook: {}", file.name, f"{type(error).__name__}: {error}"[:200])


def unescaped(value: Any) -> Any:
    """A text as it was typed: a workbook writes a control character as _x000D_, and _x005F_ for an underscore."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else value


def _cell(cell: Any) -> Cell:
    if cell.value is None:
        return NOTHING
    if cell.data_type == "f":
        return Cell(cell.value, BadInput("it is a formula; paste its value in its place"))
    if cell.data_type == "e":
        return Cell(cell.value, BadInput("it is an error value; correct the cell"))
    return Cell(unescaped(cell.value))


def _know_dates(book: Any) -> None:
    """Tells the library the dates of Chinese Excel: its table of built-in formats ends where they begin, and of what a
    format may hold it does not know the day of the week."""
    own = enumerate(book._number_formats, _FIRST_OWN)
    dates = _CHINESE_DATES | {number for number, text in own if _WEEKDAY.search(_QUOTED.sub("", text))}
    book._date_formats |= {
        place for place, style in enumerate(book._cell_styles) if style.numFmtId in dates
    }  # no public way to a cell's number format by its number
