"""Drafts that wait in the served folder: no part of any ledger, and told of without what they say."""

from hashlib import sha256

from api.answering.listing import Listing, answered
from api.asking.current import ledger_of, reader, reading, sources
from api.asking.reader import NotAllowed
from api.routes import DUTIES, LIST, Parameter, Route, Values
from ledger.clock import now
from ledger.errors import Incomplete
from ledger.messages import N_
from projections.questions.signatures import LEDGERS
from projections.questions.waiting_drafts import WaitingDraft, WaitingDrafts, waiting_drafts


def drafts_of(kind: str) -> WaitingDrafts | None:
    """The drafts that wait beside the ledger of a kind in the folder that is served; None where the reader may not know
    of them, or there is no such ledger. Those that others keep in folders of their own are known to them alone."""
    asks, head = reader(), reading().head(kind)
    if head is None or not asks.may("organ", "duties" if kind == "duty" else "cases"):
        return None
    directory = sources().home.drafts(kind)
    return waiting_drafts(directory, reading().ledgers[kind].fingerprint, now())


def drafts(asked: Values) -> Listing[WaitingDraft]:
    """Which records wait as drafts, the oldest first. Raises Unknown or NotAllowed where the reader may not know, and
    Incomplete where a file of them is asked for and none of them can be read."""
    kind = asked["kind"] or LEDGERS[0]
    _, head = ledger_of(kind)
    found = drafts_of(kind)
    if found is None:
        raise NotAllowed("this needs a token with the scope {}", "duties" if kind == "duty" else "cases")
    if not found.looked and asked["format"] is not None:
        raise Incomplete("the drafts of this folder cannot be read by who runs this server")
    names = sha256("\n".join(each.name for each in found.items).encode()).hexdigest()
    return answered(found, f"drafts {head.fingerprint} {names}")


PARAMETERS = (
    Parameter("kind", "choice", "Beside which kind of ledger; the duty ledger where none is named.", LEDGERS),
    *LIST,
)
ROUTES = (
    Route("/drafts", drafts, N_("Which records wait for whose answers"), DUTIES, WaitingDrafts, PARAMETERS, lists=True),
)
