"""What the views keep of an entry beside its words, so that others with the same file, number or series are found."""

import hashlib
import re

from ledger.events.base import Fact, Payload

_NUMBERED = re.compile(r"(?P<series>.+[\u3014\[(（]\s*\d{4}\s*[\u3015\])）])\s*第?(?P<number>\d+)号")


NUMBER = re.compile(r"(?=[0-9_\-]*[A-Za-z])(?=[A-Za-z_\-]*[0-9])[0-9A-Za-z][0-9A-Za-z_\-]*")
"""What is an entry's number in free words for sure: letters and digits. Bare digits are mostly quantities."""

_LETTER = re.compile("[A-Za-z]")


def document_number(number: str) -> tuple[str, int] | None:
    """Series and running number of a document number as organs write it (GB/T 9704); None for any other number.

    The series is the agency's word with the year in (tortoise shell) brackets; the running number stands before 号.
    """
    read = _NUMBERED.fullmatch(number)
    return (read["series"], int(read["number"])) if read is not None else None


def files_of(payload: Payload) -> tuple[str, ...]:
    """SHA-256 of the files attached, each once."""
    attached = payload.attachments if isinstance(payload, Fact) else None
    return tuple(dict.fromkeys(item.sha256 for item in attached or ()))


def mark_of(kind: str, value: str) -> int:
    """A 64-bit number that equal values of a kind share, and hardly ever others."""
    digest = hashlib.blake2b(value.encode(), digest_size=8, person=kind.encode()).digest()
    return int.from_bytes(digest, "big", signed=True)


def file_mark(digest: str) -> int:
    """The mark of entries with a file, by its SHA-256."""
    return mark_of("file", digest)


def number_mark(number: str) -> int:
    """The mark of entries that open something under a human's number."""
    return mark_of("number", number)


def series_mark(name: str) -> int:
    """The mark of entries in a series of document numbers."""
    return mark_of("series", name)


def number_marks(number: str) -> set[int]:
    """All marks of an entry's number."""
    read = document_number(number)
    return {number_mark(number)} if read is None else {number_mark(number), series_mark(read[0])}


def refers_mark(position: int) -> int:
    """The mark of entries that refer to the entry at a position of their own ledger."""
    return mark_of("refers", str(position))


def word_mark(number: str) -> int:
    """The mark of entries in whose words an entry's number stands."""
    return mark_of("word", number)


def words_of_numbers(payload: Payload) -> set[str]:
    """Numbers of entries that stand in an entry's words."""
    texts = [getattr(payload, name, None) for name in ("text", "matter", "title")]
    words = [text for text in texts if isinstance(text, str)] + list(getattr(payload, "open_issues", None) or ())
    return {number for text in words if _LETTER.search(text) for number in NUMBER.findall(text)}


def naming_marks(payload: Payload) -> set[int]:
    """The marks of what an entry names: what it refers to, and the numbers in its words."""
    refers = (payload.refers or ()) if isinstance(payload, Fact) else ()
    marks = {refers_mark(cited.position) for cited in refers if not cited.fingerprint}
    return marks | {word_mark(number) for number in words_of_numbers(payload)}
