"""One ledger: the single write path.

command -> (under the lock) place in a stream -> decide -> draft -> number, chain, sign, insert -> receipt.

Long because it is one path, and what is checked on it stands in the order in which it is checked.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

from ledger.checks.admits import check_withdrawal
from ledger.checks.concerned import check_answer, check_consented, check_explained
from ledger.checks.subjects import Subject
from ledger.clock import Clock, Randomness, system_randomness
from ledger.core.carried import NOTHING, Carried
from ledger.core.checkpoint import Checkpoint, check_successor, open_checkpoint, sign_checkpoint
from ledger.core.encoding import b64decode, b64encode, canonical_json
from ledger.core.merkle import EMPTY_ROOT, GetHash, prove_consistency
from ledger.core.signers import Signer
from ledger.decisions import Standing, decide
from ledger.errors import Busy, Conflict, Overtaken, ProofInvalid, Refused, Unusable
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.record import Proposed
from ledger.events.records import (
    ConsentRecorded,
    RecordAccepted,
    RecordExplained,
    RecordRefused,
    RecordWithdrawn,
    TextErased,
)
from ledger.events.trust import LedgerOpened, Sealed, TrustPayload
from ledger.frozen import dataclass
from ledger.on_record import OnRecord
from ledger.placement import place
from ledger.store.appending import Appending, signer_id
from ledger.store.opening import check_place
from ledger.store.sealed_heads import FALSE_SEAL

SEAL_ATTEMPTS, RECORD_ATTEMPTS = 5, 12
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


class Ledger(OnRecord):
    """One ledger in one store. Open it by `open_ledger`, make one by `ledger.home.genesis.create_ledger`."""

    remember: Callable[[Receipt], None] | None = None
    """What keeps the last receipt of each append, where the ledger's own place would not tell that it is gone."""
    _unfolded = False
    """Whether anything was written since the log was folded."""
    _sealed: int | None = None
    """The position of the last seal that was made, or found to be that of the entries before it, here."""
    _folded_at: float | None = None
    """When the log was folded, or first written to; None before."""

    def record(self, *commands: Command) -> tuple[Receipt, ...]:
        """Records these commands in one transaction, all or none. Raises Refused, Conflict or Busy.

        Where others were faster they are proposed, decided and signed again, on what stands then.
        """
        for attempt in range(RECORD_ATTEMPTS):
            try:
                return self._append(commands)
            except Overtaken:
                if attempt == RECORD_ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _append(self, commands: Sequence[Command]) -> tuple[Receipt, ...]:
        pending: dict[str, int] = {}
        opening = commands[0].payload
        with self.store.writing():
            before = self.store.size()
            proposed = [
                replace(self._propose(each.payload, pending), fixed=each.fixed, carried=each.carried)
                for each in commands
            ]
            for command in commands:
                self._check_withdrawal(command)
                self._check_answer(command)
            appending = Appending(
                signers=[command.signers for command in commands],
                payloads=[command.payload for command in commands],
                origin=opening.origin if isinstance(opening, LedgerOpened) else self.origin,
                register=self.register(),
            )
            self.events.put(proposed, appending=appending)  # nobody in this process follows: no snapshots, no queues
        if self._register_size == before:  # nobody else wrote: what was registered now is at hand
            for entry, payload in zip(appending.entries, appending.payloads, strict=True):
                self._register.apply(entry.header, payload)
            self._register_size = before + len(appending.entries)
        self._unfolded = True
        if self._folded_at is None:
            self._folded_at = monotonic()
        if monotonic() - self._folded_at >= FOLD_AFTER:
            self.fold()
        receipts = tuple(
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
        if self.remember is not None:
            self.remember(receipts[-1])
        return receipts

    def _check_withdrawal(self, command: Command) -> None:
        if isinstance(command.payload, RecordWithdrawn):
            keys = self.keys()
            check_withdrawal(
                keys,
                [signer_id(s, keys.origin) for s in command.signers],
                command.carried,
                self.agreed(command.payload.of.position),
            )

    def _check_answer(self, command: Command) -> None:
        """Who answers or explains an entry is somebody whom it concerns."""
        payload, author = command.payload, signer_id(command.signers[0], self.origin).person
        match payload:
            case RecordAccepted(accepts=of) | RecordRefused(refuses=of):
                record = self.at(of.position)
                check_answer(payload, author, record, self.changed_by(record))
            case ConsentRecorded(of=of) if not of.fingerprint and of.position < self.store.size():
                record = self.at(of.position)
                check_consented(payload, record, self.changed_by(record))
            case RecordExplained(explains=of) if self.kind == "duty" and not of.fingerprint:
                if "recorder" not in self.keys().roles.get(author, ()):
                    check_explained(author, self.at(of.position), self.subjects_at(of.position))

    def fold(self) -> bool:
        """Puts every entry into the database's own file, so that a plain copy of it is complete; False while a reader
        of an older state is in the way, or the machine refuses: the entries stand all the same."""
        if self._unfolded:
            self._folded_at = monotonic()
            with suppress(Unusable, Busy):
                self._unfolded = not self.store.fold()
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

        False means *erasure pending*: a reader keeps the write-ahead log; repeat `store.forget()` later.
        """
        receipt = self.record(Command(erased, tuple(signers)))[0]
        return receipt, self.store.forget()

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
            return name in pending or self.store.version(name) > 0

        stream = place(payload, self.kind, register, self._stream_of, taken, self.randomness)
        if isinstance(payload, TrustPayload):  # their streams only grow longer: no rule asks what stands in them
            pending[stream] = pending.get(stream, self.store.version(stream)) + 1
            return Proposed(stream, pending[stream], payload)
        aggregate = None if payload.OPENS else self.aggregate(stream)
        standing = Standing(self.kind, register, aggregate, self.resolve, self.moment(), self.zone, self.agreed)
        decide(payload, standing)
        version = 1 if payload.OPENS else pending.get(stream, aggregate.version if aggregate else 0) + 1
        pending[stream] = version
        return Proposed(stream, version, payload)

    def _stream_of(self, reference: EntryReference) -> str:
        return self.resolve(reference).originator_id

    # --- seals and checkpoints ---

    def seal(self, signer: Signer) -> Receipt:
        """Commits to the heads of all streams and subjects before it (FORMAT.md section 5).

        Raises Conflict where others kept writing meanwhile.
        """
        for attempt in range(SEAL_ATTEMPTS):
            size, root = self.store.heads_root(with_subjects=self.kind == "duty")
            try:
                made = self.record(Command(Sealed(size=size, heads=b64encode(root)), (signer,)))[0]
            except Conflict:
                if attempt == SEAL_ATTEMPTS - 1:
                    raise
            else:
                self._sealed = made.position
                return made
        raise AssertionError("the last attempt returns or raises")

    def _check_last_seal(self) -> None:
        """Refuse to sign over a seal that is not of the entries before it; one that was seen here is not seen again."""
        seal = self.last_seal()
        if seal is not None and seal.size != self._sealed:
            root = self.store.heads_root(seal.size, with_subjects=self.kind == "duty")[1]
            if root != b64decode(seal.heads):
                raise ProofInvalid(FALSE_SEAL, seal.size)
            self._sealed = seal.size

    def sign_checkpoint(self, log: Signer, new: Signer | None = None) -> bytes:
        """Signs the tree head, checked against the last one, and stores it before anything leaves the process.

        With `new`, the log key that is announced, its line stands after the old key's (`ledger.keys.rotation`).

        Raises RolledBack or Forked where the ledger contradicts what it signed before, ProofInvalid or ChainBroken
        where the last seal is not that of the entries before it.
        """

        def make(size: int, get: GetHash, last: tuple[int, bytes] | None) -> bytes:
            self._check_last_seal()
            keys = self.keys()
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
        return self.store.put_checkpoint(make)


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
    check_place(path, whole=whole)
    ledger = Ledger(path, clock=clock, randomness=randomness, read_only=read_only)
    try:
        if whole:
            ledger.genesis  # noqa: B018 - raises where it is missing or something else
    except BaseException:
        ledger.close()
        raise
    return ledger
