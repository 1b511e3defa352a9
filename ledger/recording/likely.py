"""Words like the one that somebody typed, so that a message can name what was meant."""

from collections.abc import Iterable

MOST = 3


def near(word: str, known: Iterable[str], *, else_first: bool = True) -> list[str]:
    """The known words most like this one, the likest first; where none is like it the first few, or none."""
    from difflib import get_close_matches  # only where something is not found

    words = sorted(set(known))
    return get_close_matches(word, words, MOST, 0.5) or (words[:MOST] if else_first else [])
