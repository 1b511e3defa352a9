"""Who signed a record, and when: at recording, or by an acceptance of its own later."""

from collections.abc import Mapping
from datetime import datetime

from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from projections.facts.protocol import Facts


def signatures(facts: Facts, record: Recorded) -> Mapping[str, datetime]:
    """The moment of each person's first signature; the recorder's is always there."""
    found = dict.fromkeys(record.signers, record.recorded_at)
    for event in acceptances(facts, record):
        for person in event.signers:
            found.setdefault(person, event.recorded_at)
    return found


def acceptances(facts: Facts, record: Recorded) -> list[Recorded]:
    """The later entries that accept, countersign or acknowledge this one."""
    return [
        event
        for event in facts.followers(record)
        if isinstance(event.payload, RecordAccepted) and event.payload.accepts.position == record.position
    ]


def refused_by(facts: Facts, record: Recorded) -> frozenset[str]:
    """Who refused it."""
    return frozenset(
        event.author
        for event in facts.followers(record)
        if isinstance(event.payload, RecordRefused) and event.payload.refuses.position == record.position
    )
