"""Search in the texts of entries."""

from dataclasses import replace

from api.pages.frame import Shown, page
from api.routes import Route, Values
from api.v1.search import ROUTES as API
from api.v1.search import search_texts
from ledger.messages import N_
from projections.questions.search import Found


def search_page(asked: Values) -> Shown:
    """A form, and what was found."""
    if asked["words"] is None:
        return page("search.html")
    return page("search.html", search_texts(asked))


ROUTES = (
    Route(
        "/search",
        search_page,
        N_("Search in the texts of entries"),
        API[0].scopes,
        Found,
        tuple(replace(each, required=False) for each in API[0].parameters),
        title="Search",
    ),
)
