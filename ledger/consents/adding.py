"""Putting answers on record: each consent is looked at first, to say which are taken, known or refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ledger.application import Command, Ledger
from ledger.checks.consents import check_recorded, consent_text
from ledger.consents.answer import REASON, Answer, reason_text
from ledger.core.body import Body, body_of, parse_body
from ledger.core.consent import Consent, ConsentNote, draft_digest
from ledger.core.consent_to import ToDraft, ToEntry
from ledger.core.entry import Entry, Header
from ledger.core.names import SignerId
from ledger.core.signers import Signer
from ledger.errors import Incomplete, Invalid, Refused, ZerenError
from ledger.events.fields import EntryReference
from ledger.events.records import ConsentRecorded

Fate = Literal["taken", "known", "drafted", "refused"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What becomes of one consent of an answer: `command` where it is taken, `fault` where it is refused.

    One that is `drafted` is to a draft that still waits.

    `position` is the entry that it is to, None where that is not on record.
    """

    consent: Consent
    fate: Fate
    position: int | None = None
    command: Command | None = None
    fault: ZerenError | None = None


def look(
    ledger: Ledger, answers: Sequence[Answer], author: tuple[Signer, ...], waiting: Collection[ToDraft] = ()
) -> list[Looked]:
    """Every consent of these answers as it stands to the ledger now; nothing is written. `waiting` are drafts."""
    found: list[Looked] = []
    seen: set[str] = set()
    last = ledger.entry_at(ledger.size() - 1)[0]
    person, key = author[0].verify_key.name.rpartition("/")[2], author[0].verify_key
    next_header = Header(
        body=bytes(32),
        ledger=ledger.origin,
        position=last.header.position + 1,
        previous=last.leaf_hash,
        recorded_at=ledger.moment(last.header.recorded_at),
        signers=(SignerId(person, key.key_id),),
        stream="",
        type=ConsentRecorded.TYPE,
        version=1,
    )
    for answer in answers:
        for note in answer.consents:
            if note.consent.to in waiting:
                found.append(Looked(note.consent, "drafted"))
                continue
            found.append(_look(ledger, answer, note, author, next_header, seen))
            seen.add(note.text)
    return found


def _look(
    ledger: Ledger, answer: Answer, note: ConsentNote, author: tuple[Signer, ...], header: Header, seen: set[str]
) -> Looked:
    consent = note.consent
    position: int | None = None
    try:
        position = _position(ledger, consent)
        entry, _ = ledger.entry_at(position)
        spent = set(texts_in(ledger, entry.header.stream))
        spent |= {each.text for each in ledger.at(position).carried.consents}
        if note.text in spent or note.text in seen:
            return Looked(consent, "known", position)
        disclosure = answer.reason_of(note)
        if consent.reason is not None and disclosure is None:
            raise Refused("the answer does not hold the reason that {} signed", consent.person)
        payload = ConsentRecorded(
            note=note.data.decode(),
            of=EntryReference("", position, entry.leaf_hash),
            reason=None if disclosure is None else reason_text(disclosure),
        )
        fixed = {} if disclosure is None else {REASON: disclosure}
        _check(ledger, entry, payload, fixed, header, spent)
    except Incomplete as error:
        return Looked(consent, "refused", position, fault=Refused("{}", error))
    except (Invalid, Refused) as error:
        return Looked(consent, "refused", position, fault=error)
    return Looked(consent, "taken", position, Command(payload, author, fixed))


def _position(ledger: Ledger, consent: Consent) -> int:
    """Where the entry stands that a consent is to. Raises Invalid where it is not on record."""
    if isinstance(consent.to, ToEntry) and consent.to.place.position < ledger.size():
        return consent.to.place.position
    if isinstance(consent.to, ToDraft) and consent.after is not None:
        for event in ledger.history(consent.after.position + 1):
            if event.type == consent.to.type and event.author == consent.to.author:
                digests = ledger.body_at(event.position).digests
                if draft_digest(digests) == consent.to.digest:
                    return event.position
    raise Invalid("what {} consented to is not on record here", consent.person)


def _check(
    ledger: Ledger,
    entry: Entry,
    payload: ConsentRecorded,
    fixed: dict[str, str],
    next_header: Header,
    spent: set[str],
) -> None:
    """What the append will ask, asked for one consent alone."""

    def entry_at(position: int) -> tuple[Entry, Body]:
        found, stored = ledger.entry_at(position)
        return found, parse_body(stored)

    header = replace(next_header, stream=entry.header.stream)
    digests = body_of(fixed.items()).digests
    check_recorded(ledger.keys(), header, payload, digests, entry_at, spent)


def texts_in(ledger: Ledger, stream: str) -> list[str]:
    """The texts of the consents that are recorded in a stream."""
    found = []
    for position in ledger.store.stream(stream):
        entry, stored = ledger.entry_at(position)
        if entry.header.type == ConsentRecorded.TYPE:
            found.append(consent_text(parse_body(stored)))
    return found
