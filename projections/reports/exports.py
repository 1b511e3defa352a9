"""Lists as files: csv, xlsx, ndjson. Whole, by the filter of the screen, with the number of rows and a digest.

A file is built whole before its first byte is sent, so that a break can never pass for an end. csv and ndjson are for
programs: their columns bear the stable names of the members, and in csv a value that a spreadsheet would take for a
formula begins with an apostrophe. A workbook is for people (`projections.reports.workbooks`).
"""

import csv
import dataclasses
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, get_args, get_type_hints

from ledger.frozen import dataclass
from projections.facts.values import Citation
from projections.questions.plain import members, plain
from projections.reports.workbooks import AskedFor, workbook

MEDIA = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS: Mapping[Any, str] = {int: "integer", date: "date", bool: "boolean"}
"""Types of columns by the type of their values; whatever else is written as text, moments in UTC among it."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *(chr(ord(each) + 0xFEE0) for each in "=+-@"))
"""How a text begins that a spreadsheet may take for a formula, full-width forms included."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Export:
    """A file; `digest` is the SHA-256 of its bytes in hex."""

    data: bytes
    media_type: str
    rows: int

    @property
    def digest(self) -> str:
        """What the header says, so that a reader can tell that the file arrived whole."""
        return hashlib.sha256(self.data).hexdigest()


def export(kind: str, row_type: type, rows: Iterable[Any], asked: AskedFor | None = None) -> Export:
    """The rows as a file of this kind; a workbook, which is for people, says what was `asked`.

    Raises BadInput where a workbook cannot hold them all.
    """
    columns = _columns(row_type)
    listed = list(rows)
    if kind == "ndjson":
        data = "".join(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in listed).encode()
    elif kind == "csv":
        data = _csv(columns, listed)
    elif asked is not None:
        data = workbook(columns, row_type, listed, asked)
    else:
        raise TypeError("a workbook says what was asked")
    return Export(data, MEDIA[kind], len(listed))


def columns_of(row_type: type) -> dict[str, str]:
    """The columns of a list by name, each with its type: text, whole number, day or yes/no (FORMATS)."""
    shapes = get_type_hints(row_type)
    return {name: _shape(shapes[name]) for name in _columns(row_type)}


def _shape(hint: Any) -> str:
    kinds = set(get_args(hint)) - {type(None)} or {hint}
    return FORMATS.get(kinds.pop(), "text") if len(kinds) == 1 else "text"


def row_type(answer: Any) -> type:
    """The class of the rows of a list: the answer's own, or that of its `items`."""
    rows = members(answer).get("items")
    found: type = get_args(rows)[0] if rows is not None else answer
    return found


def _columns(row_type: type) -> list[str]:
    """What a table shows: every member but rows within a row and what is marked so, which stand in ndjson."""
    hints = get_type_hints(row_type)
    nested = {
        name
        for name, hint in hints.items()
        for part in get_args(hint)
        if dataclasses.is_dataclass(part) and "entry" not in get_type_hints(part) and part is not Citation
    }
    apart = {item.name for item in dataclasses.fields(row_type) if not item.metadata.get("table", True)}
    return [item.name for item in dataclasses.fields(row_type) if item.name not in nested | apart]


def _csv(columns: Sequence[str], rows: Sequence[Any]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_guarded(cell(getattr(row, name))) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def cell(value: Any) -> str:
    """A value as one cell: citations, and what has an entry, by number and position, lists joined, maps as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Citation):
        return value.label
    if isinstance(value, (tuple, list)):
        return "; ".join(cell(item) for item in value)
    if isinstance(getattr(value, "entry", None), Citation):
        return cell(value.entry)
    made = plain(value)
    return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)
