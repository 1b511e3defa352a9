"""What holds for one state of the stores, computed once and held while nothing was committed to any of them.

A state is told by SQLite's own numbers of the databases, what else tells of their heads, and the minute. A reading is
of the state that was told before it began only where the same is told when it has begun: another process may commit in
between, and then nothing is held of that reading.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.application import Ledger
from ledger.store.opening import watch
from projections.questions.heads import LedgerHead
from projections.views.view_store import Snapshot

Seen = tuple[tuple[LedgerHead, ...], Mapping[str, Ledger]]

_NUMBERS = count()


class Watches:
    """Tells whether another process wrote to some databases; each is watched by a connection of its own."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._lock = Lock()
        self._number = next(_NUMBERS)  # a new connection counts from the beginning
        self._watches = [watch(path) for path in paths]

    def versions(self) -> Hashable:
        """Equal to an earlier one while nothing was committed to any of the databases."""
        with self._lock:
            found = tuple([each.token() for each in self._watches])
        return self._number, found

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            for each in self._watches:
                each.close()


@dataclass(frozen=True, slots=True)
class StoresState:
    """What was found of one state, for whoever reads it next."""

    of: Hashable
    agreed: dict[str, Hashable] = field(default_factory=dict)
    """By kind, the ledgers that the views were found to agree with; of the one that grows with each reading, when."""
    seen: dict[frozenset[str] | None, Seen] = field(default_factory=dict)
    """By the kinds that a reader sees, the heads and ledgers."""
    here: dict[Hashable, Any] = field(default_factory=dict)
    """What was computed of the views."""


class States:
    """The state of the views that was read last, and what holds for it."""

    def __init__(self, views: Path) -> None:
        self.watches = Watches([views])
        self._last = StoresState(None)

    def versions(self) -> Hashable:
        """Equal to an earlier one while nothing was committed to the views."""
        return self.watches.versions()

    def of(self, views: Snapshot, before: Hashable, beside: Hashable) -> StoresState:
        """The state that a reading, which was about to begin at `before`, is of; `beside` tells of the ledgers."""
        views.begin()
        key = (before, beside)
        if self.versions() != before:
            return StoresState(None)
        found = self._last
        if found.of != key:
            self._last = found = StoresState(key)
        return found
