"""Anchors and times: every policy and token checked anew, every entry's time held against its bounds (FORMAT.md 7).

The pass feeds each policy and anchor in order; `finish` then compares all entries with what the tokens prove. Where a
verifier brings a policy of his own, the tokens are judged a second time under that one alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime, timedelta

from ledger.anchors.book import SLACK, AnchorBook, tail_of
from ledger.application import Ledger
from ledger.checks.anchor_rules import check_anchor_checkpoint, open_token
from ledger.checks.keybook import KeyBook
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.entry import Header
from ledger.core.note import parse_note
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.events.base import Payload
from ledger.events.trust import AnchorRecorded, ClockCorrected, PolicyAdopted
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.placement import ANCHORS
from ledger.verify.ledger_report import ClockChange, LedgerReport, PolicyChange

LATE = N_("time stamp recorded after its certificate's end; it does not count")
MAX_CONTRADICTED = 20
"""Entries named one by one; of more only the number is said."""


@dataclass(slots=True)
class AnchorPass:
    """What is carried from anchor to anchor. `take` never raises for a fault in the ledger: it is a finding."""

    report: LedgerReport
    keybook: KeyBook
    roots: Mapping[int, bytes]
    """Recomputed roots by size, filled while the pass goes on."""
    own: AnchorBook | None = None
    book: AnchorBook = field(default_factory=AnchorBook)
    sizes: dict[int, None] = field(default_factory=dict)
    """Sizes of the anchored checkpoints."""
    last: datetime | None = None
    """The time of the entry before."""

    def take(self, header: Header, payload: Payload) -> None:
        """Looks at the entry of this header, the key book having taken it over."""
        position = header.position
        floor = self.book.not_before(position)
        if floor is not None and isinstance(payload, ClockCorrected) and header.recorded_at < floor:
            self.report.add(Invalid("the clock was set back below {}, which had passed", str(floor)), position)
        before, self.last = self.last, header.recorded_at
        match payload:
            case ClockCorrected(reason=reason) if before is not None:
                signers = tuple(signer.person for signer in header.signers)
                self.report.clocks.append(ClockChange(position, before, header.recorded_at, signers, reason))
            case PolicyAdopted() if self.keybook.policies and self.keybook.policies[-1][0] == position:
                policy = self.keybook.policies[-1][1]
                self.book.adopt(position, policy)
                signers = tuple(signer.person for signer in header.signers)
                self.report.policies.append(PolicyChange(position, header.recorded_at, signers, policy))
            case AnchorRecorded():
                self._check_anchor(header, payload)

    def _check_anchor(self, header: Header, anchor: AnchorRecorded) -> None:
        position, moment = header.position, header.recorded_at
        try:
            signed = check_anchor_checkpoint(anchor, position, self.keybook.log_key, self._head)
            self.sizes[signed.checkpoint.size] = None
            token = open_token(anchor, signed, self.keybook.policy, moment)
            self.book.add(position, token)
            if token.late:
                self.report.marks[LATE] += 1
            self.report.anchors += 1
        except ZerenError as error:
            self.report.add(error, position)
            return
        if self.own is not None:
            try:
                self.own.add(position, open_token(anchor, signed, self.own.policy, moment))
            except ZerenError as error:
                self.report.add(Invalid("under the policy given: {}", error), position)

    def _head(self, size: int) -> Checkpoint:
        if size not in self.roots:
            raise Invalid("the anchored checkpoint of {} entries does not stand where anchors stand", size)
        return Checkpoint(self.keybook.origin, size, self.roots[size])

    def finish(self, ledger: Ledger, held: Iterable[Checkpoint]) -> None:
        """Entries whose time the tokens contradict; what is pending; checkpoints that end in no seal."""
        report, book = self.report, self.book
        self._check_times(ledger, book)
        report.confirmed = book.confirmed()
        pending = tail_of(ledger) - report.confirmed
        if pending > 0:
            report.marks["pending"] += pending
        if self.own is not None:
            report.confirmed_by_own = self.own.confirmed()
            self._check_times(ledger, self.own)
        if not book.tokens:
            report.not_checked.append(Incomplete("times: this ledger has no anchor"))
        elif book.kept:
            report.not_checked.append(Incomplete("{} anchors by whom no policy names; they do not count", book.kept))
        for size in sorted({*self.sizes, *(checkpoint.size for checkpoint in held)}):
            if 0 < size <= report.size and not ends_in_seal(ledger, size):
                report.not_checked.append(
                    Incomplete("completeness up to the checkpoint of {} entries: it does not end in a seal", size)
                )

    def _check_times(self, ledger: Ledger, book: AnchorBook) -> None:
        floors, ceilings = book.floors(), book.ceilings()
        found = 0
        ends = [*(position for position, _ in floors[1:]), ledger.size()][: len(floors)]
        for (start, floor), end in zip(floors, ends, strict=True):  # entries start + 1 .. end
            found += self._outside(ledger, start + 1, end + 1, floor, early=True)
        start = 0
        for size, ceiling in ceilings:
            found += self._outside(ledger, start, size, ceiling, early=False)
            start = size
        self.report.contradicted += found
        if found > MAX_CONTRADICTED:
            self.report.add(Incomplete("time contradicted: {} entries in all", found))

    def _outside(self, ledger: Ledger, start: int, stop: int, bound: datetime, *, early: bool) -> int:
        """Names the entries start .. stop - 1 recorded before (or after) `bound`; how many there are."""
        # recorded_at is compared as text: ISO 8601 in UTC sorts as time does
        limit = shifted(bound, -SLACK if early else SLACK).isoformat()
        count, first = ledger.store.raw.outside(start, stop, limit, early=early, most=MAX_CONTRADICTED)
        for position, recorded_at in first:
            self.report.add(_contradicted(recorded_at, bound, early=early), position)
        return count


def _contradicted(recorded_at: str, bound: datetime, *, early: bool) -> Incomplete:
    at = recorded_at.replace("T", " ")
    if early:
        return Incomplete("time contradicted: recorded at {}, but not before {}", at, str(bound))
    return Incomplete("time contradicted: recorded at {}, but not after {}", at, str(bound))


def shifted(moment: datetime, by: timedelta) -> datetime:
    """`moment` moved, as far as there are dates."""
    try:
        return moment + by
    except OverflowError:
        return moment


def anchored_sizes(ledger: Ledger) -> set[int]:
    """The sizes whose roots the pass has to remember for the anchors; what cannot be read is left to `take`."""
    sizes = set()
    for position in ledger.store.stream(ANCHORS):
        try:
            payload = ledger.at(position).payload
            if isinstance(payload, AnchorRecorded):
                sizes.add(parse_checkpoint(parse_note(payload.checkpoint.encode()).text).size)
        except ZerenError:
            continue
    return sizes


def ends_in_seal(ledger: Ledger, size: int) -> bool:
    """Whether a seal is the last one of the first `size` entries but for anchors and further seals."""
    try:
        return ledger.ends_in_seal(size)
    except ZerenError:  # what stands in the seal's place is named where seals are recomputed
        return False


__all__ = ["AnchorPass", "anchored_sizes", "ends_in_seal"]
