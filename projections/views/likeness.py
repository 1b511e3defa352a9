"""What is kept of a text so that others like it are found: its normal form, shingles, sketch and bands.

A sketch is a MinHash of the 3-character shingles by one-permutation hashing (Broder 1997; Li, Owen, Zhang 2012): each
of a few hash functions deals the shingles into bins and keeps the least of each. Texts whose sketches agree in a band
of values are candidates; whether they are alike is told by comparing them.
"""

import unicodedata
import zlib
from array import array
from collections import defaultdict
from collections.abc import Sequence

from ledger.events.record import Recorded
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
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def shingles(text: str) -> frozenset[int]:
    """CRC-32 of each 3-character shingle; a shorter text is its own shingle."""
    crc = zlib.crc32
    return frozenset([crc(text[start : start + SHINGLE].encode()) for start in range(max(len(text) - SHINGLE + 1, 1))])


def letters(text: str) -> frozenset[int]:
    """Each character with how many like it come before: of two texts as many are common as they have characters in
    common, however these are ordered."""
    seen: defaultdict[str, int] = defaultdict(int)
    found = []
    for char in text:
        seen[char] += 1
        found.append(seen[char] << 21 | ord(char))
    return frozenset(found)


def sketch(of: frozenset[int], functions: int = FUNCTIONS) -> bytes:
    """The least hash in each bin of each of the first functions, of these shingles.

    An empty bin takes its next full neighbour's (densified).

    Four bytes for each value, so that a hundred thousand sketches take some 50 MB.
    """
    values: list[int] = []
    folded = [shingle ^ (shingle >> 15) for shingle in of]
    for mix in _MIX[:functions]:
        mixed = [each * mix & _MASK for each in folded]
        least = {each & _BIN: each for each in sorted([each ^ (each >> 13) for each in mixed], reverse=True)}
        full = least[max(least)]
        bins = [full := least.get(number, full) for number in range(BINS - 1, -1, -1)]
        values += reversed(bins)
    return array(_FOUR, values).tobytes()


def bands(of: frozenset[int]) -> list[int]:
    """What an index keeps of the shingles of a text: 64-bit numbers of which texts that are nearly alike share one.

    Each band is two values of the sketch. Of two texts that share a half of all their shingles, as at a ratio of 0.9
    with differences scattered evenly, no band agrees once in 10,000 times at most; nearer texts are never missed.
    """
    values = array("q", sketch(of, _INDEXED))
    return sorted({value ^ (number * _BAND) for number, value in enumerate(values)})


def whole(plain: str) -> int:
    """The mark that equal normalised texts share."""
    return mark_of("text", plain)
