"""What a request shows, held against what the signature will be over (FORMAT.md section 16).

Whoever asks for a signature may wish to have another thing signed than is read. So everything that is put before the
signer follows from digests that the consent names; what does not is said to be missing or to be the sender's word.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ledger.consents.request import Ask, Cited, Request
from ledger.core.body import Body
from ledger.core.carried import AskedPerson, read_carried
from ledger.core.consent import GENESIS_TYPE, draft_digest
from ledger.core.consent_check import WITHOUT
from ledger.core.consent_to import Place, ToDraft, ToEntry
from ledger.core.encoding import b64encode, canonical_json
from ledger.core.entry import Entry
from ledger.core.names import check_person_id
from ledger.errors import Incomplete, Invalid
from ledger.events.lists import pattern_of
from ledger.events.registry import TYPES, spec_of, specs
from ledger.frozen import dataclass

RESERVED = ("subject.", "consent.", "possession.", "asked_of.")
_REFERENCE = 3


@dataclass(frozen=True, slots=True)
class Record:
    """An entry or a draft as it is read: its type, its author, its fields in order, and what is not shown of it.

    `position` and `recorded_at` are None for a draft.
    """

    type: str
    author: str
    fields: tuple[tuple[str, Any], ...]
    withheld: tuple[str, ...]
    position: int | None = None
    recorded_at: datetime | None = None
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question as the signer may believe it, all of it checked but the names.

    `cited`: entries that it refers to and that are shown; `unseen`: positions of those that are not, of other ledgers
    None; `files`: numbers of attachments whose bytes are shown, `no_files` of those whose bytes are not.
    """

    ask: Ask
    record: Record
    asked: tuple[AskedPerson, ...]
    cited: tuple[Record, ...]
    unseen: tuple[int | None, ...]
    files: tuple[int, ...]
    no_files: tuple[int, ...]
    known: tuple[Place, ...]
    """Places of this ledger that the signature will vouch for."""

    @property
    def last_seen(self) -> datetime | None:
        """The time of the last entry that the signature vouches for: how new the history is that was shown."""
        newest = self.ask.entry or self.ask.after
        return None if newest is None else newest.header.recorded_at


def check_request(request: Request) -> tuple[ShownQuestion, ...]:
    """Every question of a request, each checked. Raises Invalid or Incomplete naming the question."""
    found = []
    for number, ask in enumerate(request.asks, 1):
        try:
            found.append(check_ask(request, ask))
        except Incomplete as error:
            raise Incomplete("question {}: {}", number, error) from error
        except Invalid as error:
            raise Invalid("question {}: {}", number, error) from error
    return tuple(found)


def check_ask(request: Request, ask: Ask) -> ShownQuestion:
    """One question, checked: what is shown is what `to` names. Raises Invalid or Incomplete."""
    record = _draft(request, ask, ask.to) if isinstance(ask.to, ToDraft) else _entry(request, ask)
    if record.type.startswith(WITHOUT):
        raise Invalid("nobody consents to an entry of type {}", record.type)
    values = dict(record.fields)
    asked = read_carried(record.type, values).asked
    _check_capacity(request, ask, asked)
    if ask.after is not None:
        _check_ledger(request, ask.after)
    references = _references(record)
    _check_rests(ask, references)
    cited = {c.entry.leaf_hash: _cited(request, c) for c in ask.refers}
    own = {(each[1], each[2]) for each in references if each[0] == ""}
    named = {(record.position, b64encode(leaf)) for leaf, record in cited.items()}
    if not named <= own:
        raise Invalid("the request shows entries that the record does not refer to")
    files, no_files = _check_attachments(ask, values)
    return ShownQuestion(
        ask=ask,
        record=record,
        asked=asked,
        cited=tuple(cited.values()),
        unseen=tuple(each[1] if each[0] == "" else None for each in references if (each[1], each[2]) not in named),
        files=files,
        no_files=no_files,
        known=tuple(Place(entry.header.position, entry.leaf_hash) for entry in (ask.entry, ask.after) if entry),
    )


def _draft(request: Request, ask: Ask, to: ToDraft) -> Record:
    check_person_id(to.author)
    if to.digest != draft_digest(ask.body.digests):
        raise Invalid("the draft shown is not the one that is to be signed")
    if (to.type == GENESIS_TYPE) != (ask.after is None) or (ask.after is None) != (not request.fingerprint):
        raise Invalid("the request does not show the last entry on record")
    if ask.body.missing:
        raise Invalid("the request hides a field of the draft: {}", min(ask.body.missing))
    return _record(to.type, to.author, ask.body)


