"""Signals about who held which duty: assigned afterwards, held by nobody, by two, or for too long."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from ledger.events.register import PostRegistered
from ledger.events.tenure import ActingBegun, AssignmentMade
from projections.facts.holdings import Level, counted, gaps, governed_units, level_tenures, retro_weight
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period, Signal, Tenure
from projections.signals.inquiry import Inquiry

DUTIES: Mapping[Level, str] = {"supervisor": "supervise", "head": "head", "secretary": "secretary"}
"""What a level's duty is called in a DUTY_GAP."""
_DAY = timedelta(days=1)


def retro_assignment(q: Inquiry) -> Iterator[Signal]:
    """RETRO_ASSIGNMENT: an assignment or acting was recorded later than the tolerance after its first day.

    Inputs: valid_from, the local day of recording, the tolerance for `assignment` (calendar days). High where it
    touches a case whose first lead was received before, else medium; legacy records are exempt. Benign: a formal notice
    arrived late (attached).
    """
    for record in q.of(AssignmentMade, ActingBegun):
        tenure = q.background.tenures.get(record.position)
        weight = retro_weight(q.facts, tenure) if tenure is not None else None
        if tenure is not None and weight is not None:
            yield q.blaming("RETRO_ASSIGNMENT", weight, record, person=tenure.person, days=tenure.late_by)


def duty_gap(q: Inquiry) -> Iterator[Signal]:
    """DUTY_GAP: for some days nobody headed a unit, supervised it, or was secretary.

    Asked of every department and centre and of the Party group, from the first known holder of the duty to the day of
    judging. Acting in charge is no gap, cover is one, and an assignment under a RETRO_ASSIGNMENT of weight high closes
    none before the day of its recording. Gaps of one duty on the same days are one signal with the united `scope`.
    `events` ended the last holdings.
    Benign: a vacancy between two appointments that a superior body makes.
    """
    until = Period(date.min, q.judged_on)
    group = q.facts.party_group
    asked: list[tuple[Level, str]] = [("secretary", group)] if group is not None else []
    asked += [(level, unit) for level in ("head", "supervisor") for unit in governed_units(q.facts)]
    found: defaultdict[tuple[str, Period], list[tuple[Level, str]]] = defaultdict(list)
    for level, unit in asked:
        for gap in gaps(q.facts, level, unit, until):
            found[DUTIES[level], gap].append((level, unit))
    for (duty, gap), rows in found.items():
        scope = tuple(sorted(unit for _, unit in rows))
        ends = sorted({end for level, unit in rows for end in _ends(q, level, unit, gap)})
        yield q.signal("DUTY_GAP", "medium", ends, duty=duty, scope=scope, from_=gap.first, to=gap.last)


def _ends(q: Inquiry, level: Level, unit: str, gap: Period) -> Iterator[Citation]:
    last = gap.first - _DAY
    for tenure in level_tenures(q.facts, level, unit, Period(last, last), undisputed=True):
        if tenure.valid_to == last:
            yield tenure.ended_by or tenure.entry


def duty_overlap(q: Inquiry) -> Iterator[Signal]:
    """DUTY_OVERLAP: two persons held an exclusive post of one unit on the same days.

    Inputs: posts registered as exclusive, titular tenures; acting beside a titular holder is no overlap, and an
    assignment under a RETRO_ASSIGNMENT of weight high counts from its recording on. Benign: handing over side by side.
    """
    posts = [event.payload for event in q.facts.records(PostRegistered)]
    for post in sorted({p.post for p in posts if isinstance(p, PostRegistered) and p.exclusive}):
        for unit, tenures in _titular(q, post).items():
            for one, other in combinations(tenures, 2):
                both = _together(one, other, q.judged_on)
                if both is not None and one.person != other.person:
                    entries = sorted((one.entry, other.entry))
                    persons = (one.person, other.person)
                    yield q.signal(
                        "DUTY_OVERLAP",
                        "medium",
                        entries,
                        duty=post,
                        person=persons,
                        unit=unit,
                        from_=both.first,
                        to=both.last,
                    )


def _titular(q: Inquiry, post: str) -> Mapping[str | None, Sequence[Tenure]]:
    """Titular tenures of a post by unit, in order of days; the Party group stands for an empty scope."""
    found: defaultdict[str | None, list[Tenure]] = defaultdict(list)
    for tenure in q.facts.tenures(post=post, undisputed=True):
        held = counted(q.facts, tenure) if tenure.acting is None else None
        if held is not None:
            for unit in held.scope or (q.facts.party_group,):
                found[unit].append(held)
    return {unit: sorted(rows, key=lambda t: (t.valid_from, t.entry)) for unit, rows in found.items()}


def _together(one: Tenure, other: Tenure, until: date) -> Period | None:
    first, second = one.period(until), other.period(until)
    return first.meet(second) if first is not None and second is not None else None


def rotation_overdue(q: Inquiry) -> Iterator[Signal]:
    """ROTATION_OVERDUE: someone holds a key post longer than `rotation_years`.

    Key are posts with functions (personnel, finance, procurement): their supervising members and their handlers.
    Assignments of one function to one person that follow on one another count as one; cover does not count. `since` is
    the day on which the years were full. Legacy assignments count: it is no question of recording. Benign: a recorded
    exception.
    """
    overdue: defaultdict[tuple[str, date], list[tuple[str, Sequence[Tenure]]]] = defaultdict(list)
    for person, function, run in function_runs(q.facts, q.judged_on):
        last = max(tenure.valid_to or q.judged_on for tenure in run)
        since = full_on(q.facts, run)
        if since <= min(last, q.judged_on):
            overdue[person, since].append((function, run))
    for (person, since), rows in sorted(overdue.items()):
        entries = sorted({tenure.entry for _, run in rows for tenure in run})
        functions = tuple(sorted(function for function, _ in rows))
        yield q.signal("ROTATION_OVERDUE", "medium", entries, person=person, since=since, functions=functions)


def function_runs(facts: Facts, until: date) -> Iterator[tuple[str, str, Sequence[Tenure]]]:
    """(person, function, tenures that follow on one another) of every key post; cover left out, disputed days too."""
    by_function: defaultdict[tuple[str, str], list[Tenure]] = defaultdict(list)
    for tenure in facts.tenures(undisputed=True):
        held = counted(facts, tenure) if tenure.acting != "cover" else None
        if held is not None:
            for function in held.functions:
                by_function[held.person, function].append(held)
    for (person, function), tenures in by_function.items():
        for run in _runs(tenures, until):
            yield person, function, run


def full_on(facts: Facts, run: Sequence[Tenure]) -> date:
    """The day on which the years of rotation are full."""
    return _years_after(run[0].valid_from, facts.rules_on(run[0].valid_from).rotation_years)


def _runs(tenures: Sequence[Tenure], until: date) -> Iterator[Sequence[Tenure]]:
    """Tenures that follow on one another without a free day."""
    run: list[Tenure] = []
    last = date.min
    for tenure in sorted(tenures, key=lambda t: (t.valid_from, t.entry)):
        if run and tenure.valid_from > last + _DAY:
            yield run
            run, last = [], date.min
        run.append(tenure)
        last = max(last, tenure.valid_to or until)
    if run:
        yield run


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
