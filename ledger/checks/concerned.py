"""Who is concerned by a record, and so should sign it: at once, or later by an entry of their own."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, get_args

from ledger.checks.subjects import KindOf, Subject
from ledger.core.consent import parse_consent
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.fields import Capacity
from ledger.events.flat import shapes
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.frozen import dataclass

_NEAREST: tuple[Capacity, ...] = get_args(Capacity)
"""Who is named twice signs as the first of these."""
BY_ROLE = ("custodian", "inspector")
"""Capacities in which a role on record lets somebody answer."""


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
    capacity = payload.capacity if isinstance(payload, RecordAccepted) else None
    _check_concerns(author, capacity, record, changed)


def check_consented(payload: ConsentRecorded, record: Recorded, changed: Sequence[Recorded] = ()) -> None:
    """The same of an answer given elsewhere that is put on record. Raises Refused, or Malformed.

    As custodian or inspector whoever is one answers what custodians and inspectors do: that is asked of his roles.
    """
    consent = parse_consent(payload.note.encode()).consent
    if consent.capacity in BY_ROLE:
        return
    _check_concerns(consent.person, consent.capacity if consent.answer == "agree" else None, record, changed)


def check_explained(author: str, record: Recorded, about: Iterable[Subject]) -> None:
    """Who explains a signal about a record that is about persons alone is one of them, or signed it. Raises Refused.

    What a record says of a unit concerns whoever belongs to it.
    """
    subjects = tuple(about)
    persons = {id_ for kind, id_ in subjects if kind == "person"}
    if len(persons) == len(subjects) and author not in persons.union(record.signed):
        raise _not_named(record, author)


def _check_concerns(person: str, capacity: str | None, record: Recorded, changed: Sequence[Recorded]) -> None:
    about = (record, *changed)
    named: list[tuple[str, str]] = [row for each in about for row in _named(each.payload)]
    named += [(each.person, each.capacity) for each in record.carried.asked]
    if capacity is not None:
        so = {who for who, as_what in named if as_what == capacity}
        free = capacity == "receipt" or (capacity == "holder" and not so)
        if person not in so and not free:
            raise Refused(
                "entry {} does not name {} as {}: a signer signs what concerns him", _label(record), person, capacity
            )
    elif person not in {who for who, _ in named}.union(*(each.signed for each in about)):
        raise _not_named(record, person)


def _not_named(record: Recorded, person: str) -> Refused:
    return Refused("entry {} does not name {}: a signer signs what concerns him", _label(record), person)


def _label(record: Recorded) -> str:
    return record.payload.ref or f"#{record.position}"


def _named(payload: Payload) -> Iterator[tuple[str, Capacity]]:
    cls: Any = type(payload)
    for attribute, capacity in _signing(cls):
        value = getattr(payload, attribute)
        if value is not None:
            yield from ((party, capacity) for party in ((value,) if isinstance(value, str) else value))


@cache
def _signing(cls: Any) -> tuple[tuple[str, Capacity], ...]:
    """The fields of a payload that name who signs it, and as what."""
    said = ((attribute, shape.meta["signs"]) for attribute, shape in shapes(cls))
    return tuple((attribute, capacity) for attribute, capacity in said if capacity is not None)
