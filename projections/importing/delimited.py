"""Texts of values parted by commas, semicolons or tabs (.csv, .tsv, .txt), in the encodings that offices have."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.errors import BadInput
from ledger.importing.source import FileBytes
from projections.importing.grid import NOTHING, Cell, Layout

_PARTED = (",", "\t", ";", "，", "；")
_LOOKED_AT = 20
"""Lines from which the parting character is told."""
MAX_CELL = 1_000_000


class Delimited:
    """A text file as a book of one sheet. Raises BadInput for what is no such text."""

    def __init__(self, file: FileBytes) -> None:
        text, encoding = decoded(file)
        if "\x00" in text:
            raise BadInput("{} holds bytes that are no text; save it as .xlsx", file.name)
        self.tables: Sequence[DelimitedSheet] = [DelimitedSheet(file.name, text)]
        self.notes: Sequence[BadInput] = [BadInput("read as text in {}", encoding)]

    def close(self) -> None:
        """Nothing stays open."""


def decoded(file: FileBytes) -> tuple[str, str]:
    """(text, encoding): by its mark, else UTF-8 where the bytes are, else GB 18030, which GBK is part of."""
    data = file.data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found, name = "utf-16", "UTF-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        found, name = "utf-8-sig", "UTF-8"
    else:
        found, name = "utf-8", "UTF-8"
        try:
            data.decode(found)
        except UnicodeDecodeError:
            found, name = "gb18030", "GB 18030"
    try:
        return data.decode(found), name
    except UnicodeDecodeError as error:
        raise BadInput(
            "{} is text in no encoding that is read here (byte {}); save it as UTF-8 or as .xlsx",
            file.name,
            error.start,
        ) from None


@dataclass(frozen=True, slots=True)
class DelimitedSheet:
    """The rows of a text; numbered as a spreadsheet would show them."""

    title: str
    text: str
    hidden: bool = False

    def lines(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Each row. Raises BadInput where a quote is never closed, or the parts are no values."""
        csv.field_size_limit(MAX_CELL)
        rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=_delimiter(self.text), strict=True)
        try:
            for number, row in enumerate(rows, start=1):
                yield number, [Cell(value) if value.strip() else NOTHING for value in row]
        except csv.Error as error:
            raise BadInput(
                "{}, line {}: this is not a table of values ({})", self.title, rows.line_num, error
            ) from None

    def layout(self) -> Layout:
        """Nothing is hidden in a text."""
        return Layout()


def _delimiter(text: str) -> str:
    """What parts the values: the character that parts the first lines into the most columns, equally in each."""
    head = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    return max(_PARTED, key=lambda each: (_columns(head, each), -_PARTED.index(each)))


def _columns(lines: Sequence[str], delimiter: str) -> int:
    counts = sorted(line.count(delimiter) for line in lines)
    return counts[len(counts) // 2] if counts else 0
