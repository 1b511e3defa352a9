"""Pages for people: server-rendered, without script, each with the moment and the ledger heads it holds for.

Filters live in the address, so that a page can be handed on; its table, its chart and its export hold the same rows.

Not here: an answer of its own: a page shows what its question answers, and the same class leaves under `api.v1`.
"""

from dataclasses import replace

from api.pages import (
    access,
    agenda,
    cases,
    city,
    duties,
    entries,
    obligations,
    office,
    organisation,
    organs,
    overview,
    own,
    persons,
    problems,
    reference,
    registers,
    search,
    signals,
    signatures,
)
from api.pages.session import add_session_routes
from api.routes import Route

MODULES = (
    overview,
    own,
    organs,
    city,
    duties,
    organisation,
    agenda,
    persons,
    registers,
    office,
    obligations,
    signals,
    signatures,
    cases,
    entries,
    search,
    access,
    reference,
    problems,
)
ROUTES: tuple[Route, ...] = tuple(
    replace(route, medium="html", media_type="text/html", group="pages")
    for module in MODULES
    for route in module.ROUTES
)
__all__ = ["ROUTES", "add_session_routes"]
