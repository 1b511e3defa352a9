"""What a request works on: one consistent reading of the stores, opened at its first question, closed with it."""

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request

from api.asking.access_growth import AccessGrowth
from api.asking.gate import Gate
from api.asking.kept import Answers
from api.asking.language import language
from api.asking.reader import NOBODY, NotAllowed, NotLoggedIn, Reader, Unknown
from api.asking.sources import Reading, Sources
from api.asking.stores import Stores
from api.routes import Route
from ledger.application import Ledger
from ledger.errors import NoSuchOrgan, SeveralOrgans
from ledger.home.organs_at_hand import KEY, Organ, Organs
from projections.language.trace import Explainer
from projections.questions.heads import LedgerHead
from projections.views.facts import ViewFacts

STORES, GATE, ANSWERS, GROWTH = "zeren", "zeren-gate", "zeren-answers", "zeren-growth"
T = TypeVar("T")


def attach(app: Flask, stores: Stores, gate: Gate) -> None:
    """Gives the application its stores and its gate, and takes the organ out of each address and back into links."""
    app.extensions[STORES], app.extensions[GATE], app.extensions[ANSWERS] = stores, gate, Answers()
    app.extensions[GROWTH] = AccessGrowth()

    @app.url_value_preprocessor
    def _take_organ(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.organ_asked = values.pop("organ", None) if values else None

    @app.url_defaults
    def _keep_organ(endpoint: str, values: dict[str, Any]) -> None:
        if g.get("organ_asked") is not None and app.url_map.is_endpoint_expecting(endpoint, "organ"):
            values.setdefault("organ", g.organ_asked)

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        stack = g.pop("reading_stack", None)
        if stack is not None:
            stack.close()


def stores() -> Stores:
    """The stores of this application."""
    return cast("Stores", current_app.extensions[STORES])


def organs() -> Organs:
    """The organs that are there for the reader of this request; to nobody none is named."""
    found = stores().organs()
    asks = reader()
    seen = () if asks == NOBODY else tuple([each for each in found if asks.sees(each.fingerprint)])
    return found if len(seen) == len(found.organs) else replace(found, organs=seen)


def organ() -> Organ:
    """The organ that this request is about: the one named in its address, else the only one that its reader sees.

    Raises NoSuchOrgan, also for one that its reader does not see, or SeveralOrgans.
    """
    if "organ" not in g:
        wanted = g.get("organ_asked")
        if reader() == NOBODY:
            g.organ = _public_organ(wanted)
        else:
            g.organ = organs().only() if wanted is None else organs().find(wanted)
    return cast("Organ", g.organ)


def _public_organ(wanted: str | None) -> Organ:
    """The organ for who follows a public log without a token: he knows its fingerprint, and is told of no other."""
    found = stores().organs().organs
    if wanted is None and len(found) == 1:
        return found[0]
    if wanted is None:
        raise SeveralOrgans("there are several organs here; name one in the address, below /organs/")
    for each in found:
        if len(wanted) >= KEY and each.digest.startswith(wanted.lower()):
            return each
    raise NoSuchOrgan("there is no organ {!r} here", wanted)


def organ_named() -> Organ | None:
    """The organ where the address names one."""
    return organ() if g.get("organ_asked") is not None else None


def sources() -> Sources:
    """The ledgers and views that this request is answered from, as long as it lasts. Raises as `organ` and `Stores`."""
    if "sources" not in g:
        about = None if g.get("of_server") else organ()
        g.sources = _stack().enter_context(stores().taken(about))
    return cast("Sources", g.sources)


def of_server() -> None:
    """This request is about the server itself, not about an organ: who read what."""
    g.of_server = True


def _stack() -> ExitStack:
    if "reading_stack" not in g:
        g.reading_stack = ExitStack()
    return cast("ExitStack", g.reading_stack)


def answers() -> Answers:
    """The answers that this application keeps."""
    return cast("Answers", current_app.extensions[ANSWERS])


def gate() -> Gate:
    """The gate of this application."""
    return cast("Gate", current_app.extensions[GATE])


def reader() -> Reader:
    """The reader of this request."""
    if "reader" not in g:
        g.reader = NOBODY  # so that the page which tells of a fault in finding the reader can be made
        g.reader = gate().reader_of(request)
    found: Reader = g.reader
    return found


def check_reaches(route: Route) -> None:
    """The reader may ask this. Decided before anything is looked up, so that a refusal tells nothing of what is there.

    Raises NotLoggedIn or NotAllowed.
    """
    if not route.scopes:
        return
    asks = reader()
    if asks == NOBODY:
        raise NotLoggedIn("this needs a token; send it as Authorization: Bearer, or log in")
    if not route.reaches(asks.scopes):
        raise NotAllowed("this needs a token with the scope {}", route.needed)


def reading() -> Reading:
    """The consistent state that this request answers from, as its reader may see it.

    Raises Busy, Incomplete or NoLedger.
    """
    if "reading" not in g:
        g.reading = _stack().enter_context(sources().reading(reader().kinds))
    return cast("Reading", g.reading)


def facts(known_at: datetime | None = None, entries: int | None = None) -> ViewFacts:
    """The facts of this request as known at a moment, or at a position; the same object within a request."""
    kept: dict[tuple[datetime | None, int | None], ViewFacts] = g.setdefault("facts", {})
    found = kept.get((known_at, entries))
    if found is None:
        desk = reading().desk
        found = kept[known_at, entries] = (desk if entries is None else replace(desk, entries=entries)).facts(known_at)
    return found


def ledger_of(kind: str) -> tuple[Ledger, LedgerHead]:
    """The ledger of a kind and how far this reading sees it. Raises Unknown, alike for one that may not be seen."""
    head = reading().head(kind)
    if head is None:
        raise Unknown("there is no ledger {!r} here", kind)
    return reading().ledgers[kind], head


def state() -> Hashable:
    """What an answer of this moment follows from: the heads, and how far the access ledger may bear on it.

    Raises as `reading` does, so that no answer that was kept is given then.
    """
    growth: AccessGrowth = current_app.extensions[GROWTH]
    known = facts()
    return reading().heads, known.held("access growth", lambda: growth.sizes(known))


def computed(question: Hashable, compute: Callable[[], T]) -> T:
    """An answer that takes long, kept for as long as no ledger grows; by what the reader may see."""
    found: Any = reading().computed.get((question, reader().kinds, state()), compute)
    return cast("T", found)


def explainer(known_at: datetime | None = None) -> Explainer:
    """Sentences in the reader's language over this request's state."""
    return Explainer(facts(known_at), language())
