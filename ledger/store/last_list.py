"""The lists of ledgers that stand in a store (FORMAT.md section 17)."""

from ledger.core.body import parse_body
from ledger.core.entry import parse_entry
from ledger.events.record import Recorded
from ledger.events.trust import ListPublished
from ledger.placement import LISTS
from ledger.store.mapper import recorded
from ledger.store.named_reads import ALL, Reads


def last_list(store: Reads, below: int = ALL) -> tuple[Recorded, ListPublished] | None:
    """The last list below a position, as it was recorded; None where none stands there."""
    position = store.last_of(LISTS, below)
    found = None if position is None else store.entry(position)
    if found is None:
        return None
    event = recorded(parse_entry(found[0]), parse_body(found[1]))
    return (event, event.payload) if isinstance(event.payload, ListPublished) else None
