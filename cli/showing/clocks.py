"""Corrections of a ledger's time as data, the same wherever they are listed."""

from ledger.core.entry import format_time
from ledger.verify.ledger_report import ClockChange


def clock_answer(change: ClockChange) -> dict[str, object]:
    """A correction for programs."""
    return {
        "position": change.position,
        "from": format_time(change.before),
        "to": format_time(change.recorded_at),
        "signers": list(change.signers),
        "reason": change.reason,
    }
