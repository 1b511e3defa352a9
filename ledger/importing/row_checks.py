"""All rows of a file checked against the ledger before any is written."""

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import field
from typing import Literal

from ledger.application import Ledger
from ledger.core.carried import AskedPerson
from ledger.errors import BadInput, Refused, ZerenError
from ledger.events.base import Fact, Payload
from ledger.events.fields import Json
from ledger.events.records import RecordCorrected
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from ledger.importing.again import Changed, RecordedRows, plain
from ledger.importing.elsewhere import CONSENT_OF, Park, consents_of, take_consents
from ledger.importing.minting import Minter
from ledger.importing.seen import Seen, digest_of
from ledger.importing.source import MAX_ROWS, Row, Source, cell_of
from ledger.importing.staging import Staged
from ledger.recording.forms import Form
from ledger.recording.numbers import reference_to
from ledger.recording.raw_record import Fault, read_row, shown
from ledger.recording.typed_values import Context

MOST_FINDINGS = 200
_PAGE = 500
"""Rows that are checked against one state of the ledger; a state held for long keeps its log from being emptied."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RowFinding:
    """What is wrong with one cell or row. `cell` is the row's place where the file has no cells."""

    sheet: str
    cell: str
    field: str
    value: str
    problem: ZerenError


Ways = Literal["ask", "new", "leave", "correct"]
"""What is done with rows that say otherwise than the entry of the same act."""


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """How the rows are to be taken."""

    legacy: bool = False
    after: int = 0
    """Rows up to this number are on record already, by the batch at position `batch`."""
    batch: int | None = None
    several: Collection[str] = ()
    """Names that are borne by several."""
    changed: Ways = "ask"
    park: Park | None = None
    """Who is asked for the consents that a row waits for; None where no row may wait."""
    claims: Callable[[Payload], None] | None = None
    """Refuses what can be claimed for nothing, as it does where one record is made; None asks nothing."""


@dataclass(slots=True)
class Checked:
    """The outcome of a check: how many rows there are, and what is wrong, at most MOST_FINDINGS of it."""

    rows: int = 0
    new: int = 0
    """Rows to be written, corrections among them."""
    last_row: int = 0
    """The last of them."""
    there: list[tuple[int, int]] = field(default_factory=list)
    """(row, position) of what is on record already."""
    twice: list[tuple[int, str]] = field(default_factory=list)
    """(row, the row before it that says the same)."""
    waiting: list[tuple[int, str]] = field(default_factory=list)
    """(row, the draft that says the same and waits already)."""
    parked: int = 0
    """Those of the new rows that wait as drafts."""
    changed: list[tuple[int, Changed]] = field(default_factory=list)
    """(row, what it says otherwise than an entry of the same act)."""
    findings: list[RowFinding] = field(default_factory=list)
    unlisted: int = 0
    """Findings beyond those listed."""
    first: Payload | None = None

    def note(self, finding: RowFinding) -> None:
        """Takes a finding in."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)
        else:
            self.unlisted += 1


def check_rows(
    ledger: Ledger,
    form: Form,
    source: Source,
    context: Context,
    wanted: RowsWanted,
    *,
    staged: Staged | None = None,
    seen: Seen | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Checks every row: its values, the rules of the ledger, against what is on record and the rows before it.

    Nothing is written. `seen` holds what other sheets of the same file say.
    Rows up to the number `wanted.after` are counted, no more. Rows to be written are kept in
    `staged`, in order.
    """
    check = _Check(ledger, form, source, context, wanted, staged, seen or Seen(ledger))
    rows = check.payloads()
    more = True
    while more:
        with ledger.store.holding():
            page = list(itertools.islice(rows, _PAGE))
            for row, payload, faults in page:
                check.row(row, payload, faults)
        more = len(page) == _PAGE
        if progress is not None and page:
            progress(check.checked.rows)
    check.settle()
    if not check.checked.rows:
        raise BadInput("the file holds no rows to import; rows marked # are passed over")
    return check.checked


