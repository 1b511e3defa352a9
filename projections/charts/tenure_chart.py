"""The tenure chart: a lane per duty, a bar per holder, hatched gaps, what happened as points, markers across."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Literal

from ledger.frozen import dataclass
from projections.charts.svg import INK, MUTED, RULE, Element, drawing, element, fitted, hatch, linked, text_width
from projections.facts.values import Period

Kind = Literal["holder", "acting", "cover", "gap", "disputed"]
_ROW, _BAR, _AXIS = 30, 22, 28
_LOOKS: dict[Kind, dict[str, object]] = {
    "holder": {"fill": "#24527a", "stroke": "#24527a"},
    "acting": {"fill": "#bcd6ee", "stroke": "#24527a", "stroke_dasharray": "5 3"},
    "cover": {"fill": "#ffffff", "stroke": "#24527a", "stroke_dasharray": "2 3"},
    "gap": {"stroke": "#a4262c"},
    "disputed": {"fill": "#fff3cd", "stroke": "#8a6100", "stroke_dasharray": "5 3"},
}
_TEXTS: dict[Kind, str] = {"holder": "#ffffff", "gap": "#8b1a1f"}


@dataclass(frozen=True, slots=True)
class Bar:
    """Someone held, covered or did not hold a duty; `note` is read on hovering and by assistive technology."""

    label: str
    period: Period
    kind: Kind = "holder"
    note: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Something happened on a day."""

    label: str
    day: date
    note: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One duty with its bars, or one kind of events with its points."""

    label: str
    bars: tuple[Bar, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scale:
    during: Period
    width: float
    labels: float

    def x(self, day: date) -> float:
        """Left edge of a day."""
        return self.labels + (day - self.during.first).days * self.width / self.during.days

    def span(self, period: Period) -> tuple[float, float]:
        """(left, width) of the days inside the chart; both ends counted."""
        met = period.meet(self.during) or self.during
        return self.x(met.first), met.days * self.width / self.during.days


def tenure_chart(
    lanes: Sequence[Lane],
    during: Period,
    *,
    title: str,
    description: str,
    key: str,
    called: Callable[..., str],
    markers: Sequence[Point] = (),
    shaded: Period | None = None,
    width: int = 960,
    labels: int = 150,
) -> str:
    """SVG of the lanes over `during`; bars outside it are left out, `shaded` is a stretch marked behind all lanes.

    Bars that overlap stand below each other. Links are drawn where hrefs are given. `key` makes ids unique in a page.
    `labels` is the room for the lanes' names. `called(first day, year=...)` says what a year or a month is called.
    """
    scale = _Scale(during, width - labels - 12, labels)
    hrefs = [bar.href for lane in lanes for bar in lane.bars]
    hrefs += [point.href for point in (*markers, *(point for lane in lanes for point in lane.points))]
    links = any(hrefs)
    shapes: list[Element] = []
    y = float(_AXIS + 18 * min(len(markers), 2))
    top = y
    crossed = sorted(scale.x(marker.day) for marker in markers)
    for lane in lanes:
        rows = _stacked([bar for bar in lane.bars if bar.period.meet(during)])
        points = list(_staggered([p for p in lane.points if p.day in during], scale, crossed))
        depth = max(len(rows), 1 if points else 0, max((row for _, row, _ in points), default=-1) + 1, 1)
        shapes.append(element("text", fitted(lane.label, labels - 14), x=6, y=y + 20, font_weight=600))
        for number, row in enumerate(rows):
            shapes += [_bar(bar, scale, y + 4 + number * _ROW, key) for bar in row]
        shapes += [_point(point, scale, y + 4 + row * _ROW, label) for point, row, label in points]
        y += depth * _ROW
        shapes.append(element("path", d=f"M0,{y:.1f} H{width}", stroke=RULE, stroke_width=0.7))
    frame = [element("defs", hatch(f"{key}-gap", "#c4575c"))]
    if shaded is not None and shaded.meet(during):
        left, wide = scale.span(shaded)
        frame.append(
            element("rect", x=left, y=top, width=wide, height=y - top, fill="#f0efe9", class_="period", stroke="none")
        )
    frame += list(_axis(scale, y, called))
    for number, marker in enumerate(sorted(markers, key=lambda marker: marker.day)):
        frame += _marker(marker, scale, top - 16 * (number % 2), y, crossed)
    return drawing(width, y + 6, *frame, *shapes, title=title, description=description, key=key, links=links)


def _stacked(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars in as few rows as keep them from overlapping, in order of days."""
    rows: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.period, bar.label)):
        for row in rows:
            if row[-1].period.last < bar.period.first:
                row.append(bar)
                break
        else:
            rows.append([bar])
    return rows


