"""Lists: read from a key on, a page at a time, or whole for an export."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from api.asking import query
from api.routes import Values

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursor that goes on, None at the end."""

    rows: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list in rising order of whole-number keys. `fetch(start, count)` gives (key, row), `count` None all.

    `of` says of which list, filter and state it is, so that a cursor cannot be used elsewhere.
    """

    fetch: Callable[[int, int | None], Sequence[tuple[int, T]]]
    of: str
    answer: Any = None
    """The answer whose rows these are: its other members stand beside them."""
    most: int | None = query.LIMIT
    """Rows of a page for programs where they name no limit; None = all, which are at hand anyhow."""

    def page(self, asked: Values, most: int | None = query.LIMIT) -> Page[T]:
        """The page that cursor and limit ask for; `most` rows where no limit is named, None all. Raises BadInput."""
        start, count = query.parse_cursor(asked.get("cursor"), self.of), asked.get("limit") or most
        found = self.fetch(start, count + 1 if count is not None else None)
        if count is None:
            return Page(tuple(row for _, row in found), None)
        more = query.format_cursor(self.of, found[count][0]) if len(found) > count else None
        return Page(tuple(row for _, row in found[:count]), more)

    def all(self) -> Iterator[T]:
        """Every row, fetched in batches."""
        start = 0
        while found := self.fetch(start, BATCH):
            yield from (row for _, row in found)
            start = found[-1][0] + 1
            if len(found) < BATCH:
                return


class HasItems(Protocol[R_co]):
    """An answer that is a list."""

    @property
    def items(self) -> tuple[R_co, ...]:
        """Its rows."""


def answered(answer: HasItems[T], of: str) -> Listing[T]:
    """An answer that is at hand whole, as a list: its rows by page, and what else it says beside each page."""
    return replace(listed(answer.items, of), answer=answer, most=None)


def listed(rows: Sequence[T], of: str) -> Listing[T]:
    """A list that is at hand whole; its keys are the places in it."""

    def fetch(start: int, count: int | None) -> list[tuple[int, Any]]:
        stop = len(rows) if count is None else min(len(rows), start + count)
        return [(place, rows[place]) for place in range(min(start, len(rows)), stop)]

    return Listing(fetch, of)
