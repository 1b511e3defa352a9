"""Whom a warning binds, and from which day the record shows that he, or one above him, knows of it.

The line of a unit is its head, the member who supervises it, and the secretary. Who is addressed outside that line owes
nothing by a warning; whoever stands in it answers from the day on which a record shows that he knows: a receipt, a
countersignature or an explanation of his own, a later record that names the warning and in which he takes part or which
he signed. Text is never interpreted; an entry's number in it is.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

from ledger.events.acts import Addressed, IssueFound, MeetingHeld, WarningReported
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from projections.facts.holdings import (
    BODY_KINDS,
    LEVELS,
    Level,
    holders_on,
    level_tenures,
    line_holders,
    membership,
)
from projections.facts.protocol import Facts, day, happened
from projections.facts.touching import first_lead, named
from projections.facts.values import Period
from projections.facts.who_signed import acceptances
from projections.signals.subject import is_before, occurred_on, recorded_on
from projections.signals.text_signals import names_entry
from projections.views.index_marks import refers_mark, word_mark

Keep = Callable[[Sequence[Recorded]], Iterable[Recorded]]
"""Which records may show something: those that no signal of weight high blames."""


def line_unit(facts: Facts, record: Recorded) -> str | None:
    """The unit that a record is about, where it is one that has a line of its own."""
    unit = getattr(record.payload, "unit", None)
    known = facts.units.get(unit) if isinstance(unit, str) else None
    return known.id if known is not None and known.kind not in BODY_KINDS else None


def warned_on(facts: Facts, record: Recorded) -> date:
    """The day of the warning."""
    return occurred_on(facts, record) or recorded_on(facts, record)


def addressees(record: Recorded) -> tuple[str, ...]:
    """Whom a warning or report is addressed to: its addressee, else its recipients."""
    sent = record.payload
    if not isinstance(sent, Addressed):
        raise TypeError("only what is sent to somebody has addressees here")
    return (sent.addressee,) if sent.addressee is not None else sent.recipients or ()


def received_on(facts: Facts, record: Recorded, party: str) -> date | None:
    """The day on which a person or body received a warning or report; None where no receipt is on record.

    A receipt is an addressee's signature on it, being named among its receipts, an acceptance of one's own, or one that
    says that it came from him. A body or unit has received what one of those who stand for it received; what one of
    them sent it, his signature as its sender does not receive.
    """
    sent = record.payload
    standing = {party, *standing_for(facts, party, warned_on(facts, record))}
    receipts = set((sent.receipts or ()) if isinstance(sent, Addressed) else ())
    if party in addressees(record):
        receipts |= set(record.signed) - {getattr(sent, "author", None)}
    at_once = [recorded_on(facts, record)] if standing & receipts else []
    return min([*at_once, *(on for on, who in _accepted(facts, record) if who in standing)], default=None)


def receivings(facts: Facts, record: Recorded) -> Iterator[tuple[date, str]]:
    """(day, person or body) of each who accepted a record or acknowledged its receipt, whoever put that on record."""
    for event in acceptances(facts, record):
        on, payload = arrived_on(facts, record, event), event.payload
        if on is not None:
            by = payload.by if isinstance(payload, RecordAccepted) else None
            yield from ((on, who) for who in ((by,) if by is not None else event.signers))


def arrived_on(facts: Facts, record: Recorded, receipt: Recorded) -> date | None:
    """The day from which an acceptance of a record counts: that on which the thing arrived, else that of its recording.

    A receipt is judged like an act of that day: one recorded from the first lead on of a case that the record touches,
    about a day before that, does not count at all.
    """
    said = receipt.payload
    named = (said.arrived or said.occurred_at) if isinstance(said, RecordAccepted) else None
    arrived = day(facts, named or receipt.recorded_at)
    lead = first_lead(facts, record) if isinstance(said, RecordAccepted) and said.capacity == "receipt" else None
    return None if lead is not None and receipt.recorded_at >= lead and is_before(facts, arrived, lead) else arrived


def standing_for(facts: Facts, party: str, on: date) -> Iterator[str]:
    """Who stands for a body or unit: the Party group's members, a unit's head. Nobody else stands for a person."""
    if party == facts.party_group:
        yield from membership(facts, on)
    elif party in facts.units:
        yield from (holding.person for holding in holders_on(facts, "head", party, on))


def is_outside(facts: Facts, record: Recorded, party: str) -> bool:
    """Whether a warning's addressee stands outside its unit's line, on the day of the warning and on that of receipt.

    The unit itself and the bodies beside and above stand in no line and are never outside; nor is who covers a post of
    the line, or holds one by a disputed assignment. Of a warning about no unit with a line nobody is outside.
    """
    unit = line_unit(facts, record)
    known = facts.units.get(party)
    if unit is None or party == unit or (known is not None and known.kind in BODY_KINDS):
        return False
    days = {warned_on(facts, record), received_on(facts, record, party) or recorded_on(facts, record)}
    return not any(
        tenure.person == party
        for on in days
        for level in LEVELS
        for tenure in level_tenures(facts, level, unit, Period(on, on), undisputed=True)
    )


def is_astray(facts: Facts, record: Recorded) -> bool:
    """Whether everyone to whom a warning is addressed stands outside its unit's line."""
    parties = addressees(record)
    return bool(parties) and all(is_outside(facts, record, party) for party in parties)


