"""The check of one ledger's share of a bundle, with nothing at hand but its files (FORMAT.md section 15).

Long because one check carries from step to step what the steps before it found out.
"""

from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import cast

from ledger.anchors.book import Bounds
from ledger.bundle.bundle_report import UNKNOWN, PartReport, ShownEntry
from ledger.bundle.complete import check_seal, count_numbers, read_heads
from ledger.bundle.enclosed import check_attached
from ledger.bundle.items import Item, PartFiles, ShownEntries
from ledger.bundle.shown_streams import StreamPass
from ledger.checks import admits
from ledger.checks.answers import agreed, answers
from ledger.checks.entry_rules import (
    check_earlier,
    check_reference,
    check_types,
    genesis_of,
    re_enrolled_lines,
    types_at,
)
from ledger.checks.streams import TWICE
from ledger.checks.subjects import Subject, read_subjects, subjects_of
from ledger.core.body import Body
from ledger.core.checkpoint import open_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.entry import NO_PREVIOUS, Header, check_signatures
from ledger.core.following import check_follows
from ledger.errors import Incomplete, Invalid, NotChecked, UnknownKey, ZerenError
from ledger.events.base import Payload
from ledger.events.case_parts import Pin
from ledger.events.erased import erased_fields
from ledger.events.fields import EntryReference
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused, RecordWithdrawn, TextErased
from ledger.events.registry import payload_class
from ledger.events.trust import AnchorRecorded, ClockCorrected, KeyEnrolled, PolicyAdopted, Sealed, TrustPayload
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.verify.asked import UNANSWERED
from ledger.verify.ledger_report import DISPUTED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def moment_of(milliseconds: int) -> datetime:
    """The moment so many milliseconds after 1970 began."""
    return EPOCH + milliseconds * MILLISECOND


