"""Weak signals: too regular to be true, one event for two slots, a unit's activity claimed for the organ."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from ledger.events.acts import TalkHeld
from ledger.events.base import Fact
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from projections.facts.holdings import BODY_KINDS
from projections.facts.rule_sets import YearWindow
from projections.facts.values import Period, Signal
from projections.signals.inquiry import Inquiry
from projections.signals.subject import body_of, occurred_on

TALKS_A_DAY = 8
"""More talks than these by one person on one day are too many, as the signal's definition has it."""
LEAST_REGULAR = 3
"""How many talks on the last day, equally long, make a pattern."""
GROUP_ACTIVITIES = frozenset({"PG1", "PG3a", "PS1"})
"""Obligations that only an activity of the Party group fulfils."""


def too_regular(q: Inquiry) -> Iterator[Signal]:
    """TOO_REGULAR: more than eight talks a day by one person, or all of a half-year's on its last day, equally long.

    Inputs: talker, day, start and end, the rule set's half-years. The second needs at least three talks. Blames none.
    Benign: a day set aside for talks.
    """
    by_day: defaultdict[tuple[str, date], list[Recorded]] = defaultdict(list)
    by_half: defaultdict[tuple[str, date], list[Recorded]] = defaultdict(list)
    ends: dict[date, date] = {}
    for record in q.of(TalkHeld):
        talk, on = record.payload, occurred_on(q.facts, record)
        if isinstance(talk, TalkHeld) and on is not None:
            by_day[talk.talker, on].append(record)
            if on not in ends:
                ends[on] = _half_ends(q, on)
            by_half[talk.talker, ends[on]].append(record)
    for (person, on), talks in by_day.items():
        yield from _of_day(q, person, on, talks)
    for (person, end), talks in by_half.items():
        yield from _of_half(q, person, end, talks)


def _of_day(q: Inquiry, person: str, on: date, talks: Sequence[Recorded]) -> Iterator[Signal]:
    if len(talks) > TALKS_A_DAY:
        yield q.signal("TOO_REGULAR", "low", talks, person=person, day=on)


def _of_half(q: Inquiry, person: str, end: date, talks: Sequence[Recorded]) -> Iterator[Signal]:
    days = {occurred_on(q.facts, talk) for talk in talks}
    if len(talks) >= LEAST_REGULAR and days == {end} and _equally_long(talks):
        yield q.signal("TOO_REGULAR", "low", talks, person=person, day=end, equally_long=True)


def regular_since(q: Inquiry, before: Sequence[Signal], new: Sequence[Recorded]) -> Sequence[Signal] | None:
    """TOO_REGULAR from what was found before these entries came: their talkers' days and half-years; None where a
    half-year has to be looked at whole."""
    found = list(before)
    for record in new:
        talk, on = record.payload, occurred_on(q.facts, record)
        if not isinstance(talk, TalkHeld) or on is None:
            continue
        if _half_ends(q, on) == on:
            return None
        mine = {("person", talk.talker), ("day", on)}
        ends = {("person", talk.talker), ("day", _half_ends(q, on)), ("equally_long", True)}
        found = [signal for signal in found if set(signal.detail) not in (mine, ends)]
        day_ = q.facts.records(TalkHeld, person=talk.talker, occurred=Period(on, on))
        found += _of_day(q, talk.talker, on, [r for r in day_ if getattr(r.payload, "talker", None) == talk.talker])
    return found


def _half_ends(q: Inquiry, on: date) -> date:
    rules = q.facts.rules_on(on)
    return min(end for end in _ends(rules.half_year_1, rules.half_year_2, on.year) if end >= on)


@lru_cache(maxsize=256)
def _ends(first: YearWindow, second: YearWindow, year: int) -> tuple[date, ...]:
    return tuple(window.of(year + shift)[1] for window in (first, second) for shift in (-1, 0, 1))


def _equally_long(talks: Sequence[Recorded]) -> bool:
    lengths: set[timedelta | None] = set()
    for talk in talks:
        payload = talk.payload
        start = payload.occurred_at if isinstance(payload, TalkHeld) else None
        end = payload.ends_at if isinstance(payload, TalkHeld) else None
        lengths.add(end - start if isinstance(start, datetime) and end is not None else None)
    return len(lengths) == 1 and None not in lengths


def double_credit(q: Inquiry) -> Iterator[Signal]:
    """DOUBLE_CREDIT: one event is claimed for two slots of one obligation.

    Fires where a record claims an obligation twice. `claims` are those claimed more than once. Benign: a slip.
    """
    for record in q.of(Fact):
        claims = record.payload.claims if isinstance(record.payload, Fact) else None
        twice = tuple(sorted(claim for claim, count in Counter(claims or ()).items() if count > 1))
        if twice:
            yield q.blaming("DOUBLE_CREDIT", "low", record, claims=twice)


def scope_mismatch(q: Inquiry) -> Iterator[Signal]:
    """SCOPE_MISMATCH: a unit's meeting or education is claimed for what only the organ's own fulfils.

    Inputs: the body, the claims (GROUP_ACTIVITIES). Benign: the whole organ took part in the unit's activity.
    """
    for record in q.of(*kinds(lambda cls: cls.BODY)):
        payload = record.payload
        body = body_of(payload)
        if not isinstance(payload, Fact) or body is None:
            continue
        unit = q.facts.units.get(body)
        wrong = tuple(sorted(GROUP_ACTIVITIES & set(payload.claims or ())))
        if unit is not None and unit.kind not in BODY_KINDS and wrong:
            yield q.blaming("SCOPE_MISMATCH", "low", record, unit=body, claims=wrong)
