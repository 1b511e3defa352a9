"""The responsibility graph: layers from left to right, what happened, who held the duty, who stands above him."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from projections.charts.svg import INK, MUTED, Element, drawing, element, fitted, linked, text_width, wrapped

_BOX, _GAP_X, _GAP_Y, _LINE, _PAD = 148, 56, 14, 17, 8
_LINES = 9
"""About how many lines of a box one text may fill."""
_LOOKS: Mapping[str, tuple[str, str, str | None]] = {
    "event": ("#fbe9e7", "#a4262c", None),
    "decision": ("#fff3cd", "#8a6100", None),
    "direct": ("#f3d6d8", "#8b1a1f", None),
    "main": ("#cfe0f1", "#24527a", None),
    "important": ("#e6f0f8", "#24527a", "5 3"),
    "none": ("#ffffff", "#8c8c8c", "2 3"),
    "body": ("#e9e2f3", "#5b2c83", None),
    "gap": ("#ffffff", "#a4262c", "4 3"),
}
"""(fill, line, dashes) by kind of node: told by line as well as by colour."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box in a layer, counted from the left; the first of `lines` is its name."""

    id: str
    layer: int
    lines: tuple[str, ...]
    kind: str = "none"
    note: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two boxes, dashed where it is no ground of its own."""

    source: str
    target: str
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    node: Node
    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Layout:
    placed: dict[str, _Placed] = field(default_factory=dict)
    height: float = 0.0


def graph_chart(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    title: str,
    description: str,
    key: str,
    layers: Sequence[str] = (),
) -> str:
    """SVG of the graph; `layers` are the headings of the columns. Edges to boxes that do not exist are left out.

    Within a column boxes stand so that edges cross little (the mean place of their neighbours to the left), ties in
    the order given: the same input draws the same picture.
    """
    known = {node.id for node in nodes}
    drawn = [edge for edge in edges if edge.source in known and edge.target in known]
    layout = _place(nodes, drawn)
    columns = max((node.layer for node in nodes), default=0) + 1
    width = columns * _BOX + (columns - 1) * _GAP_X + 2 * _PAD
    shapes = [
        element("text", fitted(text, _BOX), x=_PAD + number * (_BOX + _GAP_X), y=16, font_weight=600, fill=MUTED)
        for number, text in enumerate(layers[:columns])
    ]
    arrow = element(
        "marker",
        element("path", d="M0,0 L8,4 L0,8 z", fill=MUTED),
        id=f"{key}-arrow",
        viewBox="0 0 8 8",
        refX=8,
        refY=4,
        markerWidth=8,
        markerHeight=8,
        orient="auto",
    )
    lines = [shape for edge in drawn for shape in _edge(edge, layout.placed, key)]
    boxes = [_box(row) for row in layout.placed.values()]
    return drawing(
        width,
        layout.height + _PAD,
        element("defs", arrow),
        *shapes,
        *lines,
        *boxes,
        title=title,
        description=description,
        key=key,
        links=any(node.href for node in nodes),
    )


def _place(nodes: Sequence[Node], edges: Sequence[Edge]) -> _Layout:
    by_layer: defaultdict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        by_layer[node.layer].append(node)
    left_of: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        left_of[edge.target].append(edge.source)
        left_of[edge.source].append(edge.target)
    layout = _Layout()
    for layer in sorted(by_layer):
        order = sorted(by_layer[layer], key=lambda node: _mean(node, left_of, layout))
        y = 28.0
        for node in order:
            lines = tuple(
                line
                for text in node.lines
                for line in wrapped(fitted(text, _LINES * (_BOX - 2 * _PAD), 12), _BOX - 2 * _PAD, 12)
            )
            height = len(lines) * _LINE + 2 * _PAD - 3
            layout.placed[node.id] = _Placed(node, _PAD + layer * (_BOX + _GAP_X), y, height, lines)
            y += height + _GAP_Y
        layout.height = max(layout.height, y - _GAP_Y)
    return _centred(layout, by_layer)


def _mean(node: Node, neighbours: Mapping[str, list[str]], layout: _Layout) -> float:
    places = [row.y + row.height / 2 for other in neighbours.get(node.id, ()) if (row := layout.placed.get(other))]
    return sum(places) / len(places) if places else float("inf")


def _centred(layout: _Layout, by_layer: Mapping[int, list[Node]]) -> _Layout:
    """Short columns stand in the middle of the tallest."""
    for nodes in by_layer.values():
        rows = [layout.placed[node.id] for node in nodes]
        bottom = max(row.y + row.height for row in rows)
        shift = (layout.height - bottom) / 2
        for row in rows:
            layout.placed[row.node.id] = _Placed(row.node, row.x, row.y + shift, row.height, row.lines)
    return layout


def _box(row: _Placed) -> Element:
    fill, line, dashes = _LOOKS.get(row.node.kind, _LOOKS["none"])
    shapes = [
        element("title", row.node.note or " ".join(row.node.lines)),
        element(
            "rect",
            x=row.x,
            y=row.y,
            width=_BOX,
            height=row.height,
            rx=4,
            fill=fill,
            stroke=line,
            stroke_dasharray=dashes,
            class_=f"node {row.node.kind}",
        ),
    ]
    for number, text in enumerate(row.lines):
        shapes.append(
            element(
                "text",
                text,
                x=row.x + _PAD,
                y=row.y + _PAD + 10 + number * _LINE,
                font_size=12,
                font_weight=600 if number == 0 else None,
                fill=INK,
            )
        )
    return linked(row.node.href, *shapes)


def _edge(edge: Edge, placed: Mapping[str, _Placed], key: str) -> Iterator[Element]:
    source, target = placed[edge.source], placed[edge.target]
    if source.node.layer > target.node.layer:
        source, target = target, source
    x1, y1 = source.x + _BOX, source.y + source.height / 2
    x2, y2 = target.x, target.y + target.height / 2
    if source.node.layer == target.node.layer:
        x2 = target.x + _BOX
    bend = max(30.0, abs(x2 - x1) / 2)
    end = x2 + bend if source.node.layer == target.node.layer else x2 - bend
    yield element(
        "path",
        d=f"M{x1:.1f},{y1:.1f} C{x1 + bend:.1f},{y1:.1f} {end:.1f},{y2:.1f} {x2:.1f},{y2:.1f}",
        fill="none",
        stroke=MUTED,
        stroke_width=1.2,
        stroke_dasharray="4 3" if edge.dashed else None,
        marker_end=f"url(#{key}-arrow)",
        class_="edge",
    )
    if edge.label:
        label = fitted(edge.label, _GAP_X - 8, 11)
        x, y = (x1 + x2) / 2 - text_width(label, 11) / 2, (y1 + y2) / 2 - 3
        yield element("text", label, x=x, y=y, font_size=11, fill=MUTED)
