"""Consents: a signature given elsewhere, as a signed note of its own (FORMAT.md section 16).

    zeren/consent/v1
    {"answer":"agree","fingerprint":"<base64>","made_at":"...Z","person":"p-li","to":[...], ...}

The second line is RFC 8785 and ASCII. `to` says what the answer is to: a draft that is not yet written, an entry that
stands, or a key that is to be enrolled. The note has one line by an Ed25519 key of the person; with `keys` exactly
those two lines, the second by an algorithm of section 12.

A parsed consent is not a checked one: nothing in it may be believed before the checks of `ledger.core.consent_check`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from ledger.core.consent_to import (
    DRAFT_PREFIX,
    ROLE,
    Place,
    To,
    ToDraft,
    ToEntry,
    ToKey,
    format_to,
    parse_place,
    parse_to,
)
from ledger.core.encoding import b64decode, b64encode, canonical_json, parse_canonical_json
from ledger.core.entry import format_time, parse_time
from ledger.core.names import TYPE_NAME, check_origin, check_person_id
from ledger.core.note import Note, format_note, parse_note, sign_note
from ledger.core.signers import Signer
from ledger.errors import Malformed, SignatureInvalid, UnknownFormat
from ledger.frozen import dataclass

FORMAT_LINE = "zeren/consent/v1"
MAX_CONSENT_BYTES = 8_192
MAX_TERM = timedelta(days=31)
"""Between the making of a consent to a draft and the last moment at which it may be recorded."""
GENESIS_TYPE = "ledger.opened/1"

Answer = Literal["agree", "refuse"]
Capacity = Literal["receipt", "counterpart", "chair", "attendee", "holder", "custodian", "inspector"]
ANSWERS: tuple[Answer, ...] = ("agree", "refuse")
CAPACITIES: tuple[Capacity, ...] = (
    "receipt",
    "counterpart",
    "chair",
    "attendee",
    "holder",
    "custodian",
    "inspector",
)
GENESIS_CAPACITIES: tuple[Capacity, ...] = ("custodian", "holder")

_ALWAYS = ("answer", "fingerprint", "made_at", "person", "to")
_SOMETIMES = ("after", "capacity", "keys", "not_after", "reason")
_LEFT_OUT = re.compile(r"(?:subject|consent|possession)\.(?:0|[1-9][0-9]*)")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_OTHER_VERSION = re.compile(r"zeren/consent/v[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Consent:
    """What a consent says. Raises Malformed for what the format does not allow.

    `fingerprint` has 32 bytes, none in a consent to a genesis; `reason` is the SHA-256 of the disclosure of the reason;
    `keys` holds the two key ids (4 bytes each) of a consent of two lines.
    """

    person: str
    fingerprint: bytes
    to: To
    answer: Answer
    made_at: datetime
    capacity: Capacity | None = None
    after: Place | None = None
    not_after: datetime | None = None
    reason: bytes | None = None
    keys: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class ConsentNote:
    """A parsed consent: its exact bytes, what it says, and its signature lines; not verified by being here."""

    data: bytes
    consent: Consent
    note: Note

    @property
    def origin(self) -> str:
        """The ledger that the key's name says; `fingerprint` alone tells two ledgers of one name apart."""
        return self.note.signatures[0].name.removesuffix(f"/{self.consent.person}")

    @property
    def text(self) -> str:
        """The signed text, which stands once in a ledger: a consent is spent once."""
        return self.note.text


def _check(consent: Consent) -> None:
    check_person_id(consent.person)
    if consent.answer not in ANSWERS or (consent.capacity is not None and consent.capacity not in CAPACITIES):
        raise Malformed("a consent's answer or capacity is none that the format knows")
    if len(consent.fingerprint) not in (0, 32) or (consent.reason is not None and len(consent.reason) != 32):
        raise Malformed("a consent names its ledger and its reason by 32 bytes each")
    if consent.keys and (len(set(consent.keys)), [len(key_id) for key_id in consent.keys]) != (2, [4, 4]):
        raise Malformed("a consent names its keys only where they are two")
    if consent.after is not None:
        _check_place(consent.after)
    match consent.to:
        case ToDraft():
            _check_to_draft(consent, consent.to)
        case ToEntry(place):
            _check_place(place)
            if consent.after is not None or not consent.fingerprint:
                raise Malformed("a consent to an entry names its ledger, and no entry but that one")
        case ToKey():
            _check_to_key(consent, consent.to)


def _check_place(place: Place) -> None:
    if not 0 <= place.position < 2**53 or len(place.leaf_hash) != 32:
        raise Malformed("a consent names an entry by a position below 2^53 and a hash of 32 bytes")


def _check_to_draft(consent: Consent, to: ToDraft) -> None:
    check_person_id(to.author)
    if not TYPE_NAME.fullmatch(to.type) or len(to.digest) != 32:
        raise Malformed("a consent to a draft names a digest of 32 bytes and a type")
    if consent.answer != "agree" or consent.reason is not None:
        raise Malformed("a draft is agreed to, without a reason, or not answered at all")
    if consent.capacity is None or consent.not_after is None:
        raise Malformed("a consent to a draft says as what and until when it is given")
    if consent.not_after - consent.made_at > MAX_TERM:
        raise Malformed("a consent to a draft holds for at most 31 days")
    genesis = to.type == GENESIS_TYPE
    if genesis != (not consent.fingerprint) or genesis != (consent.after is None):
        raise Malformed("a consent to a draft names its ledger and the last entry on record, but to a genesis neither")
    if genesis and consent.capacity not in GENESIS_CAPACITIES:
        raise Malformed("to a genesis one consents as custodian or as holder")


