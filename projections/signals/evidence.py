"""Signals about evidence: one file for two events, one number for two documents."""

from collections.abc import Iterable, Iterator, Sequence

from ledger.events.base import Fact
from ledger.events.record import Recorded
from projections.facts.values import Signal
from projections.signals.inquiry import Inquiry
from projections.signals.subject import occurred_on
from projections.views.index_marks import document_number, files_of


def evidence_reused(q: Inquiry) -> Iterator[Signal]:
    """EVIDENCE_REUSED: the same file, by SHA-256, is attached to records of two events.

    A correction or acceptance in the same thread repeats nothing, and records of different kinds about the same day are
    one event told twice. All that share the file are named; the earliest recorded is not blamed, the later ones are.
    Benign: one event, two records.
    """
    yield from _reused(q, dict.fromkeys(digest for record in q.of(Fact) for digest in files_of(record.payload)))


def reused_since(q: Inquiry, before: Sequence[Signal], new: Sequence[Recorded]) -> Sequence[Signal]:
    """The same from what was found before these entries came: only their files are looked at again."""
    files = {digest: None for record in new for digest in files_of(record.payload)}
    return [*(signal for signal in before if signal.get("file") not in files), *_reused(q, files)]


def _reused(q: Inquiry, files: Iterable[str]) -> Iterator[Signal]:
    for digest in files:
        group = _events_with(q, digest)
        if len(group) > 1:
            yield q.signal("EVIDENCE_REUSED", "high", group, group[1:], file=digest)


def _events_with(q: Inquiry, digest: str) -> list[Recorded]:
    """Records that attach the file, without those that only tell an earlier one again."""
    group: list[Recorded] = []
    for event in q.background.with_file(digest):
        if not any(_same_event(q, earlier, event) for earlier in group):
            group.append(event)
    return group


def _same_event(q: Inquiry, earlier: Recorded, later: Recorded) -> bool:
    if earlier.originator_id == later.originator_id:
        return True
    on = occurred_on(q.facts, earlier)
    return on is not None and on == occurred_on(q.facts, later) and earlier.type != later.type


def doc_number_clash(q: Inquiry) -> Iterator[Signal]:
    """DOC_NUMBER_CLASH: two documents bear one number, or the numbers of a series run against their dates.

    Inputs: document numbers (agency word, year in brackets, running number) of records that open something; other
    numbers are labels and say nothing. Out of order is a higher number dated before a lower one. The later recorded is
    blamed, `known` are the others. Benign: a number reserved and used later; a typing error.
    """
    for record in q.of(Fact):
        read = document_number(record.payload.ref or "")
        if read is None or not record.payload.OPENS:
            continue
        series, running = read
        clashes = [
            other
            for number, other in q.background.in_series(series)
            if other.position < record.position and _clash(q, (number, other), (running, record))
        ]
        if clashes:
            known = tuple(q.facts.cite(other) for other in clashes)
            yield q.signal("DOC_NUMBER_CLASH", "high", (*known, record), (record,), known=known)


def _clash(q: Inquiry, one: tuple[int, Recorded], other: tuple[int, Recorded]) -> bool:
    (low, earlier), (high, later) = sorted((one, other), key=lambda row: (row[0], row[1].position))
    first, last = occurred_on(q.facts, earlier), occurred_on(q.facts, later)
    return low == high or (first is not None and last is not None and first > last)
