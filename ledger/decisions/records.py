"""Deciding on events about other entries."""

from collections.abc import Iterator
from contextlib import suppress

from ledger.decisions.referred import decide_referred
from ledger.decisions.state import Standing
from ledger.errors import Refused, ZerenError
from ledger.events.acts import MeetingHeld, WarningReported
from ledger.events.base import Fact, Payload
from ledger.events.corrected import corrected, needs_everyone
from ledger.events.erased import attachment_number
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import (
    GROUNDS,
    ConsentRecorded,
    RecordAccepted,
    RecordCorrected,
    RecordExplained,
    RecordRefused,
    RecordWithdrawn,
    TextErased,
)
from ledger.events.register import PersonRenamed, UnitEnded, UnitRenamed
from ledger.events.registry import spec_of, specs


def decide_record(payload: Payload, standing: Standing) -> None:
    """What is corrected, accepted, refused, explained or erased is on record, and has what is said of it."""
    match payload:
        case RecordCorrected(corrects=reference):
            corrected = standing.entry(reference).payload
            _check_field(payload.field, corrected)
            if payload.new_value is None and payload.new_text is None:
                raise Refused("the correction of {} says no new value", payload.field)
            _check_changes(payload, standing)
        case RecordWithdrawn(of=reference):
            _check_withdrawn(payload, standing.entry(reference), standing)
        case RecordAccepted(accepts=reference) | RecordRefused(refuses=reference) | RecordExplained(explains=reference):
            concerned = standing.entry(reference).payload
            if isinstance(concerned, RecordAccepted | RecordRefused):
                raise Refused("an acceptance or refusal is not itself accepted or refused")
        case ConsentRecorded(of=reference):
            standing.entry(reference)
        case TextErased(entry=reference, names=names):
            erased = standing.entry(reference)
            for name in names:
                spec, number = spec_of(erased.type, name), attachment_number(name)
                if number is not None and number < _attachments(erased.payload):
                    continue
                if spec is None or spec.field_class != "erasable":
                    raise Refused(
                        "{} of {} is not an erasable text; verification or a view rests on it", name, erased.type
                    )


def _attachments(payload: Payload) -> int:
    return len(payload.attachments or ()) if isinstance(payload, Fact) else 0


def _check_changes(correction: RecordCorrected, standing: Standing) -> None:
    """The record reads otherwise after the correction than by those before it that were not withdrawn."""
    event = standing.entry(correction.corrects)
    current = event.payload
    try:
        for _, each in _corrections_of(correction.corrects, standing):
            current = corrected(current, each, event.missing)
        changed = corrected(current, correction, event.missing)
    except ZerenError:
        return  # what the field cannot hold is told where it is read
    decide_referred(changed, standing)
    if changed == current:
        raise Refused("{} reads so already: the correction of {} changes nothing", event.ref, correction.field)


def _corrections_of(entry: EntryReference, standing: Standing) -> Iterator[tuple[int, RecordCorrected]]:
    """(position, correction) of the corrections of an entry that were not withdrawn, in order."""
    later = standing.aggregate.later if standing.aggregate is not None else ()
    gone = {each.of.position for _, each in later if isinstance(each, RecordWithdrawn)}
    for at, each in later:
        if isinstance(each, RecordCorrected) and each.corrects == entry and at not in gone:
            yield at, each


def _as_it_reads(entry: EntryReference, event: Recorded, standing: Standing) -> Payload:
    """An entry as the corrections that count make it read: not withdrawn, and agreed to by everyone whom they need."""
    current = event.payload
    for at, each in _corrections_of(entry, standing):
        if needs_everyone(current, each.field) and standing.agreed(event.position, at) - standing.agreed(at, None):
            continue  # only proposed
        with suppress(ZerenError):  # what the field cannot hold is told where it is read
            current = corrected(current, each, event.missing)
    return current


def _is_against(record: Payload) -> bool:
    """Whether a meeting has a dissent or a vote against."""
    if not isinstance(record, MeetingHeld):
        return False
    return bool(record.dissent or (record.votes is not None and record.votes.oppose))


def _check_withdrawn(withdrawal: RecordWithdrawn, event: Recorded, standing: Standing) -> None:
    """What speaks for or against a person stays (scenarios, "Withdrawn"); nothing is withdrawn twice.

    A dissent stays that the record has had from the start, or has by a correction that counts.
    """
    record = event.payload
    spoken = _is_against(record) or _is_against(_as_it_reads(withdrawal.of, event, standing))
    receipt = isinstance(record, RecordAccepted) and record.capacity == "receipt"
    if spoken or receipt or isinstance(record, WarningReported | RecordRefused | RecordExplained):
        raise Refused(
            "{}: a warning, refusal, explanation, receipt or dissent is not withdrawn", record.ref or record.TYPE
        )
    if not isinstance(record, Fact | RecordAccepted | PersonRenamed | UnitRenamed | UnitEnded):
        raise Refused("{} is not a record that can be withdrawn", record.ref or record.TYPE)
    if withdrawal.ground not in GROUNDS:
        raise Refused("the ground of a withdrawal is one of {}, not {!r}", ", ".join(GROUNDS), withdrawal.ground)
    later = standing.aggregate.later if standing.aggregate is not None else ()
    if any(isinstance(each, RecordWithdrawn) and each.of == withdrawal.of for _, each in later):
        raise Refused("{} is withdrawn already", record.ref or record.TYPE)


def _check_field(name: str, corrected: Payload) -> None:
    known = {spec.partition(".")[0] for spec in specs(corrected.TYPE)}
    if name.partition(".")[0] not in known:
        raise Refused(
            "{} has no field {!r}; it has {}", corrected.ref or corrected.TYPE, name, ", ".join(sorted(known))
        )
