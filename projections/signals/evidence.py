"""Signals about evidence: one file for two events, one number for two documents."""

import re
from collections import defaultdict
from collections.abc import Iterator

from ledger.events.base import Fact
from ledger.events.record import Recorded
from projections.model import Signal
from projections.signals.inquiry import Inquiry, files_of
from projections.signals.subject import occurred_on

_NUMBERED = re.compile(r"(?P<series>.+[〔\[(（［]\s*\d{4}\s*[〕\])）］])\s*第?(?P<number>\d+)号")
"""A document number as organs write it: agency word, year in brackets, running number (党政机关公文格式 GB/T 9704)."""


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

    Inputs: the record's number. The order is asked only of document numbers of one series (`云残〔2024〕7号`): a higher
    number dated before a lower one, recorded later, is blamed. Other numbers say nothing of order. `known` is the other
    record. Benign: a number reserved and used later; a typing error.
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
    read, on = _NUMBERED.fullmatch(number), occurred_on(q.facts, record)
    if read is None or on is None:
        return
    running = int(read["number"])
    for other_number, other in q.background.series.get(read["series"], ()):
        when = occurred_on(q.facts, other)
        if when is not None and ((other_number < running and when > on) or (other_number > running and when < on)):
            yield other


def series_of(records: Iterator[Recorded]) -> dict[str, list[tuple[int, Recorded]]]:
    """Running numbers with their records by series, for the document numbers among the records' numbers."""
    found: defaultdict[str, list[tuple[int, Recorded]]] = defaultdict(list)
    for record in records:
        read = _NUMBERED.fullmatch(record.payload.ref or "")
        if read is not None and record.payload.OPENS:
            found[read["series"]].append((int(read["number"]), record))
    return found
