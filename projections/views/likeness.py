"""What is kept of a text so that others like it are found: its normal form, shingles, sketch and bands.

A sketch is a MinHash of the 3-character shingles by one-permutation hashing (Broder 1997; Li, Owen, Zhang 2012): each
of a few hash functions deals the shingles into bins and keeps the least of each. Texts whose sketches agree in a band
of values are candidates; whether they are alike is told by comparing them.
"""

import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence

from ledger.events.record import Recorded
from projections.views.full_text import made_plain
from projections.views.index_marks import mark_of

SHINGLE = 3
FUNCTIONS, BINS = 4, 32
_MIX = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F)
"""Odd multipliers that make four hash functions of one (the constants of xxHash and MurmurHash)."""
_MASK = 0xFFFFFFFF
_BIN = BINS - 1
_FOUR = "I" if array("I").itemsize == 4 else "L"
VALUE = 4
"""Bytes of one value of a sketch."""
_BAND = 0x3C6EF372FE94F9
_INDEXED = 2
"""Functions of the sketch whose bands are kept in an index, each band two values."""
_BANDS = int.from_bytes(array("q", [number * _BAND for number in range(BINS)]).tobytes(), sys.byteorder)
"""Tells bands apart that hold the same values in different places."""


def text_of(event: Recorded) -> str | None:
    """The text of an act; None where it has none or it was withheld or erased."""
    text = getattr(event.payload, "text", None)
    return text if isinstance(text, str) and text and "text" not in event.missing else None


def normalise(text: str, boilerplate: Sequence[str] = ()) -> str:
    """NFKC with only letters and digits kept, then without the boilerplate that the rule set lists."""
    plain = _plain(text)
    for passage in sorted({_plain(passage) for passage in boilerplate} - {""}, key=lambda p: (-len(p), p)):
        plain = plain.replace(passage, "")
    return plain


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, made_plain(text)))


def shingles(text: str) -> frozenset[int]:
    """CRC-32 of each 3-character shingle; a shorter text is its own shingle."""
    crc = zlib.crc32
    return frozenset([crc(text[start : start + SHINGLE].encode()) for start in range(max(len(text) - SHINGLE + 1, 1))])


def letters(text: str) -> frozenset[str]:
    """Each character, once more for each time that it stands again: of two texts as many are common as they have
    characters in common, however these are ordered."""
    found = set(text)
    if len(found) < len(text):
        for char, count in Counter(text).items():
            for number in range(2, count + 1):
                found.add(char * number)
    return frozenset(found)


def sketch(of: frozenset[int], functions: int = FUNCTIONS) -> bytes:
    """The least hash in each bin of each of the first functions, of these shingles.

    An empty bin takes its next full neighbour's (densified).

    Four bytes for each value, so that a hundred thousand sketches take some 50 MB.
    """
    size = len(of)
    every = _number(array("Q", [1]) * size)  # the numbers side by side, in 64 bits each, are reckoned with at once
    side_by_side = _number(array("Q", of))
    folded = side_by_side ^ (side_by_side >> 15 & every * (_MASK >> 15))
    lower, shifted = every * _MASK, every * (_MASK >> 13)
    values: list[int] = []
    for mix in _MIX[:functions]:
        mixed = folded * mix & lower
        hashed = _numbers("Q", mixed ^ (mixed >> 13 & shifted), size)
        least = {each & _BIN: each for each in sorted(hashed, reverse=True)}
        full = least[max(least)]
        bins = [full := least.get(number, full) for number in range(BINS - 1, -1, -1)]
        values += reversed(bins)
    return array(_FOUR, values).tobytes()


def bands(of: frozenset[int]) -> list[int]:
    """What an index keeps of the shingles of a text: 64-bit numbers of which texts that are nearly alike share one.

    Each band is two values of the sketch. Of two texts that share a half of all their shingles, as at a ratio of 0.9
    with differences scattered evenly, no band agrees once in 10,000 times at most; nearer texts are never missed.
    """
    told_apart = _number(array("q", sketch(of, _INDEXED))) ^ _BANDS
    return sorted(set(_numbers("q", told_apart, BINS)))


def _number(of: "array[int]") -> int:
    return int.from_bytes(of.tobytes(), sys.byteorder)


def _numbers(kind: str, of: int, size: int) -> "array[int]":
    return array(kind, of.to_bytes(8 * size, sys.byteorder))


def whole(plain: str) -> int:
    """The mark that equal normalised texts share."""
    return mark_of("text", plain)
