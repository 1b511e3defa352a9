"""Finding the person or unit that a reader means."""

from ledger.errors import BadInput
from projections.facts.protocol import Facts
from projections.facts.values import Person, Unit


def party_of(facts: Facts, text: str) -> str:
    """The id of the person or unit with this id, number or name. Raises BadInput naming what comes near."""
    parties: list[Person | Unit] = [*facts.persons.values(), *facts.units.values()]
    for names in ({p.id: p.id for p in parties}, {p.id: p.ref for p in parties}, {p.id: p.name for p in parties}):
        found = [id_ for id_, name in names.items() if name == text]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput("{!r} is the name of several: {}; give the id", text, ", ".join(sorted(found)))
    near = sorted(party.ref for party in parties if text and text in party.name)
    hint = ", ".join(near) or ", ".join(sorted(party.ref for party in parties)[:20])
    raise BadInput("{!r} is neither a person nor a unit here; there are {}", text, hint)
