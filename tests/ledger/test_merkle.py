"""The tree of RFC 6962: published vectors, every small proof proved and attacked bit by bit."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.encoding import b64decode
from ledger.core.merkle import (
    EMPTY_ROOT,
    Frontier,
    GetHash,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)
from ledger.errors import Malformed, ProofInvalid
from tests.support.vectors import vectors

LEAVES = [leaf_hash(b"entry %d" % i) for i in range(70)]


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 section 2.1 defines it, by recursion: the oracle."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_hash(leaves[:split]), tree_hash(leaves[split:]))


def getter(leaves: Sequence[bytes]) -> GetHash:
    return lambda lo, hi: tree_hash(leaves[lo:hi])


def hashes_of(texts: Sequence[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or ()]


def test_published_inclusion_proofs() -> None:
    """Each of the 98 inclusion cases of transparency-dev passes or fails as published."""
    cases = vectors("merkle/inclusion.json")["cases"]
    assert len(cases) == 98
    for name, case in cases.items():
        root, leaf, *proof = hashes_of([case["root"], case["leafHash"], *(case["proof"] or ())])
        try:
            check_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
        except ProofInvalid:
            assert case["wantErr"], name
        else:
            assert not case["wantErr"], name


def test_published_consistency_proofs() -> None:
    """Each of the 98 consistency cases of transparency-dev passes or fails as published.

    Some have words for roots, which only need to be equal or not: their hashes stand for them, as ours must be hashes.
    """
    cases = vectors("merkle/consistency.json")["cases"]
    assert len(cases) == 98
    for name, case in cases.items():
        roots = [root if len(root) == 32 else leaf_hash(root) for root in hashes_of([case["root1"], case["root2"]])]
        try:
            check_consistency(case["size1"], roots[0], case["size2"], roots[1], hashes_of(case["proof"]))
        except ProofInvalid:
            assert case["wantErr"], name
        else:
            assert not case["wantErr"], name


def test_the_published_tree_of_eight_leaves() -> None:
    """Leaves, inner nodes and the roots of all sizes are those of the tree that RFC 6962's authors published."""
    tree = vectors("merkle/rfc6962-tree8.json")
    leaves = [leaf_hash(bytes.fromhex(text)) for text in tree["leaf_inputs_hex"]]
    level = leaves
    for hashes in tree["node_hashes_by_level_hex"]:
        assert hashes[: len(level)] == [value.hex() for value in level]
        level = [node_hash(*pair) for pair in list(pairwise(level))[::2]]
    assert tree["root_hash_by_size_hex"] == [root_of(leaves[:size]).hex() for size in range(9)]


def test_published_subtree_hashes() -> None:
    """The hash over every range that a proof can ask for is the published one, up to 130 leaves."""
    given_ = vectors("merkle/mtc-accumulated.json")
    leaves = [leaf_hash(bytes([i])) for i in range(130)]
    rolling = hashlib.sha256()
    for end in range(131):
        for start in range(end + 1):
            if start in (0, end) or _is_subtree(start, end):
                rolling.update(f"[{start}, {end}) {root_of(leaves[start:end]).hex()}\n".encode())
    assert given_["rolling_sha256"]["TestSubtreeHashVectors"] == rolling.hexdigest()


def _is_subtree(start: int, end: int) -> bool:
    width = 1
    while width < end - start:
        width *= 2
    return start % width == 0


def test_the_frontier_has_the_root_of_the_definition_at_every_size() -> None:
    """A tree grown leaf by leaf has MTH as its root, and goes on from its saved state."""
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert frontier.root() == tree_hash(LEAVES[:size])
        frontier = Frontier(frontier.size, frontier.hashes)
        frontier.append(leaf)
    assert (frontier.root(), root_of([])) == (tree_hash(LEAVES), EMPTY_ROOT)


@pytest.mark.parametrize(("size", "hashes"), [(-1, []), (1, []), (2, [bytes(32)] * 2), (1, [bytes(31)])])
def test_a_frontier_of_the_wrong_shape_is_refused(size: int, hashes: list[bytes]) -> None:
    """The number of saved hashes must fit the size."""
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, hashes)


def test_a_leaf_is_a_hash() -> None:
    """Anything but 32 bytes is no leaf hash."""
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"short")


