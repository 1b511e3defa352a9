"""Asking from a ledger: the request that shows an entry whole to whom it concerns."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.consents.request import Ask, Cited, Request
from ledger.core.body import Body, is_reserved_name, parse_body
from ledger.core.consent import Capacity
from ledger.core.consent_check import WITHOUT
from ledger.core.consent_to import Place, ToDraft, ToEntry
from ledger.errors import BadInput, Refused
from ledger.events.record import Recorded
from ledger.events.registry import spec_of
from ledger.recording.entry_signatures import Signature, signatures

REFERENCE = 3


def make_request(
    ledger: Ledger,
    events: Sequence[Recorded],
    person: str,
    *,
    capacity: Capacity | None = None,
    attachments: Path | None = None,
    not_after: datetime | None = None,
    drafts: Sequence[Ask] = (),
) -> Request:
    """The request to one person about entries that stand, each shown whole, with the entries that it refers to.

    `drafts` are questions about records that are not written yet, asked in the same sitting. `attachments` is the
    directory of this ledger's files; without it their bytes are not shown. Raises Refused where the person has
    answered, is not named and no capacity was said, or nobody consents to such an entry.
    """
    if not events and not drafts:
        raise BadInput("nothing is asked: name at least one entry")
    asks = [
        _ask(ledger, event, _capacity(ledger, event, person, capacity), attachments, not_after)
        for event in {event.position: event for event in events}.values()
    ]
    asks = [*drafts, *asks]
    return Request(ledger.origin, ledger.opened.leaf_hash, person, tuple(asks), names_of(ledger, asks, person))


def _capacity(ledger: Ledger, event: Recorded, person: str, said: Capacity | None) -> Capacity:
    label = event.payload.ref or f"#{event.position}"
    if event.type.startswith(WITHOUT):
        raise Refused("nobody consents to an entry of type {}", event.type)
    standing: dict[str, Signature] = {each.person: each for each in signatures(ledger, event)}
    own = standing.get(person)
    if own is not None and own.state in ("signed", "accepted"):
        raise Refused("{} has signed entry {} already, at #{}", person, label, own.position)
    capacity: Any = said or (own.capacity if own is not None else None)
    if capacity is None:
        named = [who for who, each in standing.items() if each.capacity is not None]
        raise Refused(
            "entry {} does not name {}; it names {}; say as what the person signs with --capacity",
            label,
            person,
            ", ".join(named) or "nobody",
        )
    return capacity  # type: ignore[no-any-return]  # a word of `ledger.checks.concerned`, or one that was checked


def _ask(
    ledger: Ledger, event: Recorded, capacity: Capacity, attachments: Path | None, not_after: datetime | None
) -> Ask:
    entry, stored = ledger.entry_at(event.position)
    body = parse_body(stored)
    return Ask(
        to=ToEntry(Place(event.position, entry.leaf_hash)),
        body=body,
        capacity=capacity,
        entry=entry,
        not_after=not_after,
        refers=tuple(cited(ledger, position) for position in references_of(event.type, body)),
        attachments=dict(attached(body, attachments / str(event.position))) if attachments is not None else {},
    )


def cited(ledger: Ledger, position: int) -> Cited:
    """An entry as it is shown: whole."""
    entry, stored = ledger.entry_at(position)
    return Cited(entry, parse_body(stored))


def references_of(type_: str, body: Body) -> list[int]:
    """The positions in this ledger that a body's fields refer to, each once."""
    found = []
    for name, value in body.values().items():
        spec = None if is_reserved_name(name) else spec_of(type_, name)
        if spec is not None and spec.reference is not None and isinstance(value, list) and len(value) == REFERENCE:
            found += [int(value[1])] if value[0] == "" else []
    return sorted(set(found))


def attached(body: Body, directory: Path) -> Iterator[tuple[int, bytes]]:
    """The bytes of attachments that are at hand, by number."""
    values = body.values()
    held = {}
    if directory.is_dir():
        for path in directory.iterdir():
            data = path.read_bytes()
            held[hashlib.sha256(data).hexdigest()] = data
    number = 0
    while (name := f"attachments.{number}.sha256") in values:
        if values[name] in held:
            yield number, held[values[name]]
        number += 1


def names_of(ledger: Ledger, asks: Iterable[Ask], person: str) -> dict[str, str]:
    """What persons and units that are shown are called here; of nobody else."""
    words = ledger.register().words
    shown = {person}
    for ask in asks:
        if isinstance(ask.to, ToDraft):
            shown |= {ask.to.author, *_ids(ask.to.type, ask.body)}
        for each in [*ask.refers, *([Cited(ask.entry, ask.body)] if ask.entry is not None else [])]:
            shown |= {signer.person for signer in each.entry.header.signers}
            shown |= set(_ids(each.entry.header.type, each.body))
    return {id_: words[id_][0] for id_ in sorted(shown) if words.get(id_)}


def _ids(type_: str, body: Body) -> Iterator[str]:
    for name, value in body.values().items():
        spec = None if is_reserved_name(name) else spec_of(type_, name)
        if name.startswith("asked_of."):
            yield str(value[0])
        elif spec is not None and spec.about is not None and isinstance(value, str):
            yield value
