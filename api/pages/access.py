"""Who read what."""

from collections.abc import Mapping, Sequence

from flask import current_app

from api.answering.listing import Listing, listed
from api.asking.current import facts, gate, organs, reader
from api.asking.language import language
from api.pages.columns import By, ColumnFacets, among, asked_for, narrowed
from api.pages.frame import Shown, page
from api.pages.order import in_order, sort_by
from api.routes import MEANINGS, SUPERVISOR, Route, Values
from api.v1.duties import state_of
from api.v1.search import ROUTES as API
from api.v1.search import access_log
from ledger.clock import now
from ledger.messages import N_
from projections.language.catalogue import translate
from projections.questions.reads import AccessReads, ReadRow
from projections.reports.row_words import RowWords

COUNTED = 1000
"""Reads up to which each value is counted, and any column sorts; beyond, the newest come first."""


def access_page(asked: Values) -> Shown:
    """The reads, the newest first, what each asked in words, and the tokens."""
    meanings = current_app.config[MEANINGS]
    log = gate().log
    granted = log.tokens().tokens() if log is not None else ()
    seen = reader().organs
    tokens = [each for each in granted if seen is None or not each.organs or seen & set(each.organs)]
    found = organs()
    names = {each.fingerprint: each.name for each in found} if found.listed else {}
    said = str if names else RowWords(facts(), language(), object).question
    listing = access_log(asked)
    groups: tuple[ColumnFacets, ...] = ()
    if len(listing.fetch(0, COUNTED + 1)) <= COUNTED:
        listing, groups = _counted(listing, asked, meanings)
    values = {"tokens": tokens, "now": now(), "meanings": meanings, "organ_names": names, "said": said}
    return page("access.html", listing, groups=groups, **values)


def _counted(
    listing: Listing[ReadRow], asked: Values, meanings: Mapping[str, str]
) -> tuple[Listing[ReadRow], tuple[ColumnFacets, ...]]:
    """The reads in order, limited to questions and tokens with how many there are of each."""
    question = By(
        "question",
        N_("question"),
        lambda row: (row.question,),
        lambda name: translate(meanings.get(name, name), language()),
    )
    rows, groups = narrowed((*listing.all(),), asked, question)

    def without(name: str) -> Sequence[ReadRow]:
        return narrowed((*access_log({**asked, name: None}).all(),), asked, question)[0]

    tokens = asked_for(rows, without, asked, By("token", N_("token"), lambda row: (row.token,)))
    if asked["sort"] is None and not asked["question"]:
        return listing, (*groups, *tokens)
    return listed(in_order(rows, asked["sort"]), state_of("access", asked)), (*groups, *tokens)


ROUTES = (
    Route(
        "/access-log",
        access_page,
        N_("Who read what"),
        SUPERVISOR,
        AccessReads,
        (*API[1].parameters, *among("question"), sort_by("position", "recorded_at", "token", "holder", "question")),
        about="reads",
        title="Who read what",
    ),
)
