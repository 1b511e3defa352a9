"""The checks of a consent, alike at append and at every reader (FORMAT.md section 16).

Each function asks one sentence of the format and raises; what it needs of the ledger is handed in. Whose roles allow
what is a rule of `ledger.checks`, not of these.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ledger.core.algorithms import COSIGNATURE_V1, ED25519
from ledger.core.consent import (
    CAPACITIES,
    GENESIS_TYPE,
    Consent,
    ConsentNote,
    ToDraft,
    ToEntry,
    ToKey,
    draft_digest,
    parse_consent,
)
from ledger.core.encoding import b64encode
from ledger.core.entry import check_person_id
from ledger.core.keys import VerifyKey, format_vkey
from ledger.errors import Incomplete, Invalid, KeyInvalid, Malformed, NotChecked, SignatureInvalid, UnknownKey

TOLERANCE = timedelta(minutes=5)
MAX_CONSENTS = 255
"""Of one body."""
BY_FIELD = ("counterpart", "chair", "attendee")
"""Capacities in which only those consent whom the record names so."""
WITHOUT = ("ledger.sealed/", "anchor.", "access.", "list.", "consent.recorded/")
"""Beginnings of the names of types that carry no consent, ask nobody, and are consented to by nobody."""

Keys = Mapping[tuple[str, bytes], VerifyKey]


@dataclass(frozen=True, slots=True)
class Named:
    """The entry that a consent is over, as it stands or is about to: what its header and its body map say.

    `references` are the positions of this ledger that its fields refer to; `leaf_hash` is None before it is signed.
    """

    position: int
    type: str
    author: str
    digests: Mapping[str, str]
    references: tuple[int, ...] = ()
    leaf_hash: bytes | None = None


def check_lines(note: ConsentNote, origin: str, keys: Keys) -> None:
    """Its lines are by keys of this ledger that `keys` holds, those in force; of a possession by the key it names.

    Raises UnknownKey or SignatureInvalid; NotChecked where only this installation cannot check a line.
    """
    consent = note.consent
    if note.origin != origin:
        raise SignatureInvalid("the consent of {} is by a key of {}, not of {}", consent.person, note.origin, origin)
    unchecked: NotChecked | None = None
    for number, line in enumerate(note.note.signatures):
        key = consent.to.key if isinstance(consent.to, ToKey) else keys.get((line.name, line.key_id))
        if key is None:
            raise UnknownKey("the consent is by the key {}+{}, which is not in force", line.name, line.key_id.hex())
        if not isinstance(consent.to, ToKey) and (key.algorithm == ED25519) != (number == 0):
            raise SignatureInvalid("a consent's first line is by an Ed25519 key, its second by another algorithm")
        if key.algorithm == COSIGNATURE_V1:
            raise KeyInvalid("{} is a key for {} and signs no notes", key.name, key.algorithm.name)
        try:
            key.check(note.text.encode(), line.signature)
        except NotChecked as error:
            unchecked = error
    if unchecked is not None:
        raise unchecked


def check_ledger(consent: Consent, fingerprint: bytes) -> None:
    """It was given for this ledger; a consent to a genesis, whose fingerprint nobody knew, for any. Raises Invalid."""
    if consent.fingerprint and consent.fingerprint != fingerprint:
        raise Invalid("the consent is for the ledger {}, not for this one", b64encode(consent.fingerprint))


def check_over(consent: Consent, named: Named) -> None:
    """It is over this entry: the same digest, type and author, or the same position and leaf hash. Raises Invalid."""
    if named.type.startswith(WITHOUT):
        raise Invalid("nobody consents to an entry of type {}", named.type)
    match consent.to:
        case ToEntry(place):
            if (place.position, place.leaf_hash) != (named.position, named.leaf_hash):
                raise Invalid("the consent of {} is to another entry than #{}", consent.person, named.position)
        case ToDraft(digest, type_, author):
            if (type_, author) != (named.type, named.author):
                raise Invalid("{} consented to a {} by {}", consent.person, type_, author)
            if digest != draft_digest(named.digests):
                raise Invalid("{} consented to another draft: a field was changed, added or left out", consent.person)
            if (type_ == GENESIS_TYPE) != (named.position == 0):
                raise Invalid("a genesis stands at position 0")
        case ToKey():
            raise Invalid("a proof of possession consents to no entry")


def check_history(consent: Consent, named: Named, leaf_at: Callable[[int], bytes | None]) -> None:
    """What it vouches for is what stands: `after` lies below its entry, is on record, and no reference goes beyond it.

    `leaf_at` gives the leaf hash at a position, None where it is not at hand. Raises Invalid; Incomplete where the
    entry of `after` is not at hand. A consent to an entry vouches by that entry's own leaf hash.
    """
    if consent.after is None:
        return
    after = consent.after
    if after.position >= named.position or any(position > after.position for position in named.references):
        raise Invalid("the draft at #{} rests on entries later than #{}", named.position, after.position)
    found = leaf_at(after.position)
    if found is None:
        raise Incomplete("history not checked: entry #{}, which the consent names, is not at hand", after.position)
    if found != after.leaf_hash:
        raise Invalid(
            "{} consented after another history: entry #{} is not the one named", consent.person, after.position
        )


def check_times(consent: Consent, recorded_at: datetime, before: datetime | None = None) -> None:
    """It is recorded before it expires, and not before it was made. Raises Invalid.

    `before` is the time of the entry before it, where the entry's own may go back (`clock.corrected`).
    """
    latest = recorded_at if before is None else max(recorded_at, before)
    if consent.not_after is not None and latest > consent.not_after:
        raise Invalid("the consent of {} has expired", consent.person)
    if consent.made_at > recorded_at + TOLERANCE:
        raise Invalid("the consent of {} says a time that is still to come", consent.person)


def check_possession(consent: Consent, person: str, vkey: str, roles: Sequence[str]) -> None:
    """It proves the possession of this key, for this person and exactly these roles. Raises Invalid."""
    to = consent.to
    if not isinstance(to, ToKey):
        raise Invalid("this is no proof of possession")
    if (consent.person, format_vkey(to.key), to.roles) != (person, vkey, tuple(roles)):
        raise Invalid("the proof of possession is of another key, person or roles: {}", consent.person)


def check_reason(consent: Consent, digest: str | None) -> None:
    """The body that records it has a `reason` of this digest exactly if it names one. Raises Invalid."""
    if (None if consent.reason is None else b64encode(consent.reason)) != digest:
        raise Invalid("the reason on record is not the one that {} signed", consent.person)


def check_capacity(consent: Consent, named: Mapping[str, Collection[str]]) -> None:
    """As counterpart, chair or attendee only the person consents whom the record names so. Raises Invalid.

    `named` gives the persons by capacity.
    """
    if consent.capacity in BY_FIELD and consent.person not in named.get(consent.capacity, ()):
        raise Invalid("{} is not named as {} in the record", consent.person, consent.capacity)


def is_time_contradicted(consent: Consent, named_at: datetime) -> bool:
    """Whether it says that it was made more than 5 minutes before the entry that it names was recorded."""
    return isinstance(consent.to, ToEntry) and consent.made_at < named_at - TOLERANCE


def is_expired(consent: Consent, not_before: datetime | None) -> bool:
    """Whether the entry that carries it cannot have been made while it still held."""
    return consent.not_after is not None and not_before is not None and consent.not_after + TOLERANCE < not_before


# --- the reserved names of a body ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for a consent, and as what."""

    person: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What stands under the reserved names of one body: consents, proof of possession, who was asked."""

    consents: tuple[ConsentNote, ...] = ()
    possession: ConsentNote | None = None
    asked: tuple[Asked, ...] = ()


def read_carried(type_: str, values: Mapping[str, Any]) -> Carried:
    """The reserved names among the values of a body of this type, their form and their order checked.

    Raises Invalid or Malformed: a gap, an order that is not that of person ids, a person twice, a consent that answers
    nobody's question, or a name in a type that has none.
    """
    notes = [parse_consent(_note(value)) for value in _numbered("consent", values)]
    proofs = [parse_consent(_note(value)) for value in _numbered("possession", values)]
    asked = [_asked(value) for value in _numbered("asked_of", values)]
    if (notes or asked) and type_.startswith(WITHOUT):
        raise Invalid("an entry of type {} carries no consents and asks nobody", type_)
    if len(proofs) > 1 or (proofs and not type_.startswith("key.enrolled/")):
        raise Invalid("a proof of possession stands once, where a key is enrolled")
    if len(notes) > MAX_CONSENTS:
        raise Invalid("a body has at most {} consents, this one has {}", MAX_CONSENTS, len(notes))
    _check_rising([note.consent.person for note in notes])
    _check_rising([each.person for each in asked])
    for note in notes:
        if not isinstance(note.consent.to, ToDraft):
            raise Invalid("in an entry stand consents to its draft alone")
        if Asked(note.consent.person, str(note.consent.capacity)) not in asked:
            raise Invalid("{} was not asked as {}", note.consent.person, note.consent.capacity)
    return Carried(tuple(notes), proofs[0] if proofs else None, tuple(asked))


def _numbered(name: str, values: Mapping[str, Any]) -> list[Any]:
    """The values of `name.0`, `name.1`, …, of which none may be missing."""
    prefix = f"{name}."
    count = sum(1 for each in values if each == name or each.startswith(prefix))
    try:
        return [values[f"{prefix}{number}"] for number in range(count)]
    except KeyError:
        raise Invalid("the fields {}.<i> do not run from 0 without gaps", name) from None


def _note(value: object) -> bytes:
    if not isinstance(value, str):
        raise Malformed("a consent stands in a body as the text of its note")
    return value.encode("utf-8")


def _asked(value: object) -> Asked:
    match value:
        case [str(person), str(capacity)] if capacity in CAPACITIES:
            check_person_id(person)
            return Asked(person, capacity)
    raise Malformed("who is asked is named by [person, capacity]")


def _check_rising(persons: Sequence[str]) -> None:
    if list(persons) != sorted(set(persons)):
        raise Invalid("consents and those asked stand by rising person id, each once")


def check_unspent(notes: Iterable[ConsentNote], spent: Collection[str]) -> None:
    """None of these texts stands in `spent`, or twice among them: a consent is spent once. Raises Invalid."""
    seen: set[str] = set()
    for note in notes:
        if note.text in spent or note.text in seen:
            raise Invalid("the consent of {} stands in the ledger already: it is spent once", note.consent.person)
        seen.add(note.text)
