"""Whether the process answers, whether it can answer rightly, and how the ledgers stand."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from api.asking.current import reading, sources, stores
from api.routes import ANY, PUBLIC, Route, Values
from ledger.backup.make import last_backup
from ledger.core.entry import format_time
from ledger.errors import Incomplete
from ledger.messages import N_
from projections.questions.health import MAX_BEHIND, Health
from projections.questions.health import health as stand


@dataclass(frozen=True, slots=True)
class ProvedViews:
    """How often the views were proved from the entries, each row, and how far the proof under way is."""

    rounds: int
    percent: int


@dataclass(frozen=True, slots=True)
class ServerHealth(Health):
    """How the ledgers stand, how far the views that are served are proved, and when they were last backed up."""

    views: ProvedViews
    backed_up_at: str | None
    """When the last backup was made from the directory that is served; None where none was."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether the server can answer."""

    status: str


def health(_: Values) -> ServerHealth:
    """How each ledger stands; `status` is behind where the views lack too much to be believed."""
    found = ledgers_health()
    return ServerHealth(found.status, found.items, proved_views(), backed_up_at())


def ledgers_health() -> Health:
    """How each ledger that the reader may see stands."""
    return stand(reading().ledgers.items(), reading().desk.views.position)


def proved_views() -> ProvedViews:
    """How far the views that are served are proved; a difference is told before anybody comes here."""
    proof = sources().proof
    return ProvedViews(proof.rounds, proof.progress.percent if proof.begun and proof.progress is not None else 0)


def backed_up_at() -> str | None:
    """When the last backup was made from the directory that is served; None where none was."""
    last = last_backup(sources().home)
    return format_time(datetime.fromisoformat(str(last["made_at"]))) if last is not None else None


def healthz(_: Values) -> Response:
    """The process runs. Looks at nothing."""
    return _plain(Ready("ok"))


def readyz(_: Values) -> Response:
    """The stores can be read and the views are not far behind. Says nothing of what is in them."""
    behind = stores().lag()
    for each in stores().open():
        each.proof.check()
    if any(value > MAX_BEHIND for value in behind.values()):
        raise Incomplete("the views are behind the ledgers; is zeren views follow running?")
    return _plain(Ready("ok"))


def _plain(answer: Ready) -> Response:
    response = Response(f'{{"status": "{answer.status}"}}', mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


ROUTES = (Route("/health", health, N_("How the ledgers stand"), ANY, ServerHealth, records="nothing"),)
ROOT = (
    Route("/healthz", healthz, N_("The process runs"), PUBLIC, Ready, computed=False, about="server"),
    Route("/readyz", readyz, N_("The stores can be read"), PUBLIC, Ready, computed=False, about="server"),
)
