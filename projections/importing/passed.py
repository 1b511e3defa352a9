"""What of a sheet was not read as a row, and why: each is named in the outcome, never dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import field

from ledger.errors import BadInput
from ledger.frozen import dataclass
from projections.importing.columns import APART, IGNORED, PRIVATE, RUNNING, UNKNOWN, Columns, ReadingOptions, named
from projections.importing.grid import Book, Cell, Grid, Layout

MOST_NAMED = 20
"""Rows that a note names one by one."""


@dataclass(slots=True)
class Passed:
    """What of a sheet was not read as a row, by why; each is named in the outcome."""

    above: list[int] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    blank: int = 0
    under: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    private: set[int] = field(default_factory=set)
    """Columns whose values alone show that they hold identity or telephone numbers."""
    valued: set[int] = field(default_factory=set)
    """Columns that hold any value."""


def is_empty(cell: Cell) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def notes(columns: Columns, layout: Layout, passed: Passed, reading: ReadingOptions) -> Iterator[BadInput]:
    """Each thing that was passed over, or read although nobody sees it."""
    private = [*columns.of(PRIVATE), *sorted(passed.private)]
    empty = [place for place in columns.of(UNKNOWN) if place not in passed.private]
    hidden = [place for place in sorted(layout.hidden_columns) if place in columns.texts]
    for places, note in (
        (columns.of(RUNNING), lambda names: BadInput("running number, no part of a record: {}", names)),
        (columns.of(IGNORED), lambda names: BadInput("left out as was said: {}", names)),
        (private, _private_left_out),
        (empty, lambda names: BadInput("left out because it is empty and its heading is not known: {}", names)),
        (columns.of(APART), _only_apart),
        (hidden, lambda names: BadInput("hidden columns, read as the others: {}", names)),
    ):
        if places:
            yield note(named(columns, places))
    for rows, note in (
        (passed.above, lambda numbers: BadInput("above the headings: {}", numbers)),
        (passed.hidden, _hidden_left_out if reading.skip_hidden else _hidden_read),
        (passed.marked, lambda numbers: BadInput("marked #: {}", numbers)),
        (passed.headings, lambda numbers: BadInput("the headings again: {}", numbers)),
        (passed.under, lambda numbers: BadInput("signature or sum under the table, no record: {}", numbers)),
    ):
        if rows:
            yield note(spans(rows))
    if passed.blank:
        yield BadInput("blank rows between the others: {}", passed.blank)


def _private_left_out(names: str) -> BadInput:
    return BadInput(
        "left out because it looks like identity or telephone numbers: {}; --map takes such a column", names
    )


def _only_apart(names: str) -> BadInput:
    return BadInput("only tells those of one name apart, and is not recorded here: {}", names)


def _hidden_read(numbers: str) -> BadInput:
    return BadInput("hidden or filtered, read as the others: {}; --skip-hidden leaves them out", numbers)


def _hidden_left_out(numbers: str) -> BadInput:
    return BadInput("hidden or filtered, passed over: {}", numbers)


def others(book: Book, taken: set[str]) -> list[BadInput]:
    """The sheets that were not read and hold anything."""
    rest = [table for table in book.tables if table.title not in taken and _holds_anything(table)]
    names = ", ".join(table.title for table in rest if not table.hidden)
    hidden = ", ".join(table.title for table in rest if table.hidden)
    found = [BadInput("sheets not read: {}", names)] if names else []
    return [*found, BadInput("hidden sheets not read: {}", hidden)] if hidden else found


def _holds_anything(table: Grid) -> bool:
    return any(not all(map(is_empty, cells)) for _, cells in table.lines())


def spans(numbers: Sequence[int]) -> str:
    """Rows as a person writes them: 3, 5-9; the first of many, and how many more."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in found]
    more = f" ... (+{len(texts) - MOST_NAMED})" if len(texts) > MOST_NAMED else ""
    return ", ".join(texts[:MOST_NAMED]) + more
