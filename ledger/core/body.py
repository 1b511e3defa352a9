"""Bodies as salted field disclosures (FORMAT.md section 2; disclosures as in SD-JWT, RFC 9901 section 4.2.1).

    disclosure = base64url without padding of RFC 8785 `[salt, name, value]`; salt = base64url of 16 random bytes
    body map   = RFC 8785 object {name: base64 SHA-256 of the disclosure's ASCII text}
    digest     = SHA-256("zeren/body/v1\\n" || body map || "\\n")
    stored     = the map line, then a line `name SP disclosure` for each field held, in map order

The chain commits to the digest only, so a disclosure can be withheld or erased and every proof stays.
"""

import binascii
import hashlib
import json
import json.encoder
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from ledger.core.encoding import (
    b64decode,
    b64encode,
    b64url_decode,
    b64url_encode,
    canonical_json,
    parse_canonical_json,
)
from ledger.errors import BodyInvalid, Malformed
from ledger.frozen import dataclass

DIGEST_PREFIX = b"zeren/body/v1\n"
SALT_BYTES = 16
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*(\.(0|[1-9][0-9]*|[a-z][a-z0-9_]*))*")
_HALF = re.compile("[\ud800-\udfff]")
_TEXT, _NUMBER = r'"[^"\\\x00-\x1f]*"', "(?:-?[1-9][0-9]{0,14}|0)"
_PLAIN = re.compile(
    r'\["[A-Za-z0-9_-]{21}[AQgw]","([a-z0-9_.]+)",'
    rf"(?:({_TEXT})|(true|false|null)|({_NUMBER})|(\[(?:{_TEXT}|{_NUMBER})(?:,(?:{_TEXT}|{_NUMBER}))*\]))\]"
)
"""A disclosure of texts without anything to escape, of numbers, or of a word: in RFC 8785 as it stands."""
_WORDS = {"true": True, "false": False, "null": None}
_URL_SAFE, _STANDARD = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_quoted = json.encoder.encode_basestring
_RESERVED = re.compile(r"(subject|consent|possession|asked_of)(\.(0|[1-9][0-9]*))?")
_CARRIED = ("consent", "possession", "asked_of")
_ANY = ("subject", *_CARRIED)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as held: the digest of every field, and the disclosures of those fields that are held."""

    digests: Mapping[str, str]
    disclosures: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> frozenset[str]:
        """Names of fields whose disclosure is not held: withheld or erased."""
        return frozenset(self.digests.keys() - self.disclosures.keys())

    def map_line(self) -> bytes:
        """The body map's bytes."""
        # Names and digests are ASCII without anything to escape: this is their RFC 8785 form (held to it by a test).
        members = ",".join([f'"{name}":"{self.digests[name]}"' for name in sorted(self.digests)])
        return f"{{{members}}}".encode("ascii")

    def digest(self) -> bytes:
        """The 32-byte body digest that the entry's header carries in base64."""
        return hashlib.sha256(DIGEST_PREFIX + self.map_line() + b"\n").digest()

    def values(self) -> dict[str, Any]:
        """The values of the fields held, by name. Raises BodyInvalid for a disclosure that is not well formed."""
        return {name: _open_disclosure(name, text) for name, text in self.disclosures.items()}

    def without(self, names: Iterable[str]) -> "Body":
        """The same body with these disclosures left out; the digest stays."""
        left = set(names)
        return Body(self.digests, {name: text for name, text in self.disclosures.items() if name not in left})


def check_field_name(name: str) -> None:
    """Raises BodyInvalid unless `name` is a well-formed field name."""
    if not FIELD_NAME.fullmatch(name):
        raise BodyInvalid("field name {!r} is not well formed", name)


def disclose(name: str, value: Any, salt: bytes) -> str:
    """The disclosure of one field. Raises Malformed for a value that has no canonical form."""
    if type(value) is str and FIELD_NAME.fullmatch(name) and (value.isascii() or _is_plain(value)):
        # By far the most values; escaped by the same function as whole values (held to RFC 8785 by a test).
        return b64url_encode(f'["{b64url_encode(salt)}","{name}",{_quoted(value)}]'.encode())
    return b64url_encode(canonical_json([b64url_encode(salt), name, value]))


def _is_plain(text: str) -> bool:
    """Whether a text is in NFC and holds no half of a pair: what `canonical_json` asks of one."""
    return unicodedata.is_normalized("NFC", text) and not _HALF.search(text)


def make_body(fields: Iterable[tuple[str, Any]], new_salt: Callable[[], bytes]) -> Body:
    """A body over these named values, each salted afresh. Raises BodyInvalid for a bad or repeated name."""
    return body_of((name, disclose(name, value, new_salt())) for name, value in fields)


def body_of(disclosures: Iterable[tuple[str, str]]) -> Body:
    """The body that consists of these disclosures, all held."""
    held: dict[str, str] = {}
    for name, text in disclosures:
        check_field_name(name)
        if name in held:
            raise BodyInvalid("field {!r} stands twice", name)
        held[name] = text
    ordered = {name: held[name] for name in sorted(held)}
    return Body({name: _digest_of(text) for name, text in ordered.items()}, ordered)


def _digest_of(disclosure: str) -> str:
    return b64encode(hashlib.sha256(disclosure.encode("ascii")).digest())


