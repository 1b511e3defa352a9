"""The organs that this server answers for: one in the ordinary case, those of the list of ledgers else."""

from api.answering.listing import Listing, listed
from api.answering.organ_links import OrganLink, organ_links
from api.asking.filters import filter_of
from api.routes import ANY, LIST, Parameter, Route, Values
from ledger.messages import N_
from projections.questions.organs import OrganFilter


def organs(asked: Values) -> Listing[OrganLink]:
    """The organs that the reader sees; `address` leads to the ledgers of each."""
    return organs_like(asked, "v1.ledgers")


def organs_like(asked: Values, endpoint: str) -> Listing[OrganLink]:
    """The organs that are wanted, with the address of this endpoint in each."""
    wanted = filter_of(OrganFilter, asked)
    return listed(organ_links(endpoint, wanted), f"organs {wanted}")


PARAMETERS = (Parameter("like", "text", "Only organs whose name, title or origin holds this."), *LIST)
ROUTES = (
    Route(
        "/organs",
        organs,
        N_("The organs that this server answers for"),
        ANY,
        OrganLink,
        PARAMETERS,
        lists=True,
        computed=False,
        about="server",
        records="nothing",
    ),
)
