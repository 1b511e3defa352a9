"""Signals about how a body met and decided: quorum, votes, minutes, dissent."""

from collections import Counter
from collections.abc import Iterator

from ledger.events.acts import MeetingHeld
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from projections.facts.meeting_validity import meeting_standing
from projections.facts.protocol import day
from projections.facts.touching import first_lead
from projections.facts.values import Signal
from projections.facts.who_signed import signatures
from projections.signals.inquiry import Inquiry
from projections.signals.subject import occurred_on


def no_quorum(q: Inquiry) -> Iterator[Signal]:
    """NO_QUORUM: fewer members were present than the quorum asks.

    Inputs: attendees, the full membership on the day, the rule set's quorum for the kind of meeting. Only for a body
    whose membership is on record and a meeting whose attendance is. Legacy records are not exempt: it is no question
    of recording. Benign: none; online attendance counts as presence once it is listed.
    """
    for record in q.of(MeetingHeld):
        if not isinstance(record.payload, MeetingHeld) or not record.payload.attendees:
            continue
        standing = meeting_standing(q.facts, record)
        if standing.members and not standing.quorum_met:
            present, members = len(standing.present), len(standing.members)
            yield q.blaming("NO_QUORUM", "high", record, present=present, members=members)


def vote_math(q: Inquiry) -> Iterator[Signal]:
    """VOTE_MATH: the votes of a meeting are not the votes of those who could vote.

    Fires where a person voted twice; one voted who was absent, recused, non-voting or no member; the written opinion of
    one absent was counted; or not every member present and not recused voted. Inputs: votes, attendance, the body's
    membership where it is on record. `reason` says which. Benign: none.
    """
    for record in q.of(MeetingHeld):
        if isinstance(record.payload, MeetingHeld):
            reasons = tuple(_faults(q, record, record.payload))
            if reasons:
                yield q.blaming("VOTE_MATH", "high", record, reason=reasons)


def _faults(q: Inquiry, record: Recorded, meeting: MeetingHeld) -> Iterator[str]:
    if any(opinion.counted for opinion in meeting.written_opinions_of_absent or ()):
        yield "absent_counted"
    votes = meeting.votes
    cast = [*(votes.agree or ()), *(votes.oppose or ()), *(votes.abstain or ())] if votes is not None else []
    if not cast:
        return
    if max(Counter(cast).values()) > 1:
        yield "voted_twice"
    if meeting.attendees is None:
        return
    able = set(meeting_standing(q.facts, record).present) - set(meeting.recused or ())
    if set(cast) - able:
        yield "voted_without_vote"
    if able - set(cast):
        yield "did_not_vote"


def no_minutes(q: Inquiry) -> Iterator[Signal]:
    """NO_MINUTES: the record says that a meeting has no minutes, and no correction has supplied them.

    A record that does not speak of minutes is not asked. Benign: a short working meeting.
    """
    for record in q.of(MeetingHeld):
        meeting = record.payload
        if isinstance(meeting, MeetingHeld) and meeting.minutes is False and not _supplied(q, record):
            yield q.blaming("NO_MINUTES", "medium", record)


def minutes_late(q: Inquiry) -> Iterator[Signal]:
    """MINUTES_LATE: minutes were added to a meeting later than the tolerance for meetings after its day.

    Inputs: corrections of `minutes` or of the attachments of a meeting recorded without minutes. Benign: the minutes
    waited for the signature of the chair.
    """
    for record in q.of(MeetingHeld):
        meeting, on = q.facts.uncorrected(record).payload, occurred_on(q.facts, record)
        if not isinstance(meeting, MeetingHeld) or meeting.minutes is not False or on is None:
            continue
        for event in _supplied(q, record)[:1]:
            late = (day(q.facts, event.recorded_at) - on).days
            if late > q.facts.rules_on(day(q.facts, event.recorded_at)).tolerance("meeting"):
                yield q.signal("MINUTES_LATE", "medium", (record, event), (record,), days=late)


def _supplied(q: Inquiry, record: Recorded) -> list[Recorded]:
    return [
        event
        for event in q.facts.followers(record)
        if isinstance(event.payload, RecordCorrected)
        and event.payload.field.partition(".")[0] in ("minutes", "attachments")
        and event.payload.new_value not in (None, False, [])
    ]


def dissent_edited_later(q: Inquiry) -> Iterator[Signal]:
    """DISSENT_EDITED_LATER: a later correction touches the votes or the dissent of a meeting.

    Does not fire on a clerical error owned by all: every attendee signed the correction, and no case that it touches
    had a lead yet when the last of them did. `corrects` is the meeting, `field` what was touched. Benign: clerical
    error, all attendees sign.
    """
    for record in q.of(RecordCorrected):
        correction = record.payload
        if not isinstance(correction, RecordCorrected):
            continue
        field = correction.field.partition(".")[0]
        meeting = q.facts.entry(correction.corrects, within=record)
        if field not in ("votes", "dissent") or meeting is None or not isinstance(meeting.payload, MeetingHeld):
            continue
        attendees, signed = set(meeting.payload.attendees or ()), signatures(q.facts, record)
        lead = first_lead(q.facts, record)
        if attendees and attendees <= set(signed):
            owned_by_all = max(record.recorded_at, *(signed[person] for person in attendees))
            if lead is None or owned_by_all < lead:
                continue
        yield q.blaming("DISSENT_EDITED_LATER", "high", record, corrects=q.facts.cite(meeting), field=field)
