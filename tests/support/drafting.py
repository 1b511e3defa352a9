"""Drafts as a drafter makes them, consents to them, and the entry that comes of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ledger.application import Command, Ledger
from ledger.core.body import Body, make_body
from ledger.core.carried import AskedPerson, Carried
from ledger.core.consent import Capacity, Consent, ConsentNote, draft_digest, sign_consent
from ledger.core.consent_to import Place, ToDraft
from ledger.events.base import Payload
from ledger.events.flat import flatten
from tests.support.builders import Desk, randomness_of

DAY = timedelta(days=1)
People = Mapping[str, Capacity]


def body_of_draft(payload: Payload, asked: Iterable[AskedPerson], seed: str = "draft") -> Body:
    """The body that a drafter salts: the payload's fields and who is asked."""
    salts = randomness_of(seed)
    return make_body([*flatten(payload), *Carried(asked=tuple(asked)).fields()], lambda: salts(16))


def last_place(ledger: Ledger) -> Place:
    """The last entry on record."""
    entry, _ = ledger.entry_at(ledger.size() - 1)
    return Place(entry.header.position, entry.leaf_hash)


def consent_to(desk: Desk, body: Body, payload: Payload, author: str, person: str, **changes: Any) -> Consent:
    """What a person consents to a draft; `changes` are members that stand otherwise."""
    moment = desk.clock.moment
    consent = Consent(
        person=person,
        fingerprint=desk.ledger.opened.leaf_hash,
        to=ToDraft(draft_digest(body.digests), payload.TYPE, author),
        answer="agree",
        made_at=moment,
        capacity="counterpart",
        after=last_place(desk.ledger),
        not_after=moment + 7 * DAY,
    )
    return replace(consent, **changes)


def drafted(
    desk: Desk,
    payload: Payload,
    author: str,
    asked: People,
    *,
    answering: Sequence[str] | None = None,
    signers: Sequence[str] = (),
    possession: ConsentNote | None = None,
    seed: str = "draft",
) -> Command:
    """The command that finishes a draft: `asked` by capacity, of whom `answering` (all) consented."""
    people = tuple(AskedPerson(person, capacity) for person, capacity in sorted(asked.items()))
    body = body_of_draft(payload, people, seed)
    notes = tuple(
        sign_consent(consent_to(desk, body, payload, author, person, capacity=capacity), [desk.signer(person)])
        for person, capacity in sorted(asked.items())
        if answering is None or person in answering
    )
    signing = tuple(desk.signer(person) for person in (author, *signers))
    return Command(payload, signing, dict(body.disclosures), Carried(notes, possession, people))
