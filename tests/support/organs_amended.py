"""Random organs whose records are put right, withdrawn and renamed: any plan, with such entries in between."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from ledger.events.acts import (
    EducationHeld,
    InspectionHeld,
    IssueFound,
    MeetingHeld,
    PlanMade,
    RectificationMade,
    ReportSent,
    RequestReported,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.register import PersonRenamed, UnitEnded, UnitRenamed
from ledger.events.tenure import AssignmentMade
from tests.support.facts_maker import Organ, at
from tests.support.organs import HORIZON, LEADERS, OPENED, UNITS, Plan

Value = Callable[[Random, Any], Any]
"""What a field is to say, of the payload as recorded."""


def _day(rng: Random, act: Any) -> str:
    moved: date = act.occurred_at - timedelta(days=rng.choice((1, 3, 30, 200)))
    return moved.isoformat()


def _claims(rng: Random, act: Any) -> list[str]:
    """One claim less, or one more."""
    own = [*(act.claims or ())]
    if own and rng.randint(0, 1):
        own.remove(rng.choice(own))
        return own
    return [*own, rng.choice([claim for claim in CLAIMS if claim not in own])]


def _unit(rng: Random, _: Any) -> str:
    return rng.choice(UNITS)


def _person(rng: Random, _: Any) -> str:
    return rng.choice(LEADERS)


def _end(rng: Random, made: Any) -> str:
    first: date = made.valid_from
    last: date = made.valid_to
    return max(first, last + timedelta(days=rng.choice((-40, -1, 10, 60)))).isoformat()


CLAIMS = (
    *("A1a", "A1b", "A2a", "A2b", "A3a", "G1b", "G2a", "G2b", "G4a", "G5a", "G6a", "M1", "M2b", "M3b", "M3c", "PD1"),
    *("PD3", "PD5", "PD6c", "PG1", "PG2a", "PG3a", "PG5b", "PM2a", "PM2c", "PM3", "PM4", "PM5b", "PS1", "PS2", "PS3"),
    *("PS5a", "PS6", "PS7b", "PS7c", "S1", "S2b", "S3", "S4b"),
)
FIELDS: Mapping[type[Payload], Mapping[str, Value]] = {
    TalkHeld: {"claims": _claims, "talker": _person, "counterpart": _person, "unit": _unit},
    MeetingHeld: {
        "claims": _claims,
        "kind": lambda rng, _: rng.choice(("special", "cadre", "study", "decision")),
        "body": lambda rng, _: rng.choice(("group", "aid")),
        "chair": _person,
    },
    EducationHeld: {"claims": _claims, "body": lambda rng, _: rng.choice(("group", "aid"))},
    InspectionHeld: {
        "claims": _claims,
        "covers": lambda rng, _: rng.choice((list(UNITS), [UNITS[0]])),
        "for_year": lambda rng, act: (act.for_year or act.occurred_at.year) - rng.choice((-1, 1)),
        "lead": _person,
        "occurred_at": _day,
    },
    PlanMade: {"claims": _claims, "unit": _unit, "occurred_at": _day},
    ReportSent: {"claims": _claims, "receipts": lambda rng, _: rng.choice((["up"], ["up", "disc"])), "unit": _unit},
    RequestReported: {"claims": _claims, "unit": _unit, "addressee": _person},
    WarningReported: {"unit": _unit, "addressee": _person},
    IssueFound: {"claims": _claims, "unit": _unit, "finder": _person, "occurred_at": _day},
    RectificationMade: {"claims": _claims, "person": _person, "unit": _unit, "occurred_at": _day},
    AssignmentMade: {"person": _person, "valid_to": _end},
}


def amended(plan: Plan, seed: int) -> Plan:
    """The plan with records put right, withdrawn and renamed in between; every change after what it changes."""
    rng = Random(seed + 97)  # noqa: S311 - a test, no secret
    steps = list(plan.steps)
    for number in range(rng.randint(4, 20)):
        on = OPENED + timedelta(days=rng.randint(10, HORIZON))
        moment = at(f"{on} 23:{30 + number}")
        steps.append((moment, 20000 + number, _step(rng.randint(0, 2**32), number, moment)))
    return Plan(tuple(steps), plan.judged_on)


def half_amended(plan_of: Callable[[int], Plan], seed: int) -> Plan:
    """The plan of a number, with changes of what it records where the number is odd; a fifth have a unit that ends."""
    plan = amended(plan_of(seed), seed) if seed % 2 else plan_of(seed)
    return with_an_end(plan, seed) if seed % 5 == 4 else plan


def with_an_end(plan: Plan, seed: int) -> Plan:
    """The plan with a unit that ends, into the other one or into nothing; what is recorded of it goes on."""
    rng = Random(seed + 113)  # noqa: S311 - a test, no secret
    on = OPENED + timedelta(days=rng.randint(60, HORIZON - 100))
    unit = rng.choice(UNITS)
    into = tuple(other for other in UNITS if other != unit) if rng.randint(0, 2) else None
    last = on + timedelta(days=rng.choice((-20, 0, 0, 20)))
    ended = UnitEnded(ref="XE", unit=unit, valid_to=last, into=into)
    moment = at(f"{on} 23:20")
    step = lambda organ: organ.duty(ended, moment.strftime("%Y-%m-%d %H:%M"), "clerk", "sec")  # noqa: E731
    return Plan((*plan.steps, (moment, 19999, step)), plan.judged_on)


def _step(seed: int, number: int, moment: datetime) -> Callable[[Organ], Any]:
    def record(organ: Organ) -> Any:
        made = _made(organ, Random(seed), number, moment.date())  # noqa: S311
        return organ.duty(made[0], moment.strftime("%Y-%m-%d %H:%M"), *made[1]) if made is not None else None

    return record


def _made(organ: Organ, rng: Random, number: int, on: date) -> tuple[Payload, tuple[str, ...]] | None:
    entries = organ.entries["duty"]
    gone = {entry.payload.of.position for entry in entries if isinstance(entry.payload, RecordWithdrawn)}
    found = [entry for entry in entries if type(entry.payload) in FIELDS and entry.position not in gone]
    match rng.randint(0, 5):
        case 0:
            return _renamed(rng, number, on), ("clerk",)
        case 1:
            found = [entry for entry in found if _may_go(entry)]
            changes = [entry for entry in entries if isinstance(entry.payload, RecordCorrected)]
            found += [entry for entry in changes if entry.position not in gone]
            return _withdrawn(organ, rng.choice(found), number) if found else None
    return _corrected(organ, rng, rng.choice(found), number, on) if found else None


def _renamed(rng: Random, number: int, on: date) -> Payload:
    if rng.randint(0, 1):
        return UnitRenamed(ref=f"XU{number}", unit=rng.choice(UNITS), name=f"u{number}", valid_from=on)
    return PersonRenamed(ref=f"XP{number}", person=_person(rng, None), name=f"p{number}", valid_from=on)


def _may_go(entry: Recorded) -> bool:
    return not isinstance(entry.payload, WarningReported | AssignmentMade)


def _withdrawn(organ: Organ, about: Recorded, number: int) -> tuple[Payload, tuple[str, ...]]:
    return RecordWithdrawn(ref=f"XW{number}", of=organ.reference(about), ground="error"), about.signers


def _corrected(
    organ: Organ, rng: Random, about: Recorded, number: int, on: date
) -> tuple[Payload, tuple[str, ...]] | None:
    name, value = rng.choice([*FIELDS[type(about.payload)].items()])
    if name == "valid_to" and getattr(about.payload, "valid_to", None) is None:
        return None
    new, corrects = value(rng, about.payload), organ.reference(about)
    made = RecordCorrected(ref=f"XC{number}", corrects=corrects, field=name, new_value=new, occurred_at=on)
    return made, rng.choice((about.signers, about.signers, ("clerk",)))
