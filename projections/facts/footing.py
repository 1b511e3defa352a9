"""What an assignment rests on: whether its holder has taken it on, has not said, or refuses it.

A refusal counts from its recording on, for every day of the assignment. Whoever signed the assignment or accepted it
cannot refuse it any more, and one recorded from the first lead on of a case that the assignment touches is a later
record (R16) that changes no answer.
"""

from datetime import datetime, timedelta
from typing import Literal

from ledger.checks.answers import Said
from ledger.events.record import Recorded
from projections.facts.protocol import Facts, day, rules_of
from projections.facts.touching import first_lead
from projections.facts.values import Tenure
from projections.facts.who_signed import said_to

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
    if tenure.legacy or authority or opening is None or taken_on(facts, opening, tenure.person):
        return "formal"
    due = day(facts, opening.recorded_at) + timedelta(days=rules_of(facts, opening).countersign_days)
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
    return _refusal(facts, tenure, opening, before) is not None


def refusal_of(facts: Facts, tenure: Tenure) -> Recorded | None:
    """The refusal that counts against an assignment; None where nobody who could refused it in time."""
    opening = facts.cited(tenure.entry) if tenure.entry.position in facts.refusals else None
    return _refusal(facts, tenure, opening, first_lead(facts, tenure)) if opening is not None else None


def late_refusal(facts: Facts, tenure: Tenure) -> Recorded | None:
    """The refusal that would count against an assignment, were it no later record; None where one counts."""
    if tenure.entry.position not in facts.refusals or refusal_of(facts, tenure) is not None:
        return None
    opening = facts.cited(tenure.entry)
    return _refusal(facts, tenure, opening, None) if opening is not None else None


def _refusal(facts: Facts, tenure: Tenure, opening: Recorded, before: datetime | None) -> Recorded | None:
    """The first refusal by the person himself, who has not taken it on: whoever has cannot refuse it any more.

    `before`: what he said from that moment on is not looked at.
    """
    own = [
        event
        for event in facts.refusals.get(tenure.entry.position, ())
        if event.author == tenure.person and (before is None or event.recorded_at < before)
    ]
    return own[0] if own and taken_on(facts, opening, tenure.person, before) is None else None


def taken_on(facts: Facts, opening: Recorded, person: str, before: datetime | None = None) -> Said | None:
    """The answer with which a person took an assignment on: the first by which his signature stood at its own time.

    What he refused afterwards changes nothing. Of equal answers, and where the time of one is contradicted, the
    refusal stands, and nothing was taken on. With `before` only what was on record earlier than that.
    """
    own = [each for each in said_to(facts, opening, before) if each.person == person]
    if any(each.doubtful for each in own) and any(each.refuses for each in own):
        return None
    refused = {each.at for each in own if each.refuses}
    return next((each for each in own if each.agrees and each.at not in refused), None)


def has_authority(opening: Recorded) -> bool:
    """Whether an assignment names the authority that it rests on, also where the words were withheld or erased."""
    return "authority" in opening.missing or bool(getattr(opening.payload, "authority", None))
