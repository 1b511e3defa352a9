"""Rows on their way into the views: written many at a time, and before anything is read that they may be part of."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from projections.views.rows import Cursor


class RowsToWrite:
    """The rows of one transaction. Whoever reads a table that some of them go to reads it through here."""

    def __init__(self, c: Cursor) -> None:
        self.c = c
        self._waiting: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, statement: str, row: tuple[Any, ...]) -> None:
        """One more row for a statement that inserts it."""
        self._waiting[statement].append(row)

    def extend(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """More rows for a statement that inserts them."""
        self._waiting[statement] += rows

    def write(self) -> None:
        """Writes what waits."""
        for statement, rows in self._waiting.items():
            self.c.executemany(statement, rows)
        self._waiting.clear()

    def read(self, statement: str, parameters: Any = ()) -> list[Any]:
        """The rows of a query, what waited among them."""
        self.write()
        self.c.execute(statement, parameters)
        return self.c.fetchall()
