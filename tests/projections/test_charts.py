"""Charts: well-formed and safe whatever the words, readable without seeing them, true to the days."""

import itertools
import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.charts.levels import Level, LevelBox, levels_chart, levels_parts
from projections.charts.svg import drawing, element, fitted, text_width, wrapped
from projections.charts.tenure_chart import Bar, Lane, Point, tenure_chart
from projections.facts.values import Period

SVG = "{http://www.w3.org/2000/svg}"
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
NASTY = '<script>alert("1")</script> & \'"]]> \x00\x1b 责任'
HREFS = ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", " //x", "vbscript:x"]


def called(first: date, *, year: bool) -> str:
    """What an axis says."""
    return f"{first.year}" if year else f"{first.month} of {first.year}"


def tenures(*bars: Bar, points: tuple[Point, ...] = (), **more: object) -> ET.Element:
    lanes = (Lane("head", bars), Lane("acts", points=points))
    text = tenure_chart(lanes, YEAR, **{"title": "t", "description": "d", "key": "k", "called": called, **more})  # type: ignore[arg-type]
    return ET.fromstring(text)  # noqa: S314 - our own text, that it parses is the claim


def widths(root: ET.Element, kind: str) -> list[float]:
    return [float(r.attrib["width"]) for r in root.iter(f"{SVG}rect") if r.get("class") == f"bar {kind}"]


@given(st.text(), st.text())
def test_any_words_make_a_well_formed_drawing_that_says_them(title: str, label: str) -> None:
    """Whatever characters the names hold, the drawing parses, holds no markup of theirs, and says them."""
    root = tenures(Bar(label, YEAR, note=label), title=title, points=(Point(label, date(2024, 5, 1)),))
    graph = ET.fromstring(  # noqa: S314
        levels_chart([Level(title, (LevelBox((label, title)),))], title=title, description=label, key="g")
    )

    assert {e.tag.removeprefix(SVG) for e in (*root.iter(), *graph.iter())} <= {
        *("svg", "title", "desc", "g", "rect", "text", "path", "defs", "pattern", "circle", "marker"),
    }


def test_markup_in_names_stays_text() -> None:
    """A name with markup is shown as its characters; nothing of it becomes an element or an attribute."""
    text = tenure_chart(
        [Lane(NASTY, (Bar(NASTY, YEAR),))], YEAR, title=NASTY, description=NASTY, key="k", called=called
    )

    assert "<script" not in text
    assert 'alert("1")' not in text
    assert "责任" in text


@pytest.mark.parametrize("href", HREFS)
def test_only_paths_and_web_addresses_become_links(href: str) -> None:
    """A link with a scheme that runs something is drawn without a link."""
    root = tenures(Bar("x", YEAR, href=href))

    assert not list(root.iter(f"{SVG}a"))


def test_a_chart_without_links_is_one_image_with_links_a_group() -> None:
    """Title and description are named by the drawing; its role fits whether it contains links."""
    plain, linked = tenures(Bar("x", YEAR)), tenures(Bar("x", YEAR, href="/entries/1"))

    assert (plain.get("role"), linked.get("role")) == ("img", "group")
    for root in (plain, linked):
        named = (root.get("aria-labelledby") or "").split()
        assert [e.tag.removeprefix(SVG) for e in root if e.get("id") in named] == ["title", "desc"]


def test_no_style_no_script_no_handler() -> None:
    """A drawing needs nothing that a strict content security policy forbids: no style, no script, no handler."""
    text = tenure_chart([Lane("l", (Bar("b", YEAR, "gap"),))], YEAR, title="t", description="d", key="k", called=called)
    text += levels_chart(levels(4), title="", description="", key="")

    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", text)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_bars_are_as_wide_as_their_days(lengths: list[int]) -> None:
    """Bars of successive holders are in the proportion of their days and lie side by side without overlap."""
    first, bars = YEAR.first, []
    for days in lengths:
        last = first + timedelta(days=days - 1)
        if last > YEAR.last:
            break
        bars.append(Bar("x", Period(first, last)))
        first = last + timedelta(days=1)
    found = widths(tenures(*bars), "holder")

    per_day = sum(found) / sum(bar.period.days for bar in bars)
    assert found == pytest.approx([max(2.0, bar.period.days * per_day) for bar in bars], abs=0.05)


