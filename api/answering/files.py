"""A list as a file: all its rows by the filter of the screen, with their number and a digest of the bytes."""

from dataclasses import replace
from typing import Any

from flask import Response

from api.answering.asked_words import asked_for
from api.answering.listing import Listing
from api.asking.current import reader
from api.asking.language import language
from api.asking.reader import NotAllowed
from api.routes import SHOWING, Route, Values
from projections.language.catalogue import translate
from projections.reports.city_sheet import city_file
from projections.reports.exports import Export, export, row_type


def list_file(route: Route, asked: Values, listing: Listing[Any], limits: tuple[tuple[str, str], ...] = ()) -> Response:
    """The file that `format` asks for; `limits` are those of a page's own, (heading, value) in words.

    Raises NotAllowed, or BadInput where a workbook cannot hold all rows.
    """
    if not reader().may("export"):
        raise NotAllowed("this needs a token with the scope {}", "export")
    made = _made(route, asked, listing, limits)
    response = Response(made.data, mimetype=made.media_type)
    response.headers["X-Row-Count"] = str(made.rows)
    response.headers["X-Content-SHA256"] = made.digest
    response.headers["Content-Disposition"] = f'attachment; filename="{route.name}.{asked["format"]}"'
    return response


def _made(route: Route, asked: Values, listing: Listing[Any], more: tuple[tuple[str, str], ...]) -> Export:
    if route.about != "city":
        question = asked_for(route, asked)
        question = replace(question, filters=(*question.filters, *more))
        return export(asked["format"], row_type(route.answer), listing.all(), question)
    limits = {each.name: asked.get(each.name) for each in route.parameters if each.kind not in SHOWING}
    return city_file(asked["format"], listing.answer, translate(route.meaning, language()), limits, language(), more)
