"""How far the ledgers have grown, as far as an answer may depend on it: by what answers that took long are kept.

Every reading makes the access ledger grow, and most readings change no answer: those that named nobody. Counted with
the rest they would make each answer be computed anew at the next one.
"""

from collections.abc import Hashable
from threading import Lock

from projections.views.facts import ViewFacts
from projections.views.view_reads import last_naming


class AccessGrowth:
    """Remembers per access ledger how far it was looked through, so that each entry is looked at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[str, tuple[int, int]] = {}

    def sizes(self, facts: ViewFacts) -> Hashable:
        """Equal while no entry came that an answer over these ledgers may depend on."""
        return tuple((row.origin, self._size(facts, row.origin)) for row in facts.ledgers)

    def _size(self, facts: ViewFacts, origin: str) -> int:
        row = next(row for row in facts.ledgers if row.origin == origin)
        position = facts.views.position(origin)
        if row.kind != "access":
            return position
        with self._lock:
            start, last = self._seen.get(row.fingerprint, (0, 0))
            if position < start:  # another ledger under the same name, or views made anew
                start, last = 0, 0
            found = last_naming(facts.views, row, start, position)
            self._seen[row.fingerprint] = (position, last if found is None else found + 1)
            return self._seen[row.fingerprint][1]
