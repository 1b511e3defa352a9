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
