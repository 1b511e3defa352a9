"""Triggers that are signs: warnings, problems found, requests, instructions, and acts that tell their own sign."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ledger.events.acts import (
    Addressed,
    IssueFound,
    RectificationMade,
    ReportSent,
    RequestReported,
    WarningReported,
)
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from projections.facts.heirs import has_ended, heads_after
from projections.facts.holdings import HEAD, SECRETARY, holders_on
from projections.facts.protocol import day
from projections.facts.rectified import has_failed
from projections.obligations.act_kinds import addressed
from projections.obligations.claims import Claim
from projections.obligations.docket import Docket
from projections.obligations.table import Rule
from projections.obligations.trigger import (
    POSTS,
    Trigger,
    follows,
    has_post,
    holds_post,
    names,
    of_group,
    office_end,
    received,
    to_answer,
    told,
    warned,
)
from projections.signals.inquiry import Inquiry
from projections.signals.knowing import line_unit, warned_on
from projections.signals.subject import comes_after, doers
from projections.signals.unanswered import answers as warning_answers
from projections.views.index_marks import refers_mark

FROM_ABOVE = ("superior", "superior_discipline", "supervision")


def knowledge(docket: Docket, _: str, rule: Rule) -> Iterator[Trigger]:
    """A warning that a person received, and a problem that he found himself."""
    yield from warning_received(docket, "", rule)
    for record in docket.facts.records(IssueFound):
        found = record.payload
        if isinstance(found, IssueFound):
            for trigger in to_answer(docket, rule, record, found.finder, docket.happened(record)):
                dated = found.due is not None and "rectification" in rule.fits
                yield _to_rectify(docket, record, trigger, found.due) if dated else trigger


def _to_rectify(docket: Docket, record: Recorded, trigger: Trigger, due: date | None) -> Trigger:
    """A problem found with a day by which it is to be put right: by whomever, and by that day.

    What was looked at again and found not to hold puts nothing right.
    """
    made = [
        event
        for event in docket.facts.marked([refers_mark(record.position)])
        if isinstance(event.payload, RectificationMade) and docket.happened(event) <= docket.judged_on
        if not has_failed(docket.facts, event, docket.judged_on)
    ]
    rectified = tuple((act.record, act.on) for act in docket.judge(made) if act.counts)
    by_whomever = {event.position for event, _ in rectified}

    def answers(act: Claim) -> bool:
        return trigger.answers(act) or act.record.position in by_whomever

    return replace(trigger, answers=answers, due=due, rectified=rectified)


def warning_received(docket: Docket, _: str, rule: Rule) -> Iterator[Trigger]:
    """A warning that reached whom the unit's line makes owner: as addressee, or by a record that shows it."""
    for record in docket.facts.records(WarningReported):
        direct = [
            trigger
            for person in sorted(addressed(record))
            for trigger in to_answer(docket, rule, record, person, received(docket, record, person))
        ]
        yield from direct or told(docket, rule, record)


def sign_known(docket: Docket, obligation: str, rule: Rule) -> Iterator[Trigger]:
    """A warning received, a problem found or reported to the person, or a sign that an act of his own refers to."""
    yield from docket.share(("signs known", obligation), lambda: tuple(_signs_known(docket, obligation, rule)))


def _signs_known(docket: Docket, obligation: str, rule: Rule) -> Iterator[Trigger]:
    yield from warning_received(docket, obligation, rule)
    yield from _inherited(docket)
    for record in docket.facts.records(IssueFound):
        found = record.payload
        if isinstance(found, IssueFound):
            for person in sorted({found.finder, *addressed(record)}):
                yield from to_answer(docket, rule, record, person, docket.happened(record))
    for act in docket.claims(obligation):
        for sign in _referred(docket, act):
            for by in _did(act):
                on = _known_by_act(docket, rule, sign, by, act.on)
                yield from to_answer(docket, rule, sign, by, on)


def _did(act: Claim) -> tuple[str, ...]:
    """Whose an act is; who recorded it, where it is nobody's own."""
    return doers(act.record) or (act.record.author,)


def _known_by_act(docket: Docket, rule: Rule, sign: Recorded, person: str, acted: date) -> date:
    """The day on which somebody who acts on a sign knew of it: its receipt or recording, and no later than his act.

    An act shows that he knew, also where the sign was put on record after it; who took up the post in between owes it
    from his act on.
    """
    known = min(received(docket, sign, person), acted)
    return known if holds_post(docket, rule, sign, person, known) is not None else acted


def _inherited(docket: Docket) -> Iterator[Trigger]:
    """A warning that stood open when its unit ended passes to the heads of the units that took it over."""
    for record in docket.facts.records(WarningReported):
        unit = line_unit(docket.facts, record)
        if unit is None or not has_ended(docket.facts, unit, docket.judged_on):
            continue
        ended = docket.facts.units[unit].valid_to or date.max
        if warned_on(docket.facts, record) > ended:
            continue
        q = Inquiry(docket.facts, docket.judged_on, ())
        for heir, holding in heads_after(docket.facts, unit, docket.judged_on):
            on = max(holding.period.first, day(docket.facts, record.recorded_at))
            if any(True for _ in warning_answers(q, record, on - timedelta(days=1))):
                continue

            def answers(act: Claim, person: str = holding.person, record: Recorded = record, heir: str = heir) -> bool:
                is_answer = act.record.position != record.position and follows(docket, act, record, heir)
                return person in doers(act.record) and is_answer

            yield Trigger(
                name=docket.facts.cite(record).ref,
                owner=holding.person,
                post=HEAD,
                on=on,
                answers=answers,
                entry=record,
                unit=heir,
                until=office_end(docket, holding.person, HEAD, on),
            )


