"""Obligations by unit and half-year: how many are met, how many are not, so that one sees where to look."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from projections.facts.protocol import Facts
from projections.facts.values import Instance

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


def half_of(day: date | None) -> str:
    """`2024H1`, `2024H2`; "" for an obligation without a day."""
    return f"{day.year}H{1 if day.month <= 6 else 2}" if day is not None else ""


def unit_of(facts: Facts, row: Instance) -> str:
    """The unit that an instance belongs to: that which the owner heads, else the body that he sits in."""
    if row.unit is not None:
        return row.unit
    if row.owner in facts.units:
        return row.owner
    on = row.due
    if on is not None:
        for tenure in facts.tenures(person=row.owner, on=on):
            if row.post in (tenure.role, tenure.post) and tenure.scope:
                return tenure.scope[0]
    return facts.party_group or ""


def placed(facts: Facts, rows: Iterable[Instance]) -> list[tuple[str, str, Instance]]:
    """Each instance with its unit and half-year."""
    known: dict[tuple[str, str | None, date | None], str] = {}
    found = []
    for row in rows:
        key = (row.owner, row.post, row.due)
        if key not in known:
            known[key] = unit_of(facts, row)
        found.append((known[key], half_of(row.due), row))
    return found


def counts(rows: Sequence[tuple[str, str, Instance]]) -> list[Count]:
    """The numbers per unit and half-year, in order."""
    cells: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for unit, half, row in rows:
        if row.status != "not_applicable":
            cells[unit, half].append(row.status)
    return [
        Count(
            unit,
            half,
            sum(status in GOOD for status in statuses),
            sum(status in BAD for status in statuses),
            sum(status in DOUBTFUL for status in statuses),
            sum(status not in GOOD | BAD | DOUBTFUL for status in statuses),
        )
        for (unit, half), statuses in sorted(cells.items())
    ]
