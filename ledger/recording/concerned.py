"""Who is concerned by a record, and so should sign it: at once, or later by an entry of their own."""

from dataclasses import dataclass
from typing import get_args

from ledger.checks.subjects import KindOf
from ledger.events.base import Payload
from ledger.events.fields import Capacity
from ledger.events.flat import shapes
from ledger.events.record import Recorded

_NEAREST: tuple[Capacity, ...] = get_args(Capacity)
"""Who is named twice signs as the first of these."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A person named in a record, and as what the person would sign it."""

    person: str
    capacity: str


def concerned(payload: Payload, kind_of: KindOf) -> tuple[Concerned, ...]:
    """The persons whose signature belongs under this record, each once. Units sign nothing."""
    named: list[tuple[int, str, Capacity]] = []
    for attribute, shape in shapes(type(payload)):
        value, capacity = getattr(payload, attribute), shape.meta["signs"]
        if capacity is None or value is None:
            continue
        named += [
            (_NEAREST.index(capacity), person, capacity) for person in ((value,) if isinstance(value, str) else value)
        ]
    found: dict[str, Capacity] = {}
    for _, person, capacity in sorted(named, key=lambda row: row[0]):
        if kind_of(person) == "person":
            found.setdefault(person, capacity)
    return tuple(Concerned(person, capacity) for person, capacity in found.items())


def called_to_sign(event: Recorded, kind_of: KindOf) -> tuple[Concerned, ...]:
    """Whose signature belongs under an entry: the persons whom its record names, and whoever its author asked."""
    found = {each.person: each for each in concerned(event.payload, kind_of)}
    for asked in event.carried.asked:
        found.setdefault(asked.person, Concerned(asked.person, asked.capacity))
    return tuple(found.values())
