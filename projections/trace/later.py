"""R16: what came after the cut. Shown beside the primary answer as variant, rejected excuse or rejected record."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from ledger.events.acts import Act
from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordRefused
from ledger.events.tenure import ActingBegun, AssignmentMade
from projections.facts.footing import has_authority, is_refused, late_refusal
from projections.facts.holdings import retro_weight
from projections.facts.protocol import Facts, day
from projections.facts.touching import names_touched
from projections.facts.values import Citation, Period, Tenure
from projections.signals import blame
from projections.signals.subject import claimed, is_before
from projections.trace.attribution import Line, acts_in
from projections.trace.decisions import opposing
from projections.trace.model import LEVELS, CaseFacts, Ground, LaterEffect, Level, Variant
from projections.trace.regimes import Category

_DAY = timedelta(days=1)
_INSTANT = timedelta(milliseconds=1)


def variants(uncut: Facts, case: CaseFacts, line: Line, party_group: str | None) -> Iterator[Variant]:
    """R16 (2.6, an organ may back-fill): what a RETRO_ASSIGNMENT of weight high would change, act by act.

    The primary answer stands without it for the days before it was recorded; an inspector may move the cut to see
    otherwise. So it does without an assignment that was refused and has no authority, for all its days.
    """
    for tenure in uncut.tenures(during=case.period, undisputed=True):
        refused = is_refused(uncut, tenure)
        if not refused and retro_weight(uncut, tenure) != "high":
            continue
        until = case.period.last if refused else min(case.period.last, day(uncut, tenure.recorded_at) - _DAY)
        held = tenure.period(until)
        met = held.meet(case.period) if held is not None else None
        for level in LEVELS:
            if met is None or not at_level(tenure, level, case.unit, party_group):
                continue
            acts, amount = acts_in(case, met)
            if any(holding.person == tenure.person and holding.period == met for holding in line[level]):
                continue
            categories = tuple((book.id, _category(level, book.regime)) for book in case.rulebooks)
            for act in acts:
                yield Variant(act, level, tenure.person, tenure.entry, categories, amount, met)


def at_level(tenure: Tenure, level: Level, unit: str, party_group: str | None) -> bool:
    """Whether an assignment claims this level of the unit's line."""
    if tenure.acting == "cover":
        return False
    if level == "supervisor":
        return unit in tenure.supervises
    if level == "head":
        return tenure.role == "head" and unit in tenure.scope
    return tenure.role == "secretary" and (party_group is None or not tenure.scope or party_group in tenure.scope)


def _category(level: Level, regime: str) -> Category:
    if level == "head":
        return "main_leadership" if regime == "discipline" else "not_applicable"
    return "important_leadership" if level == "secretary" and regime == "discipline" else "main_leadership"


def later_records(
    uncut: Facts, case: CaseFacts, known_at: datetime, persons: Collection[str]
) -> list[tuple[Recorded, tuple[str, ...]]]:
    """Duty records made after the cut about facts dated before it that touch the case, with the persons they touch.

    A correction is one from the first lead on, whatever the cut: recorded later it changes nothing for the case. So is
    the refusal of a post of its line.
    """
    found: list[tuple[Recorded, tuple[str, ...]]] = []
    seen: set[Citation] = set()
    for person in sorted(persons):
        for event in _later_of(uncut, person, known_at):
            cited = uncut.cite(event)
            correcting = isinstance(event.payload, RecordCorrected)  # they touch whom the corrected record names
            if cited in seen or correcting or not _about_the_past(uncut, event, known_at):
                continue
            seen.add(cited)
            touched = tuple(p for p in sorted(persons) if p in _persons_named(event.payload))
            found.append((event, touched or (person,)))
    for event in uncut.records(AssignmentMade, ActingBegun, unit=case.unit, recorded_after=known_at):
        if uncut.cite(event) not in seen and _about_the_past(uncut, event, known_at):
            seen.add(uncut.cite(event))
            found.append((event, tuple(_persons_named(event.payload))))
    for event, touched in (*_corrections(uncut, case, known_at, persons), *_refusals(uncut, case)):
        seen.add(uncut.cite(event))
        found.append((event, touched))
    for meeting in case.decisions:
        if isinstance(meeting, Recorded):
            for event in uncut.followers(meeting):
                if event.recorded_at > known_at and uncut.cite(event) not in seen:
                    seen.add(uncut.cite(event))
                    found.append((event, ()))
    return sorted(found, key=lambda row: row[0].position)


def _corrections(
    uncut: Facts, case: CaseFacts, known_at: datetime, persons: Collection[str]
) -> Iterator[tuple[Recorded, tuple[str, ...]]]:
    """The corrections that the cut, or the first lead of the case, came before, of what touches the case."""
    for event in uncut.records(RecordCorrected, recorded_after=min(known_at, case.first_lead_at - _INSTANT)):
        if event.recorded_at <= known_at and (event.recorded_at < case.first_lead_at or uncut.counts(event)):
            continue
        if not is_before(uncut, claimed(uncut, event), max(known_at, case.first_lead_at)):
            continue
        named = names_touched(uncut, event)
        touched = tuple(sorted(named.intersection(_corrected_for(event.payload) or persons, persons)))
        if touched or case.unit in named:
            yield event, touched


