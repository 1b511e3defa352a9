"""Near duplicates among many texts, deterministic and well below comparing every pair.

The measure is `difflib.SequenceMatcher(autojunk=False).ratio()` on normalised texts, the earlier text first. It is
asked only of pairs that a bucket brings together and that pass two bounds which every pair with that ratio passes.

Buckets are MinHash bands over 3-character shingles (Broder 1997; banding as in Leskovec, Rajaraman, Ullman, Mining of
Massive Datasets, ch. 3), computed by one-permutation hashing: each of a few hash functions deals the shingles into bins
and keeps the least of each. The more texts, the more a bucket asks for (`_rows_for`), so that chance meetings stay few.
A pair at the threshold whose differences are scattered evenly over the whole text keeps about half its shingles; even
such a pair meets in some bucket with a probability above 0.999 among up to 30,000 texts, and above 0.93 beyond.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from projections.views.likeness import BINS, FUNCTIONS, SHINGLE, VALUE, shingles, sketch

_KEPT = 10_000
"""Texts whose shingles are kept while they are compared; all of them would take a gigabyte at 100,000 texts."""


def near_duplicates(texts: Sequence[str], threshold: Decimal) -> list[tuple[int, ...]]:
    """Groups of two or more texts, as indexes in order: the components of the relation `ratio >= threshold`."""
    first_with: dict[str, int] = {}
    groups = _Groups(len(texts))
    for index, text in enumerate(texts):
        groups.join(first_with.setdefault(text, index), index)
    distinct = sorted(first_with.values())
    search = _Search(texts, distinct, float(threshold))
    for bucket in search.buckets():
        search.compare(bucket, groups)
    return groups.result()


def alike(earlier: str, later: str, threshold: Decimal) -> bool:
    """Whether two normalised texts are alike: `ratio >= threshold`, the earlier text first."""
    return earlier == later or _Search((earlier, later), (0, 1), float(threshold)).alike(0, 1)


class _Groups:
    """Disjoint sets of indexes; the least index stands for its set."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, index: int) -> int:
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self.parent[high] = low

    def result(self) -> list[tuple[int, ...]]:
        members: defaultdict[int, list[int]] = defaultdict(list)
        for index in range(len(self.parent)):
            members[self.find(index)].append(index)
        return [tuple(group) for group in members.values() if len(group) > 1]


class _Search:
    def __init__(self, texts: Sequence[str], distinct: Sequence[int], threshold: float) -> None:
        self.texts, self.threshold = texts, threshold
        self.distinct = distinct
        self.shingles = lru_cache(_KEPT)(lambda index: frozenset(shingles(texts[index])))
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

    def compare(self, bucket: Sequence[int], groups: _Groups) -> None:
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
        found = self._within_bounds(earlier, later) and self._ratio(earlier, later) >= self.threshold
        if not found:
            self.rejected.add(pair)
        return found

    def _within_bounds(self, earlier: int, later: int) -> bool:
        """Necessary for the ratio: like length, and enough common shingles.

        With T characters in both, matches cover at least threshold * T / 2 of each. The rest, (1 - threshold) * T at
        most, breaks them into that many blocks and one more, and a block of n characters keeps n - 2 shingles.
        Repeated shingles are counted once, hence the allowance for repetition.
        """
        one, other = self.texts[earlier], self.texts[later]
        total = len(one) + len(other)
        if 2 * min(len(one), len(other)) < self.threshold * total:
            return False
        first, second = self.shingles(earlier), self.shingles(later)
        repeated = max(len(one) - 2 - len(first), len(other) - 2 - len(second), 0)
        blocks = (1 - self.threshold) * total + 1
        least = self.threshold * total / 2 - (SHINGLE - 1) * blocks - repeated
        return len(first & second) >= least

    def _ratio(self, earlier: int, later: int) -> float:
        matcher = difflib.SequenceMatcher(None, self.texts[earlier], self.texts[later], autojunk=False)
        return matcher.ratio() if matcher.quick_ratio() >= self.threshold else 0.0


def _rows_for(count: int) -> int:
    """How many values of a sketch must agree to share a bucket, by the number of texts."""
    return 1 if count <= 500 else 2 if count <= 4_000 else 3 if count <= 30_000 else 4
