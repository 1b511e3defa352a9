"""The parameters of a route, read strictly: a misspelt `known_at` must not silently ask about another time."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import g

from api.asking import query
from api.asking.current import facts, ledger_of
from api.asking.reader import Unknown
from api.routes import Parameter, Route, Values
from ledger.errors import BadInput
from ledger.events.fields import About
from ledger.recording.numbers import find_entry
from projections.questions.parties import party_of

MAX_TEXT = 200


def _text(parameter: Parameter, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadInput("{} has at most {} characters, this has {}", parameter.name, MAX_TEXT, len(text))
    return text


def _flag(parameter: Parameter, text: str) -> bool:
    return query.choice(parameter.name, text, ("true", "false")) == "true"


_READERS: Mapping[str, Callable[[Parameter, str], Any]] = {
    "text": _text,
    "person": _text,
    "unit": _text,
    "party": _text,
    "entry": _text,
    "day": lambda _, text: query.day(text),
    "moment": lambda _, text: query.moment(text, facts().zone),
    "when": lambda _, text: query.when(text, facts().zone),
    "cursor": lambda _, text: text,
    "limit": lambda _, text: query.limit(text),
    "whole": lambda parameter, text: query.whole(parameter.name, text),
    "count": lambda parameter, text: query.count(parameter.name, text),
    "choice": lambda parameter, text: query.choice(parameter.name, text, parameter.choices),
    "sort": lambda parameter, text: query.choice(parameter.name, text, parameter.choices),
    "part": lambda parameter, text: query.choice(parameter.name, text, parameter.choices),
    "among": _text,
    "flag": _flag,
    "format": lambda parameter, text: query.choice(parameter.name, text, parameter.choices),
}
_PARTIES: Mapping[str, About] = {"person": "person", "unit": "unit", "party": "party"}


def read_parameters(route: Route, in_path: Mapping[str, Any]) -> Values:
    """Every parameter of the route by name, None where it was left out. Raises BadInput, Unknown for the path."""
    given = query.parameters({parameter.name: parameter.many for parameter in route.in_query})
    values: dict[str, Any] = {parameter.name: in_path[parameter.name] for parameter in route.in_path}
    for parameter in route.in_path:
        if isinstance(values[parameter.name], str):
            _text(parameter, values[parameter.name])
    for parameter in route.in_query:
        texts = given.get(parameter.name)
        if texts is None and parameter.required:
            raise BadInput("the parameter {!r} is needed: {}", parameter.name, parameter.meaning)
        g.reading_parameter = parameter.name  # so that a page can say at which field a fault stands
        read = tuple(_READERS[parameter.kind](parameter, text) for text in texts or ())
        values[parameter.name] = (read if parameter.many else read[0]) if read else None
    for parameter in route.parameters:
        if parameter.kind in _PARTIES and values[parameter.name] is not None:
            g.reading_parameter = parameter.name
            values[parameter.name] = _party(route, parameter, values)
        if parameter.kind == "entry":
            values[parameter.name] = _entry(values["kind"], values[parameter.name])
    g.reading_parameter = None
    return values


def _entry(kind: str, number: str) -> int:
    """The position of the entry that a number or position names, within what this reading sees. Raises Unknown."""
    ledger, head = ledger_of(kind)
    try:
        position = find_entry(ledger, number).position
    except BadInput as error:
        raise Unknown(error.message, *error.values) from None
    if position >= head.entries:
        raise Unknown("there is no entry {}; the ledger has {} entries", position, head.entries)
    return position


def _party(route: Route, parameter: Parameter, values: Values) -> str:
    """The id of whom a parameter names, of those registered at the moment asked about."""
    cut = facts(values.get("known_at"), values.get("entries"))
    try:
        return party_of(cut, values[parameter.name], _PARTIES[parameter.kind])
    except BadInput as error:
        if parameter in route.in_path:
            raise Unknown(error.message, *error.values) from None
        raise
