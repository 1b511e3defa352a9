"""Rows of the views as values: joined ledgers, and entries with their texts."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ledger.core.consent import parse_consent
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
        ZoneInfo(row["time_zone"]),
        row["title"],
        row["clock"] == "simulated",
    )


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
    if isinstance(payload, ConsentRecorded):
        payload, signers = as_answer(payload)
    return Recorded(
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
    )


def as_answer(recorded: ConsentRecorded) -> tuple[RecordAccepted | RecordRefused, tuple[str, ...]]:
    """A consent on record as the acceptance or refusal that it stands for, and whose it is (FORMAT.md section 16).

    It counts from the moment at which it was recorded; who put it on record is no signer of it.
    """
    consent = parse_consent(recorded.note.encode()).consent
    if consent.answer == "agree":
        return RecordAccepted(ref=recorded.ref, accepts=recorded.of, capacity=consent.capacity), (consent.person,)
    return RecordRefused(ref=recorded.ref, refuses=recorded.of, reason=recorded.reason), (consent.person,)


def dump(value: Any) -> str:
    """A value as the views keep it, the same text for equal values."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
