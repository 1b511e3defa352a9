"""Signed notes (C2SP signed-note v1.0.0): a text and the signatures under it.

    text, ending in LF, which may hold empty lines
    <empty line>
    — <key name> <base64(key id, 4 bytes || signature)>

The text is everything before the last empty line, with its final LF. The whole is UTF-8 without control bytes
below 0x20 except LF; each signature line starts with U+2014 and a space and ends in LF. Here a note has 1 to
100 signature lines (C2SP asks for 16 at least, Go's reference stops at 100) and at most 1,000,000 bytes.

A parsed note is not a verified one: nothing in `Note` may be believed before `open_note` or a stricter check.
"""

import re
from collections.abc import Iterable, Sequence

from ledger.core.encoding import b64decode, b64encode
from ledger.core.signers import KEY_ID_SIZE, Signer, VerifyKey, check_name
from ledger.errors import KeyInvalid, Malformed, SignatureInvalid, UnknownKey
from ledger.frozen import dataclass

MAX_SIGNATURES = 100
MAX_NOTE_SIZE = 1_000_000

_LINE_START = "\u2014 "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature: the key's name, its 4-byte id, and the algorithm's payload."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in LF, and its signature lines in order; not verified by being here."""

    text: str
    signatures: tuple[SignatureLine, ...]


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note of which every line by a known key was verified.

    `verified` holds those lines with their keys, in the note's order, each key and payload once.
    """

    note: Note
    verified: tuple[tuple[VerifyKey, SignatureLine], ...]

    @property
    def text(self) -> str:
        """The signed text."""
        return self.note.text

    @property
    def keys(self) -> tuple[VerifyKey, ...]:
        """The keys that signed, each once, in the note's order."""
        return tuple(dict.fromkeys(key for key, _ in self.verified))


def parse_note(data: bytes) -> Note:
    """The note in `data`, so that `format_note` gives `data` back; raises `Malformed`."""
    if len(data) > MAX_NOTE_SIZE:
        raise Malformed("a note has at most {} bytes, this has {}", MAX_NOTE_SIZE, len(data))
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("a note is UTF-8") from error
    text, separator, block = content.rpartition("\n\n")
    if not separator or not block.endswith("\n"):
        raise Malformed("a note ends in an empty line and signature lines, each with a line end")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("a note has at most {} signature lines, this has {}", MAX_SIGNATURES, len(lines))
    _check_text(text + "\n")
    return Note(text + "\n", tuple(map(parse_line, lines)))


def format_note(note: Note) -> bytes:
    """The bytes of `note`; raises `Malformed` for what `parse_note` would refuse."""
    _check_text(note.text)
    if not 1 <= len(note.signatures) <= MAX_SIGNATURES:
        raise Malformed("a note has 1 to {} signature lines, not {}", MAX_SIGNATURES, len(note.signatures))
    block = "".join(format_line(line) + "\n" for line in note.signatures)
    data = f"{note.text}\n{block}".encode()
    if len(data) > MAX_NOTE_SIZE:
        raise Malformed("a note has at most {} bytes, this has {}", MAX_NOTE_SIZE, len(data))
    return data


def parse_line(text: str) -> SignatureLine:
    """The signature in one line given without its line end; raises `Malformed`."""
    name, _, encoded = text.removeprefix(_LINE_START).partition(" ")
    if not text.startswith(_LINE_START):
        raise Malformed("a signature line starts with an em dash and a space: {!a}", text[:80])
    check_name(name)
    payload = b64decode(encoded)
    if len(payload) <= KEY_ID_SIZE:
        raise Malformed("signature line by {!a} is too short", name[:80])
    return SignatureLine(name, payload[:KEY_ID_SIZE], payload[KEY_ID_SIZE:])


def format_line(line: SignatureLine) -> str:
    """The text of one signature line, without line end; raises `Malformed`."""
    check_name(line.name)
    if len(line.key_id) != KEY_ID_SIZE or not line.signature:
        raise Malformed("a signature line has a 4-byte key id and a signature")
    return f"{_LINE_START}{line.name} {b64encode(line.key_id + line.signature)}"


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """A note over `text` (ending in LF) with one line by each signer, in order.

    Raises `Malformed` for a text that no note can hold and `KeyInvalid` for a key that signs no plain notes.
    """
    _check_text(text)
    message = text.encode("utf-8")
    return format_note(Note(text, tuple(_sign(message, signer) for signer in signers)))


def open_note(data: bytes, keys: Iterable[VerifyKey]) -> OpenedNote:
    """The note in `data`, verified as C2SP asks.

    Lines by keys not in `keys` are ignored. One bad line by a known key rejects the note
    (`SignatureInvalid`), and at least one known key must have signed (`UnknownKey`). A line that stands twice
    is verified and reported once. Raises `KeyInvalid` if two different keys share name and id, `Malformed` if
    `data` is no note.
    """
    known: dict[tuple[str, bytes], VerifyKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise KeyInvalid("two different keys share the name and id {}+{}", key.name, key.key_id.hex())
    note = parse_note(data)
    message = note.text.encode("utf-8")
    verified: list[tuple[VerifyKey, SignatureLine]] = []
    for line in dict.fromkeys(note.signatures):
        if key_of_line := known.get((line.name, line.key_id)):
            try:
                key_of_line.check(message, line.signature)
            except SignatureInvalid as error:
                raise SignatureInvalid("signature by {}+{}: {}", line.name, line.key_id.hex(), error) from error
            verified.append((key_of_line, line))
    if not verified:
        raise UnknownKey("the note carries no signature by a known key; give the signer's verifier key")
    return OpenedNote(note, tuple(verified))


def _sign(message: bytes, signer: Signer) -> SignatureLine:
    key = signer.verify_key
    if not key.algorithm.signs_notes:
        raise KeyInvalid("{} is a key for {} and signs no notes", key.name, key.algorithm.name)
    return SignatureLine(key.name, key.key_id, signer.sign(message))


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise Malformed("a note's text ends in a line end")
    if control := _CONTROL.search(text):
        raise Malformed("a note holds no control characters, here {!a} at {}", control[0], control.start())
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("a note's text is not valid Unicode") from error
