"""Where a check begins: at the first entry, at a trusted checkpoint, or where an earlier check was interrupted.

What stands below the start is taken from the ledger only as far as the trusted tree head proves it: keys, roles,
policies, anchors and registrations are read again, each entry by its inclusion and each body by its digest.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import field
from datetime import datetime
from typing import Any

from ledger.anchors import book as anchors
from ledger.application import Ledger
from ledger.checks.entry_rules import body_of
from ledger.checks.subjects import Subject
from ledger.core.body import parse_body
from ledger.core.checkpoint import Checkpoint
from ledger.core.consent import parse_consent
from ledger.core.encoding import b64decode, b64encode, canonical_json, parse_canonical_json
from ledger.core.entry import parse_entry
from ledger.core.following import check_follows
from ledger.core.merkle import Frontier, check_inclusion, complete_ranges, prove_inclusion
from ledger.decisions.state import Register
from ledger.errors import BadInput, Incomplete, Invalid, Malformed, ZerenError
from ledger.frozen import dataclass
from ledger.placement import SEALS
from ledger.store.mapper import recorded
from ledger.verify.entry_pass import EntryPass
from ledger.verify.indexes import IndexPass

STATE = "zeren/verify/v1"
TOPICS = (*Register.TOPICS, "ledger.opened/1", "format.adopted/1", "policy.adopted/1", "anchor.recorded/1")
"""Types, beside `key.*`, whose entries change what later ones are checked against."""


class CountsBelow(Counter[Subject]):
    """Running numbers as the index has them below a position; the sealed map proves them afterwards."""

    def __init__(self, ledger: Ledger, position: int) -> None:
        super().__init__()
        self.ledger, self.position = ledger, position

    def __missing__(self, key: Subject) -> int:
        self[key] = self.ledger.store.number_below(*key, self.position)
        return self[key]


@dataclass(frozen=True, slots=True)
class Start:
    """The position to begin at, and the trusted tree head that proves what is below it."""

    position: int
    head: Checkpoint


@dataclass(slots=True)
class Interrupted:
    """How far an earlier check came without a fault: enough to go on, in the verifier's own hands."""

    head: Checkpoint
    not_before: datetime | None
    counts: dict[Subject, int]
    unexplained: dict[int, set[str]]
    roots: dict[int, bytes]
    indexes: dict[str, str] = field(default_factory=lambda: IndexPass().state())
    tallies: dict[str, int] = field(default_factory=dict)


def start_of(ledger: Ledger, trusted: Checkpoint) -> Start | None:
    """The last seal under the trusted checkpoint, where the check begins; None where there is none, or it is beyond."""
    seal = ledger.store.last_of(SEALS, trusted.size)
    return None if seal is None or trusted.size > ledger.size() else Start(seal, trusted)


def frontier_at(ledger: Ledger, size: int) -> Frontier:
    """The right edge of the tree of `size` entries, from stored hashes; proved when a trusted root comes out of it."""
    get = ledger.hashes(size)
    return Frontier(size, [get(lo, hi) for lo, hi in complete_ranges(0, size)])


def check_under(ledger: Ledger, leaf: bytes, position: int, head: Checkpoint) -> None:
    """Refuse unless the trusted head proves the leaf hash at `position`. Raises ProofInvalid."""
    proof = prove_inclusion(position, head.size, ledger.hashes(head.size))
    check_inclusion(leaf, position, head.size, proof, head.root)


def take_below(passed: EntryPass, start: Start) -> None:
    """Takes over what the entries below the start changed in keys, roles, policies, anchors and registrations."""
    ledger = passed.ledger
    for position, note, body in ledger.store.of_types(TOPICS, stop=start.position, keys=True):
        try:
            _take(passed, start, position, note, body)
        except ZerenError as error:
            passed.report.add(Invalid("{}", error), position)
    try:
        last = ledger.entry_at(start.position - 1)[0]
        check_under(ledger, last.leaf_hash, start.position - 1, start.head)
        passed.previous, passed.not_before = last.leaf_hash, last.header.recorded_at
    except ZerenError as error:
        passed.report.add(Invalid("{}", error), start.position - 1)


