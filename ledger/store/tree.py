"""The tree over the entries of a store: subtree hashes from completed tiles and leaf hashes."""

from collections.abc import Sequence
from functools import lru_cache

from ledger.core.merkle import EMPTY_ROOT, GetHash
from ledger.core.tiles import WIDTH, Tile, decode_tile, get_from_tiles
from ledger.store.named_reads import Reads

_AT_HAND = 64
"""Tiles that are kept at hand: a proof, or the hashes of one size and the next, come from the same few."""


def tree_hashes(store: Reads, size: int) -> GetHash:
    """Subtree hashes of the tree of `size` entries, from completed tiles and leaf hashes: of one state."""

    @lru_cache(_AT_HAND)
    def read(tile: Tile) -> Sequence[bytes]:
        if tile.width == WIDTH:
            hashes = store.tile(tile.level, tile.index)
            if hashes is not None:
                return decode_tile(hashes, WIDTH)
        return store.hashes(tile.level, tile.index, tile.width)

    return get_from_tiles(size, read)


def tree_root(store: Reads, size: int) -> bytes:
    """The Merkle root of the first `size` entries."""
    return tree_hashes(store, size)(0, size) if size else EMPTY_ROOT
