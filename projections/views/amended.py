"""What corrections and withdrawals make of the records known at a cut (scenarios, "Second round").

A correction counts where it was recorded before the first lead of every case that it touches; one of votes, dissent,
attendance, chair or proposer of a meeting, or of a warning, refusal or receipt, only from when everyone who signed the
record has signed or accepted it (of a warning also the addressee who signed its receipt): that, too, before the lead. A
withdrawn record counts for nothing, under the same rule of leads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, tzinfo
from typing import Literal

from ledger.checks.answers import RECEIPT, agreed, answers, standing
from ledger.errors import ZerenError
from ledger.events.acts import WarningReported
from ledger.events.base import Fact, Payload
from ledger.events.corrected import corrected, needs_everyone
from ledger.events.fields import EntryReference
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from projections.facts.values import Period
from projections.views.index_marks import naming_marks

Followers = Callable[[Recorded], Sequence[Recorded]]


Standing = Literal["counts", "proposed", "late", "withdrawn", "unreadable"]
"""How a correction or withdrawal stands: read, waiting for signatures, after a lead, withdrawn itself, of no use."""
State = Literal["withdrawn", "corrected", "proposed", "late"]
"""What became of a record by all that was said of it: the first of these that holds."""


@dataclass(frozen=True, slots=True)
class ChangedRecords:
    """Records of one ledger that read otherwise, by position, and the positions of those withdrawn."""

    corrected: Mapping[int, Recorded]
    withdrawn: frozenset[int]
    standings: Mapping[int, Standing] = field(default_factory=dict)
    """How each correction and withdrawal stands, by its own position."""
    waits: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Whose signature a proposed correction waits for, by its own position."""
    states: Mapping[int, State] = field(default_factory=dict)
    """What became of each record that a correction or withdrawal names."""


NOTHING: ChangedRecords = ChangedRecords({}, frozenset())


def changes(
    events: Sequence[Recorded],
    read: Callable[[EntryReference], Recorded | None],
    followers: Followers,
    lead_of: Callable[[Recorded], datetime | None],
) -> ChangedRecords:
    """What these corrections and withdrawals make of the entries that they name.

    `read` gives an entry as it was recorded, `followers` what came later in its stream, `lead_of` the first lead of the
    cases that a record touches.
    """
    leads: dict[int, datetime | None] = {}

    def lead(event: Recorded) -> datetime | None:
        if event.position not in leads:
            leads[event.position] = lead_of(event)
        return leads[event.position]

    def counts(event: Recorded) -> bool:
        first = lead(event)
        return first is None or event.recorded_at < first

    withdrawn = {
        event.payload.of.position
        for event in events
        if isinstance(event.payload, RecordWithdrawn) and not event.payload.of.fingerprint and counts(event)
    }
    found: dict[int, Recorded] = {}
    standings: dict[int, Standing] = {}
    waits: dict[int, frozenset[str]] = {}
    for event in events:
        correction = event.payload
        if not isinstance(correction, RecordCorrected) or correction.corrects.fingerprint:
            standings[event.position] = "counts" if counts(event) else "late"
            continue
        target = correction.corrects
        record = found.get(target.position) or read(target)
        needed = _needed(event, correction, record, followers) if record is not None else frozenset()
        missing = needed - agreed(event, _before(followers(event), lead(event))) if needed else needed
        waiting = missing - agreed(event, followers(event)) if missing else missing
        if event.position in withdrawn:
            standings[event.position] = "withdrawn"
        elif not counts(event):
            standings[event.position] = "late"
        elif waiting:
            standings[event.position], waits[event.position] = "proposed", waiting
        elif missing:
            standings[event.position] = "late"  # the last of them agreed after the lead
        elif record is not None:
            try:
                found[target.position] = replace(record, payload=corrected(record.payload, correction, record.missing))
                standings[event.position] = "counts"
            except ZerenError:
                standings[event.position] = "unreadable"  # shown as a correction, never read
    return ChangedRecords(found, frozenset(withdrawn), standings, waits, _states(events, found, withdrawn, standings))


