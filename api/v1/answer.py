"""The one shape of an answer: what was asked for, the ledgers that it was computed from, an entity tag."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from api.request_state import reading
from projections.plain import plain


def answer(content: Mapping[str, Any]) -> Response:
    """A JSON answer with the heads it rests on. The same question over the same heads has the same entity tag."""
    response = jsonify(plain({**content, "ledgers": reading().heads}))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
