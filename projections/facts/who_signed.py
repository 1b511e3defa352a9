"""Who stands to a record how, as known at the cut: the one door for rules that ask who signed, accepted or refused.

`ledger.checks.answers` says which of one person's answers stands, by the time that each bears, whoever recorded them
in which order; an answer counts from the recording of the entry that holds it. A withdrawn acceptance is no answer.
"""

from collections.abc import Mapping
from datetime import datetime

from ledger.checks.answers import Said, answers, standing, standing_since
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from projections.facts.protocol import Facts


def said_to(facts: Facts, record: Recorded, before: datetime | None = None) -> list[Said]:
    """Every answer to a record, as they were recorded; with `before` those that were on record earlier than that."""
    later = [event for event in facts.followers(record) if before is None or event.recorded_at < before]
    return list(answers(record, later))


def signings(facts: Facts, record: Recorded) -> Mapping[str, Said]:
    """By person whose signature stands under a record, the answer with which it began; a receipt is no signature."""
    return standing_since(said_to(facts, record))


def signatures(facts: Facts, record: Recorded) -> Mapping[str, datetime]:
    """By person whose signature stands under a record, the moment since which it counts."""
    return {person: said.counts_from for person, said in signings(facts, record).items()}


def refused_by(facts: Facts, record: Recorded, before: datetime | None = None) -> frozenset[str]:
    """Whose standing answer to a record is a refusal."""
    stands = standing(said_to(facts, record, before))
    return frozenset(person for person, said in stands.items() if said.refuses)


def acceptances(facts: Facts, record: Recorded) -> list[Recorded]:
    """The later entries that accept, countersign or acknowledge a record, whatever was said after them."""
    return [
        event
        for event in facts.followers(record)
        if isinstance(event.payload, RecordAccepted) and event.payload.accepts.position == record.position
    ]
