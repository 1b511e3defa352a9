"""The recorder's list: who still owes which signature."""

from collections.abc import Sequence
from dataclasses import replace

from api.answering.listing import answered
from api.asking.current import explainer, reader, reading, sources
from api.asking.filters import ask
from api.pages.columns import By, among, asked_for, narrowed
from api.pages.frame import Shown, page
from api.pages.order import in_order, sort_by
from api.routes import DUTIES, Route, Values
from api.v1.duties import state_of
from api.v1.signatures import PARAMETERS
from ledger.clock import now
from ledger.messages import N_
from projections.questions.signatures import LEDGERS, OwedSignature, OwedSignatures, SignatureFilter, owed_signatures
from projections.questions.waiting_drafts import WaitingDrafts, waiting_drafts


def drafts_of(kind: str) -> WaitingDrafts | None:
    """The drafts that wait beside the ledger of a kind in the folder that is served; None where the reader may not know
    of them, or there is no such ledger. Those that others keep in folders of their own are known to them alone."""
    asks, head = reader(), reading().head(kind)
    if head is None or not asks.may("organ", "duties" if kind == "duty" else "cases"):
        return None
    directory = sources().home.drafts(kind)
    return waiting_drafts(directory, reading().ledgers[kind].fingerprint, now())


def signature_list(asked: Values) -> Shown:
    """Who still owes which signature, the oldest entry first."""
    explain, found = explainer(asked["known_at"]), ask(owed_signatures, SignatureFilter, asked)

    def without(name: str) -> Sequence[OwedSignature]:
        return narrowed(ask(owed_signatures, SignatureFilter, {**asked, name: None}).items, asked, *own)[0]

    titles = {row.type: row.title for row in found.items}
    own = (
        By("type", N_("kind"), lambda row: (row.type,), lambda type_: titles.get(type_, type_), links=True),
        By("capacity", N_("as"), lambda row: (row.capacity,), explain.text, links=True),
    )
    rows, groups = narrowed(found.items, asked, *own)
    person = By("person", N_("person"), lambda row: (row.person,), explain.name)
    rows = in_order(rows, asked["sort"], explain.text)
    return page(
        "signatures.html",
        answered(replace(found, items=rows), state_of("signatures", asked)),
        groups=(*groups, *asked_for(rows, without, asked, person)),
        kinds=[kind for kind in LEDGERS if kind in reading().ledgers],
        drafts=drafts_of(asked["kind"] or "duty") if asked["known_at"] is None else None,
    )


SORTED = ("entry", "title", "name", "capacity", "occurred_on", "recorded_at", "days")
ROUTES = (
    Route(
        "/signatures",
        signature_list,
        N_("Who still owes which signature"),
        DUTIES,
        OwedSignatures,
        (*PARAMETERS, *among("type", "capacity"), sort_by(*SORTED)),
        title="Open signatures",
    ),
)