def _refusals(uncut: Facts, case: CaseFacts) -> Iterator[tuple[Recorded, tuple[str, ...]]]:
    """The refusals of posts of the case's line that its first lead came before, with who refused."""
    found: set[int] = set()
    for tenure in uncut.tenures(during=case.period, undisputed=True):
        if not any(at_level(tenure, level, case.unit, uncut.party_group) for level in LEVELS):
            continue
        refusal = late_refusal(uncut, tenure)
        if refusal is not None and refusal.position not in found:
            found.add(refusal.position)
            yield refusal, (tenure.person,)


def _later_of(uncut: Facts, person: str, known_at: datetime) -> Iterator[Recorded]:
    """What was recorded of a person after the cut and may be about days before it, in order; asked by index."""
    dated = Period(date.min, day(uncut, known_at))
    found = {e.position: e for e in uncut.records(person=person, recorded_after=known_at, occurred=dated)}
    others = uncut.records(AssignmentMade, ActingBegun, person=person, recorded_after=known_at)
    found |= {event.position: event for event in others}
    yield from (found[position] for position in sorted(found))


def _about_the_past(facts: Facts, event: Recorded, known_at: datetime) -> bool:
    payload = event.payload
    if isinstance(payload, Fact) and payload.occurred_at is not None:
        first = getattr(payload, "valid_from", None) or day(facts, payload.occurred_at)
        return first < day(facts, known_at)
    return False


def _persons_named(payload: Payload) -> set[str]:
    named: set[str] = set()
    for name in (
        "person",
        "talker",
        "counterpart",
        "chair",
        "lead",
        "finder",
        "author",
        "addressee",
        "outgoing",
        "incoming",
    ):
        value = getattr(payload, name, None)
        if isinstance(value, str):
            named.add(value)
    for name in ("attendees", "reported_to"):
        named |= set(getattr(payload, name, None) or ())
    return named


def later_effects(
    uncut: Facts, case: CaseFacts, rows: Sequence[tuple[Recorded, tuple[str, ...]]], judged_on: date
) -> tuple[LaterEffect, ...]:
    """R16: each later record with the signals of weight high that blame it, and what it would change had it counted.

    attribution: it claims a post of the case's line, or refuses one. dissent: it adds opposition or reservation to a
    decision. diligence: it is an act of one of the persons. reading: the record that it corrects would read otherwise.
    none: it changes nothing in the trace.
    """
    acts = [event for event, _ in rows]
    every, own = blame(uncut, acts, judged_on), {uncut.cite(event) for event in acts}
    blamed = {cite: signals for cite, signals in every.items() if cite in own}  # others may be told of, too
    return tuple(
        LaterEffect(
            uncut.cite(event),
            event.recorded_at,
            persons or tuple(sorted(_corrected_for(event.payload))),
            _effect(uncut, case, event),
            tuple(sorted({s.code for s in blamed.get(uncut.cite(event), ()) if s.weight == "high"})),
            _refused_post(uncut, event) is not None,
        )
        for event, persons in rows
    )


def _effect(uncut: Facts, case: CaseFacts, event: Recorded) -> str:
    payload = event.payload
    if isinstance(payload, AssignmentMade | ActingBegun):
        return "attribution" if _touches_line(uncut, payload, case.unit) else "none"
    if isinstance(payload, RecordCorrected):
        return "dissent" if _corrected_for(payload) else "reading"
    refused = _refused_post(uncut, event)
    if refused is not None:
        return "none" if has_authority(refused) else "attribution"
    return "diligence" if isinstance(payload, Act) else "none"


def _refused_post(uncut: Facts, event: Recorded) -> Recorded | None:
    """The assignment or acting that a record refuses."""
    refused = uncut.entry(event.payload.refuses, within=event) if isinstance(event.payload, RecordRefused) else None
    return refused if refused is not None and isinstance(refused.payload, AssignmentMade | ActingBegun) else None


def _touches_line(uncut: Facts, payload: AssignmentMade | ActingBegun, unit: str) -> bool:
    """Whether an assignment names the unit, or is the secretary's."""
    scope = set(payload.scope or ())
    return unit in {*scope, *(payload.supervises or ())} or (
        uncut.role_of(payload.post) == "secretary" and (not scope or uncut.party_group in scope)
    )


def _corrected_for(payload: Payload) -> set[str]:
    """For whom a correction of votes or dissent claims opposition or reservation."""
    if not isinstance(payload, RecordCorrected) or payload.field.partition(".")[0] not in ("dissent", "votes"):
        return set()
    return opposing(payload)


def rejected_records(rows: Sequence[LaterEffect]) -> Iterator[tuple[str, Ground]]:
    """R16: a later record that a signal of weight high blames is shown with whom it would have helped, not counted; so
    is a refusal that came too late, which no signal blames."""
    for row in rows:
        for person in row.persons:
            if row.refuses:
                yield person, Ground("R16", "refused_after_lead", "rejected", (row.entry,))
            elif row.signals:
                values = (("signals", ", ".join(row.signals)),)
                yield person, Ground("R16", "rejected_record", "rejected", (row.entry,), values=values)
