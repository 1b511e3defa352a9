"""Whether views were computed from the ledgers that are here: by the last entry of each, and what is read with it."""

from collections.abc import Sequence

from ledger.application import Ledger
from projections.views.rows import FormerLedger
from projections.views.view_store import Views


def formers(before: Sequence[Ledger]) -> tuple[FormerLedger, ...]:
    """The ledgers that one continues, the last one first, as they are read with it: their ends meet."""
    found, first = [], 0
    for each in before:
        first -= each.size()
        found.append(FormerLedger(each.origin, each.fingerprint, each.size(), first))
    return tuple(found)


def agrees(views: Views, ledger: Ledger, before: Sequence[Ledger] = ()) -> bool:
    """Whether the last entry that the views applied of this ledger stands in it where they say, by its leaf hash, and
    they hold no text that was erased since; and whether the ledgers `before` are read with it, and no others.

    The chain makes that one comparison speak for all entries before it. Whoever erases builds the views anew; where
    that process died in between, the next one finds it here.
    """
    origin = ledger.origin
    position = views.position(origin)
    if position == 0:
        return True
    if (before or position > 1) and not _agree_before(views, origin, position, before):
        return False
    store = ledger.store
    with store.holding():
        if position > ledger.size() or views.last_leaf(origin, position) != ledger.at(position - 1).leaf_hash:
            return False
        return not any(by >= position for at in store.erased() if at < position for by in store.erasures(at))


def _agree_before(views: Views, origin: str, position: int, before: Sequence[Ledger]) -> bool:
    """Behind the genesis alone those before may be on their way into the views; else they are in them whole."""
    row = next((each for each in views.ledgers() if each.origin == origin), None)
    read, wanted = row.former if row is not None else (), formers(before)
    if position == 1:
        return set(read) <= set(wanted)
    return read == wanted and all(views.position(each.origin) == each.size for each in read)
