"""The application: stores, gate, language, checks, faults, and the routes."""

import re

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import pages, v1
from api.answering.envelope import respond
from api.answering.problems import handle_problems
from api.asking.current import attach
from api.asking.gate import open_gate
from api.asking.language import keep_language
from api.asking.logs import log_requests
from api.asking.proving import PROVER, Prover
from api.asking.security import secure
from api.asking.stores import Hasten, Stores
from api.dispatch import add_routes
from api.escaped import Escaped
from api.pages.frame import dress, problem_page, respond_page
from api.prefix import Prefix
from api.routes import MEANINGS, PAGES, PREFIX, Route
from api.settings import Settings
from api.v1.tiles import ENTRIES_SWITCH
from ledger.home.directory import Home

ROUTES: tuple[tuple[str, tuple[Route, ...]], ...] = (("v1", v1.ROUTES), ("root", v1.ROOT), ("pages", pages.ROUTES))
"""Every route of the server, by group."""


_LOG = re.compile(r"(/organs/[^/]*)?/(checkpoint|tile/)")
"""Addresses of C2SP clients."""


def create_app(settings: Settings, hasten: Hasten = lambda _: False) -> Flask:
    """The read-only application over the ledgers of a directory, or of the organs that its list names.

    `hasten` tells whoever makes the views of its organs, where anybody does, that somebody waits for some of them.
    Raises NoLedger, BadInput, Incomplete or Busy where the stores cannot be opened, Refused where they could be
    written to.
    """
    home = Home(settings.directory)
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.config[MEANINGS] = {route.name: route.meaning for _, routes in ROUTES for route in routes}
    app.config[PAGES] = {route.name: route for route in pages.ROUTES}
    app.config[ENTRIES_SWITCH] = settings.tile_entries
    log_requests(app)
    secure(app, settings.hosts)
    keep_language(app)
    gate = open_gate(home, everybody=settings.open, secure=settings.https, prefix=settings.prefix or "/")
    stores = Stores(settings.directory, hasten=hasten)
    attach(app, stores, gate)
    if settings.proves:
        app.extensions[PROVER] = prover = Prover(stores)
        app.before_request(prover.start)
    dress(app)
    for group, routes in ROUTES:
        add_routes(app, group, routes, respond_page if group == "pages" else respond)
    pages.add_session_routes(app)
    handle_problems(app, problem_page, _for_programs)
    app.wsgi_app = Escaped(app.wsgi_app)  # type: ignore[method-assign]
    if settings.prefix:
        app.wsgi_app = Prefix(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]  # how middleware is added
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _for_programs(path: str) -> bool:
    if path == PREFIX or path.startswith((f"{PREFIX}/", "/healthz", "/readyz")):
        return True
    return _LOG.match(path) is not None
