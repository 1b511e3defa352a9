"""How SQLite runs the statements that all stores share.

They speak of `entries e` with `position`, `stream`, `version`, `type` and of `b`, `s`, `r` by the names that they have.
Here that table is `stored_events`, as the library calls it, and its row number is one above the position. What is
compared and sorted by is the bare row number, so that its index serves.
"""

import re
from functools import cache

_COLUMNS = {"stream": "originator_id", "version": "originator_version", "type": "topic"}
_RULES = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"\be\.position (=|<=|>=|<|>) (\?|\w\.position)", r"e.rowid \1 \2 + 1"),
        (r"(?<=ORDER BY )e\.position\b", "e.rowid"),
        (r"\be\.position\b", "e.rowid - 1"),
        (r"\bentries e\b", "stored_events e"),
        (r" LIKE '([\w.]+)%'", r" GLOB '\1*'"),  # sees capitals, and its index is ours
        *((rf"\be\.{name}\b", f"e.{column}") for name, column in _COLUMNS.items()),
    )
)


@cache
def in_sqlite(statement: str) -> str:
    """The statement as SQLite runs it."""
    for pattern, form in _RULES:
        statement = pattern.sub(form, statement)
    return statement
