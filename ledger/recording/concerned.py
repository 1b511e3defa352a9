"""Who is concerned by a record, and so should sign it: at once, or later by an entry of their own."""

from dataclasses import dataclass

from ledger.checks.subjects import KindOf
from ledger.events.base import Payload
from ledger.events.register import PersonRegistered
from ledger.events.registry import spec_of

CAPACITY = {
    "counterpart": "counterpart",
    "incoming": "counterpart",
    "chair": "chair",
    "attendees": "attendee",
    "non_voting": "attendee",
    "addressee": "receipt",
    "recipients": "receipt",
    "reported_to": "receipt",
    "talker": "holder",
    "person": "holder",
    "outgoing": "holder",
    "lead": "holder",
    "author": "holder",
    "finder": "holder",
}
"""As what the person named in a field signs (`record.accepted/1`, field `capacity`)."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A person named in a record, and as what the person would sign it."""

    person: str
    capacity: str


def concerned(payload: Payload, kind_of: KindOf) -> tuple[Concerned, ...]:
    """The persons whose signature belongs under this record, each once. Units sign nothing."""
    if isinstance(payload, PersonRegistered):
        return ()
    found: dict[str, str] = {}
    for name, capacity in CAPACITY.items():
        value = getattr(payload, name, None)
        spec = spec_of(payload.TYPE, name)
        if value is None or spec is None or spec.about not in ("person", "party"):
            continue
        for person in (value,) if isinstance(value, str) else value:
            if kind_of(person) == "person":
                found.setdefault(person, capacity)
    return tuple(Concerned(person, capacity) for person, capacity in found.items())
