"""Who signed a record, and when: at recording, or by an acceptance of its own later."""

from collections.abc import Mapping
from datetime import datetime

from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from projections.facts.protocol import Facts


def signatures(facts: Facts, record: Recorded) -> Mapping[str, datetime]:
    """The moment of each person's first signature, where his latest answer is none that refuses."""
    found = dict.fromkeys(record.signed, record.recorded_at)
    for event in acceptances(facts, record):
        for person in event.signers:
            found.setdefault(person, event.recorded_at)
    refused = refused_by(facts, record)
    return {person: moment for person, moment in found.items() if person not in refused}


def acceptances(facts: Facts, record: Recorded) -> list[Recorded]:
    """The later entries that accept, countersign or acknowledge this one."""
    return [
        event
        for event in facts.followers(record)
        if isinstance(event.payload, RecordAccepted) and event.payload.accepts.position == record.position
    ]


def refused_by(facts: Facts, record: Recorded) -> frozenset[str]:
    """Who refused it: of one person's answers the latest stands."""
    latest: dict[str, bool] = {}
    for event in facts.followers(record):
        match event.payload:
            case RecordAccepted(accepts=of) if of.position == record.position:
                latest |= dict.fromkeys(event.signers, False)
            case RecordRefused(refuses=of) if of.position == record.position:
                latest[event.author] = True
    return frozenset(person for person, refuses in latest.items() if refuses)
