"""What every kind of table file is to the rest: sheets of numbered rows of cells, with what a person does not see."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from ledger.errors import BadInput
from ledger.frozen import dataclass

Merged: TypeAlias = tuple[int, int, int, int, str]
"""(first column from 0, first row from 1, last column, last row, the range as the sheet names it)."""
RANGE = re.compile(r"([A-Z]{1,3})([0-9]+):([A-Z]{1,3})([0-9]+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds; `problem` where that is no value, such as a formula."""

    value: Any
    problem: BadInput | None = None


NOTHING = Cell(None)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet hides and joins. `told`: whether this kind of file tells what it hides."""

    hidden_rows: frozenset[int] = frozenset()
    """From 1; those that a filter hides too."""
    hidden_columns: frozenset[int] = frozenset()
    """From 0."""
    merged: tuple[Merged, ...] = ()
    told: bool = True


class Grid(Protocol):
    """One sheet."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def hidden(self) -> bool:
        """Whether the sheet as a whole is hidden."""

    def lines(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """(number from 1, cells) of each row, in order, from the start each time; gaps may be left out."""

    def layout(self) -> Layout:
        """What is hidden and merged."""


class Book(Protocol):
    """A file of sheets, open."""

    @property
    def tables(self) -> Sequence[Grid]:
        """Its sheets in order."""

    @property
    def notes(self) -> Sequence[BadInput]:
        """What is to be said of the file as such: its encoding, what in it was not looked at."""

    def close(self) -> None:
        """Lets go of the file."""


def letters(position: int) -> str:
    """The letters of a column: 0 is A."""
    found = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_of(name: str) -> int:
    """The column of these letters: A is 0."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1


def merged_of(text: str) -> Merged | None:
    """A range as a sheet names it (A3:B5); None for what is none."""
    found = RANGE.fullmatch(text)
    if found is None:
        return None
    return column_of(found[1]), int(found[2]), column_of(found[3]), int(found[4]), text
