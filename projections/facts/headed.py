"""Which units are a person's own: those that he heads."""

from datetime import date

from projections.facts.holdings import HEAD, counted_tenures
from projections.facts.protocol import Facts


def headed_units(facts: Facts, person: str, on: date) -> tuple[str, ...]:
    """Ids of the living units that a person heads on a day, each once; acting in charge included, cover not."""
    held = counted_tenures(facts, person=person, role=HEAD, on=on)
    units = (unit for tenure in held if tenure.acting != "cover" for unit in tenure.scope)
    return tuple(dict.fromkeys(unit for unit in units if unit in facts.units and facts.units[unit].lives_on(on)))
