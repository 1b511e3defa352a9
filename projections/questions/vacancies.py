"""Question: on which days nobody held a duty, or several did where there should be one, as known at a moment."""

from datetime import date, datetime

from ledger.errors import BadInput
from ledger.frozen import dataclass
from projections.facts.holdings import LEVELS, Level, gaps, governed_units, line_holders
from projections.facts.protocol import Facts
from projections.facts.values import Period
from projections.questions.over import Known, Over
from projections.questions.parties import party_of

EVER = Period(date(1900, 1, 1), date(2999, 12, 31))
"""Every day that can be asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyFilter(Known):
    """Limits of the question; None does not limit."""

    unit: str | None = None
    """Only of this unit's line, by id, number or name."""
    first: date | None = None
    """From this day on."""
    last: date | None = None
    """Until this day; None = today."""


@dataclass(frozen=True, slots=True)
class BreakRow:
    """Days on which a duty had no holder (`gap`) or more than one titular holder (`overlap`)."""

    kind: str
    unit: str | None
    name: str
    duty: str
    first: date
    last: date
    days: int
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vacancies:
    """The answer, in order of days."""

    period: Period
    known_at: datetime | None
    items: tuple[BreakRow, ...]


def vacancies(over: Over, wanted: VacancyFilter) -> Vacancies:
    """Vacancies and overlaps within limits. Raises BadInput for a unit that is not there, or days the wrong way."""
    facts = over.facts
    unit = party_of(facts, wanted.unit, "unit") if wanted.unit is not None else None
    last = over.day(wanted.last)
    first = wanted.first or EVER.first
    if first > last:
        raise BadInput("the last day {} is before the first, {}", last, first)
    period = Period(first, last)
    found: tuple[BreakRow, ...] = over.keep(("vacancies", unit, period), lambda: breaks(facts, period, unit))
    return Vacancies(period, facts.known_at, found)


def breaks(facts: Facts, during: Period, unit: str | None = None) -> tuple[BreakRow, ...]:
    """Days without a holder, and days with several titular ones where there should be one, of each unit's line."""
    found: list[BreakRow] = []
    lines: list[tuple[Level, str | None]] = [("secretary", None)] if unit is None else []
    lines += [(level, id_) for id_ in governed_units(facts) if unit in (None, id_) for level in LEVELS[:2]]
    for level, id_ in lines:
        name = facts.units[id_].name if id_ is not None else ""
        found += [
            BreakRow("gap", id_, name, level, gap.first, gap.last, gap.days, ())
            for gap in gaps(facts, level, id_, during)
        ]
        held = [h for h in line_holders(facts, level, id_, during, primary=False) if not h.acting]
        for number, first in enumerate(held):
            for second in held[number + 1 :]:
                both = first.period.meet(second.period)
                if both is not None and first.person != second.person:
                    persons = (first.person, second.person)
                    found.append(BreakRow("overlap", id_, name, level, both.first, both.last, both.days, persons))
    return tuple(sorted(found, key=lambda row: (row.first, row.unit or "", row.duty)))
