"""Near duplicates among many texts, deterministic and well below comparing every pair.

The measure is that of `projections.views.alike` on normalised texts, asked only of pairs that a bucket brings together.

Buckets are MinHash bands over 3-character shingles (Broder 1997; banding as in Leskovec, Rajaraman, Ullman, Mining of
Massive Datasets, ch. 3), computed by one-permutation hashing: each of a few hash functions deals the shingles into bins
and keeps the least of each. The more texts, the more a bucket asks for (`_rows_for`), so that chance meetings stay few.
A pair at the threshold whose differences are scattered evenly over the whole text keeps about half its shingles; even
such a pair meets in some bucket with a probability above 0.999 among up to 30,000 texts, and above 0.93 beyond.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from projections.views.alike import Groups, Later
from projections.views.likeness import BINS, FUNCTIONS, VALUE, shingles, sketch

_KEPT = 10_000
"""Texts whose shingles are kept while they are compared; all of them would take a gigabyte at 100,000 texts."""


def near_duplicates(texts: Sequence[str], threshold: Decimal) -> list[tuple[int, ...]]:
    """Groups of two or more texts, as indexes in order: the components of the relation `ratio >= threshold`."""
    first_with: dict[str, int] = {}
    groups = Groups()
    for index, text in enumerate(texts):
        groups.join(first_with.setdefault(text, index), index)
    distinct = sorted(first_with.values())
    search = _Search(texts, distinct, float(threshold))
    for bucket in search.buckets():
        search.compare(bucket, groups)
    return groups.result()


class _Search:
    def __init__(self, texts: Sequence[str], distinct: Sequence[int], threshold: float) -> None:
        self.texts, self.threshold = texts, threshold
        self.distinct = distinct
        self.shingles = lru_cache(_KEPT)(lambda index: frozenset(shingles(texts[index])))
        self._later = lru_cache(1)(lambda index: Later(texts[index], threshold))
        self.rejected: set[int] = set()

    def buckets(self) -> Iterator[list[int]]:
        """Texts that share a band of their sketches, in order; only buckets of two or more."""
        rows = _rows_for(len(self.distinct))
        width = rows * VALUE
        sketches = [sketch(frozenset(shingles(self.texts[index]))) for index in self.distinct]
        for start in range(0, FUNCTIONS * BINS * VALUE - width + 1, width):
            found: defaultdict[bytes, list[int]] = defaultdict(list)
            for index, values in zip(self.distinct, sketches, strict=True):
                found[values[start : start + width]].append(index)
            yield from (bucket for bucket in found.values() if len(bucket) > 1)

    def compare(self, bucket: Sequence[int], groups: Groups) -> None:
        """Joins what is alike in a bucket; texts already in one group are not compared again."""
        seen: dict[int, list[int]] = {}
        for index in bucket:
            own = groups.find(index)
            joined = [
                root
                for root, members in seen.items()
                if root != own and any(self.alike(other, index) for other in members)
            ]
            merged = [index]
            for root in [*joined, *([own] if own in seen else [])]:
                groups.join(root, index)
                merged += seen.pop(root)
            seen[groups.find(index)] = merged

    def alike(self, earlier: int, later: int) -> bool:
        """Whether the ratio of a pair reaches the threshold; cheap bounds first."""
        earlier, later = min(earlier, later), max(earlier, later)
        pair = earlier * len(self.texts) + later
        if pair in self.rejected:
            return False
        found = self._later(later).is_like(self.texts[earlier], self.shingles(earlier))
        if not found:
            self.rejected.add(pair)
        return found


def _rows_for(count: int) -> int:
    """How many values of a sketch must agree to share a bucket, by the number of texts."""
    return 1 if count <= 500 else 2 if count <= 4_000 else 3 if count <= 30_000 else 4
