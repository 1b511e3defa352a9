"""Rows from a sheet: what a cell holds is taken as it is; what is no row of the table is named, never dropped.

Formulas, errors and merged cells are faults. Titles, signature lines, marked, blank and repeated rows are passed over,
hidden ones read; each of them is a note of the outcome.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date
from itertools import islice
from typing import Any

from ledger.errors import BadInput
from ledger.events.lists import pattern_of
from ledger.frozen import dataclass
from ledger.importing.source import FileBytes, Row
from ledger.recording.forms import Form, forms
from ledger.recording.raw_record import Fault, shown
from projections.importing.books import open_book
from projections.importing.columns import (
    APART,
    UNKNOWN,
    Columns,
    ReadingOptions,
    check_columns,
    columns_of_rows,
    looks_private,
    unknown_heading,
)
from projections.importing.grid import Book, Cell, Grid, Layout, letters
from projections.importing.headings import MARK, headings, plain_heading
from projections.importing.passed import Passed, is_empty, notes, others

HEADING_WITHIN = 10
"""Rows within which the headings are looked for."""
_LABEL = re.compile(
    r"\s*((填\s*表|填\s*报|制\s*表|审\s*核|审\s*批|复\s*核|经\s*办|报\s*送|联\s*系|记\s*录|负\s*责)\s*(人|单位|部门|日期|时间|电话|领导)?"
    r"(签字|签名|（签字）|（签章）)?|单位负责人|分管领导|主要领导|制表|日期|备注|注|说明|填表说明)\s*[:：]"
)
"""A label of the lines under a table: who filled it in, who checked it, remarks."""
_TOTAL = re.compile(r"\s*(合|总|小)\s*计\s*[:：]?\s*")


@dataclass(slots=True)
class Sheet:
    """The sheet of a file that holds records of a kind. Raises BadInput from `rows` where it holds none."""

    file: FileBytes
    form: Form
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    elsewhere: frozenset[str] = frozenset()
    """Sheets that the same import reads beside this one."""
    sheet: str = ""
    notes: list[BadInput] = field(default_factory=list)
    """What was passed over and why, once the rows are read."""
    columns: Columns | None = None

    def rows(self) -> Iterator[Row]:
        """The rows in order."""
        book = open_book(self.file)
        try:
            table, self.columns, others = self._find(book)
            self.sheet = table.title
            layout, passed = table.layout(), Passed()
            yield from self._rows(table, self.columns, layout, passed)
            self.notes = [*book.notes, *notes(self.columns, layout, passed, self.reading), *others]
        finally:
            book.close()

    # --- which sheet ---

    def _find(self, book: Book) -> tuple[Grid, Columns, list[BadInput]]:
        """(the sheet named, or the only one with headings of the kind and rows; its columns; what the others are)."""
        wanted = self.reading.sheet
        tables = [table for table in book.tables if wanted in (None, table.title)]
        if not tables:
            names = ", ".join(table.title for table in book.tables) or "-"
            raise BadInput("there is no sheet {!r}; there are {}", wanted, names)
        fitting = [(table, columns) for table in tables if (columns := headings_of(table, self.form, self.reading))]
        if not fitting:
            raise self._none_fits(tables)
        own = [each for each in fitting if MARK in each[1].fields.values()] or fitting  # a template's own sheet
        full = [each for each in own if has_rows(*each)] or own
        visible = [each for each in full if wanted or not each[0].hidden] or full
        if len(visible) > 1:
            names = ", ".join(table.title for table, _ in visible)
            raise BadInput(
                "several sheets hold such records: {}; choose one with --sheet, or take all with --all-sheets", names
            )
        table, columns = visible[0]
        if table.hidden and wanted is None:
            raise BadInput("only the hidden sheet {} holds such records; choose it with --sheet", table.title)
        check_columns(table.title, columns)
        return table, columns, others(book, {table.title, *self.elsewhere})

    def _none_fits(self, tables: Sequence[Grid]) -> BadInput:
        """What is told where no sheet has the headings: what they are called, and what kinds would take those there."""
        called = BadInput(self.form.payload.TITLE)
        plain = [each for each in headings(self.form) if each.column.group is None]
        own = ", ".join(each.title for each in sorted(plain, key=lambda each: not each.column.required)[:3])
        fitting = {form.name: _meant_by(form, tables, self.reading) for form in forms().values()}
        if (most := max(fitting.values())) > 0:
            kinds = ", ".join(f"--kind {name}" for name, meant in fitting.items() if meant == most)
            return BadInput(
                "{}: no sheet has the headings of {}, such as {}; those that stand there fit best: {}",
                self.file.name,
                called,
                own,
                kinds,
            )
        return BadInput(
            "{}: no sheet has the headings of {}, such as {}; make one with: zeren import template {} --out FILE",
            self.file.name,
            called,
            own,
            self.form.name,
        )

    # --- its rows ---

    def _rows(self, table: Grid, columns: Columns, layout: Layout, passed: Passed) -> Iterator[Row]:
        merged = [each for each in layout.merged if each[1] > columns.rows[-1]]
        blank = 0
        for number, cells in table.lines():
            if number <= columns.rows[-1]:
                if number not in columns.rows and any(cell.value is not None for cell in cells):
                    passed.above.append(number)
                continue
            if all(is_empty(cell) for cell in cells):
                blank += 1
                continue
            passed.blank, blank = passed.blank + blank, 0
            why = _no_row(columns, cells)
            if why is not None:
                getattr(passed, why).append(number)
                continue
            if number in layout.hidden_rows:
                passed.hidden.append(number)
                if self.reading.skip_hidden:
                    continue
            around = [each for each in merged if each[1] <= number <= each[3]]
            yield self._row(number, cells, columns, around, passed)

    def _row(self, number: int, cells: Sequence[Cell], columns: Columns, merged: Sequence[Any], passed: Passed) -> Row:
        values: dict[str, Any] = {}
        places: dict[str, str] = {}
        apart: list[str] = []
        faults: list[Fault] = []
        for position, cell in enumerate(cells):
            name = columns.fields.get(position)
            place = f"{letters(position)}{number}"
            if name is not None and not name.startswith("-"):
                places[name] = place
            if cell.value is None or name == MARK:
                continue
            passed.valued.add(position)
            if name is None:
                problem = BadInput("{} has no heading; clear the cell or head its column", place)
                faults.append(Fault("", shown(cell.value), problem))
            elif name == APART:
                apart.append(str(cell.value).strip())
            elif name == UNKNOWN:
                self._check_unknown(columns, position, place, cell, passed)
            elif not name.startswith("-"):
                problem_here = cell.problem or self._private_number(columns, position, name, cell)
                if problem_here is not None:
                    faults.append(Fault(name, shown(cell.value), problem_here))
                else:
                    values[name] = cell.value
        for first_column, _first_row, last_column, _last_row, text in merged:
            covered = (columns.fields.get(each, "-") for each in range(first_column, last_column + 1))
            name = next((each for each in covered if each != MARK and not each.startswith("-")), "")
            faults.append(Fault(name, "", BadInput("{} is merged; unmerge it and fill in each cell", text)))
        return Row(number, str(number), values, places, tuple(faults), tuple(each for each in apart if each))

    def _check_unknown(self, columns: Columns, position: int, place: str, cell: Cell, passed: Passed) -> None:
        """A column under a strange heading may be empty, or hold what is never taken; else it is asked about."""
        if is_empty(cell):
            return
        if not looks_private(cell.value):
            raise unknown_heading(self.form, self.sheet, columns.texts[position], place)
        passed.private.add(position)

    def _private_number(self, columns: Columns, position: int, name: str, cell: Cell) -> BadInput | None:
        column = self.form.column(pattern_of(name))
        by_hand = plain_heading(columns.texts[position]) in self.reading.names
        if by_hand or column is None or not (name == "ref" or column.registers) or not looks_private(cell.value):
            return None
        return BadInput(
            "it looks like an identity or telephone number, which an entry would hold for ever; write another number, "
            "or leave the column out with --ignore"
        )


def headings_of(table: Grid, form: Form, reading: ReadingOptions) -> Columns | None:
    """The headings of records of this kind in the first rows of a sheet; None where there are none."""
    return columns_of_rows(form, reading, list(islice(table.lines(), HEADING_WITHIN + 1)))


def _meant_by(form: Form, tables: Sequence[Grid], reading: ReadingOptions) -> int:
    """How many fields the headings of a sheet would mean for records of this kind, less those that they lack."""
    found = [columns.meant for table in tables if (columns := headings_of(table, form, reading)) is not None]
    asked = {column.base for column in form.columns if column.required}
    return max((len(meant) - len(asked - {*meant}) for meant in found), default=0)


def has_rows(table: Grid, columns: Columns) -> bool:
    """Whether anything but marked rows stands under the headings."""
    below = (cells for number, cells in table.lines() if number > columns.rows[-1])
    return any(not all(map(is_empty, cells)) and _no_row(columns, cells) is None for cells in below)


def _no_row(columns: Columns, cells: Sequence[Cell]) -> str | None:
    """Why a row under the headings is none of the table, as a field of `Passed`; None for one that is."""
    first = cells[0].value
    if columns.fields.get(0) == MARK and isinstance(first, str) and first.lstrip().startswith(MARK):
        return "marked"
    texts = {place: cell.value for place, cell in enumerate(cells) if not is_empty(cell)}
    if len(texts) > 1 and all(
        isinstance(text, str) and plain_heading(text) == plain_heading(columns.texts.get(place, ""))
        for place, text in texts.items()
    ):
        return "headings"
    return "under" if _is_under(texts) else None


def _is_under(texts: dict[int, Any]) -> bool:
    """A line of labels with what belongs to them, or of sums: it stands in the table's columns, but is no record."""
    first, *_ = texts.values()
    if isinstance(first, str) and _TOTAL.fullmatch(first):
        return True
    labels = [place for place, text in texts.items() if isinstance(text, str) and _LABEL.match(text)]
    if not labels or labels[0] != min(texts):
        return False
    after = set(labels) | {next((place for place in texts if place > label), label) for label in labels}
    return all(place in after or isinstance(text, date) for place, text in texts.items())
