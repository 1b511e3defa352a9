"""Days and moments as people write them: 2024-07-09, 2024/7/9, 2024年7月9日, with a time of day where one belongs.

A number is never taken for a day: a spreadsheet's serial number and a year look alike.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput
from ledger.events.fields import format_when, parse_when
from ledger.recording.texts import read_line

_DAY = re.compile(r"(\d{4})(?:-(\d\d?)-|/(\d\d?)/|\.(\d\d?)\.|年(\d\d?)月)(\d\d?)(日?)", re.ASCII)
_TIME = re.compile(r"(\S+)[T ]+(\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?)\s*(Z|[+-]\d\d:\d\d)?", re.ASCII)
_FIRST_SERIAL = date(1899, 12, 30)
_SERIALS = (18_264, 109_938)
"""A spreadsheet's serial numbers of the days from 1950 to 2200."""
FIRST_YEAR, LAST_YEAR = 1949, 2199


def read_when(kind: str, raw: Any, zone: tzinfo) -> str:
    when = _typed_when(kind, raw) if isinstance(raw, date) else _written_when(kind, raw, zone)
    if isinstance(when, datetime) and when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    if isinstance(when, datetime):
        if not when.tzinfo or when.utcoffset() is None:  # pragma: no cover - a zone gives every moment an offset
            raise BadInput("it has no offset from UTC")
        when = when.replace(microsecond=when.microsecond // 1000 * 1000)
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise BadInput("the year {} cannot be right; years {} to {} are taken", when.year, FIRST_YEAR, LAST_YEAR)
    return _canonical(when)


def _canonical(when: date | datetime) -> str:
    text = format_when(when)
    parse_when(text)
    return text


def _typed_when(kind: str, raw: date | datetime) -> date | datetime:
    """A day or moment that a spreadsheet holds as such: a day comes as its midnight."""
    if not isinstance(raw, datetime):
        if kind == "moment":
            raise BadInput("the time of day is missing; write it as 2024-07-09 15:00")
        return raw
    midnight = raw.timetz() == time(0)
    if kind == "day" and not midnight:
        raise BadInput("a day without time of day is expected; write {:%Y-%m-%d}", raw)
    return raw.date() if kind == "day" or (kind == "when" and midnight) else raw


def _written_when(kind: str, raw: Any, zone: tzinfo) -> date | datetime:
    example = "2024-07-09 15:00" if kind == "moment" else "2024-07-09"
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        if _SERIALS[0] <= raw <= _SERIALS[1]:
            shown = _FIRST_SERIAL + timedelta(days=int(raw))
            raise BadInput(
                "{} is a number; a spreadsheet shows it as {} if the cell is formatted as a date", raw, shown
            )
        raise BadInput("{} is a number, not a day; format the cell as a date, or write {} as text", raw, example)
    if not isinstance(raw, str):
        raise BadInput("it is not a day; write it as {}", example)
    text = read_line(raw)
    day = _day(text)
    if day is not None:
        if kind == "moment":
            raise BadInput("the time of day is missing; write it as {} 15:00", day)
        return day
    parts = _TIME.fullmatch(text)
    moment_day = _day(parts[1]) if parts else None
    if parts is None or moment_day is None:
        raise BadInput("it is not a day that exists; write it as {}", example)
    if kind == "day":
        raise BadInput("a day without time of day is expected; write {}", moment_day)
    clock, offset = parts[2] if parts[2][1] != ":" and parts[2][2] == ":" else f"0{parts[2]}", parts[3] or ""
    try:
        moment = datetime.fromisoformat(f"{moment_day.isoformat()}T{clock}{offset}")
    except ValueError:
        raise BadInput("it is not a time that exists; write it as 2024-07-09 15:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None or (found[7] == "日") != (found[5] is not None):
        return None
    month = next(part for part in found.groups()[1:5] if part is not None)
    try:
        return date(int(found[1]), int(month), int(found[6]))
    except ValueError:
        return None
