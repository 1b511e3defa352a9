"""R23: the rulebooks, the regime each belongs to, and when each version came into force.

A rulebook of a case is known by its name, which says the regulation; its id is the case's own. A continuing act is
tested under the version in force at its end; where a version changed inside the period, the old-or-lighter question
(政务处分法 art. 67, 从旧兼从轻) is flagged for a person to decide.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ledger.errors import BadInput
from projections.facts.values import Period
from projections.trace.model import Ground
from projections.trace.regimes import Categories, Category, Regime, RulebookUse, Version, VersionUse

_NAMES: tuple[tuple[str, Regime], ...] = (("问责", "accountability"), ("处分", "discipline"))
_ID_WORDS: tuple[tuple[str, Regime], ...] = (
    ("wenze", "accountability"),
    ("accountab", "accountability"),
    ("chufen", "discipline"),
    ("disciplin", "discipline"),
)
VERSIONS: tuple[Version, ...] = (
    Version("accountability", 2016, date(2016, 7, 8)),
    Version("accountability", 2019, date(2019, 9, 1)),
    Version("discipline", 2015, date(2016, 1, 1)),
    Version("discipline", 2018, date(2018, 10, 1)),
    Version("discipline", 2023, date(2024, 1, 1)),
)
"""问责条例 (2016, revised 2019) and 处分条例 (revised 2015, 2018, 2023), each with the day it came into force."""
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")

GRAVITY: tuple[Category, ...] = ("none", "important_leadership", "main_leadership", "collective", "direct")


def regime_of(id_: str, name: str) -> Regime:
    """The regime of a rulebook. Raises BadInput for one that names neither regulation."""
    for words, text in ((_NAMES, name), (_ID_WORDS, name.lower()), (_NAMES, id_), (_ID_WORDS, id_.lower())):
        for word, regime in words:
            if word in text:
                return regime
    raise BadInput("the rulebook {!r} ({}) is neither 问责条例 nor 处分条例; give its full name", id_, name)


def use_of(id_: str, name: str, note: str | None, period: Period) -> RulebookUse:
    """The rulebook as it is used on an offence of this period."""
    regime = regime_of(id_, name)
    changed = any(period.first < version.in_force <= period.last for version in VERSIONS if version.regime == regime)
    return RulebookUse(id_, name, regime, note, old_or_lighter=changed)


def in_force(regime: Regime, day: date) -> Version | None:
    """The version of a regulation in force on a day; None before the first that is known here."""
    known = [version for version in VERSIONS if version.regime == regime and version.in_force <= day]
    return known[-1] if known else None


def named_year(book: RulebookUse) -> int | None:
    """The year of the version that a rulebook's name, else its id, speaks of."""
    years = _YEAR.findall(book.name) or _YEAR.findall(book.id)
    return int(years[0]) if years else None


def reaches(book: RulebookUse, touched: Sequence[Period]) -> bool:
    """Whether the version that the rulebook's name states was in force on one of these days.

    A name without a year stands for whatever version was in force; of a year that is not known here nothing is said.
    """
    year = named_year(book)
    known = [version for version in VERSIONS if version.regime == book.regime]
    at = next((number for number, version in enumerate(known) if version.year == year), None)
    if at is None or not touched:
        return True
    until = known[at + 1].in_force - timedelta(days=1) if at + 1 < len(known) else date.max
    return any(period.meet(Period(known[at].in_force, until)) is not None for period in touched)


def versions_used(
    books: Iterable[RulebookUse],
    categories: Sequence[tuple[str, Category]],
    acts: Sequence[tuple[str, date]],
    interval: Period,
) -> tuple[VersionUse, ...]:
    """R23 (政务处分法 art. 67): the version in force at each act; a continuing act falls under the one at its end.

    One row per rulebook and version that was in force on a day of one of the acts or at the end of the interval;
    `governing` marks the latter. The category is the same in each: what a supervising member's division of work names
    is 直接主管 as well as 主管. Whether the older wording would be lighter in this case is flagged, never decided.
    """
    said = dict(categories)
    rows = []
    for book in books:
        governing = in_force(book.regime, interval.last)
        used: dict[Version | None, list[str]] = {}
        for act, day in acts:
            used.setdefault(in_force(book.regime, day), []).append(act)
        used.setdefault(governing, [])
        for version in sorted(used, key=lambda version: version.in_force if version else date.min):
            named = version is not None and named_year(book) in (None, version.year)
            rows.append(
                VersionUse(
                    book.id, version, tuple(used[version]), said.get(book.id, "none"), version == governing, named
                )
            )
    return tuple(rows)


def gravest(categories: list[Category]) -> Category:
    """Where several grounds meet the gravest stands; not_applicable only where nothing else was said."""
    said = [category for category in categories if category != "not_applicable"]
    if said:
        return max(said, key=GRAVITY.index)
    return "not_applicable" if categories else "none"


def categories_of(books: Iterable[RulebookUse], grounds: Sequence[Ground]) -> tuple[tuple[str, Category], ...]:
    """The category that the grounds give under each rulebook."""
    found = []
    for book in books:
        said = [category for ground in grounds for regime, category in ground.categories if regime == book.regime]
        found.append((book.id, gravest(said)))
    return tuple(found)


def reached(
    books: Iterable[RulebookUse], categories: Iterable[tuple[str, Category]], touched: Sequence[Period]
) -> tuple[tuple[str, Category], ...]:
    """A rulebook that was in force on none of these days reaches nobody; who has no ground stays without one."""
    reach = {book.id: reaches(book, touched) for book in books}
    return tuple((id_, said if said == "none" or reach[id_] else "not_applicable") for id_, said in categories)


def both(category: Category) -> Categories:
    """The same category under both regimes."""
    return (("accountability", category), ("discipline", category))


def each(*, accountability: Category, discipline: Category) -> Categories:
    """A category per regime."""
    return (("accountability", accountability), ("discipline", discipline))
