"""Recomputing seals (FORMAT.md section 5): the map of heads from the entries alone, without the writer's caches.

Heads are gathered into a temporary database on disk and read back by rising key, so that memory stays constant.
"""

from ledger.application import Ledger
from ledger.core.encoding import b64decode
from ledger.core.seal_map import heads_root
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.events.trust import Sealed
from ledger.placement import SEALS
from ledger.verify.ledger_report import LedgerReport


def check_seals(ledger: Ledger, report: LedgerReport, *, every: bool) -> None:
    """Recomputes the last seal, or `every` seal; names how many were not recomputed."""
    seals = ledger.store.stream(SEALS)
    chosen = seals if every else seals[-1:]
    for position in chosen:
        try:
            if _sealed(ledger, position) != root_at(ledger, position):
                raise Invalid("the seal's map of heads is not that of the entries before it")
            report.seals += 1
        except ZerenError as error:
            report.add(error, position)
    if len(seals) > len(chosen):
        report.not_checked.append(Incomplete("{} earlier seals", len(seals) - len(chosen)))


def check_seals_since(ledger: Ledger, report: LedgerReport, seal: int, size: int) -> None:
    """Recomputes the last seal from the trusted one at position `seal`, along the keys touched since, below `size`.

    What was not touched comes from the cached map; the trusted seal's root, computed from the same hashes, proves it.
    Where the cache does not do that, the seal is recomputed from all entries.
    """
    last = ledger.store.last_of(SEALS, size)
    if last is None or last == seal:
        return
    try:
        before, after = (_sealed(ledger, position) for position in (seal, last))
        try:
            roots = ledger.store.roots_since(seal, last, with_subjects=ledger.kind == "duty")
        except LookupError:
            roots = (b"", b"")
        found = roots[1] if roots[0] == before else root_at(ledger, last)
        if found != after:
            raise Invalid("the seal's map of heads is not that of the entries before it")
        report.seals += 1
    except ZerenError as error:
        report.add(error, last)


def _sealed(ledger: Ledger, position: int) -> bytes:
    sealed = ledger.at(position).payload
    if not isinstance(sealed, Sealed) or sealed.size != position:
        raise Invalid("the seal does not say its own position")
    return b64decode(sealed.heads)


def root_at(ledger: Ledger, size: int) -> bytes:
    """The root of the map of heads over the first `size` entries."""
    return heads_root(ledger.store.raw.heads(size, with_subjects=ledger.kind == "duty"))
