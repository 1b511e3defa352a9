"""The time sandwich: between which two moments each entry came to be (FORMAT.md section 7).

A fold over the policies and anchors of one ledger. An entry is *confirmed* once tokens over checkpoints that contain it
satisfy the quorum: it came not after the moment at which they do, and not before the moment that the tokens recorded
ahead of it prove. Until then it is *pending*, never confirmed. A token counts under the policy in force where it was
recorded; a bound once established stands.

Costs what there are anchors, not entries: the bounds are steps, found by bisection.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Literal
from weakref import WeakKeyDictionary

from ledger.application import Ledger
from ledger.checks.anchor_rules import AnchorToken, read_token
from ledger.core.body import parse_body
from ledger.core.entry import parse_entry
from ledger.core.policy import Policy, parse_policy
from ledger.errors import Incomplete
from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.trust import AnchorRecorded, PolicyAdopted
from ledger.frozen import dataclass
from ledger.placement import ANCHORS, AT_REST, MAIN
from ledger.store.mapper import recorded

SLACK = timedelta(minutes=5)
"""How far a recorded_at may lie outside its bounds: clocks differ."""
State = Literal["confirmed", "pending", "resting"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which moments an entry came to be; None = unknown. Both are UTC."""

    not_before: datetime | None
    not_after: datetime | None

    def contradict(self, recorded_at: datetime) -> bool:
        """Whether the time that an entry claims lies more than SLACK outside."""
        early = self.not_before is not None and self.not_before - recorded_at > SLACK
        return early or (self.not_after is not None and recorded_at - self.not_after > SLACK)


@dataclass(frozen=True, slots=True)
class EntryState:
    """How an entry stands towards the world outside.

    `state`: confirmed; pending; or resting, a seal or an anchor at the end of the ledger, which confirms others and is
    itself confirmed with the next checkpoint. `contradicted`: the time that it claims lies outside its bounds.
    """

    state: State
    bounds: Bounds
    contradicted: bool


@dataclass(slots=True)
class _Under:
    """The tokens that count under one policy."""

    policy: Policy
    latest: dict[str, datetime] = field(default_factory=dict)
    tokens: list[tuple[int, datetime, str]] = field(default_factory=list)
    """(size, time, member)."""


