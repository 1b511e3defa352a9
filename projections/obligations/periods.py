"""Years and half-years that the record covers, and when each falls due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from projections.facts import Facts
from projections.model import Period
from projections.rules import YearWindow


@dataclass(frozen=True, slots=True)
class Due:
    """A period by its name, its days, and the last day on which the duty can be done in time."""

    name: str
    period: Period
    due: date


def years(facts: Facts, judged_on: date) -> range:
    """The years from the first record to the day of judgement; assignments taken over from paper begin no year."""
    first = next((event.recorded_at for event in facts.records()), None)
    return range(first.astimezone(facts.zone).year, judged_on.year + 1) if first is not None else range(0)


def calendar_years(facts: Facts, judged_on: date) -> Iterator[Due]:
    """Whole years that are over."""
    for year in years(facts, judged_on):
        period = Period(date(year, 1, 1), date(year, 12, 31))
        if period.last <= judged_on:
            yield Due(str(year), period, period.last)


def half_years(facts: Facts, judged_on: date) -> Iterator[Due]:
    """Half-years that are over."""
    for year in years(facts, judged_on):
        for name, window in (("H1", facts.rules.half_year_1), ("H2", facts.rules.half_year_2)):
            period = Period(*window.of(year))
            if period.last <= judged_on:
                yield Due(f"{year}{name}", period, period.last)


def reported_years(facts: Facts, judged_on: date, window: YearWindow) -> Iterator[Due]:
    """Years that are reported on or checked in a window of the next year, the year before the record began included."""
    for year in range(years(facts, judged_on).start - 1, judged_on.year):
        period = Period(date(year, 1, 1), date(year, 12, 31))
        due = window.of(year + 1)[1]
        if due <= judged_on:
            yield Due(str(year), period, due)
