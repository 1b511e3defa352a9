"""JSON on its way out: a row that is given again is turned into text once.

Rows are frozen values. Who has the same row at hand for the next answer gives the same object; a row that was made anew
is turned anew, so that nothing here says what a row holds.
"""

import json
from collections.abc import Mapping
from typing import Any

from projections.questions.plain import plain

MOST, LONGEST = 1024, 8192
"""Rows that are kept, and how many letters of one at most."""
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Turned:
    """The texts of rows by their identity; each row is kept with its text, so that no other can be taken for it."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Any, str]] = {}

    def text(self, row: Any) -> str:
        """The JSON of a row."""
        kept = self._kept.get(id(row))
        if kept is not None and kept[0] is row:
            return kept[1]
        text = as_json(row)
        if len(text) <= LONGEST:
            if len(self._kept) >= MOST:
                self._kept = {}
            self._kept[id(row)] = row, text
        return text


_turned = Turned()


def as_json(value: Any) -> str:
    """A value as JSON."""
    return _encode(plain(value))


def list_as_json(content: Mapping[str, Any]) -> str:
    """The members of a list as JSON, its rows being `items`."""
    names = list(content)
    at = names.index("items")
    before, after = ({name: content[name] for name in some} for some in (names[:at], names[at + 1 :]))
    rows = ", ".join([_turned.text(row) for row in content["items"]])
    parts = (as_json(before)[1:-1], f'"items": [{rows}]', as_json(after)[1:-1])
    return "{" + ", ".join(filter(None, parts)) + "}"
