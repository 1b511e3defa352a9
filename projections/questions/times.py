"""Days and moments as readers write them.

A day is `2024-07-09`. A moment is RFC 3339 (`2024-10-14T10:00:00+08:00`); without offset it is local, and a bare day
means its end. Years run from 1900 to 2999, so that no later arithmetic on days can overflow.
"""

import re
from datetime import UTC, date, datetime, time, tzinfo

from ledger.errors import BadInput

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_YEARS = range(1900, 3000)
_END_OF_DAY = time(23, 59, 59, 999000)


def parse_day(text: str) -> date:
    """A day YYYY-MM-DD. Raises BadInput."""
    try:
        if _DAY.fullmatch(text) and int(text[:4]) in _YEARS:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput("{!r} is not a day; write it as 2024-07-09", text)


def parse_moment(text: str, zone: tzinfo) -> datetime:
    """A moment in UTC. Raises BadInput."""
    try:
        if int(text[:4]) in _YEARS:
            if _DAY.fullmatch(text):
                return datetime.combine(date.fromisoformat(text), _END_OF_DAY, tzinfo=zone).astimezone(UTC)
            if _MOMENT.fullmatch(text):
                moment = datetime.fromisoformat(text)
                return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError:
        pass
    raise BadInput("{!r} is not a moment; write 2024-10-14 or 2024-10-14T10:00:00+08:00", text)
