"""Working days after the State Council's yearly holiday notices, make-up days included (节假日安排、调休).

The days come from the package `chinesecalendar`, which transcribes the notices year by year. In a year without a
notice weekends are free and the statutory days of the order in force (全国年节及纪念日放假办法: State Council orders
270, 513, 644 and 795), the lunar ones computed, no substitute or make-up days; such a day is provisional.
`is_announced` says which of the two an answer rests on.
"""

from datetime import date, timedelta
from functools import cache, lru_cache

import chinese_calendar  # type: ignore[import-untyped] # the package ships no type information

_DAY = timedelta(days=1)
_NOTICES = {day.year for day in chinese_calendar.constants.holidays}
ANNOUNCED_YEARS = range(min(_NOTICES), max(_NOTICES) + 1)
"""Years whose notice the installed package knows."""


def is_announced(day: date) -> bool:
    """Whether a notice covers the day's year; elsewhere weekends and statutory days are free: provisionally."""
    return day.year in ANNOUNCED_YEARS


@lru_cache(maxsize=16_384)
def is_working_day(day: date) -> bool:
    """Whether people work on this day: by the notice of its year, else Monday to Friday but for statutory days."""
    if is_announced(day):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in statutory_days(day.year)


@cache
def statutory_days(year: int) -> frozenset[date]:
    """The days off for all of the order in force in that year; lunar ones for 1901 to 2099, the table's reach."""
    eve, first_days, labour, traditional = _ORDERS[max(since for since in _ORDERS if since <= max(year, _FIRST_ORDER))]
    days = {date(year, 1, 1)}
    days |= {date(year, 5, day) for day in range(1, labour + 1)}
    days |= {date(year, 10, day) for day in range(1, 4 if year >= 2000 else 3)}
    if 1901 <= year <= 2099:
        new_year = _lunar(year, 1, 1)
        days |= {new_year + _DAY * step for step in range(-eve, first_days)}
        if traditional:
            days |= {_qingming(year), _lunar(year, 5, 5), _lunar(year, 8, 15)}
    return frozenset(days)


_FIRST_ORDER = 1950
_ORDERS = {
    1950: (0, 3, 1, False),
    2000: (0, 3, 3, False),
    2008: (1, 2, 1, True),
    2014: (0, 3, 1, True),
    2025: (1, 3, 2, True),
}
"""By first whole year: (New Year's Eve, days from the lunar New Year on, days from 1 May on, whether Qingming, Dragon
Boat and Mid-Autumn are days off)."""


def _lunar(year: int, month: int, day: int) -> date:
    from lunardate import LunarDate

    found = LunarDate(year, month, day).to_solar_date()
    return date(found.year, found.month, found.day)


def _qingming(year: int) -> date:
    """The day of the solar term, by the usual formula for the 21st century: a day off only since 2008."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day`; `day` itself for 0. Raises ValueError for a negative number."""
    if n < 0:
        raise ValueError(f"{n} working days after a day: the number is negative")
    while n:
        day += _DAY
        n -= is_working_day(day)
    return day
