"""The sealed map of heads (FORMAT.md section 5): how far each stream and subject has got.

A sparse Merkle map over 256-bit keys, read from the most significant bit, 0 = left:

    key   SHA-256("stream/" + stream) or SHA-256("subject/" + kind + "/" + id)
    leaf  SHA-256(0x00 || "zeren/heads/v1\\n" || key || u64 count || u64 last position || last leaf hash)
    node  SHA-256(0x01 || "zeren/heads/v1\\n" || left || right)

A subtree with one key is that key's leaf, at any depth; an empty one is 32 zero bytes; an inner node stands
at every depth down to where keys part. Numbers are big-endian. A path lists the siblings from the root side
down, at most 256, and ends at the key, at another key that shares all bits so far, or at nothing: the last
two prove that the map does not have the key.

Heads always come sorted by key, so that root and proof stream over a map of any size in O(256) memory.
"""

import hashlib
from collections.abc import Iterable, Iterator

from ledger.core.merkle import HASH_SIZE
from ledger.errors import Malformed, ProofInvalid
from ledger.frozen import dataclass

KEY_BITS = 256
EMPTY = bytes(HASH_SIZE)

_LEAF = b"\x00zeren/heads/v1\n"
_NODE = b"\x01zeren/heads/v1\n"


def stream_key(stream: str) -> bytes:
    """The map key of a stream such as `meeting/E060`."""
    return hashlib.sha256(f"stream/{stream}".encode()).digest()


def subject_key(kind: str, subject: str) -> bytes:
    """The map key of a subject: `kind` is person or unit, `subject` its id."""
    return hashlib.sha256(f"subject/{kind}/{subject}".encode()).digest()


@dataclass(frozen=True, slots=True)
class StreamHead:
    """The last entry of one stream or subject: how many entries it has, where the last stands, its leaf hash.

    Raises `Malformed` for values that do not fit the leaf.
    """

    key: bytes
    count: int
    position: int
    leaf: bytes

    def __post_init__(self) -> None:
        if len(self.key) != HASH_SIZE or len(self.leaf) != HASH_SIZE:
            raise Malformed("a head has a key and a leaf hash of 32 bytes each")
        if not 1 <= self.count < 2**64 or not 0 <= self.position < 2**64:
            raise Malformed("a head has a count from 1 and a position from 0, both below 2^64")


@dataclass(frozen=True, slots=True)
class HeadProof:
    """A path from the root down to where `end` stands: the key's head, another key's, or nothing (None)."""

    siblings: tuple[bytes, ...]
    end: StreamHead | None


def head_hash(head: StreamHead) -> bytes:
    """The leaf of `head` in the map."""
    return hashlib.sha256(
        _LEAF + head.key + head.count.to_bytes(8, "big") + head.position.to_bytes(8, "big") + head.leaf
    ).digest()


def heads_root(heads: Iterable[StreamHead]) -> bytes:
    """The root of the map of `heads`, which come by rising key; raises `Malformed` if they do not."""
    return _root(_rising(heads), 0)


def check_head(proof: HeadProof, head: StreamHead, root: bytes) -> None:
    """Refuse unless `proof` shows that the map with `root` holds exactly `head`; raises `ProofInvalid`."""
    if proof.end != head:
        raise ProofInvalid("map path does not end at the head that it should prove")
    _check_path(proof, head.key, root)


def check_absence(proof: HeadProof, key: bytes, root: bytes) -> None:
    """Refuse unless `proof` shows that the map with `root` does not hold `key`; raises `ProofInvalid`."""
    if proof.end is not None and proof.end.key == key:
        raise ProofInvalid("map path ends at the key whose absence it should prove")
    _check_path(proof, key, root)


def _check_path(proof: HeadProof, key: bytes, root: bytes) -> None:
    depth = len(proof.siblings)
    if len(key) != HASH_SIZE or depth > KEY_BITS or any(len(h) != HASH_SIZE for h in proof.siblings):
        raise ProofInvalid("map path has at most 256 hashes of 32 bytes and a key of 32 bytes")
    if depth and proof.siblings[-1] == EMPTY:
        raise ProofInvalid("map path goes on below the depth at which its key stands alone")
    if proof.end is not None and _shared_bits(proof.end.key, key) < depth:
        raise ProofInvalid("map path ends at a key that parts from it earlier")
    computed = EMPTY if proof.end is None else head_hash(proof.end)
    for level in reversed(range(depth)):
        computed = _join(key, level, computed, proof.siblings[level])
    if computed != root:
        raise ProofInvalid("map path does not lead to the sealed root")


def _rising(heads: Iterable[StreamHead]) -> Iterator[StreamHead]:
    last = b""
    for head in heads:
        if head.key <= last:
            raise Malformed("heads must come by rising key, each key once")
        last = head.key
        yield head


def _root(heads: Iterable[StreamHead], top: int) -> bytes:
    """The hash at depth `top` of the subtree over `heads`, which share that many bits and rise."""
    waiting: list[tuple[int, bytes]] = []  # left subtrees by the rising depth of the node above them
    current, depth, key = EMPTY, KEY_BITS, b""  # the rightmost subtree; a leaf has no depth of its own
    for head in heads:
        if key:
            parting = _shared_bits(key, head.key)
            while waiting and waiting[-1][0] > parting:
                above, left = waiting.pop()
                current, depth = inner_hash(left, _lift(current, key, depth, above + 1)), above
            waiting.append((parting, _lift(current, key, depth, parting + 1)))
        current, depth, key = head_hash(head), KEY_BITS, head.key
    while waiting:
        above, left = waiting.pop()
        current, depth = inner_hash(left, _lift(current, key, depth, above + 1)), above
    return _lift(current, key, depth, top)


def _lift(subtree: bytes, key: bytes, depth: int, top: int) -> bytes:
    """Raise a node at `depth` to depth `top` through inner nodes with one empty side; a leaf stays as it is."""
    if depth < KEY_BITS:
        for level in reversed(range(top, depth)):
            subtree = _join(key, level, subtree, EMPTY)
    return subtree


def _join(key: bytes, depth: int, subtree: bytes, sibling: bytes) -> bytes:
    """The node at `depth` above the subtree on the key's side and its sibling."""
    if key[depth >> 3] >> (7 - (depth & 7)) & 1:
        return inner_hash(sibling, subtree)
    return inner_hash(subtree, sibling)


def inner_hash(left: bytes, right: bytes) -> bytes:
    """The inner node above two subtrees."""
    return hashlib.sha256(_NODE + left + right).digest()


def _shared_bits(first: bytes, second: bytes) -> int:
    """How many leading bits two keys share: 256 if they are equal."""
    return KEY_BITS - (int.from_bytes(first, "big") ^ int.from_bytes(second, "big")).bit_length()
