"""The docket of one cut: the acts that claim an obligation, each judged once by what the signals leave of it.

An act is *rejected* if a signal of weight high blames it; else *not counted* if it lies outside the obligation's scope;
else *doubtful* if an undeclared doubt blames it; a declared late act is credited. One event recorded twice counts once:
the later record of it is not counted (double_credit).
"""

import weakref
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cache, cached_property
from typing import Any, TypeVar

from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from ledger.events.registry import kinds
from ledger.events.words import is_other
from projections.facts.noted import EntriesAsked, Notes, Place, note, note_judged, note_part, noting, place, unnoted
from projections.facts.protocol import Facts, day, rules_of
from projections.facts.values import Citation, Reason, Signal
from projections.facts.who_signed import signatures
from projections.obligations.claims import (
    Claim,
    JudgedClaim,
    Sorted,
    as_first_claim,
    deciding_codes,
    each_event_once,
    event_of,
    talking,
)
from projections.obligations.kept_before import KeptDocket, Left, kept_of
from projections.signals import DECIDING, REJECTING, blame, credit
from projections.signals.knowing import arrived_on

T = TypeVar("T")


@cache
def _others() -> tuple[type[Payload], ...]:
    """The facts that claim, but for the many of two kinds, which are asked for by what else limits them."""
    return kinds(lambda cls: issubclass(cls, Fact) and cls not in (TalkHeld, MeetingHeld))


