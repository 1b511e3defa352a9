"""Signals: each with what fired it, what would explain it, and the explanations on record."""

from api.pages.frame import Shown, page
from api.routes import DUTIES, Route, Values
from api.v1.duties import SIGNALS, all_signals
from ledger.messages import N_
from projections.questions.rows import SignalRow
from projections.questions.signals import WEIGHTS
from projections.signals.catalogue import CATALOGUE


def signal_list(asked: Values) -> Shown:
    """Questions about the record."""
    return page("signals.html", all_signals(asked), catalogue=CATALOGUE, weights=WEIGHTS, codes=tuple(CATALOGUE))


ROUTES = (
    Route(
        "/signals",
        signal_list,
        N_("Signals: questions about the record"),
        DUTIES,
        SignalRow,
        SIGNALS,
        title="Signals",
    ),
)
