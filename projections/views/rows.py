"""Rows of the views as values: joined ledgers, and entries with their texts."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.core.consent import Consent, parse_consent
from ledger.errors import Damaged
from ledger.events.flat import unflatten
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.events.registry import payload_class

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cursor(Protocol):
    """What projecting needs of a database cursor."""

    def execute(self, statement: str, parameters: Any = ..., /) -> Any: ...

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A joined ledger as the views know it."""

    id: int
    origin: str
    kind: str
    fingerprint: str
    zone: ZoneInfo
    title: str
    simulated: bool


def ledger_row(row: sqlite3.Row) -> LedgerRow:
    """A row of `ledgers` as a value."""
    return LedgerRow(
        row["id"],
        row["origin"],
        row["kind"],
        row["fingerprint"],
        _zone(row["time_zone"]),
        row["title"],
        row["clock"] == "simulated",
    )


def _zone(name: str) -> ZoneInfo:
    """The time zone of this name. Raises Damaged where there is none, or the cell holds no text: a ledger names one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise Damaged(
            "the views name a time zone that is none, {!a}; rebuild them with: zeren views rebuild", name
        ) from None


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def moment_of(value: int) -> datetime:
    """A moment as the views keep it: milliseconds since 1970 UTC."""
    return _EPOCH + timedelta(milliseconds=value)


def recorded_of(ledger: LedgerRow, row: Any) -> Recorded:
    """The entry of a row of `records`, with its texts."""
    values = json.loads(row["fields"])
    if row["texts"]:
        values |= json.loads(row["texts"])
    missing = frozenset(json.loads(row["missing"]))
    payload, signers = unflatten(payload_class(row["type"]), values, missing), tuple(json.loads(row["signers"]))
    consent = None
    if isinstance(payload, ConsentRecorded):
        consent = parse_consent(payload.note.encode()).consent
        payload, signers = as_answer(payload, consent), (consent.person,)
    event = Recorded(
        ledger=ledger.origin,
        originator_id=row["stream"],
        originator_version=row["version"],
        payload=payload,
        position=row["position"],
        recorded_at=moment_of(row["recorded_at"]),
        signers=signers,
        leaf_hash=row["leaf_hash"],
        missing=missing,
        reserved=tuple((name, value) for name, value in json.loads(row["reserved"])),
        consent=consent,
    )
    elsewhere = event.consenting  # the row names everybody who signed, the entry's lines only who was present
    return replace(event, signers=tuple(p for p in signers if p not in elsewhere)) if elsewhere else event


def as_answer(recorded: ConsentRecorded, consent: Consent) -> RecordAccepted | RecordRefused:
    """A consent on record as the acceptance or refusal of its person that it stands for (FORMAT.md section 16).

    It counts from the moment at which it was recorded; who put it on record is no signer of it.
    """
    if consent.answer == "agree":
        return RecordAccepted(ref=recorded.ref, accepts=recorded.of, capacity=consent.capacity)
    return RecordRefused(ref=recorded.ref, refuses=recorded.of, reason=recorded.reason)


def dump(value: Any) -> str:
    """A value as the views keep it, the same text for equal values."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