class _Check:
    """One pass over the rows of a file."""

    def __init__(
        self,
        ledger: Ledger,
        form: Form,
        source: Source,
        context: Context,
        wanted: RowsWanted,
        staged: Staged | None,
        seen: Seen,
    ) -> None:
        self.ledger, self.form, self.source, self.context, self.wanted = ledger, form, source, context, wanted
        self.staged = staged
        self.checked = Checked()
        self._seen = seen
        self._on_record = RecordedRows(ledger, form.type, context.zone, wanted.batch)
        self._minter = Minter(ledger.register(), form, wanted.several)
        self._people: dict[int, tuple[str, ...]] = {}
        self._doubtful: dict[int, tuple[Row, Payload, list[int], tuple[AskedPerson, ...]]] = {}

    def payloads(self) -> Iterator[tuple[Row, Payload | None, tuple[Fault, ...]]]:
        """Each row with its payload, or with what is wrong with it."""
        for row in self.source.rows():
            completed, unclear = self._minter.complete(row)
            values, named = take_consents(completed)
            self._people[row.number], strangers = consents_of(named, self.context, self.ledger.keys().roles)
            read = read_row(self.form, values, self.context)
            first = (*row.faults, *unclear, *strangers)
            known = {fault.field for fault in first}
            missing = {column.base for column in self.form.columns if column.registers} if unclear else set()
            more = (fault for fault in read.faults if fault.field not in known | missing)
            faults = (*first, *more)
            payload = None if faults else read.payload
            if payload is not None and (refused := self._refused(payload)) is not None:
                faults, payload = (Fault("claims", shown(values.get("claims")), refused),), None
            if payload is not None and self.wanted.legacy and isinstance(payload, Fact):
                payload = dataclasses.replace(payload, legacy=True)
            yield row, payload, faults

    def _refused(self, payload: Payload) -> ZerenError | None:
        try:
            if self.wanted.claims is not None:
                self.wanted.claims(payload)
        except Refused as refused:
            return refused
        return None

    def row(self, row: Row, payload: Payload | None, faults: tuple[Fault, ...]) -> None:
        """Takes one row in."""
        people = self._people.pop(row.number, ())
        self.checked.rows += 1
        if self.checked.rows > MAX_ROWS:
            raise BadInput("the file has more than {} rows; split it", MAX_ROWS)
        if row.number <= self.wanted.after:
            return
        for fault in faults:
            self._note(row, fault.field, fault.value, fault.problem)
        if payload is None:
            return
        said = plain(payload)
        digest = digest_of(payload, said)
        if (draft := self._seen.waiting.get(digest)) is not None:
            self.checked.waiting.append((row.number, draft))
            return
        if (same := self._seen.same(self._place(row), digest)) is not None:
            self.checked.twice.append((row.number, same))
            return
        position, like = self._on_record.find(payload, said)
        if position is not None:
            self.checked.there.append((row.number, position))
        elif like and isinstance(payload, Fact) and self.wanted.changed != "new":
            asked = self._asked(row, payload, people)
            self._doubtful[row.number] = row, payload, like, asked
            self._keep(row, (payload,), asked)
        elif self._may(row, payload):
            asked = self._asked(row, payload, people)
            self._new(payload, asked)
            self._keep(row, (payload,), asked)

    def _new(self, payload: Payload, asked: tuple[AskedPerson, ...]) -> None:
        self.checked.new += 1
        self.checked.parked += bool(asked)
        self.checked.first = self.checked.first or payload

    def _asked(self, row: Row, payload: Payload, people: tuple[str, ...]) -> tuple[AskedPerson, ...]:
        """Who is asked for a consent that the row waits for; what stands against it is noted."""
        try:
            if people and self.wanted.park is None:
                raise BadInput("rows of this import wait for nobody")
            return self.wanted.park(payload, people) if people and self.wanted.park is not None else ()
        except ZerenError as problem:
            self._note(row, CONSENT_OF, " ".join(people), problem)
            return ()

    def settle(self) -> None:
        """Decides on the rows that are like entries on record, when it is known which entries other rows claim."""
        for number, (row, payload, like, asked) in self._doubtful.items():
            changed = self._on_record.changed(payload, like)
            if changed is None:
                if self._may(row, payload):
                    self._new(payload, asked)
                continue
            self.checked.changed.append((number, changed))
            if self.wanted.changed == "correct" and asked:
                problem = BadInput("#{} says otherwise; correct it by hand with: zeren correct", changed.position)
                self._note(row, CONSENT_OF, "", problem)
            elif self.wanted.changed == "correct":
                self._correct(row, changed)
            elif self.staged is not None:
                self.staged.replace(number, ())
        if self.staged is not None:
            self.checked.last_row = self.staged.last

    def _correct(self, row: Row, changed: Changed) -> None:
        corrections = tuple(_correction(self.ledger, self.form, changed.position, each) for each in changed.fields)
        for (name, _, _), correction in zip(changed.fields, corrections, strict=True):
            if correction is None:
                problem = BadInput("#{} says otherwise; correct it by hand with: zeren correct", changed.position)
                self._note(row, name, "", problem)
            elif self._may(row, correction):
                self.checked.first = self.checked.first or correction
        if self.staged is not None:
            self.staged.replace(row.number, tuple(each for each in corrections if each is not None))
        self.checked.new += 1

    def _may(self, row: Row, payload: Payload) -> bool:
        """Whether the ledger and the rows before allow it; else it is noted."""
        try:
            self._seen.check(self._place(row), payload)
        except ZerenError as problem:
            self._note(row, "", "", problem)
            return False
        return True

    def _place(self, row: Row) -> str:
        """The row as another sheet's row would name it."""
        return f"{self.source.sheet}!{row.place}" if self.source.sheet else row.place

    def _keep(self, row: Row, payloads: tuple[Payload, ...], asked: tuple[AskedPerson, ...]) -> None:
        if self.staged is not None and not self.checked.findings:  # with one finding nothing is written
            self.staged.add(row.number, payloads, asked)

    def _note(self, row: Row, name: str, value: str, problem: ZerenError) -> None:
        self.checked.note(
            RowFinding(self.source.sheet, cell_of(row, name) if name else row.place, name, value, problem)
        )


def _correction(
    ledger: Ledger, form: Form, position: int, difference: tuple[str, Json, Json]
) -> RecordCorrected | None:
    """The correction of one field; None where it is a list of records, which has several parts."""
    name, _, new = difference
    spec = spec_of(form.type, name)
    if spec is None or isinstance(new, dict):
        return None
    reference = reference_to(ledger.at(position))
    if spec.field_class == "erasable":
        return RecordCorrected(corrects=reference, field=name, new_text=new)
    return RecordCorrected(corrects=reference, field=name, new_value=new)
