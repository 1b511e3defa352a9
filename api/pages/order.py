"""Lists sorted by a column: a parameter of the page alone, which is no part of the question and of no record of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from api.routes import Parameter

T = TypeVar("T")


def sort_by(*members: str) -> Parameter:
    """The parameter of a list that is sorted by any of these members, backwards with `-` before it."""
    words = tuple(word for member in members for word in (member, f"-{member}"))
    return Parameter("sort", "sort", "By which column the list is sorted; - before it: backwards.", words)


def in_order(
    rows: Sequence[T],
    sort: str | None,
    name: Callable[[str], str] = str,
    ranks: Mapping[str, Sequence[str]] | None = None,
) -> tuple[T, ...]:
    """The rows by the member that `sort` names, those that have none last; as they stand where nothing is asked.

    `name` gives what a person or unit is called: people look for names, not for ids. `ranks` has the words of members
    whose order is none of the alphabet: weights, states.
    """
    if sort is None:
        return tuple(rows)
    member, back = sort.removeprefix("-"), sort.startswith("-")
    there = [row for row in rows if not _empty(getattr(row, member))]
    ranked = (ranks or {}).get(member)
    if ranked is not None:
        there.sort(key=lambda row: list(ranked).index(getattr(row, member)), reverse=back)
    else:
        there.sort(key=lambda row: _key(getattr(row, member), name), reverse=back)
    return (*there, *(row for row in rows if _empty(getattr(row, member))))


def _empty(value: Any) -> bool:
    return value is None or value in ("", ())


def _key(value: Any, name: Callable[[str], str]) -> Any:
    position = getattr(value, "position", None)
    if position is not None:
        return (value.ledger, position)
    if hasattr(value, "title") and hasattr(value, "key"):  # an organ, by what it is called
        return value.title or value.name
    if isinstance(value, tuple):
        return [_key(each, name) for each in value]
    if isinstance(value, str):
        return name(value)
    return value if isinstance(value, int | date | Decimal) else str(value)
