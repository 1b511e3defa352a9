"""The acts that claim an obligation, each judged once by what the signals leave of it (scenarios: made precise).

An act is *rejected* if a signal of weight high blames it; else *not counted* if it lies outside the obligation's scope;
else *doubtful* if an undeclared doubt blames it; a declared late act is credited. One event recorded twice counts once:
the later record of it is not counted (double_credit).
"""

import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from ledger.events.registry import TYPES
from ledger.events.words import is_other
from projections.facts.protocol import Facts, day
from projections.facts.values import Citation, Reason, Signal
from projections.signals import DOUBTS, MANY, Credit, blame, credit
from projections.signals.signatures import signatures

DOERS = ("finder", "talker", "author", "lead", "chair", "person", "outgoing", "by")
"""The field that names who did an act, the first that is there."""
_SAME = ("unit", "covers", "body", "talker", "counterpart", "chair", "lead", "author", "finder", "for_year", "title")
_MORE = ("for_period", "kind", "measure", "matter", "addressee", "recipients")
_OTHERS = tuple(cls for cls in TYPES.values() if issubclass(cls, Fact) and cls not in (TalkHeld, MeetingHeld))
Verdict = Credit | Literal["not_counted"]


@dataclass(frozen=True, slots=True)
class Claim:
    """An act that is to count for something, and the local day on which it is said to have happened."""

    record: Recorded
    on: date

    @property
    def payload(self) -> Any:
        """The act's fields."""
        return self.record.payload


@dataclass(frozen=True, slots=True)
class Judged(Claim):
    """A claim, and what the signals leave of it and why."""

    verdict: Verdict
    codes: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is credited, late declared or not."""
        return self.verdict in ("credited", "declared_late")


Scope = Callable[[Judged], str | None]
"""Why an act lies outside an obligation's scope; None where it lies inside."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Acts of one instance by what became of them, each in order of position."""

    credited: tuple[Judged, ...]
    doubtful: tuple[Judged, ...]
    rejected: tuple[Judged, ...]
    not_counted: tuple[Judged, ...]

    @property
    def undeclared(self) -> tuple[Judged, ...]:
        """The credited ones that were not declared late."""
        return tuple(act for act in self.credited if act.verdict == "credited")


def doer(payload: Payload) -> str | None:
    """Who did it, as the record says."""
    return next((who for name in DOERS if isinstance(who := getattr(payload, name, None), str)), None)


def named_units(payload: Payload) -> frozenset[str]:
    """The units that an act is about: its unit, those it covers, its body, a unit that is its author."""
    one = {getattr(payload, name, None) for name in ("unit", "body", "author")}
    return frozenset(id_ for id_ in {*one, *(getattr(payload, "covers", None) or ())} if isinstance(id_, str))


