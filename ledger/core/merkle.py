"""The Merkle tree of RFC 6962 and RFC 9162 section 2.1, over SHA-256.

Leaf hash = SHA-256(0x00 || data), node = SHA-256(0x01 || left || right), the empty tree SHA-256(""). A tree
of n > 1 leaves splits at the largest power of two below n. Hashes are 32 bytes; ranges are half open, [lo,
hi).

Provers read the tree through `get(lo, hi)`, the hash over leaves lo..hi-1, complete or ragged on the right,
so a store may answer from tiles. Checkers raise `ProofInvalid` and return nothing.

**Sizes come from signed checkpoints, never from proofs.** A proof binds a size only as far as the shape of
its path: that of leaf 4 in a tree of 10 also passes for every size from 9 to 16.

**Size 0** proves nothing and is never the old size of a consistency proof: `check_consistency` refuses it,
even towards size 0, as transparency-dev does. Who accepts a first checkpoint decides so without a proof.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from ledger.errors import ProofInvalid

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256().digest()

GetHash: TypeAlias = Callable[[int, int], bytes]

_sha256 = hashlib.sha256


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree (compact range): the roots of its complete subtrees, widest first.

    Memory is one hash per set bit of `size`. `size` and `hashes` are enough to go on later; `Frontier()` is
    the empty tree. Raises `ValueError` if the number of hashes does not fit the size.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or [len(h) for h in self._hashes] != [HASH_SIZE] * size.bit_count():
            raise ValueError(f"a frontier of size {size} has {size.bit_count()} hashes of {HASH_SIZE} bytes")

    @property
    def size(self) -> int:
        """How many leaves were appended."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Roots of the complete subtrees from the left, over the leaves of `complete_ranges(0, size)`."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash on the right."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, this has {len(leaf)}")
        carry = self._size
        while carry & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            carry >>= 1
        self._hashes.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return join_hashes(self._hashes) if self._hashes else EMPTY_ROOT


def join_hashes(hashes: Sequence[bytes]) -> bytes:
    """The root over a non-empty row of adjacent subtrees as `complete_ranges` cuts them."""
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root


def complete_ranges(lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """Cut the range of a tree node, [lo, hi), into its complete subtrees, widest first; none if empty."""
    while lo < hi:
        width = 1 << ((hi - lo).bit_length() - 1)
        yield lo, lo + width
        lo += width


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over the given leaf hashes, in O(log n) memory."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def prove_inclusion(index: int, size: int, get: GetHash) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in a tree of `size` leaves, its sibling first (RFC 9162 2.1.3.1).

    Raises `ValueError` unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    lo, hi = 0, size
    path: list[bytes] = []
    while hi - lo > 1:
        mid = lo + _split(hi - lo)
        if index < mid:
            path.append(get(mid, hi))
            hi = mid
        else:
            path.append(get(lo, mid))
            lo = mid
    return tuple(reversed(path))


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Refuse unless `proof` leads from the leaf hash at `index` to `root` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofInvalid("inclusion proof: no entry {} in a ledger of {} entries", index, size)
    _check_hashes(leaf, root, *proof)
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalid("inclusion proof has too many hashes")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofInvalid("inclusion proof has too few hashes")
    if computed != root:
        raise ProofInvalid("inclusion proof: entry {} is not under this root of {} entries", index, size)


def prove_consistency(old: int, new: int, get: GetHash) -> tuple[bytes, ...]:
    """The proof that the tree of `new` leaves extends that of `old` leaves (RFC 9162 section 2.1.4.1).

    Empty if both are equal. Raises `ValueError` unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from size {old} to {new}")
    lo, hi = 0, new
    path: list[bytes] = []
    while hi != old:
        mid = lo + _split(hi - lo)
        if old <= mid:
            path.append(get(mid, hi))
            hi = mid
        else:
            path.append(get(lo, mid))
            lo = mid
    if lo:  # else the verifier holds this hash itself: the old root
        path.append(get(lo, hi))
    return tuple(reversed(path))


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse unless `proof` shows that `new_root` extends `old_root` (RFC 9162 section 2.1.4.2).

    Equal sizes need equal roots and an empty proof; old size 0 is always refused.
    """
    if not 0 < old <= new:
        raise ProofInvalid("consistency proof: none can exist from {} to {} entries", old, new)
    _check_hashes(old_root, new_root, *proof)
    if old == new:
        if proof or old_root != new_root:
            raise ProofInvalid("two roots or a needless proof for one size, {} entries", old)
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ProofInvalid("consistency proof is empty")
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofInvalid("consistency proof has too many hashes")
        if position & 1 or position == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofInvalid("consistency proof has too few hashes")
    if from_old != old_root or from_new != new_root:
        raise ProofInvalid("the history of {} entries does not continue that of {} entries", new, old)


def _split(n: int) -> int:
    """The largest power of two below n, for n > 1."""
    return 1 << ((n - 1).bit_length() - 1)


def _check_hashes(*hashes: bytes) -> None:
    if any(len(h) != HASH_SIZE for h in hashes):
        raise ProofInvalid("a hash in a proof has {} bytes", HASH_SIZE)
