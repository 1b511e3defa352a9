"""What each column of a sheet is for: a field, the running number, or one that is passed over and named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from ledger.errors import BadInput
from ledger.events.lists import pattern_of
from ledger.frozen import dataclass
from ledger.recording.forms import Form
from ledger.recording.likely import near
from ledger.recording.raw_record import shown
from projections.importing.grid import Cell, letters
from projections.importing.headings import (
    MARK,
    field_of,
    is_private_heading,
    is_running_number,
    is_telling_apart,
    known_titles,
    plain_heading,
)
from projections.language.titles import field_title

RUNNING = "-"
"""Stands for the field of a column that only counts the rows: it is no part of a record."""
IGNORED = "-ignored"
"""Of a column that the person said to leave out."""
PRIVATE = "-private"
"""Of a column of identity numbers or telephone numbers: never taken unless it is named with --map."""
APART = "-apart"
"""Of a column that tells persons or units of one name apart, and is no field of their registration."""
UNKNOWN = "-unknown"
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d\d[01]\d[0-3]\d\d{3}[\dXx]", re.ASCII)
_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How the person wants a file of rows read."""

    sheet: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Field by heading, as `plain_heading` gives it."""
    ignored: frozenset[str] = frozenset()
    """Headings, likewise, of columns to leave out."""
    skip_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a sheet understood."""

    rows: tuple[int, ...]
    """The rows of the headings."""
    fields: Mapping[int, str]
    """Field, or one of the words above, by column."""
    texts: Mapping[int, str]
    """The heading of each, as it was typed."""

    @property
    def meant(self) -> list[str]:
        """The fields of the record."""
        return [name for name in self.fields.values() if name != MARK and not name.startswith("-")]

    @property
    def unknown(self) -> list[str]:
        """Headings that mean nothing here."""
        return [self.texts[position] for position, name in self.fields.items() if name == UNKNOWN]

    @property
    def fit(self) -> bool:
        """Whether a row like this can be the headings of such records."""
        known = len(self.fields) - len(self.unknown)
        return bool(self.meant) and (known >= 2 or not self.unknown)

    def of(self, *kinds: str) -> list[int]:
        """The columns of these kinds, in order."""
        return [position for position, name in self.fields.items() if name in kinds]


def columns_of_rows(form: Form, reading: ReadingOptions, rows: Sequence[tuple[int, Sequence[Cell]]]) -> Columns | None:
    """The headings among the first rows of a sheet, in one row or in two; None where there are none."""
    for place, (number, cells) in enumerate(rows):
        one = _columns(form, reading, (number,), _texts(cells))
        if place + 1 < len(rows):
            below_number, below = rows[place + 1]
            lower = _texts(below)
            under = _columns(form, reading, (below_number,), lower)
            both = _columns(form, reading, (number, below_number), {**_texts(cells), **lower})
            if lower and not under.unknown and len(both.meant) > max(len(one.meant), len(under.meant)) and both.fit:
                return both
        if one.fit:
            return one
    return None


def _texts(cells: Sequence[Cell]) -> dict[int, str]:
    return {place: str(cell.value) for place, cell in enumerate(cells) if cell.value is not None}


def _columns(form: Form, reading: ReadingOptions, rows: tuple[int, ...], texts: Mapping[int, str]) -> Columns:
    return Columns(rows, {place: _meaning(form, reading, place, text) for place, text in texts.items()}, texts)


def _meaning(form: Form, reading: ReadingOptions, place: int, text: str) -> str:
    if place == 0 and text.strip() == MARK:
        return MARK
    plain = plain_heading(text)
    if plain in reading.names:
        return reading.names[plain]
    if plain in reading.ignored:
        return IGNORED
    return field_of(form, text) or _no_field(form, plain)


def _no_field(form: Form, plain: str) -> str:
    if is_running_number(plain):
        return RUNNING
    if is_private_heading(plain):
        return PRIVATE
    return APART if is_telling_apart(form, plain) else UNKNOWN


def check_columns(title: str, columns: Columns) -> None:
    """Raises BadInput where two columns mean one field."""
    twice = sorted({name for name in columns.meant if columns.meant.count(name) > 1})
    if twice:
        raise BadInput("sheet {}: the heading of {} stands twice; remove one column", title, field_title(twice[0]))


def unknown_heading(form: Form, title: str, heading: str, place: str) -> BadInput:
    """What is said of a column that holds values under a heading that is not understood."""
    titles = [each.removesuffix("*") for each in known_titles(form)]
    return BadInput(
        "sheet {}: the heading {} is not known (a value stands in {}); perhaps {}; correct it, name its field with "
        "--map {}=FIELD, or leave the column out with --ignore {}",
        title,
        shown(heading),
        place,
        ", ".join(near(heading, titles)),
        " ".join(heading.split()),
        " ".join(heading.split()),
    )


def looks_private(value: Any) -> bool:
    """Whether a value is an identity number or a mobile telephone number by its form."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return bool(_IDENTITY.fullmatch(text) or _PHONE.fullmatch(text))


def named(columns: Columns, places: Sequence[int]) -> str:
    """Columns as a person finds them: letter and heading."""
    return ", ".join(f"{letters(place)} ({' '.join(columns.texts[place].split())})" for place in places)


def mapped(form: Form, given: Sequence[str]) -> dict[str, str]:
    """`--map 姓名=name` read: the field by the plain heading. Raises BadInput, naming fields like it."""
    found: dict[str, str] = {}
    for each in given:
        heading, equals, name = each.rpartition("=")
        if not equals or not heading.strip():
            raise BadInput("{} is no HEADING=FIELD; write e.g. 姓名=name", shown(each))
        name = name.strip()
        meant = name if form.column(pattern_of(name)) is not None else field_of(form, name)
        if meant is None:
            known = [column.base for column in form.columns]
            called = BadInput(form.payload.TITLE)
            raise BadInput("{} has no field {!r}; perhaps {}", called, name, ", ".join(near(name, known)))
        found[plain_heading(heading)] = meant
    return found
