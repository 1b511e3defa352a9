"""Writing a checked file: the batch, then its rows, at most 1,000 entries a transaction; a part is gone on with."""

import dataclasses
import heapq
from collections.abc import Callable, Iterator, Sequence

from ledger.application import Command, Ledger
from ledger.core.signers import Signer
from ledger.errors import Refused
from ledger.events.base import Fact, Imported, Payload
from ledger.events.batches import BatchRegistered
from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from ledger.events.register import PersonRegistered, PostRegistered, UnitRegistered
from ledger.frozen import dataclass
from ledger.importing.reading_back import backwards
from ledger.importing.row_checks import Checked, Progress
from ledger.importing.source import FileBytes
from ledger.importing.staging import Staged
from ledger.recording.expand import expand
from ledger.recording.forms import Form
from ledger.recording.numbers import reference_to
from ledger.store.recorder import MAX_BATCH

MOST_SHEETS = 200
"""Batches of one file that are looked at: one of each of its sheets."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a file stands on record: its batch, and the number of the last row written (0: none)."""

    batch: Recorded
    last_row: int

    @property
    def complete(self) -> bool:
        """Whether every row stands."""
        return isinstance(self.batch.payload, BatchRegistered) and self.last_row >= self.batch.payload.last_row


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of an import: the batch's entry, rows and entries written now, and where they stand."""

    batch: EntryReference
    rows: int
    entries: int
    first: int | None
    last: int | None
    resumed_after: int
    """The row behind which an interrupted import was gone on with; 0 for a new one."""


def standing_of(ledger: Ledger, sha256: str, sheet: str = "") -> Begun | None:
    """What is on record of the file with this digest, or of a sheet of it; None where it was never imported."""
    for position in ledger.store.of_ref(sha256, MOST_SHEETS):
        batch = ledger.at(position)
        if not isinstance(batch.payload, BatchRegistered) or not _of_sheet(batch.payload, sheet):
            continue
        for event in _written(ledger, batch.payload.kind, batch.position):
            imported = imported_of(event.payload)
            waited = bool(event.carried.asked)  # as a draft: those are not written in the order of the rows
            if imported is not None and imported.batch.position == batch.position and not waited:
                return Begun(batch, imported.row)
        return Begun(batch, 0)
    return None


def name_of(file: FileBytes, sheet: str) -> str:
    """What a batch is called: the file, and the sheet where it was one of several. No file and no sheet has a slash."""
    return f"{file.name}/{sheet}" if sheet else file.name


def _of_sheet(batch: BatchRegistered, sheet: str) -> bool:
    """Whether a batch may be of this sheet: one that names none, or whose name was erased, may be of any."""
    name = batch.name if batch.name != ERASED_TEXT else None
    taken = (name or "").partition("/")[2]
    return not taken or not sheet or taken == sheet


def check_not_imported(ledger: Ledger, form: Form, file: FileBytes, *, legacy: bool, sheet: str = "") -> Begun | None:
    """The interrupted import of this file, or of a sheet of it, that is to be gone on with.

    Raises Refused where it was begun otherwise, and where it stands as a whole.
    """
    standing = standing_of(ledger, file.sha256, sheet)
    if standing is None:
        return None
    batch = standing.batch.payload
    if standing.complete:
        raise Refused(
            "this file was imported already, as #{} on {:%Y-%m-%d}; nothing was written",
            standing.batch.position,
            standing.batch.recorded_at,
        )
    if isinstance(batch, BatchRegistered) and (batch.kind != form.type or bool(batch.legacy) != legacy):
        raise Refused(
            "the import #{} of this file was begun as {}{}; go on with it so",
            standing.batch.position,
            batch.kind,
            " --legacy" if batch.legacy else "",
        )
    return standing


def write_rows(
    ledger: Ledger,
    form: Form,
    file: FileBytes,
    checked: Checked,
    staged: Staged,
    signers: Sequence[Signer],
    *,
    legacy: bool,
    sheet: str = "",
    resumed: Begun | None = None,
    progress: Progress | None = None,
    begun: Callable[[EntryReference], None] | None = None,
) -> Written:
    """Writes the rows of a checked file as `check_rows` kept them: behind the last one on record of one begun before.

    `begun` is called once the batch stands, before the first row is written: rows that wait are parked then, so that
    none of them is lost where the import breaks off and is gone on with. Raises Refused, Conflict or Busy; what was
    committed by then stays, and the same import goes on behind it.
    """
    signing = tuple(signers)
    if resumed is None:
        batch = BatchRegistered(
            ref=file.sha256,
            kind=form.type,
            sha256=file.sha256,
            size=len(file.data),
            rows=checked.new,
            last_row=checked.last_row,
            legacy=legacy or None,
            name=name_of(file, sheet),
        )
        reference = ledger.record(Command(batch, signing))[0].reference
        after = 0
    else:
        reference, after = reference_to(resumed.batch), resumed.last_row
    if begun is not None:
        begun(reference)
    rows = entries = 0
    first = last = None
    marked = (
        [mark(payload, Imported(batch=reference, row=number)) for payload in payloads]
        for number, payloads in staged.rows()
    )
    for chunk, count in _chunks(ledger, marked):
        receipts = ledger.record(*(Command(payload, signing) for payload in chunk))
        first = receipts[0].position if first is None else first
        last = receipts[-1].position
        rows, entries = rows + count, entries + len(receipts)
        if progress is not None:
            progress(rows)
    return Written(reference, rows, entries, first, last, after)


def _chunks(ledger: Ledger, rows: Iterator[list[Payload]]) -> Iterator[tuple[list[Payload], int]]:
    """(entries of one transaction, rows in it): a row's entries are never parted."""
    chunk: list[Payload] = []
    count = 0
    for payloads in rows:
        entries = [_marked_as(each, payload) for payload in payloads for each in expand(ledger, payload)]
        if len(chunk) + len(entries) > MAX_BATCH:
            yield chunk, count
            chunk, count = [], 0
        chunk += entries
        count += 1
    if chunk:
        yield chunk, count


def _marked_as(payload: Payload, other: Payload) -> Payload:
    imported = imported_of(other)
    return mark(payload, imported) if imported is not None else payload


def mark(payload: Payload, imported: Imported) -> Payload:
    """The payload with the batch and the row that it comes from."""
    if isinstance(payload, Fact | PersonRegistered | UnitRegistered | PostRegistered):
        return dataclasses.replace(payload, imported=imported)
    raise TypeError(f"{payload.TYPE} is not imported")  # pragma: no cover - check_form lets no other kind pass


def imported_of(payload: Payload) -> Imported | None:
    """The batch and the row that an entry comes from; None for one recorded by hand."""
    found = getattr(payload, "imported", None)
    return found if isinstance(found, Imported) else None


def _written(ledger: Ledger, type_name: str, after: int) -> Iterator[Recorded]:
    """What a batch of this kind may have written, the newest first: its records, and corrections of such records."""
    return heapq.merge(
        *(backwards(ledger, each, after) for each in (type_name, RecordCorrected.TYPE)),
        key=lambda event: -event.position,
    )
