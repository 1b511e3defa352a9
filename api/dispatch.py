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
        if route.records is not None:
            _record(route, asked)
        return response

    return view


def _record(route: Route, asked: Values) -> None:
    """Records that this was read. It names what was asked for, not whom the answer happens to speak of."""
    parties = tuple(asked[name] for name in ("person", "unit", "owner") if asked.get(name))
    if route.records == "search" and not parties and not asked.get("words"):
        return  # a list that nobody narrowed tells nothing of anybody
    words = clean_text(asked["words"]) if asked.get("words") else None
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
            asked=words,
        )
    )


def _entry(asked: Values) -> EntryReference | None:
    ledger = reading().ledgers.get(asked["kind"])
    if ledger is None:
        return None
    event = ledger.at(asked["position"])
    return EntryReference(ledger.fingerprint, event.position, event.leaf_hash)
