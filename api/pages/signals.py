"""Signals: each with what fired it, what would explain it, and the explanations on record."""

from api.asking.current import explainer
from api.pages.frame import Shown, page
from api.routes import DUTIES, Route, Values
from api.v1.duties import SIGNALS, all_signals
from ledger.messages import N_
from projections.questions.signals import WEIGHTS, Signals
from projections.signals.signal_kinds import CATALOGUE


def signal_list(asked: Values) -> Shown:
    """Questions about the record."""
    said = explainer()
    return page(
        "signals.html",
        all_signals(asked),
        weights=WEIGHTS,
        codes=tuple((name, said.text(entry.fires)) for name, entry in CATALOGUE.items() if entry.rule is not None),
    )


ROUTES = (
    Route(
        "/signals",
        signal_list,
        N_("Signals: questions about the record"),
        DUTIES,
        Signals,
        SIGNALS,
        title="Signals",
    ),
)
