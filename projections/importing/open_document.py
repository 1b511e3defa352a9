"""Workbooks of OpenDocument (.ods), read by the parser of the language itself.

calamine reads their values, but neither tells a hidden row nor a formula, and makes each repeated row anew: a file of a
kilobyte may claim a milliard of them. Here a repeated row that is empty is passed over, one that holds something counts
against a bound, and what is hidden, merged or computed is told as of every other workbook.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date, datetime
from io import BytesIO
from xml.parsers import expat

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.importing.source import FileBytes
from projections.importing.container import MAX_COLUMN, check_open_document
from projections.importing.grid import NOTHING, Cell, Layout, Merged, letters

MAX_ROWS = 1_048_576
MAX_CELLS = 5_000_000
"""Cells that hold something, repeated ones counted each."""
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)|Err:\d+")


class OpenDocument:
    """A workbook opened for reading. Raises BadInput for a hostile or damaged one."""

    def __init__(self, file: FileBytes) -> None:
        check_open_document(file)
        reader = _Reader(file)
        with zipfile.ZipFile(BytesIO(file.data)) as archive, archive.open("content.xml") as stream:
            try:
                while chunk := stream.read(1 << 20):
                    reader.parser.Parse(chunk, False)  # noqa: FBT003 - expat's own positional flag: more follows
                reader.parser.Parse(b"", True)  # noqa: FBT003 - and here it ends
            except (expat.ExpatError, *ERRORS) as error:
                raise BadInput("{} is damaged in {}: {}", file.name, "content.xml", error) from None
        self.tables: Sequence[OpenSheet] = reader.sheets
        self.notes: Sequence[BadInput] = [BadInput("the macros in it were not read")] if has_basic(file) else []

    def close(self) -> None:
        """Nothing stays open."""


ERRORS = (zipfile.BadZipFile, EOFError, OSError, ValueError)
"""What is raised by unpacking a damaged part."""


def has_basic(file: FileBytes) -> bool:
    """Whether a workbook holds a program."""
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        return any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist())


@dataclass(slots=True)
class OpenSheet:
    """One sheet, its rows that hold something by number."""

    title: str
    hidden: bool
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Each row that holds anything."""
        yield from self.rows.items()

    def layout(self) -> Layout:
        """What it hides and merges."""
        return Layout(frozenset(self.hidden_rows), frozenset(self.hidden_columns), tuple(self.merged))


@dataclass(slots=True)
class _Cell:
    """A cell that is being read."""

    kind: str
    given: str | None
    formula: bool
    repeated: int
    spans: tuple[int, int]
    lines: list[str] = field(default_factory=list)

    def read(self) -> Cell:
        """What it holds."""
        text = "\n".join(self.lines)
        if self.formula:
            return Cell(text or self.given, BadInput("it is a formula; paste its value in its place"))
        if _ERROR.fullmatch(text) and self.kind != "string":
            return Cell(text, BadInput("it is an error value; correct the cell"))
        match self.kind:
            case "float" | "percentage" | "currency" if self.given is not None:
                number = float(self.given)
                return Cell(int(number) if number.is_integer() and abs(number) < 10**15 else number)
            case "date" if self.given is not None:
                day = date.fromisoformat(self.given) if _DAY.fullmatch(self.given) else None
                return Cell(day or datetime.fromisoformat(self.given))
            case "boolean" if self.given is not None:
                return Cell(self.given == "true")
        return Cell(text) if text else NOTHING


