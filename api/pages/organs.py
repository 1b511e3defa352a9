"""The organs, where a server answers for several: from here each one's pages are reached."""

from api.answering.listing import listed
from api.answering.organ_links import OrganLink
from api.pages.frame import Shown, page
from api.pages.order import in_order, sort_by
from api.routes import ANY, Route, Values
from api.v1.organs import PARAMETERS, organs_like
from ledger.messages import N_


def organ_list(asked: Values) -> Shown:
    """Every organ that the reader sees."""
    found = (*organs_like(asked, "pages.overview").all(),)
    listing = listed(in_order(found, asked["sort"]), f"organs {asked['like']} {asked['sort']}")
    return page("organs.html", listing, total=len(found))


ROUTES = (
    Route(
        "/organs",
        organ_list,
        N_("The organs that this server answers for"),
        ANY,
        OrganLink,
        (*PARAMETERS, sort_by("name", "title", "origin")),
        computed=False,
        about="server",
        records="nothing",
        title="Organs",
    ),
)
