"""Triggers that are occasions: appointments, key tasks, assignments, documents that go out, yearly checks."""

from collections.abc import Iterator
from datetime import date

from ledger.events.acts import InspectionHeld, IssueFound, KeyTaskRegistered, MeetingHeld, ReportSent
from ledger.events.base import Fact
from ledger.events.office import AssessmentMade, AssessmentUsed, OpinionGiven
from ledger.events.record import Recorded
from ledger.events.tenure import ActingBegun, AssignmentMade
from ledger.events.words import kind_of
from projections.facts.footing import taken_on
from projections.facts.holdings import MEMBER, SECRETARY, Level, governed_units, holders_on
from projections.facts.protocol import day, rules_of
from projections.obligations.claims import Claim, named_units
from projections.obligations.docket import Docket
from projections.obligations.slots import holder_of
from projections.obligations.table import Rule
from projections.obligations.trigger import Trigger, by_answer, follows, has_post, names, never, of_group, signed_by
from projections.signals.subject import doers
from projections.signals.substance import YEARLY_CHECKS

APPOINTED = ("head", "deputy")
"""Roles of posts that the organ's own Party group fills, beside posts without role in a unit of its own; its members
are appointed from above."""


def appointment(docket: Docket, _: str, rule: Rule) -> Iterator[Trigger]:
    """A person was appointed to a post that the organ fills itself; the decision comes first.

    The secretary's part in it is a meeting that the secretary of its day chaired.
    """
    group = docket.facts.party_group
    for record in docket.facts.records(AssignmentMade):
        made = record.payload
        if not isinstance(made, AssignmentMade) or made.legacy or not _fills_itself(docket, made) or group is None:
            continue
        on = made.valid_from
        owner, post = group, None
        if rule.per == "secretary":
            secretary = holder_of(holders_on(docket.facts, "secretary", None, on), on)
            if secretary is None:
                continue
            owner, post = secretary.person, SECRETARY

        def answers(act: Claim, made: AssignmentMade = made) -> bool:
            if rule.per == "secretary" and not any(has_post(docket, by, SECRETARY, act.on) for by in doers(act.record)):
                return False
            cited = any(not r.fingerprint and r.position == act.record.position for r in made.refers or ())
            return cited or bool(set(made.scope or ()) & named_units(act.payload)) or made.person in _about(act)

        yield Trigger(
            docket.facts.cite(record).ref, owner, post, on, answers, record, next(iter(made.scope or ()), None)
        )


def _fills_itself(docket: Docket, made: AssignmentMade) -> bool:
    role = docket.facts.role_of(made.post)
    below = role == "none" and bool(set(made.scope or ()) & set(governed_units(docket.facts)))
    return role in APPOINTED or below


def _about(act: Claim) -> frozenset[str]:
    """Persons whom an act names beyond those who did it: the non-voting, the recused."""
    payload = act.payload
    return frozenset((*(getattr(payload, "non_voting", None) or ()), *(getattr(payload, "recused", None) or ())))


