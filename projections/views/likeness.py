"""What is kept of a text so that others like it are found: its normal form, shingles, sketch and bands.

A sketch is a MinHash of the 3-character shingles by one-permutation hashing (Broder 1997; Li, Owen, Zhang 2012): each
of a few hash functions deals the shingles into bins and keeps the least of each. Texts whose sketches agree in a band
of values are candidates; whether they are alike is told by comparing them.
"""

import unicodedata
import zlib
from array import array
from collections.abc import Iterator, Sequence

from ledger.events.record import Recorded
from projections.views.index_marks import mark_of

SHINGLE = 3
FUNCTIONS, BINS = 4, 32
_MIX = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F)
"""Odd multipliers that make four hash functions of one (the constants of xxHash and MurmurHash)."""
_MASK = 0xFFFFFFFF
_FOUR = "I" if array("I").itemsize == 4 else "L"
VALUE = 4
"""Bytes of one value of a sketch."""
_BAND = 0x3C6EF372FE94F9
"""Tells bands apart that hold the same values in different places."""
_INDEXED = 2
"""Functions of the sketch whose bands are kept in an index, each band two values."""


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
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def shingles(text: str) -> Iterator[int]:
    """CRC-32 of each 3-character shingle; a shorter text is its own shingle."""
    for start in range(max(len(text) - SHINGLE + 1, 1)):
        yield zlib.crc32(text[start : start + SHINGLE].encode())


def sketch(of: frozenset[int], functions: int = FUNCTIONS) -> bytes:
    """The least hash in each bin of each of the first functions, of these shingles.

    An empty bin takes its next full neighbour's (densified).

    Four bytes for each value, so that a hundred thousand sketches take some 50 MB.
    """
    values: list[int] = []
    for mix in _MIX[:functions]:
        bins = [-1] * BINS
        for shingle in of:
            mixed = (shingle ^ (shingle >> 15)) * mix & _MASK
            mixed ^= mixed >> 13
            number = mixed & (BINS - 1)
            if bins[number] < 0 or mixed < bins[number]:
                bins[number] = mixed
        full = next(value for value in reversed(bins) if value >= 0)
        for number in range(BINS - 1, -1, -1):
            full = bins[number] = bins[number] if bins[number] >= 0 else full
        values += bins
    return array(_FOUR, values).tobytes()


def bands(plain: str) -> list[int]:
    """What an index keeps of a normalised text: 64-bit numbers of which texts that are nearly alike share one.

    Each band is two values of the sketch. Of two texts that share a half of all their shingles, as at a ratio of 0.9
    with differences scattered evenly, no band agrees once in 10,000 times at most; nearer texts are never missed.
    """
    values = array("q", sketch(frozenset(shingles(plain)), _INDEXED))
    return sorted({value ^ (number * _BAND) for number, value in enumerate(values)})


def whole(plain: str) -> int:
    """The mark that equal normalised texts share."""
    return mark_of("text", plain)
