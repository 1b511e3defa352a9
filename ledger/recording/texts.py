"""Texts as people write them: in NFC, without hidden characters, of bounded length."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput

MAX_TEXT = 30_000
"""Characters of one text; more belongs into an attachment. A spreadsheet's cell holds 32,767."""
MAX_NAME = 255
_IGNORED = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164),
        (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFFC, 0xFFFD), (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)  # fmt: skip
"""Letters and marks by category that a screen shows as nothing (Default_Ignorable_Code_Point), the empty Braille cell,
and what stands where something else was: an object of another program, a letter that was not read."""
_SOME_IGNORED = re.compile(f"[{''.join(sorted(_IGNORED))}]")
_SHOWN_AS_NOTHING = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
"""Categories of Unicode that hide, reorder or mean nothing; tab and line feed are allowed."""
_LOST = "\N{REPLACEMENT CHARACTER}"
"""What a program writes in place of a letter that it could not read."""


def hidden_in(text: str) -> str | None:
    """The first character that hides or reorders text on a screen, or means nothing outside one font."""
    if text.replace("\n", "").isprintable() and not _SOME_IGNORED.search(text):  # as good as every text
        return None
    for letter in text:
        if letter in "\t\n" or (letter.isascii() and letter.isprintable()):
            continue
        if letter in _IGNORED or unicodedata.category(letter) in _SHOWN_AS_NOTHING:
            return letter
    return None


def check_shown(text: str) -> None:
    """Raises BadInput naming a hidden character, or a private one with the letter that GB 18030 gave it since."""
    hidden = hidden_in(text)
    if hidden is None:
        return
    if unicodedata.category(hidden) == "Co":
        letter = _since_encoded(ord(hidden))
        if letter is not None:
            raise BadInput(
                "it holds the private character U+{:04X}; write {} (U+{:04X})", ord(hidden), letter, ord(letter)
            )
        raise BadInput("it holds the private character U+{:04X}, which other machines show otherwise", ord(hidden))
    if hidden == _LOST:
        raise BadInput("it holds U+FFFD, written where a letter could not be read; write the letter itself")
    raise BadInput("it holds the hidden character U+{:04X}; delete it", ord(hidden))


def _since_encoded(code: int) -> str | None:
    """The letter of a private code of GBK: U+E815 to U+E864 are its rows FE50 to FEA0, which GB 18030 encodes since."""
    if not 0xE815 <= code <= 0xE864:
        return None
    trail = 0x50 + code - 0xE815
    letter = bytes([0xFE, trail + (trail >= 0x7F)]).decode("gb18030", "replace")
    return letter if len(letter) == 1 and unicodedata.category(letter) not in ("Co", "So") else None


def read_text(raw: Any) -> str:
    """A text in NFC. Raises BadInput for what is no text, is too long, or holds hidden characters."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise BadInput("text is expected here; format the cell as text, or put the value in quotes")
    text = unicodedata.normalize("NFC", raw.strip() if isinstance(raw, str) else _number_text(raw))
    if len(text) > MAX_TEXT:
        raise BadInput("the text has {} characters, the most is {}; attach it as a file", len(text), MAX_TEXT)
    text = text.replace("\r\n", "\n")
    check_shown(text)
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
    plain = unicodedata.normalize("NFC", name)
    return "".join("_" if letter in "\t\n" or hidden_in(letter) else letter for letter in plain)[:MAX_NAME]


def read_name(raw: Any) -> str:
    """A name: one line, without the wide space that forms put between the letters of short names."""
    text = read_line(raw)
    if "\u3000" in text:
        raise BadInput("it holds a wide space (U+3000); write {}", text.replace("\u3000", ""))
    return text
