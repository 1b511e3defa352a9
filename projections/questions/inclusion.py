"""Question: is an entry in the ledger; the proof that it is under a checkpoint."""

from dataclasses import dataclass

from ledger.application import Ledger
from ledger.core.encoding import b64decode, b64encode
from ledger.core.proof import InclusionProof, format_proof
from ledger.outgoing import prove_entry


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That the entry at `index` is in the tree of the checkpoint; hashes in base64, the checkpoint verbatim."""

    index: int
    leaf_hash: str
    hashes: tuple[str, ...]
    checkpoint: str

    def as_file(self) -> bytes:
        """The C2SP tlog-proof: who checks it brings the entry, so that it holds no leaf hash."""
        proof = InclusionProof(self.index, tuple(map(b64decode, self.hashes)), self.checkpoint.encode())
        return format_proof(proof)


def inclusion(ledger: Ledger, position: int, size: int | None = None) -> Inclusion:
    """The proof that an entry is under the checkpoint of a size, the last one where none is named. Raises BadInput."""
    proof = prove_entry(ledger, position, size)
    leaf = ledger.at(position).leaf_hash
    return Inclusion(proof.index, b64encode(leaf), tuple(map(b64encode, proof.hashes)), proof.checkpoint.decode())
