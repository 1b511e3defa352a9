"""Notes by whoever recomputed a ledger, seals included (FORMAT.md section 5).

    zeren/verified/v1
    <the three lines of the checkpoint>

A seal is its signer's claim; such a note says that someone else computed the same from the entries. Whom to believe is
the reader's decision.
"""

from ledger.core.checkpoint import Checkpoint, format_checkpoint
from ledger.core.note import open_note, sign_note
from ledger.core.signers import Signer, VerifyKey
from ledger.errors import CheckpointInvalid

LINE = "zeren/verified/v1\n"


def sign_verified(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The note over a checkpoint; raises KeyInvalid for a key that signs no notes."""
    return sign_note(LINE + format_checkpoint(checkpoint), [signer])


def check_verified(data: bytes, checkpoint: Checkpoint, key: VerifyKey) -> None:
    """Refuse unless `key` signed that it recomputed exactly this checkpoint.

    Raises as `open_note` does, and CheckpointInvalid for another checkpoint.
    """
    if open_note(data, [key]).text != LINE + format_checkpoint(checkpoint):
        raise CheckpointInvalid("the note of verification is about another checkpoint")
