"""The reference of the API, made from the same list as its routes; and the OpenAPI document itself."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal, get_args, get_origin

from flask import Response

from api.answering.enumerations import MEMBERS
from api.answering.examples import examples
from api.asking.language import language
from api.pages.frame import Shown, page
from api.routes import PREFIX, PUBLIC, Route, Values
from ledger.messages import N_
from projections.questions.plain import members, told
from projections.questions.tables import ROWS
from projections.reports.exports import columns_of, row_type


def reference(_: Values) -> Shown:
    """Every address with its parameters, scopes and forms."""
    from api import v1

    tables = {name: columns_of(row) for name, row in ROWS.items()}
    return page(
        "reference.html",
        routes=(*v1.ROUTES, *v1.ROOT),
        prefix=PREFIX,
        tables=tables,
        example_of=example_of,
        shape_of=shape_of,
        words_of=words_of,
        examples=examples(),
        kind_word=lambda kind: _KINDS[kind],
    )


def api_index(asked: Values) -> Shown:
    """The same where a program begins, for whoever looks there."""
    return reference(asked)


EXAMPLES = {
    "kind": "duty",
    "position": "E060",
    "subject": "secretary",
    "unit": "c-aid",
    "person": "p-luo",
    "party": "p-luo",
    "case": "K1",
    "words": "%E5%BB%89%E6%94%BF",
    "from": "2024-01-01",
    "to": "2024-09-30",
    "old": "100",
    "size": "200",
}
"""Values as the demonstration has them."""


_KINDS: Mapping[str, str] = {
    "choice": N_("word of a list"),
    "among": N_("what a column says"),
    "count": N_("whole number from 1"),
    "cursor": N_("where to go on"),
    "day": N_("day"),
    "entry": N_("entry"),
    "flag": N_("yes or no"),
    "format": N_("kind of file"),
    "limit": N_("whole number from 1"),
    "moment": N_("moment"),
    "part": N_("part"),
    "party": N_("person or unit"),
    "person": N_("person"),
    "sort": N_("order"),
    "text": N_("some words"),
    "unit": N_("unit"),
    "when": N_("day or moment"),
    "whole": N_("whole number"),
}
"""What a parameter takes, in words."""


def example_of(route: Route) -> str:
    """An address that asks, with what has to be said."""
    path = re.sub(r"\{(\w+)\}", lambda found: EXAMPLES.get(found[1], found[1].upper()), route.path)
    needed = [f"{each.name}={EXAMPLES.get(each.name, each.name.upper())}" for each in route.in_query if each.required]
    return f"{path}?{'&'.join(needed)}" if needed else path


def shape_of(route: Route) -> str:
    """The members of an answer, those of a row in brackets."""
    own = members(route.answer) if route.medium == "json" and route.answer is not None else {}
    rows = ", ".join(item.name for item in told(row_type(route.answer))) if route.lists else ""
    names = [f"items: [{rows}]" if name == "items" else name for name in own]
    if route.lists and "items" not in own:
        names = [f"items: [{rows}]"]
    frame = [*(["next"] if route.lists else []), *(["as_of", "ledgers"] if route.computed and own else [])]
    return ", ".join((*names, *frame))


def words_of(route: Route) -> Mapping[str, Sequence[str]]:
    """The closed lists of words that members of an answer, or of its rows, take."""
    if route.medium != "json" or not members(route.answer):
        return {}
    of = row_type(route.answer) if route.lists else route.answer
    kinds = {name: get_args(kind) for name, kind in members(of).items() if get_origin(kind) is Literal}
    own = {name: words for (owner, name), words in MEMBERS.items() if owner == of.__name__}
    return {**kinds, **own}


def openapi(_: Values) -> Response:
    """The OpenAPI 3.1 document."""
    from api import v1
    from api.answering.openapi import describe

    document = json.dumps(describe((*v1.ROUTES, *v1.ROOT), language()), ensure_ascii=False)
    response = Response(document, mimetype="application/json")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response


ROUTES = (
    Route(f"{PREFIX}/", api_index, N_("Reference of the API"), PUBLIC, computed=False, about="server"),
    Route("/docs", reference, N_("Reference of the API"), PUBLIC, computed=False, about="server", title="API"),
    Route("/api/v1/openapi.json", openapi, N_("The OpenAPI document"), PUBLIC, computed=False, about="server"),
)
