"""A list as a workbook for people: a first sheet that says what was asked and as of when, and the rows behind it.

Headings and words are the reader's; days and numbers are typed, moments stand in the organ's time with their offset.
What programs read (hashes, codes, ids beside names) stands in ndjson and csv, whose names of columns are stable.
"""

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol

from ledger.errors import BadInput
from ledger.frozen import dataclass
from projections.questions.heads import LedgerHead
from projections.reports.row_words import Plain

ROWS, TEXT = 1_048_575, 32_767
"""Rows below the head of a sheet, and characters in a cell, that a workbook holds."""
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Creation time inside a workbook: fixed, so that the same rows are the same bytes."""
_WIDEST, _LOOKED_AT, _NAME, _HEAD = 48, 200, 31, 248
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
"""What the name of a sheet cannot hold."""


class SheetWords(Protocol):
    """Says the rows of one list in one language."""

    def text(self, message: str) -> str:
        """A message in the language."""

    def labelled(self, label: str, said: str) -> str:
        """What is said under a label."""

    def heading(self, member: str) -> str:
        """What a column is called."""

    def shown(self, columns: Sequence[str]) -> list[str]:
        """The columns that people are shown, in their order."""

    def cell(self, member: str, value: Any) -> Plain:
        """A value as one cell."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a file answers: the question in words, its filter, the times and the ledgers that it holds for."""

    words: Callable[[type], SheetWords]
    """Says rows of a class."""
    question: str
    filters: tuple[tuple[str, str], ...] = ()
    times: tuple[tuple[str, str], ...] = ()
    heads: Sequence[LedgerHead] = ()


def workbook(columns: Sequence[str], row_type: type, rows: Sequence[Any], asked: AskedFor) -> bytes:
    """The rows below their headings, behind a sheet that says what they are.

    Raises BadInput for what a workbook cannot hold.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    if len(rows) > ROWS:
        raise BadInput(
            "a workbook holds {} rows, these are {}; take csv or ndjson, or narrow the filter", ROWS, len(rows)
        )
    words = asked.words(row_type)
    shown = words.shown(columns)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None)})
        bold, wrapped = book.add_format({"bold": True, "valign": "top"}), {"text_wrap": True, "valign": "top"}
        text, day = book.add_format(wrapped), book.add_format({**wrapped, "num_format": "yyyy-mm-dd"})
        first = book.add_worksheet(words.text("About this file"))
        for line, (title, said) in enumerate(_about(asked, words, len(rows))):
            first.write_string(line, 0, title, bold)
            first.write_string(line, 1, said, text)
        first.set_column(0, 0, 22)
        first.set_column(1, 1, 80)
        sheet = book.add_worksheet(_named(asked.question))
        widths = [_width(words.heading(member)) + 4 for member in shown]
        for number, member in enumerate(shown):
            sheet.write_string(0, number, words.heading(member), bold)
        for line, row in enumerate(rows, start=1):
            for number, member in enumerate(shown):
                value = words.cell(member, getattr(row, member))
                _write(sheet, line, number, value, text, day)
                if line <= _LOOKED_AT:
                    widths[number] = max(widths[number], _width(str(value if value is not None else "")) + 1)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, min(width, _WIDEST))
        sheet.freeze_panes(1, 0)
        if shown:
            sheet.autofilter(0, 0, len(rows), len(shown) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_header(f"&L&8 {_at_the_head(asked, words)}")
        sheet.set_footer("&C&8&P / &N")
        sheet.activate()
    return out.getvalue()


def _about(asked: AskedFor, words: SheetWords, rows: int) -> Iterator[tuple[str, str]]:
    text = words.text
    yield text("Question"), asked.question
    yield text("Filter"), _filter(asked, words) or text("none")
    yield from asked.times
    yield text("Rows"), str(rows)
    for head in asked.heads:
        named = f"{words.text('simulated')}{text('; ')}" if head.simulated else ""
        yield (
            text("Ledger"),
            f"{head.origin}{text('; ')}{named}"
            + text("{n} entries, root {root}").format(n=head.entries, root=head.root),
        )
    yield (
        text("Reading it"),
        text(
            "Moments stand in the organ's time, with their offset. Codes, hashes and numbers of persons and units"
            " stand in csv and ndjson, whose names of columns are stable."
        ),
    )


def _filter(asked: AskedFor, words: SheetWords) -> str:
    return words.text("; ").join(words.labelled(title, value) for title, value in asked.filters)


def _at_the_head(asked: AskedFor, words: SheetWords) -> str:
    """What each printed sheet says: the question, its filter, as of when; as much of it as its head holds."""
    times = [words.labelled(title, value) for title, value in asked.times]
    said = " · ".join(each for each in (asked.question, _filter(asked, words), *times) if each)
    shown = said = said.replace("\n", " ")
    while len(shown.replace("&", "&&")) > _HEAD:
        said = said[:-1]
        shown = f"{said}…"
    return shown.replace("&", "&&")


def _named(question: str) -> str:
    """A name for the sheet: the question as far as there is room, in whole words."""
    name = question.translate(_FORBIDDEN).strip()
    if len(name) > _NAME:
        cut = max(name.rfind(end, 0, _NAME + 1) for end in " ，、")
        name = name[: cut if cut > _NAME // 2 else _NAME]
    return name.strip(" ,;，、；") or "1"


def _write(sheet: Any, line: int, column: int, value: Plain, text: Any, day: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(line, column, None, text)
    elif isinstance(value, date):
        sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day
    elif isinstance(value, int | Decimal):
        sheet.write_number(line, column, value, text)
    elif len(value) > TEXT:
        raise BadInput("a cell of a workbook holds {} characters; take csv or ndjson", TEXT)
    else:
        sheet.write_string(line, column, value, text)


def _width(said: str) -> int:
    """About how many characters wide a text is; Chinese ones count twice."""
    return max(
        (sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in said.split("\n")), default=0
    )
