"""Who signed an entry, who refused it, whose signature is open; and the answer of one person, checked.

Under an entry stand the signatures given when it was recorded, there or elsewhere; later ones are entries in its
stream, which name it by its leaf hash (`record.accepted/1`, `record.refused/1`, `consent.recorded/1`). A refusal that
follows an acceptance, or the other way round, is a change of mind and stays beside it; which of them stands:
`ledger.checks.answers`.
"""

from typing import Literal

from ledger.application import Ledger
from ledger.checks.answers import Said, answers, standing
from ledger.checks.concerned import called_to_sign, waited_for
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.corrected import needs_everyone
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordCorrected, RecordRefused
from ledger.frozen import dataclass

State = Literal["signed", "accepted", "refused", "open"]


@dataclass(frozen=True, slots=True)
class Signature:
    """How one person stands to an entry.

    `signed`: with the entry itself, by a line or a consent; `accepted`, `refused`: by the later entry at `position`;
    `open`: named in it, or asked by its author, and no answer yet. `capacity` None: neither, and none was said.
    """

    person: str
    state: State
    capacity: str | None
    position: int | None = None


def signatures(ledger: Ledger, event: Recorded) -> tuple[Signature, ...]:
    """Everybody who signed or answered, author first, and everybody named or asked whose answer is open.

    A correction of what only all who signed put right asks them all.
    """
    register = ledger.register()
    capacities = {each.person: each.capacity for each in called_to_sign(event, register.kinds.get)}
    for changed in ledger.changed_by(event)[:1]:
        if isinstance(event.payload, RecordCorrected) and needs_everyone(changed.payload, event.payload.field):
            asked = sorted(ledger.agreed(changed.position, event.position))
            for each in waited_for(changed, asked):
                capacities.setdefault(each.person, each.capacity)
    found = {
        person: Signature(person, _state(event, said), said.capacity or capacities.get(person), said.position)
        for person, said in standing(answers(event, ledger.later_in_stream(event))).items()
    }
    for person, capacity in capacities.items():
        found.setdefault(person, Signature(person, "open", capacity))
    return tuple(found.values())


def answer(ledger: Ledger, event: Recorded, person: str, *, capacity: str | None, reason: str | None) -> Payload:
    """The acceptance of an entry by a person, or with a `reason` the refusal.

    Raises Refused: the entry does not name the person and no capacity was said; the same was answered before.
    """
    standing = {signature.person: signature for signature in signatures(ledger, event)}
    own = standing.get(person)
    label = event.payload.ref or f"#{event.position}"
    if capacity is None:
        named = {who: each.capacity for who, each in standing.items() if each.capacity is not None}
        if person not in named:
            raise Refused(
                "entry {} does not name {}; it names {}; say as what the person signs with --capacity",
                label,
                person,
                ", ".join(named) or "nobody",
            )
        capacity = named[person]
    reference = EntryReference("", event.position, event.leaf_hash)
    if reason is None:
        if own is not None and own.state in ("signed", "accepted"):
            raise Refused("{} has signed entry {} already, at #{}", person, label, own.position)
        return RecordAccepted(accepts=reference, capacity=capacity)
    if own is not None and own.state == "refused":
        raise Refused("{} has refused entry {} already, at #{}", person, label, own.position)
    return RecordRefused(refuses=reference, reason=reason)


def _state(event: Recorded, said: Said) -> State:
    if said.refuses:
        return "refused"
    return "signed" if said.position == event.position else "accepted"
