"""Evidence on its way out: inclusion and consistency proofs, and the ledger as a static tlog-tiles directory."""

from collections.abc import Iterator
from pathlib import Path

from ledger.application import Ledger
from ledger.core.merkle import prove_consistency, prove_inclusion
from ledger.core.proof import InclusionProof
from ledger.core.tiles import WIDTH, EntryBundle, Tile, encode_bundle, encode_tile, format_path, tiles_of
from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.writing import replace_whole


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree of `new` entries continues the tree of `old` entries; both checkpoints verbatim where stored."""

    old: int
    new: int
    hashes: tuple[bytes, ...]
    old_checkpoint: bytes | None
    new_checkpoint: bytes


def prove_entry(ledger: Ledger, position: int, size: int | None = None) -> InclusionProof:
    """The C2SP tlog-proof of an entry under a stored checkpoint: the last one, or that of `size`.

    Raises BadInput where no checkpoint covers the entry.
    """
    size, note = stored_checkpoint(ledger, size)
    if not 0 <= position < size:
        raise BadInput(
            "the entry {} is not under the checkpoint of {} entries; sign one with: zeren checkpoint", position, size
        )
    return InclusionProof(position, prove_inclusion(position, size, ledger.hashes(size)), note)


def prove_growth(ledger: Ledger, old: int, new: int | None = None) -> ConsistencyProof:
    """The proof that the checkpoint of `new` entries (the last one) continues the tree of `old`. Raises BadInput."""
    new, note = stored_checkpoint(ledger, new)
    if not 0 < old <= new:
        raise BadInput("consistency is proved from 1 to {} entries, not from {}", new, old)
    return ConsistencyProof(old, new, prove_consistency(old, new, ledger.hashes(new)), ledger.checkpoint_at(old), note)


def stored_checkpoint(ledger: Ledger, size: int | None = None) -> tuple[int, bytes]:
    """The last checkpoint, or that of a size: size and note. Raises BadInput, which names the nearest."""
    last = ledger.last_checkpoint()
    if last is None:
        raise BadInput("this ledger has no checkpoint yet; sign one with: zeren checkpoint")
    wanted = last.checkpoint.size if size is None else size
    note = ledger.checkpoint_at(wanted)
    if note is None:
        sizes = [found for found, _ in ledger.store.checkpoints()]
        nearest = min(sizes, key=lambda each: abs(each - wanted))
        raise BadInput("there is no checkpoint of {} entries; the nearest has {}", wanted, nearest)
    return wanted, note


def export_tiles(ledger: Ledger, directory: Path, *, entries: bool = True) -> int:
    """Writes the tree under the last checkpoint as files that any web server can serve to any C2SP client.

    Immutable tiles that are there already are kept; the checkpoint is written last. Returns how many files were
    written. `entries` False leaves the entry bundles out (they tell who recorded what kind of thing when).
    """
    size, note = stored_checkpoint(ledger, None)
    written = 0
    for path, data in _files(ledger, size, entries=entries):
        target = directory / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_whole(target, data)
            written += 1
    directory.mkdir(parents=True, exist_ok=True)
    replace_whole(directory / "checkpoint", note)
    return written + 1


def _files(ledger: Ledger, size: int, *, entries: bool) -> Iterator[tuple[str, bytes]]:
    get = ledger.hashes(size)
    for tile in tiles_of(size):
        span = WIDTH**tile.level
        first = tile.index * WIDTH * span
        hashes = [get(first + i * span, first + (i + 1) * span) for i in range(tile.width)]
        yield format_path(Tile(tile.level, tile.index, tile.width)), encode_tile(hashes)
        if tile.level == 0 and entries:
            stored = ledger.entries(first, tile.width)
            yield format_path(EntryBundle(tile.index, tile.width)), encode_bundle(stored)
