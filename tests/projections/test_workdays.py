"""Working days: holiday notices, make-up days, the fallback outside them."""

from datetime import date

import pytest

from projections.facts.workdays import ANNOUNCED_YEARS, add_working_days, is_announced, is_working_day, statutory_days
from tests.support.readers import working_days_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 2, 12), False),  # Monday in the Spring Festival
        (date(2024, 2, 18), True),  # Sunday made up for it
        (date(2024, 10, 1), False),  # National Day, a Tuesday
        (date(2024, 10, 12), True),  # Saturday made up for it
        (date(2024, 11, 30), False),  # plain Saturday
        (date(2024, 12, 2), True),  # plain Monday
        (date(2023, 12, 29), True),
        (date(2025, 1, 26), True),  # Sunday made up for the Spring Festival
    ],
)
def test_holidays_and_make_up_days_follow_the_notices(day: date, works: bool) -> None:
    """Holidays on weekdays are free and the weekends made up for them are worked."""
    assert is_working_day(day) is works
    assert is_announced(day)


def test_every_year_that_a_record_of_2020_to_2026_can_name_is_announced() -> None:
    """The installed calendar covers 2020 to 2026."""
    assert set(range(2020, 2027)) <= set(ANNOUNCED_YEARS)


def test_a_year_without_notice_has_weekends_and_statutory_days_and_says_so() -> None:
    """Outside the notices weekends and the days of the holiday order are free, and `is_announced` is false."""
    year = ANNOUNCED_YEARS.stop + 10
    assert not is_announced(date(year, 1, 1))
    assert not is_working_day(date(year, 1, 1))
    assert not is_working_day(date(1990, 1, 6))
    assert not is_working_day(date(1990, 10, 1))
    assert is_working_day(date(1990, 10, 3))


def test_the_statutory_days_are_those_of_the_order_in_force() -> None:
    """By 国务院令第795号 in 2027: eleven to thirteen days, the lunar ones where the almanac has them."""
    assert sorted(statutory_days(2027)) == [
        *(date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8)),
        *(date(2027, 4, 5), date(2027, 5, 1), date(2027, 5, 2), date(2027, 6, 9), date(2027, 9, 15)),
        *(date(2027, 10, 1), date(2027, 10, 2), date(2027, 10, 3)),
    ]


@pytest.mark.parametrize("year", range(2008, 2027))
def test_no_notice_makes_a_statutory_day_a_working_day(year: int) -> None:
    """The computed days of every announced year are free in its notice: orders, lunar days and Qingming are right."""
    assert [day for day in sorted(statutory_days(year)) if is_working_day(day)] == []


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 2, 8), 5, date(2024, 2, 21)),  # over the Spring Festival and its make-up Sunday
        (date(2023, 11, 20), 5, date(2023, 11, 27)),
        (date(2024, 2, 18), 0, date(2024, 2, 18)),
        (date(2024, 6, 30), 1, date(2024, 7, 1)),
    ],
)
def test_adding_working_days_counts_from_the_next_day(day: date, n: int, expected: date) -> None:
    """The n-th working day after a day skips free days and counts make-up days."""
    assert add_working_days(day, n) == expected
    assert working_days_between(day, expected) == n


def test_between_is_the_inverse_of_adding() -> None:
    """Counting back what was added gives the number that was added, from any start."""
    for start in (date(2024, 1, 31), date(2024, 9, 28), date(2026, 12, 30)):
        assert [working_days_between(start, add_working_days(start, n)) for n in range(30)] == list(range(30))
    assert working_days_between(date(2024, 7, 15), date(2024, 7, 1)) == 0


def test_a_negative_number_is_refused() -> None:
    """Days before a day are not asked for by any rule, so a negative number is a fault."""
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2024, 1, 2), -1)
