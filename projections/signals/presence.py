"""Signals about being there: in two places at once, without the post, on a day off."""

from collections.abc import Iterator
from datetime import date

from ledger.events.base import Fact
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from projections.facts.holdings import MEMBER, SECRETARY
from projections.facts.values import Signal, Weight
from projections.facts.workdays import is_announced, is_working_day
from projections.signals.inquiry import Inquiry
from projections.signals.stays import Stay, Stays, presence_kinds, present
from projections.signals.subject import body_of, occurred_on, persons_in


def two_places_at_once(q: Inquiry) -> Iterator[Signal]:
    """TWO_PLACES_AT_ONCE: a person is said to be at two talks, meetings, activities or checks at once, or away.

    Inputs: who takes part, start and end (an act without an end is a moment), place, leave days. Acts that follow one
    another do not overlap; two in the same place are one place; one act recorded twice is one act. An act known by its
    day alone meets only a leave. The later recorded of two is blamed; `conflicts_with` are the earlier. Benign: online
    attendance declared; a leave cut short. Of who was online in one of the two it fires with weight low where they
    overlap by more than half of the shorter, else not at all.
    """
    stays = Stays(q)
    for record in q.of(*presence_kinds()):
        own = stays.stay_of(record)
        if own is None or stays.is_free(record, own):
            continue
        conflicts: dict[Weight, dict[int, Recorded]] = {"high": {}, "low": {}}
        persons: dict[Weight, dict[str, None]] = {"high": {}, "low": {}}
        for person, other, stay in stays.clashing(record, own):
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


def _same_act(one: Recorded, other: Recorded) -> bool:
    """The same kind of act of the same persons at the same moment: recorded twice, not held twice."""
    same_kind = type(one.payload) is type(other.payload) and isinstance(one.payload, Fact)
    occurred = getattr(one.payload, "occurred_at", None)
    return (
        same_kind
        and occurred == getattr(other.payload, "occurred_at", None)
        and set(present(one)) == set(present(other))
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
