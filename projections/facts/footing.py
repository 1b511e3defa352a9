"""What an assignment rests on: whether its holder has taken it on, has not said, or refuses it.

A refusal counts from its recording on, for every day of the assignment. Whoever signed the assignment or accepted it
cannot refuse it any more, and one recorded from the first lead on of a case that the assignment touches is a later
record (R16) that changes no answer.
"""

from datetime import datetime, timedelta
from typing import Literal

from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from projections.facts.protocol import Facts, day
from projections.facts.touching import first_lead
from projections.facts.values import Tenure

Footing = Literal["formal", "pending", "unaccepted", "objects", "refused"]
"""formal: an authority, taken over from paper, signed at recording or accepted later. pending: none of these, within
`countersign_days`. unaccepted: none, later; a holder all the same. objects: refused, but an authority stands; a holder.
refused: refused without authority; no holder for any day of it."""


def footing(facts: Facts, tenure: Tenure) -> Footing:
    """What the assignment or acting that made a tenure rests on, as known at the cut."""
    opening = facts.cited(tenure.entry)
    authority = opening is not None and has_authority(opening)
    if refusal_of(facts, tenure) is not None:
        return "objects" if authority else "refused"
    if tenure.legacy or authority or opening is None or taken_on_by(facts, opening, tenure.person):
        return "formal"
    due = day(facts, opening.recorded_at) + timedelta(days=facts.rules.countersign_days)
    known_on = facts.rules.judged_on if facts.as_of is None else None
    return "pending" if due >= (known_on or day(facts, facts.as_of or facts.last_recorded_at)) else "unaccepted"


def is_refused(facts: Facts, tenure: Tenure, before: datetime | None = None) -> bool:
    """Whether an assignment was refused without an authority, so that it makes no holder at all.

    `before`: by a refusal recorded before that moment, whatever leads there are.
    """
    if tenure.entry.position not in facts.refusals:
        return False
    opening = facts.cited(tenure.entry)
    if opening is None or has_authority(opening):
        return False
    if before is None:
        return refusal_of(facts, tenure) is not None
    return any(event.recorded_at < before for event in _refusals(facts, tenure, opening))


def refusal_of(facts: Facts, tenure: Tenure) -> Recorded | None:
    """The refusal that counts against an assignment; None where nobody who could refused it in time."""
    opening = facts.cited(tenure.entry) if tenure.entry.position in facts.refusals else None
    found = _refusals(facts, tenure, opening) if opening is not None else []
    lead = first_lead(facts, tenure) if found else None
    return next((event for event in found if lead is None or event.recorded_at < lead), None)


def _refusals(facts: Facts, tenure: Tenure, opening: Recorded) -> list[Recorded]:
    """Refusals by the person himself, who had not taken the assignment on before."""
    own = [event for event in facts.refusals.get(tenure.entry.position, ()) if event.author == tenure.person]
    return [event for event in own if not taken_on_by(facts, opening, tenure.person, event.position)]


def taken_on_by(facts: Facts, opening: Recorded, person: str, before: int | None = None) -> bool:
    """Whether a person signed an entry at recording or accepted it later; with `before` below that position."""
    return person in opening.signers or any(
        isinstance(event.payload, RecordAccepted)
        and event.payload.accepts.position == opening.position
        and person in event.signers
        and (before is None or event.position < before)
        for event in facts.followers(opening)
    )


def has_authority(opening: Recorded) -> bool:
    """Whether an assignment names the authority that it rests on, also where the words were withheld or erased."""
    return "authority" in opening.missing or bool(getattr(opening.payload, "authority", None))
