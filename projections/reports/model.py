"""What a report consists of, in no format yet: words are in one language, numbers and days are written out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `strong` for what must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Short statements, one a line."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under heads; every row has as many cells as heads. `widths` are relative."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing as SVG, with what it shows in words; the data stand in a table of the same section too."""

    svg: str
    caption: str


Block = Paragraph | Listing | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `as_of` names the moments and ledger heads that it was computed from, and stands on each page."""

    title: str
    subtitle: str
    as_of: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str
    page_of: str
    """The words around the page number: `Page {page} of {pages}`."""
