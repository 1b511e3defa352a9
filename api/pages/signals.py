"""Signals: each with what fired it, what would explain it, and the explanations on record."""

from collections.abc import Sequence
from dataclasses import replace

from api.answering.listing import answered
from api.asking.current import explainer, facts
from api.asking.filters import ask
from api.pages.columns import By, asked_for
from api.pages.frame import Shown, page
from api.pages.order import in_order, sort_by
from api.routes import DUTIES, Route, Values
from api.v1.duties import SIGNALS, state_of
from ledger.messages import N_
from projections.facts.values import WEIGHTS
from projections.questions.signals import SignalFilter, SignalRow, Signals, raised
from projections.signals.signal_kinds import CATALOGUE


def signal_list(asked: Values) -> Shown:
    """Questions about the record."""
    said, cut = explainer(asked["known_at"]), facts(asked["known_at"], asked["entries"])
    found: Signals = ask(raised, SignalFilter, asked)

    def without(name: str) -> Sequence[SignalRow]:
        return ask(raised, SignalFilter, {**asked, name: None}).items

    rows = in_order(found.items, asked["sort"], said.name, {"weight": WEIGHTS})
    return page(
        "signals.html",
        answered(replace(found, items=rows), state_of("signals", asked)),
        groups=asked_for(
            found.items,
            without,
            asked,
            By("weight", N_("weight"), lambda row: (row.weight,), said.text, links=True, order=WEIGHTS),
            By("code", N_("signal"), lambda row: (row.code,), lambda code: said.text(CATALOGUE[code].fires)),
            By("unit", N_("unit"), lambda row: (id_ for id_ in row.parties if id_ in cut.units), said.name),
            By("person", N_("person"), lambda row: (id_ for id_ in row.parties if id_ in cut.persons), said.name),
        ),
    )


ROUTES = (
    Route(
        "/signals",
        signal_list,
        N_("Signals: questions about the record"),
        DUTIES,
        Signals,
        (*SIGNALS, sort_by("weight", "fires", "events")),
        title="Signals",
    ),
)
