"""The parameters of a route, read strictly: a misspelt `known_at` must not silently ask about another time."""

from collections.abc import Callable, Mapping
from typing import Any

from api.asking import query
from api.asking.current import facts
from api.routes import Parameter, Route, Values
from ledger.errors import BadInput

MAX_TEXT = 200


def _text(parameter: Parameter, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadInput("{} has at most {} characters, this has {}", parameter.name, MAX_TEXT, len(text))
    return text


_READERS: Mapping[str, Callable[[Parameter, str], Any]] = {
    "text": _text,
    "day": lambda _, text: query.day(text),
    "moment": lambda _, text: query.moment(text, facts().zone),
    "cursor": lambda _, text: text,
    "limit": lambda _, text: query.limit(text),
    "whole": lambda parameter, text: query.whole(parameter.name, text),
    "choice": lambda parameter, text: query.choice(parameter.name, text, parameter.choices),
    "format": lambda parameter, text: query.choice(parameter.name, text, parameter.choices),
}


def read_parameters(route: Route, in_path: Mapping[str, Any]) -> Values:
    """Every parameter of the route by name, None where it was left out. Raises BadInput."""
    given = query.parameters(*(parameter.name for parameter in route.in_query))
    values: dict[str, Any] = {parameter.name: in_path[parameter.name] for parameter in route.in_path}
    for parameter in route.in_path:
        if isinstance(values[parameter.name], str):
            _text(parameter, values[parameter.name])
    for parameter in route.in_query:
        text = given.get(parameter.name)
        if text is None and parameter.required:
            raise BadInput("the parameter {!r} is needed: {}", parameter.name, parameter.meaning)
        values[parameter.name] = _READERS[parameter.kind](parameter, text) if text is not None else None
    return values
