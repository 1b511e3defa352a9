"""Texts as people write them: in NFC, without hidden characters, of bounded length."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput

MAX_TEXT = 30_000
"""Characters of one text; more belongs into an attachment. A spreadsheet's cell holds 32,767."""
MAX_NAME = 255
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls other than tab and line feed
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # without width, or turning the direction of writing
    "\ufff0-\uffff\ud800-\udfff]"
)
"""Control characters, and those that hide or reorder text on a screen."""


def read_text(raw: Any) -> str:
    """A text in NFC. Raises BadInput for what is no text, is too long, or holds hidden characters."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise BadInput("text is expected here; format the cell as text, or put the value in quotes")
    text = unicodedata.normalize("NFC", raw.strip() if isinstance(raw, str) else _number_text(raw))
    if len(text) > MAX_TEXT:
        raise BadInput("the text has {} characters, the most is {}; attach it as a file", len(text), MAX_TEXT)
    text = text.replace("\r\n", "\n")
    hidden = _HIDDEN.search(text)
    if hidden is not None:
        raise BadInput("it holds the hidden character U+{:04X}; delete it", ord(hidden.group()))
    return text


def _number_text(raw: int | float | Decimal) -> str:
    if isinstance(raw, float):
        if not raw.is_integer():
            return repr(raw)
        raw = int(raw)
    if abs(int(raw)) >= 10**15:
        raise BadInput("a number of more than 15 digits loses digits in a spreadsheet; format the cell as text")
    return str(raw)


def read_line(raw: Any) -> str:
    text = read_text(raw)
    if "\n" in text:
        raise BadInput("it goes over several lines; write one line")
    plain = unicodedata.normalize("NFKC", text)
    if plain != text and plain.isascii():
        raise BadInput("it is written in full-width characters; write {}", plain)
    return text


def file_name(name: str) -> str:
    """A file's name as a record may hold it: in NFC, hidden characters and undecodable bytes replaced."""
    return _HIDDEN.sub("_", unicodedata.normalize("NFC", name))[:MAX_NAME]
