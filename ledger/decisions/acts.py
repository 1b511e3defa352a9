"""Deciding on acts. Only what cannot be: what is merely doubtful is recorded and marked by signals."""

from collections import Counter
from datetime import datetime

from ledger.decisions.state import Standing
from ledger.errors import Refused
from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.base import Payload


def decide_act(payload: Payload, _: Standing) -> None:
    """A talk is between two, a person has one vote, nobody is present and absent, an end is not before its start."""
    if isinstance(payload, TalkHeld | MeetingHeld):
        start, end = payload.occurred_at, payload.ends_at
        if end is not None and isinstance(start, datetime) and end < start:
            raise Refused("{} ends at {}, before it begins at {}", payload.ref or "the act", end, start)
    match payload:
        case TalkHeld(talker=talker, counterpart=counterpart) if talker == counterpart:
            raise Refused("a talk is between two persons; {} stands on both sides", talker)
        case MeetingHeld():
            _decide_meeting(payload)


def _decide_meeting(meeting: MeetingHeld) -> None:
    votes = meeting.votes
    cast = [*(votes.agree or ()), *(votes.oppose or ()), *(votes.abstain or ())] if votes else []
    lists = (
        (cast, "votes more than once"),
        (meeting.attendees or (), "is listed as present more than once"),
        (
            [*set(meeting.attendees or ()), *set(meeting.absent or ())],
            "is listed both as present and as absent",
        ),
        (
            [*set(meeting.attendees or ()), *set(meeting.non_voting or ())],
            "is listed both as a member and as non-voting",
        ),
    )
    for persons, what in lists:
        repeated = [person for person, count in Counter(persons).items() if count > 1]
        if repeated:
            raise Refused(f"{repeated[0]} {what} in meeting {meeting.ref or ''}; correct the list".replace("  ", " "))