class _Reader:
    """One pass over the content: sheets, rows and cells as their tags begin and end."""

    def __init__(self, file: FileBytes) -> None:
        self.file, self.sheets = file, list[OpenSheet]()
        self.hidden_styles: set[str] = set()
        self.style: str | None = None
        self.row = self.column = self.repeated = self.held = 0
        self.cells: list[Cell] = []
        self.cell: _Cell | None = None
        self.apart = 0
        """How deep within what is no part of a cell's words: a note on it."""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.said

    @property
    def sheet(self) -> OpenSheet:
        """The sheet that is being read."""
        return self.sheets[-1]

    def begin(self, name: str, given: dict[str, str]) -> None:
        match [*name.split(" "), ""]:
            case [space, "style", *_] if space == _STYLE:
                self.style = given.get(f"{_STYLE} name")
            case [space, "table-properties", *_] if space == _STYLE:
                if given.get(f"{_TABLE} display") == "false" and self.style is not None:
                    self.hidden_styles.add(self.style)
            case [space, "table", *_] if space == _TABLE:
                hidden = given.get(f"{_TABLE} style-name") in self.hidden_styles
                self.sheets.append(OpenSheet(given.get(f"{_TABLE} name", ""), hidden))
                self.row = self.column = 0
            case [space, local, *_] if space == _TABLE and self.sheets:
                self.of_table(local, given)
            case [space, "annotation", *_] if space == _OFFICE:
                self.apart += 1
            case [space, local, *_] if space == _TEXT and self.cell is not None and not self.apart:
                self.of_text(local, given)

    def of_table(self, local: str, given: dict[str, str]) -> None:
        hides = given.get(f"{_TABLE} visibility") in ("collapse", "filter")
        match local:
            case "table-column":
                times = _times(given, "number-columns-repeated")
                if hides:
                    self.sheet.hidden_columns |= set(range(self.column, min(self.column + times, MAX_COLUMN)))
                self.column += times
            case "table-row":
                self.repeated = _times(given, "number-rows-repeated")
                self.cells = []
                if hides and self.row + self.repeated < MAX_ROWS:
                    self.sheet.hidden_rows |= set(range(self.row + 1, self.row + 1 + self.repeated))
            case "table-cell" | "covered-table-cell":
                spans = (_times(given, "number-columns-spanned"), _times(given, "number-rows-spanned"))
                self.cell = _Cell(
                    kind=given.get(f"{_OFFICE} value-type", ""),
                    given=next((given[f"{_OFFICE} {name}"] for name in _VALUES if f"{_OFFICE} {name}" in given), None),
                    formula=f"{_TABLE} formula" in given,
                    repeated=_times(given, "number-columns-repeated"),
                    spans=spans,
                )

    def of_text(self, local: str, given: dict[str, str]) -> None:
        lines = self.cell.lines if self.cell is not None else []
        match local:
            case "p" | "h":
                lines.append("")
            case "s" if lines:
                lines[-1] += " " * min(int(given.get(f"{_TEXT} c", "1")), 1_000)
            case "tab" if lines:
                lines[-1] += "\t"
            case "line-break" if lines:
                lines[-1] += "\n"

    def said(self, text: str) -> None:
        if self.cell is not None and self.cell.lines and not self.apart:
            self.cell.lines[-1] += text

    def end(self, name: str) -> None:
        if name == f"{_OFFICE} annotation":
            self.apart -= 1
        elif name in (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell") and self.cell is not None:
            self.end_cell(self.cell)
            self.cell = None
        elif name == f"{_TABLE} table-row" and self.sheets:
            self.end_row()

    def end_cell(self, cell: _Cell) -> None:
        value, at = cell.read(), len(self.cells)
        if cell.spans != (1, 1):
            columns, rows = cell.spans
            last, low = at + columns - 1, self.row + rows
            name = f"{letters(at)}{self.row + 1}:{letters(last)}{low}"
            self.sheet.merged.append((at, self.row + 1, last, low, name))
        self.cells += [value] * min(cell.repeated, MAX_COLUMN - at)

    def end_row(self) -> None:
        while self.cells and self.cells[-1] is NOTHING:
            self.cells.pop()
        if self.cells:
            self.count(len(self.cells) * self.repeated)
            for number in range(self.row + 1, self.row + 1 + self.repeated):
                self.sheet.rows[number] = self.cells
        self.row += self.repeated

    def count(self, cells: int) -> None:
        self.held += cells
        if self.held > MAX_CELLS or self.row > MAX_ROWS:
            raise BadInput("{} holds more than {} cells; split it", self.file.name, MAX_CELLS)


_VALUES = ("value", "date-value", "boolean-value", "time-value")


def _times(given: dict[str, str], name: str) -> int:
    """How often something is repeated: once where nothing is said. Raises ValueError."""
    return max(int(given.get(f"{_TABLE} {name}", "1")), 1)
