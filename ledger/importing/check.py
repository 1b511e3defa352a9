"""All rows of a file checked against the ledger before any is written."""

import dataclasses
import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ledger.application import Ledger
from ledger.core.encoding import canonical_json
from ledger.errors import BadInput, ZerenError
from ledger.events.base import Fact, Payload
from ledger.events.fields import flatten
from ledger.importing.source import MAX_ROWS, Row, Source, cell_of
from ledger.importing.staging import Staged
from ledger.recording.expand import expand
from ledger.recording.forms import Form
from ledger.recording.reading import Fault, read_row
from ledger.recording.values import Context

MOST_FINDINGS = 200
_PAGE = 500
"""Rows that are checked against one state of the ledger; a state held for long keeps its log from being emptied."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one cell or row. `cell` is the row's place where the file has no cells."""

    sheet: str
    cell: str
    field: str
    value: str
    problem: ZerenError


@dataclass(slots=True)
class Checked:
    """The outcome of a check: how many rows there are, and what is wrong, at most MOST_FINDINGS of it."""

    rows: int = 0
    last_row: int = 0
    findings: list[Finding] = field(default_factory=list)
    unlisted: int = 0
    """Findings beyond those listed."""
    first: Payload | None = None

    def note(self, finding: Finding) -> None:
        """Takes a finding in."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)
        else:
            self.unlisted += 1


def read_payloads(
    form: Form, source: Source, context: Context, *, legacy: bool
) -> Iterator[tuple[Row, Payload | None, tuple[Fault, ...]]]:
    """Each row with its payload, or with what is wrong with it."""
    for row in source.rows():
        read = read_row(form, row.values, context)
        faults = (*row.faults, *(fault for fault in read.faults if fault.field not in {f.field for f in row.faults}))
        payload = None if faults else read.payload
        if payload is not None and legacy and isinstance(payload, Fact):
            payload = dataclasses.replace(payload, legacy=True)
        yield row, payload, faults


def check_rows(
    ledger: Ledger,
    form: Form,
    source: Source,
    context: Context,
    *,
    legacy: bool,
    after: int = 0,
    staged: Staged | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Checks every row: its values, the rules of the ledger, and against the rows before it. Nothing is written.

    Rows up to the number `after` are on record already: they are counted, no more. Rows that pass are kept in `staged`.
    """
    checked, seen = Checked(), _Seen(ledger)
    rows = read_payloads(form, source, context, legacy=legacy)
    while page := list(itertools.islice(rows, _PAGE)):
        with ledger.recorder.holding():
            for row, payload, faults in page:
                checked.rows += 1
                checked.last_row = row.number
                if checked.rows > MAX_ROWS:
                    raise BadInput("the file has more than {} rows; split it", MAX_ROWS)
                if row.number <= after:
                    continue
                for fault in faults:
                    cell = cell_of(row, fault.field)
                    checked.note(Finding(source.sheet, cell, fault.field, fault.value, fault.problem))
                if payload is not None:
                    _check_row(checked, seen, source.sheet, row, payload, staged)
        if progress is not None:
            progress(checked.rows)
    if not checked.rows:
        raise BadInput("the file holds no rows to import; rows marked # are passed over")
    return checked


def _check_row(checked: Checked, seen: "_Seen", sheet: str, row: Row, payload: Payload, staged: Staged | None) -> None:
    try:
        seen.check(row, payload)
    except ZerenError as problem:
        checked.note(Finding(sheet, row.place, "", "", problem))
        return
    checked.first = checked.first or payload
    if staged is not None and not checked.findings:  # with one finding nothing is written
        staged.add(row.number, payload)


class _Seen:
    """What the rows before a row make of it: 16 bytes a row, and the things and ids that they change or make."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.rows: dict[bytes, int] = {}
        self.things: dict[str, int] = {}

    def check(self, row: Row, payload: Payload) -> None:
        """Raises Refused or BadInput where the ledger or an earlier row stands against this one."""
        digest = hashlib.sha256(canonical_json(_plain(payload))).digest()[:16]
        if (same := self.rows.get(digest)) is not None:
            raise BadInput("it is the same as row {}; remove one, or tell them apart by their number", same)
        on_record = self._on_record(payload)
        if on_record is not None:
            raise BadInput("it is on record already as #{}; remove the row", on_record)
        for proposed, _ in self.ledger.propose(*expand(self.ledger, payload)):
            things = [proposed.originator_id] if not proposed.payload.OPENS else []
            things += [f"id {id_}" for id_ in _registered(proposed.payload)]
            for thing in things:
                if (other := self.things.get(thing)) is not None:
                    raise BadInput("it concerns the same thing as row {}; one file changes a thing once", other)
                self.things[thing] = row.number
        self.rows[digest] = row.number

    def _on_record(self, payload: Payload) -> int | None:
        """An entry with this row's number, kind and content."""
        if payload.ref is None:
            return None
        plain = _plain(payload)
        for event in map(self.ledger.at, self.ledger.store.of_ref(payload.ref)):
            if event.type == payload.TYPE and _plain(event.payload) == plain:
                return event.position
        return None


def _plain(payload: Payload) -> dict[str, Any]:
    """The fields that a person gave."""
    return {name: value for name, value in flatten(payload) if not name.startswith("imported.")}


def _registered(payload: Payload) -> list[str]:
    """The id that a registration makes known."""
    name = payload.TYPE.removesuffix(".registered/1")
    return [str(getattr(payload, name))] if name in ("person", "unit", "post") else []
