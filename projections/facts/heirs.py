"""What becomes of what was open in a unit that has ended: it passes to the heads of the units that took it over."""

from collections.abc import Iterator
from datetime import date, timedelta

from projections.facts.holdings import Holding, line_holders
from projections.facts.protocol import Facts
from projections.facts.values import Period


def heirs(facts: Facts, unit: str, on: date) -> tuple[str, ...]:
    """The units that stand for a unit on a day: itself while it lives, else those that took it over, and so on.

    None where it ended into nothing.
    """
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [unit]
    while waiting:
        id_ = waiting.pop(0)
        known = facts.units.get(id_)
        if id_ in seen:
            continue
        seen.add(id_)
        if known is None or known.valid_to is None or on <= known.valid_to:
            found[id_] = None
        else:
            waiting += known.into
    return tuple(found)


def has_ended(facts: Facts, unit: str | None, on: date) -> bool:
    """Whether a unit had ended before a day."""
    known = facts.units.get(unit) if unit is not None else None
    return known is not None and known.valid_to is not None and known.valid_to < on


def heads_after(facts: Facts, unit: str, until: date) -> Iterator[tuple[str, Holding]]:
    """(unit, head) of each unit that took over one that has ended: its head on the next day, else the first to come."""
    known = facts.units.get(unit)
    if known is None or known.valid_to is None or known.valid_to >= until:
        return
    next_day = known.valid_to + timedelta(days=1)
    for heir in heirs(facts, unit, next_day):
        holdings = line_holders(facts, "head", heir, Period(next_day, until), primary=True)
        first = min(holdings, key=lambda holding: (holding.period, holding.acting), default=None)
        if first is not None:
            yield heir, first