def _states(
    events: Sequence[Recorded],
    found: Mapping[int, Recorded],
    withdrawn: set[int],
    standings: Mapping[int, Standing],
) -> dict[int, State]:
    """What became of each record that is named, by the gravest that was said of it."""
    states: dict[int, State] = {}
    for event in events:
        payload = event.payload
        target = payload.of if isinstance(payload, RecordWithdrawn) else getattr(payload, "corrects", None)
        if target is None or target.fingerprint:
            continue
        proposed = standings.get(event.position) == "proposed"
        if proposed or target.position not in states:
            states[target.position] = "proposed" if proposed else "late"
    return {**states, **dict.fromkeys(found, "corrected"), **dict.fromkeys(withdrawn, "withdrawn")}


@dataclass(frozen=True, slots=True)
class Filter:
    """What `records` was asked for: corrected records are judged by it as they read now, withdrawn ones never fit."""

    types: tuple[type[Payload], ...]
    named: frozenset[str]
    occurred: Period | None
    claims: str | None
    recorded_after: datetime | None
    zone: tzinfo

    def among(self, found: Sequence[Recorded], changed: ChangedRecords) -> list[Recorded]:
        """What was found by what the records said once, put right by what they say now."""
        kept = [r for r in found if r.position not in changed.withdrawn and r.position not in changed.corrected]
        kept += [r for at, r in changed.corrected.items() if at not in changed.withdrawn and self._fits(r)]
        return sorted(kept, key=lambda record: record.position)

    def _fits(self, record: Recorded) -> bool:
        payload = record.payload
        if self.types and not isinstance(payload, self.types):
            return False
        if self.recorded_after is not None and record.recorded_at <= self.recorded_after:
            return False
        if self.claims is not None and self.claims not in (getattr(payload, "claims", None) or ()):
            return False
        if self.named and not self.named <= _named(payload):
            return False
        if self.occurred is None:
            return True
        when = payload.occurred_at if isinstance(payload, Fact) else None
        on = when.astimezone(self.zone).date() if isinstance(when, datetime) else when
        return on is not None and self.occurred.first <= on <= self.occurred.last


def _named(payload: Payload) -> set[str]:
    """The registered ids in the fields of a payload."""
    return {
        value
        for name, value in flatten(payload)
        if isinstance(value, str) and (spec := spec_of(payload.TYPE, name)) is not None and spec.about is not None
    }


def with_marks(found: Sequence[Recorded], changed: ChangedRecords, marks: frozenset[int]) -> list[Recorded]:
    """What was found by the marks of what it held once, put right by what it holds now."""
    kept = [r for r in found if r.position not in changed.withdrawn and r.position not in changed.corrected]
    kept += [
        r
        for at, r in changed.corrected.items()
        if at not in changed.withdrawn and (at in {each.position for each in found} or marks & naming_marks(r.payload))
    ]
    return sorted(kept, key=lambda record: record.position)


def _before(answers: Sequence[Recorded], lead: datetime | None) -> Sequence[Recorded]:
    """What was recorded before a lead; what was said after it changes nothing for the case that it is about."""
    return answers if lead is None else [each for each in answers if each.recorded_at < lead]


def _needed(event: Recorded, correction: RecordCorrected, record: Recorded, followers: Followers) -> frozenset[str]:
    """Whose signature stood under the record when it was corrected, and so is needed under the correction."""
    if not needs_everyone(record.payload, correction.field):
        return frozenset()
    before = [each for each in followers(record) if each.position < event.position]
    return agreed(record, before) | _received(record, before)


def _received(record: Recorded, before: Sequence[Recorded]) -> frozenset[str]:
    """The addressees of a warning who signed that they received it: what they were told is not changed without them."""
    if not isinstance(record.payload, WarningReported):
        return frozenset()
    told = {record.payload.addressee, *(record.payload.recipients or ())}
    said = standing(answers(record, before))
    return frozenset(person for person, last in said.items() if person in told and last.capacity == RECEIPT)
