"""Triggered duties: after a warning or finding, before a key task, on a vacancy, after a case; and rotation.

Without another stated time "prompt" is `timely_days` working days from the trigger or its receipt: a setting, not a
rule text. Only the owner's own credited act while he holds the post counts.
"""

from collections.abc import Callable, Iterator
from datetime import date

from ledger.events.acts import IssueFound, KeyTaskRegistered, TalkHeld, WarningReported
from ledger.events.base import Payload
from ledger.events.cases import CaseOpened
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from projections.facts import Facts, day
from projections.model import Instance, Period
from projections.obligations.acts import Sorted, cites, happened, sort_acts
from projections.signals import signals
from projections.tenures import MEMBER, SECRETARY, gaps, governed_units, holders_on, line_holders
from projections.workdays import add_working_days

DOERS = ("finder", "talker", "author", "lead", "chair", "person")


def answer_to_knowledge(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PM2c, PM5b: whoever of the members learns of a problem corrects it, or reports it, promptly.

    Triggers: a warning received by a member, and a problem that a member finds himself.
    """
    acts = sort_acts(facts, id_, judged_on)
    for trigger in facts.records(WarningReported, IssueFound):
        owner, received = _learnt(facts, trigger)
        if owner is None or not _is_member(facts, owner, received):
            continue
        end = _end_of_office(facts, owner, received, judged_on)
        own = acts.where(
            lambda act, trigger=trigger, owner=owner, end=end: (
                _done_by(act.payload) == owner  # type: ignore[misc]  # bound now
                and _answers(act, trigger)
                and happened(facts, act) <= end
            )
        )
        yield _prompt(facts, id_, owner, MEMBER, trigger, received, own, judged_on)


def report_of_violation(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PS7c: a serious problem reported to the secretary goes upward promptly."""
    acts = sort_acts(facts, id_, judged_on)
    for trigger in facts.records(IssueFound):
        found = trigger.payload
        if not isinstance(found, IssueFound):
            continue
        on = happened(facts, trigger)
        secretaries = {holding.person for holding in holders_on(facts, "secretary", None, on)}
        for owner in found.reported_to or ():
            if owner in secretaries:
                own = acts.where(
                    lambda act, trigger=trigger, owner=owner: (
                        _done_by(act.payload) == owner  # type: ignore[misc]  # bound now
                        and _answers(act, trigger)
                    )
                )
                yield _prompt(facts, id_, owner, SECRETARY, trigger, on, own, judged_on)


def own_sign(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PD6c: a head who sees a sign talks or reports; where no earlier record of it exists the report is the trigger."""
    acts = sort_acts(facts, id_, judged_on)
    for trigger in facts.records(WarningReported, claims=id_):
        owner = getattr(trigger.payload, "author", None) or trigger.author
        own = acts.where(lambda act, trigger=trigger: act.position == trigger.position)  # type: ignore[misc]  # bound now
        yield _prompt(facts, id_, owner, "head", trigger, happened(facts, trigger), own, judged_on)


def talk_before_task(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PM4: before a registered key task starts, the supervising member talks with the unit's head."""
    acts = sort_acts(facts, id_, judged_on)
    for trigger in facts.records(KeyTaskRegistered):
        task = trigger.payload
        unit = task.unit if isinstance(task, KeyTaskRegistered) else None
        start = happened(facts, trigger)
        if unit is None:
            continue
        supervisors = holders_on(facts, "supervisor", unit, start)
        heads = {holding.person for holding in holders_on(facts, "head", unit, start)}
        for holding in supervisors:
            own = acts.where(
                lambda act, person=holding.person, heads=heads: (
                    isinstance(act.payload, TalkHeld)  # type: ignore[misc]  # bound now
                    and act.payload.talker == person
                    and act.payload.counterpart in heads
                )
            )
            before = own.where(lambda act, start=start: happened(facts, act) <= start)  # type: ignore[misc]  # bound now
            status = (
                "met" if before.credited else "late" if own.credited else "doubtful" if before.doubtful else "unmet"
            )
            yield Instance(
                obligation=id_,
                owner=holding.person,
                post=MEMBER,
                period=None,
                trigger=facts.cite(trigger).ref,
                subject=None,
                due=start,
                status=status,
                met_by=cites(facts, own.credited),
                rejected=cites(facts, own.rejected),
                doubtful=cites(facts, own.doubtful),
                by=facts.cite(own.credited[0]) if status == "late" else None,
            )


def vacancies(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """PS2 on change: a division of work without holder is filled promptly, counted from the first day without one.

    Units whose supervision is vacant on the same days are one vacancy; the secretary of its first day owes it.
    """
    open_days: dict[Period, list[str]] = {}
    for unit in governed_units(facts):
        for gap in gaps(facts, "supervisor", unit, Period(date.min, judged_on)):
            open_days.setdefault(gap, []).append(unit)
    for gap, units in sorted(open_days.items()):
        owners = holders_on(facts, "secretary", None, gap.first)
        if not owners:
            continue
        owner = next((h.person for h in owners if not h.acting), owners[0].person)
        due = add_working_days(gap.first, facts.rules.timely_days)
        filled = [
            holding
            for unit in units
            for holding in line_holders(facts, "supervisor", unit, Period(gap.last, judged_on), primary=True)
        ]
        in_time = gap.last < due
        status = "not_due" if due > judged_on else "unmet" if not filled else "met" if in_time else "late"
        first = min(filled, key=lambda h: (h.period, h.entry)) if filled else None
        yield Instance(
            obligation=id_,
            owner=owner,
            post=SECRETARY,
            period=None,
            trigger=f"vacancy of supervision {gap.first.isoformat()}",
            subject=None,
            due=due,
            status=status,
            met_by=(first.entry,) if first is not None and status == "met" else (),
            by=first.entry if first is not None and status == "late" else None,
            since=gap.first,
        )


def rotation(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """G2c: holders of key posts rotate; `since` is the day on which the years were full."""
    group = facts.party_group
    if group is None:
        return
    for signal in signals(facts, judged_on, codes={"ROTATION_OVERDUE"}):
        since = signal.get("since")
        yield Instance(
            obligation=id_,
            owner=group,
            post=None,
            period=None,
            trigger=None,
            subject=str(signal.get("person")),
            due=since if isinstance(since, date) else None,
            status="unmet",
            since=since if isinstance(since, date) else None,
        )


def after_case(*wanted: type[Payload], track: str | None = None) -> Callable[..., Iterator[Instance]]:
    """A4b, A4c, A4d: what must follow a case; without a limit, the days after its opening are shown only."""

    def evaluate(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
        for opening in facts.cases():
            case = opening.payload
            opened = day(facts, opening.recorded_at)
            if not isinstance(case, CaseOpened) or opened > judged_on:
                continue
            done = [
                event
                for event in facts.followers(opening)
                if isinstance(event.payload, wanted)
                and track in (None, getattr(event.payload, "track", None))
                and happened(facts, event) <= judged_on
            ]
            yield Instance(
                obligation=id_,
                owner="investigators",
                post=None,
                period=None,
                trigger=facts.cite(opening).ref,
                subject=None,
                due=None,
                status="met" if done else "unmet",
                met_by=cites(facts, done),
                days_after_case=(happened(facts, done[0]) - opened).days if done else None,
            )

    return evaluate


# --- shared ----------------------------------------------------------------------------------------------------------


def _learnt(facts: Facts, trigger: Recorded) -> tuple[str | None, date]:
    """Who learnt of it, and on which day: by receipt where one is on record."""
    payload = trigger.payload
    if isinstance(payload, IssueFound):
        return payload.finder, happened(facts, trigger)
    addressee = getattr(payload, "addressee", None)
    for event in facts.followers(trigger):
        if isinstance(event.payload, RecordAccepted) and event.author == addressee:
            return addressee, day(facts, event.recorded_at)
    return addressee, day(facts, trigger.recorded_at)


def _is_member(facts: Facts, person: str, on: date) -> bool:
    return any(tenure.acting != "cover" for tenure in facts.tenures(person=person, post=MEMBER, on=on))


def _end_of_office(facts: Facts, person: str, since: date, judged_on: date) -> date:
    ends = [tenure.valid_to or judged_on for tenure in facts.tenures(person=person, post=MEMBER, on=since)]
    return min(max(ends, default=judged_on), judged_on)


def _done_by(payload: Payload) -> str | None:
    return next((who for name in DOERS if (who := getattr(payload, name, None)) is not None), None)


def _answers(act: Recorded, trigger: Recorded) -> bool:
    """The act is the trigger itself, refers to it, or came after it about its unit."""
    if act.position == trigger.position:
        return True
    if act.position < trigger.position:
        return False
    refers = getattr(act.payload, "refers", None) or ()
    if any(not cited.fingerprint and cited.position == trigger.position for cited in refers):
        return True
    unit = getattr(trigger.payload, "unit", None)
    named = {getattr(act.payload, "unit", None), *(getattr(act.payload, "covers", None) or ())}
    return unit is not None and unit in named


def _prompt(
    facts: Facts, id_: str, owner: str, post: str, trigger: Recorded, received: date, own: Sorted, judged_on: date
) -> Instance:
    due = add_working_days(received, facts.rules.timely_days)
    in_time = [act for act in own.credited if happened(facts, act) <= due]
    if in_time:
        status = "met_late_declared" if all(act in own.late for act in in_time) else "met"
    elif own.credited:
        status = "late"
    elif due > judged_on:
        status = "not_due"
    else:
        status = "doubtful" if own.doubtful else "unmet"
    return Instance(
        obligation=id_,
        owner=owner,
        post=post,
        period=None,
        trigger=facts.cite(trigger).ref,
        subject=None,
        due=due,
        status=status,
        met_by=cites(facts, own.credited),
        rejected=cites(facts, own.rejected),
        doubtful=cites(facts, own.doubtful),
        not_counted=cites(facts, own.not_counted),
        by=facts.cite(own.credited[0]) if status == "late" else None,
    )
