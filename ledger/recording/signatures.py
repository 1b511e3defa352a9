"""Who signed an entry, who refused it, whose signature is open; and the answer of one person, checked.

Under an entry stand the signatures given when it was recorded; later ones are entries in its stream, which name it by
its leaf hash (`record.accepted/1`, `record.refused/1`, and `consent.recorded/1` for answers given elsewhere). A refusal
that follows an acceptance, or the other way round, is a change of mind and stays beside it; the last answer counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ledger.application import Ledger
from ledger.core.consent import parse_consent
from ledger.core.consent_check import TOLERANCE
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.recording.concerned import concerned

State = Literal["signed", "accepted", "refused", "open"]


@dataclass(frozen=True, slots=True)
class Signature:
    """How one person stands to an entry.

    `signed`: with the entry itself; `accepted`, `refused`: by the later entry at `position`; `open`: named in it and no
    answer yet. `capacity` None: not named in the entry, and none was said.
    """

    person: str
    state: State
    capacity: str | None
    position: int | None = None


def signatures(ledger: Ledger, event: Recorded) -> tuple[Signature, ...]:
    """Everybody who signed or answered, author first, and everybody named whose answer is open."""
    register = ledger.register()
    capacities = {each.person: each.capacity for each in concerned(event.payload, register.kinds.get)}
    found: dict[str, Signature] = {
        person: Signature(person, "signed", capacities.get(person), event.position) for person in event.signers
    }
    for said in _in_order(ledger, event):
        found[said.person] = Signature(
            said.person, said.state, said.capacity or capacities.get(said.person), said.position
        )
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


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer of a person: when it was given, by the person's own clock in a consent."""

    person: str
    state: State
    capacity: str | None
    position: int
    at: datetime
    doubtful: bool = False


def _in_order(ledger: Ledger, event: Recorded) -> list[_Said]:
    """The answers to an entry, of each person the one that stands last (FORMAT.md section 16).

    The latest stands, of equal ones the refusal, and the refusal too where an answer's time is contradicted.
    """
    said = [_said(answer) for answer in _answers(ledger, event)]
    said = [replace(each, doubtful=each.at < event.recorded_at - TOLERANCE) for each in said]
    doubted = {each.person for each in said if each.doubtful}
    return sorted(
        said,
        key=lambda each: (each.person in doubted and each.state == "refused", each.at, each.state == "refused"),
    )


def _said(answer: Recorded) -> _Said:
    match answer.payload:
        case ConsentRecorded(note=note):
            consent = parse_consent(note.encode()).consent
            state: State = "accepted" if consent.answer == "agree" else "refused"
            return _Said(consent.person, state, consent.capacity, answer.position, consent.made_at)
        case RecordAccepted(capacity=capacity):
            return _Said(answer.author, "accepted", capacity, answer.position, answer.recorded_at)
    return _Said(answer.author, "refused", None, answer.position, answer.recorded_at)


def _answers(ledger: Ledger, event: Recorded) -> list[Recorded]:
    """The acceptances, refusals and consents of this very entry, in order."""
    found = []
    for stored in ledger.recorder.select_events(event.originator_id, gt=event.originator_version):
        later: Recorded = ledger.mapper.to_domain_event(stored)  # type: ignore[assignment]  # our mapper gives Recorded
        match later.payload:
            case RecordAccepted(accepts=named) | RecordRefused(refuses=named) | ConsentRecorded(of=named) if (
                named.position == event.position
            ):
                found.append(later)
    return found
