"""Drafts: records that wait for the consents of those who sign them elsewhere (FORMAT.md section 16).

A draft lies beside the ledger, in `drafts/<kind>/<name>.json`, and is never a part of it. Its fields are salted once,
so that the entry which is made of it is the one that was signed. Everything here is read strictly, and what is signed
is built anew from the disclosures.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.application import Command, Ledger
from ledger.checks.keybook import KeyBook
from ledger.clock import Randomness, system_randomness
from ledger.consents.answer import Answer
from ledger.consents.asking import attached, cited, names_of, references_of
from ledger.consents.request import Ask, Request, check_members, typed
from ledger.core.body import SALT_BYTES, Body, format_body, is_reserved_name, make_body, parse_body
from ledger.core.carried import MAX_CONSENTS, AskedPerson, Carried, read_carried
from ledger.core.consent import MAX_TERM, Consent, ConsentNote, draft_digest, parse_consent
from ledger.core.consent_to import Place, ToDraft
from ledger.core.encoding import b64decode, b64encode, parse_json
from ledger.core.entry import format_time, parse_time
from ledger.core.keys import Signer
from ledger.core.names import check_origin, check_person_id
from ledger.core.note import Note, SignatureLine
from ledger.errors import BadInput, Malformed, Refused, ZerenError
from ledger.events.base import Payload
from ledger.events.flat import flatten, unflatten
from ledger.events.registry import payload_class
from ledger.keys.files import replace_private, write_private
from ledger.recording.preview import signer_id

FORMAT = "draft/v1"
TERM = timedelta(days=14)
"""For how long answers are waited for, where nothing else is said."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is not written yet: all that its entry will hold but numbers, time and signatures.

    `fingerprint` is empty and `after` None where it is the genesis of a ledger; `files` names the directory, beside the
    draft, in which its attachments wait.
    """

    name: str
    origin: str
    fingerprint: bytes
    type: str
    author: str
    signers: tuple[str, ...]
    body: Body
    after: Place | None
    made_at: datetime
    not_after: datetime
    possession: ConsentNote | None = None
    files: str | None = None

    @property
    def to(self) -> ToDraft:
        """What is consented to."""
        return ToDraft(draft_digest(self.body.digests), self.type, self.author)

    @property
    def asked(self) -> tuple[AskedPerson, ...]:
        """Who is asked, as what, by rising person id."""
        return read_carried(self.type, self._values(reserved=True)).asked

    @property
    def payload(self) -> Payload:
        """What will be recorded. Raises Malformed or Incomplete."""
        payload: Payload = unflatten(payload_class(self.type), self._values(reserved=False))
        return payload

    def _values(self, *, reserved: bool) -> dict[str, Any]:
        values = self.body.values()
        return {name: value for name, value in values.items() if is_reserved_name(name) == reserved}


def make_draft(
    payload: Payload,
    author: str,
    asked: Iterable[AskedPerson],
    *,
    origin: str,
    fingerprint: bytes,
    after: Place | None,
    made_at: datetime,
    not_after: datetime | None = None,
    signers: Sequence[str] = (),
    possession: ConsentNote | None = None,
    files: str | None = None,
    name: str | None = None,
    randomness: Randomness = system_randomness,
) -> Draft:
    """The draft of a record by its author, salted now. Raises BadInput or Refused for who cannot be asked so."""
    people = tuple(asked)
    until = made_at + TERM if not_after is None else not_after
    if not made_at < until <= made_at + MAX_TERM:
        raise BadInput("answers are waited for from 1 to {} days", MAX_TERM.days)
    persons = [each.person for each in people]
    present = {author, *signers} & {*persons}
    if present:
        raise Refused("{} signs at the ledger; whoever is asked elsewhere does not", min(present))
    if not people or len(set(persons)) != len(persons) or len(persons) > MAX_CONSENTS:
        raise BadInput("a draft asks 1 to {} persons, each once", MAX_CONSENTS)
    fields = [*flatten(payload), *Carried(asked=people).fields()]
    body = make_body(fields, lambda: randomness(SALT_BYTES))
    read_carried(payload.TYPE, {n: value for n, value in body.values().items() if is_reserved_name(n)})
    return Draft(
        name=name or f"d-{randomness(4).hex()}",
        origin=origin,
        fingerprint=fingerprint,
        type=payload.TYPE,
        author=author,
        signers=tuple(signers),
        body=body,
        after=after,
        made_at=made_at,
        not_after=until,
        possession=possession,
        files=files,
    )


def requests_for(draft: Draft, ledger: Ledger | None, files: Path | None = None) -> dict[str, Request]:
    """The request to each who is asked; `files` is the directory in which attachments wait.

    `ledger` is None for a genesis: then there is nothing yet that could be shown beside it.
    """
    after = None if ledger is None or draft.after is None else ledger.entry_at(draft.after.position)[0]
    refers = () if ledger is None else tuple(cited(ledger, at) for at in references_of(draft.type, draft.body))
    shown = dict(attached(draft.body, files)) if files is not None else {}
    made = {}
    for each in draft.asked:
        ask = Ask(
            to=draft.to,
            body=draft.body,
            capacity=each.capacity,  # type: ignore[arg-type]  # `read_carried` knows it
            after=after,
            not_after=draft.not_after,
            refers=refers,
            attachments=shown,
        )
        names = {} if ledger is None else names_of(ledger, [ask], each.person)
        made[each.person] = Request(draft.origin, draft.fingerprint, each.person, (ask,), names)
    return made


@dataclass(frozen=True, slots=True)
class Taken:
    """What answers say to a draft: consents to it, how many declined, and how many consents are to something else."""

    consents: tuple[ConsentNote, ...]
    declined: int
    foreign: int

    def missing(self, draft: Draft) -> list[str]:
        """Who was asked and did not consent."""
        given = {note.consent.person for note in self.consents}
        return [each.person for each in draft.asked if each.person not in given]


def take(draft: Draft, answers: Iterable[Answer]) -> Taken:
    """The consents to a draft among answers, by rising person id.

    Of several by one person the latest counts. Raises Refused for one by somebody who was not asked so.
    """
    latest: dict[str, ConsentNote] = {}
    declined = foreign = 0
    asked = {each.person: each.capacity for each in draft.asked}
    for answer in answers:
        for note in answer.consents:
            consent = note.consent
            if consent.to != draft.to:
                foreign += 1
            elif asked.get(consent.person) != consent.capacity:
                raise Refused("{} was not asked as {}", consent.person, consent.capacity)
            elif consent.person not in latest or latest[consent.person].consent.made_at <= consent.made_at:
                latest[consent.person] = note
        declined += draft.to in answer.declined
    return Taken(tuple(latest[person] for person in sorted(latest)), declined, foreign)


def command_of(draft: Draft, consents: Iterable[ConsentNote], signers: Sequence[Signer]) -> Command:
    """What records a draft with these consents, signed by the author's key and those of who else is present."""
    carried = Carried(tuple(consents), draft.possession, draft.asked)
    return Command(draft.payload, tuple(signers), dict(draft.body.disclosures), carried)


