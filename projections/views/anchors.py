"""Policies and anchors of a ledger as its views have them: they bound the time of its entries (FORMAT.md section 7)."""

import json
from weakref import WeakKeyDictionary

from eventsourcing.sqlite import SQLiteDatastore

from ledger.anchors.book import AnchorBook, take
from ledger.events.flat import unflatten
from ledger.events.registry import payload_class
from ledger.events.trust import AnchorRecorded, PolicyAdopted
from ledger.placement import ANCHORS, MAIN
from projections.views.rows import FormerLedger, LedgerRow, moment_of
from projections.views.view_store import Views

TYPES = (PolicyAdopted.TYPE, AnchorRecorded.TYPE)
_END = 2**62
_BOOKS: WeakKeyDictionary[SQLiteDatastore, dict[tuple[int, int], tuple[tuple[int, ...], AnchorBook]]] = (
    WeakKeyDictionary()
)
"""By views database and ledger: how far the two streams went, and the book of them."""


def anchor_book(views: Views, ledger: LedgerRow, former: FormerLedger | None = None) -> AnchorBook:
    """The book of all policies and anchors that the views contain, for reading only.

    With `former` that of a ledger which this one continues, in its own positions.

    Folded once for each state of the two streams in which they stand; asked again it costs two look-ups.
    """
    start, stop = (former.first, former.first + former.size) if former is not None else (0, _END)
    counts = (
        "SELECT coalesce(max(version), 0) AS n FROM records"
        " WHERE ledger = ? AND stream = ? AND position >= ? AND position < ?"
    )
    stands = tuple(int(views.select(counts, (ledger.id, each, start, stop))[0]["n"]) for each in (MAIN, ANCHORS))
    if not stands[1]:
        return AnchorBook()
    kept = _BOOKS.setdefault(views.datastore, {})
    key = (ledger.id, min(start, 0))
    if key not in kept or kept[key][0] != stands:
        kept[key] = stands, _fold(views, ledger, start, stop)
    return kept[key][1]


def _fold(views: Views, ledger: LedgerRow, start: int, stop: int) -> AnchorBook:
    book = AnchorBook()
    rows = views.select(
        "SELECT position, type, recorded_at, fields FROM records WHERE ledger = ? AND type IN (?, ?)"
        " AND position >= ? AND position < ? ORDER BY position",
        (ledger.id, *TYPES, start, stop),
    )
    for row in rows:
        payload = unflatten(payload_class(row["type"]), json.loads(row["fields"]), frozenset())
        take(book, row["position"] - start, payload, moment_of(row["recorded_at"]))
    return book