class Docket:
    """What the evaluators ask of one cut judged as on one day; everything is computed once and only when asked."""

    def __init__(self, facts: Facts, judged_on: date) -> None:
        self._facts = weakref.ref(facts)
        self.judged_on = judged_on
        self._claims: dict[str, tuple[Claim, ...]] = {}
        self._twins: defaultdict[str, dict[int, Sequence[Claim]]] = defaultdict(dict)
        """The claims of an obligation that record the same event as the one at a position, itself included."""
        self._judged: dict[str, dict[int, Judged]] = {}
        """What was judged of an obligation's claims, by position."""
        self._blame: dict[Citation, tuple[Signal, ...]] = {}
        self._whole: Mapping[Citation, tuple[Signal, ...]] | None = None
        """All that is blamed, once so many acts were asked about that the whole was judged."""
        self.kept: dict[Any, Any] = {}
        """Answers that several evaluators share, by question."""

    @property
    def facts(self) -> Facts:
        """The cut."""
        facts = self._facts()
        if facts is None:
            raise ReferenceError("the facts of this docket are gone")
        return facts

    def claims(self, obligation: str) -> tuple[Claim, ...]:
        """Every act that claims the obligation and happened by the day of judging, in order of position; not judged."""
        if obligation not in self._claims:
            self._claims[obligation] = self._read(obligation, self.facts.records(claims=obligation))
        return self._claims[obligation]

    def claims_of(self, obligation: str, persons: AbstractSet[str]) -> tuple[Claim, ...]:
        """The same, of talks and meetings at least those that have one of the persons as talker, counterpart or chair.

        Records of one event are never parted: they have the same talker, counterpart and chair.
        """
        if obligation in self._claims:
            return self._claims[obligation]
        key = ("claims", obligation, frozenset(persons))
        if key not in self.kept:
            found = {act.position: act for act in self.facts.records(*_OTHERS, claims=obligation)}
            for person in sorted(persons):
                acts = self.facts.records(TalkHeld, MeetingHeld, claims=obligation, person=person)
                found |= {act.position: act for act in acts if person in _parts(act.payload)}
            self.kept[key] = self._read(obligation, [found[position] for position in sorted(found)])
        claims: tuple[Claim, ...] = self.kept[key]
        return claims

    def _read(self, obligation: str, acts: Iterable[Recorded]) -> tuple[Claim, ...]:
        claims = tuple(claim for act in acts if (claim := Claim(act, self.happened(act))).on <= self.judged_on)
        events: defaultdict[Any, list[Claim]] = defaultdict(list)
        for claim in claims:
            events[_event(claim)].append(claim)
        self._twins[obligation] |= {claim.record.position: twins for twins in events.values() for claim in twins}
        return claims

    def claiming(self, obligation: str) -> list[Judged]:
        """The same, all of them judged: at once, for that is cheaper than judging very many one by one."""
        return self.judged(obligation, self.claims(obligation))

    def judged(self, obligation: str, claims: Sequence[Claim]) -> list[Judged]:
        """What is left of some of the obligation's claims, in their order.

        Only these are judged, and those that record the same events: of which the later ones do not count.
        """
        known = self._judged.setdefault(obligation, {})
        unknown = [claim for claim in claims if claim.record.position not in known]
        if unknown:
            twins = self._twins[obligation]
            alike = {twin.record.position: twin for claim in unknown for twin in twins[claim.record.position]}
            judged = self.judge([alike[position].record for position in sorted(alike)])
            if not self.facts.rules.one_act_several_obligations:
                judged = [_first_claim(act, obligation) for act in judged]
            known |= {act.record.position: act for act in _once(judged)}
        return [known[claim.record.position] for claim in claims]

    def judge(self, acts: Sequence[Recorded]) -> list[Judged]:
        """What the signals leave of each act."""
        cites = [self.facts.cite(act) for act in acts]
        unknown = [act for act, cite in zip(acts, cites, strict=True) if cite not in self._blame]
        if unknown and self._whole is None:
            blamed = blame(self.facts, unknown, self.judged_on)
            self._blame |= {cite: blamed.get(cite, ()) for cite in map(self.facts.cite, unknown)}
            if len(unknown) > MANY:
                self._whole = blamed
        rows = [(self._blame if self._whole is None else self._whole).get(cite, ()) for cite in cites]
        return [_judged(act, self.happened(act), signals) for act, signals in zip(acts, rows, strict=True)]

    def fitting(
        self, obligation: str, acts: Iterable[Recorded], fits: Callable[[Claim], bool], claimed: Iterable[Claim] = ()
    ) -> tuple[Citation, ...]:
        """Those of the acts that fit and do not claim the obligation, each event once, in order of position.

        None that a signal of weight high blames, that is withdrawn, or that records an event which claims it already;
        none that claims something else where an act may serve one obligation only.
        """
        events = {_event(claim) for claim in claimed}
        found = []
        for record in sorted({act.position: act for act in acts}.values(), key=lambda act: act.position):
            claim, claims = Claim(record, self.happened(record)), getattr(record.payload, "claims", None) or ()
            taken = obligation in claims or (claims and not self.facts.rules.one_act_several_obligations)
            if taken or claim.on > self.judged_on or self.facts.is_withdrawn(record) or not fits(claim):
                continue
            if _event(claim) not in events:
                events.add(_event(claim))
                found.append(record)
        return tuple(map(self.facts.cite, self.not_rejected(found))) if found else ()

    def not_rejected(self, records: Sequence[Recorded]) -> list[Recorded]:
        """Those of the records that no signal of weight high blames."""
        return [act.record for act in self.judge(records) if act.verdict != "rejected"]

    def happened(self, act: Recorded) -> date:
        """The local day an act is said to have happened; that of its recording where it names none."""
        payload = act.payload
        when = payload.occurred_at if isinstance(payload, Fact) and payload.occurred_at is not None else act.recorded_at
        return day(self.facts, when)

    def signers(self, act: Recorded) -> frozenset[str]:
        """Who signed it, at recording or later."""
        return frozenset(signatures(self.facts, act))

    def receipts(self, act: Recorded) -> frozenset[str]:
        """Who has received it: as the record says, and by receipts that came later and are recorded by themselves."""
        stated = getattr(act.payload, "receipts", None) or ()
        later = {
            event.payload.by or event.author
            for event in self.facts.followers(act)
            if isinstance(event.payload, RecordAccepted) and event.payload.capacity == "receipt"
            if event.payload.accepts.position == act.position
        }
        return frozenset(later).union(stated)

    def cites(self, acts: Iterable[Claim]) -> tuple[Citation, ...]:
        """Citations of acts, each once, in order."""
        return tuple(dict.fromkeys(self.facts.cite(act.record) for act in acts))

    def reasons(self, own: Sorted) -> tuple[Reason, ...]:
        """Why acts do not count."""
        rows: list[Reason] = []
        for acts, verdict in ((own.rejected, "rejected"), (own.doubtful, "doubtful"), (own.not_counted, "not_counted")):
            rows += [Reason(self.facts.cite(act.record), verdict, act.codes) for act in acts]  # type: ignore[arg-type]
        return tuple(dict.fromkeys(rows))