# --- files -----------------------------------------------------------------------------------------------------------


def format_draft(draft: Draft) -> bytes:
    """The file of a draft; `parse_draft` reads it back."""
    data: dict[str, Any] = {
        "zeren": FORMAT,
        "origin": draft.origin,
        "fingerprint": b64encode(draft.fingerprint),
        "type": draft.type,
        "author": draft.author,
        "signers": list(draft.signers),
        "body": format_body(draft.body).decode("ascii"),
        "made_at": format_time(draft.made_at),
        "not_after": format_time(draft.not_after),
    }
    if draft.after is not None:
        data["after"] = [draft.after.position, b64encode(draft.after.leaf_hash)]
    if draft.possession is not None:
        data["possession"] = draft.possession.data.decode()
    if draft.files is not None:
        data["files"] = draft.files
    return (json.dumps(data, indent=1, sort_keys=True) + "\n").encode()


def parse_draft(name: str, data: bytes) -> Draft:
    """The draft in a file. Raises Malformed, or what its body and its note raise."""
    value = typed(parse_json(data), dict)
    always = {"zeren", "origin", "fingerprint", "type", "author", "signers", "body", "made_at", "not_after"}
    check_members(value, always, {"after", "possession", "files"})
    if value["zeren"] != FORMAT:
        raise Malformed("this is no draft that this version knows")
    files = value.get("files")
    if files is not None and not _NAME.fullmatch(typed(files, str)):
        raise Malformed("a draft's attachments wait in a directory beside it")
    body = parse_body(typed(value["body"], str).encode())
    if body.missing:
        raise Malformed("a draft holds all of its fields")
    check_origin(typed(value["origin"], str))
    check_person_id(typed(value["author"], str))
    return Draft(
        name=name,
        origin=value["origin"],
        fingerprint=b64decode(typed(value["fingerprint"], str)),
        type=typed(value["type"], str),
        author=value["author"],
        signers=tuple(typed(each, str) for each in typed(value["signers"], list)),
        body=body,
        after=_place(value["after"]) if "after" in value else None,
        made_at=parse_time(typed(value["made_at"], str)),
        not_after=parse_time(typed(value["not_after"], str)),
        possession=parse_consent(typed(value["possession"], str).encode()) if "possession" in value else None,
        files=files,
    )


