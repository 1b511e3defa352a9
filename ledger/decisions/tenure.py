"""Deciding on assignments, acting, their ends, leave and handover."""

from datetime import date

from ledger.decisions.state import Standing
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.records import RecordWithdrawn
from ledger.events.tenure import (
    ACTING_MODES,
    WAYS_TO_LEAVE,
    ActingBegun,
    AssignmentEnded,
    AssignmentMade,
    HandoverMade,
    LeaveTaken,
)


def decide_tenure(payload: Payload, standing: Standing) -> None:
    """Days in order, posts registered, ends that fit what they end."""
    match payload:
        case AssignmentMade() | ActingBegun():
            _decide_assignment(payload, standing)
        case AssignmentEnded():
            _decide_end(payload, standing)
        case LeaveTaken(valid_from=first, valid_to=last):
            _check_order(first, last, "leave")
        case HandoverMade(outgoing=outgoing, incoming=incoming):
            if outgoing == incoming:
                raise Refused("a handover is between two persons; {} stands on both sides", outgoing)


def _check_order(first: date, last: date | None, what: str) -> None:
    if last is not None and last < first:
        raise Refused("the {} ends on {}, before it begins on {}; correct one of the days", what, last, first)


def _decide_assignment(payload: AssignmentMade | ActingBegun, standing: Standing) -> None:
    _check_order(payload.valid_from, payload.valid_to, "assignment")
    if payload.post not in standing.register.posts:
        known = ", ".join(sorted(standing.register.posts)) or "none"
        raise Refused("the post {!r} is not registered (registered: {}); register it first", payload.post, known)
    if isinstance(payload, ActingBegun) and payload.mode not in ACTING_MODES:
        raise Refused("acting is {}, not {!r}", " or ".join(ACTING_MODES), payload.mode)
    if isinstance(payload, AssignmentMade) and payload.replaces is not None:
        replaced = standing.entry(payload.replaces).payload
        if not isinstance(replaced, AssignmentMade | ActingBegun):
            raise Refused("{} is no assignment, so it cannot be replaced", replaced.ref or replaced.TYPE)
        if payload.valid_from <= replaced.valid_from:
            raise Refused(
                "the new assignment begins on {}, not after the one it replaces ({})",
                payload.valid_from,
                replaced.valid_from,
            )


def _decide_end(payload: AssignmentEnded, standing: Standing) -> None:
    made = standing.aggregate.opening if standing.aggregate else None
    if standing.aggregate is None or not isinstance(made, AssignmentMade | ActingBegun):
        raise Refused("there is no such assignment to end; give the number of an assignment on record")
    if payload.person != made.person:
        raise Refused("{} is the assignment of {}, not of {}", made.ref, made.person, payload.person)
    later = standing.aggregate.later
    gone = {each.of.position for _, each in later if isinstance(each, RecordWithdrawn)}
    ends = [each for at, each in later if isinstance(each, AssignmentEnded) and at not in gone]
    # a replacement ends without a word on how the holder left: that may be said afterwards, of the same day
    if any(end.valid_to != payload.valid_to or end.leaves not in (None, payload.leaves) for end in ends):
        raise Refused("{} has ended already; to change the day, record a correction of the end", made.ref)
    _check_order(made.valid_from, payload.valid_to, "assignment")
    if payload.leaves is not None and payload.leaves not in WAYS_TO_LEAVE:
        raise Refused("{!r} is no way to leave; choose one of {}", payload.leaves, ", ".join(WAYS_TO_LEAVE))
