"""The responsibility graph: a row per level from the facts upward; lines run between the boxes, never behind one.

What binds everybody to the facts is one solid line in the margin, what binds to decisions a dashed one beside it; a
branch goes along the upper edge of a row and down to each of its boxes. A level that nobody is in is not drawn.
"""

from collections.abc import Iterator, Sequence

from ledger.frozen import dataclass
from projections.charts.svg import INK, MUTED, RULE, Element, drawing, element, fitted, linked, wrapped

_LOOKS: dict[str, tuple[str, str, str | None]] = {
    "event": ("#fbe9e7", "#a4262c", None),
    "decision": ("#fff3cd", "#8a6100", None),
    "direct": ("#f3d6d8", "#8b1a1f", None),
    "main": ("#cfe0f1", "#24527a", None),
    "important": ("#e6f0f8", "#24527a", "5 3"),
    "none": ("#ffffff", "#8c8c8c", "2 3"),
    "body": ("#e9e2f3", "#5b2c83", None),
    "gap": ("#ffffff", "#a4262c", "4 3"),
}
"""(fill, line, dashes) by kind of box: told by line as well as by colour."""
_SIZE, _LINE, _PAD, _GAP = 12, 16, 7, 10
_LABELS, _GUTTER, _RAILS, _LINES = 96, 30, 24, 8
"""Room for the names of levels, for the two lines in the margin, for branches above a row; lines of one text."""
_FACTS, _DECISIONS = _LABELS + 6, _LABELS + 16
"""Where the solid and the dashed line run."""


@dataclass(frozen=True, slots=True)
class LevelBox:
    """A box; the first of `lines` is its name. `facts` and `decided` say by which line it is bound."""

    lines: tuple[str, ...]
    kind: str = "none"
    facts: bool = False
    decided: bool = False
    note: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A row of boxes with its name."""

    label: str
    boxes: tuple[LevelBox, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    box: LevelBox
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A row of levels drawn: where it begins and ends, its shapes."""

    top: float
    bottom: float
    shapes: tuple[Element, ...]


def levels_chart(
    levels: Sequence[Level], *, title: str, description: str, key: str, width: int = 640, across: int = 4
) -> str:
    """SVG of the levels, the facts first; at most `across` boxes stand side by side, and are wide where fewer do.

    Empty levels are left out.
    """
    rows, lines = _drawn(levels, key, width, across)
    return drawing(
        width,
        rows[-1].bottom if rows else 4.0,
        element("defs", _arrow(key)),
        *lines,
        *(shape for row in rows for shape in row.shapes),
        title=title,
        description=description,
        key=key,
        links=any(box.href for level in levels for box in level.boxes),
    )


def levels_parts(
    levels: Sequence[Level], *, title: str, description: str, key: str, width: int = 640, across: int = 4
) -> tuple[str, ...]:
    """The same drawing in one part a level, for paper: set close under each other they are whole again."""
    made = []
    for number, row in enumerate(_drawn(levels, key, width, across)[0], 1):
        own = f"{key}{number}"
        _, lines = _drawn(levels, own, width, across)
        made.append(
            drawing(
                width,
                row.bottom - row.top,
                element("defs", _arrow(own)),
                *lines,
                *row.shapes,
                title=title,
                description=description if number == 1 else "",
                key=own,
                top=row.top,
            )
        )
    return tuple(made)


def _drawn(levels: Sequence[Level], key: str, width: int, across: int) -> tuple[list[_Drawn], tuple[Element, ...]]:
    """The levels one by one, and the lines that run between them."""
    drawn = [level for level in levels if level.boxes]
    across = max(3, min(across, max((len(level.boxes) for level in drawn), default=0)))
    wide = (width - _LABELS - _GUTTER - _GAP * (across - 1) - 2) / across
    placed: list[list[_Placed]] = []
    rows: list[_Drawn] = []
    y = 4.0
    for number, level in enumerate(drawn):
        top, own = y, []
        label = wrapped(fitted(level.label, 3 * (_LABELS - 10), _SIZE), _LABELS - 10, _SIZE)
        for start in range(0, len(level.boxes), across):
            y += _RAILS if number else 4
            row = [
                _place(box, _LABELS + _GUTTER + column * (wide + _GAP), y, wide)
                for column, box in enumerate(level.boxes[start : start + across])
            ]
            y += max(each.height for each in row)
            own += row
            placed.append(row)
        y = max(y, top + (_RAILS if number else 4) + _LINE * len(label)) + _GAP
        shapes = [
            element(
                "text",
                text,
                x=2,
                y=top + (_RAILS if number else 4) + 13 + line * _LINE,
                font_size=_SIZE,
                font_weight=600,
                fill=MUTED,
            )
            for line, text in enumerate(label)
        ]
        if number:
            shapes.append(element("path", d=f"M0,{top:.1f} H{_LABELS - 8}", stroke=RULE, stroke_width=0.7))
        rows.append(_Drawn(top if number else 0.0, y, (*shapes, *map(_box, own))))
    return rows, tuple(_lines(placed, key))