def _referred(docket: Docket, act: Claim) -> list[Recorded]:
    """The signs that an act refers to; one that was withdrawn is none."""
    refers = getattr(act.payload, "refers", None) or ()
    entries = [docket.facts.entry(reference, within=act.record) for reference in refers]
    signs = [entry for entry in entries if entry is not None and entry.payload.SIGN]
    return [sign for sign in signs if not docket.facts.is_withdrawn(sign)]


def issue_reported(docket: Docket, _: str, rule: Rule) -> Iterator[Trigger]:
    """A problem found and reported to the holder of the post."""
    for record in docket.facts.records(IssueFound):
        on = docket.happened(record)
        current = {holding.person for holding in holders_on(docket.facts, "secretary", None, on)}
        for person in sorted(addressed(record)):
            if person in current:
                yield from to_answer(docket, rule, record, person, on)


def raised_with_group(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """A warning or problem addressed to the Party group as a body."""
    group = docket.facts.party_group
    for record in docket.facts.records(WarningReported, IssueFound):
        if group is not None and group in addressed(record):
            on = day(docket.facts, record.recorded_at)
            yield of_group(docket, group, record, on, lambda act, record=record: follows(docket, act, record))  # type: ignore[misc]  # bound now


def sign_about_member(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """A warning or problem that reached the secretary about a unit in a member's remit, not brought by that member."""
    reached = [*warned(docket)]
    for record in docket.facts.records(IssueFound):
        reached += [(record, person, docket.happened(record)) for person in sorted(addressed(record))]
    for record, person, on in reached:
        unit = getattr(record.payload, "unit", None)
        if unit is None or not has_post(docket, person, SECRETARY, on):
            continue
        for holding in holders_on(docket.facts, "supervisor", unit, on):
            if holding.person in (person, *doers(record)):
                continue

            def answers(
                act: Claim, record: Recorded = record, person: str = person, member: str = holding.person
            ) -> bool:
                met = person in doers(act.record) and getattr(act.payload, "counterpart", None) == member
                return met and (names(act, record) or comes_after(docket.facts, act.record, record))

            yield Trigger(
                name=docket.facts.cite(record).ref,
                owner=person,
                post=SECRETARY,
                on=on,
                answers=answers,
                entry=record,
                unit=unit,
                until=office_end(docket, person, SECRETARY, on),
                one_to_one=True,
            )


def request(docket: Docket, _: str, rule: Rule) -> Iterator[Trigger]:
    """A request or report to a member: he answers by countersigning, by refusing, or by an act that refers to it."""
    for record in docket.facts.records(RequestReported):
        for person in sorted(addressed(record)):
            on = received(docket, record, person)
            for trigger in to_answer(docket, rule, record, person, on):
                done = [
                    (event, day(docket.facts, event.recorded_at))
                    for event in docket.facts.followers(record)
                    if isinstance(event.payload, RecordAccepted | RecordRefused) and event.author == person
                    if getattr(event.payload, "capacity", None) != "receipt"
                ]
                signed = [(record, on)] if person in record.signed else []
                yield Trigger(
                    trigger.name, person, trigger.post, on, lambda act, record=record, person=person: (  # type: ignore[misc]  # bound now
                        person in doers(act.record) and names(act, record)
                    ), record, trigger.unit, trigger.until, False, (*signed, *done),  # noqa: FBT003
                )  # fmt: skip


def instruction(docket: Docket, _: str, __: Rule) -> Iterator[Trigger]:
    """A document that a superior body sent to the Party group."""
    group = docket.facts.party_group
    for record in _instructions(docket):
        if group is not None:
            on = day(docket.facts, record.recorded_at)
            yield of_group(docket, group, record, on, lambda act, record=record: names(act, record))  # type: ignore[misc]  # bound now


def _instructions(docket: Docket) -> Iterator[Recorded]:
    """What bodies above sent to the Party group."""
    above = {unit.id for unit in docket.facts.units.values() if unit.kind in FROM_ABOVE}
    for record in docket.facts.records(ReportSent, RequestReported):
        sent = record.payload
        if isinstance(sent, Addressed) and sent.author in above and docket.facts.party_group in addressed(record):
            yield record


def own_act(docket: Docket, obligation: str, rule: Rule) -> Iterator[Trigger]:
    """Acts that claim the duty and answer no trigger of their own on record: each is its own trigger.

    Like any other duty it is owed by whoever holds the post on that day, of the unit that the act is about where that
    has a line: a claim by somebody else makes no row of it. What was done by the day of judging counts although it was
    recorded later: an act is its own trigger as long as the sign that it is has reached nobody, and as the document
    that it carries out is not on record.
    """
    asked = [each for each in _instructions(docket) if day(docket.facts, each.recorded_at) <= docket.judged_on]
    signs = set()
    if rule.per == "head":
        running = [known for known in sign_known(docket, obligation, rule) if known.on <= docket.judged_on]
        signs = {(known.entry.position, known.owner) for known in running if known.entry}
    for act in docket.claims(obligation):
        name, position = docket.facts.cite(act.record).ref, act.record.position

        def answers(other: Claim, position: int = position) -> bool:
            return other.record.position == position

        unit, group = getattr(act.payload, "unit", None), docket.facts.party_group
        if rule.per == "group":
            carries_out = any(names(act, each) for each in asked)  # then it is told by that
            if group is not None and not carries_out:
                yield Trigger(name, group, None, act.on, answers, act.record, unit)
            continue
        for by in _did(act):
            told = (position, by) in signs or isinstance(act.payload, IssueFound) or bool(_referred(docket, act))
            if rule.per == "head" and told:
                continue  # told by the sign: by what it refers to, or by itself
            if holds_post(docket, rule, act.record, by, act.on) is not None:
                yield Trigger(name, by, POSTS[rule.per], act.on, answers, act.record, unit)
