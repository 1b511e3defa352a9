"""Which units are a person's own: those that he heads."""

from datetime import date

from projections.facts.holdings import HEAD, counted_tenures
from projections.facts.protocol import Facts


def headed_units(facts: Facts, person: str, on: date) -> tuple[str, ...]:
    """Ids of the living units that a person heads on a day, in order of registration; acting included, cover not."""
    held = [tenure for tenure in counted_tenures(facts, person=person, role=HEAD, on=on) if tenure.acting != "cover"]
    units = {unit for tenure in held for unit in tenure.scope}
    return tuple(unit.id for unit in facts.units.values() if unit.id in units and unit.lives_on(on))