def test_a_bar_outside_the_days_shown_is_left_out_and_one_across_is_cut() -> None:
    """Only what lies inside the chart's days is drawn."""
    before = Bar("a", Period(date(2022, 1, 1), date(2023, 12, 31)))
    across = Bar("b", Period(date(2020, 1, 1), date(2030, 1, 1)))

    assert len(widths(tenures(before, across), "holder")) == 1
    assert widths(tenures(across), "holder") == widths(tenures(Bar("c", YEAR)), "holder")


def test_overlapping_bars_stand_below_each_other() -> None:
    """Two who held at once are both seen."""
    root = tenures(Bar("a", YEAR), Bar("b", YEAR, "disputed"))
    rows = [r.attrib["y"] for r in root.iter(f"{SVG}rect") if (r.get("class") or "").startswith("bar")]

    assert len(set(rows)) == 2


def levels(count: int, words: tuple[str, ...] = ("责任",)) -> list[Level]:
    boxes = tuple(
        LevelBox((f"n{n}", *words * (n % 3)), "main", facts=n % 2 == 0, decided=n % 3 == 0) for n in range(count)
    )
    return [
        Level(
            "facts",
            (LevelBox(("case",), "event"), LevelBox(("one",), "decision"), LevelBox(("other", "w " * 40), "decision")),
        ),
        Level("nobody", ()),
        Level("members " * 4, boxes),
        Level("body", (LevelBox(("body",), "body", decided=True),)),
    ]


def test_one_drawing_for_one_input() -> None:
    """The same input gives the same text; a level that nobody is in is not drawn."""
    drawn = {levels_chart(levels(9), title="", description="", key="g") for _ in range(3)}

    assert len(drawn) == 1
    assert "nobody" not in drawn.pop()


@pytest.mark.parametrize("count", [1, 4, 11])
def test_a_drawing_in_parts_is_the_whole_one_cut_between_levels(count: int) -> None:
    """The parts begin where the one before ended, are as high together as the whole, and cut no box and no word."""
    whole = ET.fromstring(levels_chart(levels(count), title="t", description="d", key="g"))  # noqa: S314
    parts = [ET.fromstring(part) for part in levels_parts(levels(count), title="t", description="d", key="g")]  # noqa: S314
    ends = [0.0]
    for part in parts:
        _, top, _, height = map(float, part.attrib["viewBox"].split())
        assert top == ends[-1]
        ends.append(top + height)
        for box in part.iter(f"{SVG}rect"):
            assert top <= float(box.attrib["y"])
            assert float(box.attrib["y"]) + float(box.attrib["height"]) <= ends[-1]
    assert ends[-1] == float(whole.attrib["viewBox"].split()[3])
    said = [text.text for part in parts for text in part.iter(f"{SVG}text")]
    assert said == [text.text for text in whole.iter(f"{SVG}text")]


def test_the_label_of_a_point_stands_clear_of_a_marker() -> None:
    """A marker a few days behind a point would cross its label, which then stands behind the marker."""
    day = date(2024, 6, 1)
    apart = [tenures(points=(Point("10", day),), markers=[Point("m", day + timedelta(days=days))]) for days in (6, 60)]
    found = [next(float(text.attrib["x"]) for text in root.iter(f"{SVG}text") if text.text == "10") for root in apart]
    line = next(
        float(path.attrib["d"].split(",")[0][1:])
        for path in apart[0].iter(f"{SVG}path")
        if path.get("stroke") == "#5b2c83"
    )
    assert found[0] > line > found[1]


