"""The check of one ledger's share of a bundle, with nothing at hand but its files (FORMAT.md section 15)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ledger.bundle.consents import ConsentPass
from ledger.bundle.layout import CompleteClaim, PartClaims, parse_heads, position_of
from ledger.bundle.report import BundleReport, PartReport, ShownEntry
from ledger.bundle.select import head_key
from ledger.checks import admits
from ledger.checks.answers import agreed
from ledger.checks.keybook import KeyBook
from ledger.checks.subjects import Subject, read_subjects, subjects_of
from ledger.core.body import Body, is_reserved_name, parse_body
from ledger.core.carried import NOTHING, Carried
from ledger.core.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.core.encoding import b64decode, b64encode
from ledger.core.entry import Entry, check_signatures, parse_entry
from ledger.core.merkle import check_inclusion
from ledger.core.note import parse_note
from ledger.core.proof import parse_proof
from ledger.core.seal_map import HeadProof, check_absence, check_head
from ledger.errors import ChainBroken, Incomplete, Invalid, Malformed, NotChecked, ProofInvalid, UnknownKey, ZerenError
from ledger.events.base import Payload
from ledger.events.flat import flatten
from ledger.events.lists import TypeList, check_listed, list_named
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordWithdrawn, TextErased
from ledger.events.registry import payload_class, spec_of
from ledger.events.trust import ClockCorrected, FormatAdopted, KeyEnrolled, LedgerOpened, Sealed, TrustPayload
from ledger.messages import N_
from ledger.placement import ANCHORS, MAIN, SEALS
from ledger.store.mapper import recorded
from ledger.verify.report import DISPUTED


@dataclass(slots=True)
class Item:
    """One shown entry with all that was read of it; `event` None where structural fields are withheld."""

    entry: Entry
    body: Body | None = None
    event: Recorded | None = None
    carried: Carried = NOTHING
    """The consents in it that hold."""

    @property
    def position(self) -> int:
        return self.entry.header.position

    @property
    def payload(self) -> Payload | None:
        return None if self.event is None else self.event.payload


@dataclass(slots=True)
class PartCheck:
    """Carries what is known of one ledger from step to step. `run` never raises for a fault in the files."""

    report: BundleReport
    claims: PartClaims
    files: Mapping[str, bytes]
    items: dict[int, Item] = field(default_factory=dict)
    keybook: KeyBook = field(default_factory=KeyBook)
    checkpoint: Checkpoint | None = None
    heads: dict[CompleteClaim, HeadProof] = field(default_factory=dict)
    found: PartReport = field(init=False)
    consents: ConsentPass = field(init=False)

    def __post_init__(self) -> None:
        self.found = PartReport(self.claims)
        self.consents = ConsentPass(self.report, self.claims.path, self._shown_at)

    def _shown_at(self, position: int) -> tuple[Entry, Body] | None:
        item = self.items.get(position)
        return None if item is None or item.body is None else (item.entry, item.body)

    def run(self) -> PartReport:
        """All checks that need no other ledger."""
        self.report.parts.append(self.found)
        self._read_checkpoint()
        self._read_entries()
        self._read_bodies()
        if 0 not in self.items:
            self.add(Invalid("the entry that opened the ledger is missing"), "entries/0000000000")
            return self.found
        self._check_entries()
        self._check_alone("proofs", {*self.items, *self.consents.proved})
        self._check_log_signature()
        self._check_seal()
        self._check_erasures()
        self.found.shown = list(self._shown())
        return self.found

    def add(self, fault: ZerenError, file: str | None) -> None:
        """Notes a fault of one of this part's files, or of the part."""
        self.report.add(fault, f"{self.claims.path}/{file}" if file else self.claims.path)

    def add_at(self, fault: ZerenError, position: int, folder: str = "entries") -> None:
        """Notes a fault of an entry."""
        self.add(fault, f"{folder}/{position:010d}")

    def names(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """(name within the part, content) of the files of a folder, by rising name."""
        prefix = f"{self.claims.path}/"
        for name, data in sorted(self.files.items()):
            if name.startswith(f"{prefix}{folder}/"):
                yield name.removeprefix(prefix), data

    def file(self, name: str) -> bytes | None:
        """The content of a file of this part; None where there is none."""
        return self.files.get(f"{self.claims.path}/{name}")

    # --- reading ---

    def _read_checkpoint(self) -> None:
        note = self.file("checkpoint")
        try:
            if note is None:
                raise Invalid("the checkpoint is missing")
            head = parse_checkpoint(parse_note(note).text)
            if (head.origin, head.size) != (self.claims.origin, self.claims.size):
                raise Invalid("the checkpoint is not the one that the manifest names")
            self.checkpoint = self.consents.head = head
        except ZerenError as error:
            self.add(error, "checkpoint")

    def _read_entries(self) -> None:
        for name, data in self.names("entries"):
            try:
                entry = parse_entry(data)
                position = position_of(name)
                if entry.header.ledger != self.claims.origin:
                    raise Invalid("the entry belongs to ledger {}, not to {}", entry.header.ledger, self.claims.origin)
                if position is None or entry.header.position != position:
                    raise ChainBroken("an entry that says position {} stands as {}", entry.header.position, name)
                self.items[position] = Item(entry)
                self._check_proof(entry, position)
            except ZerenError as error:
                self.add(error, name)

    def _check_proof(self, entry: Entry, position: int) -> None:
        name = f"proofs/{position:010d}"
        data = self.file(name)
        try:
            if data is None:
                raise ProofInvalid("the proof of entry {} is missing", position)
            proof = parse_proof(data)
            if proof.index != position or proof.extra is not None or proof.checkpoint != self.file("checkpoint"):
                raise ProofInvalid("the proof is not of entry {} under this bundle's checkpoint", position)
            if self.checkpoint is not None:
                check_inclusion(entry.leaf_hash, position, self.checkpoint.size, proof.hashes, self.checkpoint.root)
        except ZerenError as error:
            self.add(error, name)

    def _read_bodies(self) -> None:
        self._check_alone("bodies", self.items)
        for position, item in self.items.items():
            name = f"bodies/{position:010d}"
            try:
                data = self.file(name)
                if data is None:
                    raise Invalid("the body of entry {} is missing", position)
                body = parse_body(data)
                if body.digest() != item.entry.header.body:
                    raise Invalid("the body is not the one that entry {} was signed over", position)
                item.body = body
                body.values()
                item.event = self._event(item.entry, body)
            except ZerenError as error:
                self.add(error, name)

    def _check_alone(self, folder: str, known: Collection[int]) -> None:
        """Each file of a folder belongs to an entry that is shown, or that a consent names."""
        for name, _ in self.names(folder):
            if position_of(name) not in known:
                self.add(Invalid("the entry that belongs to this file is missing"), name)

    def _event(self, entry: Entry, body: Body) -> Recorded | None:
        """The typed event; None where structural fields are withheld, which is said."""
        cls, header = payload_class(entry.header.type), entry.header
        hidden = [name for name in sorted(body.missing) if not _is_text(header.type, name)]
        subject = next((name for name in hidden if is_reserved_name(name)), None)
        if subject is not None or (body.missing and issubclass(cls, TrustPayload | TextErased)):
            raise Invalid("the field {} may not be withheld in a bundle", subject or min(body.missing))
        if hidden:
            self.report.not_checked.append(
                Incomplete(
                    "subjects of entry {} of {} not recomputed: structural fields are withheld",
                    header.position,
                    self.claims.path,
                )
            )
            return None
        return recorded(entry, body)

    # --- entries in order ---

    def _check_entries(self) -> None:
        before: Item | None = None
        for _, item in sorted(self.items.items()):
            try:
                self._check_order(before, item)
                self._check_keys(item)
                self._check_references(item)
            except ZerenError as error:
                self.add_at(error, item.position)
            before = item

    def _check_order(self, before: Item | None, item: Item) -> None:
        header = item.entry.header
        if header.position == 0:
            self._check_genesis(item)
        if before is None:
            return
        if before.position + 1 == header.position and header.previous != before.entry.leaf_hash:
            raise ChainBroken("position {} does not follow the entry before it", header.position)
        if header.recorded_at < before.entry.header.recorded_at and header.type != ClockCorrected.TYPE:
            raise ChainBroken("recorded_at goes back at position {}", header.position)

    def _check_genesis(self, item: Item) -> None:
        payload, claims = item.payload, self.claims
        if not isinstance(payload, LedgerOpened):
            raise Invalid("the ledger does not begin with ledger.opened")
        self.found.simulated = payload.clock == "simulated"
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
        for line in item.entry.note.signatures:
            held = self.keybook.keys.get((line.name, line.key_id))
            if held is not None and held.re_enrolled:
                self.report.marks[N_("re-enrolled by custodian")] += 1

    def _check_listed(self, item: Item, payload: Payload | None) -> None:
        """Type and fields are in the list in force; a list of a later version is said once, where it is adopted."""
        types: TypeList | None = self.keybook.types
        if isinstance(payload, LedgerOpened):
            types = list_named(payload.types)
        if types is not None and not {f"types/{types.number}.json", "types.json"} & self.report.files.keys():
            raise Invalid("the list {} of event types, which is in force, is missing in the bundle", types.number)
        if types is not None and item.body is not None:
            check_listed(types, item.entry.header.type, item.body.digests)
        if isinstance(payload, LedgerOpened | FormatAdopted) and list_named(payload.types) is None:
            check_listed(None, payload.TYPE, ())

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
        computed = list(subjects_of(header.type, list(flatten(payload)), kinds.get, subjects_at))
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
            if cited.fingerprint not in ("", self.claims.fingerprint):
                continue
            if cited.position >= item.position:
                raise Invalid("the entry refers forward, to position {}", cited.position)
            other = self.items.get(cited.position)
            if other is not None and isinstance(item.payload, RecordWithdrawn) and cited == item.payload.of:
                self._check_withdrawal(item, other)
            if other is not None and other.entry.leaf_hash != cited.leaf_hash:
                raise Invalid(
                    "the entry refers to position {} with a leaf hash that is not that entry's", cited.position
                )

    def _check_withdrawal(self, item: Item, withdrawn: Item) -> None:
        """Of those who signed the record, and of answers shown here; what is not shown is not asked."""
        if withdrawn.event is None:
            return
        later = [
            other.event
            for position, other in sorted(self.items.items())
            if other.event is not None and withdrawn.position < position < item.position
        ]
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

    def _check_seal(self) -> None:
        seal, size = self.claims.seal, self.claims.size
        item = self.items.get(seal)
        try:
            if not seal < size:
                raise Invalid("the seal is not under the checkpoint")
            for position in range(seal, size):
                if position not in self.items:
                    raise Invalid("the entry {} between the seal and the end of the checkpoint is missing", position)
                stream = self.items[position].entry.header.stream
                if stream != (SEALS if position == seal else ANCHORS):
                    raise Invalid("the entry {} after the seal is neither seal nor anchor", position)
            if item is None or not isinstance(item.payload, Sealed) or item.payload.size != seal:
                raise Invalid("the entry {} is no seal that says its own position", seal)
            root = b64decode(item.payload.heads)
            self.heads = parse_heads(self.file("heads.json") or b"")
        except Malformed as error:
            self.add(error, "heads.json")
            return
        except ZerenError as error:
            self.add_at(error, seal)
            return
        for claim in sorted({*self.claims.complete, *self.heads, *self._needed()}):
            try:
                self._check_complete(claim, root)
            except ZerenError as error:
                self.add(error, "heads.json")

    def _needed(self) -> set[CompleteClaim]:
        """What must be complete for the rest to be believed: opening and policies, and every signer's keys."""
        claims = {CompleteClaim("stream", MAIN)}
        if self.claims.kind != "case":
            people = {signer.person for item in self.items.values() for signer in item.entry.header.signers}
            people |= {item.payload.person for item in self.items.values() if isinstance(item.payload, KeyEnrolled)}
            claims |= {CompleteClaim("stream", f"key/{person}") for person in people | {"log"}}
        return claims

    def _check_complete(self, claim: CompleteClaim, root: bytes) -> None:
        proof = self.heads.get(claim)
        if proof is None:
            raise ProofInvalid("the path that proves {} complete is missing", str(claim))
        key = head_key(claim)
        numbered = self._numbers(claim)
        if proof.end is None or proof.end.key != key:
            if self.claims.kind == "case":
                raise ProofInvalid("a bundle of a case ledger proves no absence, yet one is shown for {}", str(claim))
            check_absence(proof, key, root)
            if numbered:
                raise ProofInvalid("{} is proved to have no entry, yet one is shown", str(claim))
            self.found.proved.append((claim, 0))
            return
        check_head(proof, proof.end, root)
        counts = Counter(number for number, _ in numbered)
        for number in range(1, proof.end.count + 1):
            if counts[number] != 1:
                raise ProofInvalid(
                    "{}: number {} of {} is missing or stands twice: an entry was left out",
                    str(claim),
                    number,
                    proof.end.count,
                )
        if [number for number, _ in numbered] != list(range(1, proof.end.count + 1)):
            raise ProofInvalid("{}: the numbers do not rise with the positions", str(claim))
        last = self.items[numbered[-1][1]]
        if (last.position, last.entry.leaf_hash) != (proof.end.position, proof.end.leaf):
            raise ProofInvalid("{}: the last entry is not the one that was sealed", str(claim))
        self.found.proved.append((claim, proof.end.count))

    def _numbers(self, claim: CompleteClaim) -> list[tuple[int, int]]:
        """(running number, position) of the shown entries of a claim below the seal, by rising position."""
        rows: list[tuple[int, int]] = []
        for position, item in sorted(self.items.items()):
            if position >= self.claims.seal:
                continue
            if claim.kind == "stream":
                if item.entry.header.stream == claim.id:
                    rows.append((item.entry.header.version, position))
            elif item.body is not None:
                rows += [(n, position) for s, n in _subjects(item.body) if s == (claim.kind, claim.id)]
        return rows

    def _check_erasures(self) -> None:
        for item in self.items.values():
            if not isinstance(item.payload, TextErased):
                continue
            other = self.items.get(item.payload.entry.position)
            if other is None or other.body is None:
                continue
            for name in item.payload.names:
                if name in other.body.disclosures:
                    self.add_at(
                        Invalid("the text of field {} is shown after it was erased", name), other.position, "bodies"
                    )
                elif name in other.body.digests:
                    self.report.marks[N_("erased, digest fits")] += 1

    def _shown(self) -> Iterator[ShownEntry]:
        asked = set(self.claims.entries)
        for position in sorted(asked - self.items.keys()):
            self.add_at(Invalid("the entry {} that the manifest names is missing", position), position)
        disputes = self.keybook.disputes()
        for position, item in sorted(self.items.items()):
            if item.body is None:
                continue
            lines = {(line.name, line.key_id) for line in item.entry.note.signatures}
            for name in {dispute.by for dispute in disputes if dispute.key in lines and dispute.covers(position)}:
                self.report.marks[f"{DISPUTED}{name}"] += 1
            values, missing = item.body.values(), item.body.missing
            yield ShownEntry(item.entry.header, values, missing, item.entry.leaf_hash, position in asked)


def _subjects(body: Body) -> list[tuple[Subject, int]]:
    try:
        return read_subjects(body.values())
    except ZerenError:
        return []  # named where the entry is checked


def _is_text(type_name: str, name: str) -> bool:
    spec = spec_of(type_name, name)
    return not is_reserved_name(name) and spec is not None and spec.field_class == "erasable"
