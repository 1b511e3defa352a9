"""Words like the one that somebody typed, so that a message can name what was meant."""

import difflib
from collections.abc import Iterable

MOST = 3


def near(word: str, known: Iterable[str], *, else_first: bool = True) -> list[str]:
    """The known words most like this one, the likest first; where none is like it the first few, or none."""
    words = sorted(set(known))
    return difflib.get_close_matches(word, words, MOST, 0.5) or (words[:MOST] if else_first else [])