class Docket:
    """What the evaluators ask of one cut judged as on one day; everything is computed once and only when asked."""

    def __init__(self, facts: Facts, judged_on: date) -> None:
        self._facts = weakref.ref(facts)
        self.judged_on = judged_on
        self._claims: dict[str, tuple[Claim, ...]] = {}
        self._twins: defaultdict[str, dict[int, Sequence[Claim]]] = defaultdict(dict)
        """The claims of an obligation that record the same event as the one at a position, itself included."""
        self._judged: dict[str, dict[int, JudgedClaim]] = {}
        """What was judged of an obligation's claims, by position."""
        self.kept: dict[Any, Any] = {}
        """Answers that several evaluators share, by question; they rest on posts, units and leaves alone."""
        self._shared: dict[Hashable, tuple[Any, Notes]] = {}

    @property
    def facts(self) -> Facts:
        """The cut."""
        facts = self._facts()
        if facts is None:
            raise ReferenceError("the facts of this docket are gone")
        return facts

    def share(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What several evaluators of this docket ask, computed once; it may rest on any entries."""
        if key not in self._shared:
            self._shared[key] = noting(compute)
        value, notes = self._shared[key]
        note_part(notes)
        return value  # type: ignore[no-any-return]  # by its key

    def keep(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The same of values that name nothing of this cut: kept for cuts to come as long as no entry touches them."""
        value, notes = self._before.of(key, compute)
        note_part(notes)
        return value  # type: ignore[no-any-return]  # by its key

    def keeps(self, key: Hashable) -> bool:
        """Whether something is kept already."""
        return key in self._before.made

    @cached_property
    def _before(self) -> KeptDocket:
        """What is kept of this cut and of those before."""

        return kept_of(self.facts, self.judged_on, self.verdicts_of, self.rejects_of)

    def claims(self, obligation: str) -> tuple[Claim, ...]:
        """Every act that claims the obligation and happened by the day of judging, in order of position; not judged."""
        note(lambda: EntriesAsked(claims=obligation))
        if obligation not in self._claims:
            self._claims[obligation] = self._read(obligation, self.facts.records(claims=obligation))
        return self._claims[obligation]

    def claims_of(self, obligation: str, persons: AbstractSet[str]) -> tuple[Claim, ...]:
        """The same, of talks and meetings at least those that have one of the persons as talker, counterpart or chair.

        Records of one event are never parted: they have the same talker, counterpart and chair.
        """
        note(lambda: EntriesAsked(claims=obligation))
        if obligation in self._claims:
            return self._claims[obligation]
        key = ("claims", obligation, frozenset(persons))
        if key not in self.kept:
            found = {act.position: act for act in self.facts.records(*_others(), claims=obligation)}
            for person in sorted(persons):
                acts = self.facts.records(TalkHeld, MeetingHeld, claims=obligation, person=person)
                found |= {act.position: act for act in acts if person in talking(act.payload)}
            self.kept[key] = self._read(obligation, [found[position] for position in sorted(found)])
        claims: tuple[Claim, ...] = self.kept[key]
        return claims

    def _read(self, obligation: str, acts: Iterable[Recorded]) -> tuple[Claim, ...]:
        claims = tuple(claim for act in acts if (claim := Claim(act, self.happened(act))).on <= self.judged_on)
        events: defaultdict[Any, list[Claim]] = defaultdict(list)
        for claim in claims:
            events[event_of(claim)].append(claim)
        self._twins[obligation] |= {claim.record.position: twins for twins in events.values() for claim in twins}
        return claims

    def claiming(self, obligation: str) -> list[JudgedClaim]:
        """The same, all of them judged: at once, for that is cheaper than judging very many one by one."""
        return self.judged(obligation, self.claims(obligation))

    def judged(self, obligation: str, claims: Sequence[Claim]) -> list[JudgedClaim]:
        """What is left of some of the obligation's claims, in their order.

        Only these are judged, and those that record the same events: of which the later ones do not count.
        """
        known, twins = self._judged.setdefault(obligation, {}), self._twins[obligation]
        note_judged(place(twin.record) for claim in claims for twin in twins[claim.record.position])
        unknown = [claim for claim in claims if claim.record.position not in known]
        if unknown:
            alike = {twin.record.position: twin for claim in unknown for twin in twins[claim.record.position]}
            judged = self._each([alike[position] for position in sorted(alike)], obligation)
            known |= {act.record.position: act for act in each_event_once(judged)}
        return [known[claim.record.position] for claim in claims]

    def judged_among(self, obligation: str, claims: Sequence[Claim]) -> list[JudgedClaim]:
        """The same where they are all that could answer something: of one event only what is among them counts once."""
        return list(each_event_once(self._each(claims, obligation)))

    def _each(self, claims: Sequence[Claim], obligation: str) -> list[JudgedClaim]:
        judged = self.judge([claim.record for claim in claims])
        return [act if self._several(act.record) else as_first_claim(act, obligation) for act in judged]

    def _several(self, act: Recorded) -> bool:
        """Whether an act may serve several obligations, by the rules of its recording."""
        return rules_of(self.facts, act).one_act_several_obligations

    def judge(self, acts: Sequence[Recorded]) -> list[JudgedClaim]:
        """What the signals leave of each act."""
        verdicts = self._before.verdicts
        note_judged(map(place, acts))
        verdicts |= self.verdicts_of([act for act in acts if place(act) not in verdicts])
        return [JudgedClaim(act, self.happened(act), *verdicts[place(act)]) for act in acts]

    def verdicts_of(self, acts: Sequence[Recorded]) -> dict[Place, Left]:
        """What the signals leave of each act, judged anew."""
        if not acts:
            return {}
        with unnoted():
            blamed = blame(self.facts, acts, self.judged_on, DECIDING)
        return {place(act): _verdict(act, blamed.get(self.facts.cite(act), ())) for act in acts}

    def rejects_of(self, acts: Sequence[Recorded]) -> dict[Place, bool]:
        """Whether a signal of weight high blames each act, judged anew."""
        if not acts:
            return {}
        with unnoted():
            blamed = blame(self.facts, acts, self.judged_on, REJECTING)
        return {place(act): credit(blamed.get(self.facts.cite(act), ())) == "rejected" for act in acts}

    def fitting(
        self, obligation: str, acts: Iterable[Recorded], fits: Callable[[Claim], bool], claimed: Iterable[Claim] = ()
    ) -> tuple[Citation, ...]:
        """Those of the acts that fit and do not claim the obligation, each event once, in order of position.

        None that a signal of weight high blames, that is withdrawn, or that records an event which claims it already;
        none that claims something else where an act may serve one obligation only.
        """
        events = {event_of(claim) for claim in claimed}
        found = []
        for record in sorted({act.position: act for act in acts}.values(), key=lambda act: act.position):
            claim, claims = Claim(record, self.happened(record)), getattr(record.payload, "claims", None) or ()
            taken = obligation in claims or (claims and not self._several(record))
            if taken or claim.on > self.judged_on or self.facts.is_withdrawn(record) or not fits(claim):
                continue
            if event_of(claim) not in events:
                events.add(event_of(claim))
                found.append(record)
        return tuple(map(self.facts.cite, self.not_rejected(found))) if found else ()

    def not_rejected(self, records: Sequence[Recorded]) -> list[Recorded]:
        """Those of the records that no signal of weight high blames."""
        verdicts, rejects = self._before.verdicts, self._before.rejects
        note_judged(map(place, records))
        unknown = [act for act in records if place(act) not in verdicts and place(act) not in rejects]
        rejects |= self.rejects_of(unknown)

        def is_rejected(at: Place) -> bool:
            return verdicts[at][0] == "rejected" if at in verdicts else rejects[at]

        return [act for act in records if not is_rejected(place(act))]

    def happened(self, act: Recorded) -> date:
        """The local day an act is said to have happened; that of its recording where it names none."""
        payload = act.payload
        when = payload.occurred_at if isinstance(payload, Fact) and payload.occurred_at is not None else act.recorded_at
        return day(self.facts, when)

    def signers(self, act: Recorded) -> frozenset[str]:
        """Who signed it, at recording or later."""
        return frozenset(signatures(self.facts, act))

    def receipts(self, act: Recorded) -> frozenset[str]:
        """Who has received it: as the record says, and by receipts that came later and are recorded by themselves.

        Such a receipt is judged like an act of the day on which the thing arrived: it counts from that day, and one
        recorded from the first lead on of a case that the report touches, about a day before that, does not count.
        """
        stated = getattr(act.payload, "receipts", None) or ()
        later = {
            event.payload.by or event.author
            for event in self.facts.followers(act)
            if isinstance(event.payload, RecordAccepted) and event.payload.capacity == "receipt"
            if event.payload.accepts.position == act.position and self._arrived(act, event)
        }
        return frozenset(later).union(stated)

    def _arrived(self, act: Recorded, receipt: Recorded) -> bool:
        """Whether a receipt counts by the day of judging, whatever was found out in between."""
        arrived = arrived_on(self.facts, act, receipt)
        return arrived is not None and arrived <= self.judged_on

    def cites(self, acts: Iterable[Claim]) -> tuple[Citation, ...]:
        """Citations of acts, each once, in order."""
        return tuple(dict.fromkeys(self.facts.cite(act.record) for act in acts))

    def reasons(self, own: Sorted) -> tuple[Reason, ...]:
        """Why acts do not count."""
        rows: list[Reason] = []
        for acts, verdict in ((own.rejected, "rejected"), (own.doubtful, "doubtful"), (own.not_counted, "not_counted")):
            rows += [Reason(self.facts.cite(act.record), verdict, act.codes) for act in acts]  # type: ignore[arg-type]
        return tuple(dict.fromkeys(rows))


def _verdict(act: Recorded, signals: Sequence[Signal]) -> Left:
    """What the signals leave of an act; of a closed list's `other` nothing is ever credited."""
    verdict = credit(signals)
    if verdict != "rejected" and is_other(act.payload):
        return "not_counted", ("wrong_kind",)
    return verdict, deciding_codes(signals)


_dockets: dict[tuple[int, date], tuple["weakref.ref[Facts]", Docket]] = {}


def docket_of(facts: Facts, judged_on: date) -> Docket:
    """The docket of this cut, kept as long as the cut itself (a Facts never changes what it answers)."""
    key = (id(facts), judged_on)
    kept = _dockets.get(key)
    if kept is not None and kept[0]() is facts:
        return kept[1]
    made = Docket(facts, judged_on)
    _dockets[key] = (weakref.ref(facts, lambda _: _dockets.pop(key, None)), made)
    return made