def _check_to_key(consent: Consent, to: ToKey) -> None:
    if consent.answer != "agree" or consent.capacity is not None or consent.after is not None or consent.reason:
        raise Malformed("a proof of possession says nothing but that the key is its owner's")
    if consent.keys or not consent.fingerprint or not to.key.algorithm.signs_notes:
        raise Malformed("a proof of possession is one line by the key that is to be enrolled in the ledger named")
    if not to.roles or len(set(to.roles)) != len(to.roles) or not all(map(ROLE.fullmatch, to.roles)):
        raise Malformed("a proof of possession names one or more roles, each once")
    if not to.key.name.endswith(f"/{consent.person}"):
        raise SignatureInvalid("the consent of {} is signed by the key {}", consent.person, to.key.name)


def format_text(consent: Consent) -> str:
    """The two lines that are signed, each with its line end."""
    members: dict[str, Any] = {
        "answer": consent.answer,
        "fingerprint": b64encode(consent.fingerprint),
        "made_at": format_time(consent.made_at),
        "person": consent.person,
        "to": format_to(consent.to),
    }
    if consent.after is not None:
        members["after"] = [consent.after.position, b64encode(consent.after.leaf_hash)]
    if consent.capacity is not None:
        members["capacity"] = consent.capacity
    if consent.keys:
        members["keys"] = [key_id.hex() for key_id in consent.keys]
    if consent.not_after is not None:
        members["not_after"] = format_time(consent.not_after)
    if consent.reason is not None:
        members["reason"] = b64encode(consent.reason)
    return f"{FORMAT_LINE}\n{canonical_json(members).decode('ascii')}\n"


def parse_text(text: str) -> Consent:
    """The consent whose `format_text` is exactly `text`.

    Raises Malformed, KeyInvalid, or UnknownFormat for a later version of the format.
    """
    first, _, rest = text.partition("\n")
    if first != FORMAT_LINE:
        if _OTHER_VERSION.fullmatch(first):
            raise UnknownFormat("consent format {!r} is unknown to this version; check with a later one", first)
        raise Malformed("this is no consent: its text begins {!a}", first[:80])
    if not rest.isascii() or rest.count("\n") != 1 or not rest.endswith("\n"):
        raise Malformed("a consent's text is two lines of ASCII")
    members = parse_canonical_json(rest[:-1].encode("ascii"))
    if not isinstance(members, dict) or not set(_ALWAYS) <= set(members) <= {*_ALWAYS, *_SOMETIMES}:
        raise Malformed("a consent does not have exactly the members of {}", FORMAT_LINE)
    consent = Consent(
        person=_text(members["person"]),
        fingerprint=b64decode(_text(members["fingerprint"])),
        to=parse_to(members["to"]),
        answer=cast(Answer, _text(members["answer"])),
        made_at=parse_time(_text(members["made_at"])),
        capacity=cast(Capacity, _text(members["capacity"])) if "capacity" in members else None,
        after=parse_place(members["after"]) if "after" in members else None,
        not_after=parse_time(_text(members["not_after"])) if "not_after" in members else None,
        reason=b64decode(_text(members["reason"])) if "reason" in members else None,
        keys=_parse_keys(members["keys"]) if "keys" in members else (),
    )
    if format_text(consent) != text:
        raise Malformed("the consent is not in its one canonical form")
    return consent


def _parse_keys(value: object) -> tuple[bytes, ...]:
    match value:
        case [str(first), str(second)] if _KEY_ID.fullmatch(first) and _KEY_ID.fullmatch(second):
            return bytes.fromhex(first), bytes.fromhex(second)
    raise Malformed("a consent names its keys only where they are two")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("a consent does not have exactly the members of {}", FORMAT_LINE)
    return value


def sign_consent(consent: Consent, signers: Sequence[Signer]) -> ConsentNote:
    """The consent signed by these keys, one, or the two that `keys` names in its order.

    Raises Malformed or SignatureInvalid where they are not those.
    """
    return parse_consent(sign_note(format_text(consent), signers))


def parse_consent(data: bytes) -> ConsentNote:
    """The consent in `data`; its lines are those that its text asks for, their signatures are not checked.

    Raises Malformed, SignatureInvalid, KeyInvalid or UnknownFormat.
    """
    if len(data) > MAX_CONSENT_BYTES:
        raise Malformed("a consent has at most {} bytes, this one has {}", MAX_CONSENT_BYTES, len(data))
    note = parse_note(data)
    consent = parse_text(note.text)
    lines = [(line.name, line.key_id) for line in note.signatures]
    name = lines[0][0]
    if not name.endswith(f"/{consent.person}"):
        raise SignatureInvalid("the consent of {} is signed by the key {}", consent.person, name)
    check_origin(name.removesuffix(f"/{consent.person}"))
    ids = consent.keys or (lines[0][1],)
    match consent.to:
        case ToKey(key):
            expected = [(key.name, key.key_id)]
        case _:
            expected = [(name, key_id) for key_id in ids]
    if lines != expected:
        raise SignatureInvalid("the signature lines are not exactly those that the consent asks for")
    if format_note(note) != data:
        raise Malformed("the consent is not in its one canonical form")
    return ConsentNote(data, consent, note)


def draft_digest(digests: Mapping[str, str]) -> bytes:
    """SHA-256("zeren/draft/v1" LF || body map without `subject.<i>`, `consent.<i>`, `possession.<i>` || LF).

    What is left out is not known when a draft is signed; everything else, also who is asked, is what is signed.
    """
    kept = {name: digest for name, digest in digests.items() if not _LEFT_OUT.fullmatch(name)}
    return hashlib.sha256(DRAFT_PREFIX + canonical_json(kept) + b"\n").digest()
