"""From one recorded event to rows. The only place that writes view rows; it reads nothing but its own views."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ledger.core.consent import parse_consent
from ledger.core.encoding import b64encode
from ledger.events.base import Fact
from ledger.events.fields import EntryReference, Json, flatten, unflatten
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordCorrected, RecordRefused
from ledger.events.register import PersonRegistered, UnitRegistered
from ledger.events.registry import payload_class, spec_of
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from ledger.events.trust import LedgerOpened
from projections.views.groups import link
from projections.views.index_marks import file_mark, files_of, naming_marks, number_marks
from projections.views.likeness import normalise, text_of, whole
from projections.views.search import search_key, words_of

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


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def join_ledger(c: Cursor, event: Recorded) -> LedgerRow:
    """The row of the ledger that this genesis entry opens."""
    opened = event.payload
    if not isinstance(opened, LedgerOpened):
        raise TypeError("a ledger is joined by its genesis entry")
    c.execute(
        "INSERT INTO ledgers (origin, kind, fingerprint, time_zone, title, clock) VALUES (?,?,?,?,?,?)",
        (
            opened.origin,
            opened.kind,
            b64encode(event.leaf_hash),
            opened.time_zone,
            opened.title,
            opened.clock,
        ),
    )
    c.execute("SELECT * FROM ledgers WHERE origin = ?", (opened.origin,))
    return ledger_row(c.fetchone())


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


def project(c: Cursor, ledger: LedgerRow, event: Recorded) -> None:
    """Writes the rows of one event."""
    fields = list(flatten(event.payload))
    _write_record(c, ledger, event, fields)
    match event.payload:
        case UnitRegistered(unit=id_, kind=kind):
            _write_party(c, ledger, event, id_, "unit", kind)
        case PersonRegistered(person=id_):
            _write_party(c, ledger, event, id_, "person", None)
        case AssignmentMade() | ActingBegun():
            _open_tenure(c, ledger, event, event.payload)
        case AssignmentEnded(ends=ends, valid_to=last, leaves=leaves):
            change = {"valid_to": last.isoformat(), "leaves": leaves, "ended_by": event.position}
            _change_tenure(c, ledger, event, ends, change)
        case RecordCorrected(corrects=corrected, field=name, new_value=value) if name in _TENURE_FIELDS:
            made = _ended_so(c, ledger, corrected) if name == "valid_to" else None
            _change_tenure(c, ledger, event, made or corrected, {name: value})
        case RecordCorrected(corrects=corrected, field="leaves", new_value=value):
            made = _ended_so(c, ledger, corrected)
            if made is not None:
                _change_tenure(c, ledger, event, made, {"leaves": value})


def _ended_so(c: Cursor, ledger: LedgerRow, end: EntryReference) -> EntryReference | None:
    """The assignment that this entry ended; None where it ended none."""
    key = (ledger.id, end.position)
    c.execute("SELECT position FROM tenures WHERE ledger = ? AND ended_by = ? AND known_to IS NULL", key)
    row = c.fetchone()
    return None if row is None or end.fingerprint else EntryReference("", row["position"], b"")


def _write_record(c: Cursor, ledger: LedgerRow, event: Recorded, fields: list[tuple[str, Json]]) -> None:
    structural: dict[str, Json] = {}
    texts: dict[str, Json] = {}
    mentions: set[str] = set()
    for name, value in fields:
        if name in event.missing:
            continue
        spec = spec_of(event.type, name)
        if spec is not None and spec.field_class == "erasable":
            texts[name] = value
        else:
            structural[name] = value
        if spec is not None and spec.about is not None and isinstance(value, str):
            mentions.add(value)
    payload = event.payload
    occurred = payload.occurred_at if isinstance(payload, Fact) else None
    if isinstance(occurred, datetime):
        occurred = occurred.astimezone(ledger.zone).date()
    c.execute(
        "INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            ledger.id,
            event.position,
            event.type,
            payload.ref,
            event.originator_id,
            event.originator_version,
            json.dumps(event.signers),
            milliseconds(event.recorded_at),
            occurred.isoformat() if occurred else None,
            event.leaf_hash,
            _dump(structural),
            _dump(sorted(event.missing)),
        ),
    )
    if texts:
        c.execute("INSERT INTO texts VALUES (?,?,?)", (ledger.id, event.position, _dump(texts)))
        words = words_of(" \n".join(value for value in texts.values() if isinstance(value, str)))
        c.execute("INSERT INTO search (rowid, words) VALUES (?,?)", (search_key(ledger.id, event.position), words))
    if ledger.kind == "duty":
        _write_marks(c, (ledger.id, event.position), event)
    rest = (occurred.isoformat() if occurred else "", event.position, event.type)
    c.executemany("INSERT INTO mentions VALUES (?,?,?,?,?)", [(ledger.id, id_, *rest) for id_ in sorted(mentions)])
    if isinstance(payload, Fact) and payload.claims:
        claims = sorted(set(payload.claims))
        c.executemany("INSERT INTO claims VALUES (?,?,?,?,?)", [(ledger.id, claim, *rest) for claim in claims])


def _write_marks(c: Cursor, key: tuple[int, int], event: Recorded) -> None:
    """So that entries with the same file, number or text are found, texts like it, and what names an entry."""
    found = {file_mark(digest) for digest in files_of(event.payload)}
    if event.payload.OPENS and event.payload.ref:
        found |= number_marks(event.payload.ref)
    found |= naming_marks(event.payload)
    if plain := normalise(text_of(event) or ""):
        link(c, *key, plain)
        found.add(whole(plain))
    c.executemany("INSERT INTO marks VALUES (?,?,?)", [(key[0], mark, key[1]) for mark in found])


def _write_party(c: Cursor, ledger: LedgerRow, event: Recorded, id_: str, kind: str, unit_kind: str | None) -> None:
    c.execute(  # who was registered twice is shown as first registered (FORMAT.md section 3: verify names it)
        "INSERT INTO parties VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (ledger.id, id_, kind, event.payload.ref or id_, unit_kind, event.position),
    )


_TENURE_FIELDS = ("person", "post", "scope", "supervises", "functions", "valid_from", "valid_to")
_COLUMNS = (
    "ledger",
    "position",
    "known_from",
    "known_to",
    "ended_by",
    "person",
    "post",
    "acting",
    "scope",
    "supervises",
    "functions",
    "valid_from",
    "valid_to",
    "leaves",
    "legacy",
)


def _open_tenure(c: Cursor, ledger: LedgerRow, event: Recorded, made: AssignmentMade | ActingBegun) -> None:
    _insert_tenure(
        c,
        {
            "ledger": ledger.id,
            "position": event.position,
            "known_from": event.position,
            "known_to": None,
            "ended_by": None,
            "person": made.person,
            "post": made.post,
            "acting": made.mode if isinstance(made, ActingBegun) else None,
            "scope": list(made.scope or ()),
            "supervises": list(made.supervises or ()),
            "functions": list(made.functions or ()),
            "valid_from": made.valid_from.isoformat(),
            "valid_to": made.valid_to.isoformat() if made.valid_to else None,
            "leaves": None,
            "legacy": int(bool(made.legacy)),
        },
    )


def _change_tenure(
    c: Cursor, ledger: LedgerRow, event: Recorded, tenure: EntryReference, change: dict[str, Any]
) -> None:
    """Closes what was known of the tenure and opens the next version with `change`."""
    if tenure.fingerprint:
        return
    key = (ledger.id, tenure.position)
    c.execute("SELECT * FROM tenures WHERE ledger = ? AND position = ? AND known_to IS NULL", key)
    found = c.fetchone()
    if found is None:
        return  # the corrected entry is no assignment
    row = {name: found[name] for name in _COLUMNS}
    for name in ("scope", "supervises", "functions"):
        row[name] = json.loads(row[name])
    if row["known_from"] == event.position:  # pragma: no cover - one entry changes a tenure once
        raise RuntimeError("one entry changes a tenure once")
    c.execute(
        "UPDATE tenures SET known_to = ? WHERE ledger = ? AND position = ? AND known_to IS NULL",
        (event.position, *key),
    )
    _insert_tenure(c, {**row, "known_from": event.position, "known_to": None, **change})


def _insert_tenure(c: Cursor, row: dict[str, Any]) -> None:
    values = [_dump(row[name]) if isinstance(row[name], list) else row[name] for name in _COLUMNS]
    c.execute(f"INSERT INTO tenures VALUES ({','.join('?' * len(_COLUMNS))})", values)
    for relation in ("scope", "supervises"):
        c.executemany(
            "INSERT INTO tenure_units VALUES (?,?,?,?,?)",
            [
                (row["ledger"], relation, unit, row["position"], row["known_from"])
                for unit in sorted(set(row[relation]))
            ],
        )


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
    )


def as_answer(recorded: ConsentRecorded) -> tuple[RecordAccepted | RecordRefused, tuple[str, ...]]:
    """A consent on record as the acceptance or refusal that it stands for, and whose it is (FORMAT.md section 16).

    It counts from the moment at which it was recorded; who put it on record is no signer of it.
    """
    consent = parse_consent(recorded.note.encode()).consent
    if consent.answer == "agree":
        return RecordAccepted(ref=recorded.ref, accepts=recorded.of, capacity=consent.capacity), (consent.person,)
    return RecordRefused(ref=recorded.ref, refuses=recorded.of, reason=recorded.reason), (consent.person,)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
