"""Acts that claim a duty, judged and sorted; when two records are of one event, and who did it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal

from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.values import Signal
from projections.signals import DOUBTS, Credit
from projections.signals.subject import DOERS

_SAME = (*DOERS, "unit", "covers", "body", "counterpart", "for_year", "title")
_MORE = ("for_period", "kind", "measure", "matter", "addressee", "recipients", "of", "assessment")
_SAID = ("text", "attachments", "refers")
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
class JudgedClaim(Claim):
    """A claim, and what the signals leave of it and why."""

    verdict: Verdict
    codes: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is credited, late declared or not."""
        return self.verdict in ("credited", "declared_late")


Scope = Callable[[JudgedClaim], str | None]
"""Why an act lies outside an obligation's scope; None where it lies inside."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Acts of one instance by what became of them, each in order of position."""

    credited: tuple[JudgedClaim, ...]
    doubtful: tuple[JudgedClaim, ...]
    rejected: tuple[JudgedClaim, ...]
    not_counted: tuple[JudgedClaim, ...]

    @property
    def undeclared(self) -> tuple[JudgedClaim, ...]:
        """The credited ones that were not declared late."""
        return tuple(act for act in self.credited if act.verdict == "credited")


def named_units(payload: Payload) -> frozenset[str]:
    """The units that an act is about: its unit, those it covers, its body, a unit that is its author."""
    one = {getattr(payload, name, None) for name in ("unit", "body", "author")}
    return frozenset(id_ for id_ in {*one, *(getattr(payload, "covers", None) or ())} if isinstance(id_, str))


def sort_acts(acts: Iterable[JudgedClaim], scope: Scope = lambda _: None) -> Sorted:
    """Sorts acts: what is rejected stays so, the rest is looked at for scope, then for doubt."""
    rows: dict[str, list[JudgedClaim]] = {"credited": [], "doubtful": [], "rejected": [], "not_counted": []}
    for act in acts:
        if act.verdict in ("rejected", "not_counted"):
            rows[act.verdict].append(act)
            continue
        outside = scope(act)
        if outside is not None:
            rows["not_counted"].append(JudgedClaim(act.record, act.on, "not_counted", (outside,)))
        else:
            rows["doubtful" if act.verdict == "doubtful" else "credited"].append(act)
    return Sorted(*(tuple(rows[name]) for name in ("credited", "doubtful", "rejected", "not_counted")))


def deciding_codes(signals: Iterable[Signal]) -> tuple[str, ...]:
    """The codes that decided: those of weight high, else the doubts."""
    rows = tuple(signals)
    high = [signal.code for signal in rows if signal.weight == "high"]
    doubts = [signal.code for signal in rows if signal.code in DOUBTS and not signal.get("declared")]
    return tuple(dict.fromkeys(high or doubts))


def as_first_claim(act: JudgedClaim, obligation: str) -> JudgedClaim:
    """Where an act may serve one obligation only, it is the one that it claims first."""
    if act.verdict == "rejected" or (act.payload.claims or (obligation,))[0] == obligation:
        return act
    return JudgedClaim(act.record, act.on, "not_counted", ("double_credit",))


def each_event_once(acts: Sequence[JudgedClaim]) -> Iterable[JudgedClaim]:
    """The same acts, the later records of one event not counted."""
    seen: set[Any] = set()
    for act in acts:
        key = event_of(act)
        if act.verdict != "rejected" and key in seen:
            yield JudgedClaim(act.record, act.on, "not_counted", ("double_credit",))
            continue
        if act.verdict != "rejected":
            seen.add(key)
        yield act


def talking(payload: Payload) -> frozenset[str | None]:
    """Who talked, was talked to or chaired: what `event_of` tells records of talks and meetings apart by."""
    return frozenset(getattr(payload, name, None) for name in ("talker", "counterpart", "chair"))


def event_of(act: Claim) -> Any:
    """What makes two records one event: the same kind of act by the same persons on the same thing at the same time.

    A day without an hour is no moment: acts of one day are told apart unless everything that they say is equal.
    """
    payload = act.payload
    when = getattr(payload, "occurred_at", None)
    if when is None:
        return act.record.position
    cls: Any = type(payload)
    return (cls, when, *(getattr(payload, name) for name in _told_apart(cls, exact=hasattr(when, "hour"))))


@cache
def _told_apart(cls: Any, *, exact: bool) -> tuple[str, ...]:
    """The fields, of those that tell events apart, that payloads of the class have."""
    said = (*_SAME, *_MORE) if exact else (*_SAME, *_MORE, *_SAID)
    return tuple(name for name in said if name in cls.__dataclass_fields__ or hasattr(cls, name))
