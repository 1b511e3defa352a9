"""What on record triggers a duty, whom it binds, and what answers it.

A trigger without a record of its own (a lapse, an instruction by telephone) is told only by the act that answers it
(`own_act`): such a duty is met where it was answered, and its silence cannot be judged. Who is bound is told from the
posts on the day on which he learnt of it: by receipt where one is on record. What is about a unit binds its own line
only (scenarios: who owes).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import date, timedelta

from ledger.checks.answers import Said
from ledger.events.acts import WarningReported
from ledger.events.office import OpinionGiven
from ledger.events.record import Recorded
from ledger.events.roles import Role
from ledger.frozen import dataclass
from projections.facts.holdings import HEAD, LEVELS, MEMBER, SECRETARY, Level, counted_tenures, holders_on, last_day_of
from projections.facts.protocol import day
from projections.facts.who_signed import signings
from projections.obligations.act_kinds import addressed
from projections.obligations.claims import Claim, named_units
from projections.obligations.docket import Docket
from projections.obligations.table import Rule
from projections.signals.knowing import first_told, line_unit, receivings
from projections.signals.subject import comes_after, doers
from projections.signals.substance import is_yearly_check

Answer = Callable[[Claim], bool]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger of one owner. `on` is the day from which the time counts, `until` the last day of the office.

    `answers` says whether an act that claims the duty answers it; `done` are entries that fulfil it without a claim,
    each with its day; `one_to_one` = an act answers one such trigger, not several; `refused` = somebody refused.
    """

    name: str
    owner: str
    post: str | None
    on: date
    answers: Answer
    entry: Recorded | None = None
    unit: str | None = None
    until: date = date.max
    one_to_one: bool = False
    done: tuple[tuple[Recorded, date], ...] = field(default=())
    refused: tuple[Recorded, ...] = ()
    due: date | None = None
    """The day that the trigger itself names; None = by the rule."""
    parts: tuple[str, ...] = ()
    """Whom it has to reach, each by himself; none where it is one whole."""
    reached: tuple[tuple[str, Recorded, date], ...] = ()
    """(part, entry, day) of each that is reached without a claim."""
    rectified: tuple[tuple[Recorded, date], ...] | None = None
    """What put it right, by whomever, each with its day, where it needs that; None where it does not."""


def received(docket: Docket, record: Recorded, person: str) -> date:
    """The day of the person's own receipt, whoever put that on record; else that on which the thing was recorded."""
    recorded = day(docket.facts, record.recorded_at)
    at_once = [recorded] if person in record.signed else []
    return min([*at_once, *(on for on, who in receivings(docket.facts, record) if who == person)], default=recorded)


def warned(docket: Docket) -> Iterator[tuple[Recorded, str, date]]:
    """(warning, addressee, day received) of each warning and each whom it is addressed to."""
    for record in docket.facts.records(WarningReported):
        for person in sorted(addressed(record)):
            yield record, person, received(docket, record, person)


def has_post(docket: Docket, person: str, role: Role, on: date) -> bool:
    """Whether the person held a post of this role on a day, titular or acting in charge; no head of what has ended."""
    held = counted_tenures(docket.facts, person=person, role=role, on=on)
    return any(tenure.acting != "cover" and on <= last_day_of(docket.facts, tenure) for tenure in held)


def office_end(docket: Docket, person: str, role: Role, on: date) -> date:
    """The last day of the person's unbroken time in posts of a role from a day on; that of judging where it goes on."""
    last = on
    for tenure in sorted(counted_tenures(docket.facts, person=person, role=role), key=lambda row: row.valid_from):
        if tenure.acting != "cover" and tenure.valid_from <= last + _DAY:
            last = max(last, min(tenure.valid_to or docket.judged_on, last_day_of(docket.facts, tenure)))
    return min(last, docket.judged_on)


POSTS: Mapping[str, Role] = {"member": MEMBER, "head": HEAD, "secretary": SECRETARY}
LINE: Mapping[str, Level] = {"member": "supervisor", "head": "head"}
"""Whom of a unit's line the duties triggered by something about it bind; the secretary owes what names him."""


