"""Checkpoints, cosignatures, tiles and proofs against published logs, and attacks on each."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from ledger.core.algorithms import COSIGNATURE_V1, cosignature_message
from ledger.core.checkpoint import (
    Checkpoint,
    check_not_behind,
    check_successor,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from ledger.core.cosignature import open_cosignature, sign_cosignature
from ledger.core.encoding import b64decode, b64encode
from ledger.core.merkle import EMPTY_ROOT, GetHash, leaf_hash, prove_consistency, prove_inclusion, root_of
from ledger.core.note import Note, format_note, parse_note
from ledger.core.proof import MAX_HASHES, InclusionProof, check_proof, format_proof, parse_proof
from ledger.core.signers import Ed25519Signer, parse_vkey
from ledger.core.tiles import (
    EntryBundle,
    Tile,
    completed_tiles,
    decode_tile,
    encode_bundle,
    encode_tile,
    format_path,
    get_from_tiles,
    parse_path,
    tile_containing,
    tile_root,
    tiles_of,
)
from ledger.errors import (
    CheckpointInvalid,
    Forked,
    KeyInvalid,
    Malformed,
    ProofInvalid,
    RolledBack,
    SignatureInvalid,
    UnknownKey,
    ZerenError,
)
from tests.support.builders import signer_named
from tests.support.readers import decode_bundle, open_cosignatures
from tests.support.vectors import vectors

ORIGIN = "zeren.test/organ/duty"
LOG = signer_named(ORIGIN)
LEAVES = [leaf_hash(b"entry %d" % i) for i in range(600)]


def head(size: int, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, root_of(LEAVES[:size]))


def getter(size: int) -> GetHash:
    return lambda lo, hi: root_of(LEAVES[lo : min(hi, size)])


# --- published logs ---


def test_a_published_log_of_15_entries() -> None:
    """Every checkpoint of Tessera's log opens under its key with the root of its own tiles and entries."""
    log = vectors("tlog-tiles/tessera-log15.json")
    key = parse_vkey(log["vkey"])
    for text, note in log["checkpoints_by_size"].items():
        size = int(text)
        opened = open_checkpoint(note.encode(), [key]).checkpoint
        assert (opened.size, opened.origin) == (size, key.name)
        if not size:
            assert opened.root == EMPTY_ROOT
            continue
        hashes = decode_tile(b64decode(log["tiles_b64"][format_path(Tile(0, 0, size))]), size)
        bundle = log["tiles_b64"].get(format_path(EntryBundle(0, size)))
        assert root_of(hashes) == opened.root
        if bundle is not None:
            entries = decode_bundle(b64decode(bundle), size)
            assert (tuple(map(leaf_hash, entries)), encode_bundle(entries)) == (hashes, b64decode(bundle))


def test_a_published_log_of_300_entries_in_tiles() -> None:
    """Sunlight's tiles are those that its 300 entries give, and give the root that its mirror cosigned."""
    log = vectors("tlog-tiles/sunlight-mirror300.json")
    leaves = [leaf_hash(b"record %d" % i) for i in range(300)]
    tiles = {path: b64decode(text) for path, text in log["tiles_b64"].items()}
    checkpoint = parse_checkpoint(parse_note(log["mirror_checkpoint"].encode()).text)

    assert set(tiles) == {format_path(tile) for tile in tiles_of(300)}
    assert encode_tile(leaves[:256]) == tiles["tile/0/000"]
    assert encode_tile(leaves[256:]) == tiles["tile/0/001.p/44"]
    assert tile_root(leaves[:256]) == tiles["tile/1/000.p/1"]
    get = get_from_tiles(300, lambda tile: decode_tile(tiles[format_path(tile)], tile.width))
    assert get(0, 300) == checkpoint.root


