"""The reference of the API, made from the same list as its routes; and the OpenAPI document itself."""

import json

from flask import Response

from api.asking.language import language
from api.pages.frame import Shown, page
from api.routes import PREFIX, PUBLIC, Route, Values
from ledger.messages import N_
from projections.questions.tables import ROWS
from projections.reports.exports import columns_of


def reference(_: Values) -> Shown:
    """Every address with its parameters, scopes and forms."""
    from api import v1

    tables = {name: columns_of(row) for name, row in ROWS.items()}
    return page("reference.html", routes=(*v1.ROUTES, *v1.ROOT), prefix=PREFIX, tables=tables)


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
    Route("/docs", reference, N_("Reference of the API"), PUBLIC, computed=False, about="server", title="API"),
    Route("/api/v1/openapi.json", openapi, N_("The OpenAPI document"), PUBLIC, computed=False, about="server"),
)
