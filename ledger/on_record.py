"""What is on record in one ledger: its entries, what stands at its head, its tree and checkpoints.

Long because whatever is read of a ledger is read through one object, by whoever asks.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from eventsourcing.application import AggregateNotFoundError, Application

from ledger.checks.answers import agreed
from ledger.checks.keybook import KeyBook
from ledger.checks.subjects import Subject, read_subjects
from ledger.clock import Clock, Randomness, SystemClock, system_randomness
from ledger.core.body import SALT_BYTES, Body, parse_body
from ledger.core.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.entry import Entry, parse_entry
from ledger.core.merkle import EMPTY_ROOT, GetHash
from ledger.decisions import Aggregate, fold
from ledger.decisions.state import Register
from ledger.errors import BadInput, ChainBroken, Refused
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.trust import LedgerOpened, Sealed
from ledger.placement import AT_REST, SEALS
from ledger.store.factory import NEW, PLACE
from ledger.store.mapper import LedgerMapper, MadeOut, recorded
from ledger.store.named_reads import ALL
from ledger.store.opening import address_of
from ledger.store.recorder import LedgerRecorder
from ledger.store.store_protocol import Store
from ledger.store.tree import tree_hashes

PAGE = 1000


class OnRecord(Application[str]):
    """A ledger as it can be read; `ledger.application.Ledger` writes it too."""

    name = "ledger"
    recorder: LedgerRecorder
    store: Store
    """Where its entries are kept: the named reads, and every cell."""

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
        self._kind = self._origin = ""
        self._made_out = MadeOut()
        super().__init__(
            {
                "PERSISTENCE_MODULE": "ledger.store.factory:LedgerFactory",
                PLACE: address_of(path, read_only=read_only, new=new),
                NEW: "yes" if new else "no",
            }
        )
        self._writes = not read_only
        recorder = self.recorder
        self.store, self._keys_at_head, self._keys_below = recorder.store, recorder.current_keys, recorder.keys_below
        if not read_only:
            recorder.now, recorder.new_salt = self.store.timed(clock or SystemClock()).next, self._salt
        self._next_moment = recorder.now

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
        if not self._origin:  # fixed by genesis
            self._origin = self.keys().origin
        return self._origin

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
        return self._keys_at_head()

    def keys_below(self, size: int) -> KeyBook:
        """The keys, roles and log keys that the entries below this size tell of."""
        return self._keys_below(size)

    def register(self) -> Register:
        """Persons, units, posts and cases that exist at the head."""
        size = self.size()
        if size > self._register_size:
            for _, note, body in self.store.of_types(Register.TOPICS, self._register_size):
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
        return self.store.size()

    def subjects_at(self, position: int) -> Sequence[Subject]:
        """Subjects of the entry at a position, in their order."""
        body = self.store.body(position)
        return [] if body is None else [subject for subject, _ in read_subjects(parse_body(body).values())]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the organ."""
        return ZoneInfo(self.genesis.time_zone)

    def moment(self, after: datetime | None = None) -> datetime:
        """The moment by this ledger's clock, after that of an entry; by the machine's where it is only read."""
        return self._next_moment(after) if self._writes else SystemClock().next(after)

    # --- reading ---

    def entry_at(self, position: int) -> tuple[Entry, bytes]:
        """(entry, stored body) at a position; raises BadInput beyond the head."""
        entry, body = self._stored_at(position)
        return parse_entry(entry), body

    def _stored_at(self, position: int) -> tuple[bytes, bytes]:
        found = self.store.entry(position)
        if found is None:
            raise BadInput("there is no entry {}; the ledger has {} entries", position, self.size())
        return found

    def entries(self, start: int, count: int) -> list[bytes]:
        """The bytes of `count` entries from position `start`."""
        return self.store.entries(start, count)

    def body_at(self, position: int) -> Body:
        """The body held of the entry at a position."""
        return parse_body(self.entry_at(position)[1])

    def at(self, position: int) -> Recorded:
        """The event at a position; raises BadInput beyond the head. Bytes are read each time, made out once."""
        return self._made_out.event(position, self._stored_at(position))

    def among(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, read together; raises BadInput as `at` does."""
        found = self.store.some(positions)
        return [
            self._made_out.event(position, found[position]) if position in found else self.at(position)
            for position in positions
        ]

    def history(self, start: int = 0, stop: int | None = None) -> Iterator[Recorded]:
        """The events at positions start .. stop - 1, read page by page."""
        while batch := self.page(start, stop):
            yield from batch
            start += len(batch)

    def page(self, start: int, stop: int | None = None, limit: int = PAGE, types: Sequence[str] = ()) -> list[Recorded]:
        """At most `limit` events from position `start`, of these types, or of all."""
        rows = self.store.events(start, stop, limit, types)
        return [recorded(parse_entry(row["entry"]), parse_body(row["body"])) for row in rows]

    def later_in_stream(self, event: Recorded) -> list[Recorded]:
        """The events that follow one in its stream."""
        rows = self.store.stream_events(event.originator_id, above=event.originator_version)
        return [recorded(parse_entry(row["entry"]), parse_body(row["body"])) for row in rows]

    def agreed(self, position: int, before: int | None = None) -> frozenset[str]:
        """Everyone whose signature stands for the entry at a position: with it or later, and not refused since.

        `before` looks at the entries below a position only.
        """
        event = self.at(position)
        stop = self.size() if before is None else before
        stream = (self.at(later) for later in self.store.stream(event.originator_id) if position < later < stop)
        return agreed(event, stream)

    def changed_by(self, record: Recorded) -> tuple[Recorded, ...]:
        """The record of this ledger that a correction or withdrawal changes, and what that one changes in turn."""
        match record.payload:
            case RecordCorrected(corrects=target) | RecordWithdrawn(of=target) if not target.fingerprint:
                changed = self.at(target.position)
                return (changed, *self.changed_by(changed))
        return ()

    def aggregate(self, stream: str) -> Aggregate | None:
        """What stands in a stream; None where nothing does."""
        try:
            return self.repository.get(stream, projector_func=fold)  # type: ignore[type-var]  # immutable aggregates have no base
        except AggregateNotFoundError:
            return None

    def resolve(self, reference: EntryReference) -> Recorded:
        """The entry of a reference within this ledger; raises Refused where it is not on record."""
        foreign = reference.fingerprint and reference.fingerprint != self.fingerprint
        if foreign:
            raise Refused(
                "the entry {} stands in another ledger, where nothing is signed, corrected, accepted or ended from "
                "here; record here what is to be said of it, referring to it",
                reference.position,
            )
        if reference.position >= self.size():
            raise Refused("there is no entry {} to refer to", reference.position)
        event = self.at(reference.position)
        if event.leaf_hash != reference.leaf_hash:
            raise Refused("the entry at {} is another one than the reference names", reference.position)
        return event

    # --- seals, tree and checkpoints ---

    def needs_seal(self) -> bool:
        """Whether any entry other than seals and anchors follows the last seal. Raises as `last_seal` does."""
        last, seal = self.store.last_beside(AT_REST), self.last_seal()
        return last is not None and (seal is None or last > seal.size)

    def last_seal(self, size: int = ALL) -> Sealed | None:
        """The last seal among the first `size` entries; None where there is none.

        Raises ChainBroken where another entry stands in its place: that one is never passed over for an older seal.
        """
        position = self.store.last_of(SEALS, size)
        if position is None:
            return None
        sealed = self.at(position).payload
        if not isinstance(sealed, Sealed) or sealed.size != position:
            raise ChainBroken("the seal at {} does not say its own position", position)
        return sealed

    def ends_in_seal(self, size: int) -> bool:
        """Whether a seal is the last one of the first `size` entries but for anchors and further seals.

        Raises as `last_seal` does.
        """
        seal, other = self.last_seal(size), self.store.last_beside(AT_REST, size)
        return seal is not None and (other is None or seal.size > other)

    def hashes(self, size: int) -> GetHash:
        """Subtree hashes of the tree of `size` entries, from stored tiles and leaf hashes."""
        return tree_hashes(self.store, size)

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
