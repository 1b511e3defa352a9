"""What a list may be limited to by its columns, each value with the number of lines that it would have.

A limit of the question itself is counted over the answer without it (`asked_for`); one of the page alone is a limit to
what a column says (`narrowed`), and is no part of the question and of no record of it, as an order is not.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from api.asking.language import language
from api.routes import Parameter, Values
from projections.language.catalogue import translate

T = TypeVar("T")
MOST_NAMED = 200
"""Values that a list to choose from has; beyond, one types."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that a list may be limited to, and how many lines it would have."""

    value: str
    words: str
    lines: int


@dataclass(frozen=True, slots=True)
class By:
    """A column by which a list may be limited: its parameter, its heading, what a row has in it, and that in words.

    `links`: few values, which stand as links above the list; else they are chosen in the form. `order`: of the values,
    where it is not that of their words.
    """

    name: str
    label: str
    of: Callable[[Any], Iterable[str]]
    called: Callable[[str], str] = str
    links: bool = False
    order: Sequence[str] = ()
    also: Sequence[str] = ()
    """Values that are there to choose though no line has them."""


@dataclass(frozen=True, slots=True)
class ColumnFacets:
    """The values of a column with their counts; `lines` in all, `chosen` to what the list is limited now."""

    name: str
    label: str
    facets: tuple[Facet, ...]
    chosen: tuple[str, ...]
    lines: int
    links: bool
    of_page: bool

    @property
    def said(self) -> str:
        """What is chosen, in words."""
        words = {facet.value: facet.words for facet in self.facets}
        return translate(", ", language()).join(words.get(value, value) for value in self.chosen)


def among(*names: str) -> tuple[Parameter, ...]:
    """The parameters of limits to what a column says."""
    return tuple(Parameter(name, "among", "Only lines that have this in the column.") for name in names)


def narrowed(rows: Sequence[T], asked: Values, *bys: By) -> tuple[tuple[T, ...], tuple[ColumnFacets, ...]]:
    """The rows within the page's own limits, and each column with the counts that the other limits leave."""

    def within(limits: Iterable[By]) -> tuple[T, ...]:
        chosen = [(by, asked[by.name]) for by in limits if asked.get(by.name)]
        return tuple(row for row in rows if all(value in by.of(row) for by, value in chosen))

    groups = tuple(_group(by, within(each for each in bys if each is not by), asked, of_page=True) for by in bys)
    return within(bys), groups


def asked_for(
    rows: Sequence[T], without: Callable[[str], Sequence[T]], asked: Values, *bys: By
) -> tuple[ColumnFacets, ...]:
    """Each limit of the question with the counts of its values: of `rows`, the answer, where the limit is not set, else
    of the rows without it."""
    return tuple(_group(by, without(by.name) if asked.get(by.name) else rows, asked, of_page=False) for by in bys)


def _group(by: By, rows: Sequence[Any], asked: Values, *, of_page: bool) -> ColumnFacets:
    counted = Counter(value for row in rows for value in dict.fromkeys(by.of(row)) if value)
    return _facets(by, counted, len(rows), asked, of_page=of_page)


def counted_before(by: By, counted: Mapping[str, int], asked: Values) -> ColumnFacets:
    """A limit of the question of which each row has one value, where the rows were counted by it without that limit."""
    return _facets(by, counted, sum(counted.values()), asked, of_page=False)


def _facets(by: By, counted: Mapping[str, int], lines: int, asked: Values, *, of_page: bool) -> ColumnFacets:
    given = asked.get(by.name) or ()
    chosen = given if isinstance(given, tuple) else (given,)
    facets = [
        Facet(value, by.called(value), counted.get(value, 0)) for value in dict.fromkeys((*counted, *by.also, *chosen))
    ]
    ranks = {value: place for place, value in enumerate(by.order)}
    facets.sort(key=lambda facet: (ranks.get(facet.value, len(ranks)), facet.words))
    return ColumnFacets(by.name, by.label, tuple(facets), chosen, lines, by.links, of_page)
