"""Tiles (C2SP tlog-tiles v0.1.0): the tree cut into rows of 256 hashes, and bundles of 256 entries.

Tile n of level l holds the hashes over leaves [(n·256+i)·256^l, (n·256+i+1)·256^l) for i = 0..255, so the
hash of a full tile is one element of the level above. Only complete subtrees are elements; at the right edge
of each level a partial tile holds the first 1 to 255, and empty tiles do not exist. Paths:

    tile/<level>/<n>[.p/<width>]        32 bytes per hash
    tile/entries/<n>[.p/<width>]        per entry: u16 big-endian length, then the entry

n is written in groups of three digits, all but the last with a leading x: 1234067 is x001/x234/067.

A store that keeps each tile once it is full (`completed_tiles`) and can cut the partial ones answers every
proof through `get_from_tiles`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ledger.core.merkle import HASH_SIZE, GetHash, complete_ranges, join_hashes, root_of
from ledger.errors import Malformed
from ledger.frozen import dataclass

WIDTH = 256
MAX_LEVEL = 63
MAX_ENTRY_SIZE = 65_535

_HEIGHT = 8  # tree levels per tile: 2^8 = 256
_PATH = re.compile(r"tile/(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Tile `index` of `level` with its first `width` hashes; full if `width` is 256.

    Raises `Malformed` for what no path can name. Sorts by level, then index.
    """

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= MAX_LEVEL:
            raise Malformed("a tile's level is 0 to {}, not {}", MAX_LEVEL, self.level)
        _check_position(self.index, self.width)


@dataclass(frozen=True, slots=True, order=True)
class EntryBundle:
    """Entries `index`·256 to `index`·256 + `width` - 1; full if `width` is 256."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _check_position(self.index, self.width)


def format_path(resource: Tile | EntryBundle) -> str:
    """The relative path of a tile or an entry bundle."""
    level = "entries" if isinstance(resource, EntryBundle) else str(resource.level)
    number = f"{resource.index % 1000:03}"
    rest = resource.index // 1000
    while rest:
        number = f"x{rest % 1000:03}/{number}"
        rest //= 1000
    partial = "" if resource.width == WIDTH else f".p/{resource.width}"
    return f"tile/{level}/{number}{partial}"


def parse_path(path: str) -> Tile | EntryBundle:
    """What `format_path` writes as `path`; raises `Malformed` for every other spelling."""
    if not (match := _PATH.fullmatch(path)):
        raise Malformed("not the path of a tile or entry bundle: {!a}", path[:80])
    level, number, partial = match.groups()
    index = int(number.replace("x", "").replace("/", ""))
    width = WIDTH if partial is None else int(partial)
    resource = EntryBundle(index, width) if level == "entries" else Tile(int(level), index, width)
    if format_path(resource) != path:
        raise Malformed("path of a tile is not in its one form: {!a}", path[:80])
    return resource


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of `size` leaves: by level from 0, each level from the left, the partial one last."""
    level, elements = 0, size
    while elements:
        full, partial = divmod(elements, WIDTH)
        for index in range(full):
            yield Tile(level, index)
        if partial:
            yield Tile(level, full, partial)
        level, elements = level + 1, full


def completed_tiles(old: int, new: int) -> Iterator[Tile]:
    """The tiles that become full while the tree grows from `old` to `new` leaves, level 0 first."""
    level, before, after = 0, old // WIDTH, new // WIDTH
    while after > before:
        for index in range(before, after):
            yield Tile(level, index)
        level, before, after = level + 1, before // WIDTH, after // WIDTH


def tile_containing(level: int, element: int, size: int) -> Tile:
    """The widest tile with the given element of `level` in a tree of `size` leaves; `ValueError` if none has."""
    elements = size >> (_HEIGHT * level)
    if not 0 <= element < elements:
        raise ValueError(f"no element {element} at level {level} of a tree of {size} leaves")
    index = element // WIDTH
    return Tile(level, index, min(WIDTH, elements - index * WIDTH))


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """The bytes of a tile with these 1 to 256 hashes."""
    if not 1 <= len(hashes) <= WIDTH or any(len(h) != HASH_SIZE for h in hashes):
        raise Malformed("a tile has 1 to {} hashes of {} bytes", WIDTH, HASH_SIZE)
    return b"".join(hashes)


def decode_tile(data: bytes, width: int) -> tuple[bytes, ...]:
    """The `width` hashes of a tile; raises `Malformed` for any other length."""
    if len(data) != width * HASH_SIZE:
        raise Malformed("a tile of width {} has {} bytes, this has {}", width, width * HASH_SIZE, len(data))
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """The hash of a full tile, which is its element one level up; raises `Malformed` if it is not full."""
    if len(hashes) != WIDTH:
        raise Malformed("only a full tile of {} hashes is hashed upward, this has {}", WIDTH, len(hashes))
    return root_of(hashes)


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle; raises `Malformed` for an entry of more than 65,535 bytes."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise Malformed("an entry has at most {} bytes, this has {}", MAX_ENTRY_SIZE, len(entry))
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def get_from_tiles(size: int, read: Callable[[Tile], Sequence[bytes]]) -> GetHash:
    """`get(lo, hi)` over the tree of `size` leaves, for the provers of `merkle`.

    `read(tile)` gives the hashes of a tile; it is asked for the widest form that exists at `size`, and may be
    asked again for the same tile, so let it cache. A proof in a tree of n leaves reads O(log n) tiles.
    """

    def complete(lo: int, hi: int) -> bytes:
        height = (hi - lo).bit_length() - 1
        level, above = divmod(height, _HEIGHT)
        first, count = lo >> (_HEIGHT * level), 1 << above
        tile = tile_containing(level, first + count - 1, size)
        hashes = read(tile)
        if len(hashes) != tile.width:
            raise Malformed("{} holds {} hashes", format_path(tile), len(hashes))
        start = first % WIDTH
        return root_of(hashes[start : start + count])

    def get(lo: int, hi: int) -> bytes:
        if not 0 <= lo < hi <= size:
            raise ValueError(f"no leaves [{lo}, {hi}) in a tree of {size}")
        return join_hashes([complete(*part) for part in complete_ranges(lo, hi)])

    return get


def _check_position(index: int, width: int) -> None:
    if not 0 <= index < 2**64 or not 1 <= width <= WIDTH:
        raise Malformed("a tile has an index below 2^64 and a width of 1 to {}", WIDTH)