def appointment_issue(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """A problem found that refers to an appointment, or to a meeting that decided on one.

    The problem is the trigger: that the meeting or the appointment was withdrawn afterwards takes nothing away from it,
    for they whose doing it was could rid themselves of the duty so. Withdrawing the problem does.
    """
    group = docket.facts.party_group
    for record in docket.facts.records(IssueFound):
        found = record.payload
        cited = found.cited() if isinstance(found, IssueFound) else ()
        entries = [docket.facts.entry(reference, within=record) for reference in cited]
        if group is not None and any(entry is not None and _appoints(entry) for entry in entries):
            on = day(docket.facts, record.recorded_at)
            yield of_group(docket, group, record, on, lambda act, record=record: names(act, record))  # type: ignore[misc]  # bound now


def _appoints(entry: Recorded) -> bool:
    if isinstance(entry.payload, MeetingHeld):
        return kind_of(entry.payload) == "cadre"
    return isinstance(entry.payload, AssignmentMade)


def key_task(docket: Docket, _: str, rule: Rule) -> Iterator[Trigger]:
    """A registered key task binds the supervising member (a talk with the head before it starts), or the secretary."""
    level: Level = "secretary" if rule.per == "secretary" else "supervisor"
    for record, task, start in key_tasks(docket):
        heads = {holding.person for holding in holders_on(docket.facts, "head", task.unit, start)}
        for holding in holders_on(docket.facts, level, task.unit, start):

            def answers(
                act: Claim, person: str = holding.person, heads: set[str] = heads, record: Recorded = record
            ) -> bool:
                if person not in doers(act.record):
                    return False
                return getattr(act.payload, "counterpart", None) in heads or (
                    level == "secretary" and follows(docket, act, record)
                )

            yield Trigger(
                name=docket.facts.cite(record).ref,
                owner=holding.person,
                post=SECRETARY if level == "secretary" else MEMBER,
                on=start,
                answers=answers,
                entry=record,
                unit=task.unit,
                one_to_one=level == "supervisor",
            )


def key_tasks(docket: Docket) -> Iterator[tuple[Recorded, KeyTaskRegistered, date]]:
    """(record, key task, first day) of each that names a unit and was registered by its first day, or may be late."""
    for record in docket.facts.records(KeyTaskRegistered):
        task, start = record.payload, docket.happened(record)
        late = day(docket.facts, record.recorded_at) > start and not rules_of(docket.facts, record).late_key_tasks_count
        if isinstance(task, KeyTaskRegistered) and task.unit is not None and not late:
            yield record, task, start


def assignment(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """An assignment or acting: the assignee accepts it by signing."""
    group = docket.facts.party_group
    for record in docket.facts.records(AssignmentMade, ActingBegun):
        made = record.payload
        if not isinstance(made, AssignmentMade | ActingBegun) or made.legacy or group is None:
            continue
        on = day(docket.facts, record.recorded_at)
        took = taken_on(docket.facts, record, made.person)
        done = by_answer(docket, record, took)
        refusals = docket.facts.refusals.get(record.position, ()) if took is None else ()
        refused = tuple(event for event in refusals if event.author == made.person)
        unit = next(iter((*(made.scope or ()), *(made.supervises or ()))), None)
        yield Trigger(docket.facts.cite(record).ref, group, None, on, never, record, unit, done=done, refused=refused)


def document(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """A document that goes out in the Party group's name: the secretary of the day signs it, or gives his opinion."""
    group = docket.facts.party_group
    for record in docket.facts.records(ReportSent):
        if group is None or getattr(record.payload, "author", None) != group:
            continue
        on = docket.happened(record)
        for holding in holders_on(docket.facts, "secretary", None, on):
            start = max(on, day(docket.facts, record.recorded_at))
            done = signed_by(docket, record, holding.person)

            def answers(act: Claim, record: Recorded = record, person: str = holding.person) -> bool:
                return isinstance(act.payload, OpinionGiven) and person in doers(act.record) and names(act, record)

            yield Trigger(docket.facts.cite(record).ref, holding.person, SECRETARY, start, answers, record, done=done)


def yearly_check(docket: Docket, obligation: str, _: Rule) -> Iterator[Trigger]:
    """A credited check of a year: its result is used in the assessment, or an appointment refers to it.

    The units checked are named: where the results of some are used, the duty is partly unmet, as with named addressees,
    and the others are missing.
    """
    group = docket.facts.party_group
    checks = [record for record in docket.facts.records(InspectionHeld) if _is_yearly(record)]
    for act in docket.judge(checks):
        if not act.counts or group is None:
            continue
        check = act.payload
        used = check.result_used_in_assessment and obligation in (check.claims or ())
        done = [(act.record, act.on)] if used else []
        done += [
            (event, docket.happened(event))
            for event in docket.facts.records(AssignmentMade)
            if isinstance(event.payload, Fact)
            if any(not r.fingerprint and r.position == act.record.position for r in event.payload.refers or ())
        ]
        uses = {} if done else _used(docket, act.record)
        units = tuple(check.covers or ())
        name = docket.facts.cite(act.record).ref
        whole = bool(units) and uses.keys() >= {*units}
        if whole:
            done = _in_time_or_last([uses[unit] for unit in units], date(act.on.year, 12, 31))
        yield Trigger(
            name,
            group,
            None,
            act.on,
            never,
            act.record,
            done=tuple(done),
            parts=units if uses and not whole else (),
            reached=() if whole else tuple((unit, *uses[unit]) for unit in units if unit in uses),
        )


def _used(docket: Docket, check: Recorded) -> dict[str, tuple[Recorded, date]]:
    """By unit or person assessed, the use of the assessment that rests on a check, with its day."""
    assessed = [
        event
        for event in docket.facts.records(AssessmentMade)
        if any(not r.fingerprint and r.position == check.position for r in getattr(event.payload, "refers", None) or ())
    ]
    return {
        event.payload.of: (act.record, act.on)
        for event in assessed
        if isinstance(event.payload, AssessmentMade)
        for act in docket.judge(
            [use for use in docket.facts.followers(event) if isinstance(use.payload, AssessmentUsed)]
        )
        if act.counts and act.on <= docket.judged_on
    }


def _in_time_or_last(found: list[tuple[Recorded, date]], due: date) -> list[tuple[Recorded, date]]:
    """What was done for all: it was complete with the last of them, not with the first."""
    complete = max(found, key=lambda row: (row[1], row[0].position))
    return found if complete[1] <= due else [complete]


def _is_yearly(record: Recorded) -> bool:
    check = record.payload
    return (
        isinstance(check, InspectionHeld)
        and check.for_year is not None
        and bool(YEARLY_CHECKS & set(check.claims or ()))
    )