def _place(value: object) -> Place:
    position, leaf_hash = typed(value, list)
    return Place(typed(position, int), b64decode(typed(leaf_hash, str)))


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one ledger, each a file in this directory."""

    directory: Path

    def file(self, name: str) -> Path:
        """Where a draft is kept. Raises BadInput for what is no name of one."""
        if not _NAME.fullmatch(name):
            raise BadInput("there is no draft {}; see: zeren draft list", name)
        return self.directory / f"{name}.json"

    def waiting(self, draft: Draft) -> Path | None:
        """The directory in which its attachments wait."""
        return None if draft.files is None else self.directory / draft.files

    def save(self, draft: Draft) -> Path:
        """Keeps a new draft. Raises BadInput where there is one of that name."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self.file(draft.name)
        write_private(target, format_draft(draft))
        return target

    def replace(self, draft: Draft) -> None:
        """Keeps a draft in the place of the one of that name."""
        replace_private(self.file(draft.name), format_draft(draft))

    def load(self, name: str) -> Draft:
        """The draft of this name. Raises BadInput where there is none, or it is damaged."""
        try:
            return parse_draft(name, self.file(name).read_bytes())
        except FileNotFoundError:
            raise BadInput("there is no draft {}; see: zeren draft list", name) from None
        except OSError as error:
            raise BadInput("the file {} cannot be read: {}", self.file(name), error.strerror) from None
        except (ZerenError, ValueError) as error:
            raise BadInput("the draft {} is damaged: {}; drop it and record anew", name, error) from error

    def names(self) -> list[str]:
        """The names of all drafts."""
        if not self.directory.is_dir():
            return []
        return sorted(path.stem for path in self.directory.glob("*.json") if _NAME.fullmatch(path.stem))

    def all(self) -> Iterator[Draft]:
        """Every draft, the oldest first. Raises BadInput for a damaged one."""
        yield from sorted(map(self.load, self.names()), key=lambda draft: (draft.made_at, draft.name))

    def drop(self, name: str) -> None:
        """Removes a draft and the attachments that wait with it."""
        file = self.file(name)
        if not file.exists():
            raise BadInput("there is no draft {}; see: zeren draft list", name)
        try:
            files = self.waiting(self.load(name))
        except BadInput:  # damaged: it goes all the same
            files = None
        file.unlink()
        if files is not None:
            shutil.rmtree(files, ignore_errors=True)


def is_over(draft: Draft, moment: datetime) -> bool:
    """Whether its time is over: no consent to it can be recorded any more."""
    return moment > draft.not_after


def supposed(draft: Draft, book: KeyBook) -> Carried:
    """What the entry would carry had everybody consented: for the rules that ask who signs, before anybody is asked."""
    notes = []
    for each in draft.asked:
        key_id = signer_id(book, each.person).key_id
        consent = Consent(
            person=each.person,
            fingerprint=draft.fingerprint,
            to=draft.to,
            answer="agree",
            made_at=draft.made_at,
            capacity=each.capacity,  # type: ignore[arg-type]  # `read_carried` knows it
            after=draft.after,
            not_after=draft.not_after,
        )
        line = SignatureLine(f"{draft.origin}/{each.person}", key_id, b"")
        notes.append(ConsentNote(b"", consent, Note("", (line,))))
    return Carried(tuple(notes), draft.possession, draft.asked)
