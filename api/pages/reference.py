"""The reference of the API, made from the same list as its routes; and the OpenAPI document itself."""

import json
import re

from flask import Response

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