@dataclass(slots=True)
class PartCheck(PartFiles):
    """Carries what is known of one ledger from step to step. `run` never raises for a fault in the files."""

    asked: frozenset[int] = frozenset()
    shown: "array[int]" = field(default_factory=lambda: array("Q"))
    """Positions of the entries with a body."""
    times: "array[int]" = field(default_factory=lambda: array("q"))
    """When each of them was recorded, in milliseconds."""
    anchors: list[int] = field(default_factory=list)
    """Positions of policies and anchors."""
    pins: list[tuple[int, Pin]] = field(default_factory=list)
    answered: dict[int, list[int]] = field(default_factory=dict)
    """By position of an entry, where answers to it stand."""
    continues: str | None = None
    """The fingerprint of the lost ledger that it says it continues."""
    streams: StreamPass = field(default_factory=StreamPass)
    asking: list[int] = field(default_factory=list)
    """Entries whose author named who is asked."""
    bounds: Callable[[int], Bounds] = lambda _: UNKNOWN
    told: Callable[[], None] = lambda: None
    """Hears of each entry that was checked."""

    def run(self) -> PartReport:
        """All checks that need no other ledger."""
        self.report.parts.append(self.found)
        self.asked = frozenset(self.claims.entries)
        self._read_checkpoint()
        read_heads(self)
        opened, before, signing = True, None, set[str]()
        for item in self._read_entries():
            if before is None and item.position:
                opened = False
            if opened:
                self._check_entry(before, item)
            self._take(item, signing)
            self.told()
            before = item
        if before is None or not opened:
            self.add(Invalid("the entry that opened the ledger is missing"), "entries/0000000000")
            return self.found
        self._check_alone("bodies", self.items.__contains__)
        self._check_alone("proofs", lambda at: at in self.items or at in self.consents.proved)
        self._check_log_signature()
        check_seal(self)
        self._check_erasures()
        check_attached(self)
        self._mark_unanswered()
        self._mark_disputed()
        for position in sorted(self.asked.difference(self.items)):
            self.add_at(Invalid("the entry {} that the manifest names is missing", position), position)
        self.found.signers = tuple(sorted(signing))
        self.found.events = lambda: (item.event for item in self.items.values() if item.event is not None)
        asked = array("Q", (position for position in self.shown if position in self.asked))
        beside = array("Q", (position for position in self.shown if position not in self.asked))
        self.found.shown, self.found.asked, self.found.beside = (
            ShownEntries(self._shown, positions) for positions in (self.shown, asked, beside)
        )
        return self.found

    # --- entries in order ---

    def _check_entry(self, before: Item | None, item: Item) -> None:
        try:
            self._check_order(before, item)
            self._check_keys(item)
            self._check_references(item)
        except ZerenError as error:
            self.add_at(error, item.position)

    def _take(self, item: Item, signing: set[str]) -> None:
        """What of an entry is asked for again when all are read."""
        header, payload, position = item.entry.header, item.payload, item.position
        people = [signer.person for signer in header.signers]
        self.signers.update(people)
        if position in self.asked:
            signing.update(map(str, header.signers))
        if item.body is not None:
            self.shown.append(position)
            self.times.append((header.recorded_at - EPOCH) // MILLISECOND)
        count_numbers(self, item)
        self.streams.take(header, payload)
        match payload:
            case PolicyAdopted() | AnchorRecorded():
                self.anchors.append(position)
            case KeyEnrolled(person=person):
                self.signers.add(person)
            case RecordAccepted(accepts=of) | RecordRefused(refuses=of) | ConsentRecorded(of=of):
                self.answered.setdefault(of.position, []).append(position)
        if isinstance(payload, TrustPayload | TextErased) and not isinstance(payload, AnchorRecorded | Sealed):
            self.trusted.append((header, payload, item.carried))
        if isinstance(pin := getattr(payload, "pin", None), Pin):
            self.pins.append((position, pin))
        with suppress(ZerenError):  # an entry whose consents are none, or of a later format, is named already
            if item.event is not None and item.event.carried.asked:
                self.asking.append(position)

    def _answers_to(self, position: int, before: int | None = None) -> list[Recorded]:
        """The answers shown to an entry, in order."""
        found = [at for at in self.answered.get(position, ()) if at > position and (before is None or at < before)]
        return [event for at in found if (event := self.items[at].event) is not None]

    def _check_order(self, before: Item | None, item: Item) -> None:
        header = item.entry.header
        if header.position == 0:
            self._check_genesis(item)
        adjoining = before is not None and before.position + 1 == header.position
        first = NO_PREVIOUS if header.position == 0 else None
        check_follows(
            item.entry,
            ledger=self.claims.origin,
            position=item.position,
            previous=before.entry.leaf_hash if before is not None and adjoining else first,
            not_before=None
            if before is None or header.type == ClockCorrected.TYPE
            else before.entry.header.recorded_at,
        )
        if item.payload is not None:
            self._check_stream(header, item.payload)

    def _check_stream(self, header: Header, payload: Payload) -> None:
        """The entry stands in its stream and opens nothing twice; what list 1 let pass is told, and not invalid."""
        types = types_at(self.keybook, payload)
        first = types is not None and types.number == 1

        def stream_of(reference: EntryReference) -> str | None:
            check_earlier(reference.position, header.position)
            if reference.fingerprint not in ("", self.claims.fingerprint):
                raise Invalid("an entry of another ledger has no stream in this one")
            other = self._own(reference)
            return None if other is None else other.entry.header.stream

        try:
            self.streams.check(header, payload, self.claims.kind, stream_of)
        except Invalid as error:
            if not first:
                raise
            self.add_at(Incomplete("under list 1: {}", error), header.position)
        try:
            self.streams.check_once(payload)
        except Invalid:
            if not first:
                raise
            self.report.marks[TWICE] += 1

    def _check_genesis(self, item: Item) -> None:
        payload, claims = genesis_of(item.payload), self.claims
        self.found.simulated = payload.clock == "simulated"
        if isinstance(payload.continues, list):
            self.continues = str(payload.continues[0])
        if b64encode(item.entry.leaf_hash) != claims.fingerprint or payload.kind != claims.kind:
            raise Invalid("the manifest names another ledger: fingerprint or kind are not those of its first entry")

    def _check_keys(self, item: Item) -> None:
        header, payload = item.entry.header, item.payload
        cls = payload_class(header.type)
        try:
            keys = self.keybook.in_force(header.position) if payload is None else self.keybook.keys_for(header, payload)
            check_signatures(item.entry, keys)
            self.found.signatures += len(header.signers)
        except NotChecked as error:
            self.report.not_checked.append(Incomplete("a line of entry {}: {}", header.position, error))
        except UnknownKey as error:
            raise Invalid("{}", error) from error
        if item.body is not None:
            item.carried = self.consents.carried(self.keybook, item.entry, item.body, payload)
        # A class has the same roles as its payloads; only events of trust have more to look at, and these are whole.
        admits.check_admits(self.keybook, header, cast("Payload", cls) if payload is None else payload, item.carried)
        self._check_listed(item, payload)
        if payload is not None and isinstance(payload, TrustPayload):
            self.keybook.apply(header, payload, item.carried)
        if payload is not None and item.body is not None:
            self._check_subjects(item.body, item, payload)
        if isinstance(payload, ConsentRecorded) and item.body is not None:
            self.consents.recorded(self.keybook, item.entry, item.body, payload)
        if re_enrolled := re_enrolled_lines(self.keybook, item.entry):
            self.report.marks[N_("re-enrolled by custodian")] += re_enrolled

    def _check_listed(self, item: Item, payload: Payload | None) -> None:
        """Type and fields are in the list in force; a list of a later version is said once, where it is adopted."""
        types = types_at(self.keybook, payload)
        if types is not None and not {f"types/{types.number}.json", "types.json"}.intersection(self.lists):
            raise Invalid("the list {} of event types, which is in force, is missing in the bundle", types.number)
        names = item.body.digests if item.body is not None else ()
        check_types(types, item.entry.header.type, payload, names)

    def _check_subjects(self, body: Body, item: Item, payload: Payload) -> None:
        header = item.entry.header
        stated = [subject for subject, _ in read_subjects(body.values())]
        unknown: list[int] = []

        def subjects_at(position: int) -> Sequence[Subject]:
            other = self.items.get(position)
            if other is None or other.body is None:
                unknown.append(position)
                return []
            return [subject for subject, _ in read_subjects(other.body.values())]

        kinds = {id_: kind for kind, id_ in stated}
        if self.claims.kind != "duty":
            if stated:
                raise Invalid("only entries of a duty ledger have subjects")
            return
        computed = list(subjects_of(header.type, flatten(payload), kinds.get, subjects_at))
        if unknown:
            self.report.not_checked.append(
                Incomplete("subjects of entry {} that come from entry {}, not shown", header.position, unknown[0])
            )
            stated = stated[: len(computed)]
        if computed != stated:
            raise Invalid("the subjects are not those of entry {}", header.position)

    def _check_references(self, item: Item) -> None:
        if item.payload is None:
            return
        for cited in item.payload.cited():
            check_reference(cited, item.position, self.claims.fingerprint, self._leaf_of)
            other = self._own(cited)
            if other is not None and isinstance(item.payload, RecordWithdrawn) and cited == item.payload.of:
                self._check_withdrawal(item, other)

    def _own(self, cited: EntryReference) -> Item | None:
        """The entry of this ledger that is referred to; None where it is not shown."""
        return self.items.get(cited.position) if cited.fingerprint in ("", self.claims.fingerprint) else None

    def _leaf_of(self, cited: EntryReference) -> bytes | None:
        other = self._own(cited)
        return None if other is None else other.entry.leaf_hash

    def _check_withdrawal(self, item: Item, withdrawn: Item) -> None:
        """Of those who signed the record, and of answers shown here; what is not shown is not asked."""
        if withdrawn.event is None:
            return
        later = self._answers_to(withdrawn.position, before=item.position)
        signing = agreed(withdrawn.event, later)
        admits.check_withdrawal(self.keybook, item.entry.header.signers, item.carried, signing)

    # --- checkpoint, seal, completeness ---

    def _check_log_signature(self) -> None:
        note = self.file("checkpoint")
        if self.checkpoint is None or note is None:
            return
        try:
            if not self.keybook.log_keys:
                raise Invalid("no log key is known for the checkpoint")
            open_checkpoint(note, [self.keybook.log_key(self.checkpoint.size)])
        except ZerenError as error:
            self.add(Invalid("{}", error), "checkpoint")

    def _check_erasures(self) -> None:
        for _, payload, _ in self.trusted:
            if not isinstance(payload, TextErased):
                continue
            other = self.items.get(payload.entry.position)
            if other is None or other.body is None:
                continue
            for name in erased_fields(payload.names, other.body.digests):
                if name in other.body.disclosures:
                    self.add_at(
                        Invalid("the text of field {} is shown after it was erased", name), other.position, "bodies"
                    )
                elif name in other.body.digests:
                    self.report.marks[N_("erased, digest fits")] += 1

    def _mark_unanswered(self) -> None:
        """Those whom an entry's author named to be asked, and of whom no answer is shown here."""
        for position in self.asking:
            event = self.items[position].event
            with suppress(ZerenError):  # a consent that is none is named already
                if event is not None:
                    asked = {each.person for each in event.carried.asked}
                    answered = {said.person for said in answers(event, self._answers_to(position))}
                    self.report.marks[UNANSWERED] += len(asked - answered)

    def _mark_disputed(self) -> None:
        disputes = self.keybook.disputes()
        for position in self.shown if disputes else ():
            lines = {(line.name, line.key_id) for line in self.items[position].entry.note.signatures}
            for name in {dispute.by for dispute in disputes if dispute.key in lines and dispute.covers(position)}:
                self.report.marks[f"{DISPUTED}{name}"] += 1

    def _shown(self, position: int) -> ShownEntry:
        item = self.items[position]
        assert item.body is not None  # noqa: S101 - it was there
        values, missing, asked = item.body.values(), item.body.missing, position in self.asked
        return ShownEntry(item.entry.header, values, missing, item.entry.leaf_hash, asked, self.bounds(position))
