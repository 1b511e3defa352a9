"""Full text of the views: Chinese by substring, other words whole, without an index per language.

Each Chinese character is a word of its own to the index, each run of letters or digits one; a query is a phrase of
such words, so that it finds exactly the texts in which they follow each other. The index holds no text itself and is
left out of every digest; like all texts of the views it is made anew after an erasure.
"""

import re
import unicodedata

STATEMENT = "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(words, content='', tokenize='unicode61')"
_SINGLE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[^\W{_SINGLE}_]+|[{_SINGLE}]")


def search_key(ledger: int, position: int) -> int:
    """The row of the index that an entry has: rising by ledger, then by position."""
    return (ledger << 40) + position


def words_of(text: str) -> str:
    """The words of a text as the index takes them, full-width letters and digits made plain."""
    return " ".join(_RUN.findall(unicodedata.normalize("NFKC", text)))


def phrase(asked: str) -> str | None:
    """The query for what a reader typed: each part between blanks must occur; None where there is none."""
    parts = [words for part in asked.split() if (words := words_of(part))]
    return " AND ".join(f'"{part}"' for part in parts) or None