@pytest.mark.parametrize("count", [1, 4, 5, 11])
def test_no_line_runs_behind_a_box_and_no_box_over_another(count: int) -> None:
    """However many boxes a level has, they do not cover each other, and no line crosses the inside of one."""
    text = levels_chart(levels(count, ("责任" * 9, "word " * 9)), title="t", description="d", key="g")
    root = ET.fromstring(text)  # noqa: S314
    boxes = [
        tuple(float(r.attrib[name]) for name in ("x", "y", "width", "height"))
        for r in root.iter(f"{SVG}rect")
        if (r.get("class") or "").startswith("node")
    ]
    _, _, width, height = map(float, root.attrib["viewBox"].split())

    assert len(boxes) == count + 4
    for (x, y, w, h), (u, v, a, b) in itertools.combinations(boxes, 2):
        assert x + w <= u or u + a <= x or y + h <= v or v + b <= y
    assert all(x >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    lines = [p.attrib["d"] for p in root.iter(f"{SVG}path") if (p.get("class") or "").startswith("edge")]
    assert len(lines) > count
    for ends in map(corners, lines):
        for (x1, y1), (x2, y2) in itertools.pairwise(ends):
            for x, y, w, h in boxes:
                left, right, top, foot = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
                assert right <= x + 0.1 or left >= x + w - 0.1 or foot <= y + 0.1 or top >= y + h - 0.1


def corners(path: str) -> list[tuple[float, float]]:
    """The points of a path of straight lines along the axes."""
    found: list[tuple[float, float]] = []
    for command, words in re.findall(r"([MHV])([\d.,]+)", path):
        x, y = found[-1] if found else (0.0, 0.0)
        numbers = [float(word) for word in words.split(",")]
        found.append(
            (numbers[0], numbers[1]) if command == "M" else (numbers[0], y) if command == "H" else (x, numbers[0])
        )
    return found


def test_words_of_a_level_stay_inside_the_drawing() -> None:
    """Every word of a box stands inside it, whatever its length."""
    root = ET.fromstring(  # noqa: S314
        levels_chart(levels(5, ("责任" * 40, "word" * 30)), title="t", description="d", key="g")
    )
    rects = [r for r in root.iter(f"{SVG}rect") if (r.get("class") or "").startswith("node")]
    edges = {float(r.attrib["x"]): float(r.attrib["x"]) + float(r.attrib["width"]) for r in rects}

    for text in root.iter(f"{SVG}text"):
        left = float(text.attrib["x"]) - 7
        if left in edges:
            assert left + 7 + text_width(text.text or "", 12) <= edges[left]


@given(st.text(max_size=60), st.floats(20, 300))
def test_wrapping_loses_no_word(text: str, width: float) -> None:
    """Wrapped lines hold every character that is no blank; a fitted text is no wider than asked."""
    assert "".join("".join(wrapped(text, width)).split()) == "".join(text.split())
    assert text_width(fitted(text, width)) <= width


def test_labels_of_neighbouring_markers_stand_above_each_other() -> None:
    """Two markers days apart have their words on lines of their own."""
    markers = (Point("case opened", date(2024, 6, 10)), Point("first lead", date(2024, 6, 3)))
    root = tenures(Bar("x", YEAR), markers=markers)
    rows = {t.text: t.attrib["y"] for t in root.iter(f"{SVG}text") if t.text in ("case opened", "first lead")}

    assert len(set(rows.values())) == 2
    label = next(text for text in root.iter(f"{SVG}text") if text.text == "first lead")
    lines = [float(e.attrib["d"].split(",")[0][1:]) for e in root.iter(f"{SVG}path") if e.get("stroke") == "#5b2c83"]
    left = float(label.attrib["x"])
    assert not [line for line in lines if left < line < left + text_width("first lead", 12)]


def test_long_periods_have_years_on_the_axis() -> None:
    """From months to centuries the axis has labels that do not run into each other, and ends."""
    for years in (1, 3, 8, 60, 900):
        during = Period(date(1900, 1, 1), date(1900 + years, 12, 31))
        marker = Point("opened", during.last)
        text = tenure_chart(
            [Lane("l")], during, title="", description="", key="k", called=called, shaded=during,
            markers=(marker, Point("x", date(1800, 1, 1))),
        )  # fmt: skip
        assert len(re.findall(r">(\d+ of )?\d{4}<", text)) >= 2
    late = Period(date(9998, 1, 1), date.max)
    assert "9998" in tenure_chart([Lane("l")], late, title="", description="", key="k", called=called)


def test_attributes_are_written_as_given() -> None:
    """Names with underscores are hyphenated, None is left out, numbers have at most two decimals."""
    text = drawing(1, 2, element("path", d="M0,0", stroke_width=1.239, fill=None), title="t", description="", key="k")

    assert 'stroke-width="1.24"' in text
    assert "fill=" not in text.partition("<path")[2]
