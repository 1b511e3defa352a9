"""The frozen lists of event types, one file for each that was ever released (FORMAT.md sections 2 and 12).

A list says per type its fields in order, the ledgers it may stand in, the roles of author and co-signers, whether it
opens an aggregate, and whether the list closes it. A released file is never edited: what grows is a file of its own.
A ledger is bound to the list of its genesis until `format.adopted` names a later one, and every entry is judged by
the list in force at its position. A list may add types, and optional fields after all those that a type had.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from ledger.core.body import is_carried_name, is_subject_name
from ledger.core.encoding import b64encode, canonical_json
from ledger.errors import Incomplete, Invalid
from ledger.frozen import dataclass

RELEASED = (1, 2)
"""Numbers of the lists that were ever released, rising: none of their files is edited again."""
UNDER_WAY: int | None = None
"""The next number while its list grows, until that is released; None where nothing was added since the last release."""
KNOWN = (*RELEASED, *((UNDER_WAY,) if UNDER_WAY is not None else ()))
"""Numbers of the lists that this version knows, rising."""
_DIGESTS = {
    "df553a45af8b3a88c598ade10809f64bbcfc63b9e475b09a2c047809824549eb": "wg/cAWqj4EEMVBEyrRxtEm5HbFckLVyqlnBcIuaEYco=",
    "448c5d15bec3c8a3fdcb98fc76320895692ab99700f86fa586243eca8d3b68ac": "I5zzBRrWp2UOk/7oZPxzrmAVlBwfMmUrNap/ujhmRBI=",
}
"""Digest of each released list by the SHA-256 of its file: every command asks for one, and it is forty pages long."""
CARRIES_FROM = 2
"""The first list under which entries carry consents."""


@dataclass(frozen=True, slots=True)
class ListedType:
    """What a list says of one type, as far as reading needs it: its field names, and whether it is closed."""

    fields: frozenset[str]
    """Name patterns, `*` where a list number stands, with the bare names that stand for empty lists."""
    closed: bool


@dataclass(frozen=True, slots=True)
class TypeList:
    """One released list; `digest` (base64 SHA-256 of its RFC 8785 form) is how ledgers name it."""

    number: int
    digest: str
    types: Mapping[str, ListedType]


def list_bytes(number: int) -> bytes:
    """The bytes of a released list as shipped."""
    return Path(__file__).with_name("types").joinpath(f"{number}.json").read_bytes()


@cache
def _digest(number: int) -> str:
    """How ledgers name a list: worked out at its release; of other bytes than were released then, worked out now."""
    data = list_bytes(number)
    said = _DIGESTS.get(hashlib.sha256(data).hexdigest())
    return said or b64encode(hashlib.sha256(canonical_json(json.loads(data))).digest())


@cache
def read_list(number: int) -> TypeList:
    """A released list by its number."""
    rows = json.loads(list_bytes(number))
    types = {
        row["type"]: ListedType(
            frozenset(name for field in row["fields"] for name in _names(field[0])), row.get("closed", False)
        )
        for row in rows
    }
    return TypeList(number, _digest(number), types)


def latest_list() -> TypeList:
    """The list under which new ledgers are made."""
    return read_list(KNOWN[-1])


def list_named(digest: str) -> TypeList | None:
    """The released list of this digest; None for one that this version does not know."""
    return next((read_list(number) for number in reversed(KNOWN) if _digest(number) == digest), None)


def check_listed(types: TypeList | None, type_name: str, field_names: Iterable[str]) -> None:
    """This type with these fields may stand where `types` is in force; None stands for a list of a later version.

    Raises Incomplete for a type that is not in the list, or any under a list that is not known here; Invalid for a
    closed type and for a field that the list does not have.
    """
    if types is None:
        raise Incomplete("the list of event types in force here was made by a later version; check with that version")
    row = types.types.get(type_name)
    if row is None:
        raise Incomplete("event type {!r} is not in list {}, which is in force here", type_name, types.number)
    if row.closed:
        raise Invalid("list {}, which is in force here, closes the event type {!r}", types.number, type_name)
    for name in field_names:
        if pattern_of(name) in row.fields or is_subject_name(name):
            continue
        if not (is_carried_name(name) and types.number >= CARRIES_FROM):
            raise Invalid("{} has no field {!r} in list {}, which is in force here", type_name, name, types.number)


def _names(pattern: str) -> Iterator[str]:
    """`items.*.refers.*` and the names of its lists, `items` and `items.*.refers`."""
    yield pattern
    parts = pattern.split(".")
    yield from (".".join(parts[:at]) for at, part in enumerate(parts) if part == "*")


@lru_cache(maxsize=4096)
def pattern_of(field_name: str) -> str:
    """`attendees.3` -> `attendees.*`."""
    return ".".join("*" if part.isdigit() else part for part in field_name.split("."))
