"""Finds in a text the numbers that lead to an annex, and the names that stay on one line."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from projections.reports.document import Report

Kind = Literal["text", "number", "name"]


class TextRun(NamedTuple):
    """A stretch of text; a number has the id of the place that it leads to."""

    kind: Kind
    text: str
    place: str = ""


class Marks:
    """The numbers and names of one report."""

    def __init__(self, report: Report) -> None:
        self.places = dict(report.places)
        names = sorted({name for name in report.names if 1 < len(name) < 12}, key=lambda name: (-len(name), name))
        numbers = sorted(self.places, key=lambda number: (-len(number), number))
        parts = []
        if numbers:
            parts.append(rf"(?<![\w#])(?P<number>{'|'.join(map(re.escape, numbers))})(?![A-Za-z0-9_#])")
        if names:
            parts.append(f"(?P<name>{'|'.join(map(re.escape, names))})")
        self._pattern = re.compile("|".join(parts), re.ASCII) if parts else None
        self._runs = cache(self._split)

    def runs(self, text: str) -> tuple[TextRun, ...]:
        """The text in runs."""
        return self._runs(text)

    def _split(self, text: str) -> tuple[TextRun, ...]:
        return tuple(self._found(text))

    def _found(self, text: str) -> Iterator[TextRun]:
        if self._pattern is None:
            yield TextRun("text", text)
            return
        end = 0
        for found in self._pattern.finditer(text):
            if found.start() > end:
                yield TextRun("text", text[end : found.start()])
            kind: Kind = "number" if found.lastgroup == "number" else "name"
            yield TextRun(kind, found[0], self.places.get(found[0], "") if kind == "number" else "")
            end = found.end()
        if end < len(text):
            yield TextRun("text", text[end:])