def _entry(request: Request, ask: Ask) -> Record:
    entry = ask.entry
    if entry is None or not isinstance(ask.to, ToEntry):
        raise Invalid("the request does not show the entry that it asks about")
    if ask.to.place != Place(entry.header.position, entry.leaf_hash):
        raise Invalid("the entry shown is not the one that is to be signed")
    return _cited(request, Cited(entry, ask.body))


def _cited(request: Request, cited: Cited) -> Record:
    entry = cited.entry
    _check_ledger(request, entry)
    if cited.body.digest() != entry.header.body:
        raise Invalid("what is shown of entry #{} is not its body", entry.header.position)
    record = _record(entry.header.type, entry.header.signers[0].person, cited.body)
    signers = tuple(signer.person for signer in entry.header.signers)
    return Record(
        record.type,
        record.author,
        record.fields,
        record.withheld,
        entry.header.position,
        entry.header.recorded_at,
        signers,
    )


def _check_ledger(request: Request, entry: Entry) -> None:
    if entry.header.ledger != request.origin:
        raise Invalid("entry #{} is of another ledger: {}", entry.header.position, entry.header.ledger)
    if entry.header.position == 0 and entry.leaf_hash != request.fingerprint:
        raise Invalid("the first entry shown is not that of the ledger named")


def _record(type_: str, author: str, body: Body) -> Record:
    """A record of a type and with fields that this version knows: what is not known cannot be shown in words."""
    if type_ not in TYPES:
        raise Incomplete("a record of type {} is not known to this version; sign with a later one", type_)
    for name in body.digests:
        if not name.startswith(RESERVED) and spec_of(type_, name) is None:
            raise Incomplete("the field {} of {} is not known to this version; sign with a later one", name, type_)
    values = body.values()
    order = {name.removesuffix(".*"): number for number, name in enumerate(specs(type_))}
    by_name = sorted(values, key=natural)
    in_order = sorted(by_name, key=lambda name: order.get(pattern_of(name).removesuffix(".*"), len(order)))
    return Record(type_, author, tuple((name, values[name]) for name in in_order), tuple(sorted(body.missing)))


def natural(name: str) -> list[tuple[bool, str]]:
    """Sorts `attendees.10` behind `attendees.9`."""
    return [(part.isdigit(), part.zfill(9)) for part in name.split(".")]


def _check_capacity(request: Request, ask: Ask, asked: tuple[AskedPerson, ...]) -> None:
    """As what the person is asked is what the record says of him; a draft must say it."""
    said = {each.person: each.capacity for each in asked}
    if isinstance(ask.to, ToDraft) and request.person not in said:
        raise Invalid("the draft does not name {} among those who are asked", request.person)
    if said.get(request.person, ask.capacity) != ask.capacity:
        raise Invalid(
            "{} is asked as {}, and the record says as {}", request.person, ask.capacity, said[request.person]
        )


def _references(record: Record) -> list[tuple[str, int, str]]:
    """Every reference to an entry in the fields shown, in their order, each once."""
    found: dict[tuple[str, int, str], None] = {}
    for name, value in record.fields:
        spec = None if name.startswith(RESERVED) else spec_of(record.type, name)
        if spec is not None and spec.reference is not None and isinstance(value, list) and len(value) == _REFERENCE:
            found[value[0], value[1], value[2]] = None
    return list(found)


def _check_rests(ask: Ask, references: list[tuple[str, int, str]]) -> None:
    if ask.after is None or not isinstance(ask.to, ToDraft):
        return
    position = ask.after.header.position
    beyond = [each[1] for each in references if each[0] == "" and each[1] > position]
    if beyond:
        raise Invalid("the draft at #{} rests on entries later than #{}", position + 1, position)


def _check_attachments(ask: Ask, values: Mapping[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Numbers of attachments shown, and of those not shown. Raises Invalid for bytes of another file."""
    named = dict(_attachments(values))
    for number, data in ask.attachments.items():
        if number not in named or hashlib.sha256(data).hexdigest() != named[number]:
            raise Invalid("attachment {} is not the file that the record names", number)
    return tuple(sorted(ask.attachments)), tuple(sorted(named.keys() - ask.attachments.keys()))


def _attachments(values: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    number = 0
    while (name := f"attachments.{number}.sha256") in values:
        yield number, str(values[name])
        number += 1


def content_digest(request: Request, shown: ShownQuestion) -> str:
    """What tells equal content, whatever its salts: base64 SHA-256 of ledger, type and fields but reserved names."""
    fields = {name: value for name, value in shown.record.fields if not name.startswith(RESERVED)}
    data = canonical_json([b64encode(request.fingerprint), shown.record.type, fields])
    return b64encode(hashlib.sha256(data).digest())
