"""A report as lines of text; charts are left out, for their data stand in the tables."""

import unicodedata
from collections.abc import Iterator, Sequence

from projections.reports.document import (
    AnnexEntry,
    Blanks,
    Block,
    Box,
    Bullets,
    FactSheet,
    Heading,
    Pairs,
    Paragraph,
    Report,
    Table,
)


def report_lines(report: Report, *, entries: bool = True) -> list[str]:
    """The whole report, a blank line before each section; `entries` False leaves out the annex of the entries cited."""
    lines = [report.title, report.subtitle, *_pairs(report.cover), *report.as_of]
    for section in report.sections:
        if not entries and any(isinstance(block, AnnexEntry) for block in section.blocks):
            continue
        lines += ["", section.title] if section.title else [""]
        lines += [f"  {line}".rstrip() for block in section.blocks for line in _block(block)]
    return lines


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield text
        case Heading(text=text):
            yield ""
            yield text
        case Bullets(items=items):
            yield from (f"  {item}" for item in items)
        case Box(title=title, items=items):
            yield f"[ {title} ]"
            yield from (f"  {item}" for item in items)
        case Pairs(rows=rows):
            yield from _pairs(rows)
        case AnnexEntry(number=number, title=title, lines=lines):
            yield f"{number}  {title}"
            yield from (f"  {line}" for line in lines)
        case Table(caption=caption, heads=heads, rows=rows):
            if caption:
                yield caption
            yield from (f"  {line}" for line in columns(heads, rows))
        case _:
            yield from _form(block)


def _form(block: Block) -> Iterator[str]:
    match block:
        case FactSheet(rows=parts):
            for part in parts:
                yield part.title
                yield from (f"  {line}" for line in part.lines)
        case Blanks(labels=labels):
            yield from (f"{label} ____________" for label in labels)
        case _:
            return  # a chart's data stand in a table


def _pairs(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    wide = max((_width(name) for name, _ in rows), default=0)
    for name, value in rows:
        yield f"{name}{' ' * (wide - _width(name))}  {value}"


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned columns with a rule under the heads; East Asian wide characters count two."""
    lines = [heads, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(heads))]
    text = ["  ".join(c + " " * (w - _width(c)) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
    return [text[0], "  ".join("-" * width for width in widths), *text[1:]]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
