"""Whether two normalised texts are alike, and the groups that hang together by it.

The measure is `difflib.SequenceMatcher(autojunk=False).ratio()`, the earlier text first. It is asked only of pairs that
pass bounds which every pair with that ratio passes.
"""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from projections.views.likeness import SHINGLE, letters, shingles

if TYPE_CHECKING:
    from difflib import SequenceMatcher

_ROUNDING = 1e-6
"""What two ways to work out one bound may differ by."""
_letters = lru_cache(1024)(letters)


class Later:
    """A text that is compared with earlier ones: what difflib computes of it is computed once."""

    def __init__(self, text: str, threshold: float) -> None:
        self.text, self.threshold = text, threshold

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Its shingles."""
        return shingles(self.text)

    @property
    def repeated(self) -> int:
        """How many of its shingles repeat others, as the bounds allow for it."""
        return max(len(self.text) - 2 - len(self.shingles), 0)

    def least_shared(self, repeated: int) -> float:
        """Shingles at the least that it shares with any text it is like that repeats so many: the least that `is_like`
        asks for, with the shortest text that is of like length."""
        total = 2 * len(self.text) / (2 - self.threshold)
        return self._least(total, max(repeated, self.repeated)) - _ROUNDING

    def _least(self, total: float, repeated: int) -> float:
        blocks = (1 - self.threshold) * total + 1
        return self.threshold * total / 2 - (SHINGLE - 1) * blocks - repeated

    @cached_property
    def _letters(self) -> frozenset[int]:
        return letters(self.text)

    @cached_property
    def _matcher(self) -> "SequenceMatcher[str]":
        from difflib import SequenceMatcher  # where a text is recorded, not where one asks

        return SequenceMatcher(None, "", self.text, autojunk=False)

    def is_like(self, earlier: str, of_earlier: AbstractSet[int] | None = None) -> bool:
        """Whether the ratio reaches the threshold; `of_earlier` are the earlier text's shingles where they are known.

        The bounds: like length, and enough common shingles. With T characters in both, matches cover at least
        threshold * T / 2 of each. The rest, (1 - threshold) * T at most, breaks them into that many blocks and one
        more, and a block of n characters keeps n - 2 shingles. Repeated shingles are counted once, hence the allowance
        for repetition.
        """
        total = len(earlier) + len(self.text)
        if 2 * min(len(earlier), len(self.text)) < self.threshold * total:
            return False
        first = shingles(earlier) if of_earlier is None else of_earlier
        repeated = max(len(earlier) - 2 - len(first), self.repeated)
        if len(first & self.shingles) < self._least(total, repeated):
            return False
        if 2 * len(_letters(earlier) & self._letters) < self.threshold * total:
            return False
        self._matcher.set_seq1(earlier)
        return self._matcher.ratio() >= self.threshold


class Groups:
    """Disjoint sets of numbers; the least stands for its set."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, number: int) -> int:
        """Which number stands for the set that this one is in."""
        parent = self._parent
        parent.setdefault(number, number)
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Makes one set of two."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low

    def result(self) -> list[tuple[int, ...]]:
        """The sets of two or more, each in order, by their least."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for number in sorted(self._parent):
            members[self.find(number)].append(number)
        return [tuple(group) for group in members.values() if len(group) > 1]