def sort_acts(acts: Iterable[Judged], scope: Scope = lambda _: None) -> Sorted:
    """Sorts acts: what is rejected stays so, the rest is looked at for scope, then for doubt."""
    rows: dict[str, list[Judged]] = {"credited": [], "doubtful": [], "rejected": [], "not_counted": []}
    for act in acts:
        if act.verdict in ("rejected", "not_counted"):
            rows[act.verdict].append(act)
            continue
        outside = scope(act)
        if outside is not None:
            rows["not_counted"].append(Judged(act.record, act.on, "not_counted", (outside,)))
        else:
            rows["doubtful" if act.verdict == "doubtful" else "credited"].append(act)
    return Sorted(*(tuple(rows[name]) for name in ("credited", "doubtful", "rejected", "not_counted")))


def _judged(act: Recorded, on: date, signals: Sequence[Signal]) -> Judged:
    """What the signals leave of an act; of a closed list's `other` nothing is ever credited."""
    verdict = credit(signals)
    if verdict != "rejected" and is_other(act.payload):
        return Judged(act, on, "not_counted", ("wrong_kind",))
    return Judged(act, on, verdict, _codes(signals))


def _codes(signals: Iterable[Signal]) -> tuple[str, ...]:
    """The codes that decided: those of weight high, else the doubts."""
    rows = tuple(signals)
    high = [signal.code for signal in rows if signal.weight == "high"]
    doubts = [signal.code for signal in rows if signal.code in DOUBTS and not signal.get("declared")]
    return tuple(dict.fromkeys(high or doubts))


def _first_claim(act: Judged, obligation: str) -> Judged:
    """Where an act may serve one obligation only, it is the one that it claims first."""
    if act.verdict == "rejected" or (act.payload.claims or (obligation,))[0] == obligation:
        return act
    return Judged(act.record, act.on, "not_counted", ("double_credit",))


def _once(acts: Sequence[Judged]) -> Iterable[Judged]:
    """The same acts, the later records of one event not counted."""
    seen: set[Any] = set()
    for act in acts:
        key = _event(act)
        if act.verdict != "rejected" and key in seen:
            yield Judged(act.record, act.on, "not_counted", ("double_credit",))
            continue
        if act.verdict != "rejected":
            seen.add(key)
        yield act


def _parts(payload: Payload) -> frozenset[str | None]:
    """Who talked, was talked to or chaired: what `_event` tells records of talks and meetings apart by."""
    return frozenset(getattr(payload, name, None) for name in ("talker", "counterpart", "chair"))


def _event(act: Claim) -> Any:
    """What makes two records one event: the same kind of act by the same persons on the same thing at the same time.

    A day without an hour is no moment: acts of one day are told apart unless everything that they say is equal.
    """
    payload = act.payload
    when = getattr(payload, "occurred_at", None)
    if when is None:
        return act.record.position
    texts = () if hasattr(when, "hour") else (getattr(payload, "text", None), getattr(payload, "attachments", None))
    return (type(payload), when, *(getattr(payload, name, None) for name in (*_SAME, *_MORE)), *texts)


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
