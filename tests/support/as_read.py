"""Entries as their corrections and withdrawals make them read, by a walk over plain lists: for a second opinion.

No lead stands here: every correction counts from its recording on; one of a joint field only where everyone who signed
the record signed the correction too; one that was withdrawn does not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn

JOINT = {
    "meeting.held/1": ("votes", "dissent", "attendees", "absent", "non_voting", "recused", "chair", "proposer"),
    "warning.reported/1": "any",
}
"""What only all who signed put right together."""
DAYS = ("occurred_at", "valid_from", "valid_to", "due")


def as_read(entries: Sequence[Recorded], *, withdrawn: bool = False) -> list[Recorded]:
    """The entries without those withdrawn, each with its fields as they read last; those too where asked for."""
    gone = {entry.payload.of.position for entry in entries if isinstance(entry.payload, RecordWithdrawn)}
    read = {entry.position: entry for entry in entries}
    for entry in entries:
        made = entry.payload
        if isinstance(made, RecordCorrected) and entry.position not in gone:
            about = read[made.corrects.position]
            joint: Iterable[str] = JOINT.get(about.payload.TYPE, ())
            if (joint == "any" or made.field in joint) and not {*about.signers} <= {*entry.signers}:
                continue
            value = _read(made.field, made.new_value, getattr(about.payload, made.field))
            read[about.position] = replace(about, payload=replace(about.payload, **{made.field: value}))
    return [entry for entry in read.values() if withdrawn or entry.position not in gone]


def _read(field: str, value: Any, before: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if field in DAYS and value is not None:
        return datetime.fromisoformat(value) if isinstance(before, datetime) else date.fromisoformat(value)
    return value
