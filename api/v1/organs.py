"""The organs that this server answers for: one in the ordinary case, those of the list of ledgers else."""

from api.answering.listing import Listing, listed
from api.answering.organs import OrganRow, organ_rows
from api.routes import ANY, LIST, Parameter, Route, Values
from ledger.messages import N_


def organs(asked: Values) -> Listing[OrganRow]:
    """The organs that the reader sees; `address` leads to the ledgers of each."""
    return organs_like(asked["like"], "v1.ledgers")


def organs_like(words: str | None, endpoint: str) -> Listing[OrganRow]:
    """The organs whose name, title or origin holds these words, with the address of this endpoint in each."""
    rows = organ_rows(endpoint)
    if words is not None:
        rows = tuple(row for row in rows if any(words in text for text in (row.name, row.title, row.origin)))
    return listed(rows, f"organs {words}")


PARAMETERS = (Parameter("like", "text", "Only organs whose name, title or origin holds this."), *LIST)
ROUTES = (
    Route(
        "/organs",
        organs,
        N_("The organs that this server answers for"),
        ANY,
        OrganRow,
        PARAMETERS,
        lists=True,
        computed=False,
        about="server",
        records="nothing",
    ),
)
