"""Closed lists of words (scenarios, "Second round"): the word that is kept, its Chinese word, and what is said for it.

The lists are data (`words.json`): per list and kept word the Chinese word first, then its synonyms. A word behind a
hyphen is understood and kept, but not offered: it says how a decision came about, or that a measure ended. A field says
of which list its words are (`structural(words=...)`). What was
recorded before the lists were closed may hold a synonym, or a word that no list has: readers ask `kind_of`, never the
field.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ledger.events.registry import spec_of

_UNOFFERED = "-"
OTHER = "other"
"""The word for what the list has no word for: `kind_text` says it, and it is never credited."""


@cache
def _lists() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    rows = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return {name: {word: tuple(said) for word, said in words.items()} for name, words in rows.items()}


def lists() -> tuple[str, ...]:
    """The names of the lists."""
    return tuple(_lists())


def words_of(name: str) -> tuple[str, ...]:
    """The words of a list that are offered, in order."""
    return tuple(word for word in _lists()[name] if not word.startswith(_UNOFFERED))


def chinese(name: str, word: str) -> str:
    """The Chinese word for a word of a list."""
    return _lists()[name][word][0]


@cache
def _synonyms(name: str) -> Mapping[str, str]:
    words = {word.removeprefix(_UNOFFERED): said for word, said in _lists()[name].items()}
    return {**{each: word for word, said in words.items() for each in said}, **{word: word for word in words}}


def meant(name: str, said: str) -> str | None:
    """The word of a list that somebody means; None where the list has none."""
    return _synonyms(name).get(said)


def kept_word(type_name: str, field: str, said: str) -> str | None:
    """The word of the field's list that somebody means; None where the list has none, or the field has no list."""
    spec = spec_of(type_name, field)
    return meant(spec.words, said) if spec is not None and spec.words is not None else None


def kind_of(payload: Any) -> str | None:
    """The kind of a meeting, check, plan or talk: the kept word, else what stands there; None where nothing does."""
    said = getattr(payload, "kind", None)
    return kept_word(payload.TYPE, "kind", said) or said if isinstance(said, str) else None


def is_other(payload: Any) -> bool:
    """Whether an act is of a closed list's `other`, which is never credited."""
    spec = spec_of(payload.TYPE, "kind")
    return spec is not None and spec.words is not None and kind_of(payload) == OTHER
