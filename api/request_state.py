"""What a request works on: one consistent reading of the stores, opened at its first question, closed with it."""

from contextlib import ExitStack
from datetime import datetime
from typing import cast

from flask import Flask, current_app, g

from api.language import language
from api.sources import Reading, Sources
from projections.explain import Explainer

EXTENSION = "zeren"


def attach(app: Flask, sources: Sources) -> None:
    """Gives the application its stores."""
    app.extensions[EXTENSION] = sources

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        stack = g.pop("reading_stack", None)
        if stack is not None:
            stack.close()


def sources() -> Sources:
    """The stores of this application."""
    return cast("Sources", current_app.extensions[EXTENSION])


def reading() -> Reading:
    """The consistent state that this request answers from. Raises Busy, Incomplete or NoLedger."""
    if "reading" not in g:
        g.reading_stack = ExitStack()
        g.reading = g.reading_stack.enter_context(sources().reading())
    return cast("Reading", g.reading)


def explainer(known_at: datetime | None = None) -> Explainer:
    """Sentences in the reader's language over this request's state."""
    return Explainer(reading().desk.facts(known_at), language())
