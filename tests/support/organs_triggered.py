"""Random small organs in which much happens that has to be followed up, beside those of `organs_wide`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from ledger.events.acts import (
    InspectionHeld,
    IssueFound,
    KeyTaskRegistered,
    MeetingHeld,
    RectificationMade,
    ReportSent,
    RequestReported,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Payload
from ledger.events.office import AssessmentMade, AssessmentUsed, OpinionGiven, TaskAssigned, TaskReported
from ledger.events.record import Recorded
from tests.support.facts_maker import Organ
from tests.support.organs import HORIZON, UNITS, Plan, in_office, moment_on, posts
from tests.support.organs_wide import Rows, any_words, some_of, wide_of

Made = tuple[Payload, tuple[str, ...]] | None
Make = Callable[[Organ, Random, Rows, int, datetime], Made]


def triggered_of(seed: int) -> Plan:
    """The plan of `organs_wide` for this number, with triggers and what answers them in between."""
    rng = Random(seed + 41)  # noqa: S311 - a test, no secret
    rows = list(posts(Random(seed)))  # noqa: S311
    plan = wide_of(seed)
    steps = list(plan.steps)
    for number in range(rng.randint(10, 40)):
        offset = rng.randint(0, HORIZON)
        sign, answers = rng.choice(SIGNS)
        later = [
            (make, offset + rng.choice((0, 1, 3, 6, 12, 40))) for make in rng.choices(answers, k=rng.randint(0, 3))
        ]
        for place, (make, on) in enumerate([(sign, offset), *later]):
            moment = moment_on(on, rng.randint(8, 17))
            recorded = moment_on(on + rng.choice((0, 0, 0, 0, 0, 2, 20)), 22)
            own = 6000 + 10 * number + place
            steps.append((recorded, own, step_of(make, rng.randint(0, 2**32), rows, own, moment)))
    return Plan(tuple(steps), plan.judged_on)


def step_of(make: Make, seed: int, rows: Rows, number: int, moment: datetime) -> Callable[[Organ], Any]:
    def record(organ: Organ) -> Any:
        made = make(organ, Random(seed), rows, number, moment)  # noqa: S311
        last = organ.entries["duty"][-1].recorded_at
        at = max(moment.replace(hour=22), last)
        return organ.duty(made[0], at.astimezone(moment.tzinfo).strftime("%Y-%m-%d %H:%M"), *made[1]) if made else None

    return record


def _one(organ: Organ, rng: Random, *types: type[Payload]) -> Recorded | None:
    found = [entry for entry in organ.entries["duty"] if isinstance(entry.payload, types)]
    if not found:
        return None
    return found[-1] if rng.randint(0, 3) else rng.choice(found[-6:])


def _refers(organ: Organ, rng: Random, *types: type[Payload]) -> dict[str, Any]:
    """A reference to one of them, or only its unit, or another unit."""
    about = _one(organ, rng, *types)
    if about is None:
        return {"unit": rng.choice(UNITS)}
    unit = getattr(about.payload, "unit", None) if rng.randint(0, 3) else rng.choice(UNITS)
    refers = (organ.reference(about),) if rng.randint(0, 2) == 0 else None
    return {"unit": unit if refers is None or rng.randint(0, 1) else None, "refers": refers}


def _issue(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    finder, secretary = in_office(rng, rows, moment, "supervisor", "secretary")
    told = rng.choice(((secretary,), (secretary, "group"), ("group",), (secretary,), None))
    found = IssueFound(
        ref=f"TF{n}",
        finder=finder,
        unit=rng.choice(UNITS),
        reported_to=told,
        occurred_at=moment.date(),
        text=any_words(rng),
    )
    return found, (finder, "clerk")


def _upward(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (author,) = in_office(rng, rows, moment, "secretary")
    sent = ReportSent(
        ref=f"TU{n}", author=author, recipients=rng.choice((("up",), ("up", "disc"), ("lead",))),
        receipts=rng.choice((("up", "disc"), ("up", "disc"), ("up",), None)), occurred_at=moment.date(),
        claims=("PS7c",), text=any_words(rng), **_refers(organ, rng, IssueFound),
    )  # fmt: skip
    return sent, (author, "clerk")


def _followed(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    post = rng.choice(("secretary", "supervisor", "supervisor"))
    talker, counterpart = in_office(rng, rows, moment, post, "head")
    if talker == counterpart:
        return None
    types = rng.choice(((WarningReported,), (WarningReported,), (IssueFound, KeyTaskRegistered), (TaskAssigned,)))
    held = TalkHeld(
        ref=f"TT{n}", talker=talker, counterpart=counterpart, occurred_at=moment, text=any_words(rng),
        claims=some_of(rng, "M3c", "S1", "PM4", "PD4"), **_refers(organ, rng, *types),
    )  # fmt: skip
    return held, (talker, counterpart)


def _urged(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (head,) = in_office(rng, rows, moment, "head")
    held = MeetingHeld(
        ref=f"TG{n}", body=rng.choice((*UNITS, "group")), chair=head, occurred_at=moment, minutes=True,
        text=any_words(rng), claims=("PD4",), **_refers(organ, rng, TaskAssigned),
    )  # fmt: skip
    return held, (head, "clerk")


def _righted(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (person,) = in_office(rng, rows, moment, "supervisor")
    made = RectificationMade(
        ref=f"TR{n}", person=person, occurred_at=moment.date(), claims=("M3c",), text=any_words(rng),
        **_refers(organ, rng, WarningReported),
    )  # fmt: skip
    return made, (person, "clerk")


def _request(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    author, addressee = in_office(rng, rows, moment, "head", "supervisor")
    asked = RequestReported(
        ref=f"TQ{n}", author=author, addressee=addressee, unit=rng.choice((*UNITS, None)), occurred_at=moment.date(),
        text=any_words(rng),
    )  # fmt: skip
    return asked, (author, *((addressee,) if rng.randint(0, 3) == 0 and addressee != author else ("clerk",)))


def _opinion(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    asked = _one(organ, rng, RequestReported)
    if asked is None:
        return None
    addressee = str(getattr(asked.payload, "addressee", None))
    (by,) = in_office(rng, rows, moment, "supervisor")
    by = addressee if rng.randint(0, 2) else by
    on = min(moment.date(), asked.recorded_at.date() + timedelta(days=rng.choice((0, 3, 20))))
    given = OpinionGiven(
        ref=f"TO{n}", of=organ.reference(asked), by=by, opinion="agreed", occurred_at=on, claims=("PM2b",),
        text=any_words(rng),
    )  # fmt: skip
    return given, (by, "clerk")


def _opined(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    sent = _one(organ, rng, ReportSent)
    (by,) = in_office(rng, rows, moment, "secretary")
    if sent is None:
        return None
    given = OpinionGiven(
        ref=f"TN{n}", of=organ.reference(sent), by=by, opinion="agreed", occurred_at=moment.date(), claims=("PS5b",),
        text=any_words(rng),
    )  # fmt: skip
    return given, (by, "clerk")


def _sent_out(_: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (secretary,) = in_office(rng, rows, moment, "secretary")
    sent = ReportSent(ref=f"TS{n}", author="group", recipients=("up",), occurred_at=moment.date(), text=any_words(rng))
    return sent, ("clerk", *((secretary,) if rng.randint(0, 3) == 0 else ()))


def _spoken(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    talker, counterpart = in_office(rng, rows, moment, "secretary", "supervisor")
    if talker == counterpart:
        return None
    held = TalkHeld(
        ref=f"TB{n}", talker=talker, counterpart=counterpart, occurred_at=moment, text=any_words(rng), claims=("PS7b",),
        **_refers(organ, rng, IssueFound, WarningReported),
    )  # fmt: skip
    return held, (talker, counterpart)


def _told_up(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    author, secretary = in_office(rng, rows, moment, "supervisor", "secretary")
    sent = ReportSent(
        ref=f"TV{n}", author=author, recipients=rng.choice((("group",), (secretary,), ("up",))),
        receipts=rng.choice((("group",), None)), occurred_at=moment.date(), claims=("PM5b",), text=any_words(rng),
        **_refers(organ, rng, WarningReported, IssueFound),
    )  # fmt: skip
    return sent, (author, rng.choice((secretary, "clerk")))


def _key_task(_: Organ, rng: Random, __: Rows, n: int, moment: datetime) -> Made:
    start = moment.date() + timedelta(days=rng.choice((0, 5, 30)))
    return KeyTaskRegistered(ref=f"TK{n}", unit=rng.choice(UNITS), title=f"t{n}", occurred_at=start), ("clerk",)


def _task(_: Organ, rng: Random, __: Rows, n: int, moment: datetime) -> Made:
    unit = rng.choice(UNITS)
    due = moment.date() + timedelta(days=rng.choice((10, 60)))
    task = TaskAssigned(
        ref=f"TA{n}", owner=rng.choice((unit, "head", "up")), unit=rng.choice((unit, None)),
        due=rng.choice((due, None)), co_units=rng.choice((UNITS, UNITS[:1], None)),
        occurred_at=moment.date(), text=any_words(rng),
    )  # fmt: skip
    return task, ("clerk", "handler")


def _reported(organ: Organ, rng: Random, _: Rows, n: int, moment: datetime) -> Made:
    task = _one(organ, rng, TaskAssigned)
    if task is None:
        return None
    said = TaskReported(
        ref=f"TP{n}", of=organ.reference(task), unit=rng.choice(UNITS), done=rng.choice((True, True, False)),
        occurred_at=moment.date(), text=any_words(rng),
    )  # fmt: skip
    return said, ("clerk", "handler")


def _assessed(organ: Organ, rng: Random, _: Rows, n: int, moment: datetime) -> Made:
    check = _one(organ, rng, InspectionHeld)
    if check is None:
        return None
    refers = (organ.reference(check),)
    made = AssessmentMade(
        ref=f"TM{n}", of=rng.choice(UNITS), for_year=moment.year - 1, grade="A", refers=refers,
        occurred_at=moment.date(), text=any_words(rng),
    )  # fmt: skip
    return made, ("clerk", "sec")


def _used(organ: Organ, rng: Random, _: Rows, n: int, moment: datetime) -> Made:
    made = _one(organ, rng, AssessmentMade)
    if made is None:
        return None
    used = AssessmentUsed(
        ref=f"TW{n}", assessment=organ.reference(made), use="award", occurred_at=moment.date(), text=any_words(rng)
    )
    return used, ("clerk", "sec")


def _met(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (chair,) = in_office(rng, rows, moment, "secretary")
    held = MeetingHeld(
        ref=f"TC{n}", body=rng.choice(("group", "group", None)), chair=chair, occurred_at=moment, minutes=True,
        text=any_words(rng), claims=some_of(rng, "G1b", "S1"), **_refers(organ, rng, IssueFound),
    )  # fmt: skip
    return held, (chair, "clerk")


def _warned(_: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    author, addressee = in_office(rng, rows, moment, "head", rng.choice(("supervisor", "supervisor", "secretary")))
    unit = rng.choice(UNITS)
    on: date = moment.date()
    warning = WarningReported(ref=f"TY{n}", author=author, addressee=addressee, unit=unit, occurred_at=on)
    return warning, (author, addressee)


SIGNS: tuple[tuple[Make, tuple[Make, ...]], ...] = (
    (_issue, (_upward, _upward, _followed, _met, _spoken, _told_up)),
    (_warned, (_righted, _followed, _righted, _spoken, _told_up, _told_up)),
    (_sent_out, (_opined, _opined)),
    (_request, (_opinion, _opinion)),
    (_key_task, (_followed, _followed)),
    (_task, (_reported, _reported, _urged, _urged)),
    (_assessed, (_used, _assessed, _used)),
)
"""Each sign with what may follow it up."""
