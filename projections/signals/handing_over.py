"""Signals about handing over: a change of holder without one, one that leaves a known warning out."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from ledger.events.acts import WarningReported
from ledger.events.record import Recorded
from ledger.events.tenure import HandoverMade
from projections.facts.holdings import Holding, Level, counted_tenures, line_holders, stints
from projections.facts.protocol import day
from projections.facts.values import Circle, Citation, Period, Signal
from projections.signals.crediting import not_rejected
from projections.signals.inquiry import Inquiry
from projections.signals.knowing import received_on
from projections.signals.subject import occurred_on
from projections.signals.text_signals import names_entry
from projections.signals.unanswered import answers

_DAY = timedelta(days=1)


def handover_missing(q: Inquiry) -> Iterator[Signal]:
    """HANDOVER_MISSING: a post near a case changed hands and the outgoing holder handed nothing over.

    Looks at the secretary's post and at the head's and supervising posts of the case's unit and of units supervised
    together with it, where another person follows between the first day of the case's period and its opening. A
    handover counts if it is from the outgoing holder, its scope holds the unit (for the secretary: the Party group),
    it is dated between the start of his tenure and `handover_days` after his last day, to whomever, and no signal of
    weight high blames it (one made up afterwards is no handover). Acting in
    charge is holding, cover needs no handover, a vacancy in between changes nothing. Changes between the same two
    persons on the same days are one signal with the united `scope`; `events` made the change. Benign: none; what was
    handed over by word of mouth is not on record.
    """
    changes: defaultdict[tuple[str, str, date, date], dict[str, set[Citation]]] = defaultdict(dict)
    for circle in q.background.circles:
        for level, unit in _posts_near(q, circle):
            for outgoing, incoming in _changes(q, circle, level, unit):
                if not _handed_over(q, outgoing, unit):
                    key = (outgoing.person, incoming.person, outgoing.period.last, incoming.period.first)
                    changes[key].setdefault(unit, set()).update(_entries(outgoing, incoming))
    for (outgoing_person, incoming_person, last, first), rows in sorted(changes.items()):
        entries = sorted({entry for found in rows.values() for entry in found})
        yield q.signal(
            "HANDOVER_MISSING",
            "high",
            entries,
            from_=outgoing_person,
            to=incoming_person,
            scope=tuple(sorted(rows)),
            last=last,
            first=first,
        )


def _posts_near(q: Inquiry, circle: Circle) -> Iterator[tuple[Level, str]]:
    """The secretary's post, and head and supervision of the case's unit and of those supervised together with it.

    Together are the units that one person supervises on one day, by however many assignments.
    """
    if q.facts.party_group is not None:
        yield "secretary", q.facts.party_group
    opened = day(q.facts, circle.opened_at)
    together = {circle.unit}
    for holding in line_holders(q.facts, "supervisor", circle.unit, Period(circle.period.first, opened), primary=True):
        for tenure in counted_tenures(q.facts, person=holding.person, during=holding.period):
            if tenure.acting != "cover":
                together.update(tenure.supervises)
    for unit in sorted(together):
        yield "head", unit
        yield "supervisor", unit


def _changes(q: Inquiry, circle: Circle, level: Level, unit: str) -> Iterator[tuple[Holding, Holding]]:
    """(outgoing, incoming) where the incoming begins between the case's first day and its opening, long enough ago."""
    window = Period(circle.period.first, max(circle.period.first, day(q.facts, circle.opened_at)))
    runs = stints(line_holders(q.facts, level, unit, Period(date.min, q.judged_on), primary=True))
    for outgoing in runs:
        allowed = timedelta(days=q.facts.rules_on(outgoing.period.last).handover_days)
        due = min(outgoing.period.last, date.max - timedelta(days=366)) + allowed
        if due >= q.judged_on or any(_stays_on(run, outgoing) for run in runs):
            continue
        later = [
            run
            for run in runs
            if run.person != outgoing.person
            and run.period.last > outgoing.period.last
            and run.period.first > outgoing.period.first
        ]
        if later:
            incoming = min(later, key=lambda run: (run.period, run.person))
            if max(incoming.period.first, outgoing.period.last + _DAY) in window:
                yield outgoing, incoming


def _stays_on(run: Holding, outgoing: Holding) -> bool:
    """Whether another held the post before and beside the outgoing holder and goes on: nobody followed then."""
    before = run.person != outgoing.person and run.period.first <= outgoing.period.first
    return before and outgoing.period.last + _DAY in run.period


def _handed_over(q: Inquiry, outgoing: Holding, unit: str) -> bool:
    last = outgoing.period.last + timedelta(days=q.facts.rules_on(outgoing.period.last).handover_days)
    dated = Period(outgoing.period.first, last)
    made = [
        event
        for event in q.facts.records(HandoverMade, person=outgoing.person, occurred=dated)
        if isinstance(event.payload, HandoverMade)
        and event.payload.outgoing == outgoing.person
        and unit in event.payload.scope
    ]
    return any(True for _ in not_rejected(q, made))


def _entries(outgoing: Holding, incoming: Holding) -> Iterator[Citation]:
    ended = outgoing.tenures[-1].ended_by
    yield ended if ended is not None else outgoing.tenures[-1].entry
    yield incoming.entry


def handover_omits_known_risk(q: Inquiry) -> Iterator[Signal]:
    """HANDOVER_OMITS_KNOWN_RISK: a handover does not name a warning that the outgoing holder had and left open.

    Inputs: warnings about units in the handover's scope (a handover of the Party group has every unit in it) that the
    outgoing holder had received by the day of the handover and that had no answer by then; named is what the handover
    refers to or what its words name by number. `known` is the warning. A question of substance: it blames no record.
    Benign: dealt with by word of mouth.
    """
    for record in q.of(HandoverMade):
        handover, on = record.payload, occurred_on(q.facts, record)
        if not isinstance(handover, HandoverMade) or on is None:
            continue
        for warning in _open_warnings(q, handover, on):
            if not names_entry(record, warning):
                yield q.signal(
                    "HANDOVER_OMITS_KNOWN_RISK",
                    "high",
                    (record,),
                    known=q.facts.cite(warning),
                    from_=handover.outgoing,
                    to=handover.incoming,
                )


def _open_warnings(q: Inquiry, handover: HandoverMade, on: date) -> Iterator[Recorded]:
    """Warnings in the scope that the outgoing holder had received by the day, unanswered on it."""
    everything = q.facts.party_group in handover.scope
    for warning in q.facts.records(WarningReported, occurred=Period(date.min, on)):
        payload = warning.payload
        if not isinstance(payload, WarningReported) or payload.author == handover.outgoing:
            continue
        if not everything and payload.unit not in handover.scope:
            continue
        received = received_on(q.facts, warning, handover.outgoing)
        if received is not None and received <= on and not any(True for _ in answers(q, warning, on)):
            yield warning
