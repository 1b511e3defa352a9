"""What the parts of the report tell from: a trace, the case's own file, words, and the numbering of headings."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from ledger.frozen import dataclass
from projections.facts.protocol import Facts, day
from projections.facts.values import Citation
from projections.language.contents import references
from projections.language.narrator import Narrator
from projections.registers.warnings import Warned, warnings
from projections.reports.casefile import CaseRecords, case_file
from projections.trace.model import Trace
from projections.trace.regimes import RulebookUse
from projections.trace.status import standing

_ARTICLE = re.compile(r"(.*?)((?:第[^第]+[条款项])*)", re.DOTALL)
"""A title of law with the article behind it."""
_DIGITS = "〇一二三四五六七八九"


def numeral(number: int) -> str:
    """A number up to 99 in Chinese characters."""
    tens, ones = divmod(number, 10)
    said = ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")
    return said or _DIGITS[0]


def citations(value: Any) -> Iterator[Citation]:
    """Every entry that an answer names, in the order of its fields."""
    if isinstance(value, Citation):
        yield value
    elif dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield from citations(getattr(value, item.name))
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from citations(item)


def _split(name: str) -> tuple[str, str]:
    """A title of law, and the article behind it."""
    found = _ARTICLE.fullmatch(name)
    return (found[1], found[2]) if found is not None and "《" not in name else ("", name)


@dataclass(frozen=True)
class Telling:
    """A trace with all that is needed to tell it in one language."""

    found: Trace
    facts: Facts
    language: str
    places: bool = False
    """Whether numbers of entries have their positions behind them, for a page."""
    cut: Facts | None = None
    """The case's facts as known at the cut-off: `facts` are those by now."""

    @property
    def known(self) -> Facts:
        """The facts as known at the cut-off, where they are at hand."""
        return self.cut if self.cut is not None else self.facts

    @cached_property
    def file(self) -> CaseRecords:
        """The inspectors' own entries."""
        return case_file(self.facts, self.found.case)

    @cached_property
    def cited(self) -> tuple[Citation, ...]:
        """Every entry that the report names, by ledger and position."""
        plain = Narrator(self.facts, self.language)
        owed = [duty for row in self.found.persons for duty in (*row.unmet, *row.sham)]
        owed += [duty for body in self.found.bodies for duty in body.unmet]
        triggers = [plain.trigger(duty) for duty in owed if duty.trigger is not None]
        tenures = [tenure.entry for row in self.found.persons for tenure in self.facts.tenures(person=row.person)]
        named = {*citations(self.found), *self.file.entries(self.facts), *tenures, *(t for t in triggers if t)}
        named |= {now.entry for row in self.found.persons if (now := standing(self.facts, row.person)) is not None}
        named |= {cite for row in self.warnings for cite in (row.entry, row.answered_by) if cite is not None}
        return tuple(sorted(self._with_references(named)))

    @cached_property
    def warnings(self) -> tuple[Warned, ...]:
        """The warnings about the unit that were known at the cut-off; an answer recorded later is none."""
        found = warnings(self.facts, day(self.facts, self.found.known_at))
        own = (row for row in found if row.unit == self.found.unit and self._known(row.entry))
        return tuple(
            row
            if row.answered_by is None or self._known(row.answered_by)
            else replace(row, status="unanswered", answered_on=None, answered_by=None)
            for row in own
        )

    def _known(self, cite: Citation) -> bool:
        record = self.facts.cited(cite)
        return record is not None and record.recorded_at <= self.found.known_at

    def _with_references(self, named: set[Citation]) -> set[Citation]:
        """These entries and those that they refer to, and so on: the annex names no entry that it does not hold."""
        found, open_ = set(named), list(named)
        while open_:
            record = self.facts.cited(open_.pop())
            if record is not None:
                referred = self.facts.refs(record, *references(record.payload))
                more = {cite for cite in referred if cite.ref} - found
                found |= more
                open_ += more
        return found

    @cached_property
    def say(self) -> Narrator:
        """The words."""
        return Narrator(self.facts, self.language, [row.act for row in self.found.acts], self.cited, places=self.places)

    def text(self, message: str) -> str:
        """A message in the language."""
        return self.say.text(message)

    def line(self, name: str, value: str) -> str:
        """A statement with what it is about before it."""
        return f"{name}{self.text(': ')}{value}"

    def chapter(self, number: int, title: str) -> str:
        """A numbered heading of a section."""
        return self.text("{number}. {title}").format(number=self.numeral(number), title=title)

    def part(self, number: int, title: str) -> str:
        """A numbered heading inside a section."""
        return self.text("({number}) {title}").format(number=self.numeral(number), title=title)

    def numeral(self, number: int) -> str:
        """A number as headings have it."""
        return numeral(number) if self.language.startswith("zh") else str(number)

    def book(self, book: RulebookUse) -> str:
        """A rulebook by its full name, its title in the marks of titles."""
        title, article = _split(book.name)
        return f"《{title}》{article}" if title else book.name
