"""Policies and anchors of a ledger as its views have them: they bound the time of its entries (FORMAT.md section 7)."""

import json
from weakref import WeakKeyDictionary

from eventsourcing.sqlite import SQLiteDatastore

from ledger.anchors.book import AnchorBook, take
from ledger.events.flat import unflatten
from ledger.events.registry import payload_class
from ledger.events.trust import AnchorRecorded, PolicyAdopted
from ledger.placement import ANCHORS, MAIN
from projections.views.rows import LedgerRow, moment_of
from projections.views.view_store import Views

TYPES = (PolicyAdopted.TYPE, AnchorRecorded.TYPE)
_BOOKS: WeakKeyDictionary[SQLiteDatastore, dict[int, tuple[tuple[int, ...], AnchorBook]]] = WeakKeyDictionary()
"""By views database and ledger: how far the two streams went, and the book of them."""


def anchor_book(views: Views, ledger: LedgerRow) -> AnchorBook:
    """The book of all policies and anchors that the views contain, for reading only.

    Folded once for each state of the two streams in which they stand; asked again it costs two look-ups.
    """
    counts = "SELECT coalesce(max(version), 0) AS n FROM records WHERE ledger = ? AND stream = ?"
    stands = tuple(int(views.select(counts, (ledger.id, stream))[0]["n"]) for stream in (MAIN, ANCHORS))
    if not stands[1]:
        return AnchorBook()
    kept = _BOOKS.setdefault(views.datastore, {})
    if ledger.id not in kept or kept[ledger.id][0] != stands:
        kept[ledger.id] = stands, _fold(views, ledger)
    return kept[ledger.id][1]


def _fold(views: Views, ledger: LedgerRow) -> AnchorBook:
    book = AnchorBook()
    rows = views.select(
        "SELECT position, type, recorded_at, fields FROM records WHERE ledger = ? AND type IN (?, ?) ORDER BY position",
        (ledger.id, *TYPES),
    )
    for row in rows:
        payload = unflatten(payload_class(row["type"]), json.loads(row["fields"]), frozenset())
        take(book, row["position"], payload, moment_of(row["recorded_at"]))
    return book
