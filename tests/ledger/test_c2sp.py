"""What leaves a ledger is read by a stranger who knows C2SP and RFC 6962 only (`tests/support/c2sp.py`)."""

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.core.proof import format_proof
from ledger.core.signers import format_vkey
from ledger.events.register import UnitRegistered
from ledger.outgoing import export_tiles, prove_entry, prove_growth
from tests.support import builders, c2sp
from tests.support import replayed as support
from tests.support.command import started

SIZES = (20, 256, 300, 601)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Published:
    """A ledger of 601 entries with checkpoints at several sizes, and what it published at the last."""

    desk: builders.Desk
    tiles: Path
    vkey: str
    checkpoints: dict[int, bytes]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    directory = tmp_path_factory.mktemp("c2sp")
    desk = builders.duty_ledger(directory)
    checkpoints = {}
    for size in SIZES:
        missing = size - desk.ledger.size()
        units = [f"u-{desk.ledger.size() + i}" for i in range(missing)]
        desk.ledger.record(*(desk.command(UnitRegistered(ref=u, unit=u, kind="department"), "rec") for u in units))
        checkpoints[size] = desk.ledger.sign_checkpoint(desk.log)
        export_tiles(desk.ledger, directory / "tiles")  # grows as a mirror's would
    yield Published(desk, directory / "tiles", format_vkey(desk.log.verify_key), checkpoints)
    desk.close()


def test_the_stranger_opens_the_checkpoint_and_recomputes_its_root(published: Published) -> None:
    """Checkpoint, tiles of every level and entry bundles agree."""
    note = (published.tiles / "checkpoint").read_bytes()
    origin, size, root = c2sp.read_checkpoint(note, published.vkey)
    entries = c2sp.read_entries(published.tiles, size)

    assert (origin, size) == (published.desk.origin, SIZES[-1])
    assert c2sp.root_of_tiles(published.tiles, size) == root
    assert c2sp.tree_root([c2sp.leaf_of(entry) for entry in entries]) == root


def test_the_stranger_opens_every_entry_as_a_signed_note(published: Published) -> None:
    """Each entry is a note by the keys that enrolment entries before it name; previous hashes chain."""
    vkeys = {format_vkey(key.verify_key) for key in published.desk.ledger.keys().keys.values()}
    by_id = {"+".join(vkey.split("+")[:2]): vkey for vkey in vkeys}
    previous = bytes(32)
    for position, entry in enumerate(c2sp.read_entries(published.tiles, SIZES[-1])):
        header = json.loads(entry.decode().split("\n")[1])
        for signer in header["signers"]:
            assert c2sp.open_note(entry, by_id[f"{published.desk.origin}/{signer}"]).startswith("zeren/entry/v1\n")
        assert (header["position"], base64.b64decode(header["previous"])) == (position, previous)
        previous = c2sp.leaf_of(entry)


def test_the_stranger_checks_every_inclusion_proof(published: Published) -> None:
    """The tlog-proof of each entry, under each checkpoint that covers it, leads from the entry to the signed root."""
    entries = c2sp.read_entries(published.tiles, SIZES[-1])
    for size in SIZES:
        for position in {*range(0, size, 37), size - 1, 255, 256} & set(range(size)):
            data = format_proof(prove_entry(published.desk.ledger, position, size))
            assert c2sp.check_proof(data, entries[position], published.vkey) == (position, size)
            with pytest.raises(AssertionError):
                c2sp.check_proof(data, entries[position - 1], published.vkey)


def test_the_stranger_checks_every_consistency_proof(published: Published) -> None:
    """Between any two signed checkpoints the proof leads from one signed root to the other."""
    heads = {size: c2sp.read_checkpoint(note, published.vkey) for size, note in published.checkpoints.items()}
    for old in SIZES:
        for new in SIZES:
            if old > new:
                continue
            proof = prove_growth(published.desk.ledger, old, new)
            c2sp.check_consistency(old, heads[old][2], new, heads[new][2], list(proof.hashes))
            assert (proof.old_checkpoint, proof.new_checkpoint) == (
                published.checkpoints[old],
                published.checkpoints[new],
            )


def test_a_mirror_that_follows_keeps_its_full_tiles(published: Published, tmp_path: Path) -> None:
    """Exporting again after growth writes what is new only; a fresh export has the same files but for old partials."""
    fresh = tmp_path / "fresh"
    export_tiles(published.desk.ledger, fresh)
    files = {path.relative_to(fresh): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    grown = {
        path.relative_to(published.tiles): path.read_bytes() for path in published.tiles.rglob("*") if path.is_file()
    }
    assert files.items() <= grown.items()
    assert all(".p" in str(path) for path in grown.keys() - files.keys())
    assert not list(published.tiles.rglob("*.part"))


def test_entries_can_be_left_out(published: Published, tmp_path: Path) -> None:
    """Without entries the root is still recomputed from the hash tiles."""
    export_tiles(published.desk.ledger, tmp_path / "tiles", entries=False)
    assert not (tmp_path / "tiles/tile/entries").exists()
    _, size, root = c2sp.read_checkpoint((tmp_path / "tiles/checkpoint").read_bytes(), published.vkey)
    assert c2sp.root_of_tiles(tmp_path / "tiles", size) == root


def printed(directory: Path, *words: str) -> str:
    done = started(directory, *words)
    assert done.code == 0, done.err
    return done.out


def test_what_the_commands_print_is_what_the_stranger_reads(tmp_path: Path) -> None:
    """Checkpoint, inclusion proof, consistency proof, raw entry and tiles from the command line all check."""
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    note = printed(directory, "checkpoint").encode()
    keys = json.loads(printed(directory, "keys", "list", "--json"))["log_keys"]
    vkey = keys[-1]["vkey"]
    _, size, root = c2sp.read_checkpoint(note, vkey)

    printed(directory, "export", "tiles", str(tmp_path / "tiles"))
    assert (tmp_path / "tiles/checkpoint").read_bytes() == note
    assert c2sp.root_of_tiles(tmp_path / "tiles", size) == root
    entries = c2sp.read_entries(tmp_path / "tiles", size)

    proof = printed(directory, "proof", "inclusion", "E060").encode()
    index = int(proof.decode().split("index ")[1].split("\n")[0])
    assert c2sp.check_proof(proof, entries[index], vkey) == (index, size)
    raw = printed(directory, "entries", "E060", "--raw").encode()
    assert raw.startswith(entries[index])

    older = json.loads(printed(directory, "proof", "consistency", "100", "--json"))
    hashes = [base64.b64decode(text) for text in older["hashes"]]
    old_root = c2sp.tree_root([c2sp.leaf_of(entry) for entry in entries[:100]])
    c2sp.check_consistency(100, old_root, older["new"], root, hashes)
    lines = printed(directory, "proof", "consistency", "100").split("\n\n", 1)
    assert lines[0].split("\n") == ["old 100", *older["hashes"]]
    assert lines[1].encode() == note
