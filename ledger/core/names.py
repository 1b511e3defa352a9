"""How ledgers, persons, streams, types of entry and signers are written (FORMAT.md section 1)."""

import re
from functools import lru_cache

from ledger.errors import Malformed
from ledger.frozen import dataclass

ORIGIN = re.compile(r"(?=.{1,128}\Z)[a-z0-9-]+(\.[a-z0-9-]+)+(/[a-z0-9._-]+)+")
PERSON_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
STREAM = re.compile(r"[a-z_]+/[A-Za-z0-9._-]{1,64}")
TYPE_NAME = re.compile(r"[a-z_]+\.[a-z_]+/[1-9][0-9]{0,3}")
LOG = "log"
"""Reserved: never a person id."""
_KEY_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class SignerId:
    """A signer as the header names it: person id and C2SP key id (4 bytes)."""

    person: str
    key_id: bytes

    def __str__(self) -> str:
        return f"{self.person}+{self.key_id.hex()}"


def check_origin(origin: str) -> None:
    """Raises Malformed unless `origin` names a ledger as FORMAT.md section 1 says."""
    if not ORIGIN.fullmatch(origin):
        raise Malformed("{!r} is not an origin such as zeren.example/organ/duty (lower case, dots, slashes)", origin)


def check_person_id(person: str) -> None:
    """Raises Malformed unless `person` is a well-formed person id other than `log`."""
    if person == LOG or not PERSON_ID.fullmatch(person):
        raise Malformed("{!r} is not a person id (lower-case letters, digits, hyphens; at most 32; not 'log')", person)


check_known_origin = lru_cache(maxsize=256)(check_origin)


@lru_cache(maxsize=1024)
def check_known_type(type_: str) -> None:
    if not TYPE_NAME.fullmatch(type_):
        raise Malformed("{!r} is not an event type", type_)


def parse_signer(text: str) -> SignerId:
    person, _, key_id = text.partition("+")
    if not _KEY_ID.fullmatch(key_id):
        raise Malformed("signer {!r} does not end in a key id of eight hex digits", text)
    return SignerId(person, bytes.fromhex(key_id))


known_signer = lru_cache(maxsize=4096)(parse_signer)
"""Few persons sign many entries."""
