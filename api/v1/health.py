"""Whether the process answers, whether it can answer rightly, and how the ledgers stand."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from api.asking.current import reading, sources, stores
from api.routes import ANY, PUBLIC, Route, Values
from ledger.clock import now
from ledger.core.entry import format_time
from ledger.errors import Incomplete
from ledger.messages import N_
from ledger.placement import ANCHORS

MAX_BEHIND = 1000
"""Entries that the views may lack while they catch up; beyond, the server says that it is not ready."""


@dataclass(frozen=True, slots=True)
class LedgerHealth:
    """How a ledger stands: its last entry, how much of it no checkpoint covers, how much the views lack."""

    origin: str
    kind: str
    entries: int
    last_recorded_at: str
    seconds_since: int
    checkpoint_size: int
    uncovered: int
    behind: int
    anchors: int


@dataclass(frozen=True, slots=True)
class ProvedViews:
    """How often the views were proved from the entries, each row, and how far the proof under way is."""

    rounds: int
    percent: int


@dataclass(frozen=True, slots=True)
class Health:
    """`status` is ok, or behind where the views lack more than a moment's entries."""

    status: str
    items: tuple[LedgerHealth, ...]
    views: ProvedViews


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether the server can answer."""

    status: str


def health(_: Values) -> Any:
    """How each ledger stands; 503 where the views lack too much to be believed."""
    items = tuple(ledger_health())
    status = "behind" if any(row.behind > MAX_BEHIND for row in items) else "ok"
    return Health(status, items, proved_views())


def proved_views() -> ProvedViews:
    """How far the views that are served are proved; a difference is told before anybody comes here."""
    proof = sources().proof
    return ProvedViews(proof.rounds, proof.progress.percent if proof.begun and proof.progress is not None else 0)


def ledger_health() -> list[LedgerHealth]:
    """How each ledger that the reader may see stands."""
    lag, rows = sources().lag(), []
    for head in reading().heads:
        ledger = reading().ledgers[head.kind]
        last = ledger.at(head.entries - 1)
        signed = ledger.last_checkpoint()
        size = signed.checkpoint.size if signed is not None else 0
        rows.append(
            LedgerHealth(
                head.origin,
                head.kind,
                head.entries,
                format_time(last.recorded_at),
                max(0, int((now() - last.recorded_at).total_seconds())),
                size,
                max(0, head.entries - size),
                lag.get(head.origin, 0),
                ledger.store.version(ANCHORS),
            )
        )
    return rows


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


ROUTES = (Route("/health", health, N_("How the ledgers stand"), ANY, Health, records="nothing"),)
ROOT = (
    Route("/healthz", healthz, N_("The process runs"), PUBLIC, Ready, computed=False, about="server"),
    Route("/readyz", readyz, N_("The stores can be read"), PUBLIC, Ready, computed=False, about="server"),
)
