"""Signals about being there: in two places at once, without the post, on a day off."""

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
from projections.facts.holdings import MEMBER, SECRETARY
from projections.facts.values import Period, Signal, Weight
from projections.facts.workdays import is_announced, is_working_day
from projections.signals.inquiry import FEW_DAYS, Inquiry
from projections.signals.subject import body_of, occurred_on, persons_in

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


def two_places_at_once(q: Inquiry) -> Iterator[Signal]:
    """TWO_PLACES_AT_ONCE: a person is said to be at two talks, meetings, activities or checks at once, or away.

    Inputs: who takes part, start and end (an act without an end is a moment), place, leave days. Acts that follow one
    another do not overlap; two in the same place are one place; one act recorded twice is one act. An act known by its
    day alone meets only a leave. The later recorded of two is blamed; `conflicts_with` are the earlier. Benign: online
    attendance declared; a leave cut short. Of who was online in one of the two it fires with weight low where they
    overlap by more than half of the shorter, else not at all.
    """
    meetings = _Meetings(q)
    for record in q.of(*_presence()):
        own = meetings.stay_of(record)
        if own is None or meetings.is_free(record, own):
            continue
        conflicts: dict[Weight, dict[int, Recorded]] = {"high": {}, "low": {}}
        persons: dict[Weight, dict[str, None]] = {"high": {}, "low": {}}
        for person, other, stay in meetings.clashing(record, own):
            if _same_act(record, other):
                continue
            online = _online(record, person) or _online(other, person)
            if online and not _mostly_together(own, stay):
                continue
            weight: Weight = "low" if online else "high"
            conflicts[weight][other.position] = other
            persons[weight][person] = None
        for weight, found in conflicts.items():
            if found:
                cited = tuple(q.facts.cite(found[position]) for position in sorted(found))
                whom = tuple(persons[weight])
                yield q.blaming("TWO_PLACES_AT_ONCE", weight, record, conflicts_with=cited, person=whom)


def _remembered(find: Callable[[Recorded], T], kept: dict[int, T]) -> Callable[[Recorded], T]:
    """The same, found once for each entry."""

    def of(event: Recorded) -> T:
        if event.position not in kept:
            kept[event.position] = find(event)
        return kept[event.position]

    return of


class _Meetings:
    """Who was where when: each person's stays of a month in order of time.

    Of the whole record they are made at once; else of each month when it is first looked for, and once for a cut.
    """

    def __init__(self, q: Inquiry) -> None:
        self._q = q
        kept: _Kept = {"stays": {}, "present": {}, "months": {}}
        if not q.whole:
            kept = q.background.remembered.setdefault("meetings", kept)
        self.stay_of = _remembered(lambda event: _stay(q, event), kept["stays"])
        self.present_of = _remembered(_present, kept["present"])
        self._months: dict[tuple[str, date], _Month] = kept["months"]
        self._met: set[int] | None = None
        if q.whole:
            acts: defaultdict[tuple[str, date], list[_Timed]] = defaultdict(list)
            for event in q.of(*_presence()):
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
                found += self._q.with_person(person, days, *_presence())
            elif own.start is not None and own.end is not None:
                for first in months:
                    found += self._month(person, first).meeting(own.start, max(own.start, own.end), days)
            if not own.away and leaves:
                found += leaves.get(person, ())
            for other in found:
                stay = self.stay_of(other) if other.position < record.position else None
                if stay is not None and _clash(own, stay) and person in self.present_of(other):
                    yield person, other, stay

    def _month(self, person: str, first: date) -> "_Month":
        key = (person, first)
        found = self._months.get(key)
        if found is None:
            acts = () if self._q.whole else self._q.background.in_month(person, first, _presence())
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


def _online(record: Recorded, person: str) -> bool:
    payload = record.payload
    return bool(getattr(payload, "online", None)) or person in (getattr(payload, "online_persons", None) or ())


def _mostly_together(one: Stay, other: Stay) -> bool:
    """Whether two stays overlap by more than half of the shorter; a leave, or a moment, lies in the other whole."""
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return True
    together = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return together * 2 > shorter or not shorter


