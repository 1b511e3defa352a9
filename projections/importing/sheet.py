"""Rows from a workbook's sheet: what a cell holds is taken as it is; formulas, errors and merged cells are faults."""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeAlias

from ledger.errors import BadInput
from ledger.importing.source import FileBytes, Row
from ledger.recording.forms import Form
from ledger.recording.likely import near
from ledger.recording.reading import Fault, shown
from projections.importing.container import check_container, merged_ranges
from projections.importing.headings import MARK, field_of, is_running_number, known_titles

RUNNING_NUMBER = "-"
"""Stands for the field of a column that only counts the rows: it is no part of a record."""
HEADING_WITHIN = 10
"""Rows within which the headings are looked for."""
MAX_COLUMNS = 400
MAX_EMPTY = 100_000
"""Empty rows in a row, after which the sheet is taken to have ended."""
Merged: TypeAlias = tuple[int, int, int, int, str]
"""(first column from 0, first row from 1, last column, last row, the range as the sheet names it)."""
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]+):([A-Z]{1,3})([0-9]+)")


@dataclass(slots=True)
class Sheet:
    """The sheet of a workbook that holds records of a kind. Raises BadInput from `rows` where it holds none."""

    file: FileBytes
    form: Form
    wanted: str | None = None
    sheet: str = ""
    passed_over: int = field(default=0)
    """Rows that are marked # in the first column, such as the template's example."""

    def rows(self) -> Iterator[Row]:
        """The rows in order."""
        import openpyxl  # type: ignore[import-untyped]  # it has no types

        check_container(self.file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out: pictures, conditional formats, validations
            try:
                book = openpyxl.load_workbook(
                    BytesIO(self.file.data), read_only=True, data_only=False, keep_links=False
                )
            except Exception as error:  # noqa: BLE001 - the library raises whatever its parsers do on a damaged file
                raise BadInput("{} cannot be read as a workbook: {}", self.file.name, _reason(error)) from None
            _know_dates(book)
            try:
                yield from self._rows(book)
            except BadInput:
                raise
            except Exception as error:  # noqa: BLE001 - as above, on a damaged sheet
                raise BadInput("{} cannot be read as a workbook: {}", self.file.name, _reason(error)) from None
            finally:
                book.close()

    def _rows(self, book: Any) -> Iterator[Row]:
        worksheet, heading_row, fields = self._find(book)
        self.sheet, self.passed_over = worksheet.title, 0
        merged = self._merged(worksheet, heading_row)
        empty = 0
        for number, cells in enumerate(_cells(worksheet), start=1):
            if number <= heading_row:
                continue
            if all(cell.value is None for cell in cells):
                empty += 1
                if empty > MAX_EMPTY:
                    return
                continue
            empty = 0
            if self._is_marked(fields, cells):
                self.passed_over += 1
                continue
            yield self._row(number, cells, fields, merged)

    @staticmethod
    def _is_marked(fields: dict[int, str], cells: Sequence[Any]) -> bool:
        first = cells[0].value
        return fields.get(0) == MARK and isinstance(first, str) and first.lstrip().startswith(MARK)

    def _find(self, book: Any) -> tuple[Any, int, dict[int, str]]:
        """The sheet named, or the first with headings of the kind: (sheet, row of the headings, field by column)."""
        sheets = [sheet for sheet in book.worksheets if self.wanted in (None, sheet.title)]
        if not sheets:
            names = [sheet.title for sheet in book.worksheets]
            raise BadInput("there is no sheet {!r}; there are {}", self.wanted, ", ".join(names) or "-")
        best: tuple[int, str, str] | None = None
        fitting: list[tuple[Any, int, dict[int, str], list[str]]] = []
        for sheet in sheets:
            for number, cells in enumerate(_cells(sheet), start=1):
                if number > HEADING_WITHIN:
                    break
                texts = {
                    position: str(_unescaped(cell.value))
                    for position, cell in enumerate(cells[:MAX_COLUMNS])
                    if cell.value is not None
                }
                known = {position: name for position, text in texts.items() if (name := self._name(position, text))}
                unknown = [text for position, text in texts.items() if position not in known]
                meant = [name for name in known.values() if name not in (MARK, RUNNING_NUMBER)]
                if len(meant) >= 2 or (meant and not unknown):
                    fitting.append((sheet, number, known, unknown))
                    break
                if known and (best is None or len(known) > best[0]):
                    best = (len(known), sheet.title, unknown[0])
        if fitting:
            return self._only(fitting)
        raise BadInput(
            "{}: no sheet has the headings of {}, such as {}; make one with: zeren import template {} --out FILE",
            self.file.name,
            self.form.name,
            ", ".join(known_titles(self.form)[:3]),
            self.form.name,
        )

    def _only(self, fitting: list[tuple[Any, int, dict[int, str], list[str]]]) -> tuple[Any, int, dict[int, str]]:
        """The one sheet that can be meant: a hidden one only by its name, of several none. Raises BadInput."""
        own = [each for each in fitting if MARK in each[2].values()] or fitting  # a template's own sheet of records
        shown_ones = [each for each in own if self.wanted or each[0].sheet_state == "visible"] or own
        if len(shown_ones) > 1:
            names = ", ".join(each[0].title for each in shown_ones)
            raise BadInput("several sheets hold such records: {}; choose one with --sheet, one after the other", names)
        worksheet, number, known, unknown = shown_ones[0]
        if worksheet.sheet_state != "visible" and self.wanted is None:
            raise BadInput("only the hidden sheet {} holds such records; choose it with --sheet", worksheet.title)
        self._check_headings(worksheet.title, known, unknown)
        return worksheet, number, known

    def _name(self, position: int, text: str) -> str | None:
        if position == 0 and text.strip() == MARK:
            return MARK
        name = field_of(self.form, text)
        return RUNNING_NUMBER if name is None and is_running_number(text) else name

    def _check_headings(self, title: str, known: dict[int, str], unknown: list[str]) -> None:
        names = [name for name in known.values() if name != RUNNING_NUMBER]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadInput("sheet {}: the heading of {} stands twice; remove one column", title, twice[0])
        if unknown:
            titles = [each.removesuffix("*") for each in known_titles(self.form)]
            raise BadInput(
                "sheet {}: the heading {} is not known; perhaps {}; remove the column or correct it",
                title,
                shown(unknown[0]),
                ", ".join(near(unknown[0], titles)),
            )

    def _row(
        self,
        number: int,
        cells: Sequence[Any],
        fields: dict[int, str],
        merged: Sequence[Merged],
    ) -> Row:
        values: dict[str, Any] = {}
        places: dict[str, str] = {}
        faults: list[Fault] = []
        for position, cell in enumerate(cells):
            name = fields.get(position)
            if name is None:
                if cell.value is not None and position < MAX_COLUMNS:
                    place = f"{_letters(position)}{number}"
                    faults.append(
                        Fault(
                            "",
                            shown(cell.value),
                            BadInput("{} has no heading; clear the cell or head its column", place),
                        )
                    )
                continue
            if name in (MARK, RUNNING_NUMBER):
                continue
            places[name] = f"{_letters(position)}{number}"
            if cell.value is None:
                continue
            problem = _problem(cell)
            if problem is not None:
                faults.append(Fault(name, shown(cell.value), problem))
            else:
                values[name] = _unescaped(cell.value)
        for first_column, first_row, last_column, last_row, text in merged:
            if first_row <= number <= last_row:
                columns = range(first_column, last_column + 1)
                name = next((fields[position] for position in columns if fields.get(position, MARK) != MARK), "")
                faults.append(Fault(name, "", BadInput("{} is merged; unmerge it and fill in each cell", text)))
        return Row(number, str(number), values, places, tuple(faults))

    def _merged(self, worksheet: Any, heading_row: int) -> list[Merged]:
        """Merged ranges below the headings."""
        found: list[Merged] = []
        for text in merged_ranges(self.file, worksheet._worksheet_path):  # no public way to its part
            match = _RANGE.fullmatch(text)
            if match is not None and int(match[4]) > heading_row and len(found) < 1000:
                found.append((_index(match[1]), int(match[2]), _index(match[3]), int(match[4]), text))
        return found


def _cells(worksheet: Any) -> Iterator[Sequence[Any]]:
    worksheet.reset_dimensions()  # what a file says of its extent is not believed
    return iter(worksheet.iter_rows())


def _problem(cell: Any) -> BadInput | None:
    if cell.data_type == "f":
        return BadInput("it is a formula; paste its value in its place")
    if cell.data_type == "e":
        return BadInput("it is an error value; correct the cell")
    return None


def _letters(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHINESE_DATES = frozenset({*range(27, 37), *range(50, 59)})
"""Number formats that Chinese Excel builds in as days and times (ECMA-376 part 1, 18.8.30, zh-cn)."""


def _unescaped(value: Any) -> Any:
    """A text as it was typed: a workbook writes a control character as _x000D_, and _x005F_ for an underscore."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value) if isinstance(value, str) else value


def _know_dates(book: Any) -> None:
    """Tells the library the dates of Chinese Excel: its table of built-in formats ends where they begin."""
    book._date_formats |= {
        place for place, style in enumerate(book._cell_styles) if style.numFmtId in _CHINESE_DATES
    }  # no public way to a cell's number format by its number
