"""The entries of a type, the newest first."""

from collections.abc import Iterator

from ledger.application import Ledger
from ledger.events.record import Recorded

_PAGE = 500


def backwards(ledger: Ledger, type_name: str, down_to: int) -> Iterator[Recorded]:
    """The events of a type from the head down to a position, which is not one of them unless it is 0."""
    upper = ledger.size()
    while True:
        found = ledger.store.backwards(type_name, upper, down_to + 1 if down_to else 0, _PAGE)
        yield from map(ledger.at, found)
        if len(found) < _PAGE:
            return
        upper = found[-1]