def _present(record: Recorded) -> tuple[str, ...]:
    payload = record.payload
    return persons_in(payload, (payload.AWAY,) if payload.AWAY is not None else payload.PRESENT)


@cache
def _presence() -> tuple[type[Payload], ...]:
    """The kinds of record that say that somebody was somewhere, or away."""
    return kinds(lambda cls: cls.PRESENT or cls.AWAY)


def _stay(q: Inquiry, record: Recorded) -> Stay | None:
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


def _clash(one: Stay, other: Stay) -> bool:
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


def _same_act(one: Recorded, other: Recorded) -> bool:
    """The same kind of act of the same persons at the same moment: recorded twice, not held twice."""
    same_kind = type(one.payload) is type(other.payload) and isinstance(one.payload, Fact)
    occurred = getattr(one.payload, "occurred_at", None)
    return (
        same_kind
        and occurred == getattr(other.payload, "occurred_at", None)
        and set(_present(one)) == set(_present(other))
    )


def not_in_post(q: Inquiry) -> Iterator[Signal]:
    """NOT_IN_POST: someone acts in a post that he does not hold on that day, or takes part though he is gone.

    For talks, meetings, inspections, and what else is done in a post. Fires where the talker, the chair or the lead
    holds no post on the day (acting and cover are posts held; an assignment under a RETRO_ASSIGNMENT of weight high is
    one from its recording on); where the chair of a Party group meeting, or one listed as present who was or will be a
    member, is no member on the day; where a talk's counterpart had left by transfer or retirement, or had
    died. Only of persons of whom the record knows some post at all. `person` are those concerned. Benign: an acting
    that is not registered yet.
    """
    for record in q.of(*kinds(lambda cls: cls.IN_POST)):
        on = occurred_on(q.facts, record)
        persons = tuple(dict.fromkeys(_out_of_post(q, record, on))) if on is not None else ()
        if persons:
            yield q.blaming("NOT_IN_POST", "high", record, person=persons)


def _out_of_post(q: Inquiry, record: Recorded, on: date) -> Iterator[str]:
    payload = record.payload
    body = body_of(payload)
    of_group = body is not None and body == q.facts.party_group
    doers = persons_in(payload, (payload.DOER,) if payload.DOER is not None else ())
    yield from (person for person in doers if _holds_none(q, person, on, seat=of_group))
    for person in persons_in(payload, payload.MUST_SIGN):  # who has left does not countersign
        if person not in doers and _is_gone(q, person, on):
            yield person
    for person in persons_in(payload, payload.VOTING) if of_group else ():
        if _seated(q, person) and _holds_none(q, person, on, seat=True):
            yield person


def _holds_none(q: Inquiry, person: str, on: date, *, seat: bool = False) -> bool:
    """Whether a person of known posts holds none on the day; with `seat`, none with a seat in the Party group."""
    tenures = q.background.posts.get(person, ())
    return bool(tenures) and not any(
        q.background.in_post(tenure, on) and (not seat or tenure.role in (SECRETARY, MEMBER)) for tenure in tenures
    )


def _seated(q: Inquiry, person: str) -> bool:
    return any(tenure.role in (SECRETARY, MEMBER) for tenure in q.background.posts.get(person, ()))


def _is_gone(q: Inquiry, person: str, on: date) -> bool:
    tenures = q.background.posts.get(person, ())
    ways = ("transfer", "retirement", "death")
    left = [t for t in tenures if t.leaves in ways and t.valid_to is not None and t.valid_to < on]
    return bool(left) and not any(q.background.in_post(tenure, on) for tenure in tenures)


def non_working_day(q: Inquiry) -> Iterator[Signal]:
    """NON_WORKING_DAY: a talk, meeting or education activity on a weekend or holiday.

    Inputs: the State Council's notices, make-up days included; `provisional` marks a year without one, where weekends
    and the statutory days are free. Benign: a campaign; work on call.
    """
    for record in q.of(*kinds(lambda cls: cls.WORKDAY)):
        on = occurred_on(q.facts, record)
        if on is not None and not is_working_day(on):
            announced = is_announced(on)
            yield q.blaming("NON_WORKING_DAY", "info", record, day=on, announced=announced, provisional=not announced)
