"""Transparency log proofs (C2SP tlog-proof@v1, files ending in .tlog-proof).

    c2sp.org/tlog-proof@v1
    extra <base64>              (only if there is extra data; nobody signs it)
    index <decimal>
    <base64 hash>               (0 to 63 lines, the leaf's sibling first)
    <empty line>
    <checkpoint note, verbatim, with all its signatures>

The proof does not carry the entry: whoever checks it brings the leaf hash.
"""

from collections.abc import Iterable

from ledger.core.checkpoint import SignedCheckpoint, open_checkpoint
from ledger.core.encoding import b64decode, b64encode, parse_decimal_u64
from ledger.core.merkle import HASH_SIZE, check_inclusion
from ledger.core.signers import VerifyKey
from ledger.errors import Malformed
from ledger.frozen import dataclass

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the entry at `index` is in the tree of the note `checkpoint`; not verified by being here.

    `hashes` is the audit path, the leaf's sibling first. `extra` is opaque and not authenticated. Raises
    `Malformed` for values that the format cannot hold.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index < 2**64:
            raise Malformed("the index of a proof is below 2^64")
        if len(self.hashes) > MAX_HASHES or any(len(h) != HASH_SIZE for h in self.hashes):
            raise Malformed("a proof has at most {} hashes, each of {} bytes", MAX_HASHES, HASH_SIZE)
        if not self.checkpoint:
            raise Malformed("a proof ends in a checkpoint")
        if self.extra == b"":
            raise Malformed("a proof without extra data has no extra line")


def format_proof(proof: InclusionProof) -> bytes:
    """The bytes of a .tlog-proof file; `parse_proof` reads them back."""
    extra = [] if proof.extra is None else [f"extra {b64encode(proof.extra)}"]
    lines = [HEADER, *extra, f"index {proof.index}", *map(b64encode, proof.hashes), "", ""]
    return "\n".join(lines).encode("ascii") + proof.checkpoint


def parse_proof(data: bytes) -> InclusionProof:
    """The proof that `format_proof` writes as `data`; raises `Malformed`.

    The checkpoint in it is taken as it stands: `check_proof` parses and verifies it.
    """
    head, _, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a proof's own lines are ASCII") from error
    if lines.pop(0) != HEADER:
        raise Malformed("a proof starts with the line {}", HEADER)
    extra = b64decode(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise Malformed("a proof has a line with its index")
    index = parse_decimal_u64(lines.pop(0).removeprefix("index "))
    return InclusionProof(index, tuple(map(b64decode, lines)), checkpoint, extra)


def check_proof(
    proof: InclusionProof, leaf: bytes, log_keys: Iterable[VerifyKey], *, origin: str | None = None
) -> SignedCheckpoint:
    """Refuse unless a log key signed the checkpoint and the leaf hash `leaf` is at its index under it.

    Returns the checkpoint, whose cosignatures a policy may then judge. Raises as `open_checkpoint` does, and
    `ProofInvalid`.
    """
    signed = open_checkpoint(proof.checkpoint, log_keys, origin=origin)
    checkpoint = signed.checkpoint
    check_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return signed
