"""The files of one ledger's share of a bundle, read: entries under the checkpoint, bodies, typed events."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ledger.bundle.bundle_report import BundleReport, PartReport
from ledger.bundle.consent_pass import ConsentPass
from ledger.bundle.layout import CompleteClaim, PartClaims, position_of
from ledger.checks.entry_rules import body_of
from ledger.checks.keybook import KeyBook
from ledger.core.body import Body, is_reserved_name
from ledger.core.carried import NOTHING, Carried
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.entry import Entry, parse_entry
from ledger.core.merkle import check_inclusion
from ledger.core.note import parse_note
from ledger.core.proof import parse_proof
from ledger.core.seal_map import HeadProof
from ledger.errors import ChainBroken, Incomplete, Invalid, ProofInvalid, ZerenError
from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.records import TextErased
from ledger.events.registry import payload_class, spec_of
from ledger.events.trust import TrustPayload
from ledger.store.mapper import recorded


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
class PartFiles:
    """What is read of one ledger's files; a fault is noted and reading goes on."""

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
                item.body = body = body_of(item.entry, data)
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


def _is_text(type_name: str, name: str) -> bool:
    spec = spec_of(type_name, name)
    return not is_reserved_name(name) and spec is not None and spec.field_class == "erasable"
