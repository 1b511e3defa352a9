"""The language of an answer, and the names in it."""

from collections.abc import Container, Iterable
from decimal import Decimal

from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period
from projections.language.catalogue import language, translate


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
        return party.name if party is not None else id_

    def period(self, period: Period | None) -> str:
        """Days from and to, both included."""
        return f"{period.first.isoformat()}–{period.last.isoformat()}" if period is not None else ""

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entry numbers with their positions."""
        return ", ".join(cite.label for cite in cites)

    def amount(self, amount: Decimal, unit: str) -> str:
        """An amount with its unit of money, exact."""
        return f"{amount} {unit}".rstrip()
