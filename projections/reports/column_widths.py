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
_UNBROKEN = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|第\d+(?:至\d+)?项|[\d.]+[万亿]?元|[A-Z]{3} [\d,.]*\d"
    r"|[Nn]o\. \d+(?: to \d+)?|[0-9A-Za-z#.,:/@+-]+"
)
"""What stands on one line: a day, an amount, numbers of acts; a word of letters and digits."""
_LONGEST, _SHORT = 15, 9
"""Characters: a day, a moment's time, the number of an entry, a long word. A hash or an address is longer and may
break; where there is less room, so may a word that is longer than `_SHORT`."""
_NAME, _TERM = 4.0, 6.0
"""Ems of a cell that stays on one line where there is room: a name, a status; where there is more, a category too."""
_BOLD = 1.1
_TIMES = 0.8
"""How wide a letter of Times is beside the widest of the fall-backs."""
_NUMBER = re.compile(r"[0-9]")
_POINT_CM = 2.54 / 72
_BORDERS_CM = 0.07
_LATIN, _MARK, _CAPITAL = 0.64, 0.4, 0.84
"""Ems of a small letter or digit, a hyphen, a capital or `#`, in the widest of the free fall-backs (Times has 0.5)."""
_LEAST_CHARACTERS = 2


def margin_of(table: Table) -> float:
    """Centimetres at each side of a cell."""
    return NARROW_MARGIN_CM if len(table.heads) > _MANY else WIDE_MARGIN_CM


def column_widths(table: Table, across: float, points: float, letters: float = 1.0) -> list[float]:
    """Centimetres of each column in type of so many points, `across` in all; `letters` times as wide as the widest.

    Where there is no room to leave every word and name whole, they are in Times and short ones everywhere; else short
    words, names, days and numbers are; else names, days and numbers; else days and numbers; where not even they, each
    column has room for two Chinese characters; with more columns than that, shares alone count.
    """
    shares = [float(each) for each in table.widths or (1,) * len(table.heads)]
    columns = [tuple(row[number] for row in table.rows) for number in range(len(table.heads))]
    beside = 2 * margin_of(table) + _BORDERS_CM

    def wide(sizes: Sequence[float]) -> list[float]:
        return [beside + each * points * _POINT_CM for each in sizes]

    def whole(kind: re.Pattern[str], limit: int, size: float) -> list[float]:
        return [
            max(_whole((head,), kind, limit, size * _BOLD), _whole(texts, kind, limit, size))
            for head, texts in zip(table.heads, columns, strict=True)
        ]

    numbers = whole(_NUMBER, _LONGEST, letters)
    names, terms = ([_names(texts, limit, letters) for texts in columns] for limit in (_NAME, _TERM))
    words, short = (whole(_UNBROKEN, limit, letters) for limit in (_LONGEST, _SHORT))
    all_of_it = [
        max(word, term, *(_longest_line(text, letters) for text in (head, *texts)))
        for word, term, head, texts in zip(words, terms, table.heads, columns, strict=True)
    ]
    for sizes in (
        (words, terms),
        (whole(_UNBROKEN, _LONGEST, letters * _TIMES), short, numbers, names),
        (short, names),
        (numbers, names),
        (numbers,),
        ([float(_LEAST_CHARACTERS)] * len(shares),),
    ):
        least = wide([max(each) for each in zip(*sizes, strict=True)])
        if sum(least) <= across:
            return _filled(shares, least, wide(all_of_it), across)
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


def _whole(texts: Sequence[str], kind: re.Pattern[str], limit: int, letters: float) -> float:
    """Ems of the longest that is not to be broken: words with what `kind` finds in them, of `limit` characters."""
    found = (
        each.rstrip(",.:")
        for text in texts
        for each in _UNBROKEN.findall(text)
        if len(each) <= (_LONGEST if _NUMBER.search(each) else limit) and kind.search(each)
    )
    return max((_LEAST_CHARACTERS, *(ems(each, letters) for each in found)))


def _names(texts: Sequence[str], limit: float, letters: float) -> float:
    return max((_LEAST_CHARACTERS, *(wide for wide in (ems(text, letters) for text in texts) if wide <= limit)))


def _longest_line(text: str, letters: float) -> float:
    return max(ems(line, letters) for line in text.split("\n"))


def ems(text: str, letters: float = 1.0) -> float:
    """How wide a text is in the size of its type; `letters` as in `column_widths`."""
    return sum(_em(char, letters) for char in text)


def _em(char: str, letters: float) -> float:
    if east_asian_width(char) in "WFA":
        return 1.0
    return letters * (_MARK if char in "-./: " else _CAPITAL if char == "#" or char.isupper() else _LATIN)
