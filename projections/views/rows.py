"""Rows of the views as values: joined ledgers, and entries with their texts."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.core.consent import Consent, parse_consent
from ledger.errors import Damaged
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.flat import unflatten
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.events.registry import payload_class
from ledger.frozen import dataclass
from projections.facts.values import Citation

P = TypeVar("P", bound=Payload)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Cursor(Protocol):
    """What projecting needs of a database cursor."""

    def execute(self, statement: str, parameters: Any = ..., /) -> Any: ...

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


_BEFORE = "-before"


def former_kind(kind: str, number: int) -> str:
    """What the ledger before one of this kind is called in addresses, and the one before that, by its number."""
    return f"{kind}{_BEFORE}" if number == 1 else f"{kind}{_BEFORE}-{number}"


def base_kind(kind: str) -> str:
    """The kind of ledger that is so called."""
    return kind.partition(_BEFORE)[0]


@dataclass(frozen=True, slots=True)
class FormerLedger:
    """A ledger that another one continues: its entries stand under that one, `first` being the position of its 0."""

    origin: str
    fingerprint: str
    size: int
    first: int


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
    former: tuple[FormerLedger, ...] = ()
    """The ledgers that it continues, as far as they are at hand, the last one first."""

    @property
    def first(self) -> int:
        """The position of the first entry that is read with it: 0, or below it where it continues a ledger."""
        return self.former[-1].first if self.former else 0

    def apart(self) -> Iterator["LedgerRow"]:
        """The ledgers that it continues, each as one by itself, by what addresses call it."""
        for number, each in enumerate(self.former, 1):
            kind = former_kind(self.kind, number)
            yield replace(self, origin=each.origin, kind=kind, fingerprint=each.fingerprint, former=())

    def former_at(self, position: int) -> FormerLedger | None:
        """The ledger that holds the entry at a position below 0; None for an entry of its own."""
        return next((each for each in self.former if each.first <= position < each.first + each.size), None)

    def end_of(self, position: int) -> int | None:
        """Where the ledger ends that holds the entry at a position below 0: streams of one name in it and here are two.

        None for an entry of its own."""
        former = self.former_at(position)
        return former.first + former.size if former is not None else None

    def called(self, origin: str) -> str | None:
        """What it, or a ledger that it continues, is called in addresses; None for another one."""
        if origin == self.origin:
            return self.kind
        number = next((number for number, each in enumerate(self.former, 1) if each.origin == origin), None)
        return former_kind(self.kind, number) if number is not None else None

    def fingerprint_of(self, origin: str) -> str | None:
        """The fingerprint of it, or of a ledger that it continues; None for another one."""
        read = {self.origin: self.fingerprint, **{each.origin: each.fingerprint for each in self.former}}
        return read.get(origin)

    def stands(self, position: int) -> tuple[str, int]:
        """Origin and position of an entry in the ledger that holds it."""
        former = self.former_at(position)
        return (self.origin, position) if former is None else (former.origin, position - former.first)

    def cite(self, position: int, ref: str | None) -> Citation:
        """The citation of the entry at a position, by its number or its place."""
        former = self.former_at(position)
        if former is None:
            return Citation(self.origin, position, ref or f"#{position}")
        place = (former.origin, position - former.first)
        return Citation(self.origin, position, ref or f"#{place[1]}", place)

    def place_of(self, fingerprint: str, position: int) -> int | None:
        """Where the views have the entry at a position of the ledger of this fingerprint; None for another ledger."""
        if fingerprint == self.fingerprint:
            return position
        former = next((each for each in self.former if each.fingerprint == fingerprint), None)
        return former.first + position if former is not None and position < former.size else None


@dataclass(frozen=True, slots=True)
class FormerRecord(Recorded):
    """An entry of a ledger that another one continues, as read with that one: at a position below 0."""

    place: int = 0
    """Its position in the ledger that holds it."""

    @property
    def ref(self) -> str:
        """The human's number of the thing, or its place in its own ledger."""
        return self.payload.ref or f"#{self.place}"


