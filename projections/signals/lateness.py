"""Signals about when a record was made: late, in a batch, in a burst after silence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from projections.facts.protocol import day, rules_of
from projections.facts.values import Signal
from projections.facts.who_signed import signatures
from projections.signals.inquiry import Inquiry
from projections.signals.subject import claimed, is_legacy, recorded_on, states, who_must_sign

SILENCE_DAYS = 120
"""Four months, as the signal's definition has it."""
BURST_DAYS = 7


def late_record(q: Inquiry) -> Iterator[Signal]:
    """LATE_RECORD: an act was recorded more than the tolerance of its kind after the day it claims.

    Inputs: the local days of occurred_at and recorded_at, the rule set's tolerance (calendar days). For acts, handovers
    and leaves; assignments have RETRO_ASSIGNMENT, corrections are late by nature. Legacy records are exempt. Medium and
    `undeclared`, unless it is declared late with a reason and countersigned: then info and `declared`. A talk is
    countersigned by both its persons, anything else by anyone but the recorder. Benign: declared honestly; illness.
    """
    tolerances: dict[tuple[int, type[Payload]], int] = {}
    for record in q.of(*kinds(lambda cls: cls.TOLERANCE is not None)):
        rules, kind = q.facts.rules_on(recorded_on(q.facts, record)), type(record.payload)
        tolerance = tolerances.get((id(rules), kind))  # the cut keeps its rule sets
        if tolerance is None:
            tolerance = tolerances[id(rules), kind] = rules.tolerance_of(kind)
        late = days_late(q, record)
        if is_legacy(record.payload) or late <= tolerance:
            continue
        if _declared(q, record):
            yield q.blaming("LATE_RECORD", "info", record, declared=True, days=late, tolerance=tolerance)
        else:
            yield q.blaming("LATE_RECORD", "medium", record, undeclared=True, days=late, tolerance=tolerance)


def days_late(q: Inquiry, record: Recorded) -> int:
    """Days from the claimed day to the day of recording; 0 or less is in time, 0 also where no day is claimed."""
    when = claimed(q.facts, record)
    return (recorded_on(q.facts, record) - day(q.facts, when)).days if when is not None else 0


def _declared(q: Inquiry, record: Recorded) -> bool:
    payload = record.payload
    if not (isinstance(payload, Fact) and payload.declared_late and states(record, "late_reason")):
        return False
    signed = set(signatures(q.facts, record))
    if payload.COUNTERSIGNED:
        return who_must_sign(payload) <= signed
    return bool(signed - {record.author})


def period_end_batch(q: Inquiry) -> Iterator[Signal]:
    """PERIOD_END_BATCH: one recorder enters many records in one sitting about days that lie far apart.

    Fires where at least `batch.min_records` records by one recorder within `batch.window_hours` claim days that span at
    least `batch.min_spread_days`. A record made on the day that it claims is no part of a batch, nor is a legacy one;
    an assignment and the end that it brings count once. A sitting longer than the window is told by each window that
    no other contains. All in it are blamed. Benign: a secretary's weekly entry day (which does not span a month).
    """
    yield from _batches(q, _sittings(q, _widest(q)))


def _widest(q: Inquiry) -> timedelta:
    stated = [q.facts.rules_on(each.since) for each in q.facts.adopted_rules] or [q.facts.rules]
    return timedelta(hours=max(rules.batch_window_hours for rules in stated))


def _batches(q: Inquiry, sittings: Iterable[Sequence[Recorded]]) -> Iterator[Signal]:
    found: dict[tuple[int, ...], Sequence[Recorded]] = {}
    for sitting in sittings:
        for batch in _windows(q, sitting):
            rules = rules_of(q.facts, batch[0])
            numbers = {event.payload.ref or event.position for event in batch}
            if len(numbers) >= rules.batch_min_records and _spread(q, batch) >= rules.batch_min_spread_days:
                found[tuple(event.position for event in batch)] = batch
    for batch in found.values():
        spread = _spread(q, batch)
        yield q.signal("PERIOD_END_BATCH", "medium", batch, batch, person=batch[0].author, spread=spread)


def batches_since(q: Inquiry, before: Sequence[Signal], new: Sequence[Recorded]) -> Sequence[Signal]:
    """The same from what was found before these entries came: no window reaches over a pause longer than itself."""
    widest = _widest(q)
    sittings: dict[tuple[str, int], Sequence[Recorded]] = {}
    for record in new:
        if _back_dated(q, record):
            sitting = _unbroken(q, record, widest)
            sittings[record.author, sitting[0].position] = sitting
    touched = {event.position for sitting in sittings.values() for event in sitting}
    kept = [signal for signal in before if touched.isdisjoint(cite.position for cite in signal.events)]
    return [*kept, *_batches(q, sittings.values())]


