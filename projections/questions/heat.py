"""Question: how many obligations are met, by unit and half-year, so that one sees where to look."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from ledger.frozen import dataclass
from projections.questions.obligations import ObligationFilter, ObligationRow, rows, settled
from projections.questions.over import Over

GOOD = frozenset({"met", "met_with_gap", "met_late_declared", "late_provisional"})
BAD = frozenset({"unmet", "partly_unmet", "late"})
DOUBTFUL = frozenset({"doubtful", "partly_doubtful"})


@dataclass(frozen=True, slots=True)
class Count:
    """The obligations of a unit that fell due in a half-year."""

    unit: str
    half: str
    met: int
    unmet: int
    doubtful: int
    open: int


@dataclass(frozen=True, slots=True)
class Heat:
    """The answer: a row for each unit and half-year, in order."""

    judged_on: date
    known_at: datetime | None
    items: tuple[Count, ...]


def heat(over: Over, wanted: ObligationFilter) -> Heat:
    """The numbers of the obligations within limits. Raises BadInput."""
    judged = over.judging_day(wanted)
    return Heat(judged, over.facts.known_at, counts(tuple(rows(over, settled(over.facts, wanted), judged))))


def counts(found: Sequence[ObligationRow]) -> tuple[Count, ...]:
    """The numbers per unit and half-year, in order; what applies to nobody is counted nowhere."""
    cells: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in found:
        if row.status != "not_applicable":
            cells[row.of_unit or "", row.half].append(row.status)
    return tuple(
        Count(
            unit,
            half,
            sum(status in GOOD for status in statuses),
            sum(status in BAD for status in statuses),
            sum(status in DOUBTFUL for status in statuses),
            sum(status not in GOOD | BAD | DOUBTFUL for status in statuses),
        )
        for (unit, half), statuses in sorted(cells.items())
    )


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """The obligations that fell due in a year (`2024`) or half-year (`2024H1`), whichever unit they are of."""

    period: str
    met: int
    unmet: int
    doubtful: int
    open: int


def by_period(cells: Sequence[Count]) -> tuple[PeriodCount, ...]:
    """The numbers of each year, the newest first, with its half-years after it; what has no day is in none."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for cell in cells:
        for period in (cell.half[:4], cell.half) if cell.half else ():
            numbers = (cell.met, cell.unmet, cell.doubtful, cell.open)
            found[period] = [sum(pair) for pair in zip(found[period], numbers, strict=True)]
    order = sorted(found, key=lambda period: (-int(period[:4]), period))
    return tuple(PeriodCount(period, *found[period]) for period in order)