def _bar(bar: Bar, scale: _Scale, y: float, key: str) -> Element:
    left, wide = scale.span(bar.period)
    look = {**_LOOKS[bar.kind], **({"fill": f"url(#{key}-gap)"} if bar.kind == "gap" else {})}
    shapes = [
        element("title", bar.note or bar.label),
        element("rect", x=left, y=y, width=max(wide, 2.0), height=_BAR, rx=2, class_=f"bar {bar.kind}", **look),
    ]
    size = next((size for size in (13, 12, 11, 10) if text_width(bar.label, size) <= wide - 6), 13)
    label = fitted(bar.label, wide - 6, size)
    if label and (len(label) > 2 or label == bar.label):
        backed = text_width(label, size) + 6
        if bar.kind == "gap":
            shapes.append(element("rect", x=left + 2, y=y + 3, width=backed, height=_BAR - 6, fill="#ffffff"))
        look = {"font_size": size if size != 13 else None, "fill": _TEXTS.get(bar.kind, INK)}
        shapes.append(element("text", label, x=left + 3, y=y + 16, **look))
    return linked(bar.href, *shapes)


def _staggered(points: Sequence[Point], scale: _Scale, crossed: Sequence[float]) -> Iterator[tuple[Point, int, float]]:
    """Points with the first row in which their label does not run into the one before, and where the label begins.

    A label stands beside its point; where a marker would cross it, behind the marker.
    """
    ends: list[float] = []
    for point in sorted(points, key=lambda point: (point.day, point.label)):
        left, wide = scale.x(point.day) - 6, text_width(point.label, 12)
        label = _middle(point, scale) + 8
        for line in crossed:
            if label - 1 < line < label + wide + 1 and line + 3 + wide <= scale.labels + scale.width + 12:
                label = line + 3
        row = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        ends[row : row + 1] = [label + wide + 8]
        yield point, row, label


def _middle(point: Point, scale: _Scale) -> float:
    return scale.x(point.day) + scale.width / scale.during.days / 2


def _point(point: Point, scale: _Scale, y: float, label: float) -> Element:
    return linked(
        point.href,
        element("title", point.note or f"{point.label} {point.day.isoformat()}"),
        element("circle", cx=_middle(point, scale), cy=y + 11, r=4.5, fill="#a4262c", class_="point"),
        element("text", point.label, x=label, y=y + 16, font_size=12),
    )


def _marker(marker: Point, scale: _Scale, top: float, bottom: float, crossed: Sequence[float]) -> Iterator[Element]:
    """A line across; its label stands behind it, or before it where the next line or the edge would cut it."""
    if marker.day not in scale.during:
        return
    x = scale.x(marker.day)
    wide = text_width(marker.label, 12)
    free = x + wide + 4 < scale.labels + scale.width and not any(x < line < x + wide + 6 for line in crossed)
    left = x + 4 if free else x - wide - 4
    yield element("path", d=f"M{x:.1f},{top - 16:.1f} V{bottom:.1f}", stroke="#5b2c83", stroke_width=1.4)
    yield linked(
        marker.href,
        element("title", marker.note or f"{marker.label} {marker.day.isoformat()}"),
        element("text", marker.label, x=left, y=top - 5, font_size=12, fill="#5b2c83"),
    )


def _axis(scale: _Scale, bottom: float, called: Callable[..., str]) -> Iterator[Element]:
    """A line per month where there is room for it, else per quarter or year; a label where it fits."""
    months = scale.during.days / 30.4
    step = 1 if months <= 14 else 3 if months <= 48 else 12 if months <= 240 else 60
    first = scale.during.first.replace(day=1)
    index, last_label = first.year * 12 + first.month - 1, -1e9
    index += -index % step
    while (day := date(index // 12, index % 12 + 1, 1)) <= scale.during.last:
        if day >= scale.during.first:
            x = scale.x(day)
            yield element("path", d=f"M{x:.1f},20 V{bottom:.1f}", stroke=RULE, stroke_width=0.7)
            label = called(day, year=step >= 12)
            if (
                x - last_label > text_width(label, 11) + 10
                and x + text_width(label, 11) < scale.labels + scale.width + 12
            ):
                yield element("text", label, x=x + 2, y=15, font_size=11, fill=MUTED)
                last_label = x
        index += step
        if index // 12 > date.max.year:
            return
