"""One ledger: the single write path, and reading back.

command -> (under the lock) place in a stream -> decide -> draft -> number, chain, sign, insert -> receipt.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from eventsourcing.application import AggregateNotFoundError, Application

from ledger.checks.admits import check_withdrawal
from ledger.checks.answers import agreed
from ledger.checks.keybook import KeyBook
from ledger.checks.subjects import Subject, read_subjects
from ledger.clock import Clock, Randomness, SystemClock, system_randomness
from ledger.core.body import SALT_BYTES, Body, parse_body
from ledger.core.carried import NOTHING, Carried
from ledger.core.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    check_successor,
    open_checkpoint,
    sign_checkpoint,
)
from ledger.core.encoding import b64encode, canonical_json
from ledger.core.entry import Entry, parse_entry
from ledger.core.keys import Signer
from ledger.core.merkle import EMPTY_ROOT, GetHash, prove_consistency
from ledger.core.tiles import WIDTH, Tile, decode_tile, get_from_tiles
from ledger.decisions import Aggregate, Standing, decide, fold
from ledger.decisions.state import Register
from ledger.errors import BadInput, Busy, ChainBroken, Conflict, Refused, Unusable
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.record import Proposed, Recorded
from ledger.events.records import RecordWithdrawn, TextErased
from ledger.events.trust import LedgerOpened, Sealed, TrustPayload
from ledger.placement import ANCHORS, SEALS, place
from ledger.store.connection import check_database, database_uri, make_private
from ledger.store.mapper import LedgerMapper, recorded, unpack
from ledger.store.reading import StoreReading
from ledger.store.recorder import Appending, LedgerRecorder, signer_id, tile_hashes

PAGE = 1000
SEAL_ATTEMPTS = 5
FOLD_AFTER = 1.0
"""Seconds, at most, that a ledger which goes on writing leaves entries in the write-ahead log alone."""
FOLD_ATTEMPTS, FOLD_PAUSE = 20, 0.01
"""How often, and after how many seconds each time, closing tries to fold the log while others read."""


@dataclass(frozen=True, slots=True)
class Command:
    """A payload to record and the keys that sign it, the author's first.

    `fixed` are disclosures that were salted before, by field name: what somebody signed elsewhere stays what it was.
    `carried` are the consents of who signed it elsewhere, and who was asked.
    """

    payload: Payload
    signers: tuple[Signer, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    carried: Carried = NOTHING


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded where: enough to find the entry and to prove later that it was this one."""

    ledger: str
    position: int
    leaf_hash: bytes
    recorded_at: datetime
    stream: str
    version: int
    type: str
    ref: str | None

    @property
    def reference(self) -> EntryReference:
        """The reference to this entry within its ledger."""
        return EntryReference("", self.position, self.leaf_hash)