def _place(box: LevelBox, x: float, y: float, width: float) -> _Placed:
    room = width - 2 * _PAD
    lines = tuple(line for text in box.lines for line in wrapped(fitted(text, _LINES * room, _SIZE), room, _SIZE))
    return _Placed(box, x, y, width, max(len(lines), 1) * _LINE + 2 * _PAD - 3, lines)


def _box(row: _Placed) -> Element:
    fill, line, dashes = _LOOKS.get(row.box.kind, _LOOKS["none"])
    shapes = [
        element("title", row.box.note or " ".join(row.box.lines)),
        element(
            "rect",
            x=row.x,
            y=row.y,
            width=row.width,
            height=row.height,
            rx=4,
            fill=fill,
            stroke=line,
            stroke_dasharray=dashes,
            class_=f"node {row.box.kind}",
        ),
    ]
    shapes += [
        element(
            "text",
            text,
            x=row.x + _PAD,
            y=row.y + _PAD + 10 + number * _LINE,
            font_size=_SIZE,
            font_weight=600 if number == 0 else None,
            fill=INK,
        )
        for number, text in enumerate(row.lines)
    ]
    return linked(row.box.href, *shapes)


def _arrow(key: str) -> Element:
    path = element("path", d="M0,0 L8,4 L0,8 z", fill=MUTED)
    return element(
        "marker",
        path,
        id=f"{key}-arrow",
        viewBox="0 0 8 8",
        refX=8,
        refY=4,
        markerWidth=7,
        markerHeight=7,
        orient="auto",
    )


def _lines(placed: Sequence[Sequence[_Placed]], key: str) -> Iterator[Element]:
    """Both lines in the margin from their sources to the last box that each binds, with a branch to each box."""
    for bound, kind, x, rail, at in (("facts", "event", _FACTS, 8, 0.3), ("decided", "decision", _DECISIONS, 14, 0.7)):
        rows = [[each for each in row if getattr(each.box, bound)] for row in placed]
        ends = [min(each.y for each in row) - _RAILS + rail for row in rows if row]
        out = [way for row in placed for way in _ways_out(row, kind, x)]
        if not ends or not out:
            continue
        for path, _ in out:
            yield _line(path, bound)
        yield _line(f"M{x},{min(y for _, y in out):.1f} V{max(ends):.1f}", bound)
        for row in rows:
            if row:
                y = min(each.y for each in row) - _RAILS + rail
                last = max(each.x + each.width * at for each in row)
                yield _line(f"M{x},{y:.1f} H{last:.1f}", bound)
                for each in row:
                    yield _line(f"M{each.x + each.width * at:.1f},{y:.1f} V{each.y:.1f}", bound, f"url(#{key}-arrow)")


def _ways_out(row: Sequence[_Placed], kind: str, x: float) -> Iterator[tuple[str, float]]:
    """From each source of a row down below the row and to the line in the margin, and how far down that is.

    The first box of a row has the margin beside it, and its line leaves to the side.
    """
    below = max((each.y + each.height for each in row), default=0.0) + 6
    for number, each in enumerate(row):
        if each.box.kind == kind and number == 0:
            y = each.y + each.height / 2
            yield f"M{each.x:.1f},{y:.1f} H{x}", y
        elif each.box.kind == kind:
            middle = each.x + each.width / 2
            yield f"M{middle:.1f},{each.y + each.height:.1f} V{below:.1f} H{x}", below


def _line(path: str, bound: str, arrow: str | None = None) -> Element:
    return element(
        "path",
        d=path,
        fill="none",
        stroke=MUTED,
        stroke_width=1.2,
        stroke_dasharray="4 3" if bound == "decided" else None,
        marker_end=arrow,
        class_=f"edge {bound}",
    )
