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


def near_duplicates(
    texts: Sequence[str], threshold: Decimal, judged: Sequence[bool] | None = None
) -> list[tuple[int, ...]]:
    """Groups of two or more texts, as indexes in order: the components of the relation `ratio >= threshold`.

    `judged`: only pairs whose later text is one of those so marked.
    """
    first_with: dict[tuple[str, int], int] = {}
    runs_with: defaultdict[str, set[int]] = defaultdict(set)
    groups = Groups()
    followers: list[tuple[int, int]] = []
    run = 0
    for index, text in enumerate(texts):
        own = judged is None or judged[index]
        run += index > 0 and judged is not None and judged[index - 1] != own  # a text stands for its equals in a run
        first = first_with.setdefault((text, run), index)
        runs_with[text].add(first)
        for earlier in runs_with[text] if own else ():
            groups.join(earlier, index)
        if not own and first != index:
            followers.append((first, index))
    distinct = sorted(first_with.values())
    search = _Search(texts, distinct, float(threshold), judged)
    for bucket in search.buckets():
        search.compare(bucket, groups)
    joined = {index for group in groups.result() for index in group} if followers else ()
    for first, index in followers:
        if first in joined:
            groups.join(first, index)
    return groups.result()


class _Search:
    def __init__(
        self, texts: Sequence[str], distinct: Sequence[int], threshold: float, judged: Sequence[bool] | None
    ) -> None:
        self.texts, self.threshold, self.judged = texts, threshold, judged
        self.distinct = distinct
        self.shingles = lru_cache(_KEPT)(lambda index: shingles(texts[index]))
        self._later = lru_cache(1)(lambda index: Later(texts[index], threshold))
        self.rejected: set[int] = set()

    def buckets(self) -> Iterator[list[int]]:
        """Texts that share a band of their sketches, in order; only buckets of two or more."""
        rows = _rows_for(len(self.distinct))
        width = rows * VALUE
        sketches = [sketch(shingles(self.texts[index])) for index in self.distinct]
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
        if self.judged is not None and not self.judged[later]:
            return False
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
