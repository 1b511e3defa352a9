"""Moments as people read them, the same on pages and in lists: programs get them in UTC, exact."""

from datetime import datetime, tzinfo


def local(moment: datetime | str | None, zone: tzinfo) -> str:
    """A moment in a ledger's own zone, to the second, with its offset; empty where there is none."""
    if moment is None:
        return ""
    value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return value.astimezone(zone).isoformat(sep=" ", timespec="seconds")
