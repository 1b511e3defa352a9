"""Drafts: records that wait for the consents of those who sign them elsewhere (FORMAT.md section 16).

A draft lies beside the ledger, in `drafts/<kind>/<name>.json`, and is never a part of it. Its fields are salted once,
so that the entry which is made of it is the one that was signed. Everything here is read strictly, and what is signed
is built anew from the disclosures.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.application import Command, Ledger
from ledger.checks.keybook import KeyBook
from ledger.clock import Randomness, system_randomness
from ledger.consents.answer import Answer
from ledger.consents.request import Ask, Request
from ledger.consents.requesting import attached, cited, names_of, references_of
from ledger.core.body import SALT_BYTES, Body, is_reserved_name, make_body
from ledger.core.carried import MAX_CONSENTS, AskedPerson, Carried, read_carried
from ledger.core.consent import MAX_TERM, Consent, ConsentNote, draft_digest
from ledger.core.consent_check import check_ledger, check_lines
from ledger.core.consent_to import Place, ToDraft
from ledger.core.note import Note, SignatureLine
from ledger.core.signers import Signer
from ledger.errors import BadInput, Invalid, NotChecked, Refused
from ledger.events.base import Payload
from ledger.events.flat import flatten, unflatten
from ledger.events.registry import payload_class
from ledger.frozen import dataclass
from ledger.recording.preview import signer_id

TERM = timedelta(days=14)
"""For how long answers are waited for, where nothing else is said."""


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
    answered: tuple[ConsentNote, ...] = ()
    """The consents that came so far, by rising person id."""

    @property
    def to(self) -> ToDraft:
        """What is consented to."""
        return ToDraft(draft_digest(self.body.digests), self.type, self.author)

    @property
    def asked(self) -> tuple[AskedPerson, ...]:
        """Who is asked, as what, by rising person id."""
        return read_carried(self.type, self._values(reserved=True)).asked

    @property
    def open(self) -> tuple[AskedPerson, ...]:
        """Those of them whose answer has not come."""
        given = {note.consent.person for note in self.answered}
        return tuple(each for each in self.asked if each.person not in given)

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


def requests_for(
    drafts: Sequence[Draft], ledger: Ledger | None, files: Callable[[Draft], Path | None], *, anew: bool = False
) -> dict[str, Request]:
    """One request to each who is asked and has not answered, with all that these drafts of one ledger ask of him.

    `files` gives the directory in which a draft's attachments wait; `anew` asks those too whose answer came. `ledger`
    is None for a genesis: then there is nothing yet that could be shown beside it.
    """
    asks: dict[str, list[Ask]] = {}
    for draft in drafts:
        for each in draft.asked if anew else draft.open:
            asks.setdefault(each.person, []).append(_ask(draft, each, ledger, files(draft)))
    first = drafts[0]
    return {
        person: Request(
            first.origin,
            first.fingerprint,
            person,
            tuple(asks[person]),
            {} if ledger is None else names_of(ledger, asks[person], person),
        )
        for person in sorted(asks)
    }


def _ask(draft: Draft, asked: AskedPerson, ledger: Ledger | None, files: Path | None) -> Ask:
    return Ask(
        to=draft.to,
        body=draft.body,
        capacity=asked.capacity,  # type: ignore[arg-type]  # `read_carried` knows it
        after=None if ledger is None or draft.after is None else ledger.entry_at(draft.after.position)[0],
        not_after=draft.not_after,
        refers=() if ledger is None else tuple(cited(ledger, at) for at in references_of(draft.type, draft.body)),
        attachments=dict(attached(draft.body, files)) if files is not None else {},
    )


def brought_up(draft: Draft, ledger: Ledger) -> Draft:
    """The draft with the last entry on record as the one that it comes after; what is signed of it stays the same."""
    last = ledger.entry_at(ledger.size() - 1)[0]
    return replace(draft, after=Place(last.header.position, last.leaf_hash))


@dataclass(frozen=True, slots=True)
class Taken:
    """What answers say to a draft: consents to it, those that came before among them, how many declined, and how many
    consents are to something else."""

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
    latest = {note.consent.person: note for note in draft.answered}
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


def is_about(draft: Draft, answers: Iterable[Answer]) -> bool:
    """Whether an answer among these consents to the draft, or declines it."""
    return any(
        draft.to in answer.declined or any(n.consent.to == draft.to for n in answer.consents) for answer in answers
    )


def kept(draft: Draft, consents: Iterable[ConsentNote], ledger: Ledger) -> Draft:
    """The draft with those of these consents that are by keys in force here, until the others come."""
    good = tuple(note for note in consents if _holds(note, ledger))
    return replace(draft, answered=good)


def _holds(note: ConsentNote, ledger: Ledger) -> bool:
    try:
        check_lines(note, ledger.origin, ledger.keys().in_force(ledger.size()))
        check_ledger(note.consent, ledger.opened.leaf_hash)
    except (Invalid, NotChecked):
        return False
    return True


def command_of(draft: Draft, consents: Iterable[ConsentNote], signers: Sequence[Signer]) -> Command:
    """What records a draft with these consents, signed by the author's key and those of who else is present."""
    carried = Carried(tuple(consents), draft.possession, draft.asked)
    return Command(draft.payload, tuple(signers), dict(draft.body.disclosures), carried)


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
