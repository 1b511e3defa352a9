"""The checks of a consent, alike at append and at every reader (FORMAT.md section 16).

Each function asks one sentence of the format and raises; what it needs of the ledger is handed in. Whose roles allow
what is a rule of `ledger.checks`, not of these.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from ledger.core.algorithms import COSIGNATURE_V1, ED25519
from ledger.core.consent import GENESIS_TYPE, Consent, ConsentNote, draft_digest
from ledger.core.consent_to import ToDraft, ToEntry, ToKey
from ledger.core.encoding import b64encode
from ledger.core.signers import VerifyKey, format_vkey
from ledger.errors import Incomplete, Invalid, KeyInvalid, NotChecked, SignatureInvalid, UnknownKey
from ledger.frozen import dataclass

TOLERANCE = timedelta(minutes=5)
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


def is_expired(not_after: datetime | None, not_before: datetime | None) -> bool:
    """Whether the entry that carries a consent cannot have been made while it still held, until `not_after`."""
    return not_after is not None and not_before is not None and not_after + TOLERANCE < not_before


def check_unspent(notes: Iterable[ConsentNote], spent: Collection[str]) -> None:
    """None of these texts stands in `spent`, or twice among them: a consent is spent once. Raises Invalid."""
    seen: set[str] = set()
    for note in notes:
        if note.text in spent or note.text in seen:
            raise Invalid("the consent of {} stands in the ledger already: it is spent once", note.consent.person)
        seen.add(note.text)
