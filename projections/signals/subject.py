"""What a record says of itself: the day that it claims, whether it was taken over from paper, which texts it states."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ledger.events.acts import Addressed
from ledger.events.base import Fact, Payload
from ledger.events.fields import When
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from projections.facts.protocol import Facts, day

DOERS = ("finder", "talker", "author", "lead", "chair", "person", "outgoing", "by")
"""The field that names who did an act, the first that is there."""


def claimed(facts: Facts, record: Recorded) -> When | None:
    """The day or moment that the recorded fact claims; None where it claims none.

    An assignment is dated by its first day, an end by the first day without it, a leave by its first day, a
    correction by the entry that it corrects.
    """
    payload = record.payload
    if isinstance(payload, RecordCorrected):
        corrected = facts.entry(payload.corrects, within=record)
        return claimed(facts, corrected) if corrected is not None else None
    if payload.LAST_DAY is not None:
        last: date = getattr(payload, payload.LAST_DAY)
        return last + timedelta(days=1)
    first: When | None = getattr(payload, payload.FIRST_DAY or "occurred_at", None)
    return first if isinstance(payload, Fact) else None


def is_before(facts: Facts, when: When | None, moment: datetime) -> bool:
    """Whether a fact dated `when` lies before a moment; one dated on the moment's day without hour does not."""
    if when is None:
        return False
    return when < moment if isinstance(when, datetime) else when < day(facts, moment)


def days_between(facts: Facts, first: datetime, last: datetime) -> int:
    """Calendar days from one moment's local day to another's."""
    return (day(facts, last) - day(facts, first)).days


def recorded_on(facts: Facts, record: Recorded) -> date:
    """The local day on which it was recorded."""
    return day(facts, record.recorded_at)


def occurred_on(facts: Facts, record: Recorded) -> date | None:
    """The local day on which the fact is said to have happened; None where the record names none."""
    payload = record.payload
    return day(facts, payload.occurred_at) if isinstance(payload, Fact) and payload.occurred_at else None


def there_from(facts: Facts, record: Recorded) -> date | None:
    """The local day from which the fact can be spoken of: its own, of one that was put on record ahead of it (a task,
    a plan) that of its recording; None where the record names no day."""
    on = occurred_on(facts, record)
    return min(on, recorded_on(facts, record)) if on is not None else None


def comes_after(facts: Facts, act: Recorded, other: Recorded) -> bool:
    """Whether what an act tells came after another fact was there, whichever of them was put on record first: by the
    hour where both name one, else by the day, and on one day as they were recorded."""
    made, there = (getattr(entry.payload, "occurred_at", None) for entry in (act, other))
    if isinstance(made, datetime) and isinstance(there, datetime):
        return made > min(there, other.recorded_at)
    on = occurred_on(facts, act) or recorded_on(facts, act)
    since = there_from(facts, other) or recorded_on(facts, other)
    return on > since or (on == since and act.position > other.position)


def is_legacy(payload: Payload) -> bool:
    """Taken over from paper: exempt from every signal about the moment or manner of recording."""
    return isinstance(payload, Fact) and bool(payload.legacy)


def states(record: Recorded, field: str) -> bool:
    """Whether the record states an erasable text, also where the text was withheld or erased since."""
    return field in record.missing or bool(getattr(record.payload, field, None))


def persons_in(payload: Payload, names: Iterable[str]) -> tuple[str, ...]:
    """The persons that these fields of a record name, each once."""
    found: dict[str, None] = {}
    for name in names:
        value = getattr(payload, name)
        found |= dict.fromkeys((value,) if isinstance(value, str) else value or ())
    return tuple(found)


def done_by(payload: Payload) -> str | None:
    """The person or unit whose duty a record fulfils; None where it names none."""
    found = getattr(payload, payload.DOER) if payload.DOER is not None else None
    return found if isinstance(found, str) else None


def doer(payload: Payload) -> str | None:
    """Who did it, as the record says."""
    return next((who for name in DOERS if isinstance(who := getattr(payload, name, None), str)), None)


def doers(record: Recorded) -> tuple[str, ...]:
    """Whose act a record tells: his whom it names; of one that names nobody theirs who signed it.

    Not theirs to whom it was sent, who sign for having received it; and what a body did is nobody's own.
    """
    payload, named = record.payload, doer(record.payload)
    if named is not None or body_of(payload) is not None:
        return (named,) if named is not None else ()
    sent_to = persons_in(payload, ("addressee", "recipients")) if isinstance(payload, Addressed) else ()
    return tuple(person for person in record.signed if person not in sent_to)


def body_of(payload: Payload) -> str | None:
    """The body that held it; None where it names none."""
    found = getattr(payload, payload.BODY) if payload.BODY is not None else None
    return found if isinstance(found, str) else None


def who_must_sign(payload: Payload) -> frozenset[str]:
    """The persons who all have to sign a record."""
    return frozenset(persons_in(payload, payload.MUST_SIGN))
