"""A value that is one of a few fixed words, taken by its title too; a wrong one is told with the nearest."""

from collections.abc import Mapping
from typing import Any

import click

from ledger.recording.likely import near
from projections.language.catalogue import LANGUAGES, _, translate


class TitledChoice(click.Choice[str]):
    """One of these words; its title in any language serves as well."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__(tuple(titles))
        self.titles = titles

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word. Fails with the nearest words and their titles."""
        said = {title: word for word in self.titles for title in (word, *self._titles(word))}
        if value in said:
            return said[value]
        likely = list(dict.fromkeys(said[each] for each in near(str(value), said, else_first=False)))
        named = ", ".join(f"{word} ({_(self.titles[word])})" for word in likely or self.titles)
        told = _("it is none of these; perhaps {likely}") if likely else _("it is none of these: {likely}")
        raise click.BadParameter(told.format(likely=named), ctx, param)

    def _titles(self, word: str) -> list[str]:
        return [translate(self.titles[word], language) for language in LANGUAGES]
