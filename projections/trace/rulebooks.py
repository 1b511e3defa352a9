"""R23: the rulebooks, the regime each belongs to, and when each version came into force.

A rulebook of a case is known by its name, which says the regulation; its id is the case's own. A continuing act is
tested under the version in force at its end; where a version changed inside the period, the old-or-lighter question
(政务处分法 art. 67, 从旧兼从轻) is flagged for a person to decide.
"""

from datetime import date

from ledger.errors import BadInput
from projections.model import Period
from projections.trace.model import Categories, Category, Regime, RulebookUse

_NAMES: tuple[tuple[str, Regime], ...] = (("问责", "accountability"), ("处分", "discipline"))
_ID_WORDS: tuple[tuple[str, Regime], ...] = (("wenze", "accountability"), ("chufen", "discipline"))
IN_FORCE: dict[Regime, tuple[date, ...]] = {
    "accountability": (date(2016, 7, 8), date(2019, 9, 1)),
    "discipline": (date(2016, 1, 1), date(2018, 10, 1), date(2024, 1, 1)),
}
"""Days on which versions of 问责条例 (2016, 2019) and of 处分条例 (2015, 2018, 2023 revisions) came into force."""

GRAVITY: tuple[Category, ...] = ("none", "important_leadership", "main_leadership", "collective", "direct")


def regime_of(id_: str, name: str) -> Regime:
    """The regime of a rulebook. Raises BadInput for one that names neither regulation."""
    for words, text in ((_NAMES, name), (_ID_WORDS, id_)):
        for word, regime in words:
            if word in text:
                return regime
    raise BadInput("the rulebook {!r} ({}) is neither 问责条例 nor 处分条例; give its full name", id_, name)


def use_of(id_: str, name: str, note: str | None, period: Period) -> RulebookUse:
    """R23: the rulebook as it is used on an offence of this period."""
    regime = regime_of(id_, name)
    changed = any(period.first < day <= period.last for day in IN_FORCE[regime])
    return RulebookUse(id_, name, regime, note, old_or_lighter=changed)


def gravest(categories: list[Category]) -> Category:
    """Where several grounds meet the gravest stands; not_applicable only where nothing else was said."""
    said = [category for category in categories if category != "not_applicable"]
    if said:
        return max(said, key=GRAVITY.index)
    return "not_applicable" if categories else "none"


def both(category: Category) -> Categories:
    """The same category under both regimes."""
    return (("accountability", category), ("discipline", category))


def each(*, accountability: Category, discipline: Category) -> Categories:
    """A category per regime."""
    return (("accountability", accountability), ("discipline", discipline))