def test_published_cosignatures() -> None:
    """The cosignatures of Sunlight's mirror and witnesses verify for their checkpoints and for no other."""
    log = vectors("tlog-tiles/sunlight-mirror300.json")
    for who in ("mirror", "witness", "witness2"):
        note = parse_note(log[f"{who}_checkpoint"].encode())
        checkpoint, key = parse_checkpoint(note.text), parse_vkey(log[f"{who}_vkey"])
        (found,) = open_cosignatures(checkpoint, note, [key])
        line = next(line for line in note.signatures if line.name == key.name)
        assert (found.key, found.timestamp) == (key, 1767139200)
        with pytest.raises(SignatureInvalid):
            open_cosignature(Checkpoint(checkpoint.origin, 299, checkpoint.root), line, key)


def test_the_published_message_of_a_cosignature() -> None:
    """What a witness signs is the specification's example, byte for byte."""
    examples = vectors("signed-note/c2sp-examples.json")
    note = parse_note(examples["tlog-cosignature.md"].encode())
    assert cosignature_message(1679315147, note.text.encode()) == examples["cosignature_v1_message"].encode()
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147


def test_a_published_checkpoint_body() -> None:
    """Go's checkpoint text parses to its numbers and writes itself back."""
    body = vectors("signed-note/notes.json")["checkpoint_body"]
    parsed = parse_checkpoint(body["text"])
    assert (parsed.size, parsed.root) == (body["size"], leaf_hash(body["root_is_leaf_hash_of"].encode()))
    assert format_checkpoint(parsed) == body["text"]


def test_published_proofs() -> None:
    """21 complete tlog-proofs over Tessera's signed log verify, for their entry and for no other."""
    published = vectors("tlog-proof/derived-from-tessera-log15.json")
    key = parse_vkey(published["vkey"])
    assert len(published["cases"]) == 21
    for case in published["cases"]:
        data = case["tlog_proof"].encode()
        proof, leaf = parse_proof(data), leaf_hash(case["entry_utf8"].encode())
        signed = check_proof(proof, leaf, [key])
        assert (format_proof(proof), proof.index, signed.checkpoint.size) == (data, case["index"], case["tree_size"])
        with pytest.raises(ProofInvalid):
            check_proof(proof, leaf_hash(b"another"), [key])


def test_the_published_syntax_of_proofs() -> None:
    """The reference implementation's texts are written and read alike, and those it refuses are refused."""
    syntax = vectors("tlog-proof/syntax.json")
    for case in syntax["marshal"]:
        extra = None if case["extra_b64"] is None else b64decode(case["extra_b64"])
        hashes = tuple(map(b64decode, case["hashes"]))
        proof = InclusionProof(case["index"], hashes, case["checkpoint"].encode(), extra)
        assert (format_proof(proof), parse_proof(case["text"].encode())) == (case["text"].encode(), proof)
    for text in syntax["must_reject"]:
        with pytest.raises(Malformed):
            parse_proof(text.encode())


# --- checkpoints ---


def test_a_checkpoint_reads_back_and_is_signed_under_its_origin_only() -> None:
    """The note of a checkpoint opens under the log key; a key of another name neither signs nor opens it."""
    note = sign_checkpoint(head(7), LOG)
    assert open_checkpoint(note, [LOG.verify_key]).checkpoint == head(7)
    with pytest.raises(KeyInvalid, match="not the log key"):
        sign_checkpoint(head(7), signer_named("zeren.test/else"))
    with pytest.raises(CheckpointInvalid):
        open_checkpoint(note, [LOG.verify_key], origin="zeren.test/else")
    with pytest.raises(UnknownKey):
        open_checkpoint(note, [signer_named(ORIGIN, 2).verify_key])


