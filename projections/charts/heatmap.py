"""The heat map: a row per unit, a column per period, each cell with its numbers in words, not by colour alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from projections.charts.svg import INK, MUTED, Element, drawing, element, fitted, hatch, linked, text_width

State = Literal["good", "mixed", "doubtful", "bad", "none"]
_LABELS, _CELL, _ROW, _HEAD = 190, 96, 34, 26
_LOOKS: Mapping[State, dict[str, object]] = {
    "good": {"fill": "#dcebd9", "stroke": "#3b6b35"},
    "mixed": {"fill": "#fff3cd", "stroke": "#8a6100", "stroke_dasharray": "5 3"},
    "doubtful": {"fill": "#e9e2f3", "stroke": "#5b2c83", "stroke_dasharray": "2 3"},
    "bad": {"stroke": "#a4262c", "stroke_width": 2},
    "none": {"fill": "#ffffff", "stroke": "#d0d0d0"},
}
"""Told by line and hatching as well as by colour."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """What stands in a cell; `note` is read on hovering and by assistive technology."""

    row: str
    column: str
    label: str
    state: State
    note: str = ""
    href: str | None = None


def heat_chart(
    rows: Sequence[tuple[str, str]],
    columns: Sequence[str],
    cells: Sequence[HeatCell],
    *,
    title: str,
    description: str,
    key: str,
) -> str:
    """SVG of the cells; `rows` are (id, label), a place without a cell stays empty, `key` makes ids unique."""
    by_place = {(cell.row, cell.column): cell for cell in cells}
    width = _LABELS + len(columns) * _CELL + 4
    shapes: list[Element] = [
        element("text", column, x=_LABELS + number * _CELL + 6, y=17, font_size=12, fill=MUTED)
        for number, column in enumerate(columns)
    ]
    for line, (id_, label) in enumerate(rows):
        y = _HEAD + line * _ROW
        shapes.append(element("text", fitted(label, _LABELS - 12), x=4, y=y + 21, font_weight=600))
        for number, column in enumerate(columns):
            cell = by_place.get((id_, column), HeatCell(id_, column, "", "none"))
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
    look = {**_LOOKS[cell.state], **({"fill": f"url(#{key}-bad)"} if cell.state == "bad" else {})}
    box = element("rect", x=x + 2, y=y + 2, width=_CELL - 4, height=_ROW - 4, rx=2, class_=f"cell {cell.state}", **look)
    if not cell.label:
        return element("g", box)
    label = fitted(cell.label, _CELL - 12, 12)
    wide = text_width(label, 12)
    left = x + (_CELL - wide) / 2
    back = element("rect", x=left - 3, y=y + 9, width=wide + 6, height=17, fill="#ffffff", fill_opacity="0.85")
    text = element("text", label, x=left, y=y + 22, font_size=12, fill=INK)
    backed = (back,) if cell.state == "bad" else ()
    return linked(cell.href, element("title", cell.note or cell.label), box, *backed, text)
