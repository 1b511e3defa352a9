"""Checkpoints (C2SP tlog-checkpoint v1.0.0): what a log signs to say how far it has got.

The note text has exactly three lines, each ending in LF; extension lines, which C2SP allows and no monitor
can audit, are refused (FORMAT.md section 6):

    <origin>
    <tree size, decimal>
    <root hash, base64>

The log key's name is the origin. A foreign log that breaks this rule can be opened by naming its origin.
"""

import re
from collections.abc import Iterable, Sequence

from ledger.core.encoding import b64decode, b64encode, parse_decimal_u64
from ledger.core.merkle import EMPTY_ROOT, HASH_SIZE, check_consistency
from ledger.core.note import Note, OpenedNote, open_note, sign_note
from ledger.core.signers import Signer, VerifyKey
from ledger.errors import CheckpointInvalid, Forked, KeyInvalid, Malformed, RolledBack
from ledger.frozen import dataclass

_ORIGIN = re.compile(r"[^\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One tree head: `size` entries of the log `origin` have the Merkle root `root` (32 bytes).

    Raises `Malformed` for impossible values and `CheckpointInvalid` for size 0 with a root not of the empty
    tree.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.origin):
            raise Malformed("a checkpoint's origin is one non-empty line: {!a}", self.origin[:80])
        if not 0 <= self.size < 2**64 or len(self.root) != HASH_SIZE:
            raise Malformed("a checkpoint has a size below 2^64 and a root of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointInvalid("a checkpoint of size 0 must have the root of the empty tree")


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the note that it was read from; every line by a known log key was verified.

    `log_keys` are the keys that signed, in the note's order.
    """

    checkpoint: Checkpoint
    note: Note
    log_keys: tuple[VerifyKey, ...]


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The three lines of `checkpoint`, each with its line end."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{b64encode(checkpoint.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that `format_checkpoint` writes as `text`; raises as `Checkpoint` does."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise Malformed("a checkpoint has exactly three lines: origin, size, root")
    return Checkpoint(lines[0], parse_decimal_u64(lines[1]), b64decode(lines[2]))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The note of `checkpoint` by the log key, or by the old and the new one while it is rotated.

    Raises `KeyInvalid` for a key whose name is not the origin.
    """
    for signer in signers:
        if signer.verify_key.name != checkpoint.origin:
            raise KeyInvalid("{} is not the log key of {}", signer.verify_key.name, checkpoint.origin)
    return sign_note(format_checkpoint(checkpoint), signers)


def open_checkpoint(data: bytes, log_keys: Iterable[VerifyKey], *, origin: str | None = None) -> SignedCheckpoint:
    """The checkpoint in the note `data`, signed by one of `log_keys` at least.

    Its origin must be `origin`, or, where none is given, the name of every key that signed. Raises as
    `open_note` and `parse_checkpoint` do, and `CheckpointInvalid` for another origin.
    """
    opened: OpenedNote = open_note(data, log_keys)
    checkpoint = parse_checkpoint(opened.text)
    for expected in {origin} if origin is not None else {key.name for key in opened.keys}:
        if checkpoint.origin != expected:
            raise CheckpointInvalid("the checkpoint is of {!a}, expected was {!a}", checkpoint.origin, expected)
    return SignedCheckpoint(checkpoint, opened.note, opened.keys)


def check_not_behind(held: Checkpoint, new: Checkpoint) -> None:
    """Refuse a `new` checkpoint that contradicts the `held` one already by its three lines.

    Raises `CheckpointInvalid` for another origin, `RolledBack` for a smaller size, `Forked` for two roots at
    one size. Passing is no proof that `new` continues `held`: that is `check_successor`.
    """
    if new.origin != held.origin:
        raise CheckpointInvalid("the checkpoint is of {!a}, the held one of {!a}", new.origin, held.origin)
    if new.size < held.size:
        raise RolledBack("{} shows {} entries, but has signed for {} before", new.origin, new.size, held.size)
    if new.size == held.size and new.root != held.root:
        raise Forked("{} has signed two histories of {} entries; keep both checkpoints", new.origin, new.size)


def check_successor(held: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Refuse unless `new` is `held` or continues it, as `proof` shows.

    Raises as `check_not_behind` does, and `ProofInvalid`. Everything continues the empty tree, and the only
    proof accepted for that is none (C2SP tlog-witness).
    """
    check_not_behind(held, new)
    if held.size:
        check_consistency(held.size, held.root, new.size, new.root, proof)
    elif proof:
        raise CheckpointInvalid("from the empty ledger no proof is needed, yet one was given")
