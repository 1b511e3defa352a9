"""The files of one ledger's share of a bundle, read: entries under the checkpoint, bodies, typed events.

Entries are read one after the other, and again where another one refers to them; what stays in memory of each is where
it stands, so that a bundle may be far larger than the memory at hand.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from typing import overload

from ledger.bundle.bundle_report import BundleReport, PartReport, ShownEntry
from ledger.bundle.consent_pass import ConsentPass
from ledger.bundle.layout import CompleteClaim, PartClaims, position_of
from ledger.checks.entry_rules import body_of
from ledger.checks.keybook import KeyBook
from ledger.core.archive import Archive
from ledger.core.body import Body, is_reserved_name
from ledger.core.carried import NOTHING, Carried
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.entry import Entry, Header, parse_entry
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
from ledger.frozen import dataclass
from ledger.store.mapper import recorded

KEPT = 32
"""Entries that stay in memory after they were read, for those that refer to one another."""
MAX_READ = 2**24
"""Bytes of any file of a part that is read whole; attachments are not."""


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
class Numbers:
    """The running numbers of one claim, as they were met from entry to entry."""

    count: int = 0
    position: int = 0
    leaf: bytes = b""
    rising: bool = True
    """Whether they ran from 1 without a gap so far."""


class Items(Mapping[int, Item]):
    """The entries shown, by rising position, each read when it is asked for."""

    def __init__(self, read: Callable[[int], Item]) -> None:
        self._read = read
        self._positions = array("Q")
        self._kept: dict[int, Item] = {}

    def add(self, item: Item) -> None:
        """The next entry, which was read for the first time."""
        self._positions.append(item.position)
        self._keep(item)

    def _keep(self, item: Item) -> Item:
        if len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[item.position] = item
        return item

    def __getitem__(self, position: int) -> Item:
        if position in self._kept:
            return self._kept[position]
        if position not in self:
            raise KeyError(position)
        return self._keep(self._read(position))

    def __contains__(self, position: object) -> bool:
        if not isinstance(position, int) or position < 0:
            return False
        number = bisect_left(self._positions, position)
        return number < len(self._positions) and self._positions[number] == position

    def __iter__(self) -> Iterator[int]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)


class ShownEntries(Sequence[ShownEntry]):
    """The entries with a body, as the bundle shows them, each read when it is asked for."""

    def __init__(self, read: Callable[[int], ShownEntry], positions: "array[int]") -> None:
        self._read = read
        self._positions = positions

    @overload
    def __getitem__(self, index: int) -> ShownEntry: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ShownEntry]: ...

    def __getitem__(self, index: int | slice) -> ShownEntry | Sequence[ShownEntry]:
        if isinstance(index, slice):
            return [self._read(position) for position in self._positions[index]]
        return self._read(self._positions[index])

    def __len__(self) -> int:
        return len(self._positions)


@dataclass(slots=True)
class PartFiles:
    """What is read of one ledger's files; a fault is noted and reading goes on."""

    report: BundleReport
    claims: PartClaims
    files: Archive
    lists: Collection[str]
    """The lists of event types in the bundle, by file name."""
    items: Items = field(init=False)
    keybook: KeyBook = field(default_factory=KeyBook)
    checkpoint: Checkpoint | None = None
    heads: dict[CompleteClaim, HeadProof] = field(default_factory=dict)
    numbers: dict[CompleteClaim, Numbers] = field(default_factory=dict)
    signers: set[str] = field(default_factory=set)
    """Everybody who signed any entry, or whose key one enrols."""
    trusted: list[tuple[Header, Payload, Carried]] = field(default_factory=list)
    """What keys, roles, policies and erasures rest on, with the consents that hold."""
    found: PartReport = field(init=False)
    consents: ConsentPass = field(init=False)

    def __post_init__(self) -> None:
        self.items = Items(self._read_again)
        self.found = PartReport(self.claims)
        self.consents = ConsentPass(self.report, self.file, self._shown_at)

    def _shown_at(self, position: int) -> tuple[Entry, Body] | None:
        item = self.items.get(position)
        return None if item is None or item.body is None else (item.entry, item.body)

    def add(self, fault: ZerenError, file: str | None) -> None:
        """Notes a fault of one of this part's files, or of the part."""
        self.report.add(fault, f"{self.claims.path}/{file}" if file else self.claims.path)

    def add_at(self, fault: ZerenError, position: int, folder: str = "entries") -> None:
        """Notes a fault of an entry."""
        self.add(fault, f"{folder}/{position:010d}")

    def names(self, folder: str) -> Iterator[str]:
        """The names within the part of the files of a folder, rising."""
        prefix = f"{self.claims.path}/"
        return (name.removeprefix(prefix) for name in self.files.under(f"{prefix}{folder}/"))

    def file(self, name: str) -> bytes | None:
        """The content of a file of this part; None where there is none. Raises Invalid where it is far too large."""
        whole = f"{self.claims.path}/{name}"
        if whole not in self.files:
            return None
        if self.files.size(whole) > MAX_READ:
            raise Invalid("the file is larger than any of its kind")
        return self.files[whole]

    # --- reading ---

    def _read_checkpoint(self) -> None:
        try:
            note = self.file("checkpoint")
            if note is None:
                raise Invalid("the checkpoint is missing")
            head = parse_checkpoint(parse_note(note).text)
            if (head.origin, head.size) != (self.claims.origin, self.claims.size):
                raise Invalid("the checkpoint is not the one that the manifest names")
            self.checkpoint = self.consents.head = head
        except ZerenError as error:
            self.add(error, "checkpoint")

    def _read_entries(self) -> Iterator[Item]:
        """The entries by rising position, each with what could be read of it; what could not is noted."""
        for name in self.names("entries"):
            try:
                item = self._read_entry(name)
                self.items.add(item)
                self._check_proof(item.entry, item.position)
            except ZerenError as error:
                self.add(error, name)
                continue
            try:
                self._open(item)
                self._name_hidden(item)
            except ZerenError as error:
                self.add_at(error, item.position, "bodies")
            yield item

    def _read_entry(self, name: str) -> Item:
        entry = parse_entry(self.file(name) or b"")
        position = position_of(name)
        if entry.header.ledger != self.claims.origin:
            raise Invalid("the entry belongs to ledger {}, not to {}", entry.header.ledger, self.claims.origin)
        if position is None or entry.header.position != position:
            raise ChainBroken("an entry that says position {} stands as {}", entry.header.position, name)
        return Item(entry)

    def _read_again(self, position: int) -> Item:
        item = self._read_entry(f"entries/{position:010d}")
        with suppress(ZerenError):  # it was named when the entry was read first
            self._open(item)
        return item

    def _check_proof(self, entry: Entry, position: int) -> None:
        name = f"proofs/{position:010d}"
        try:
            data = self.file(name)
            if data is None:
                raise ProofInvalid("the proof of entry {} is missing", position)
            proof = parse_proof(data)
            if proof.index != position or proof.extra is not None or proof.checkpoint != self.file("checkpoint"):
                raise ProofInvalid("the proof is not of entry {} under this bundle's checkpoint", position)
            if self.checkpoint is not None:
                check_inclusion(entry.leaf_hash, position, self.checkpoint.size, proof.hashes, self.checkpoint.root)
        except ZerenError as error:
            self.add(error, name)

    def _open(self, item: Item) -> None:
        """Reads the body, and the typed event where no structural field is withheld. Raises Invalid."""
        data = self.file(f"bodies/{item.position:010d}")
        if data is None:
            raise Invalid("the body of entry {} is missing", item.position)
        body = body_of(item.entry, data)
        body.values()
        item.body = body
        if not _hidden(item.entry, body):
            item.event = recorded(item.entry, body)

    def _name_hidden(self, item: Item) -> None:
        """What of the structural fields is withheld is said. Raises Invalid for one that never may be."""
        header, body = item.entry.header, item.body
        hidden = [] if body is None else _hidden(item.entry, body)
        subject = next((name for name in hidden if is_reserved_name(name)), None)
        trusted = issubclass(payload_class(header.type), TrustPayload | TextErased)
        if body is not None and (subject is not None or (body.missing and trusted)):
            raise Invalid("the field {} may not be withheld in a bundle", subject or min(body.missing))
        if hidden:
            self.report.not_checked.append(
                Incomplete(
                    "subjects of entry {} of {} not recomputed: structural fields are withheld",
                    header.position,
                    self.claims.path,
                )
            )

    def _check_alone(self, folder: str, known: Callable[[int], bool]) -> None:
        """Each file of a folder belongs to an entry that is shown, or that a consent names."""
        for name in self.names(folder):
            position = position_of(name)
            if position is None or not known(position):
                self.add(Invalid("the entry that belongs to this file is missing"), name)


def _hidden(entry: Entry, body: Body) -> list[str]:
    """The structural fields that are withheld."""
    return [name for name in sorted(body.missing) if not _is_text(entry.header.type, name)]


def _is_text(type_name: str, name: str) -> bool:
    spec = spec_of(type_name, name)
    return not is_reserved_name(name) and spec is not None and spec.field_class == "erasable"
