"""Checkpoints of a ledger as someone outside it holds them: here the discipline side (FORMAT.md section 10).

A checkpoint is held only after its log key, the inclusion of entry 0 and the consistency with the one held before were
checked, so that each pin of a case proves one history. One file per checkpoint: the note verbatim, named
`<moment held>-<size>.checkpoint`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ledger.core.checkpoint import Checkpoint, check_successor, open_checkpoint
from ledger.core.merkle import check_inclusion
from ledger.core.signers import VerifyKey
from ledger.errors import BadInput, Malformed
from ledger.frozen import dataclass
from ledger.writing import replace_private

ENDING = ".checkpoint"
"""How the name of each file ends."""
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Held:
    """A held checkpoint: the note verbatim, what it says, and since when it is held."""

    note: bytes
    checkpoint: Checkpoint
    since: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A checkpoint on its way, with the proofs that its receiver asks for."""

    note: bytes
    genesis_leaf: bytes
    inclusion_of_genesis: Sequence[bytes]
    consistency_with_held: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The held checkpoints of one ledger, in one directory. `log_key` was learnt when the ledger was first met.

    `later_keys` are those that the ledger's own history confirmed since (FORMAT.md section 6): a checkpoint by one of
    them still has to continue what is held.
    """

    directory: Path
    log_key: VerifyKey
    genesis_leaf: bytes
    later_keys: tuple[VerifyKey, ...] = ()
    former: tuple[str, ...] = ()
    """Origins of the ledgers that it continues: their checkpoints stay beside its own, and are none of it."""

    def latest(self) -> Held | None:
        """The checkpoint held last; None where none is held. Raises BadInput for a file that is none of ours."""
        name = next((name for name in reversed(self._names()) if not self._is_former(name)), None)
        return self._read(name) if name is not None else None

    def all(self) -> list[Held]:
        """Every held checkpoint, oldest first. Raises BadInput for a file that is none of ours."""
        return [self._read(name) for name in self._names() if not self._is_former(name)]

    def accept(self, delivery: Delivery, since: datetime) -> Held:
        """Holds a delivered checkpoint from `since` on.

        Raises SignatureInvalid, ProofInvalid, RolledBack or Forked where it does not continue what is held.
        """
        checkpoint = open_checkpoint(delivery.note, [self.log_key, *self.later_keys]).checkpoint
        check_inclusion(self.genesis_leaf, 0, checkpoint.size, delivery.inclusion_of_genesis, checkpoint.root)
        held = self.latest()
        if held is not None:
            check_successor(held.checkpoint, checkpoint, delivery.consistency_with_held)
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = self.directory / f"{since.astimezone(UTC).strftime(_STAMP)}-{checkpoint.size:012d}{ENDING}"
        replace_private(name, delivery.note)
        return Held(delivery.note, checkpoint, since)

    def _names(self) -> list[Path]:
        return sorted(self.directory.glob(f"*{ENDING}"))

    def _is_former(self, name: Path) -> bool:
        """Whether it is a checkpoint of a ledger that this one continues."""
        try:
            return bool(self.former) and name.read_bytes().startswith(
                tuple(f"{each}\n".encode() for each in self.former)
            )
        except OSError:
            return False

    def _read(self, name: Path) -> Held:
        """Raises BadInput for a file that is none of ours, naming it."""
        try:
            since = held_since(name)
        except ValueError:
            raise BadInput("{} is not named as a checkpoint held is: by moment and size", name) from None
        try:
            note = name.read_bytes()
            return Held(note, open_checkpoint(note, [self.log_key, *self.later_keys]).checkpoint, since)
        except OSError as error:
            raise BadInput("{} cannot be read: {}", name, error.strerror) from None
        except Malformed:
            raise BadInput("{} is no checkpoint; find out who changed it, then remove it", name) from None


def held_since(name: Path) -> datetime:
    """Since when the checkpoint of this file is held, as its name tells. Raises ValueError for any other name."""
    said = name.name.partition("-")[0]
    since = datetime.fromisoformat(said)  # reads more than a stamp, and without what `strptime` loads
    if f"{since:{_STAMP}}" != said:
        raise ValueError(said)
    return since
