"""Full text of the views: Chinese by substring, other words whole, without an index per language.

Each Chinese character is a word of its own to the index, each run of letters or digits one; a query is a phrase of
such words, so that it finds exactly the texts in which they follow each other. The index holds no text itself and is
left out of every digest; like all texts of the views it is made anew after an erasure.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from ledger.events.fields import Json
from ledger.events.registry import spec_of
from ledger.events.words import meant

STATEMENT = "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(words, content='', tokenize='unicode61')"
_SINGLE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_CODE = re.compile(r"[a-z][a-z_]{1,39}")


@cache
def _runs() -> re.Pattern[str]:
    """Compiled when it is used: the ranges take longer than a command's other patterns together."""
    return re.compile(rf"[^\W{_SINGLE}_]+|[{_SINGLE}]")


@cache
def _simple() -> re.Pattern[str]:
    """Chinese characters, ASCII and usual punctuation: NFKC makes of such a text nothing but other punctuation."""
    return re.compile(
        "[\n -~\u3001\u3002\u300a-\u3011\u2018-\u201d\u4e00-\u9fa5\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*"
    )


_ZERO = 1 << 39
PLACE = f"((s.rowid & {(1 << 40) - 1}) - {_ZERO})"
"""The position of a row `s` of the index, as a query has it."""


def search_key(ledger: int, position: int) -> int:
    """The row of the index that an entry has: rising by ledger, then by position, which may lie below 0."""
    return (ledger << 40) + _ZERO + position


def made_plain(text: str) -> str:
    """A text in NFKC, but that usual punctuation may stay as wide as it is."""
    return text if _simple().fullmatch(text) else unicodedata.normalize("NFKC", text)


def words_of(text: str) -> str:
    """The words of a text as the index takes them, full-width letters and digits made plain."""
    return " ".join(_runs().findall(made_plain(text)))


def fixed_words(type_name: str, structural: Mapping[str, Json]) -> Iterator[str]:
    """What an entry says beside its texts: its number, words of its own, and fixed words as `list.word`.

    A fixed word stands under its list, or under its field where that lists its words itself.
    """
    for name, value in structural.items():
        spec = spec_of(type_name, name)
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str) or (spec is not None and (spec.about or spec.reference)):
                continue
            if name == "ref" or not each.isascii():
                yield each
            elif spec is not None and spec.words:
                yield f"{spec.words}.{meant(spec.words, each) or each}"
            elif _CODE.fullmatch(each):
                yield f"{leaf_of(name)}.{each}"


def leaf_of(name: str) -> str:
    """The field itself in the name of a field: `decisions.0.category` is `category`."""
    return next(part for part in reversed(name.split(".")) if not part.isdigit())


def phrase(asked: str, meant_by: Callable[[str], Sequence[str]] = lambda _: ()) -> str | None:
    """The query for what a reader typed: each part between blanks must occur; None where there is none.

    A part also occurs where one of the fixed words stands that `meant_by` says it may mean.
    """
    parts = []
    for part in asked.split():
        either = [words for each in (part, *meant_by(part)) if (words := words_of(each))]
        if either:
            parts.append(" OR ".join(f'"{words}"' for words in dict.fromkeys(either)))
    return " AND ".join(f"({part})" if " OR " in part else part for part in parts) or None