class Ledger(Application[str]):
    """One ledger in one database. Open it by `open_ledger`, make one by `ledger.home.genesis.create_ledger`."""

    name = "ledger"
    recorder: LedgerRecorder

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock | None = None,
        randomness: Randomness = system_randomness,
        read_only: bool = False,
        new: bool = False,
    ) -> None:
        self.path = path
        self.randomness = randomness
        self._register, self._register_size = Register(), 0
        self._kind = ""
        self._unfolded, self._folded_at = False, monotonic()
        if new:
            make_private(path)
        super().__init__(
            {
                "PERSISTENCE_MODULE": "ledger.store.factory:LedgerFactory",
                "SQLITE_DBNAME": database_uri(path, read_only=read_only),
                "CREATE_TABLE": "yes" if new else "no",
                "ORIGINATOR_ID_TYPE": "text",  # set in code: by default string ids save and can never be read
            }
        )
        self._writes = not read_only
        if not read_only:
            self.recorder.now = (clock or SystemClock()).next
            self.recorder.new_salt = self._salt

    @property
    def store(self) -> StoreReading:
        """The named reads of this ledger's database."""
        return StoreReading(self.recorder.rows)

    def construct_mapper(self) -> LedgerMapper:
        """Our mapper of frozen type names."""
        return LedgerMapper(
            kind_of=self._kind_of,
            subjects_at=self.subjects_at,
            new_salt=self._salt,
            numbers_subjects=lambda: self.kind == "duty",
        )

    def _kind_of(self, id_: str) -> str | None:
        return self._register.kinds.get(id_)  # brought up to date by whoever proposed the event

    def _salt(self) -> bytes:
        return self.randomness(SALT_BYTES)

    # --- what stands ---

    @property
    def opened(self) -> Recorded:
        """The genesis entry; its leaf hash is the ledger's fingerprint. Raises ChainBroken where it was taken out."""
        if not self.store.has(0) and self.size():
            raise ChainBroken("the first entry is missing: the ledger was cut at its beginning")
        return self.at(0)

    @property
    def genesis(self) -> LedgerOpened:
        """What the genesis entry says."""
        payload = self.opened.payload
        if not isinstance(payload, LedgerOpened):
            raise BadInput("{} does not begin with ledger.opened; it is no ledger", self.path)
        return payload

    @property
    def origin(self) -> str:
        """The ledger's name."""
        return self.keys().origin

    @property
    def kind(self) -> str:
        """duty, case or access."""
        if not self._kind:  # fixed by genesis
            self._kind = self.keys().kind
        return self._kind

    @property
    def fingerprint(self) -> str:
        """base64 leaf hash of the genesis entry: the root of trust."""
        return b64encode(self.opened.leaf_hash)

    def keys(self) -> KeyBook:
        """Keys and roles at the head."""
        return self.recorder.current_keys()

    def register(self) -> Register:
        """Persons, units, posts and cases that exist at the head."""
        size = self.size()
        if size > self._register_size:
            for note, body in self.store.of_types(Register.TOPICS, self._register_size):
                entry = parse_entry(note)
                self._register.apply(entry.header, recorded(entry, parse_body(body)).payload)
            self._register_size = size
        return self._register

    @contextmanager
    def supposing(self) -> Iterator[Callable[[Payload], None]]:
        """Within the block, what is proposed may name what the registrations given to it make known: for trials.

        Nothing is to be recorded meanwhile; afterwards the register is that of the entries alone again.
        """
        try:
            yield lambda payload: self.register().note("", payload)
        finally:
            self._register, self._register_size = Register(), 0

    def size(self) -> int:
        """Number of entries."""
        return self.recorder.size()

    def subjects_at(self, position: int) -> Sequence[Subject]:
        """Subjects of the entry at a position, in their order."""
        body = self.store.body(position)
        return [] if body is None else [subject for subject, _ in read_subjects(parse_body(body).values())]

    # --- reading ---

    def entry_at(self, position: int) -> tuple[Entry, bytes]:
        """(entry, stored body) at a position; raises BadInput beyond the head."""
        rows = self.recorder.select_notifications(position + 1, 1, position + 1)
        if not rows:
            raise BadInput("there is no entry {}; the ledger has {} entries", position, self.size())
        entry, body = unpack(rows[0].state)
        return parse_entry(entry), body

    def entries(self, start: int, count: int) -> list[bytes]:
        """The bytes of `count` entries from position `start`."""
        return self.store.entries(start, count)

    def body_at(self, position: int) -> Body:
        """The body held of the entry at a position."""
        return parse_body(self.entry_at(position)[1])

    def at(self, position: int) -> Recorded:
        """The event at a position; raises BadInput beyond the head."""
        entry, body = self.entry_at(position)
        return recorded(entry, parse_body(body))

    def history(self, start: int = 0, stop: int | None = None) -> Iterator[Recorded]:
        """The events at positions start .. stop - 1, read page by page."""
        while batch := self.page(start, stop):
            yield from batch
            start += len(batch)

    def page(self, start: int, stop: int | None = None, limit: int = PAGE) -> list[Recorded]:
        """At most `limit` events from position `start`."""
        rows = self.recorder.select_notifications(start + 1, limit, stop)
        return [self.mapper.to_domain_event(row) for row in rows]  # type: ignore[misc]  # our mapper gives Recorded

    # --- writing ---

    def record(self, *commands: Command) -> tuple[Receipt, ...]:
        """Records these commands in one transaction, all or none. Raises Refused, Conflict or Busy."""
        pending: dict[str, int] = {}
        opening = commands[0].payload
        with self.recorder.writing() as held:
            before = held.size
            proposed = [
                replace(self._propose(each.payload, pending), fixed=each.fixed, carried=each.carried)
                for each in commands
            ]
            for command in commands:
                self._check_withdrawal(command)
            appending = Appending(
                signers=[command.signers for command in commands],
                payloads=[command.payload for command in commands],
                origin=opening.origin if isinstance(opening, LedgerOpened) else self.origin,
            )
            self.events.put(proposed, appending=appending)  # nobody in this process follows: no snapshots, no queues
        if self._register_size == before:  # nobody else wrote: what was registered now is at hand
            for entry, payload in zip(appending.entries, appending.payloads, strict=True):
                self._register.apply(entry.header, payload)
            self._register_size = before + len(appending.entries)
        self._unfolded = True
        if monotonic() - self._folded_at >= FOLD_AFTER:
            self.fold()
        return tuple(
            Receipt(
                entry.header.ledger,
                entry.header.position,
                entry.leaf_hash,
                entry.header.recorded_at,
                entry.header.stream,
                entry.header.version,
                entry.header.type,
                payload.ref,
            )
            for entry, payload in zip(appending.entries, appending.payloads, strict=True)
        )

    def agreed(self, position: int, before: int | None = None) -> frozenset[str]:
        """Everyone whose signature stands for the entry at a position: with it or later, and not refused since.

        `before` looks at the entries below a position only.
        """
        event = self.at(position)
        stop = self.size() if before is None else before
        stream = (self.at(later) for later in self.store.stream(event.originator_id) if position < later < stop)
        return agreed(event, stream)

    def _check_withdrawal(self, command: Command) -> None:
        if isinstance(command.payload, RecordWithdrawn):
            keys = self.keys()
            check_withdrawal(
                keys,
                [signer_id(s, keys.origin) for s in command.signers],
                command.carried,
                self.agreed(command.payload.of.position),
            )

    def fold(self) -> bool:
        """Puts every entry into the database's own file, so that a plain copy of it is complete; False while a reader
        of an older state is in the way, or the machine refuses: the entries stand all the same."""
        if self._unfolded:
            self._folded_at = monotonic()
            with suppress(Unusable, Busy):
                self._unfolded = not self.recorder.fold()
        return not self._unfolded

    def close(self) -> None:
        """Folds what was written, and closes the database."""
        for attempt in range(FOLD_ATTEMPTS if self._unfolded else 0):
            if self.fold():
                break
            if attempt < FOLD_ATTEMPTS - 1:
                sleep(FOLD_PAUSE)
        super().close()

    def erase(self, erased: TextErased, signers: Sequence[Signer]) -> tuple[Receipt, bool]:
        """Erases texts of an entry. Returns the receipt, and whether no file of the ledger holds the text any more.

        False means *erasure pending*: a reader keeps the write-ahead log; repeat `recorder.truncate_wal()` later.
        """
        receipt = self.record(Command(erased, tuple(signers)))[0]
        return receipt, self.recorder.truncate_wal()

    def check(self, *commands: Command) -> None:
        """All that `record` checks before the lock, and nothing written: a dry run. Raises Refused."""
        self.propose(*(command.payload for command in commands))

    def propose(self, *payloads: Payload) -> list[tuple[Proposed, tuple[Subject, ...]]]:
        """Where these payloads would stand if recorded in one transaction now, and whom each is about.

        Raises Refused or Malformed as `record` would before the lock; who signs is not looked at.
        """
        pending: dict[str, int] = {}
        found = []
        for payload in payloads:
            proposed = self._propose(payload, pending)
            fields, subjects = self.mapper.read_fields(payload)  # type: ignore[attr-defined]  # our own mapper
            canonical_json(dict(fields))  # refuses what has no form in a body
            found.append((proposed, subjects))
        return found

    def _propose(self, payload: Payload, pending: dict[str, int]) -> Proposed:
        if isinstance(payload, LedgerOpened):
            return Proposed("ledger/main", 1, payload)
        register = self.register()

        def taken(name: str) -> bool:  # by an entry on record, or by one before it in the same transaction
            return name in pending or self._taken(name)

        stream = place(payload, self.kind, register, self._stream_of, taken, self.randomness)
        if isinstance(payload, TrustPayload):  # their streams only grow longer: no rule asks what stands in them
            pending[stream] = pending.get(stream, self._version(stream)) + 1
            return Proposed(stream, pending[stream], payload)
        aggregate = None if payload.OPENS else self.aggregate(stream)
        decide(payload, Standing(self.kind, register, aggregate, self.resolve, self._now(), self._zone))
        version = 1 if payload.OPENS else pending.get(stream, aggregate.version if aggregate else 0) + 1
        pending[stream] = version
        return Proposed(stream, version, payload)

    def _now(self) -> datetime:
        """The moment by this ledger's clock; one that is only read proposes by the machine's: a dry run."""
        return self.recorder.now(None) if self._writes else SystemClock().next(None)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.genesis.time_zone)

    def aggregate(self, stream: str) -> Aggregate | None:
        """What stands in a stream; None where nothing does."""
        try:
            return self.repository.get(stream, projector_func=fold)  # type: ignore[type-var]  # immutable aggregates have no base
        except AggregateNotFoundError:
            return None

    def resolve(self, reference: EntryReference) -> Recorded:
        """The entry of a reference within this ledger; raises Refused where it is not on record."""
        if reference.fingerprint not in ("", self.fingerprint) or reference.position >= self.size():
            raise Refused("there is no entry {} to refer to", reference.position)
        event = self.at(reference.position)
        if event.leaf_hash != reference.leaf_hash:
            raise Refused("the entry at {} is another one than the reference names", reference.position)
        return event

    def _stream_of(self, reference: EntryReference) -> str:
        return self.resolve(reference).originator_id

    def _version(self, stream: str) -> int:
        return self.store.version(stream)

    def _taken(self, stream: str) -> bool:
        return self.store.version(stream) > 0

    # --- seals, tree and checkpoints ---

    def needs_seal(self) -> bool:
        """Whether any entry other than seals and anchors follows the last seal."""
        last, seal = self.store.last_outside((SEALS, ANCHORS)), self.store.last_of(SEALS)
        return last is not None and (seal is None or last > seal)

    def seal(self, signer: Signer) -> Receipt:
        """Commits to the heads of all streams and subjects before it (FORMAT.md section 5).

        Raises Conflict where others kept writing meanwhile.
        """
        for attempt in range(SEAL_ATTEMPTS):
            size, root = self.recorder.heads_root(with_subjects=self.kind == "duty")
            try:
                return self.record(Command(Sealed(size=size, heads=b64encode(root)), (signer,)))[0]
            except Conflict:
                if attempt == SEAL_ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def hashes(self, size: int) -> GetHash:
        """Subtree hashes of the tree of `size` entries, from stored tiles and leaf hashes."""

        def read(tile: Tile) -> Sequence[bytes]:
            if tile.width == WIDTH:
                hashes = self.store.tile(tile.level, tile.index)
                if hashes is not None:
                    return decode_tile(hashes, WIDTH)
            with self.recorder.reading() as c:
                return tile_hashes(c, tile.level, tile.index, tile.width)

        return get_from_tiles(size, read)

    def tree_head(self, size: int | None = None) -> Checkpoint:
        """The unsigned tree head of the first `size` entries (all by default)."""
        size = self.size() if size is None else size
        return Checkpoint(self.origin, size, self.hashes(size)(0, size) if size else EMPTY_ROOT)

    def last_checkpoint(self) -> SignedCheckpoint | None:
        """The largest checkpoint that this ledger signed."""
        for size, note in self.store.checkpoints(limit=1):
            return open_checkpoint(note, [self.keys().log_key(size)])
        return None

    def checkpoint_at(self, size: int) -> bytes | None:
        """The stored checkpoint note of this size."""
        return self.store.checkpoint(size)

    def sign_checkpoint(self, log: Signer, new: Signer | None = None) -> bytes:
        """Signs the tree head, checked against the last one, and stores it before anything leaves the process.

        With `new`, the log key that is announced, its line stands after the old key's (`ledger.keys.rotation`).

        Raises RolledBack or Forked where the ledger contradicts what it signed before.
        """

        def make(size: int, get: GetHash, last: tuple[int, bytes] | None) -> bytes:
            keys = self.recorder.keybook  # brought up to date under the same lock
            head = Checkpoint(keys.origin, size, get(0, size) if size else EMPTY_ROOT)
            if last is not None:
                old = open_checkpoint(last[1], [keys.log_key(last[0])]).checkpoint
                if old == head and new is None:
                    return last[1]
                check_successor(old, head, prove_consistency(old.size, size, get) if 0 < old.size < size else ())
            if log.verify_key != keys.log_key(size):
                raise Refused("{}+{} is not this ledger's log key", log.verify_key.name, log.verify_key.key_id.hex())
            return sign_checkpoint(head, *(signer for signer in (log, new) if signer is not None))

        self._unfolded = True
        return self.recorder.write_checkpoint(make)


def open_ledger(
    path: Path,
    *,
    clock: Clock | None = None,
    randomness: Randomness = system_randomness,
    read_only: bool = False,
    whole: bool = True,
) -> Ledger:
    """Opens the ledger in this database. Raises NoLedger, BadInput or Invalid for one that cannot be read.

    Only verification opens it without asking whether it is `whole`: it names what is not.
    """
    check_database(path, whole=whole)
    ledger = Ledger(path, clock=clock, randomness=randomness, read_only=read_only)
    try:
        if whole:
            ledger.genesis  # noqa: B018 - raises where it is missing or something else
    except BaseException:
        ledger.close()
        raise
    return ledger
