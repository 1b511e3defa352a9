"""What a request works on: one consistent reading of the stores, opened at its first question, closed with it."""

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request

from api.asking.gate import Gate
from api.asking.growth import Growth
from api.asking.kept import Answers
from api.asking.language import language
from api.asking.reader import NOBODY, NotAllowed, NotLoggedIn, Reader
from api.asking.sources import Reading, Sources
from api.routes import Route
from projections.language.trace import Explainer
from projections.views.facts import ViewFacts

STORES, GATE, ANSWERS, GROWTH = "zeren", "zeren-gate", "zeren-answers", "zeren-growth"
T = TypeVar("T")


def attach(app: Flask, sources: Sources, gate: Gate) -> None:
    """Gives the application its stores and its gate."""
    app.extensions[STORES], app.extensions[GATE], app.extensions[ANSWERS] = sources, gate, Answers()
    app.extensions[GROWTH] = Growth()

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        stack = g.pop("reading_stack", None)
        if stack is not None:
            stack.close()


def sources() -> Sources:
    """The stores of this application."""
    return cast("Sources", current_app.extensions[STORES])


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
        raise NotAllowed("this needs a token with the scope {}", " / ".join(sorted(route.scopes)))


def reading() -> Reading:
    """The consistent state that this request answers from, as its reader may see it.

    Raises Busy, Incomplete or NoLedger.
    """
    if "reading" not in g:
        g.reading_stack = ExitStack()
        g.reading = g.reading_stack.enter_context(sources().reading(reader().kinds))
    return cast("Reading", g.reading)


def facts(known_at: datetime | None = None, entries: int | None = None) -> ViewFacts:
    """The facts of this request as known at a moment, or at a position; the same object within a request."""
    kept = g.setdefault("facts", {})
    if (known_at, entries) not in kept:
        kept[known_at, entries] = replace(reading().desk, entries=entries).facts(known_at)
    return cast("ViewFacts", kept[known_at, entries])


def computed(question: Hashable, compute: Callable[[], T]) -> T:
    """An answer that takes long, kept for as long as no ledger grows; by what the reader may see."""
    sizes = cast("Growth", current_app.extensions[GROWTH]).sizes(facts())
    found: Any = reading().computed.get((question, reader().kinds, sizes), compute)
    return cast("T", found)


def explainer(known_at: datetime | None = None) -> Explainer:
    """Sentences in the reader's language over this request's state."""
    return Explainer(facts(known_at), language())
