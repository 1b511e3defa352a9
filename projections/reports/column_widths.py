"""How wide the columns of a printed table are: as their shares say, but no day or number is broken."""

import re

from projections.reports.document import Table

_UNBROKEN = re.compile(r"[0-9A-Za-z#.:/@+-]+")
_LONGEST = 12
"""Characters: a day, a moment's time, the number of an entry. What is longer, a hash or an address, may break."""
_CHARACTER_CM = 0.2
_MARGINS_CM = 0.45


def column_widths(table: Table, across: float) -> list[float]:
    """Centimetres of each column, `across` in all. Where not even the least of all has room, shares alone count."""
    shares = [float(each) for each in table.widths or (1,) * len(table.heads)]
    least = [
        _MARGINS_CM + _CHARACTER_CM * max(map(_longest, (head, *(row[number] for row in table.rows))))
        for number, head in enumerate(table.heads)
    ]
    fixed: set[int] = set()
    while sum(least) <= across:
        room = across - sum(least[number] for number in fixed)
        free = sum(share for number, share in enumerate(shares) if number not in fixed)
        narrow = {n for n, share in enumerate(shares) if n not in fixed and room * share / free < least[n]}
        if not narrow:
            return [least[n] if n in fixed else room * share / free for n, share in enumerate(shares)]
        fixed |= narrow
    return [across * share / sum(shares) for share in shares]


def _longest(text: str) -> int:
    return max((len(found) for found in _UNBROKEN.findall(text) if len(found) <= _LONGEST), default=0)