def to_answer(docket: Docket, rule: Rule, record: Recorded, person: str, on: date) -> Iterator[Trigger]:
    """The trigger that a person with the rule's post has learnt of something on a day.

    Of something about a unit only whom the unit's line makes owner on that day has to answer it: its head, the member
    who supervises it. What is about no unit with a line binds whoever holds such a post.
    """
    post = holds_post(docket, rule, record, person, on)
    if post is None:
        return

    def answers(act: Claim) -> bool:
        return person in doers(act.record) and follows(docket, act, record)

    yield Trigger(
        name=docket.facts.cite(record).ref,
        owner=person,
        post=post,
        on=on,
        answers=answers,
        entry=record,
        unit=getattr(record.payload, "unit", None),
        until=office_end(docket, person, post, on),
    )


def holds_post(docket: Docket, rule: Rule, record: Recorded, person: str, on: date) -> Role | None:
    """By which role somebody has the rule's post on a day, towards the unit with a line that a record is about."""
    level, unit = LINE.get(rule.per), line_unit(docket.facts, record)
    if level is None or unit is None:
        return POSTS[rule.per] if has_post(docket, person, POSTS[rule.per], on) else None
    held = [row for row in holders_on(docket.facts, level, unit, on) if row.person == person]
    return held[0].tenure.role if held else None


def told(docket: Docket, rule: Rule, record: Recorded) -> Iterator[Trigger]:
    """The trigger of a warning that was sent to nobody who owes its answer, from when the record shows it known.

    The owner of a warning's answer is the supervising member: his time runs from when he, or the secretary above him
    alone, is shown to know. A head owes by what he himself learns: a warning that reached its member at once binds no
    head who does not know of it, and one that reached him by a detour binds no head either.
    """
    level, unit = LINE.get(rule.per), line_unit(docket.facts, record)
    if level is None or unit is None:
        return
    levels = ("head",) if level == "head" else LEVELS[LEVELS.index(level) :]
    on = first_told(docket.facts, record, levels, docket.judged_on, docket.not_rejected)
    if on is not None:
        author = getattr(record.payload, "author", None)
        for holding in holders_on(docket.facts, level, unit, on):
            if holding.person != author:
                yield from to_answer(docket, rule, record, holding.person, on)


def follows(docket: Docket, act: Claim, trigger: Recorded, heir: str | None = None) -> bool:
    """The act is the trigger itself, refers to it, or came after it about its unit, or about the `heir` of that.

    A yearly check answers only the warnings that it refers to: it is no answer by chance.
    """
    if act.record.position == trigger.position or names(act, trigger):
        return True
    by_chance = isinstance(trigger.payload, WarningReported) and is_yearly_check(act.payload)
    about = (heir or getattr(trigger.payload, "unit", None)) in named_units(act.payload)
    return not by_chance and about and comes_after(docket.facts, act.record, trigger)


def names(act: Claim, record: Recorded) -> bool:
    """Whether an act refers to a record of the same ledger."""
    refers = list(getattr(act.payload, "refers", None) or ())
    if isinstance(act.payload, OpinionGiven):
        refers.append(act.payload.of)
    return any(not cited.fingerprint and cited.position == record.position for cited in refers)


def of_group(docket: Docket, group: str, record: Recorded, on: date, answers: Answer) -> Trigger:
    unit = getattr(record.payload, "unit", None)
    return Trigger(docket.facts.cite(record).ref, group, None, on, answers, record, unit)


def never(_: Claim) -> bool:
    return False


def signed_by(docket: Docket, record: Recorded, person: str) -> tuple[tuple[Recorded, date], ...]:
    """The entry by which a person whose signature stands signed a record, itself or an acceptance, with its day."""
    return by_answer(docket, record, signings(docket.facts, record).get(person))


def by_answer(docket: Docket, record: Recorded, said: Said | None) -> tuple[tuple[Recorded, date], ...]:
    """The entry that holds an answer to a record, with the day from which the answer counts."""
    if said is None:
        return ()
    entries = (record, *docket.facts.followers(record))
    holds = next(entry for entry in entries if entry.position == said.position)
    return ((holds, day(docket.facts, said.counts_from)),)
