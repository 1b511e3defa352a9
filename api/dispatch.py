"""From the list of routes to Flask: may this reader ask, what was asked, the answer, and the record of the reading."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response

from api.asking.current import (
    answers,
    check_reaches,
    gate,
    of_server,
    organ,
    organ_named,
    organs,
    reader,
    reading,
    state,
    stores,
)
from api.asking.kept import key_of
from api.asking.parameters import read_parameters
from api.asking.reader import Unknown
from api.routes import SHOWING, Route, Values
from ledger.access.log import ACROSS, clean_text, question_on_record
from ledger.events.access import ReadMade
from ledger.events.fields import EntryReference
from ledger.messages import Told
from projections.language.codes import LEDGERS

PARTIES = ("person", "unit", "party")
"""Kinds of parameter that name somebody."""
UNSAID = (*PARTIES, *(SHOWING - {"format"}))
"""Kinds of parameter that are not told on record as a filter; that a list was taken along as a file is told."""
NAMED = ("words", "person", "case", "valid_at", "known_at", "in")
"""Parameters that have a field of their own on record."""
Respond = Callable[[Route, Values, Any], Response]


def add_routes(app: Flask, group: str, routes: Sequence[Route], respond: Respond) -> None:
    """Adds the rules of each route; endpoints are named `group.name`."""
    for route in routes:
        view = _view(route, respond)
        for rule in route.rules:
            app.add_url_rule(rule, f"{group}.{route.name}", view, methods=["GET"], strict_slashes=False)


def _view(route: Route, respond: Respond) -> Callable[..., Response]:
    records, needs = route.recorded, route.needs
    keeps = route.kept and route.about != "reads"  # which each reading changes

    def view(**in_path: Any) -> Response:
        check_reaches(route)
        if route.about == "reads":
            organ_named()  # it is there for this reader
            of_server()
            if not stores().home.kinds():
                raise _lacking("access")
        if needs is not None and needs not in reading().ledgers:
            raise _lacking(needs)
        asks = reader()
        key = key_of(route, asks.scopes, (state(), asks.organs, asks.person)) if keeps else None
        kept = answers().get(key) if key is not None else None
        if kept is not None:
            asked, response = kept.asked, kept.response()
        else:
            asked = read_parameters(route, in_path)
            response = respond(route, asked, route.ask(asked))
            if key is not None:
                answers().put(key, asked, response)
        sent_on = "Location" in response.headers  # who is only sent on has read nothing
        if records and not sent_on and gate().log is not None:
            _record(route, asked)
        return response

    return view


def _lacking(kind: str) -> Unknown:
    """That a question needs a ledger that is not here, in words."""
    return Unknown("there is no {} here", Told(LEDGERS[kind]))


def _record(route: Route, asked: Values) -> None:
    """Records that this was read. It names what was asked for, not whom the answer happens to speak of."""
    own = reader().person
    parties = (
        (own,)
        if own is not None
        else tuple(
            clean_text(asked[parameter.name])
            for parameter in route.parameters
            if (parameter.kind in PARTIES or parameter.name == "person") and asked.get(parameter.name)
        )
    )
    gate().record(
        ReadMade(
            token=reader().token,
            question=question_on_record(route.name, _organ(route, asked)),
            inspector=reader().may("cases"),
            concerns=parties or None,
            case=asked.get("case"),
            entry=_entry(asked) if route.records == "entry" else None,
            valid_at=asked.get("valid_at"),
            known_at=asked.get("known_at"),
            asked=_filter(route, asked),
        )
    )


def _organ(route: Route, values: Values) -> str | None:
    """The organ that was asked, where a list has several; of a question across them the one that it was limited to."""
    if route.about == "city":
        seen = organs()
        only = (
            seen.find(values["in"]) if values["in"] is not None else next(iter(seen)) if len(seen.organs) == 1 else None
        )
        return only.fingerprint if only is not None else ACROSS
    asked = organ() if route.about == "organ" else organ_named()
    return asked.fingerprint if asked is not None and asked.home.listed is not None else None


def _filter(route: Route, asked: Values) -> str | None:
    """The words that were searched for, then every other part of the question that has no field of its own."""
    said = [clean_text(asked["words"])] if asked.get("words") else []
    own = (*NAMED, "kind", "position") if route.records == "entry" else NAMED
    for parameter in route.parameters:
        value = asked.get(parameter.name)
        if parameter.kind in UNSAID or parameter.name in own or value in (None, (), False):
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
