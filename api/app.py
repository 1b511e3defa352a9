"""The application: stores, language, checks, faults, and the two groups of routes."""

from collections.abc import Sequence

from flask import Flask

from api import pages, v1
from api.language import keep_language
from api.pages.frame import dress, problem_page
from api.problems import handle_problems
from api.request_state import attach
from api.security import LOOPBACK, secure
from api.sources import Sources
from ledger.home import Home


def create_app(home: Home, *, hosts: Sequence[str] | None = LOOPBACK) -> Flask:
    """The read-only application over the ledgers of a directory, answering under these host names.

    Raises NoLedger, BadInput or Busy where the stores cannot be opened.
    """
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = False
    secure(app, hosts)
    keep_language(app)
    attach(app, Sources(home))
    dress(app)
    app.register_blueprint(v1.blueprint())
    app.register_blueprint(pages.blueprint())
    handle_problems(app, problem_page, v1.PREFIX)
    return app
