"""The pass over the entries: each against its bytes, the one before it, its body, the keys and the subjects.

Long because one pass carries from entry to entry what all the checks of the next one need.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import datetime
from itertools import chain
from typing import Any

from ledger.application import Ledger
from ledger.checks import admits
from ledger.checks.consents import check_carried, check_recorded, consent_text
from ledger.checks.entry_rules import (
    body_of,
    check_earlier,
    check_reference,
    check_types,
    genesis_of,
    re_enrolled_lines,
    types_at,
)
from ledger.checks.keybook import KeyBook, KeyName
from ledger.checks.log_keys import check_head
from ledger.checks.published_lists import check_published
from ledger.checks.streams import TWICE, check_opened_once, check_place
from ledger.checks.subjects import Subject, SubjectsAt, number_subjects, subjects_of
from ledger.core.body import Body, is_carried_name, is_reserved_name, is_subject_name, parse_body
from ledger.core.carried import NOTHING, Carried, read_carried
from ledger.core.consent import ConsentNote, draft_digest
from ledger.core.consent_check import is_expired, is_time_contradicted
from ledger.core.encoding import b64encode
from ledger.core.entry import NO_PREVIOUS, Entry, Header, parse_entry
from ledger.core.following import check_follows
from ledger.core.merkle import leaf_hash
from ledger.core.note import parse_note
from ledger.decisions.state import Register
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.events.base import Payload
from ledger.events.fields import EntryReference, Json
from ledger.events.flat import flatten
from ledger.events.lists import TypeList
from ledger.events.records import ConsentRecorded, RecordWithdrawn, TextErased
from ledger.events.registry import spec_of
from ledger.events.trust import ClockCorrected, LedgerOpened, ListPublished, LogKeyConfirmed
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.store.derived import COLUMNS, drafted_before, stated
from ledger.store.last_list import last_list
from ledger.store.mapper import recorded
from ledger.verify.anchor_pass import AnchorPass
from ledger.verify.asked import AskedPass
from ledger.verify.file_pass import ERASED, FilesPass, is_attachment
from ledger.verify.indexes import IndexPass
from ledger.verify.ledger_report import DISPUTED, LedgerReport
from ledger.verify.signature_checks import SignatureChecks

PAGE = 500


@dataclass(slots=True)
class EntryPass:
    """What is carried from entry to entry. `check` never raises for a fault in the ledger: it is a finding."""

    ledger: Ledger
    report: LedgerReport
    signatures: SignatureChecks
    keybook: KeyBook = field(default_factory=KeyBook)
    register: Register = field(default_factory=Register)
    counts: Counter[Subject] = field(default_factory=Counter)
    unexplained: dict[int, set[str]] = field(default_factory=dict)
    """Texts and attachments that are missing, by position, until a later erasure names them."""
    previous: bytes = NO_PREVIOUS
    not_before: datetime | None = None
    origin: str = ""
    anchors: AnchorPass | None = None
    indexes: IndexPass = field(default_factory=IndexPass)
    subjects_at: SubjectsAt = field(init=False)
    """The subjects of an earlier entry; where the check began later, proved first."""
    below: Callable[[bytes, int], None] | None = None
    """Proves the leaf hash of an entry below where the check began."""
    proved_below: int = 0
    consents: list[tuple[int, KeyName]] = field(default_factory=list)
    """Where a consent stands, and by which key."""
    asked: AskedPass = field(default_factory=AskedPass)
    files: FilesPass = field(default_factory=lambda: FilesPass(None))

    def __post_init__(self) -> None:
        self.subjects_at = self.ledger.subjects_at

    def check(self, row: Any, position: int) -> None:
        """Checks one stored row (of `Raw.entries`) that should stand at `position`."""
        report = self.report
        if row["position"] != position:
            report.add(Invalid("the entry is missing; the next one is at {}", row["position"]), position)
        try:
            entry = parse_entry(row["entry"])
        except ZerenError as error:
            report.add(error, position)
            self.previous = leaf_hash(row["entry"])
            self.indexes.unread += 1
            return
        self._check_columns(row, entry, position)
        payload, stated = self._read_body(row, entry, position)
        self._check_chain(entry, payload, position)
        carried = self._read_carried(row, entry, payload, stated)
        if payload is not None:
            types = types_at(self.keybook, payload)
            self._check_place(entry.header, payload, types)
            self._check_keys(entry, payload, carried, position)
            if isinstance(payload, ConsentRecorded):
                self._check_consent(row, entry, payload, position)
            fields = flatten(payload)
            self._check_listed(types, payload, chain((name for name, _ in fields), stated), position)
            self._check_subjects(stated, fields, entry, payload, carried, position)
            self.asked.note(entry, payload, carried)
            if self.anchors is not None:
                self.anchors.take(entry.header, payload)
            self.register.apply(entry.header, payload)
            if payload.ref is not None:
                self.indexes.add("refs", payload.ref, position)
            if isinstance(payload, TextErased):
                self._take_erasure(payload, position)
        else:
            self._check_lines(entry, position)
            self.indexes.unread += 1
        self.previous, self.not_before = entry.leaf_hash, entry.header.recorded_at

    def _check_columns(self, row: Any, entry: Entry, position: int) -> None:
        for name, value in stated(entry).items():
            if row[name] != (value.encode() if isinstance(value, str) else value):  # texts are read as bytes
                told = COLUMNS[name]
                self.report.add(Invalid("the index column {} does not say what the entry says", told), position)

    def _read_body(self, row: Any, entry: Entry, position: int) -> tuple[Payload | None, dict[str, Any]]:
        """The payload, None where a fault was found, and what stands under the reserved names of the body."""
        try:
            if row["body"] is None:
                raise Invalid("the body is missing")
            body = body_of(entry, row["body"])
            self._note_missing(entry, body)
            values = body.values()
            payload = recorded(entry, body, values).payload
            if missing := self.files.missing(self.report, values, position):
                self.unexplained.setdefault(position, set()).update(missing)
        except ZerenError as error:
            self.report.add(error, position)
            return None, {}
        self.report.bodies += 1
        return payload, {name: value for name, value in values.items() if is_reserved_name(name)}

    def _note_missing(self, entry: Entry, body: Body) -> None:
        """A disclosure may be missing only where it is a text and a later erasure names it."""
        for name in sorted(body.missing):
            spec = None if is_reserved_name(name) else spec_of(entry.header.type, name)
            if spec is None or spec.field_class == "structural":
                raise Invalid("the structural field {} is missing", name)
            self.unexplained.setdefault(entry.header.position, set()).add(name)

    def _take_erasure(self, erased: TextErased, position: int) -> None:
        """What the erasure names is missing, as it should; what is still held makes the erasure pending."""
        target = erased.entry.position
        self.indexes.add("erasures", target, position)
        body, missing = self.ledger.body_at(target), self.unexplained.get(target)
        if missing is None:  # below where the check began, or nothing is missing
            missing = set(body.missing) if target < self.proved_below else set()
            if target < self.proved_below:
                missing |= self.files.missing(self.report, body.values(), target)
        expected, held = self.files.gone(erased, body, missing)
        for name in expected:
            if name in missing:
                missing.discard(name)
                self.report.marks[ERASED if is_attachment(name) else N_("erased, digest fits")] += 1
            else:
                self.report.add(
                    Incomplete("erasure pending: the text {} of entry {} is still held", name, target), position
                )
        for name in held:
            self.report.add(
                Incomplete("erasure pending: the bytes of {} of entry {} are still held", name, target), position
            )

    def finish(self) -> None:
        """What no erasure named is a fault; who was asked and is not heard of is named."""
        self.asked.finish(self.report)
        for position, names in sorted(self.unexplained.items()):
            for name in sorted(names):
                missing = (
                    Incomplete("the bytes of {} are missing and no erasure names them", name)
                    if is_attachment(name)
                    else Invalid("the text {} is missing and no erasure names it", name)
                )
                self.report.add(missing, position)

    def _check_chain(self, entry: Entry, payload: Payload | None, position: int) -> None:
        header = entry.header
        if position == 0:
            self.origin = header.ledger
            self.open(entry, payload)
        try:
            check_follows(
                entry,
                ledger=self.origin,
                position=position,
                previous=self.previous,
                not_before=None if isinstance(payload, ClockCorrected) else self.not_before,
            )
        except ZerenError as error:
            self.report.add(error, position)

    def _check_place(self, header: Header, payload: Payload, types: TypeList | None) -> None:
        """The entry stands in its stream and opens nothing twice; what list 1 let pass is told, and not invalid."""
        kind = payload.kind if isinstance(payload, LedgerOpened) else self.keybook.kind
        first = types is not None and types.number == 1

        def stream_of(reference: EntryReference) -> str:
            check_earlier(reference.position, header.position)
            if reference.fingerprint not in ("", self.report.fingerprint):
                raise Invalid("an entry of another ledger has no stream in this one")
            return self.ledger.entry_at(reference.position)[0].header.stream

        def taken(stream: str) -> bool:
            return bool(self.ledger.store.stream(stream, 0, header.position))

        try:
            check_place(header, payload, kind, self.register, stream_of, taken)
        except ZerenError as error:
            fault = Incomplete("under list 1: {}", error) if first else error
            self.report.add(fault, header.position)
        try:
            check_opened_once(payload, self.register)
        except Invalid as error:
            if first:
                self.report.marks[TWICE] += 1
            else:
                self.report.add(error, header.position)

    def open(self, entry: Entry, payload: Payload | None) -> None:
        """Takes over what the entry that opened the ledger says of it."""
        report = self.report
        report.origin, report.fingerprint = entry.header.ledger, b64encode(entry.leaf_hash)
        try:
            report.simulated = genesis_of(payload).clock == "simulated"
        except ZerenError as error:
            report.add(error, 0)

    def _check_lines(self, entry: Entry, position: int) -> None:
        """The lines of an entry whose content cannot be read, such as one of a later version."""
        try:
            self.signatures.add(entry, self.keybook.in_force(position))
        except ZerenError as error:
            self.report.add(error, position)

    def _check_listed(self, types: TypeList | None, payload: Payload, names: Iterable[str], position: int) -> None:
        """Type and fields are in the list in force; a list of a later version is said once, where it is adopted."""
        try:
            check_types(types, payload.TYPE, payload, names)
        except ZerenError as error:
            self.report.add(error, position)

    def _read_carried(self, row: Any, entry: Entry, payload: Payload | None, stated: dict[str, Any]) -> Carried:
        """The consents in an entry, each checked; nothing where one does not hold: then nobody consented."""
        reserved = {name: value for name, value in stated.items() if is_carried_name(name)}
        if not reserved or payload is None:
            return NOTHING
        position = entry.header.position
        try:
            carried = read_carried(entry.header.type, reserved)
            body = parse_body(row["body"])
            before = self.not_before if isinstance(payload, ClockCorrected) else None
            leaf_at = self._leaf_below(position)
            check_carried(self.keybook, entry.header, payload, carried, body.values(), body.digests, leaf_at, before)
            if carried.asked:
                self._check_draft_once(entry, body)
            self._mark_consents(entry, [note for note in (*carried.consents, carried.possession) if note is not None])
        except ZerenError as error:
            self.report.add(error, position)
            return carried if isinstance(error, Incomplete) else NOTHING
        return carried

    def _check_draft_once(self, entry: Entry, body: Body) -> None:
        """The draft of an entry that names who was asked is on record once, also below where the check began."""
        self.asked.check_once(draft_digest(body.digests), entry.header.position)
        below = self.proved_below
        if below and drafted_before(self.ledger.store.rows, entry.header.type, body, 0, below):
            raise Invalid("the draft of this entry is on record already: a draft is recorded once")

    def _leaf_below(self, position: int) -> Callable[[int], bytes | None]:
        def leaf_at(at: int) -> bytes | None:
            if at >= position:
                return None
            found = self.ledger.entry_at(at)[0].leaf_hash
            if self.below is not None and at < self.proved_below:
                self.below(found, at)
            return found

        return leaf_at

    def _mark_consents(self, entry: Entry, notes: Sequence[ConsentNote]) -> None:
        """What a consent's key bears, and a consent that had expired when its entry can have been made."""
        position = entry.header.position
        for note in notes:
            for line in note.note.signatures:
                key = self.keybook.keys.get((line.name, line.key_id))
                if key is not None and key.re_enrolled:
                    self.report.marks[N_("re-enrolled by custodian")] += 1
                self.consents.append((position, (line.name, line.key_id)))
            if self.anchors is not None and is_expired(note.consent.not_after, self.anchors.book.not_before(position)):
                person = note.consent.person
                self.report.add(Incomplete("consent expired: that of {} held no longer", person), position)

    def _check_keys(self, entry: Entry, payload: Payload, carried: Carried, position: int) -> None:
        report = self.report
        try:
            self.signatures.add(entry, self.keybook.keys_for(entry.header, payload))
            admits.check_admits(self.keybook, entry.header, payload, carried)
            if isinstance(payload, LogKeyConfirmed):
                check_head(self.keybook.confirming_checkpoint(payload, position), self.ledger.tree_head)
            if isinstance(payload, ListPublished):
                before = last_list(self.ledger.store, position)
                check_published(payload, None if before is None else before[1])
            self.keybook.apply(entry.header, payload, carried)
        except ZerenError as error:
            report.add(error, position)
        if re_enrolled := re_enrolled_lines(self.keybook, entry):
            report.marks[N_("re-enrolled by custodian")] += re_enrolled

    def _check_consent(self, row: Any, entry: Entry, payload: ConsentRecorded, position: int) -> None:
        """The consent that an entry records holds at its position and stands nowhere before it."""

        def entry_at(at: int) -> tuple[Entry, Body]:
            check_earlier(at, position)
            found, stored = self.ledger.entry_at(at)
            return found, parse_body(stored)

        try:
            before = [entry_at(at) for at in self.ledger.store.stream(entry.header.stream, 0, position)]
            spent = {consent_text(body) for each, body in before if each.header.type == payload.TYPE}
            digests = parse_body(row["body"]).digests
            note = check_recorded(self.keybook, entry.header, payload, digests, entry_at, spent)
            self._mark_consents(entry, [note])
            self.asked.answer(payload.of.position, note.consent)
            if is_time_contradicted(note.consent, entry_at(payload.of.position)[0].header.recorded_at):
                person = note.consent.person
                raise Incomplete("consent's time contradicted: {} says a time before the entry's own", person)
        except ZerenError as error:
            self.report.add(error, position)

    def _check_subjects(
        self,
        stated: dict[str, Any],
        fields: Sequence[tuple[str, Json]],
        entry: Entry,
        payload: Payload,
        carried: Carried,
        position: int,
    ) -> None:
        try:
            subjects = subjects_of(entry.header.type, fields, self.register.kinds.get, self.subjects_at)
            expected: list[tuple[str, Any]] = []
            if self.keybook.kind == "duty":
                expected = list(number_subjects(subjects, lambda subject: self.counts[subject]))
                self.counts.update(subjects)
            for _, (kind, id_, number) in expected:
                self.indexes.add("subjects", kind, id_, number, position)
            if {name: value for name, value in stated.items() if is_subject_name(name)} != dict(expected):
                raise Invalid("the subjects or their running numbers are not those of the entry")
            for cited in payload.cited():
                check_reference(cited, position, self.report.fingerprint, self._leaf_of)
            if isinstance(payload, RecordWithdrawn):
                agreed = self.ledger.agreed(payload.of.position, before=position)
                admits.check_withdrawal(self.keybook, entry.header.signers, carried, agreed)
        except ZerenError as error:
            self.report.add(error, position)

    def _leaf_of(self, cited: EntryReference) -> bytes:
        """The leaf hash of the entry that is referred to; below where the check began the one referred to is proved."""
        if self.below is not None and cited.position < self.proved_below:
            self.below(cited.leaf_hash, cited.position)
            return cited.leaf_hash
        return self.ledger.store.leaf_hash(cited.position) or b""


def mark_disputed(ledger: Ledger, passed: EntryPass) -> None:
    """Counts the entries and consents signed by a key between its claimed compromise and its revocation (section 9).

    A mark with the name of who claimed it; the entries stay valid and stay in every answer.
    """
    counted: set[tuple[int, str]] = set()
    for dispute in passed.keybook.disputes():
        stop = passed.report.size if dispute.until is None else dispute.until
        for start in range(dispute.since, stop, PAGE):
            for position, data in enumerate(ledger.entries(start, min(PAGE, stop - start)), start):
                lines = {(signed.name, signed.key_id) for signed in parse_note(data).signatures}
                if dispute.key in lines and (position, dispute.by) not in counted:
                    counted.add((position, dispute.by))
                    passed.report.marks[f"{DISPUTED}{dispute.by}"] += 1
        for position, key in passed.consents:
            if key == dispute.key and dispute.covers(position):
                passed.report.marks[f"{DISPUTED}{dispute.by}"] += 1
