"""From the list of routes to Flask: may this reader ask, what was asked, the answer, and the record of the reading."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response

from api.asking.current import answers, check_reaches, gate, reader, reading, sources
from api.asking.kept import key_of
from api.asking.parameters import read_parameters
from api.routes import Route, Values
from ledger.access.log import clean_text
from ledger.events.access import ReadMade
from ledger.events.fields import EntryReference

PARTIES = ("person", "unit", "party")
"""Kinds of parameter that name somebody."""
NAMED = ("words", "person", "case", "valid_at", "known_at")
"""Parameters that have a field of their own on record."""
Respond = Callable[[Route, Values, Any], Response]


def add_routes(app: Flask, group: str, routes: Sequence[Route], respond: Respond) -> None:
    """Adds a rule per route; endpoints are named `group.name`."""
    for route in routes:
        app.add_url_rule(
            route.rule, f"{group}.{route.name}", _view(route, respond), methods=["GET"], strict_slashes=False
        )


def _view(route: Route, respond: Respond) -> Callable[..., Response]:
    def view(**in_path: Any) -> Response:
        check_reaches(route)
        key = key_of(route, reader().scopes, sources().state()) if route.kept else None
        kept = answers().get(key) if key is not None else None
        if kept is not None:
            asked, response = kept.asked, kept.response()
        else:
            asked = read_parameters(route, in_path)
            response = respond(route, asked, route.ask(asked))
            if key is not None:
                answers().put(key, asked, response)
        if route.recorded:
            _record(route, asked)
        return response

    return view


def _record(route: Route, asked: Values) -> None:
    """Records that this was read. It names what was asked for, not whom the answer happens to speak of."""
    parties = tuple(
        asked[parameter.name]
        for parameter in route.parameters
        if (parameter.kind in PARTIES or parameter.name == "person") and asked.get(parameter.name)
    )
    gate().record(
        ReadMade(
            token=reader().token,
            question=route.name,
            inspector=reader().may("cases"),
            concerns=parties or None,
            case=asked.get("case"),
            entry=_entry(asked) if route.records == "entry" else None,
            valid_at=asked.get("valid_at"),
            known_at=asked.get("known_at"),
            asked=_filter(route, asked),
        )
    )


def _filter(route: Route, asked: Values) -> str | None:
    """The words that were searched for, then every other part of the question that has no field of its own."""
    said = [clean_text(asked["words"])] if asked.get("words") else []
    own = (*NAMED, "kind", "position") if route.records == "entry" else NAMED
    for parameter in route.parameters:
        value = asked.get(parameter.name)
        if parameter.kind in (*PARTIES, "cursor", "limit") or parameter.name in own or value in (None, (), False):
            continue
        said.append(f"{parameter.name}={clean_text(_plain(value))}")
    return "; ".join(said) or None


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _entry(asked: Values) -> EntryReference | None:
    ledger = reading().ledgers.get(asked["kind"])
    if ledger is None:
        return None
    event = ledger.at(asked["position"])
    return EntryReference(ledger.fingerprint, event.position, event.leaf_hash)