@dataclass(slots=True)
class AnchorBook:
    """Policies and tokens in the order of their positions.

    With `own` given, a policy that the asker brings along, it alone decides and those of the ledger are passed over.
    """

    own: Policy | None = None
    policies: list[tuple[int, Policy]] = field(default_factory=list)
    """(position of adoption, policy)."""
    largest: dict[str, int] = field(default_factory=dict)
    """The largest size that each member of the policy in force has vouched for."""
    anchored: int = 0
    """The largest size of a checkpoint in any anchor, whoever made it."""
    tokens: int = 0
    kept: int = 0
    """Tokens by whom the policy in force does not name."""
    unread: int = 0
    """Time stamps that could not be read for want of the library."""
    _seen: set[str] = field(default_factory=set)
    _under: list[_Under] = field(default_factory=list)
    _floors: list[tuple[int, datetime]] = field(default_factory=list)
    """(position of the anchor, not before of every entry above it), both rising."""
    _ceilings: list[tuple[int, datetime]] | None = None
    """(size, not after of every entry below it down to the next smaller size), both rising."""

    def __post_init__(self) -> None:
        if self.own is not None:
            self._under.append(_Under(self.own))

    @property
    def policy(self) -> Policy | None:
        """The policy in force at the end; the asker's own where he brought one."""
        return self._under[-1].policy if self._under else None

    def adopt(self, position: int, policy: Policy) -> None:
        """A policy of the ledger, in force for the anchors above `position`."""
        self.policies.append((position, policy))
        if self.own is None:
            self._under.append(_Under(policy))
            self.largest = {}

    def add(self, position: int, token: AnchorToken, digest: str = "") -> None:
        """A token that was recorded at `position`."""
        self.tokens += 1
        self.anchored = max(self.anchored, token.size)
        self._seen.add(digest)
        if token.time is None or token.member is None or not self._under:
            self.unread += token.time is None
            self.kept += token.time is not None
            return
        under = self._under[-1]
        under.tokens.append((token.size, token.time, token.member))
        under.latest[token.member] = max(token.time, under.latest.get(token.member, token.time))
        self.largest[token.member] = max(token.size, self.largest.get(token.member, 0))
        self._ceilings = None
        floor = under.policy.latest(under.latest)
        if floor is not None and (not self._floors or floor > self._floors[-1][1]):
            self._floors.append((position, floor))

    def has(self, digest: str) -> bool:
        """Whether this very token was recorded before."""
        return digest in self._seen

    def not_before(self, position: int) -> datetime | None:
        """The latest moment that the anchors below `position` prove to have passed before it."""
        number = bisect_right(self._floors, position - 1, key=lambda step: step[0])
        return self._floors[number - 1][1] if number else None

    def not_after(self, position: int) -> datetime | None:
        """The earliest moment at which a quorum had a checkpoint with the entry at `position`."""
        steps = self.ceilings()
        number = bisect_right(steps, position, key=lambda step: step[0])
        return steps[number][1] if number < len(steps) else None

    def bounds(self, position: int) -> Bounds:
        """Both bounds of the entry at `position`."""
        return Bounds(self.not_before(position), self.not_after(position))

    def confirmed(self) -> int:
        """How many entries, from the first on, a quorum has confirmed."""
        steps = self.ceilings()
        return steps[-1][0] if steps else 0

    def floors(self) -> list[tuple[int, datetime]]:
        """Steps (position of an anchor, not before of the entries above it), both rising."""
        return list(self._floors)

    def ceilings(self) -> list[tuple[int, datetime]]:
        """Steps (size, not after) by rising size: that of an entry is the first one with a size above its position."""
        if self._ceilings is None:
            self._ceilings = self._compute_ceilings()
        return self._ceilings

    def _compute_ceilings(self) -> list[tuple[int, datetime]]:
        earliest: list[dict[str, datetime]] = [{} for _ in self._under]
        reached: list[datetime | None] = [None] * len(self._under)
        steps: list[tuple[int, datetime]] = []
        rows = sorted(
            ((size, time, member, number) for number, u in enumerate(self._under) for size, time, member in u.tokens),
            key=lambda row: -row[0],
        )
        for index, (size, time, member, number) in enumerate(rows):
            times = earliest[number]
            times[member] = min(time, times.get(member, time))
            reached[number] = self._under[number].policy.earliest(times)
            last_of_size = index + 1 == len(rows) or rows[index + 1][0] != size
            known = [moment for moment in reached if moment is not None]
            if last_of_size and known and (not steps or min(known) < steps[-1][1]):
                steps.append((size, min(known)))
        steps.reverse()
        return steps

    def state(self, position: int, recorded_at: datetime, *, tail: int) -> EntryState:
        """How the entry at `position` stands; `tail` is where the seals and anchors at the ledger's end begin."""
        bounds = self.bounds(position)
        state: State = "confirmed"
        if bounds.not_after is None:
            state = "resting" if position >= tail else "pending"
        return EntryState(state, bounds, bounds.contradict(recorded_at))


def take(book: AnchorBook, position: int, payload: Payload, recorded_at: datetime) -> None:
    """Takes over one recorded policy or anchor, as it was checked when it was written; other events are passed over."""
    match payload:
        case PolicyAdopted():
            book.adopt(position, parse_policy(payload.policy, payload.tsas or ()))
        case AnchorRecorded():
            try:
                token = read_token(payload, book.policy, recorded_at)
            except Incomplete:
                token = AnchorToken(payload.kind, 0, None, None)
            book.add(position, token, digest_of(payload))


def digest_of(anchor: AnchorRecorded) -> str:
    """What tells one token from another."""
    return hashlib.sha256(f"{anchor.kind} {anchor.token}".encode()).hexdigest()


_BOOKS: WeakKeyDictionary[Ledger, tuple[tuple[int, ...], AnchorBook]] = WeakKeyDictionary()


def anchor_book(ledger: Ledger) -> AnchorBook:
    """The book of a ledger at its head, for reading only. Reads its policies and anchors by index, nothing else, and
    only where there are others than the last time."""
    stands = tuple(ledger.store.version(stream) for stream in (MAIN, ANCHORS))
    cached = _BOOKS.get(ledger)
    if cached is not None and cached[0] == stands:
        return cached[1]
    book = AnchorBook()
    for note, body in ledger.store.of_types_in((MAIN, ANCHORS), (PolicyAdopted.TYPE, AnchorRecorded.TYPE)):
        entry = parse_entry(note)
        payload = recorded(entry, parse_body(body)).payload
        take(book, entry.header.position, payload, entry.header.recorded_at)
    _BOOKS[ledger] = stands, book
    return book


def tail_of(ledger: Ledger) -> int:
    """The position from which on there are only seals and anchors; the size where the last entry is another one."""
    last = ledger.store.last_beside(AT_REST)
    return 0 if last is None else last + 1


def states(ledger: Ledger, events: Sequence[Recorded]) -> list[EntryState]:
    """How each of these entries of the ledger stands at its head: the question `state of an entry`."""
    book, tail = anchor_book(ledger), tail_of(ledger)
    return [book.state(event.position, event.recorded_at, tail=tail) for event in events]
