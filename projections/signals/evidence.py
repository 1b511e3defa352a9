"""Signals about evidence: one file for two events, one number for two documents."""

from collections.abc import Iterator

from ledger.events.base import Fact
from ledger.events.record import Recorded
from projections.model import Signal
from projections.signals.inquiry import Inquiry, document_number, files_of
from projections.signals.subject import occurred_on


def evidence_reused(q: Inquiry) -> Iterator[Signal]:
    """EVIDENCE_REUSED: the same file, by SHA-256, is attached to records of two events.

    A correction or acceptance in the same thread repeats nothing, and records of different kinds about the same day are
    one event told twice. All that share the file are named; the earliest recorded is not blamed, the later ones are.
    Benign: one event, two records.
    """
    done: set[str] = set()
    for record in q.of(Fact):
        for digest in files_of(record.payload):
            if digest in done:
                continue
            done.add(digest)
            group = _events_with(q, digest)
            if len(group) > 1:
                yield q.signal("EVIDENCE_REUSED", "high", group, group[1:], file=digest)


def _events_with(q: Inquiry, digest: str) -> list[Recorded]:
    """Records that attach the file, without those that only tell an earlier one again."""
    group: list[Recorded] = []
    for event in q.background.by_file.get(digest, ()):
        if not any(_same_event(q, earlier, event) for earlier in group):
            group.append(event)
    return group


def _same_event(q: Inquiry, earlier: Recorded, later: Recorded) -> bool:
    if earlier.originator_id == later.originator_id:
        return True
    on = occurred_on(q.facts, earlier)
    return on is not None and on == occurred_on(q.facts, later) and earlier.type != later.type


def doc_number_clash(q: Inquiry) -> Iterator[Signal]:
    """DOC_NUMBER_CLASH: two records open different things under one number, or numbers run against their dates.

    Inputs: the record's number. The order is asked only of document numbers of one series: of a higher number dated before
    a lower one the later recorded is blamed. Other numbers say nothing of order. `known` are the other records. Benign:
    a number reserved and used later; a typing error.
    """
    for record in q.of(Fact):
        number = record.payload.ref
        if not number or not record.payload.OPENS:
            continue
        clashes = [
            other
            for other in (*q.background.by_ref.get(number, ()), *_out_of_order(q, record, number))
            if other.position < record.position
        ]
        if clashes:
            known = tuple(dict.fromkeys(q.facts.cite(other) for other in clashes))
            yield q.signal("DOC_NUMBER_CLASH", "high", (*known, record), (record,), known=known)


def _out_of_order(q: Inquiry, record: Recorded, number: str) -> Iterator[Recorded]:
    read, on = document_number(number), occurred_on(q.facts, record)
    if read is None or on is None:
        return
    series, running = read
    for other_number, other in q.background.series.get(series, ()):
        when = occurred_on(q.facts, other)
        if when is not None and ((other_number < running and when > on) or (other_number > running and when < on)):
            yield other
