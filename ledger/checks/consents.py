"""Consents on record (FORMAT.md section 16), in entries and in `consent.recorded`, for append and every reader.

The sentences of the format are asked one by one in `ledger.core.consent_check`; here stands what they need of a ledger:
who the persons are, which keys are in force, what stands at the positions named.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ledger.checks.enrolled import genesis_keys
from ledger.checks.keybook import KeyBook
from ledger.core import consent_check as rules
from ledger.core.body import Body, is_carried_name
from ledger.core.carried import NOTHING, AskedPerson, Carried, read_carried
from ledger.core.consent import Consent, ConsentNote, parse_consent
from ledger.core.consent_to import ToDraft
from ledger.core.entry import Entry, Header
from ledger.core.signers import VerifyKey
from ledger.errors import Incomplete, Invalid, Refused, UnknownKey
from ledger.events.base import Payload
from ledger.events.records import ConsentRecorded, RecordAccepted
from ledger.events.registry import payload_class, spec_of
from ledger.events.trust import LedgerOpened

NAMED_IN: Mapping[str, tuple[str, ...]] = {
    "counterpart": ("counterpart", "incoming"),
    "chair": ("chair",),
    "attendee": ("attendees", "non_voting"),
}
"""The fields that name whom each capacity belongs to."""
EntryAt = Callable[[int], tuple[Entry, Body]]
"""The entry at a position below the one that is checked, and what is held of its body."""
LeafAt = Callable[[int], bytes | None]
"""The leaf hash at a position below the one that is checked; None where it is not at hand."""
_REFERENCE = 3


def check_carried(
    book: KeyBook,
    header: Header,
    payload: Payload | None,
    carried: Carried,
    values: Mapping[str, Any],
    digests: Mapping[str, str],
    leaf_at: LeafAt,
    before: datetime | None = None,
    hidden: Collection[str] = (),
) -> None:
    """The consents that an entry with this body carries hold at its position, as does the proof of a new key.

    `before` is the time of the entry before it, where its own may go back; `hidden` are fields that are not shown.
    Whether the consents are enough, and whether who gave them may, is asked by `ledger.checks.admits`; whether the
    draft stands once, by who has the whole ledger.

    Raises Invalid for one that does not hold; Incomplete where its history is not at hand; NotChecked.
    """
    if carried.possession is not None:
        consent = carried.possession.consent
        rules.check_lines(carried.possession, header.ledger, {})
        rules.check_ledger(consent, leaf_at(0) or b"")
        rules.check_times(consent, header.recorded_at)
    if not carried.consents:
        return
    keys = None
    if isinstance(payload, LedgerOpened):
        keys = {(key.name, key.key_id): key for _, key, _ in genesis_keys(payload)}
    author = header.signers[0].person
    references = tuple(_references(header.type, values))
    named = rules.Named(header.position, header.type, author, digests, references)
    persons = {capacity: list(_named(values, fields)) for capacity, fields in NAMED_IN.items()}
    for note in carried.consents:
        consent = note.consent
        _check_lines(book, header, note, keys)
        rules.check_ledger(consent, b"" if header.position == 0 else leaf_at(0) or b"")
        rules.check_over(consent, named)
        rules.check_history(consent, named, leaf_at)
        rules.check_times(consent, header.recorded_at, before)
        _check_capacity(consent, persons, hidden)


def check_recorded(
    book: KeyBook,
    header: Header,
    payload: ConsentRecorded,
    digests: Mapping[str, str],
    entry_at: EntryAt,
    spent: Collection[str],
    leaf_at: LeafAt | None = None,
) -> ConsentNote:
    """What an entry `consent.recorded` with this header and body map says is a consent that holds here.

    `spent` are the texts of the consents that stand in its stream before it; `leaf_at` tells of history where not every
    entry is at hand. Returns the consent.

    Raises Invalid or Refused for one that does not hold; NotChecked where only this installation cannot check a line.
    """
    position = payload.of.position
    if payload.of.fingerprint or position >= header.position:
        raise Invalid("a consent is recorded for an earlier entry of its own ledger")
    entry, body = entry_at(position)
    if entry.leaf_hash != payload.of.leaf_hash or entry.header.stream != header.stream:
        raise Invalid("the consent is not recorded with the entry that it names")
    note = parse_consent(payload.note.encode())
    consent = note.consent
    _check_lines(book, header, note)
    values = body.values()
    author = entry.header.signers[0].person
    references = tuple(_references(entry.header.type, values))
    named = rules.Named(position, entry.header.type, author, body.digests, references, entry.leaf_hash)
    leaf_at = leaf_at or (lambda at: entry_at(at)[0].leaf_hash)
    rules.check_ledger(consent, leaf_at(0) or b"")
    rules.check_over(consent, named)
    rules.check_history(consent, named, leaf_at)
    rules.check_times(consent, header.recorded_at)
    rules.check_reason(consent, digests.get("reason"))
    persons = {capacity: list(_named(values, fields)) for capacity, fields in NAMED_IN.items()}
    _check_capacity(consent, persons, body.missing)
    carried = _carried(entry.header.type, values)
    if isinstance(consent.to, ToDraft) and AskedPerson(consent.person, str(consent.capacity)) not in carried.asked:
        raise Invalid("{} was not asked as {}", consent.person, consent.capacity)
    rules.check_unspent([note], {*spent, *(each.text for each in carried.consents)})
    _check_roles(book, consent)
    _check_author(book, header.signers[0].person, entry.header.type)
    return note


def consent_text(body: Body) -> str:
    """The text of the consent in the body of a `consent.recorded`; a consent is spent once."""
    return parse_consent(str(body.values()["note"]).encode()).text


def _check_capacity(consent: Consent, persons: Mapping[str, Collection[str]], hidden: Collection[str]) -> None:
    """As `rules.check_capacity`. Raises Incomplete where the field that says it is not shown."""
    fields = NAMED_IN.get(str(consent.capacity), ())
    if any(name.partition(".")[0] in fields for name in hidden):
        raise Incomplete("as what {} consents is not shown: the field is withheld", consent.person)
    rules.check_capacity(consent, persons)


def _carried(type_: str, values: Mapping[str, Any]) -> Carried:
    """What a body carries of consents; nothing in most."""
    reserved = {name: value for name, value in values.items() if is_carried_name(name)}
    return read_carried(type_, reserved) if reserved else NOTHING


def _check_lines(
    book: KeyBook, header: Header, note: ConsentNote, keys: Mapping[tuple[str, bytes], VerifyKey] | None = None
) -> None:
    """The lines are by keys in force here, or by `keys`; another makes the consent false, not merely unread."""
    known = dict(keys or {})
    for line in note.note.signatures:
        held = book.keys.get((line.name, line.key_id))
        if held is not None and held.in_force_at(header.position):
            known[line.name, line.key_id] = held.verify_key
    try:
        rules.check_lines(note, header.ledger, known)
    except UnknownKey as error:
        raise Invalid("{}", error) from error


def _check_roles(book: KeyBook, consent: Consent) -> None:
    """It stands for the person's own acceptance or refusal, which the person's roles must allow."""
    roles = set(book.roles.get(consent.person, ()))
    own = set(RecordAccepted.AUTHORS) - ({"inspector"} if book.kind == "duty" else set())
    if not roles & own and not (consent.capacity in ("custodian", "inspector") and consent.capacity in roles):
        raise Refused(
            "the roles of {} do not allow an answer of their own: {}", consent.person, " ".join(sorted(roles))
        )


def _check_author(book: KeyBook, author: str, type_: str) -> None:
    """A custodian without another of the roles that record consents does so for what custodians author."""
    roles = set(book.roles.get(author, ()))
    if not roles & {"recorder", "service", "inspector"} and "custodian" not in payload_class(type_).AUTHORS:
        raise Refused("a custodian records consents to what custodians author; a recorder records the others")


def _references(type_: str, values: Mapping[str, Any]) -> Iterator[int]:
    """The positions of this ledger that the fields of an entry refer to."""
    for name, value in values.items():
        spec = None if is_carried_name(name) else spec_of(type_, name)
        if spec is not None and spec.reference is not None and isinstance(value, list) and len(value) == _REFERENCE:
            yield from [int(value[1])] if value[0] == "" else []


def _named(values: Mapping[str, Any], fields: Sequence[str]) -> Iterator[str]:
    for name, value in values.items():
        if name.partition(".")[0] in fields and isinstance(value, str):
            yield value
