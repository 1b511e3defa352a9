"""Values as JSON has them: one conversion for command line and API, so that both give the same answer."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, cast, get_args, get_origin, get_type_hints

from projections.facts.values import Citation

NOT_IN_TABLES: Mapping[str, bool] = {"table": False}
"""Metadata of a member that is no column of a table: it stands in JSON alone."""


def told(of: Any) -> Sequence["dataclasses.Field[Any]"]:
    """The fields of a value that an answer tells of."""
    return [item for item in dataclasses.fields(of) if item.metadata.get("told", True)]


def members(answer: Any) -> Mapping[str, Any]:
    """The members of an answer by name with their types, of a generic one those it was given; none of what has none."""
    of, given = get_origin(answer) or answer, get_args(answer)
    if not (isinstance(of, type) and dataclasses.is_dataclass(of)):
        return {}
    hints = get_type_hints(of)
    kinds = {item.name: hints[item.name] for item in told(of)}
    if not given:
        return kinds
    return {name: kind[given] if getattr(kind, "__parameters__", ()) else kind for name, kind in kinds.items()}


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as text, decimals exact as text, dataclasses as maps, bytes in hex."""
    return value if value.__class__ in _AS_IT_IS else _way(value.__class__)(value)


_AS_IT_IS = frozenset({str, int, bool, float, type(None)})
"""Classes of most values."""


@cache
def _way(of: Any) -> Callable[[Any], Any]:
    """How values of a class are made plain, found once: an answer has thousands of a few classes."""
    if issubclass(of, Citation):
        members_of = _members(of)
        return lambda cite: members_of(_by_place(cite))
    if dataclasses.is_dataclass(of):
        return _members(cast("Any", of))
    return next((way for classes, way in _WAYS if issubclass(of, classes)), lambda value: value)


_WAYS: Sequence[tuple[tuple[type, ...], Callable[[Any], Any]]] = (
    ((Mapping,), lambda value: {str(key): plain(item) for key, item in value.items()}),
    (
        (list, tuple, set, frozenset),
        lambda value: [item if item.__class__ in _AS_IT_IS else plain(item) for item in value],
    ),
    ((datetime, date), lambda value: value.isoformat()),
    ((Decimal,), lambda value: format(value, "f")),
    ((bytes,), bytes.hex),
)


def _by_place(cite: Citation) -> Citation:
    return cite if cite.place is None else Citation(*cite.place, cite.ref)


@cache
def _members(of: Any) -> Callable[[Any], Any]:
    names = [item.name for item in told(of)]
    if len(names) < 2:
        return lambda value: {name: plain(getattr(value, name)) for name in names}
    get = attrgetter(*names)

    def members_of(value: Any) -> dict[str, Any]:
        found = zip(names, get(value), strict=True)
        return {name: item if item.__class__ in _AS_IT_IS else plain(item) for name, item in found}

    return members_of