def _open_disclosure(name: str, text: str) -> Any:
    """The value of a disclosure under its name. Raises BodyInvalid."""
    found = _open_plain(name, text)
    return _read_disclosure(name, text) if found is None else found[0]


def _open_plain(name: str, text: str) -> tuple[Any] | None:
    """(value) as `_read_disclosure` reads it, many times as fast; None says that it has to decide."""
    try:
        encoded = text.encode("ascii")
        data = binascii.a2b_base64(encoded.translate(_STANDARD) + b"=" * (-len(encoded) % 4))
        match = _PLAIN.fullmatch(plain := data.decode("utf-8"))
    except ValueError:
        return None
    if match is None or binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=") != encoded:
        return None
    stated, value, word, number, several = match.groups()
    if stated != name or not (plain.isascii() or unicodedata.is_normalized("NFC", plain)):
        return None
    if value is not None:
        return (value[1:-1],)
    if several is not None:
        return (json.loads(several),)
    return (_WORDS[word],) if number is None else (int(number),)


def _read_disclosure(name: str, text: str) -> Any:
    try:
        match parse_canonical_json(b64url_decode(text)):
            case [str(salt), str(stated), value] if stated == name and len(b64url_decode(salt)) == SALT_BYTES:
                return value
    except Malformed as error:
        raise BodyInvalid("disclosure of field {!r}: {}", name, error) from error
    raise BodyInvalid("disclosure of field {!r} is not [salt of 16 bytes, its name, value]", name)


def format_body(body: Body) -> bytes:
    """The stored form: map line, then `name SP disclosure` lines in map order, each ended by LF."""
    lines = [body.map_line().decode("ascii")]
    lines += [f"{name} {body.disclosures[name]}" for name in body.digests if name in body.disclosures]
    return ("\n".join(lines) + "\n").encode("ascii")


def parse_body(data: bytes) -> Body:
    """The body of stored bytes; each disclosure is checked against its digest.

    Raises BodyInvalid for bytes that are not exactly what `format_body` gives, and for a disclosure that does not fit.
    """
    return _whole_body(data) or _read_body(data)


def _whole_body(data: bytes) -> Body | None:
    """The body that `_read_body` makes of these bytes where all is held; None says that it has to decide.

    The map is made from the disclosures and compared, instead of being parsed.
    """
    map_line, *lines = data.split(b"\n")
    if not lines or lines.pop() != b"" or not data.isascii():
        return None
    digests, held, last = {}, {}, ""
    for line in lines:
        head, _, disclosure = line.partition(b" ")
        name = head.decode("ascii")
        if name <= last or not _is_field_name(name):
            return None
        digests[name] = binascii.b2a_base64(hashlib.sha256(disclosure).digest(), newline=False).decode("ascii")
        held[name] = disclosure.decode("ascii")
        last = name
    body = Body(digests, held)
    return body if body.map_line() == map_line else None


@lru_cache(maxsize=4096)
def _is_field_name(name: str) -> bool:
    return FIELD_NAME.fullmatch(name) is not None


def _read_body(data: bytes) -> Body:
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise BodyInvalid("a body is ASCII text") from None
    map_line, *lines = text.split("\n")
    if not lines or lines[-1] != "":
        raise BodyInvalid("a body ends with a line feed")
    digests = _parse_map(map_line)
    disclosures: dict[str, str] = {}
    for line in lines[:-1]:
        name, _, disclosure = line.partition(" ")
        if name not in digests or name in disclosures:
            raise BodyInvalid("disclosure of field {!r} is not in the body map, or stands twice", name)
        if _digest_of(disclosure) != digests[name]:
            raise BodyInvalid("the text of field {!r} does not fit its digest: it was changed", name)
        disclosures[name] = disclosure
    if list(disclosures) != [name for name in digests if name in disclosures]:
        raise BodyInvalid("disclosures are not in map order")
    return Body(digests, disclosures)


def stored_digest(data: bytes) -> bytes:
    """The digest of stored bytes that `parse_body` accepted: their map line is the map's one form."""
    return hashlib.sha256(DIGEST_PREFIX + data[: data.index(b"\n") + 1]).digest()


def _parse_map(map_line: str) -> dict[str, str]:
    try:
        digests = parse_canonical_json(map_line.encode("ascii"))
        if not isinstance(digests, dict):
            raise BodyInvalid("a body map is a JSON object")
        for name, digest in digests.items():
            check_field_name(name)
            if not isinstance(digest, str) or len(b64decode(digest)) != 32:
                raise BodyInvalid("digest of field {!r} is not 32 bytes in base64", name)
        return {name: str(digest) for name, digest in digests.items()}
    except Malformed as error:
        raise BodyInvalid("body map: {}", error) from error


@lru_cache(maxsize=4096)
def is_subject_name(name: str) -> bool:
    """Whether a field name belongs to the reserved `subject` fields."""
    return name.startswith("subject") and _RESERVED.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def is_carried_name(name: str) -> bool:
    """Whether a field name belongs to the reserved `consent`, `possession` and `asked_of` fields (from list 2 on)."""
    return name.startswith(_CARRIED) and _RESERVED.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def is_reserved_name(name: str) -> bool:
    """Whether a field name is in no type's list: of the subjects, or of what an entry carries of consents."""
    return name.startswith(_ANY) and _RESERVED.fullmatch(name) is not None
