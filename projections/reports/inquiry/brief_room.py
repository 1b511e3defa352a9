"""How much of each kind the short form holds, and whether a report set small goes on two pages.

Heights are reckoned, since a report is no format yet: for the larger of what Word and the PDF need, in the widest of
the free fonts. So a form that fits by this fits in both; where it does not, what matters least is left out, step by
step, and the form says what.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, inf

from ledger.frozen import dataclass
from projections.reports.column_widths import column_widths, ems, margin_of
from projections.reports.document import Block, Box, Bullets, Paragraph, Report, Table

PAGES = 2
_POINT_CM = 2.54 / 72
_SAFE = 0.98
"""Of a page's height what is reckoned with: lines break in other places than a reckoning puts them."""
_LETTERS = 0.85
"""How wide letters are in running text beside the widest of their kind."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the short form holds at most; `cleared`: whether who has no responsibility has a row of his own."""

    persons: float = inf
    cleared: bool = True
    meetings: float = inf
    gaps: float = inf
    later: int = 5
    points: float = inf
    words: float = inf
    """Characters of words that are quoted."""


_TIGHT = Room(cleared=False, later=1, words=60, meetings=2, gaps=1, points=8)
_TIGHTEST = Room(cleared=False, later=1, words=40, meetings=1, gaps=0, points=5)
STEPS = (
    Room(),
    Room(cleared=False),
    Room(cleared=False, later=2, words=120),
    Room(cleared=False, later=1, words=80, meetings=3, gaps=2),
    *(replace(_TIGHT, persons=number) for number in (12, 10, 9, 8)),
    *(replace(_TIGHTEST, persons=number) for number in (10, 9, 8, 7, 6, 5, 4, 3)),
)
"""First who is cleared goes into one line, then later records and long quotations, then meetings beyond the first ones
and gaps, then points of procedure and, into lines by category, those who answer least."""


def goes_on_two_pages(report: Report) -> bool:
    """Whether a short form needs no third page."""
    page = _Page(report)
    return page.pages() <= PAGES


class _Page:
    """The sizes of a report set small, in points."""

    def __init__(self, report: Report) -> None:
        chinese = report.language.startswith("zh")
        self.report = report
        self.across = 17.0 if report.narrow else 15.6
        self.high = (24.7 if report.narrow else 22.5) / _POINT_CM * _SAFE
        self.small = 9.0 if chinese else 8.5
        self.size, self.pitch = (12.0, 19.0) if chinese else (10.5, 14.0)
        self.listed, self.rows = (10.5, 15.5) if chinese else (10.5, 14.0)
        self.head = 84 if chinese else 60

    def pages(self) -> int:
        page, used = 1, 0.0
        for height, again in self.chunks():
            if used + height > self.high:
                page, used = page + 1, again
            used += height
        return page

    def chunks(self) -> Iterator[tuple[float, float]]:
        """(height, height of what is said again at the top of a page) of what stands on one page."""
        line = self.small * 1.45
        yield self.head, 0
        rows = tuple(value for _, value in self.report.cover)
        yield sum(self.lines(value, self.across * 0.75, self.small) * line + 4 for value in rows) + line, 0
        for section in self.report.sections:
            if section.title:
                yield self.pitch + 6, 0
            for block in section.blocks:
                yield from self.block(block)

    def block(self, block: Block) -> Iterator[tuple[float, float]]:
        line = self.small * 1.45
        match block:
            case Box(items=items):
                yield sum(self.lines(item, self.across - 1.2, 9.5) * 13.05 + 3 for item in items) + 36, 0
            case Table(heads=heads, rows=rows):
                widths = [wide - 2 * margin_of(block) for wide in column_widths(block, self.across, self.small)]
                head = self.row(heads, widths)
                yield head, 0
                for row in rows:
                    yield self.row(row, widths), head
                yield line, 0
            case Bullets(items=items):
                for item in items:
                    for _ in range(self.lines(item, self.across, self.listed, 2.0)):
                        yield self.rows, 0
            case Paragraph(text=text):
                for _ in range(self.lines(text, self.across, self.size, 2.0)):
                    yield self.pitch, 0

    def row(self, cells: tuple[str, ...], widths: list[float]) -> float:
        most = max(self.lines(cell, wide, self.small) for cell, wide in zip(cells, widths, strict=True))
        return max(most * self.small * 1.45 + 1, most * 11 + 4)

    def lines(self, text: str, wide: float, points: float, indent: float = 0.0) -> int:
        """Lines of a text in a column of so many centimetres: words stay whole, Chinese breaks anywhere."""
        room, count, used = wide / (points * _POINT_CM), 1, indent
        for word in text.split(" "):
            long = ems(word, _LETTERS)
            if long > room:  # it begins where it stands and goes on below
                count += ceil((used + long) / room) - 1
                used = (used + long) % room
            elif used + long > room and word.isascii():
                count, used = count + 1, long
            else:
                used += long
                count, used = count + int(used > room), used - room if used > room else used
            used += ems(" ", _LETTERS)
        return count
