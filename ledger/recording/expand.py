"""What else is written with a record: a replacement ends the former assignment first (FORMAT.md section 3)."""

from datetime import timedelta

from ledger.application import Ledger
from ledger.events.base import Payload
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade


def expand(ledger: Ledger, payload: Payload) -> tuple[Payload, ...]:
    """The payloads that go into one transaction, in order: the end of what is replaced, then the record itself."""
    if not isinstance(payload, AssignmentMade) or payload.replaces is None:
        return (payload,)
    replaced = ledger.resolve(payload.replaces)
    former = replaced.payload
    if not isinstance(former, AssignmentMade | ActingBegun):
        return (payload,)  # the decision on the assignment itself refuses it
    aggregate = ledger.aggregate(replaced.originator_id)
    ended = aggregate is not None and any(isinstance(later, AssignmentEnded) for _, later in aggregate.later)
    if ended or (former.valid_to is not None and former.valid_to < payload.valid_from):
        return (payload,)
    ending = AssignmentEnded(
        ref=payload.ref,
        occurred_at=payload.occurred_at,
        ends=payload.replaces,
        person=former.person,
        valid_to=payload.valid_from - timedelta(days=1),
        legacy=payload.legacy,
    )
    return ending, payload
