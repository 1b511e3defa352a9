"""The organs, where a server answers for several: from here each one's pages are reached."""

from api.answering.organ_links import OrganLink
from api.pages.frame import Shown, page
from api.routes import ANY, Route, Values
from api.v1.organs import PARAMETERS, organs_like
from ledger.messages import N_


def organ_list(asked: Values) -> Shown:
    """Every organ that the reader sees."""
    return page("organs.html", organs_like(asked, "pages.overview"))


ROUTES = (
    Route(
        "/organs",
        organ_list,
        N_("The organs that this server answers for"),
        ANY,
        OrganLink,
        PARAMETERS,
        computed=False,
        about="server",
        records="nothing",
        title="Organs",
    ),
)
