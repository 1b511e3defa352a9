"""SVG elements with escaped text and attributes, and the drawing around them with its title and description."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

FONT = "Noto Sans CJK SC, Noto Sans SC, WenQuanYi Micro Hei, Microsoft YaHei, PingFang SC, sans-serif"
INK, MUTED, RULE = "#1a1a1a", "#595959", "#c8c8c8"
_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)} | {0x7F: None, 0xFFFE: None, 0xFFFF: None}
"""Characters that XML 1.0 cannot hold, even escaped."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `attributes` in the order given, `children` elements or texts."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: "tuple[Element | str, ...]" = ()

    def __str__(self) -> str:
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        attributes = "".join(f' {name}="{_clean(value)}"' for name, value in self.attributes)
        if not self.children:
            yield f"<{self.name}{attributes}/>"
            return
        yield f"<{self.name}{attributes}>"
        for child in self.children:
            yield _clean(child) if isinstance(child, str) else str(child)
        yield f"</{self.name}>"


def element(name: str, *children: Element | str, **attributes: object) -> Element:
    """An element; `fill_opacity=1` becomes `fill-opacity="1"`, `class_` becomes `class`; None leaves it out.

    Numbers are written with at most two decimals, so that a drawing is the same text on every machine.
    """
    given = tuple(
        (name_.rstrip("_").replace("_", "-"), _written(value))
        for name_, value in attributes.items()
        if value is not None
    )
    return Element(name, given, children)


def drawing(
    width: float,
    height: float,
    *children: Element,
    title: str,
    description: str,
    key: str,
    links: bool = False,
    top: float = 0.0,
) -> str:
    """A whole drawing, as wide as the place that it is put in. `key` makes its ids unique within a page.

    `top` is where it begins, for a part of a higher one.

    With `links` it is a group of them, without it is one image: so assistive technology reads either rightly.
    """
    labels = f"{key}-title {key}-desc"
    root = element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 {_written(top)} {_written(width)} {_written(height)}",
        role="group" if links else "img",
        aria_labelledby=labels,
        class_="chart",
        font_family=FONT,
        font_size=13,
        fill=INK,
    )
    return str(root)


def linked(href: str | None, *children: Element) -> Element:
    """The children as a link, or as a plain group where there is nothing to link to. Only paths and http(s) links."""
    if href is None or not href.startswith(("/", "#", "?", "http://", "https://")):
        return element("g", *children)
    return element("a", *children, href=href)


def hatch(key: str, colour: str) -> Element:
    """A pattern of slanted lines, for what is told by texture as well as by colour: fill="url(#key)"."""
    return element(
        "pattern",
        element("rect", width=8, height=8, fill="#ffffff"),
        element("path", d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", stroke=colour, stroke_width=1.6),
        id=key,
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
    )


def text_width(text: str, size: float = 13) -> float:
    """About how wide a text is: wide characters one em, others a little more than half."""
    return sum(size if unicodedata.east_asian_width(char) in "WF" else size * 0.58 for char in text)


def fitted(words: str, width: float, size: float = 13) -> str:
    """The words, cut with an ellipsis where they are wider than `width`; empty where not even that fits."""
    if text_width(words, size) <= width:
        return words
    room, kept = width - text_width("…", size), 0
    for char in words:
        room -= text_width(char, size)
        if room < 0:
            break
        kept += 1
    return words[:kept].rstrip() + "…" if kept else ""


def wrapped(text: str, width: float, size: float = 13) -> list[str]:
    """The text in lines no wider than `width`, broken at spaces where there are some, else between characters."""
    lines, line = [], ""
    for word in _words(text):
        if line and text_width(line + word, size) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
        while text_width(line, size) > width and len(line) > 1:
            cut = max(1, len(fitted(line, width, size)) - 1)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        word += char
        if wide or char in " /–":
            yield word
            word = ""
    if word:
        yield word


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def _clean(text: str) -> str:
    return escape(text.translate(_CONTROL), quote=True)
