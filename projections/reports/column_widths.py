"""How wide the columns of a printed table are: as their shares say, but no day or number is broken.

Reckoned in the size of the type: an em for a Chinese character, about half of one for a digit or a small letter. No
column is so narrow that a word of two Chinese characters stands below itself, and none is wider than its texts need
while another lacks room.
"""

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

from projections.reports.document import Table

NARROW_MARGIN_CM, WIDE_MARGIN_CM = 0.1, 0.19
"""At each side of a cell; where many columns stand side by side, they stand closer."""
_MANY = 6
_UNBROKEN = re.compile(r"[0-9A-Za-z#.:/@+-]+")
_LONGEST = 12
"""Characters: a day, a moment's time, the number of an entry. What is longer, a hash or an address, may break."""
_NAME = 4.0
"""Ems of a cell that stays on one line where there is room: a name, a status."""
_NUMBER = re.compile(r"[0-9]")
_POINT_CM = 2.54 / 72
_BORDERS_CM = 0.07
_LATIN, _MARK, _CAPITAL = 0.64, 0.4, 0.84
"""Ems of a small letter or digit, a hyphen, a capital or `#`, in the widest of the free fall-backs (Times has 0.5)."""
_LEAST_CHARACTERS = 2


def margin_of(table: Table) -> float:
    """Centimetres at each side of a cell."""
    return NARROW_MARGIN_CM if len(table.heads) > _MANY else WIDE_MARGIN_CM


def column_widths(table: Table, across: float, points: float) -> list[float]:
    """Centimetres of each column in type of so many points, `across` in all.

    Where there is no room to leave every word and name whole, names, days and numbers are; else days and numbers; where
    not even they, each column has room for two Chinese characters; with more columns than that, shares alone count.
    """
    shares = [float(each) for each in table.widths or (1,) * len(table.heads)]
    columns = [tuple(row[number] for row in table.rows) for number in range(len(table.heads))]
    beside = 2 * margin_of(table) + _BORDERS_CM

    def wide(ems: Sequence[float]) -> list[float]:
        return [beside + each * points * _POINT_CM for each in ems]

    numbers = [_whole((head, *texts), _NUMBER) for head, texts in zip(table.heads, columns, strict=True)]
    words = [_whole((head, *texts), _UNBROKEN) for head, texts in zip(table.heads, columns, strict=True)]
    names = [max(number, _names(texts)) for number, texts in zip(numbers, columns, strict=True)]
    all_of_it = [
        max(word, name, *map(_longest_line, (head, *texts)))
        for word, name, head, texts in zip(words, names, table.heads, columns, strict=True)
    ]
    for least in (
        [max(pair) for pair in zip(words, names, strict=True)],
        names,
        numbers,
        [_LEAST_CHARACTERS] * len(shares),
    ):
        if sum(wide(least)) <= across:
            return _filled(shares, wide(least), wide(all_of_it), across)
    return [across * share / sum(shares) for share in shares]


def _filled(shares: Sequence[float], least: Sequence[float], most: Sequence[float], across: float) -> list[float]:
    """As the shares say, none below its least; none above its most unless all have it."""
    if sum(most) <= across:
        most = [across] * len(shares)
    low, high = 0.0, across / min(shares)
    for _ in range(60):
        middle = (low + high) / 2
        found = [min(max(middle * share, a), b) for share, a, b in zip(shares, least, most, strict=True)]
        low, high = (middle, high) if sum(found) < across else (low, middle)
    return [each * across / sum(found) for each in found]


def _whole(texts: Sequence[str], kind: re.Pattern[str]) -> float:
    """Ems of the longest that is not to be broken: words with what `kind` finds in them."""
    found = (each for text in texts for each in _UNBROKEN.findall(text) if len(each) <= _LONGEST and kind.search(each))
    return max((_LEAST_CHARACTERS, *map(_ems, found)))


def _names(texts: Sequence[str]) -> float:
    return max((_LEAST_CHARACTERS, *(ems for ems in map(_ems, texts) if ems <= _NAME)))


def _longest_line(text: str) -> float:
    return max(map(_ems, text.split("\n")))


def _ems(text: str) -> float:
    return sum(map(_em, text))


def _em(char: str) -> float:
    if east_asian_width(char) in "WFA":
        return 1.0
    return _MARK if char in "-./: " else _CAPITAL if char == "#" or char.isupper() else _LATIN
