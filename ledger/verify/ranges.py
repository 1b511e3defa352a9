"""A range of a ledger's entries, checked by itself on rows that it reads itself; `joining` makes one check of several.

A range takes what stands below it from the ledger as it is stored: keys, registrations, policies and anchors by their
types, running numbers from the index, the tree from its hashes. Each of these it tells, and the range before it has to
have come to the same: then one range after the other rests on entries that were checked. It is a short cut to *nothing
is wrong* alone. Where a range finds anything, or two do not fit, nothing of it is used and the one pass over all
entries says what there is to say, in its own words and order.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.application import Ledger, open_ledger
from ledger.attached import AttachedFiles
from ledger.checks.entry_rules import body_of
from ledger.checks.keybook import KeyName
from ledger.checks.subjects import Subject
from ledger.core.carried import Carried
from ledger.core.consent import Consent
from ledger.core.entry import Entry, parse_entry
from ledger.core.merkle import leaf_hash
from ledger.errors import ZerenError
from ledger.events.base import Payload
from ledger.events.trust import AnchorRecorded, PolicyAdopted
from ledger.frozen import dataclass
from ledger.store.faults import CELL_FAULTS
from ledger.store.mapper import recorded
from ledger.verify.anchor_pass import AnchorPass, anchored_sizes
from ledger.verify.asked import AskedPass
from ledger.verify.damaged import PAGE, noting, rows_from
from ledger.verify.entry_pass import EntryPass
from ledger.verify.file_pass import FilesPass
from ledger.verify.indexes import IndexPass
from ledger.verify.ledger_report import ClockChange, LedgerReport, PolicyChange
from ledger.verify.signature_checks import SignatureChecks
from ledger.verify.start import TOPICS, CountsBelow, frontier_at

FAULTS = (ZerenError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, OSError, *CELL_FAULTS)
"""Whatever wrong bytes can lead to."""


_COLUMNS = ("position", "stream", "version", "type", "recorded_at", "previous", "leaf_hash", "entry", "body")


class RowsDigest:
    """SHA-256 over stored rows, every column of each: equal for the same bytes alone."""

    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def add(self, row: Any) -> None:
        """The next row."""
        for name in _COLUMNS:
            value = row[name]
            data = b"%d" % value if isinstance(value, int) else b"" if value is None else bytes(value)
            self._state.update(b"%s %d " % (type(value).__name__.encode(), len(data)) + data)

    def hex(self) -> str:
        """The digest of all rows so far."""
        return self._state.hexdigest()


@dataclass(frozen=True, slots=True)
class RangeJob:
    """A range of a ledger, and what every range is given alike."""

    path: Path
    start: int
    stop: int
    wanted: frozenset[int]
    """Sizes whose roots are to be remembered."""
    index_key: dict[str, str]
    files: AttachedFiles | None
    kept: bool = False
    """Whether it may be kept for a check that goes on: then its rows are digested."""


@dataclass(slots=True)
class AskedRange(AskedPass):
    """The same within a range, with what it has to say of entries below."""

    heard: set[str] = field(default_factory=set)
    answers: list[tuple[int, str]] = field(default_factory=list)

    def note(self, entry: Entry, payload: Payload, carried: Carried) -> None:
        AskedPass.note(self, entry, payload, carried)
        self.heard |= {signer.person for signer in entry.header.signers}
        self.heard |= {note.consent.person for note in carried.consents}

    def answer(self, position: int, consent: Consent) -> None:
        AskedPass.answer(self, position, consent)
        self.heard.add(consent.person)

    def _heard(self, position: int, person: str) -> None:
        if position not in self.open:
            self.answers.append((position, person))
        AskedPass._heard(self, position, person)

    def join(self, before: AskedPass, *, first: bool) -> None:
        """Hands this range on to what those before it left open."""
        before.drafts |= self.drafts
        for position, person in self.answers:
            before._heard(position, person)
        before.open |= self.open
        before.founders = self.founders if first else before.founders - self.heard


@dataclass(frozen=True, slots=True)
class CheckedRange:
    """A range in which nothing is wrong: what it rests on, and what it hands on."""

    start: int
    stop: int
    before: bytes
    """Root of the tree below it, as stored."""
    after: bytes
    assumed: Mapping[int, bytes]
    """Roots below it, as stored."""
    roots: Mapping[int, bytes]
    numbers: Mapping[Subject, int]
    """Running numbers below it, as the index has them."""
    counts: Mapping[Subject, int]
    asked: AskedRange
    sums: Mapping[str, int]
    consents: Sequence[tuple[int, KeyName]]
    seen: frozenset[int]
    unread: int
    signatures: int
    bodies: int
    anchors: int
    marks: Mapping[str, int]
    clocks: Sequence[ClockChange]
    not_before: datetime | None
    rows: str
    """The digest of the rows that were read, where the range may be kept."""


class NumbersBelow(CountsBelow):
    """Running numbers, with what the index said of each before the range began."""

    def __init__(self, ledger: Ledger, position: int) -> None:
        super().__init__(ledger, position)
        self.said: dict[Subject, int] = {}

    def __missing__(self, key: Subject) -> int:
        self.said[key] = CountsBelow.__missing__(self, key)
        return self.said[key]


class RangePass:
    """One range while it is checked, in whichever process."""

    def __init__(self, ledger: Ledger, job: RangeJob) -> None:
        self.ledger, self.job = ledger, job
        self.below = LedgerReport()
        """What is noted again of entries below: it is told by their own ranges, but for the policies."""
        self.report = LedgerReport()
        self.roots: dict[int, bytes] = {}
        self.numbers = NumbersBelow(ledger, job.start)
        self.asked = AskedRange()
        self.passed = EntryPass(
            ledger,
            self.below,
            SignatureChecks(self.report, alone=True),
            counts=self.numbers,
            asked=self.asked,
            files=FilesPass(job.files),
            indexes=IndexPass.of(job.index_key),
        )
        self.passed.anchors = AnchorPass(self.below, self.passed.keybook, self.roots)

    def check(self, progress: Callable[[int], None] | None = None) -> CheckedRange | None:
        """None where anything is to be said of an entry, or the range does not end where it should."""
        job, passed, report = self.job, self.passed, self.report
        heads = {size: self.ledger.tree_head(size).root for size in anchored_sizes(self.ledger) if size <= job.start}
        self.roots |= heads
        frontier = frontier_at(self.ledger, job.start)
        before = frontier.root()
        self._take_below()
        read = RowsDigest()
        for row in rows_from(self.ledger, report, job.start, job.stop):
            with noting(report, row["position"]):
                passed.check(row, frontier.size)
            if job.kept:
                read.add(row)
            frontier.append(leaf_hash(row["entry"]))
            if frontier.size in job.wanted:
                self.roots[frontier.size] = frontier.root()
            if report.findings or frontier.size == job.stop:
                break
            if progress is not None and frontier.size % PAGE == 0:
                progress(frontier.size - job.start)
        passed.signatures.finish()
        said = report.findings or report.not_checked or self.below.findings or passed.unexplained
        if said or passed.indexes.unread or frontier.size != job.stop:
            return None
        return CheckedRange(
            job.start,
            job.stop,
            before,
            frontier.root(),
            heads,
            {size: root for size, root in self.roots.items() if size > job.start},
            self.numbers.said,
            dict(self.numbers),
            self.asked,
            passed.indexes.sums,
            passed.consents,
            frozenset(passed.files.seen),
            passed.files.unread,
            report.signatures,
            report.bodies,
            report.anchors,
            dict(report.marks),
            report.clocks,
            passed.not_before,
            read.hex(),
        )

    def _take_below(self) -> None:
        """Takes over what stands below, by the functions that check it there; then notes what the range finds."""
        passed, start = self.passed, self.job.start
        if start:
            for position, note, stored in self.ledger.store.of_types(TOPICS, stop=start, keys=True):
                entry = parse_entry(note)
                event = recorded(entry, body_of(entry, stored))
                if position == 0:
                    passed.origin = entry.header.ledger
                    passed.open(entry, event.payload)
                passed.keybook.apply(entry.header, event.payload, event.carried)
                passed.register.apply(entry.header, event.payload)
                if passed.anchors is not None and isinstance(event.payload, AnchorRecorded | PolicyAdopted):
                    passed.anchors.take(entry.header, event.payload)
            last = self.ledger.entry_at(start - 1)[0]
            passed.previous, passed.not_before = last.leaf_hash, last.header.recorded_at
            self.report.origin, self.report.fingerprint = self.below.origin, self.below.fingerprint
            self.report.simulated = self.below.simulated
        passed.report = self.report
        if passed.anchors is not None:
            passed.anchors.report, passed.anchors.last = self.report, passed.not_before

    def hand_over(self, report: LedgerReport) -> None:
        """Has this report go on with what was found, and with what is found from now on."""
        own = self.report
        for name in ("origin", "fingerprint", "simulated", "size", "root", "signatures", "bodies", "anchors"):
            setattr(report, name, getattr(own, name))
        report.policies, report.clocks = own.policies, own.clocks
        report.marks.update(own.marks)
        self.passed.report = report
        if self.passed.anchors is not None:
            self.passed.anchors.report = report

    @property
    def policies(self) -> list[PolicyChange]:
        """Every policy of the ledger up to the end of the range."""
        return [*self.below.policies, *self.report.policies]


def check_range(job: RangeJob) -> CheckedRange | None:
    """A range in a process of its own; None as `check`, and for whatever goes wrong: the one pass will tell."""
    try:
        with closing(open_ledger(job.path, read_only=True, whole=False)) as ledger, ledger.store.holding():
            return RangePass(ledger, job).check()
    except FAULTS:
        return None
