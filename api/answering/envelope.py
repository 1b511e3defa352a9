"""The one shape of an answer: what was asked for, as of when, the ledgers that it was computed from, an entity tag."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from flask import Response, request, url_for

from api.answering.files import list_file
from api.answering.listing import Listing
from api.answering.turned import as_json, list_as_json
from api.asking.current import facts, reading
from api.routes import Route, Values
from ledger.clock import today
from projections.questions.desk import as_utc
from projections.questions.heads import LedgerHead
from projections.questions.plain import plain


@dataclass(frozen=True, slots=True)
class AsOf:
    """The two times of an answer; `known_at` null means everything that the ledgers held (see `ledgers`)."""

    valid_at: date | None
    known_at: str | None


def valid_at(asked: Values) -> date:
    """The day asked about, today where none is."""
    found: date = asked.get("valid_at") or today(facts().zone)
    return found


def as_of(route: Route, asked: Values) -> AsOf:
    """The times that an answer of this route holds for."""
    days = {parameter.name for parameter in route.parameters}
    return AsOf(valid_at(asked) if "valid_at" in days else None, as_utc(asked.get("known_at")))


def respond(route: Route, asked: Values, found: Any) -> Response:
    """The response for what a question answered."""
    if isinstance(found, Response):
        response = found
    elif isinstance(found, Listing):
        response = _list(route, asked, found)
    elif route.medium == "json":
        content: Mapping[str, Any] = found if isinstance(found, Mapping) else plain(found)
        response = _json(as_json({**content, **_frame(route, asked)}))
    else:
        response = Response(found, mimetype=route.media_type)
    response.headers.setdefault("Cache-Control", caching(route))
    if "no-store" not in response.headers["Cache-Control"]:
        response.add_etag()
        response.make_conditional(request)
    return response


def caching(route: Route) -> str:
    """How long an answer may be kept, and by whom."""
    scope = "private" if route.scopes else "public"
    return f"{scope}, max-age=604800, immutable" if route.immutable else f"{scope}, no-cache"


def _frame(route: Route, asked: Values) -> dict[str, Any]:
    if not route.computed:
        return {}
    heads: tuple[LedgerHead, ...] = reading().heads
    return {"as_of": as_of(route, asked), "ledgers": heads}


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")


def _list(route: Route, asked: Values, listing: Listing[Any]) -> Response:
    if asked.get("format") is not None:
        return list_file(route, asked, listing)
    answer = listing.answer
    page = listing.page(asked, listing.most)
    beside = {item.name: getattr(answer, item.name) for item in fields(answer)} if answer is not None else {}
    response = _json(list_as_json({**beside, "items": page.rows, "next": page.next, **_frame(route, asked)}))
    if page.next is not None:
        kept = {**request.args.to_dict(flat=False), **(request.view_args or {}), "cursor": page.next}
        address = url_for(str(request.endpoint), **kept)
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response
