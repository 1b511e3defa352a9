"""From one recorded event to rows. The only place that writes view rows; it reads nothing but its own views."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from ledger.core.encoding import b64encode
from ledger.events.base import Fact, Payload
from ledger.events.fields import Json
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from ledger.events.register import PersonRegistered, UnitRegistered
from ledger.events.registry import spec_of
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from ledger.events.trust import LedgerOpened
from ledger.events.words import kept_word
from projections.views.entry_marks import marks_beside
from projections.views.full_text import fixed_words, search_key, words_of
from projections.views.likeness import normalise, text_of, whole
from projections.views.likeness_groups import Likeness
from projections.views.rows import (
    Cursor,
    FormerLedger,
    LedgerRow,
    dump,
    ledger_row,
    milliseconds,
    read_with,
    refers_within,
)
from projections.views.rows_to_write import RowsToWrite
from projections.views.tenure_rows import COLUMN_OF, change_tenure, ended_so, open_tenure


class ProjectedBatch:
    """Entries of one ledger on their way into the views; what most of them give rise to is written by `end`.

    `likeness` is what the batch before kept, where nobody else wrote since.
    """

    def __init__(self, c: Cursor, ledger: LedgerRow, likeness: Likeness | None = None) -> None:
        self.c, self.rows = c, RowsToWrite(c)
        self.likeness = likeness or Likeness(ledger.id)

    def end(self) -> Likeness:
        """Writes all rows; returns what the next batch goes on with."""
        self.likeness.settle(self.rows)
        self.rows.write()
        return self.likeness


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


def join_former(c: Cursor, ledger: LedgerRow, former: FormerLedger) -> LedgerRow:
    """The row of a ledger that is read with one that it continues, from now on."""
    row = (ledger.id, former.first, former.origin, former.fingerprint, former.size)
    c.execute("INSERT INTO continued VALUES (?,?,?,?,?)", row)
    return replace(ledger, former=tuple(sorted((*ledger.former, former), key=lambda each: -each.first)))


def project_former(batch: ProjectedBatch, ledger: LedgerRow, former: FormerLedger, event: Recorded) -> None:
    """Writes the rows of one event of a ledger that this one continues."""
    project(batch, ledger, read_with(ledger, former, event), event.payload)


def project(batch: ProjectedBatch, ledger: LedgerRow, event: Recorded, said: Payload | None = None) -> None:
    """Writes the rows of one event; `said` is what its entry says where its references are read otherwise."""
    fields = flatten(said or event.payload)
    if ledger.former and said is None:
        event = replace(event, payload=refers_within(ledger, event.payload, event.position))
    _add_record(batch, ledger, event, fields)
    c = batch.c
    match event.payload:
        case UnitRegistered(unit=id_, kind=kind):
            _write_party(c, ledger, event, id_, "unit", kind)
        case PersonRegistered(person=id_):
            _write_party(c, ledger, event, id_, "person", None)
        case AssignmentMade() | ActingBegun():
            open_tenure(c, ledger, event, event.payload)
        case AssignmentEnded(ends=ends, valid_to=last, leaves=leaves):
            change = {"valid_to": last.isoformat(), "leaves": _way(leaves), "ended_by": event.position}
            change_tenure(c, ledger, event, ends, change)
        case RecordCorrected(corrects=corrected, field=name, new_value=value) if name in COLUMN_OF:
            made = ended_so(c, ledger, corrected) if name == "valid_to" else None
            known = int(bool(value)) if name == "legacy" else value
            change_tenure(c, ledger, event, made or corrected, {COLUMN_OF[name]: known})
        case RecordCorrected(corrects=corrected, field="leaves", new_value=value):
            made = ended_so(c, ledger, corrected)
            if made is not None:
                change_tenure(c, ledger, event, made, {"leaves": _way(value)})


def _way(said: Any) -> Any:
    """The kept word for how a holder left, where one is meant."""
    return (kept_word(AssignmentEnded.TYPE, "leaves", said) or said) if isinstance(said, str) else said


def _add_record(batch: ProjectedBatch, ledger: LedgerRow, event: Recorded, fields: list[tuple[str, Json]]) -> None:
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
    rows = batch.rows
    rows.add(
        "INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            ledger.id,
            event.position,
            event.type,
            payload.ref,
            event.originator_id,
            event.originator_version,
            json.dumps((*event.signers, *event.consenting)),  # who signed elsewhere signed all the same
            milliseconds(event.recorded_at),
            occurred.isoformat() if occurred else None,
            event.leaf_hash,
            dump(structural),
            dump(sorted(event.missing)) if event.missing else "[]",
            dump(event.reserved) if event.reserved else "[]",
        ),
    )
    if texts:
        rows.add("INSERT INTO texts VALUES (?,?,?)", (ledger.id, event.position, dump(texts)))
    said = [value for value in texts.values() if isinstance(value, str)]
    if words := words_of(" \n".join([*said, *fixed_words(event.type, structural)])):
        rows.add("INSERT INTO search (rowid, words) VALUES (?,?)", (search_key(ledger.id, event.position), words))
    if ledger.kind == "duty":
        _add_marks(batch, (ledger.id, event.position), event)
    rest = (occurred.isoformat() if occurred else "", event.position, event.type)
    rows.extend("INSERT INTO mentions VALUES (?,?,?,?,?)", [(ledger.id, id_, *rest) for id_ in sorted(mentions)])
    if isinstance(payload, Fact) and payload.claims:
        claims = sorted(set(payload.claims))
        rows.extend("INSERT INTO claims VALUES (?,?,?,?,?)", [(ledger.id, claim, *rest) for claim in claims])


def _add_marks(batch: ProjectedBatch, key: tuple[int, int], event: Recorded) -> None:
    """So that entries with the same file, number or text are found, texts like it, and what names an entry."""
    marks = marks_beside(event)
    if plain := normalise(text_of(event) or ""):
        batch.likeness.link(batch.rows, key[1], plain, mark := whole(plain))
        marks.add(mark)
    batch.rows.extend("INSERT INTO marks VALUES (?,?,?)", [(key[0], mark, key[1]) for mark in marks])


def _write_party(c: Cursor, ledger: LedgerRow, event: Recorded, id_: str, kind: str, unit_kind: str | None) -> None:
    c.execute(  # who was registered twice is shown as first registered (FORMAT.md section 3: verify names it)
        "INSERT INTO parties VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (ledger.id, id_, kind, event.payload.ref or id_, unit_kind, event.position),
    )
