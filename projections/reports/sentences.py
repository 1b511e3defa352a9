"""A finished report with its statements as sentences: in English each begins with a capital, running text ends in a
full stop in every language.

What a statement is made of is said in other places too, behind a name or inside a sentence, so it is kept small there.
"""

import re
from dataclasses import replace

from projections.reports.document import (
    AnnexEntry,
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

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*\.?(?=[\s,;:()]|$)")
"""A first word in small letters; an address, an origin or a hash is none."""
_ENDED = re.compile(r"[.。:：!?！？]$|[.。!?！？]”$")


def as_sentences(report: Report) -> Report:
    """The report with every statement begun and every paragraph ended as one writes it."""
    form = _Sentences(report)
    sections = tuple(replace(section, blocks=tuple(map(form.block, section.blocks))) for section in report.sections)
    return replace(report, sections=sections, cover=form.pairs(report.cover))


class _Sentences:
    def __init__(self, report: Report) -> None:
        self.english = not report.language.startswith("zh")
        self.names = tuple(name for name in report.names if name[:1].islower())

    def begun(self, said: str) -> str:
        """With a capital at its beginning, unless it begins with somebody's name or with no word."""
        if not self.english or not _WORD.match(said) or said.startswith(self.names):
            return said
        return said[0].upper() + said[1:]

    def ended(self, said: str) -> str:
        """A paragraph with its full stop."""
        return said if not said or _ENDED.search(said) else said + ("." if self.english else "。")

    def lines(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self.begun, texts))

    def pairs(self, rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.begun(value)) for name, value in rows)

    def block(self, block: Block) -> Block:
        match block:
            case Paragraph(text=said):
                return replace(block, text=self.ended(self.begun(said)))
            case Heading(text=said):
                number, part, words = said.partition(") ") if said.startswith("(") else ("", "", said)
                return replace(block, text=number + part + self.begun(words))
            case Bullets(items=items) | Box(items=items):
                return replace(block, items=self.lines(items))
            case Pairs(rows=rows):
                return replace(block, rows=self.pairs(rows))
            case _:
                return self.form(block)

    def form(self, block: Block) -> Block:
        match block:
            case AnnexEntry(title=title, lines=lines):
                return replace(block, title=self.begun(title), lines=(*self.lines(lines[:1]), *lines[1:]))
            case Table(heads=heads, rows=rows):
                return replace(block, heads=self.lines(heads), rows=tuple(map(self.lines, rows)))
            case FactSheet(rows=titled):
                return replace(block, rows=tuple(row._replace(lines=self.lines(row.lines)) for row in titled))
            case _:
                return block
