"""Question: how the ledgers stand: the last entry, what no checkpoint covers yet, what the views lack."""

from collections.abc import Callable, Iterable

from ledger.application import Ledger
from ledger.clock import now
from ledger.core.entry import format_time
from ledger.frozen import dataclass
from ledger.placement import ANCHORS

MAX_BEHIND = 1000
"""Entries that the views may lack while they catch up; beyond, answers are not to be believed."""


@dataclass(frozen=True, slots=True)
class LedgerHealth:
    """How a ledger stands: its last entry, how much of it no checkpoint covers, how much the views lack."""

    origin: str
    kind: str
    entries: int
    last_recorded_at: str
    seconds_since: int
    checkpoint_size: int
    uncovered: int
    behind: int
    anchors: int
    last_anchor_at: str | None
    """When the last anchor was recorded."""


@dataclass(frozen=True, slots=True)
class Health:
    """`status` is ok, or behind where the views lack more than a moment's entries."""

    status: str
    items: tuple[LedgerHealth, ...]


def health(ledgers: Iterable[tuple[str, Ledger]], seen: Callable[[str], int]) -> Health:
    """How the ledgers, by kind, stand; `seen` is how many entries of an origin the views have."""
    rows = tuple(_row(kind, ledger, seen(ledger.origin)) for kind, ledger in ledgers if kind != "access")
    return Health("behind" if any(row.behind > MAX_BEHIND for row in rows) else "ok", rows)


def _row(kind: str, ledger: Ledger, seen: int) -> LedgerHealth:
    size, signed = ledger.size(), ledger.last_checkpoint()
    last, covered = ledger.at(size - 1), signed.checkpoint.size if signed is not None else 0
    anchored = ledger.store.last_of(ANCHORS)
    return LedgerHealth(
        ledger.origin,
        kind,
        size,
        format_time(last.recorded_at),
        max(0, int((now() - last.recorded_at).total_seconds())),
        covered,
        size - covered,
        max(0, size - seen),
        ledger.store.version(ANCHORS),
        format_time(ledger.at(anchored).recorded_at) if anchored is not None else None,
    )
