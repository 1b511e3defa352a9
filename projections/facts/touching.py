"""Which cases a record touches, and when the first lead of the earliest of them was received.

A record touches a case that it names: its unit, or a person or post of its line (holders of head, supervising member
and secretary inside the period, its offenders, the attendees of its enabling decisions, voting or not, as they take
part in the recorded fact); or one of whose enabling decisions it is, corrects or refers to. Having recorded or signed
something is no touch. A lead without a case touches what names a unit or person that it concerns. What rests on a lead
rests on those of the cases touched, never on another's; in the organ's own answers no case ledger is joined, and so no
record touches anything.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from ledger.events.base import Fact
from ledger.events.flat import shapes
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.tenure import ActingBegun, AssignmentMade
from ledger.frozen import dataclass
from projections.facts.protocol import Facts
from projections.facts.values import Circle, OpenLead, Period, Tenure

_SECRETARY = "secretary"
_NOT_TAKING_PART = frozenset({"absent", "written_opinions_of_absent"})
"""Fields of a meeting that name persons who were not there."""


@dataclass(frozen=True, slots=True)
class Involvement:
    """What a record is about, as far as a case may be touched by it."""

    names: frozenset[str]
    """Persons who take part, and units."""
    secretary: Period | None = None
    """The days for which it makes somebody secretary of the Party group: the one post of a line that names no unit."""
    entries: frozenset[tuple[str, int]] = frozenset()
    """Itself, and the entries that it corrects or refers to, as (ledger, position)."""

    def touches(self, circle: Circle | OpenLead) -> bool:
        """Whether a record about this touches the case, or what the lead without a case concerns."""
        if isinstance(circle, OpenLead):
            return not circle.concerns.isdisjoint(self.names)
        if circle.unit in self.names or not circle.persons.isdisjoint(self.names):
            return True
        if self.secretary is not None and self.secretary.meet(circle.period) is not None:
            return True
        return not circle.decisions.isdisjoint(self.entries)


def first_lead(facts: Facts, about: Recorded | Tenure) -> datetime | None:
    """The earliest first lead among the cases that a record or assignment touches; None where it touches none."""
    return min((circle.lead_at for circle in touched(facts, about)), default=None)


def touched(facts: Facts, about: Recorded | Tenure) -> Iterator[Circle | OpenLead]:
    """The cases that a record or assignment touches, and the leads without a case."""
    reached: tuple[Circle | OpenLead, ...] = (*facts.circles, *facts.open_leads)
    if reached:
        subject = subject_of(facts, about)
        yield from (circle for circle in reached if subject.touches(circle) and not is_over(circle, about))


def is_over(lead: Circle | OpenLead, about: Recorded | Tenure) -> bool:
    """Whether a lead had been closed without a case before this was recorded."""
    return isinstance(lead, OpenLead) and lead.closed_at is not None and about.recorded_at >= lead.closed_at


def subject_of(facts: Facts, about: Recorded | Tenure) -> Involvement:
    """What a record is about; an assignment as it reads by the corrections that made this tenure of it."""
    if isinstance(about, Recorded):
        entries = _entries(facts, about)
        return Involvement(names_touched(facts, about), _secretary(facts, about.payload, about), entries)
    opening = facts.cited(about.entry)
    return Involvement(
        frozenset({about.person, *about.scope, *about.supervises}),
        _as_secretary(facts, about),
        _entries(facts, opening) if opening is not None else frozenset(),
    )


def named(payload: Any) -> Iterator[str]:
    """Ids of the persons who take part in the recorded fact and of the units that it names.

    Having recorded or signed it is no part in it, nor is having been absent.
    """
    get, naming = _naming_values(payload.__class__)
    for value, (_, within) in zip(get(payload), naming, strict=True):
        if value is None:
            continue
        for element in value if isinstance(value, tuple) else (value,):
            if within:
                yield from named(element)
            else:
                yield str(element)


def _find_naming(cls: Any) -> tuple[tuple[str, bool], ...]:
    """(attribute, whether it holds records) of what names somebody in a payload or a record within one."""
    return tuple(
        (name, shape.record is not None)
        for name, shape in shapes(cls)
        if name not in _NOT_TAKING_PART and (shape.record is not None or shape.meta["about"] is not None)
    )


@cache
def _naming_values(cls: Any) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[str, bool], ...]]:
    """How the values of those fields are got all at once, and the fields."""
    naming = _find_naming(cls)
    names = [name for name, _ in naming]
    get: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()
    return (lambda payload: (get(payload),)) if len(names) == 1 else get, naming


def names_touched(facts: Facts, record: Recorded) -> frozenset[str]:
    """Ids that a record names; a correction or withdrawal names also whom the entry names, and the new value."""
    found = set(named(record.payload))
    if isinstance(record.payload, RecordCorrected):
        found.update(_strings(record.payload.new_value))
        corrected = facts.entry(record.payload.corrects, within=record)
        if corrected is not None:
            found |= names_touched(facts, corrected)
    if isinstance(record.payload, RecordWithdrawn):
        withdrawn = facts.entry(record.payload.of, within=record)
        found |= names_touched(facts, withdrawn) if withdrawn is not None else set()
    return frozenset(found)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _entries(facts: Facts, record: Recorded) -> frozenset[tuple[str, int]]:
    payload = record.payload
    references = [payload.corrects] if isinstance(payload, RecordCorrected) else []
    references += [payload.of] if isinstance(payload, RecordWithdrawn) else []
    if isinstance(payload, Fact):
        references += payload.refers or ()
    cited = {(cite.ledger, cite.position) for cite in facts.refs(record, *references)} if references else set()
    return frozenset({(record.ledger, record.position), *cited})


def _secretary(facts: Facts, payload: Any, record: Recorded) -> Period | None:
    """The days for which an assignment, or the correction of one, makes somebody secretary."""
    if isinstance(payload, AssignmentMade | ActingBegun):
        return _as_secretary(facts, payload)
    if not isinstance(payload, RecordCorrected):
        return None
    corrected = facts.entry(payload.corrects, within=record)
    if corrected is None or not isinstance(corrected.payload, AssignmentMade | ActingBegun):
        return None
    made, new = corrected.payload, payload.new_value
    if payload.field == "post" and isinstance(new, str) and facts.role_of(new) == _SECRETARY:
        return Period(made.valid_from, made.valid_to or date.max)
    days = _as_secretary(facts, made)
    if days is None or payload.field not in ("valid_from", "valid_to"):
        return days
    moved = date.fromisoformat(new) if isinstance(new, str) else date.max
    return Period(min(days.first, moved), max(days.last, moved))


def _as_secretary(facts: Facts, made: AssignmentMade | ActingBegun | Tenure) -> Period | None:
    scope = made.scope or ()
    if facts.role_of(made.post) != _SECRETARY or (scope and facts.party_group not in scope):
        return None
    return Period(made.valid_from, made.valid_to or date.max)