@pytest.mark.parametrize(
    "text",
    [
        "o\n3\n{r}",
        "o\n3\n{r}\nextension\n",
        "o\n3\n{r}\n\n",
        "\n3\n{r}\n",
        "o\n03\n{r}\n",
        "o\n+3\n{r}\n",
        "o\n-3\n{r}\n",
        "o\n3 \n{r}\n",
        "o\n1_0\n{r}\n",
        "o\n\u0663\n{r}\n",
        "o\n18446744073709551616\n{r}\n",
        "o\n3\n{r}=\n",
        "o\n3\nAAAA\n",
        "o\n0\n{r}\n",
        "o\n3\n",
        "o\r\n3\r\n{r}\r\n",
    ],
)
def test_checkpoint_texts_have_one_form(text: str) -> None:
    """Extension lines, other spellings of numbers and roots, and a root that no empty tree has are refused."""
    with pytest.raises((Malformed, CheckpointInvalid)):
        parse_checkpoint(text.format(r=b64encode(LEAVES[0])))


def test_each_bit_of_a_checkpoint_note() -> None:
    """No flipped bit of a signed checkpoint passes."""
    note = sign_checkpoint(head(5), LOG)
    for i in range(len(note) * 8):
        false = note[: i // 8] + bytes([note[i // 8] ^ 1 << i % 8]) + note[i // 8 + 1 :]
        with pytest.raises(ZerenError):
            open_checkpoint(false, [LOG.verify_key])


def test_a_successor_continues_what_is_held() -> None:
    """A larger head is accepted with its proof; a smaller one, another root, another origin or no proof is not."""
    proof = prove_consistency(5, 9, getter(9))
    check_successor(head(5), head(9), proof)
    check_successor(head(9), head(9), ())
    check_successor(head(0), head(9), ())
    forked = Checkpoint(ORIGIN, 9, LEAVES[0])
    for held, new, given, error in (
        (head(9), head(5), (), RolledBack),
        (head(9), forked, (), Forked),
        (head(5), forked, proof, ProofInvalid),
        (head(5), head(9), (), ProofInvalid),
        (head(5), head(9, "zeren.test/else"), proof, CheckpointInvalid),
        (head(0), head(9), proof, CheckpointInvalid),
    ):
        with pytest.raises(error):
            check_successor(held, new, given)
    with pytest.raises(RolledBack):
        check_not_behind(head(9), head(0))


# --- cosignatures ---


def test_a_cosignature_is_for_one_checkpoint_time_and_key() -> None:
    """A cosignature verifies where it was made for, and nowhere else; a log key makes none."""
    witness = Ed25519Signer("zeren.test/witness", signer_named("w").private_key, COSIGNATURE_V1)
    line = sign_cosignature(head(7), witness, 1_700_000_000)
    assert open_cosignature(head(7), line, witness.verify_key).timestamp == 1_700_000_000
    later = line.signature[:7] + bytes([line.signature[7] ^ 1]) + line.signature[8:]
    for false, checkpoint in (
        (line, head(8)),
        (line, head(7, "zeren.test/else")),
        (type(line)(line.name, line.key_id, later), head(7)),
        (type(line)(line.name, line.key_id, line.signature[:-1]), head(7)),
        (type(line)(line.name, line.key_id, b"\xff" * 8 + line.signature[8:]), head(7)),
        (type(line)("zeren.test/other", line.key_id, line.signature), head(7)),
    ):
        with pytest.raises(SignatureInvalid):
            open_cosignature(checkpoint, false, witness.verify_key)
    for bad in (lambda: sign_cosignature(head(7), LOG, 1), lambda: open_cosignature(head(7), line, LOG.verify_key)):
        with pytest.raises(KeyInvalid):
            bad()
    with pytest.raises(Malformed):
        sign_cosignature(head(7), witness, 2**63)


def test_cosignatures_of_others_are_ignored_and_a_forged_one_refuses_all() -> None:
    """Lines by unknown witnesses do not count; one forged line by a known witness refuses the note."""
    one, two = (Ed25519Signer(name, signer_named(name).private_key, COSIGNATURE_V1) for name in ("w-1", "w-2"))
    log_line = parse_note(sign_checkpoint(head(7), LOG)).signatures[0]
    lines = [sign_cosignature(head(7), one, 10), sign_cosignature(head(7), one, 20), sign_cosignature(head(7), two, 5)]
    note = Note(format_checkpoint(head(7)), (log_line, *lines, lines[0]))
    assert [10, 20] == [found.timestamp for found in open_cosignatures(head(7), note, [one.verify_key])]
    assert open_cosignatures(head(7), note, []) == ()
    forged = Note(note.text, (*note.signatures, sign_cosignature(head(8), two, 5)))
    with pytest.raises(SignatureInvalid):
        open_cosignatures(head(7), forged, [one.verify_key, two.verify_key])
    with pytest.raises(SignatureInvalid, match="not that of the checkpoint"):
        open_cosignatures(head(8), note, [one.verify_key])
    assert open_checkpoint(format_note(note), [LOG.verify_key]).checkpoint == head(7)


# --- tiles ---


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
        (EntryBundle(1000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths(resource: Tile | EntryBundle, path: str) -> None:
    """Paths are those of tlog-tiles, both ways."""
    assert (format_path(resource), parse_path(path)) == (path, resource)


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000", "tile/64/000", "tile/0/0", "tile/0/0000", "tile/0/x000/000", "tile/0/001/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000/", "/tile/0/000", "tile/0/../000", "tile/data/000",
        "tile/0/\u0660\u0660\u0660", "tile/0/000\n",
    ],
)  # fmt: skip
def test_other_spellings_of_paths_are_refused(path: str) -> None:
    """Leading zeros, wide numbers, empty partial tiles and steps upward name no tile."""
    with pytest.raises(Malformed):
        parse_path(path)


def test_the_tiles_of_70000_entries() -> None:
    """The example of tlog-tiles: 273 full and one 112-wide, 1 full and one 17-wide, one 1-wide."""
    tiles = list(tiles_of(70_000))
    assert [(0, 273, 112), (1, 1, 17), (2, 0, 1)] == [(t.level, t.index, t.width) for t in tiles if t.width < 256]
    assert len(tiles) == 273 + 1 + 3
    assert [Tile(0, 0), Tile(1, 0, 1)] == list(tiles_of(256))


def test_tiles_completed_step_by_step_are_those_of_the_whole() -> None:
    """However a tree grows, each tile is completed once, at the moment it becomes full."""
    for steps in ((0, 70_000), (0, 1, 255, 256, 257, 65_535, 65_536, 70_000)):
        grown = [tile for old, new in pairwise(steps) for tile in completed_tiles(old, new)]
        assert sorted(grown) == sorted(tile for tile in tiles_of(70_000) if tile.width == 256)


def test_every_proof_comes_from_tiles() -> None:
    """Subtree hashes read from tiles are those of the leaves, whatever the range."""
    for size in (1, 255, 256, 257, 600):
        stored = {tile: LEAVES[tile.index * 256 : tile.index * 256 + tile.width] for tile in tiles_of(size)
                  if not tile.level}  # fmt: skip
        roots = [tile_root(hashes) for tile, hashes in stored.items() if tile.width == 256]
        stored |= {tile: roots[: tile.width] for tile in tiles_of(size) if tile.level == 1}
        get = get_from_tiles(size, lambda tile, stored=stored: stored[tile])  # type: ignore[misc]
        for index in {0, size // 2, size - 1}:
            assert prove_inclusion(index, size, get) == prove_inclusion(index, size, getter(size))
        for bad in ((0, size + 1), (1, 1), (-1, 1)):
            with pytest.raises(ValueError, match="no leaves"):
                get(*bad)


def test_a_tile_of_another_width_is_refused() -> None:
    """Tiles and bundles with too few or too many bytes, or an entry cut short, are refused; so is a narrow root."""
    entries = [b"", b"one", b"two" * 100]
    bundle = encode_bundle(entries)
    assert decode_bundle(bundle, 3) == tuple(entries)
    for cut in range(len(bundle)):
        with pytest.raises(Malformed):
            decode_bundle(bundle[:cut], 3)
    for data, width in ((bundle, 2), (bundle, 4), (bundle + b"\x00", 3), (bundle + b"\x00\x00", 3)):
        with pytest.raises(Malformed):
            decode_bundle(data, width)
    for bad in (
        lambda: decode_tile(bytes(33), 1),
        lambda: decode_tile(bytes(64), 1),
        lambda: encode_tile([]),
        lambda: encode_tile([b"short"]),
        lambda: tile_root(LEAVES[:255]),
        lambda: encode_bundle([bytes(65_536)]),
        lambda: Tile(64, 0),
        lambda: Tile(0, 2**64),
        lambda: EntryBundle(0, 0),
        lambda: get_from_tiles(10, lambda _: LEAVES[:9])(0, 10),
    ):
        with pytest.raises(Malformed):
            bad()
    with pytest.raises(ValueError, match="no element"):
        tile_containing(1, 0, 255)


# --- proofs ---


def proof_of(index: int = 3, size: int = 7) -> InclusionProof:
    return InclusionProof(index, prove_inclusion(index, size, getter(size)), sign_checkpoint(head(size), LOG))


def test_each_bit_and_cut_of_a_proof_file() -> None:
    """No flipped bit and no other length of a small proof passes for its entry."""
    data = format_proof(proof_of())
    check_proof(parse_proof(data), LEAVES[3], [LOG.verify_key])
    spoilt = [data[:n] for n in range(len(data))] + [data + b"x"]
    spoilt += [data[: i // 8] + bytes([data[i // 8] ^ 1 << i % 8]) + data[i // 8 + 1 :] for i in range(len(data) * 8)]
    for false in spoilt:
        with pytest.raises(ZerenError):
            check_proof(parse_proof(false), LEAVES[3], [LOG.verify_key])


def test_a_proof_is_not_replayed() -> None:
    """A proof fails under another log's key, for another entry, index or size, and with another checkpoint."""
    proof, key = proof_of(), LOG.verify_key
    other_log = signer_named("zeren.test/else")
    elsewhere = sign_checkpoint(head(7, "zeren.test/else"), other_log)
    cases = [
        (proof, LEAVES[4], key),
        (InclusionProof(4, proof.hashes, proof.checkpoint), LEAVES[3], key),
        (InclusionProof(3, proof.hashes, sign_checkpoint(head(9), LOG)), LEAVES[3], key),
        (InclusionProof(3, proof.hashes, elsewhere), LEAVES[3], key),
        (proof, LEAVES[3], other_log.verify_key),
    ]
    for false, leaf, under in cases:
        with pytest.raises(ZerenError):
            check_proof(false, leaf, [under])


def test_the_extra_line_is_not_authenticated_but_kept() -> None:
    """Extra data travels with a proof and changes nothing about its verdict; an empty line for it is refused."""
    proof = proof_of()
    with_extra = InclusionProof(proof.index, proof.hashes, proof.checkpoint, b"seen")
    assert parse_proof(format_proof(with_extra)) == with_extra
    check_proof(with_extra, LEAVES[3], [LOG.verify_key])
    attempts: list[Callable[[], object]] = [
        lambda: InclusionProof(0, (), b"x", b""),
        lambda: InclusionProof(-1, (), b"x"),
        lambda: InclusionProof(2**64, (), b"x"),
        lambda: InclusionProof(0, (bytes(32),) * (MAX_HASHES + 1), b"x"),
        lambda: InclusionProof(0, (), b""),
        lambda: parse_proof(format_proof(proof).replace(b"index", b"extra \nindex", 1)),
        lambda: parse_proof(b"index 0\n\nx\n"),
        lambda: parse_proof("c2sp.org/tlog-proof@v1\nindex 0\u00e9\n\nx\n".encode()),
    ]
    for bad in attempts:
        with pytest.raises(Malformed):
            bad()
