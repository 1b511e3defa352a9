"""Periods in which obligations are owed, and when each falls due."""

from collections.abc import Collection, Iterator
from datetime import date

from ledger.frozen import dataclass
from projections.facts.rule_sets import RuleSet, YearWindow
from projections.facts.values import Period
from projections.obligations.docket import Docket
from projections.obligations.table import Rule

ONCE = "once"


@dataclass(frozen=True, slots=True)
class Due:
    """A period by its name, its days, and the last day on which the duty can be done in time.

    `wanted` is the year or half-year that an act must be *for* where acts are dated so; None = by their own day.
    """

    name: str
    period: Period
    due: date
    wanted: int | str | None = None


def dues(
    docket: Docket, rule: Rule, claimed: Collection[int | str] = (), falling: Period | None = None
) -> Iterator[Due]:
    """The periods of a counted rule that have begun by the day of judging and were not over before the record began.

    What an act must be for begins with its year, also where the window in which to act opens later.
    The year before the record began falls due within it where acts are dated by what they are for: it is there where
    the rule says so, or where an act on record is for it (`claimed`). With `falling` only those due in these days.
    """
    began = docket.facts.began_on
    if began is None:
        return
    for due in _periods(docket, rule, began):
        begins = due.period.first if due.wanted is None else date(int(due.name[:4]), 1, 1)
        if begins > docket.judged_on or began > (due.due if due.wanted else due.period.last):
            continue
        if falling is not None and due.due not in falling:
            continue
        if rule.dated != "for" or rule.before_record or due.wanted in claimed or int(due.name[:4]) >= began.year:
            yield due


def _periods(docket: Docket, rule: Rule, began: date) -> Iterator[Due]:
    before = int(rule.dated == "for")
    if rule.every == ONCE:
        yield Due(ONCE, Period(began, docket.judged_on), date(began.year, 12, 31))
        return
    for year in range(began.year - before, docket.judged_on.year + 1):
        rules = docket.facts.rules_on(date(year, 1, 1))  # what is set later leaves the year's periods as they are
        if rule.every == "analysis":
            yield from _analyses(rules, year)
        else:
            named = (
                _regular(docket, year) if rule.every == "regular" else _within_year(rules, rule.every or "year", year)
            )
            for name, period in named:
                wanted = year if rule.dated == "for" else None
                yield Due(name, period, _last_day(rule, rules.annual_check_window, period), wanted)


def _regular(docket: Docket, year: int) -> Iterator[tuple[str, Period]]:
    """A year's periods of `regular_period`: what is set in the middle of one counts from the next.

    Where none of the new length begins with that, the former go on until one does.
    """
    rules = docket.facts.rules_on(date(year, 1, 1))
    every = rules.regular_period
    rows = list(_within_year(rules, every, year))
    while rows:
        first = rows[0][1].first
        rules = docket.facts.rules_on(first)
        if rules.regular_period != every:
            later = [row for row in _within_year(rules, rules.regular_period, year) if row[1].first >= first]
            if later and later[0][1].first == first:
                every, rows = rules.regular_period, later
        yield rows[0]
        rows = rows[1:]


def _within_year(rules: RuleSet, every: str, year: int) -> Iterator[tuple[str, Period]]:
    if every == "year":
        yield str(year), Period(date(year, 1, 1), date(year, 12, 31))
    elif every == "half_year":
        for name, window in (("H1", rules.half_year_1), ("H2", rules.half_year_2)):
            yield f"{year}{name}", Period(*window.of(year))
    else:
        for number, (first, last) in enumerate(
            (((1, 1), (3, 31)), ((4, 1), (6, 30)), ((7, 1), (9, 30)), ((10, 1), (12, 31)))
        ):
            yield f"{year}Q{number + 1}", Period(*YearWindow(first, last).of(year))


def _last_day(rule: Rule, window: YearWindow, period: Period) -> date:
    if rule.due != "check_window":
        return period.last
    return window.of(period.first.year + (rule.dated == "for"))[1]


def _analyses(rules: RuleSet, year: int) -> Iterator[Due]:
    """Mid-year and year-end; with three a year the second half has an analysis of its own."""
    rows = [(f"{year} mid-year", rules.mid_year_analysis_window, f"{year}-H1")]
    if rules.analyses_per_year > 2:
        rows.append((f"{year} second half", rules.second_half_analysis_window, f"{year}-H2"))
    rows.append((f"{year} year-end", rules.year_end_analysis_window, f"{year}-year"))
    for name, window, wanted in rows:
        period = Period(*window.of(year))
        yield Due(name, period, period.last, wanted)
