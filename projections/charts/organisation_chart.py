"""The organisation chart: the secretary above, a column for each who supervises, the units beneath with their heads.

Lines run beside and between the boxes, never behind one; a unit that nobody supervises stands in a hatched column.
"""

from collections.abc import Iterator, Sequence

from ledger.frozen import dataclass
from projections.charts.svg import INK, RULE, Element, drawing, element, fitted, hatch, linked

_WIDE, _GAP, _TALL, _TOP, _SIZE = 184, 18, 50, 34, 13
_LOOKS = {"person": ("#e6f0f8", "#24527a"), "unit": ("#ffffff", "#24527a"), "changed": ("#fff3cd", "#8a6100")}
"""(fill, line) by kind of box; what changed is marked by its line's width too."""


@dataclass(frozen=True, slots=True)
class ChartBox:
    """A box with a name and what stands below it; `vacant` where nobody holds it."""

    name: str
    below: str
    kind: str = "unit"
    vacant: bool = False
    changed: bool = False
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """Who supervises, and the units supervised."""

    head: ChartBox
    units: tuple[ChartBox, ...]


def organisation_chart(
    top: ChartBox, columns: Sequence[ChartColumn], *, title: str, description: str, key: str, across: int = 5
) -> str:
    """SVG of the organ; at most `across` columns stand side by side. `key` makes ids unique in a page."""
    across = max(1, min(across, len(columns)))
    width = across * _WIDE + (across - 1) * _GAP + 40
    left, shapes = 20.0, list(_box(top, (width - _WIDE) / 2, 4, key))
    y = 4.0 + _TALL
    rail = y + _TOP / 2
    lines = [f"M{width / 2:.1f},{y:.1f} V{rail:.1f}"]
    for start in range(0, len(columns), across):
        row = columns[start : start + across]
        if start:
            lines.append(f"M6,{rail:.1f} V{y + _TOP / 2:.1f}")
            rail = y + _TOP / 2
        head_y = rail + _TOP / 2
        centres = [left + number * (_WIDE + _GAP) + _WIDE / 2 for number in range(len(row))]
        first = 6.0 if len(columns) > across else min(width / 2, centres[0])
        lines.append(f"M{first:.1f},{rail:.1f} H{max(width / 2 if not start else 0.0, centres[-1]):.1f}")
        for centre, column in zip(centres, row, strict=True):
            lines.append(f"M{centre:.1f},{rail:.1f} V{head_y:.1f}")
            shapes += _box(column.head, centre - _WIDE / 2, head_y, key)
            at = head_y + _TALL + 10
            for unit in column.units:
                x = centre - _WIDE / 2
                lines.append(f"M{x + 6:.1f},{head_y + _TALL:.1f} V{at + _TALL / 2:.1f} H{x + 16:.1f}")
                shapes += _box(unit, x + 16, at, key, _WIDE - 16)
                at += _TALL + 8
        y = max(head_y + _TALL + len(column.units) * (_TALL + 8) + 10 for column in row)
    drawn = [element("path", d=line, fill="none", stroke=RULE, stroke_width=1.6, class_="line") for line in lines]
    links = any(box.href for box in (top, *(b for column in columns for b in (column.head, *column.units))))
    return drawing(
        width,
        y + 6,
        element("defs", hatch(f"{key}-vacant", "#e4a3a6")),
        *drawn,
        *shapes,
        title=title,
        description=description,
        key=key,
        links=links,
    )


def _box(box: ChartBox, x: float, y: float, key: str, width: float = _WIDE) -> Iterator[Element]:
    fill, line = _LOOKS["changed" if box.changed else box.kind]
    room = width - 14
    shapes = [
        element("title", f"{box.name} {box.below}".strip()),
        element(
            "rect",
            x=x,
            y=y,
            width=width,
            height=_TALL,
            rx=4,
            fill=f"url(#{key}-vacant)" if box.vacant else fill,
            stroke="#a4262c" if box.vacant else line,
            stroke_width=2.4 if box.changed else 1,
            class_="box vacant" if box.vacant else "box",
        ),
    ]
    if box.vacant:
        back = {"x": x + 4, "y": y + 5, "width": width - 8, "height": _TALL - 10}
        shapes.append(element("rect", **back, fill="#ffffff", fill_opacity="0.85"))
    for number, (text, weight) in enumerate(((box.name, 600), (box.below, None))):
        said = fitted(text, room, _SIZE)
        shapes.append(
            element("text", said, x=x + 7, y=y + 20 + number * 18, font_size=_SIZE, font_weight=weight, fill=INK)
        )
    yield linked(box.href, *shapes)
