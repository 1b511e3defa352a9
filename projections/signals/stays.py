"""Who is said to have been where when: stays of persons in order of time, and which of them cannot both be true."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from ledger.frozen import dataclass
from projections.facts.values import Period
from projections.signals.inquiry import FEW_DAYS, Inquiry
from projections.signals.subject import occurred_on, persons_in

T = TypeVar("T")
_Kept = dict[str, dict[Any, Any]]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """Where and when someone is said to have been; `start` is None where only the days are known."""

    days: Period
    start: datetime | None
    end: datetime | None
    place: str | None
    away: bool


class Stays:
    """Who was where when: each person's stays of a month in order of time.

    Of the whole record they are made at once; else of each month when it is first looked for, and once for a cut.
    """

    def __init__(self, q: Inquiry) -> None:
        self._q = q
        kept: _Kept = {"stays": {}, "present": {}, "months": {}}
        if not q.whole:
            kept = q.background.remembered.setdefault("stays", kept)
        self.stay_of = _remembered(lambda event: stay_in(q, event), kept["stays"])
        self.present_of = _remembered(present, kept["present"])
        self._months: dict[tuple[str, date], _Month] = kept["months"]
        self._met: set[int] | None = None
        if q.whole:
            acts: defaultdict[tuple[str, date], list[_Timed]] = defaultdict(list)
            for event in q.of(*presence_kinds()):
                timed = self._timed(event)
                if timed is not None:
                    for person in self.present_of(event):
                        acts[person, timed[2].replace(day=1)].append(timed)
            self._months.update((key, _Month(rows)) for key, rows in acts.items())
            self._met = _met(acts)

    def is_free(self, record: Recorded, own: Stay) -> bool:
        """Whether it is sure by all stays of the whole record that nothing can clash with an act's."""
        if self._met is None or own.away or own.start is None or record.position in self._met:
            return False
        leaves = self._q.background.leaves
        return own.days.days < FEW_DAYS and (not leaves or leaves.keys().isdisjoint(self.present_of(record)))

    def clashing(self, record: Recorded, own: Stay) -> Iterator[tuple[str, Recorded, Stay]]:
        """Each person present with the earlier recorded acts, and his leaves, that cannot be with this stay."""
        days = Period(own.days.first - _DAY, own.days.last)
        leaves = self._q.background.leaves
        months = dict.fromkeys(on.replace(day=1) for on in (days.first, days.last))
        for person in self.present_of(record):
            found: list[Recorded] = []
            if own.away or days.days > FEW_DAYS:
                found += self._q.with_person(person, days, *presence_kinds())
            elif own.start is not None and own.end is not None:
                for first in months:
                    found += self._month(person, first).meeting(own.start, max(own.start, own.end), days)
            if not own.away and leaves:
                found += leaves.get(person, ())
            for other in found:
                stay = self.stay_of(other) if other.position < record.position else None
                if stay is not None and clash(own, stay) and person in self.present_of(other):
                    yield person, other, stay

    def _month(self, person: str, first: date) -> "_Month":
        key = (person, first)
        found = self._months.get(key)
        if found is None:
            acts = () if self._q.whole else self._q.background.in_month(person, first, presence_kinds())
            rows = [timed for event in acts if (timed := self._timed(event)) and person in self.present_of(event)]
            found = self._months[key] = _Month(rows)
        return found

    def _timed(self, event: Recorded) -> "_Timed | None":
        stay = self.stay_of(event)
        if stay is None or stay.start is None or stay.end is None:
            return None
        return stay.start, max(stay.start, stay.end), stay.days.first, event


_Timed = tuple[datetime, datetime, date, Recorded]
"""When an act began and ended, the day on which it is said to have happened, and the act."""


def _met(acts: Mapping[tuple[str, date], list[_Timed]]) -> set[int]:
    """The positions of acts that have a moment in common with another act of somebody present, and some others."""
    by_person: defaultdict[str, list[_Timed]] = defaultdict(list)
    for (person, _), rows in acts.items():
        by_person[person] += rows
    found: set[int] = set()
    for rows in by_person.values():
        rows.sort(key=itemgetter(0))
        until, before = rows[0][1], rows[0]
        for act in rows[1:]:
            if act[0] <= until:
                found |= {before[3].position, act[3].position}
            until, before = max(until, act[1]), act
    return found


class _Month:
    """What happened in a month and has an hour, in order of its beginning."""

    def __init__(self, acts: list[_Timed]) -> None:
        self._acts = sorted(acts, key=itemgetter(0))
        self._starts = [act[0] for act in self._acts]
        self._longest = max((act[1] - act[0] for act in acts), default=timedelta())

    def meeting(self, start: datetime, end: datetime, days: Period) -> list[Recorded]:
        """What is said to have happened in the days and has a moment in common with a stretch of time."""
        first, last = bisect_left(self._starts, start - self._longest), bisect_right(self._starts, end)
        return [event for _, until, on, event in self._acts[first:last] if until >= start and on in days]


def _remembered(find: Callable[[Recorded], T], kept: dict[int, T]) -> Callable[[Recorded], T]:
    """The same, found once for each entry."""

    def of(event: Recorded) -> T:
        if event.position not in kept:
            kept[event.position] = find(event)
        return kept[event.position]

    return of


def present(record: Recorded) -> tuple[str, ...]:
    """Who was there, or away, as a record says."""
    payload = record.payload
    return persons_in(payload, (payload.AWAY,) if payload.AWAY is not None else payload.PRESENT)


@cache
def presence_kinds() -> tuple[type[Payload], ...]:
    """The kinds of record that say that somebody was somewhere, or away."""
    return kinds(lambda cls: cls.PRESENT or cls.AWAY)


def stay_in(q: Inquiry, record: Recorded) -> Stay | None:
    """The stay that a record tells of; None where it names no day."""
    payload = record.payload
    if payload.AWAY is not None:
        days = Period(getattr(payload, "valid_from"), getattr(payload, "valid_to"))  # noqa: B009 - such a kind has them
        return Stay(days, None, None, None, away=True)
    on = occurred_on(q.facts, record)
    if not isinstance(payload, Fact) or on is None:
        return None
    start = payload.occurred_at.astimezone(UTC) if isinstance(payload.occurred_at, datetime) else None
    ends_at = getattr(payload, "ends_at", None)
    end = ends_at.astimezone(UTC) if ends_at else start  # of one zone, so that comparing is cheap
    last = end.astimezone(q.facts.zone).date() if end is not None and end is not start else on
    place = getattr(payload, "place", None) if "place" not in record.missing else None
    return Stay(Period(on, max(on, last)), start, end, place, away=False)


def clash(one: Stay, other: Stay) -> bool:
    """Whether two stays of one person cannot both be true."""
    if one.away or other.away:
        return one.away != other.away and one.days.meet(other.days) is not None
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return False
    if one.place is not None and one.place == other.place:
        return False
    return one.start == other.start or max(one.start, other.start) < min(one.end, other.end) or _inside(one, other)


def _inside(one: Stay, other: Stay) -> bool:
    """Whether the moment of one without an end falls into the other."""
    for moment, span in ((one, other), (other, one)):
        if moment.start is None or moment.start != moment.end or span.start is None or span.end is None:
            continue
        if span.start < moment.start < span.end:
            return True
    return False
