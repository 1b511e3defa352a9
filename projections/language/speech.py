"""The language of an answer, and the names in it."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import Decimal

from ledger.messages import N_
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period
from projections.language.catalogue import language, translate
from projections.language.codes import LEDGERS
from projections.language.record_words import MONTHS

OCCASIONS: Mapping[str, str] = {
    "H1": N_("first half"),
    "H2": N_("second half"),
    "mid-year": N_("mid-year"),
    "second half": N_("second half"),
    "year-end": N_("year-end"),
    "once": N_("once"),
    "supervision": N_("supervision"),
}
"""Parts of a year, and occasions."""
INVESTIGATORS = "investigators"
"""The owner of duties who is nobody registered."""
_KEYS = re.compile(r"(duty|case|access)-(?:service|custodian-(\d+))")
"""Keys of a ledger's service and of its custodians, where nobody else is named for them."""


class Speech:
    """Builds sentences in one language, with names of persons and units."""

    def __init__(self, facts: Facts, language: str | None = None) -> None:
        self.facts, self.language = facts, language

    @property
    def known(self) -> Container[str]:
        """Ids that have a name."""
        return {**self.facts.persons, **self.facts.units}

    @property
    def speech(self) -> str:
        """The language of the sentences."""
        return self.language or language()

    def text(self, message: str) -> str:
        """A message in the language."""
        return translate(message, self.language)

    def labelled(self, label: str, said: str) -> str:
        """What is said under a label."""
        return f"{label}{self.text(': ')}{said}"

    def aside(self, how: str) -> str:
        """What is added in brackets, with the blank before it where the language has one."""
        return self.text(" ({how})").format(how=how)

    def name(self, id_: str | None) -> str:
        """The name of a person or unit, its number where no name is held."""
        if id_ is None:
            return self.text("nobody")
        party = self.facts.persons.get(id_) or self.facts.units.get(id_)
        return party.name if party is not None else self._nobody(id_)

    def _nobody(self, id_: str) -> str:
        """What is called so though nobody is registered under it; else the id."""
        key = _KEYS.fullmatch(id_)
        if key is None:
            return self.text("investigators") if id_ == INVESTIGATORS else id_
        ledger = self.text(LEDGERS[key[1]])
        if key[2] is None:
            return self.text("service of the {ledger}").format(ledger=ledger)
        return self.text("custodian {n} of the {ledger}").format(n=key[2], ledger=ledger)

    def span(self, period: str) -> str:
        """A year, a half or quarter of it, or an occasion in it: `2024H1`, `2024Q3`, `2024 mid-year`, `2024-year`."""
        year, rest = period[:4], period[4:].lstrip(" -")
        if not year.isdigit():
            return self.text(OCCASIONS.get(period, period))
        if rest in ("", "year"):
            return self.text("the year {year}").format(year=year)
        if rest[:1] == "Q":
            return self.text("quarter {quarter} of {year}").format(quarter=rest[1:], year=year)
        return self.text("{part} of {year}").format(part=self.text(OCCASIONS.get(rest, rest)), year=year)

    def part_of_axis(self, first: date, *, year: bool) -> str:
        """What a year or a month, by its first day, is called beneath or above a chart."""
        if year:
            return self.text("{year}").format(year=first.year)
        return self.text("{month} {year}").format(month=self.text(MONTHS[first.month]), year=first.year)

    def period(self, period: Period | None) -> str:
        """Days from and to, both included."""
        return f"{period.first.isoformat()}–{period.last.isoformat()}" if period is not None else ""

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entry numbers with their positions."""
        return ", ".join(cite.label for cite in cites)

    def amount(self, amount: Decimal, unit: str) -> str:
        """An amount with its unit of money, exact; where no rule names one, that none is stated."""
        return f"{amount:f} {unit}" if unit else self.text("{amount} (unit not stated)").format(amount=f"{amount:f}")
