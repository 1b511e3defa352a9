"""The heat map: a row per unit, a column per period, each cell with its numbers in words, not by colour alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from projections.charts.svg import INK, MUTED, Element, drawing, element, fitted, hatch, linked, text_width, wrapped

Kind = Literal["good", "doubtful", "bad", "open"]
_LABELS, _CELL, _ROW, _HEAD = 190, 96, 38, 32
_LOOKS: Mapping[Kind, dict[str, object]] = {
    "good": {"fill": "#8fbf86", "stroke": "#3b6b35"},
    "doubtful": {"fill": "#d5c8e6", "stroke": "#5b2c83", "stroke_dasharray": "2 3"},
    "bad": {"stroke": "#b9868a"},
    "open": {"fill": "#ffffff", "stroke": "#d0d0d0"},
}
"""Told by line and hatching as well as by colour."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """What stands in a cell: its label, and how many of each kind, drawn as parts of a bar; `note` is read on hovering
    and by assistive technology."""

    row: str
    column: str
    label: str
    parts: tuple[tuple[Kind, int], ...]
    note: str = ""
    href: str | None = None


def heat_chart(
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    cells: Sequence[HeatCell],
    *,
    title: str,
    description: str,
    key: str,
) -> str:
    """SVG of the cells; `rows` and `columns` are (id, label), a place without a cell stays empty.

    `key` makes ids unique in a page.
    """
    by_place = {(cell.row, cell.column): cell for cell in cells}
    width = _LABELS + len(columns) * _CELL + 4
    shapes: list[Element] = [
        element("text", line, x=_LABELS + number * _CELL + 6, y=12 + 13 * row, font_size=11, fill=MUTED)
        for number, (_, name) in enumerate(columns)
        for row, line in enumerate(wrapped(name, _CELL - 8, 11)[:2])
    ]
    for line, (id_, label) in enumerate(rows):
        y = _HEAD + line * _ROW
        shapes.append(element("text", fitted(label, _LABELS - 12), x=4, y=y + 23, font_weight=600))
        for number, (column, _) in enumerate(columns):
            cell = by_place.get((id_, column), HeatCell(id_, column, "", ()))
            shapes.append(_cell(cell, _LABELS + number * _CELL, y, key))
    return drawing(
        width,
        _HEAD + len(rows) * _ROW + 4,
        element("defs", hatch(f"{key}-bad", "#e4a3a6")),
        *shapes,
        title=title,
        description=description,
        key=key,
        links=any(cell.href for cell in cells),
    )


def _cell(cell: HeatCell, x: float, y: float, key: str) -> Element:
    box = element("rect", x=x + 2, y=y + 2, width=_CELL - 4, height=_ROW - 4, rx=2, class_="cell", **_LOOKS["open"])
    whole = sum(number for _, number in cell.parts)
    if not whole:
        return element("g", box)
    label = fitted(cell.label, _CELL - 12, 12)
    left = x + (_CELL - text_width(label, 12)) / 2
    bars, at = [], x + 6.0
    for kind, number in cell.parts:
        wide = (_CELL - 12) * number / whole
        look = {**_LOOKS[kind], **({"fill": f"url(#{key}-bad)"} if kind == "bad" else {})}
        bars.append(
            element("rect", x=at, y=y + 23, width=wide, height=9, class_=f"part {kind}", stroke_width=0.8, **look)
        )
        at += wide
    text = element("text", label, x=left, y=y + 17, font_size=12, fill=INK)
    return linked(cell.href, element("title", cell.note or cell.label), box, *bars, text)