def first_told(facts: Facts, record: Recorded, levels: Collection[Level], until: date, keep: Keep) -> date | None:
    """The first day up to `until` on which a holder of one of the levels is shown by a record to know of a warning.

    Its author does not count, nor does he where he is the secretary of a group that was told. Who learnt of it before
    he held the level knows from his first day in it. What the Party group as a body was told, its secretary knows.
    """
    unit = line_unit(facts, record)
    author = getattr(record.payload, "author", None)
    found: list[date] = []
    for on, party in sorted(set(_told(facts, record, keep))):
        if on > min([until, *found]):
            break
        if party == facts.party_group and "secretary" in levels:
            found += [on for holding in holders_on(facts, "secretary", None, on) if holding.person != author]
        elif party != author and unit is not None:
            later = Period(on, min([until, *found]))
            held = [h for level in levels for h in line_holders(facts, level, unit, later, primary=True)]
            found += [holding.period.first for holding in held if holding.person == party]
    return min(found, default=None)


def _told(facts: Facts, record: Recorded, keep: Keep) -> Iterator[tuple[date, str]]:
    """(day, person or body) of each who is shown to know of a warning, and from which day on."""
    sent = record.payload
    receipts = (sent.receipts or ()) if isinstance(sent, WarningReported) else ()
    yield from ((recorded_on(facts, record), party) for party in {*record.signed, *receipts})
    yield from _accepted(facts, record)
    yield from _wrote_receipts(facts, record)
    marks = [refers_mark(record.position), *([word_mark(record.payload.ref)] if record.payload.ref else ())]
    naming = [event for event in facts.marked(marks) if event.position > record.position and names_entry(event, record)]
    for event in keep(naming):
        yield from _learnt(facts, event)


def _accepted(facts: Facts, record: Recorded) -> Iterator[tuple[date, str]]:
    """Who accepted, countersigned, refused or explained an entry, each with his day."""
    yield from receivings(facts, record)
    for event in facts.followers(record):
        if not isinstance(event.payload, RecordAccepted):
            yield from ((recorded_on(facts, event), signer) for signer in event.signers)


def _wrote_receipts(facts: Facts, record: Recorded) -> Iterator[tuple[date, str]]:
    """Who put on record that another received it: he knows of it then, and has not received it by that."""
    for event in acceptances(facts, record):
        if getattr(event.payload, "by", None) is not None:
            yield from ((recorded_on(facts, event), signer) for signer in event.signers)


def _learnt(facts: Facts, event: Recorded) -> Iterator[tuple[date, str]]:
    """Who learns of a warning by a record that names it: who takes part in the fact, who received it, who signed it."""
    payload, on = event.payload, happened(facts, event)
    parties = set(named(payload)) & set(facts.persons)
    if isinstance(payload, Addressed):
        sent_to = set(addressees(event))
        parties -= sent_to
        for party in sent_to:
            received = received_on(facts, event, party)
            if received is not None:
                yield received, party
    bodies = payload.reported_to if isinstance(payload, IssueFound) else None
    group = facts.party_group
    if group is not None and (group in (bodies or ()) or (isinstance(payload, MeetingHeld) and payload.body == group)):
        parties.add(group)
    yield from ((on, party) for party in parties)
    yield from ((recorded_on(facts, event), signer) for signer in event.signed)
    yield from _accepted(facts, event)
    yield from _wrote_receipts(facts, event)
