"""Lists sorted by a column: a parameter of the page alone, which is no part of the question and of no record of it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from api.routes import Parameter

T = TypeVar("T")


def sort_by(*members: str) -> Parameter:
    """The parameter of a list that is sorted by any of these members, backwards with `-` before it."""
    words = tuple(word for member in members for word in (member, f"-{member}"))
    return Parameter("sort", "sort", "By which column the list is sorted; - before it: backwards.", words)


def in_order(rows: Sequence[T], sort: str | None, name: Callable[[str], str] = str) -> tuple[T, ...]:
    """The rows by the member that `sort` names, those that have none last; as they stand where nothing is asked.

    `name` gives what a person or unit is called: people look for names, not for ids.
    """
    if sort is None:
        return tuple(rows)
    member, back = sort.removeprefix("-"), sort.startswith("-")
    there = [row for row in rows if not _empty(getattr(row, member))]
    there.sort(key=lambda row: _key(getattr(row, member), name), reverse=back)
    return (*there, *(row for row in rows if _empty(getattr(row, member))))


def _empty(value: Any) -> bool:
    return value is None or value in ("", ())


def _key(value: Any, name: Callable[[str], str]) -> Any:
    position = getattr(value, "position", None)
    if position is not None:
        return (value.ledger, position)
    if isinstance(value, tuple):
        return [_key(each, name) for each in value]
    return name(value) if isinstance(value, str) else value if isinstance(value, int | date) else str(value)
