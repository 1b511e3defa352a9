"""Obligations as an iCalendar file (RFC 5545): one all-day event on the day on which each falls due."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_LIMIT = 75
"""Octets on a line, the line break left out (section 3.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One all-day event. `key` tells it apart from all others and stays the same from export to export."""

    key: str
    day: date
    summary: str
    description: str
    category: str


def calendar(name: str, stamped: datetime, events: Iterable[Event]) -> bytes:
    """The calendar's bytes in UTF-8; `stamped` is the moment at which its content was known."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//zeren//obligations//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    stamp = stamped.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{hashlib.sha256(event.key.encode()).hexdigest()[:32]}@zeren",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(event.summary)}",
            f"DESCRIPTION:{_text(event.description)}",
            f"CATEGORIES:{_text(event.category)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _text(value: str) -> str:
    """A TEXT value (section 3.3.11); control characters other than line breaks and tabs have no place in one."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in plain if char in "\n\t" or char.isprintable()).translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, no character torn apart; every later part begins with a space."""
    part, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _LIMIT:
            yield part
            part, size = " ", 1
        part += char
        size += width
    yield part
