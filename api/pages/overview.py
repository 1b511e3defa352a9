"""The first page: how the ledgers stand, what is red, what came last."""

from collections import Counter
from dataclasses import dataclass

from flask import Response, redirect, url_for

from api.asking.current import facts, organ, reader, reading
from api.asking.filters import ask, over
from api.pages.attention import matters
from api.pages.frame import LOOKED_THROUGH, Shown, page
from api.pages.links import cite_row
from api.routes import ANY, Route, Values
from api.v1.duties import judged_on
from api.v1.health import backed_up_at, ledgers_health, proved_views
from ledger.errors import SeveralOrgans
from ledger.messages import N_
from projections.facts.values import WEIGHTS
from projections.language.trace_words import RED
from projections.questions.cases import CaseRow, CasesFilter, cases
from projections.questions.entries import EntryRow, latest
from projections.questions.obligations import OVERDUE, instances
from projections.questions.over import Judged
from projections.questions.signals import found

LATEST = 8


def overview(_: Values) -> Shown | Response:
    """What there is, and where to go on; of several organs first which one."""
    try:
        organ()
    except SeveralOrgans:
        return redirect(url_for("pages.organ_list"), 303)  # type: ignore[return-value]  # Flask's own is one
    asks, cut = reader(), facts()
    with_cases = asks.may("cases") and cut.has_cases
    seen: tuple[CaseRow, ...] = ask(cases, CasesFilter, {}).items if with_cases else ()
    newest: list[EntryRow] = latest(cut, cut.duty, LATEST) if asks.may("organ", "verify") else []
    return page(
        "overview.html",
        ledgers=ledgers_health().items,
        proved=proved_views(),
        backed_up_at=backed_up_at() if asks.may("organ", "verify") else None,
        marks={head.origin: head.marks for head in reading().heads},
        unlooked=asks.may("organ", "duties") and cut.cut > LOOKED_THROUGH,
        well=asks.may("organ") and cut.cut <= LOOKED_THROUGH,
        with_cases=with_cases,
        cases=seen,
        red=[row for row in seen if row.red],
        red_text=RED,
        matters=matters(),
        latest=newest,
        standing=_standing() if asks.may("organ", "duties") else None,
        cite_of=cite_row,
        roots={head.origin: head.root for head in reading().heads},
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How duties and records stand today: obligations by status, questions about records by weight."""

    statuses: tuple[tuple[str, int], ...]
    weights: tuple[tuple[str, int], ...]


def _standing() -> Counts | None:
    """The counts; None where the ledger is too large to be looked through for a first page."""
    cut, asked = facts(), {"known_at": None}
    if cut.cut > LOOKED_THROUGH:
        return None
    owed = Counter(row.status for row in instances(over(Judged()), judged_on(cut, asked)))
    raised: Counter[str] = Counter(signal.weight for signal, _, _ in found(over(Judged()), judged_on(cut, asked)))
    return Counts(
        tuple((status, owed[status]) for status in OVERDUE if owed[status]),
        tuple((weight, raised[weight]) for weight in WEIGHTS if raised[weight]),
    )


ROUTES = (Route("/", overview, N_("Overview"), ANY, title="Overview"),)
