"""The register of meetings (会议记录): which body met when, how many items it had, how it voted, who dissented."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.acts import MeetingHeld
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation

MeetingStatus = Literal["no_vote", "voted", "divided"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. It is divided where a vote against, an abstention or a dissent is on record."""

    entry: Citation
    held: date
    kind: str | None
    body: str | None
    chair: str | None
    attendees: int
    items: int
    agree: int | None
    oppose: int | None
    abstain: int | None
    dissents: int
    status: MeetingStatus
    minutes: bool | None


def meetings(facts: Facts, judged_on: date) -> Iterator[Meeting]:
    """Every meeting held by that day, as its record reads."""
    for record in facts.records(MeetingHeld):
        meeting, on = record.payload, happened(facts, record)
        if not isinstance(meeting, MeetingHeld) or on > judged_on:
            continue
        votes, dissents = meeting.votes, len(meeting.dissent or ())
        agree, oppose, abstain = (
            (len(votes.agree or ()), len(votes.oppose or ()), len(votes.abstain or ()))
            if votes is not None
            else (None, None, None)
        )
        status: MeetingStatus = "no_vote" if votes is None else "voted"
        if dissents or oppose or abstain:
            status = "divided"
        yield Meeting(
            entry=facts.cite(record),
            held=on,
            kind=meeting.kind,
            body=meeting.body,
            chair=meeting.chair,
            attendees=len(meeting.attendees or ()),
            items=len(meeting.items or ()),
            agree=agree,
            oppose=oppose,
            abstain=abstain,
            dissents=dissents,
            status=status,
            minutes=meeting.minutes,
        )
