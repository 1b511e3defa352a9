"""Whether an entry is the next one of its ledger (FORMAT.md section 1)."""

from datetime import datetime

from ledger.core.entry import Entry, format_time
from ledger.errors import ChainBroken, Invalid


def check_follows(
    entry: Entry, *, ledger: str, position: int, previous: bytes | None, not_before: datetime | None
) -> None:
    """The entry is the next one of this ledger: origin, position, chain hash, and time that does not go back.

    `previous` is the predecessor's leaf hash, None where that one is not at hand; `not_before` its recorded_at, None
    where the entry's time may go back (clock.corrected).
    Raises Invalid or ChainBroken.
    """
    header = entry.header
    if header.ledger != ledger:
        raise Invalid("position {} belongs to ledger {}, not to {}", position, header.ledger, ledger)
    if header.position != position:
        raise ChainBroken("an entry that says position {} stands at position {}", header.position, position)
    if previous is not None and header.previous != previous:
        raise ChainBroken(
            "position {} does not follow the entry before it: an entry was changed, dropped, swapped or inserted",
            position,
        )
    if not_before is not None and header.recorded_at < not_before:
        raise ChainBroken("recorded_at goes back at position {}, from {}", position, format_time(not_before))
