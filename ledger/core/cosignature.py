"""Witness cosignatures (C2SP tlog-cosignature v1.0.1, cosignature/v1: Ed25519, type 04).

A cosignature says: at that time this was the largest tree, consistent with all before it, that the witness
had seen of this origin. Signed is `cosignature/v1` LF `time <POSIX seconds, decimal>` LF and the whole
checkpoint text; the payload of its line is the time as u64 big-endian and the 64-byte signature.

The witness's name is not signed: one key must never serve two names, and a quorum counts distinct public
keys.
"""

from ledger.core.algorithms import COSIGNATURE_V1, TIMESTAMP_SIZE, cosignature_message, split_cosignature
from ledger.core.checkpoint import Checkpoint, format_checkpoint
from ledger.core.note import SignatureLine
from ledger.core.signers import Signer, VerifyKey
from ledger.errors import KeyInvalid, SignatureInvalid
from ledger.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified statement by `key` about one checkpoint at `timestamp` (POSIX seconds, UTC)."""

    key: VerifyKey
    timestamp: int


def sign_cosignature(checkpoint: Checkpoint, signer: Signer, timestamp: int) -> SignatureLine:
    """The witness's line for `checkpoint` at `timestamp` (POSIX seconds).

    Raises `KeyInvalid` for a key that is not for cosignatures, `Malformed` for an impossible time.
    """
    key = signer.verify_key
    _check_purpose(key)
    signature = signer.sign(cosignature_message(timestamp, format_checkpoint(checkpoint).encode()))
    return SignatureLine(key.name, key.key_id, timestamp.to_bytes(TIMESTAMP_SIZE, "big") + signature)


def open_cosignature(checkpoint: Checkpoint, line: SignatureLine, key: VerifyKey) -> Cosignature:
    """The cosignature in `line`, verified for `checkpoint` and `key`.

    Raises `SignatureInvalid` if the line is of another key or does not fit, `KeyInvalid` for another kind of
    key. Whether the time is plausible is for the caller, who has a clock.
    """
    _check_purpose(key)
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise SignatureInvalid("the cosignature is by {}, not by {}+{}", line.name, key.name, key.key_id.hex())
    key.check(format_checkpoint(checkpoint).encode(), line.signature)
    return Cosignature(key, split_cosignature(line.signature)[0])


def _check_purpose(key: VerifyKey) -> None:
    if key.algorithm != COSIGNATURE_V1:
        raise KeyInvalid("{} is a key for {}, not for cosignatures", key.name, key.algorithm.name)
