"""Question: does a ledger only grow; the proof from a head that one holds to a later one."""

from dataclasses import dataclass

from ledger.application import Ledger
from ledger.core.encoding import b64encode
from ledger.outgoing import prove_growth


@dataclass(frozen=True, slots=True)
class Growth:
    """That the tree of `new` entries continues the tree of `old`; hashes in base64, checkpoints verbatim."""

    old: int
    new: int
    hashes: tuple[str, ...]
    old_checkpoint: str | None
    new_checkpoint: str


def growth(ledger: Ledger, old: int, new: int | None = None) -> Growth:
    """The proof from a size to a later checkpoint, the last one where none is named. Raises BadInput."""
    proof = prove_growth(ledger, old, new)
    before = proof.old_checkpoint.decode() if proof.old_checkpoint is not None else None
    hashes = tuple(b64encode(item) for item in proof.hashes)
    return Growth(proof.old, proof.new, hashes, before, proof.new_checkpoint.decode())
