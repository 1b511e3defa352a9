"""What a consent is to: a record not yet written, an entry that stands, or a key (FORMAT.md section 16)."""

import re
from typing import Any, TypeAlias

from ledger.core.encoding import b64decode, b64encode
from ledger.core.signers import VerifyKey, format_vkey, parse_vkey
from ledger.errors import Malformed
from ledger.frozen import dataclass

DRAFT_PREFIX = b"zeren/draft/v1\n"
ROLE = re.compile(r"[a-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry by position and leaf hash (32 bytes), in the ledger that the consent names."""

    position: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class ToDraft:
    """To a record not yet written: its draft digest (32 bytes), its type, and who will be its author."""

    digest: bytes
    type: str
    author: str


@dataclass(frozen=True, slots=True)
class ToEntry:
    """To an entry that stands, whose leaf hash vouches for all history before it."""

    place: Place


@dataclass(frozen=True, slots=True)
class ToKey:
    """By a key that is to be enrolled with exactly these roles, in this order: proof that its owner has it."""

    key: VerifyKey
    roles: tuple[str, ...]


To: TypeAlias = ToDraft | ToEntry | ToKey


def format_to(to: To) -> list[Any]:
    """The member `to` as JSON data."""
    match to:
        case ToDraft(digest, type_, author):
            return ["draft", b64encode(digest), type_, author]
        case ToEntry(place):
            return ["entry", place.position, b64encode(place.leaf_hash)]
        case ToKey(key, roles):
            return ["possession", format_vkey(key), list(roles)]


def parse_to(value: object) -> To:
    """The inverse of `format_to`; raises Malformed, or KeyInvalid."""
    match value:
        case ["draft", str(digest), str(type_), str(author)]:
            return ToDraft(b64decode(digest), type_, author)
        case ["entry", position, leaf_hash]:
            return ToEntry(parse_place([position, leaf_hash]))
        case ["possession", str(vkey), [*roles]] if all(isinstance(role, str) for role in roles):
            return ToKey(parse_vkey(vkey), tuple(map(str, roles)))
    raise Malformed("a consent is to a draft, an entry or the possession of a key")


def parse_place(value: object) -> Place:
    match value:
        case [int(position), str(leaf_hash)] if not isinstance(position, bool):
            return Place(position, b64decode(leaf_hash))
    raise Malformed("an entry is named by [position, base64 leaf hash]")
