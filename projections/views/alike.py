"""Whether two normalised texts are alike, and the groups that hang together by it.

The measure is `difflib.SequenceMatcher(autojunk=False).ratio()`, the earlier text first. It is asked only of pairs that
pass bounds which every pair with that ratio passes, and told as soon as it is sure (`reaches`).
"""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache

from projections.views.likeness import SHINGLE, letters, shingles

_ROUNDING = 1e-6
"""What two ways to work out one bound may differ by."""
_letters = lru_cache(1024)(letters)


def reaches(earlier: str, later: str, threshold: float) -> bool:
    """Whether the ratio that difflib gives these texts reaches the threshold.

    difflib takes the longest passage that both have, and goes on likewise before it and behind it. So does this, by
    substring search, and ends when what was found is enough, or what is left is too little.
    """
    total = len(earlier) + len(later)
    if not total:
        return True
    found, possible = 0, min(len(earlier), len(later))
    left = [(0, len(earlier), 0, len(later))]
    while left and 2.0 * found / total < threshold <= 2.0 * (found + possible) / total:
        first, last, first_later, last_later = left.pop()
        possible -= min(last - first, last_later - first_later)
        at, at_later, size = _longest(earlier, first, last, later, first_later, last_later)
        if size:
            found += size
            for part in ((first, at, first_later, at_later), (at + size, last, at_later + size, last_later)):
                if most := min(part[1] - part[0], part[3] - part[2]):
                    possible += most
                    left.append(part)
    return 2.0 * found / total >= threshold


def _longest(one: str, first: int, last: int, other: str, first_other: int, last_other: int) -> tuple[int, int, int]:
    """(place, place in the other, length) of the longest passage that stretches of two texts have in common; of equally
    long ones that which begins first in the one, then first in the other."""
    found, at, size = (first, first_other, 0), first, 0
    while at + size < last:
        place = other.find(one[at : at + size + 1], first_other, last_other)
        if place < 0:
            at += 1
            continue
        size += 1
        while at + size < last and place + size < last_other and one[at + size] == other[place + size]:
            size += 1
        found = (at, place, size)
    return found


class Later:
    """A text that is compared with earlier ones."""

    def __init__(self, text: str, threshold: float) -> None:
        self.text, self.threshold = text, threshold

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Its shingles."""
        return shingles(self.text)

    @cached_property
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
    def _letters(self) -> frozenset[str]:
        return _letters(self.text)

    def is_like(self, earlier: str, of_earlier: AbstractSet[int] | None = None) -> bool:
        """Whether the ratio reaches the threshold; `of_earlier` are the earlier text's shingles where they are known.

        The bounds: like length, enough common letters, and enough common shingles. With T characters in both, matches
        cover at least threshold * T / 2 of each. The rest, (1 - threshold) * T at most, breaks them into that many
        blocks and one more, and a block of n characters keeps n - 2 shingles. Repeated shingles are counted once, hence
        the allowance for repetition.
        """
        total = len(earlier) + len(self.text)
        if 2 * min(len(earlier), len(self.text)) < self.threshold * total:
            return False
        if 2 * len(_letters(earlier) & self._letters) < self.threshold * total:
            return False
        first = shingles(earlier) if of_earlier is None else of_earlier
        repeated = max(len(earlier) - 2 - len(first), self.repeated)
        if len(first & self.shingles) < self._least(total, repeated):
            return False
        return reaches(earlier, self.text, self.threshold)


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
