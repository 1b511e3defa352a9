"""What became of a record: its corrections as *was* and *is*, those only proposed, and its withdrawal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.errors import ZerenError
from ledger.events.corrected import corrected
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from projections.facts.values import Citation
from projections.language.told import FieldTold, Teller
from projections.views.amended import Standing
from projections.views.facts import ViewFacts


@dataclass(frozen=True, slots=True)
class Change:
    """One correction: what the field said before and says by it, who signed it when, and how it stands."""

    entry: Citation
    name: str
    """The field, by its first name."""
    title: str
    was: FieldTold | None
    now: FieldTold | None
    signers: tuple[str, ...]
    recorded_at: datetime
    standing: Standing
    waits_for: tuple[str, ...]
    """Whose signature a proposed correction waits for."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record was withdrawn: by which entry, by whom, when, on what ground; `counts` unless a lead came before."""

    entry: Citation
    signers: tuple[str, ...]
    recorded_at: datetime
    ground: str
    reason: str | None
    counts: bool


def changes_of(facts: ViewFacts, teller: Teller, record: Recorded) -> tuple[Change, ...]:
    """The corrections of a record, as they were recorded."""
    return tuple(_changes(facts, teller, record)) if facts.state(facts.cite(record)) is not None else ()


def _changes(facts: ViewFacts, teller: Teller, record: Recorded) -> Iterator[Change]:
    reading = facts.uncorrected(record)
    for event in facts.followers(record, withdrawn=True):
        correction = event.payload
        if not isinstance(correction, RecordCorrected) or correction.corrects.fingerprint:
            continue
        if correction.corrects.position != record.position:
            continue
        try:
            after = replace(reading, payload=corrected(reading.payload, correction, reading.missing))
        except ZerenError:
            after = reading
        name, standing = correction.field.partition(".")[0], facts.standing(event)
        was, now = _apart(teller.field(reading, name), teller.field(after, name))
        yield Change(
            facts.cite(event),
            name,
            teller.called(correction.field),
            was,
            now,
            event.signed,
            event.recorded_at,
            standing,
            facts.waits_for(event),
        )
        if standing == "counts":
            reading = after


def _apart(was: FieldTold | None, now: FieldTold | None) -> tuple[FieldTold | None, FieldTold | None]:
    """Of lists of records only those that differ; None for a side on which nothing is left."""
    if was is None or now is None or not (was.table and now.table):
        return was, now
    lost = tuple(row for row in was.rows if row not in now.rows)
    gained = tuple(row for row in now.rows if row not in was.rows)
    return replace(was, rows=lost) if lost else None, replace(now, rows=gained) if gained else None


def withdrawal_of(facts: ViewFacts, record: Recorded) -> Withdrawal | None:
    """The first withdrawal of a record that counts, else the first there is; None where there is none."""
    found = [
        Withdrawal(
            facts.cite(event),
            event.signed,
            event.recorded_at,
            event.payload.ground,
            event.payload.reason,
            facts.standing(event) == "counts",
        )
        for event in facts.followers(record, withdrawn=True)
        if isinstance(event.payload, RecordWithdrawn) and event.payload.of.position == record.position
    ]
    return min(found, key=lambda each: not each.counts, default=None)
