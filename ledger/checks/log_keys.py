"""The log key and its rotation (FORMAT.md section 6): what an announcement and its confirmation must satisfy.

A checkpoint of size n is valid under the log key that entries 0..n-1 confirmed. Two log lines, the old key's and the
new one's, has only the checkpoint that a confirmation carries.
"""

from collections.abc import Callable, Collection

from ledger.core.algorithms import ED25519
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.note import parse_note
from ledger.core.signers import VerifyKey, parse_vkey
from ledger.errors import CheckpointInvalid, Invalid, KeyInvalid, UnknownKey


def parse_log_key(vkey: str, origin: str) -> VerifyKey:
    """The log key of a vkey: Ed25519, under the ledger's own name. Raises KeyInvalid."""
    key = parse_vkey(vkey)
    if key.name != origin or key.algorithm != ED25519:
        raise KeyInvalid(
            "a log key is an Ed25519 key named {}, this is one for {} named {}", origin, key.algorithm.name, key.name
        )
    return key


def check_possession(note: str, log: VerifyKey) -> None:
    """The log key proves itself by its checkpoint of size 0. Raises Invalid."""
    try:
        possession = open_checkpoint(note.encode(), [log]).checkpoint
    except UnknownKey as error:
        raise Invalid("the log key's proof of possession is not signed by it") from error
    if possession != Checkpoint(log.name, 0, EMPTY_ROOT):
        raise Invalid("the log key's proof of possession is not its checkpoint of size 0")


def open_confirming(note: str, old: VerifyKey, new: VerifyKey, sizes: range) -> Checkpoint:
    """The checkpoint that confirms the log key `new`: by the old key, then by the new one, and by nobody else.

    `sizes` are those that contain the announcement and lie not above the confirmation. Raises CheckpointInvalid,
    SignatureInvalid or Malformed; its root is for the caller to compare, by `check_head`.
    """
    data = note.encode()
    lines = [(line.name, line.key_id) for line in parse_note(data).signatures]
    if lines != [(old.name, old.key_id), (new.name, new.key_id)]:
        raise CheckpointInvalid("a confirming checkpoint has two lines: the old log key's, then the new one's")
    checkpoint = open_checkpoint(data, [old, new]).checkpoint
    if checkpoint.size not in sizes:
        raise CheckpointInvalid(
            "the confirming checkpoint has {} entries: too few to hold the announcement, or too many",
            checkpoint.size,
        )
    return checkpoint


def check_head(checkpoint: Checkpoint, head_at: Callable[[int], Checkpoint]) -> None:
    """The confirming checkpoint is a head of this history, as `head_at` recomputes it. Raises CheckpointInvalid."""
    if checkpoint != head_at(checkpoint.size):
        raise CheckpointInvalid("the confirming checkpoint of {} entries is not of this history", checkpoint.size)


def check_log_lines(found: Collection[VerifyKey], log: VerifyKey, confirming: VerifyKey | None) -> None:
    """The log keys that signed a checkpoint are the one in force, or that and the one being confirmed by it.

    Raises CheckpointInvalid.
    """
    signed = tuple(found)
    if signed != (log,) and (confirming is None or signed != (log, confirming)):
        raise CheckpointInvalid("the checkpoint is signed by two log keys, and no confirmation carries it")
