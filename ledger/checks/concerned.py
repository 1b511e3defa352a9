"""Who is concerned by a record, and so should sign it: at once, or later by an entry of their own."""

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from ledger.checks.subjects import KindOf
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.fields import Capacity
from ledger.events.flat import shapes
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from ledger.frozen import dataclass

_NEAREST: tuple[Capacity, ...] = get_args(Capacity)
"""Who is named twice signs as the first of these."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A person named in a record, and as what the person would sign it."""

    person: str
    capacity: str


def concerned(payload: Payload, kind_of: KindOf) -> tuple[Concerned, ...]:
    """The persons whose signature belongs under this record, each once. Units sign nothing."""
    found: dict[str, Capacity] = {}
    for person, capacity in sorted(_named(payload), key=lambda row: _NEAREST.index(row[1])):
        if kind_of(person) == "person":
            found.setdefault(person, capacity)
    return tuple(Concerned(person, capacity) for person, capacity in found.items())


def called_to_sign(event: Recorded, kind_of: KindOf) -> tuple[Concerned, ...]:
    """Whose signature belongs under an entry: the persons whom its record names, and whoever its author asked."""
    found = {each.person: each for each in concerned(event.payload, kind_of)}
    for asked in event.carried.asked:
        found.setdefault(asked.person, Concerned(asked.person, asked.capacity))
    return tuple(found.values())


def waited_for(changed: Recorded, persons: Iterable[str]) -> tuple[Concerned, ...]:
    """Those of the persons who signed a record, as whom each would sign what changes it: as whom it names him."""
    named = dict(sorted(_named(changed.payload), key=lambda row: _NEAREST.index(row[1]), reverse=True))
    return tuple(Concerned(person, named.get(person, "holder")) for person in persons)


def check_answer(
    payload: RecordAccepted | RecordRefused, author: str, record: Recorded, changed: Sequence[Recorded] = ()
) -> None:
    """A signer signs what concerns him (FORMAT.md section 9): who accepts a record as whom it names is who it names so;
    who refuses one, or accepts it without a word as whom, is named in it, signed it, or was asked to. Raises Refused.

    What corrects or withdraws a record concerns whom that record concerns, `changed` and what that changed in turn. As
    holder of a post that the record does not name, and for its arrival, whoever has the role signs.
    """
    about = (record, *changed)
    named: list[tuple[str, str]] = [row for each in about for row in _named(each.payload)]
    named += [(each.person, each.capacity) for each in record.carried.asked]
    label = record.payload.ref or f"#{record.position}"
    if isinstance(payload, RecordAccepted) and payload.capacity is not None:
        so = {person for person, capacity in named if capacity == payload.capacity}
        free = payload.capacity == "receipt" or (payload.capacity == "holder" and not so)
        if author not in so and not free:
            raise Refused(
                "entry {} does not name {} as {}: a signer signs what concerns him", label, author, payload.capacity
            )
    elif author not in {person for person, _ in named}.union(*(each.signed for each in about)):
        raise Refused("entry {} does not name {}: a signer signs what concerns him", label, author)


def _named(payload: Payload) -> Iterator[tuple[str, Capacity]]:
    for attribute, shape in shapes(type(payload)):
        value, capacity = getattr(payload, attribute), shape.meta["signs"]
        if capacity is not None and value is not None:
            yield from ((party, capacity) for party in ((value,) if isinstance(value, str) else value))
