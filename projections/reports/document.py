"""What a report consists of, in no format yet: words are in one language, numbers and days are written out."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `strong` for what must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
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
    """A drawing as SVG, with what it shows in words; the data stand in a table of the same section too.

    `below` are further parts of a high one, each set close under the one before: a page may end between two.
    """

    svg: str
    caption: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: level 2 for a part of it, 3 for a part of that."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Box:
    """Statements in a frame, for what is to be settled before anything else is read."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names of things with what they are, one a line."""

    rows: tuple[tuple[str, str], ...]


class SheetRow(NamedTuple):
    """What is said under one title of a sheet, a statement a line; `kind` says which title it is in every language."""

    kind: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactSheet:
    """A form about one person or body: titles at the left, what is said beside them."""

    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class AnnexEntry:
    """An entry in the annex under its number; `lines` say what it is and what stands in it."""

    number: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to be filled in by hand, such as signatures."""

    labels: tuple[str, ...]


Block = Paragraph | Bullets | Table | Chart | Heading | Box | Pairs | FactSheet | AnnexEntry | Blanks


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks; `annex` is set small, on pages of their own with narrow margins.

    Without a title it goes on where it stands.
    """

    title: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `as_of` names the moments and ledger heads that it was computed from, and stands on each page."""

    title: str
    subtitle: str
    as_of: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str
    page_of: str
    """The words around the page number: `— {page} —`."""
    cover: tuple[tuple[str, str], ...] = ()
    """What stands beneath the title: whose case, which days, what it was made from."""
    places: tuple[tuple[str, str], ...] = ()
    """(number, id) of what the text cites by number and the annex holds: a reader goes from one to the other."""
    names: tuple[str, ...] = ()
    """Names that stay on one line."""
    compact: bool = False
    """Set small, for a form of few pages."""
    narrow: bool = False
    """On a page with the narrow margins of the annexes: for letters in a form of few pages. The standard's page is that
    of Chinese documents."""
    across: bool = False
    """Printed across the page: a form of many columns."""
