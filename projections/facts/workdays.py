"""Working days after the State Council's yearly holiday notices, make-up days included (节假日安排、调休).

The days come from the package `chinesecalendar`, which transcribes the notices year by year. A year without a notice in
it falls back to plain weekends; `is_announced` says which of the two an answer rests on.
"""

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped] # the package ships no type information

_DAY = timedelta(days=1)
_NOTICES = {day.year for day in chinese_calendar.constants.holidays}
ANNOUNCED_YEARS = range(min(_NOTICES), max(_NOTICES) + 1)
"""Years whose notice the installed package knows."""


def is_announced(day: date) -> bool:
    """Whether a notice covers the day's year; elsewhere Saturday and Sunday are taken to be free and no more."""
    return day.year in ANNOUNCED_YEARS


def is_working_day(day: date) -> bool:
    """Whether people work on this day: by the notice of its year, else Monday to Friday."""
    if is_announced(day):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day`; `day` itself for 0. Raises ValueError for a negative number."""
    if n < 0:
        raise ValueError(f"{n} working days after a day: the number is negative")
    while n:
        day += _DAY
        n -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`; 0 where `last` is not later.

    `working_days_between(day, add_working_days(day, n)) == n`.
    """
    return sum(is_working_day(first + _DAY * step) for step in range(1, (last - first).days + 1))
