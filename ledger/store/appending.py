"""Making the entries of one append for the slot that they go into: numbered, chained, checked and signed.

Position, time and running numbers are fixed here; the key book is asked whether these signers may write it; every rule
that needs what is on record asks the store, within the append's own state. Nothing is inserted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from ledger.checks import admits
from ledger.checks.anchor_rules import check_anchor_checkpoint, open_token
from ledger.checks.consents import check_carried, check_recorded, consent_text
from ledger.checks.keybook import KeyBook
from ledger.checks.log_keys import check_head
from ledger.checks.published_lists import check_published
from ledger.checks.streams import check_opened_once, check_place, opens_id
from ledger.checks.subjects import Subject, number_subjects
from ledger.core.body import Body, body_of, disclose, format_body, is_carried_name, parse_body
from ledger.core.carried import NOTHING, Carried, read_carried
from ledger.core.checkpoint import Checkpoint
from ledger.core.consent import draft_digest
from ledger.core.entry import Entry, Header, parse_entry, sign_entry
from ledger.core.merkle import leaf_hash
from ledger.core.names import SignerId
from ledger.core.signers import Signer
from ledger.decisions.state import Register
from ledger.errors import Conflict, Incomplete, Invalid, Refused
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.lists import check_listed, latest_list
from ledger.events.records import ConsentRecorded, TextErased
from ledger.events.trust import AnchorRecorded, ClockCorrected, LedgerOpened, ListPublished, LogKeyConfirmed, Sealed
from ledger.frozen import dataclass
from ledger.store.derived import drafted_before
from ledger.store.last_list import last_list
from ledger.store.mapper import DraftEvent
from ledger.store.named_reads import Reads
from ledger.store.store_protocol import Signed, Slot
from ledger.store.tree import tree_root

TOKEN_SLACK = timedelta(minutes=5)
"""How far a token's time may lie ahead of the machine's clock."""


@dataclass(slots=True)
class Appending:
    """What an append needs beside the drafts; `signers` per event, the author first."""

    signers: Sequence[Sequence[Signer]]
    payloads: Sequence[Payload]
    origin: str
    """Origin of the ledger; only genesis names one that is not on record yet."""
    register: Register
    """What exists at the head."""
    entries: list[Entry] = field(default_factory=list)
    """Filled by the recorder: the entries written."""


@dataclass(frozen=True, slots=True)
class Means:
    """Where times and salts come from."""

    now: Callable[[datetime | None], datetime]
    """The next time after the one before it."""
    new_salt: Callable[[], bytes]


class Batch:
    """The entries of one append, as far as they are made; the book of keys goes along with them."""

    def __init__(self, slot: Slot, book: KeyBook, store: Reads, means: Means, appending: Appending) -> None:
        self._book, self._store, self._means, self._origin = book, store, means, appending.origin
        self._register = appending.register
        self._opened: set[tuple[str, str]] = set()
        """What this append registers or opens."""
        self._streams: dict[int, str] = {}
        """Streams of the entries in it, by position."""
        self._size, self._held = slot.size, slot.size
        self._leaf_hash, self._recorded_at = slot.leaf_hash, slot.recorded_at
        self._versions, self._numbers = dict(slot.versions), dict(slot.numbers)
        self._spent: set[str] = set()
        """Texts of the consents in this append."""
        self._published: ListPublished | None = None
        """The last list of ledgers, where one was looked for."""
        self._drafted: set[bytes] = set()
        """Digests of the drafts in it that others were asked to sign."""

    def make(self, draft: DraftEvent, payload: Payload, signers: Sequence[Signer]) -> Signed:
        """The next entry. Raises Refused or Conflict."""
        numbered = number_subjects(draft.subjects, self._count)
        salted = ((name, disclose(name, value, self._means.new_salt())) for name, value in numbered)
        body = body_of([*draft.disclosures, *salted])
        header = self._header(draft, body, signers)
        carried = _carried(draft, body)
        self._check(header, draft, payload, carried, body)
        self._check_signers(header, payload, signers)
        entry = sign_entry(header, signers)
        self._book.apply(header, payload, carried)
        self._versions[header.stream] = header.version
        self._streams[header.position] = header.stream
        self._size += 1
        self._leaf_hash, self._recorded_at = entry.leaf_hash, header.recorded_at
        return Signed(
            entry,
            format_body(body),
            tuple((subject, self._numbers[subject]) for subject in draft.subjects),
            payload.ref,
            payload if isinstance(payload, TextErased) else None,
        )

    def _count(self, subject: Subject) -> int:
        """Entries about a subject before the one that is being made."""
        known = self._numbers[subject]
        self._numbers[subject] = known + 1
        return known

    def _header(self, draft: DraftEvent, body: Body, signers: Sequence[Signer]) -> Header:
        return Header(
            body=body.digest(),
            ledger=self._origin,
            position=self._size,
            previous=self._leaf_hash,
            recorded_at=self._means.now(self._recorded_at),
            signers=tuple(signer_id(signer, self._origin) for signer in signers),
            stream=f"{draft.originator_id}n{self._size}" if is_fresh(draft) else str(draft.originator_id),
            type=draft.topic,
            version=draft.originator_version,
        )

    # --- checks ---

    def _check(self, header: Header, draft: DraftEvent, payload: Payload, carried: Carried, body: Body) -> None:
        if header.version != self._versions.get(header.stream, 0) + 1:
            raise Conflict("{} was changed by someone else meanwhile; look at it again and repeat", header.stream)
        if isinstance(payload, Sealed) and payload.size != header.position:
            raise Conflict("an entry was written while the seal was made; repeat the command")
        self._check_listed(header, payload, (name for name, _ in draft.disclosures))
        self._check_place(header, payload)
        admits.check_admits(self._book, header, payload, carried)
        if carried:
            self._check_carried(header, payload, carried, body)
        if isinstance(payload, ConsentRecorded):
            self._check_consent(header, payload, body)
        if isinstance(payload, AnchorRecorded):
            self._check_anchor(header, payload)
        if isinstance(payload, LogKeyConfirmed):
            check_head(self._book.confirming_checkpoint(payload, header.position), self._head_at)
        if isinstance(payload, ListPublished):
            self._check_list(header, payload)

    def _check_place(self, header: Header, payload: Payload) -> None:
        """The entry stands in its stream, and opens nothing that is open already."""
        kind = payload.kind if isinstance(payload, LedgerOpened) else self._book.kind
        opened = opens_id(payload)
        try:
            check_place(header, payload, kind, self._register, self._stream_of, self._taken)
            check_opened_once(payload, self._register)
        except Invalid as error:
            raise Refused("{}", error) from error
        if opened is not None:
            if opened in self._opened:
                raise Refused("{} opens {} a second time", payload.TYPE, opened[1])
            self._opened.add(opened)

    def _stream_of(self, reference: EntryReference) -> str:
        if (made := self._streams.get(reference.position)) is not None:
            return made
        found = self._store.entry(reference.position)
        if found is None:
            raise Refused("there is no entry {} to refer to", reference.position)
        return parse_entry(found[0]).header.stream

    def _taken(self, stream: str) -> bool:
        return self._versions.get(stream, 0) > 0 or self._store.version(stream) > 0

    def _check_listed(self, header: Header, payload: Payload, field_names: Iterable[str]) -> None:
        """The type and its fields are in the list in force: that of genesis, or the one adopted since."""
        types = latest_list() if header.position == 0 else self._book.types
        try:
            check_listed(types, payload.TYPE, field_names)
        except (Incomplete, Invalid) as error:
            latest = latest_list().number
            if types is None or types.number == latest:
                raise Refused("{}", error) from error
            raise Refused("{}; custodians adopt list {} by: zeren upgrade", error, latest) from error

    def _check_carried(self, header: Header, payload: Payload, carried: Carried, body: Body) -> None:
        """The consents in an entry hold, and its draft was not recorded before; what cannot be checked is refused."""
        values, before = body.values(), self._recorded_at if isinstance(payload, ClockCorrected) else None
        leaf_at = self._leaf_at
        try:
            check_carried(self._book, header, payload, carried, values, body.digests, leaf_at, before)
        except Incomplete as error:
            raise Refused("{}", error) from error
        if carried.asked:
            known = [note.consent.after.position for note in carried.consents if note.consent.after is not None]
            digest = draft_digest(body.digests)
            if digest in self._drafted or drafted_before(
                self._store.rows, header.type, body, min(known, default=-1) + 1
            ):
                raise Refused("this draft is on record already: a draft is recorded once")
            self._drafted.add(digest)

    def _leaf_at(self, position: int) -> bytes | None:
        """The leaf hash at a position, of the entry's own bytes."""
        found = self._store.entry(position)
        return None if found is None else leaf_hash(found[0])

    def _check_consent(self, header: Header, payload: ConsentRecorded, body: Body) -> None:
        """The consent holds here and was not recorded before; one that cannot be checked is refused."""

        def entry_at(position: int) -> tuple[Entry, Body]:
            found = self._store.entry(position)
            if found is None:
                raise Refused("there is no entry {} to refer to", position)
            return parse_entry(found[0]), parse_body(found[1])

        recorded = self._store.of_types_in((header.stream,), (payload.TYPE,))
        spent = self._spent | {consent_text(parse_body(stored)) for _, stored in recorded}
        try:
            leaf_at = self._leaf_at
            self._spent.add(check_recorded(self._book, header, payload, body.digests, entry_at, spent, leaf_at).text)
        except Incomplete as error:
            raise Refused("{}", error) from error

    def _check_anchor(self, header: Header, anchor: AnchorRecorded) -> None:
        """The checkpoint is a head of this ledger, the token verifies and its time is not still to come."""
        signed = check_anchor_checkpoint(anchor, header.position, self._book.log_key, self._head_at)
        time = open_token(anchor, signed, self._book.policy, header.recorded_at).time
        if time is not None and time - header.recorded_at > TOKEN_SLACK:
            raise Refused("the token is of {:%Y-%m-%d %H:%M:%S} UTC, which is still to come; check the clocks", time)

    def _check_list(self, header: Header, payload: ListPublished) -> None:
        """The list continues the one before it, on record or in this append."""
        if self._published is None and (found := last_list(self._store, header.position)) is not None:
            self._published = found[1]
        check_published(payload, self._published)
        self._published = payload

    def _head_at(self, size: int) -> Checkpoint:
        """The tree head of the first `size` entries; nobody has signed one over entries of this append."""
        if size > self._held:
            raise Conflict("a checkpoint over entries that are not on record yet; record these first")
        return Checkpoint(self._origin, size, tree_root(self._store, size))

    def _check_signers(self, header: Header, payload: Payload, signers: Sequence[Signer]) -> None:
        in_force = self._book.keys_for(header, payload)
        for signer in signers:
            key = signer.verify_key
            if in_force.get((key.name, key.key_id)) != key:
                raise Refused(
                    "the key {}+{} is not in force in this ledger; enrol it first", key.name, key.key_id.hex()
                )


def _carried(draft: DraftEvent, body: Body) -> Carried:
    """The consents in an entry as they will be read from its body: what is checked is what stands."""
    if not draft.carried:
        return NOTHING
    return read_carried(draft.topic, {name: value for name, value in body.values().items() if is_carried_name(name)})


def is_fresh(draft: DraftEvent) -> bool:
    """Whether the entry begins a stream that is named after its position."""
    return str(draft.originator_id).endswith("/")


def signer_id(signer: Signer, origin: str) -> SignerId:
    """How an entry of this ledger names the key."""
    key = signer.verify_key
    return SignerId(key.name.removeprefix(f"{origin}/"), key.key_id)