def _unbroken(q: Inquiry, record: Recorded, window: timedelta) -> Sequence[Recorded]:
    """Back-dated records of one recorder about one of them, back and on to where none follows within a window."""
    found = {record.position: record}
    first = last = record.recorded_at
    while True:
        near = q.facts.recorded(first - window, last + window)
        found |= {each.position: each for each in near if each.author == record.author and _back_dated(q, each)}
        moments = [each.recorded_at for each in found.values()]
        if (min(moments), max(moments)) == (first, last):
            return _in_order(found.values())
        first, last = min(moments), max(moments)


def _sittings(q: Inquiry, window: timedelta) -> Iterator[Sequence[Recorded]]:
    """Back-dated records of one recorder in order of recording: of each recorder, or around the records judged."""
    if not q.whole:
        for near in q.recorded_about((record for record in q.records if _back_dated(q, record)), window):
            yield _in_order(event for event in near if _back_dated(q, event))
        return
    by_author: defaultdict[str, list[Recorded]] = defaultdict(list)
    for record in q.records:
        if _back_dated(q, record):
            by_author[record.author].append(record)
    yield from map(_in_order, by_author.values())


def _in_order(records: Iterable[Recorded]) -> Sequence[Recorded]:
    return sorted(records, key=lambda event: (event.recorded_at, event.position))


def _back_dated(q: Inquiry, record: Recorded) -> bool:
    return isinstance(record.payload, Fact) and not is_legacy(record.payload) and days_late(q, record) > 0


def _windows(q: Inquiry, sitting: Sequence[Recorded]) -> Iterator[Sequence[Recorded]]:
    """The records of each window that begins with one of them and that no earlier window contains."""
    end = 0
    for start, record in enumerate(sitting):
        before, window = end, timedelta(hours=rules_of(q.facts, record).batch_window_hours)
        while end < len(sitting) and sitting[end].recorded_at - record.recorded_at <= window:
            end += 1
        if end > before:
            yield sitting[start:end]


def _spread(q: Inquiry, records: Sequence[Recorded]) -> int:
    days = [day(q.facts, when) for event in records if (when := claimed(q.facts, event)) is not None]
    return (max(days) - min(days)).days


def silence_then_burst(q: Inquiry) -> Iterator[Signal]:
    """SILENCE_THEN_BURST: nothing was recorded for four months, and then much about those months.

    Fires where no fact was recorded for SILENCE_DAYS and then, within BURST_DAYS of the first record after, at least
    `batch.min_records` records claim days inside the silence. Legacy records count neither as silence nor as burst.
    Blames none: it is a question about the months. Benign: the recorder's post was vacant or the system was down.
    """
    facts = sorted(
        (event for event in q.of(Fact) if not is_legacy(event.payload)),
        key=lambda event: (event.recorded_at, event.position),
    )
    for number in range(1, len(facts)):
        before, after = recorded_on(q.facts, facts[number - 1]), recorded_on(q.facts, facts[number])
        if (after - before).days < SILENCE_DAYS:
            continue
        burst = [event for event in _within(q, facts[number:], after) if before < _claimed_day(q, event) < after]
        if burst and len(burst) >= rules_of(q.facts, burst[0]).batch_min_records:
            yield q.signal("SILENCE_THEN_BURST", "medium", burst, from_=before, to=after)


def bursts_since(q: Inquiry, before: Sequence[Signal], new: Sequence[Recorded]) -> Sequence[Signal] | None:
    """The same from what was found before these entries came; None where they come near a silence, or not last."""
    own = {event.position for event in new if isinstance(event.payload, Fact) and not is_legacy(event.payload)}
    if not own:
        return before
    first = min(event.recorded_at for event in new)
    since = first - timedelta(days=BURST_DAYS + SILENCE_DAYS + 2)
    known = q.background.read or q.facts.recorded(since, q.facts.last_recorded_at)
    near = [event for event in known if event.recorded_at >= since]
    facts = sorted(
        (event for event in near if isinstance(event.payload, Fact) and not is_legacy(event.payload)),
        key=lambda event: (event.recorded_at, event.position),
    )
    if {event.position for event in facts[-len(own) :]} != own:
        return None
    reached = recorded_on(q.facts, facts[-len(own)]) - timedelta(days=BURST_DAYS)
    days = [recorded_on(q.facts, event) for event in facts]
    if days[0] > reached:
        return None
    silent = any(after > reached and (after - day_).days >= SILENCE_DAYS for day_, after in pairwise(days))
    return None if silent else before


def _within(q: Inquiry, records: Iterable[Recorded], first: date) -> Iterator[Recorded]:
    for event in records:
        if (recorded_on(q.facts, event) - first).days >= BURST_DAYS:
            return
        yield event


def _claimed_day(q: Inquiry, event: Recorded) -> date:
    when = claimed(q.facts, event)
    return day(q.facts, when) if when is not None else date.min
