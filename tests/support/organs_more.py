"""Random organs that use every kind of record of the second list, beside those of `organs`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from ledger.events.acts import (
    IssueFound,
    MeetingHeld,
    PlanMade,
    RectificationMade,
    ReportSent,
    RequestReported,
    RiskMeasureTaken,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Payload
from ledger.events.office import (
    AssessmentMade,
    AssessmentUsed,
    EvidenceFiled,
    OpinionGiven,
    RectificationVerified,
    RiskRegistered,
    TaskAssigned,
    TaskReported,
)
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.events.register import PersonRenamed, UnitEnded, UnitRegistered, UnitRenamed
from ledger.events.tenure import AssignmentMade, HandoverMade, LeaveTaken
from ledger.events.trust import RulesAdopted
from tests.support.facts_maker import Organ, at
from tests.support.organs import HORIZON, LEADERS, OPENED, UNITS, Plan, plan_of

Made = Callable[[Organ, Random, date, int], tuple[Payload, tuple[str, ...]] | None]
ALL_UNITS = (*UNITS, "new")


def more_of(seed: int) -> Plan:
    """The plan of `organs` for this number, with records of every further kind in between."""
    plan, rng = plan_of(seed), Random(seed + 7)  # noqa: S311 - a test, no secret
    steps = list(plan.steps)
    for number in range(rng.randint(20, 70)):
        make, own = rng.choice(MAKERS), rng.randint(0, 2**32)
        on = OPENED + timedelta(days=rng.randint(5, HORIZON))
        recorded = at(f"{on + timedelta(days=rng.choice((0, 0, 1, 12)))} {rng.randint(18, 21)}:{number % 60:02}")
        steps.append((recorded, 2000 + number, _step(make, own, on, recorded, number)))
    return Plan(tuple(steps), plan.judged_on)


def _step(make: Made, seed: int, on: date, recorded: datetime, number: int) -> Callable[[Organ], Any]:
    def record(organ: Organ) -> Any:
        made = make(organ, Random(seed), on, number)  # noqa: S311
        return organ.duty(made[0], recorded.strftime("%Y-%m-%d %H:%M"), *made[1]) if made is not None else None

    return record


def _some(organ: Organ, rng: Random, *types: type[Payload]) -> Recorded | None:
    found = [entry for entry in organ.entries["duty"] if isinstance(entry.payload, types)]
    return rng.choice(found) if found else None


def _who(rng: Random) -> str:
    return rng.choice(LEADERS)


def _task(_: Organ, rng: Random, on: date, n: int) -> Any:
    owner, unit = rng.choice((*UNITS, _who(rng))), rng.choice(UNITS)
    co_units = tuple(each for each in ALL_UNITS if each != unit and rng.randint(0, 1)) or None
    due = on + timedelta(days=rng.choice((10, 60)))
    return TaskAssigned(ref=f"TA{n}", owner=owner, unit=unit, co_units=co_units, due=due, occurred_at=on), ("sec",)


def _reported(organ: Organ, rng: Random, on: date, n: int) -> Any:
    task = _some(organ, rng, TaskAssigned)
    if task is None:
        return None
    unit = rng.choice(ALL_UNITS)
    return TaskReported(ref=f"TR{n}", of=organ.reference(task), unit=unit, done=True, occurred_at=on), (_who(rng),)


def _issue(_: Organ, rng: Random, on: date, n: int) -> Any:
    due = on + timedelta(days=20) if rng.randint(0, 1) else None
    finder = _who(rng)
    claims = ("PM2c",) if rng.randint(0, 1) else None
    found = IssueFound(
        ref=f"IS{n}", finder=finder, unit=rng.choice(UNITS), owner=_who(rng), due=due, occurred_at=on, claims=claims,
        reported_to=("sec",),
    )  # fmt: skip
    return found, (finder, "clerk")


def _rectified(organ: Organ, rng: Random, on: date, n: int) -> Any:
    about = _some(organ, rng, IssueFound, WarningReported)
    refers = (organ.reference(about),) if about is not None and rng.randint(0, 3) else None
    person = _who(rng)
    made = RectificationMade(
        ref=f"RE{n}",
        person=person,
        unit=rng.choice(UNITS),
        refers=refers,
        occurred_at=on,
        claims=("PM2c",),
        text=f"m{n}",
    )
    return made, (person, "clerk")


def _verified(organ: Organ, rng: Random, on: date, n: int) -> Any:
    made, by = _some(organ, rng, RectificationMade), _who(rng)
    if made is None:
        return None
    result = rng.choice(("passed", "failed"))
    return RectificationVerified(ref=f"V{n}", of=organ.reference(made), by=by, result=result, occurred_at=on), (by,)


def _assessed(_: Organ, rng: Random, on: date, n: int) -> Any:
    return AssessmentMade(ref=f"AS{n}", of=rng.choice(UNITS), for_year=on.year - 1, grade="A", occurred_at=on), ("sec",)


def _used(organ: Organ, rng: Random, on: date, n: int) -> Any:
    made = _some(organ, rng, AssessmentMade)
    if made is None:
        return None
    return AssessmentUsed(ref=f"AU{n}", assessment=organ.reference(made), use="award", occurred_at=on), ("sec",)


def _asked(_: Organ, rng: Random, on: date, n: int) -> Any:
    author, addressee = _who(rng), _who(rng)
    asked = RequestReported(ref=f"RQ{n}", author=author, addressee=addressee, unit=rng.choice(UNITS), occurred_at=on)
    return asked, (author,)


def _opinion(organ: Organ, rng: Random, on: date, n: int) -> Any:
    asked, by = _some(organ, rng, RequestReported), _who(rng)
    if asked is None:
        return None
    said = OpinionGiven(
        ref=f"OP{n}", of=organ.reference(asked), by=by, opinion="agreed", occurred_at=on, claims=("PM2b",)
    )
    return said, (by,)


def _risk(_: Organ, rng: Random, on: date, n: int) -> Any:
    return RiskRegistered(ref=f"RI{n}", unit=rng.choice(UNITS), occurred_at=on, text="r"), ("clerk",)


def _measure(organ: Organ, rng: Random, on: date, n: int) -> Any:
    risk = _some(organ, rng, RiskRegistered)
    refers = (organ.reference(risk),) if risk is not None else None
    return RiskMeasureTaken(ref=f"ME{n}", unit=rng.choice(UNITS), refers=refers, occurred_at=on), (_who(rng),)


def _evidence(_: Organ, rng: Random, on: date, n: int) -> Any:
    kind = rng.choice(("rule", "declaration", "other"))
    return EvidenceFiled(ref=f"EV{n}", kind=kind, unit=rng.choice(UNITS), occurred_at=on, claims=("G1d",)), ("clerk",)


def _sent(_: Organ, rng: Random, on: date, n: int) -> Any:
    author = _who(rng)
    sent = ReportSent(
        ref=f"SE{n}", author=author, recipients=("group",), unit=rng.choice(UNITS), occurred_at=on, claims=("PM5b",)
    )
    return sent, (author,)


def _accepted(organ: Organ, rng: Random, _: date, n: int) -> Any:
    about = _some(organ, rng, TalkHeld, ReportSent, WarningReported, AssignmentMade)
    if about is None:
        return None
    capacity = rng.choice((None, "receipt"))
    return RecordAccepted(ref=f"AC{n}", accepts=organ.reference(about), capacity=capacity), (_who(rng),)


def _refused(organ: Organ, rng: Random, _: date, n: int) -> Any:
    about = _some(organ, rng, TalkHeld, AssignmentMade, RequestReported)
    if about is None:
        return None
    return RecordRefused(ref=f"RF{n}", refuses=organ.reference(about), reason="no"), (_who(rng),)


def _withdrawn(organ: Organ, rng: Random, _: date, n: int) -> Any:
    about = _some(organ, rng, TalkHeld, PlanMade, RectificationMade, RecordCorrected)
    if about is None:
        return None
    return RecordWithdrawn(ref=f"WD{n}", of=organ.reference(about), ground="error"), about.signers


def _corrected(organ: Organ, rng: Random, on: date, n: int) -> Any:
    about = _some(organ, rng, TalkHeld, MeetingHeld, PlanMade, IssueFound)
    if about is None:
        return None
    field, value = rng.choice(
        (("claims", ["A2a", "A2b"]), ("claims", ["PM2c", "PD1"]), ("unit", rng.choice(UNITS)), ("title", "t"))
    )
    words: dict[str, Any] = {"new_text": value} if field == "title" else {"new_value": value}
    made = RecordCorrected(ref=f"CO{n}", corrects=organ.reference(about), field=field, occurred_at=on, **words)
    return made, about.signers


def _renamed(_: Organ, rng: Random, on: date, n: int) -> Any:
    if rng.randint(0, 1):
        return UnitRenamed(ref=f"UN{n}", unit=rng.choice(UNITS), name=f"unit {n}", valid_from=on), ("clerk",)
    return PersonRenamed(ref=f"PN{n}", person=_who(rng), name=f"person {n}", valid_from=on), ("clerk",)


def _ended(organ: Organ, rng: Random, on: date, n: int) -> Any:
    known = {e.payload.unit for e in organ.entries["duty"] if isinstance(e.payload, UnitRegistered)}
    gone = {e.payload.unit for e in organ.entries["duty"] if isinstance(e.payload, UnitEnded)}
    if "new" not in known:
        made = UnitRegistered(ref="new", unit="new", kind="department", name="new", valid_from=on)
        return made, ("clerk",)
    left = [unit for unit in UNITS if unit not in gone]
    if not left or rng.randint(0, 2):
        return None
    return UnitEnded(ref=f"UE{n}", unit=rng.choice(left), valid_to=on, into=("new",)), ("clerk",)


def _head(_: Organ, rng: Random, on: date, n: int) -> Any:
    person = _who(rng)
    made = AssignmentMade(ref=f"HN{n}", person=person, post="head", scope=("new",), valid_from=on, occurred_at=on)
    return made, ("clerk", *((person,) if rng.randint(0, 1) else ()))


def _rules(_: Organ, rng: Random, on: date, n: int) -> Any:
    setting: Any = rng.choice(
        (
            {"timely_days": rng.choice((2, 9))},
            {"tolerance_days": {"talk": rng.choice((1, 30))}},
            {"min_days_for_pair": rng.choice((1, 100))},
            {"obligations": {"PG3a": {"times": 2, "every": "year"}}},
            {"countersign_days": 20},
        )
    )
    later = on + timedelta(days=rng.choice((0, 40)))
    layer = rng.choice(("organ", "city"))
    return RulesAdopted(layer=layer, version=str(n), settings=setting, valid_from=later), ("clerk",)


def _handed(_: Organ, rng: Random, on: date, n: int) -> Any:
    pair = rng.sample(LEADERS, 2)
    made = HandoverMade(ref=f"HO{n}", outgoing=pair[0], incoming=pair[1], scope=(rng.choice(UNITS),), occurred_at=on)
    return made, tuple(pair)


def _leave(_: Organ, rng: Random, on: date, n: int) -> Any:
    person = _who(rng)
    last = on + timedelta(days=rng.randint(0, 20))
    return LeaveTaken(ref=f"LE{n}", person=person, valid_from=on, valid_to=last, occurred_at=on), (person,)


def _told(_: Organ, rng: Random, on: date, n: int) -> Any:
    one, two = rng.sample(LEADERS, 2)
    kind = rng.choice(("reminder", "other", None))
    moment = at(f"{on} 10:00")
    held = TalkHeld(
        ref=f"TK{n}", talker=one, counterpart=two, occurred_at=moment, ends_at=moment + timedelta(hours=1), kind=kind,
        online=rng.choice((True, None)), text=rng.choice(("of stock and of receipts", f"about {n}")), claims=("A2b",),
    )  # fmt: skip
    return held, (one, two)


MAKERS: tuple[Made, ...] = (
    *(_task, _task, _reported, _issue, _issue, _rectified, _rectified, _verified, _assessed, _used, _asked, _opinion),
    *(_risk, _measure, _evidence, _sent, _accepted, _accepted, _refused, _withdrawn, _corrected, _corrected, _renamed),
    *(_ended, _ended, _head, _rules, _handed, _leave, _told, _told, _told),
)