def ledger_row(row: sqlite3.Row, former: Iterable[sqlite3.Row] = ()) -> LedgerRow:
    """A row of `ledgers` as a value, with the rows of `continued` that are its own."""
    return LedgerRow(
        row["id"],
        row["origin"],
        row["kind"],
        row["fingerprint"],
        _zone(row["time_zone"]),
        row["title"],
        row["clock"] == "simulated",
        tuple(FormerLedger(each["origin"], each["fingerprint"], each["size"], each["first"]) for each in former),
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


_NOTHING: frozenset[str] = frozenset()
"""What most entries lack: one set for all of them."""


def recorded_of(ledger: LedgerRow, row: Any) -> Recorded:
    """The entry of a row of `records`, with its texts."""
    values, position = json.loads(row["fields"]), row["position"]
    if row["texts"]:
        values |= json.loads(row["texts"])
    missing = _NOTHING if row["missing"] == "[]" else frozenset(_names(row["missing"]))
    payload, signers = unflatten(payload_class(row["type"]), values, missing), _names(row["signers"])
    if ledger.former:
        payload = refers_within(ledger, payload, position)
    reserved, consent = row["reserved"], None
    if isinstance(payload, ConsentRecorded):
        consent = parse_consent(payload.note.encode()).consent
        payload, signers = as_answer(payload, consent), (consent.person,)
    event = Recorded(
        ledger=ledger.origin,
        originator_id=row["stream"],
        originator_version=row["version"],
        payload=payload,
        position=position,
        recorded_at=moment_of(row["recorded_at"]),
        signers=signers,
        leaf_hash=row["leaf_hash"],
        missing=missing,
        reserved=() if reserved == "[]" else tuple((name, value) for name, value in json.loads(reserved)),
        consent=consent,
    )
    if position < 0:
        event = as_former(event, ledger.stands(position)[1])
    elsewhere = event.consenting  # the row names everybody who signed, the entry's lines only who was present
    return replace(event, signers=tuple(p for p in signers if p not in elsewhere)) if elsewhere else event


@lru_cache(maxsize=16_384)
def _names(text: str) -> tuple[str, ...]:
    """A list of names: most entries have one of few."""
    return tuple(json.loads(text))


def as_former(event: Recorded, place: int) -> FormerRecord:
    """An entry at a position below 0, with its own place beside it."""
    return FormerRecord(**{each.name: getattr(event, each.name) for each in fields(Recorded)}, place=place)


def read_with(ledger: LedgerRow, former: FormerLedger, event: Recorded) -> FormerRecord:
    """An entry of a former ledger as it is read with the one that continues it."""
    at = former.first + event.position
    payload = refers_within(ledger, event.payload, at)
    return as_former(replace(event, ledger=ledger.origin, position=at, payload=payload), event.position)


def refers_within(ledger: LedgerRow, payload: P, position: int) -> P:
    """What an entry says, its references to entries that are read with its ledger made references within it."""
    former = ledger.former_at(position)
    own = former.fingerprint if former is not None else ledger.fingerprint

    def within(value: Any) -> Any:
        if isinstance(value, EntryReference):
            at = ledger.place_of(value.fingerprint or own, value.position)
            return value if at is None else EntryReference("", at, value.leaf_hash)
        if isinstance(value, tuple):
            made = tuple(within(each) for each in value)
            return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
        if is_dataclass(value) and not isinstance(value, type):
            changed = {
                each.name: new
                for each in fields(value)
                if (new := within(old := getattr(value, each.name))) is not old and each.init
            }
            return replace(value, **changed) if changed else value
        return value

    return cast("P", within(payload))


def as_answer(recorded: ConsentRecorded, consent: Consent) -> RecordAccepted | RecordRefused:
    """A consent on record as the acceptance or refusal of its person that it stands for (FORMAT.md section 16).

    It counts from the moment at which it was recorded; who put it on record is no signer of it.
    """
    if consent.answer == "agree":
        return RecordAccepted(ref=recorded.ref, accepts=recorded.of, capacity=consent.capacity)
    return RecordRefused(ref=recorded.ref, refuses=recorded.of, reason=recorded.reason)


def dump(value: Any) -> str:
    """A value as the views keep it, the same text for equal values."""
    return _dump(value)