def test_each_bit_length_and_index_of_small_inclusion_proofs() -> None:
    """A proof of any leaf in any tree up to 17 passes, and fails with a bit, a hash, the index or the leaf changed."""
    for size in range(1, 18):
        root = tree_hash(LEAVES[:size])
        for index in range(size):
            proof = prove_inclusion(index, size, getter(LEAVES[:size]))
            check_inclusion(LEAVES[index], index, size, proof, root)
            for false in (*_spoilt(proof), (*proof, root), (LEAVES[0], *proof)):
                with pytest.raises(ProofInvalid):
                    check_inclusion(LEAVES[index], index, size, false, root)
            for other in range(-1, size + 2):
                if other != index:
                    with pytest.raises(ProofInvalid):
                        check_inclusion(LEAVES[index], other, size, proof, root)
            with pytest.raises(ProofInvalid):
                check_inclusion(LEAVES[index + 1], index, size, proof, root)


def test_each_bit_and_length_of_small_consistency_proofs() -> None:
    """A proof between any two sizes up to 17 passes, and fails with a bit, a hash, a root or a size changed."""
    for new in range(1, 18):
        root = tree_hash(LEAVES[:new])
        for old in range(1, new + 1):
            old_root = tree_hash(LEAVES[:old])
            proof = prove_consistency(old, new, getter(LEAVES[:new]))
            check_consistency(old, old_root, new, root, proof)
            for false in (*_spoilt(proof), (*proof, root)):
                with pytest.raises(ProofInvalid):
                    check_consistency(old, old_root, new, root, false)
            for false_roots in ((LEAVES[69], root), (old_root, LEAVES[69])):
                with pytest.raises(ProofInvalid):
                    check_consistency(old, false_roots[0], new, false_roots[1], proof)
            if old < new:
                with pytest.raises(ProofInvalid):
                    check_consistency(new, root, old, old_root, proof)


def _spoilt(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """The proof with one bit of each byte flipped, cut at each length, two neighbours swapped, a hash cut."""
    made = [proof[:n] for n in range(len(proof))] + [(*proof[:-1], last[:31]) for last in proof[-1:]]
    for i, value in enumerate(proof):
        for byte in range(32):
            flipped = bytes([value[byte] ^ 1 << (byte + i) % 8])
            made.append((*proof[:i], value[:byte] + flipped + value[byte + 1 :], *proof[i + 1 :]))
    swapped = [(*proof[:i], proof[i + 1], proof[i], *proof[i + 2 :]) for i in range(len(proof) - 1)]
    return made + swapped


@given(st.integers(1, 300), st.data())
def test_proofs_of_larger_trees(size: int, data: st.DataObject) -> None:
    """What the provers make is accepted, for any leaf and any older size."""
    leaves = [leaf_hash(b"%d" % i) for i in range(size)]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    check_inclusion(leaves[index], index, size, prove_inclusion(index, size, getter(leaves)), root_of(leaves))
    check_consistency(old, root_of(leaves[:old]), size, root_of(leaves), prove_consistency(old, size, getter(leaves)))


def test_a_proof_does_not_bind_the_size() -> None:
    """The proof of leaf 4 in a tree of 10 passes for sizes 9 to 16: so the size must come from a signed checkpoint."""
    proof, root = prove_inclusion(4, 10, getter(LEAVES[:10])), tree_hash(LEAVES[:10])
    accepted = []
    for size in range(1, 40):
        try:
            check_inclusion(LEAVES[4], 4, size, proof, root)
        except ProofInvalid:
            continue
        accepted.append(size)
    assert accepted == list(range(9, 17))


def test_an_inner_node_is_no_leaf() -> None:
    """Leaves and nodes are hashed apart: two leaf hashes side by side are not the data of a leaf with their root."""
    data = LEAVES[0] + LEAVES[1]
    assert leaf_hash(data) != tree_hash(LEAVES[:2])


def test_size_zero_proves_nothing() -> None:
    """Neither an entry of the empty tree nor growth from it can be proved, not even towards size 0."""
    for new, root in ((0, EMPTY_ROOT), (1, LEAVES[0])):
        with pytest.raises(ProofInvalid):
            check_consistency(0, EMPTY_ROOT, new, root, ())
    with pytest.raises(ProofInvalid):
        check_inclusion(LEAVES[0], 0, 0, (), EMPTY_ROOT)
    with pytest.raises(ValueError, match="no leaf"):
        prove_inclusion(0, 0, getter([]))
    with pytest.raises(ValueError, match="no consistency proof"):
        prove_consistency(0, 4, getter(LEAVES))


def test_published_hashes_are_read_strictly() -> None:
    """A hash in the proofs of this file is canonical base64 or it is refused before any tree is looked at."""
    with pytest.raises(Malformed):
        hashes_of(["AAB="])
