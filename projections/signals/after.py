"""Signals about records made once a lead, a case or an inspector's query was there, about what came before it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from ledger.events.access import ReadMade
from ledger.events.base import Fact
from ledger.events.case_work import QueryMade
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from projections.facts.protocol import rules_of
from projections.facts.touching import first_lead, is_over, names_touched, subject_of
from projections.facts.values import Circle, OpenLead, Signal
from projections.facts.who_signed import signings
from projections.signals.inquiry import Inquiry
from projections.signals.subject import claimed, days_between, is_before, is_legacy

COUNTERSIGN_AT_MOST = 30
"""Days after which a countersignature is late whatever else, as the signal's definition has it."""


def after_lead(q: Inquiry) -> Iterator[Signal]:
    """AFTER_LEAD: recorded between a case's first lead and its opening, about something before the lead.

    Inputs: the record's claimed day (an assignment's first day, a correction's corrected entry), the case's circle.
    Fires, case by case, on facts of the duty ledger that touch the case, persons by taking part in the fact, never by
    having recorded or signed it. A lead without a case has no opening: it fires on what touches the lead, until the
    lead is closed. Legacy records are exempt. Benign: a legitimate correction.
    """
    for record, reached in _later(q):
        if isinstance(reached, OpenLead):
            if _before(q, record, reached.lead_at):
                yield q.blaming("AFTER_LEAD", "high", record, lead=reached.entry)
        elif record.recorded_at < reached.opened_at and _before(q, record, reached.lead_at):
            yield q.blaming("AFTER_LEAD", "high", record, case=reached.case)


def after_case_opened(q: Inquiry) -> Iterator[Signal]:
    """AFTER_CASE_OPENED: recorded from the opening of a case on, about something before it; else as AFTER_LEAD.

    Inputs, guards and benign reasons are those of AFTER_LEAD; the two never fire together for one case.
    """
    for record, reached in _later(q):
        if isinstance(reached, OpenLead) or record.recorded_at < reached.opened_at:
            continue
        if _before(q, record, reached.opened_at):
            yield q.blaming("AFTER_CASE_OPENED", "high", record, case=reached.case)


def _later(q: Inquiry) -> Iterator[tuple[Recorded, Circle | OpenLead]]:
    """The facts recorded from a first lead on, each with every case and lead that it touches."""
    if not q.whole:
        return _reaching(q)
    found: Sequence[tuple[Recorded, Circle | OpenLead]] | None = q.background.remembered.get("later")
    if found is None:  # asked for by two rules
        found = q.background.remembered["later"] = tuple(_reaching(q))
    return iter(found)


def _reaching(q: Inquiry) -> Iterator[tuple[Recorded, Circle | OpenLead]]:
    leads = q.background.reached
    if not leads:
        return
    earliest = min(each.lead_at for each in leads)
    for record in q.of(Fact):
        if record.recorded_at < earliest or is_legacy(record.payload):
            continue
        subject = subject_of(q.facts, record)
        for each in leads:
            if record.recorded_at >= each.lead_at and subject.touches(each) and not is_over(each, record):
                yield record, each


def _before(q: Inquiry, record: Recorded, moment: datetime) -> bool:
    return is_before(q.facts, claimed(q.facts, record), moment)


def post_read_record(q: Inquiry) -> Iterator[Signal]:
    """POST_READ_RECORD: recorded within `post_read_days` after an inspector queried its subject.

    Fires on a fact dated before the query that touches a person (by taking part) or unit that the query concerned: the
    query may have leaked. What happened after the query is ordinary work; legacy records are exempt. `after` is the
    latest such query. Benign: coincidence.
    """
    for record in q.of(Fact) if q.background.queries else ():
        if is_legacy(record.payload):
            continue
        window = timedelta(days=rules_of(q.facts, record).post_read_days)
        read = [
            query
            for query in q.background.queries
            if query.recorded_at <= record.recorded_at <= query.recorded_at + window
            and is_before(q.facts, claimed(q.facts, record), query.recorded_at)
            and _concerns(query) & names_touched(q.facts, record)
        ]
        if read:
            yield q.blaming("POST_READ_RECORD", "high", record, after=q.facts.cite(read[-1]))


def _concerns(query: Recorded) -> frozenset[str]:
    return frozenset((query.payload.concerns or ()) if isinstance(query.payload, QueryMade | ReadMade) else ())


def countersign_late(q: Inquiry) -> Iterator[Signal]:
    """COUNTERSIGN_LATE: countersigned more than 30 days after recording, or once a lead on its subject was there.

    The second only where the record came before the case's first lead, touches the case, and the signature later than
    `countersign_days`, which is the ordinary time. A receipt is no countersignature; legacy records are exempt. Benign:
    illness, absence.
    """
    for record, person, moment in _countersigned(q):
        ordinary = rules_of(q.facts, record).countersign_days
        waited = days_between(q.facts, record.recorded_at, moment)
        if is_legacy(record.payload) or waited <= ordinary:
            continue
        lead = first_lead(q.facts, record)
        after = lead is not None and record.recorded_at < lead <= moment
        if after or waited > COUNTERSIGN_AT_MOST:
            yield q.blaming("COUNTERSIGN_LATE", "medium", record, person=person, days=waited)


def _countersigned(q: Inquiry) -> Iterator[tuple[Recorded, str, datetime]]:
    """(record, who countersigned it later, since when that stands) for the records judged."""
    records: Iterable[Recorded] = q.of(Fact)
    if q.whole:  # few of all are countersigned: their acceptances name them
        accepted = {
            record.position: record
            for event in q.of(RecordAccepted)
            if isinstance(event.payload, RecordAccepted)
            and (record := q.facts.entry(event.payload.accepts, within=event)) is not None
        }
        records = [accepted[position] for position in sorted(accepted)]
    for record in records:
        for person, said in signings(q.facts, record).items():
            if said.position != record.position:
                yield record, person, said.counts_from