def hear_below(passed: EntryPass, start: Start) -> None:
    """Which founders were heard of below the start; whether others who were asked there have answered is not looked
    at, and said."""
    store, asked = passed.ledger.store, passed.asked
    asked.founders -= {person for person in asked.founders if store.signed(person, 1, start.position)}
    if asked.founders:
        for position, stored in (*store.holding_field("consent.0"), *store.holding_field("note")):
            if 0 < position < start.position:
                asked.founders -= _consenting(stored)
    passed.report.not_checked.append(
        Incomplete("who was asked below position {}, and has not answered", start.position)
    )


def _consenting(stored: bytes) -> set[str]:
    """Who consents in a body: to its draft, or by the consent that it records."""
    found = set()
    for name, value in parse_body(stored).values().items():
        if isinstance(value, str) and (name == "note" or name.startswith("consent.")):
            with suppress(ZerenError):  # a word that is called a note
                found.add(parse_consent(value.encode()).consent.person)
    return found


def _take(passed: EntryPass, start: Start, stands_at: int, note: bytes, stored: bytes) -> None:
    entry = parse_entry(note)
    position = entry.header.position
    check_under(passed.ledger, entry.leaf_hash, stands_at, start.head)
    check_follows(entry, ledger=entry.header.ledger, position=stands_at, previous=None, not_before=None)
    body = body_of(entry, stored)
    event = recorded(entry, body)
    payload = event.payload
    if position == 0:
        passed.origin = entry.header.ledger
        passed.open(entry, payload)
    if position == 0:
        passed.asked.note(entry, payload, event.carried)
    passed.keybook.apply(entry.header, payload, event.carried)
    passed.register.apply(entry.header, payload)
    if passed.anchors is not None:
        anchors.take(passed.anchors.book, position, payload, entry.header.recorded_at)
        if passed.anchors.own is not None:
            anchors.take(passed.anchors.own, position, payload, entry.header.recorded_at)


def prove_subjects(passed: EntryPass, start: Start) -> None:
    """Makes the pass prove, before it uses them, the entries below the start whose subjects others take over."""
    ledger = passed.ledger

    def subjects_at(position: int) -> Sequence[Subject]:
        if position < start.position:
            entry, stored = ledger.entry_at(position)
            check_under(ledger, entry.leaf_hash, position, start.head)
            body_of(entry, stored)
        return ledger.subjects_at(position)

    passed.subjects_at = subjects_at
    passed.below = lambda leaf, position: check_under(ledger, leaf, position, start.head)
    passed.proved_below = start.position
    passed.counts = CountsBelow(ledger, start.position)


# --- an interrupted check ---


def format_interrupted(state: Interrupted) -> bytes:
    """The state as a file."""
    data = {
        "format": STATE,
        "origin": state.head.origin,
        "size": state.head.size,
        "root": b64encode(state.head.root),
        "not_before": None if state.not_before is None else state.not_before.isoformat(),
        "counts": [[kind, id_, count] for (kind, id_), count in sorted(state.counts.items())],
        "unexplained": [[position, sorted(names)] for position, names in sorted(state.unexplained.items()) if names],
        "roots": [[size, b64encode(root)] for size, root in sorted(state.roots.items())],
        "indexes": state.indexes,
        "tallies": state.tallies,
    }
    return canonical_json(data) + b"\n"


def parse_interrupted(data: bytes) -> Interrupted:
    """The inverse; raises BadInput for a file that is none of ours."""
    try:
        value: Any = parse_canonical_json(data.removesuffix(b"\n"))
        if value["format"] != STATE:
            raise Malformed("another format")
        moment = value["not_before"]
        return Interrupted(
            Checkpoint(value["origin"], value["size"], b64decode(value["root"])),
            None if moment is None else datetime.fromisoformat(moment),
            {(kind, id_): count for kind, id_, count in value["counts"]},
            {position: set(names) for position, names in value["unexplained"]},
            {size: b64decode(root) for size, root in value["roots"]},
            IndexPass.of(value["indexes"]).state(),
            dict(value["tallies"]),
        )
    except (ZerenError, KeyError, TypeError, ValueError) as error:
        raise BadInput("this is no state of an interrupted check: {}", repr(error)) from error
