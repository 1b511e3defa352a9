"""Working days: holiday notices, make-up days, the fallback outside them."""

from datetime import date

import pytest

from projections.facts.workdays import (
    ANNOUNCED_YEARS,
    add_working_days,
    is_announced,
    is_working_day,
    working_days_between,
)


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


def test_a_year_without_notice_falls_back_to_weekends_and_says_so() -> None:
    """Outside the notices only Saturday and Sunday are free, and `is_announced` is false."""
    new_year = date(ANNOUNCED_YEARS.stop + 10, 1, 1)
    assert not is_announced(new_year)
    assert is_working_day(new_year) is (new_year.weekday() < 5)
    assert not is_working_day(date(1990, 1, 6))
    assert is_working_day(date(1990, 10, 1))  # a National Day that no notice covers


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
