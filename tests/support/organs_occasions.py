"""Random small organs with appointments, instructions, signs told to heads and key posts, beside `organs_triggered`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from ledger.events.acts import (
    EducationHeld,
    IssueFound,
    MeetingHeld,
    RectificationMade,
    ReportSent,
    RequestReported,
    TalkHeld,
    WarningReported,
)
from ledger.events.base import Payload
from ledger.events.case_work import DecisionMade, SecondInvestigationDeclined, SecondInvestigationOpened
from ledger.events.record import Recorded
from ledger.events.register import PostRegistered
from ledger.events.tenure import AssignmentEnded, AssignmentMade
from ledger.events.trust import RulesAdopted
from tests.support.facts_maker import Organ, at
from tests.support.organs import HORIZON, LEADERS, OPENED, UNITS, Plan, in_office, moment_on, posts
from tests.support.organs_cases import cases_of
from tests.support.organs_triggered import SIGNS as FURTHER
from tests.support.organs_triggered import Made, Make, step_of, triggered_of
from tests.support.organs_wide import Rows, any_words, some_of

SHORTER_FROM = OPENED + timedelta(days=60)
"""The day from which key posts are handed on after a year."""


def occasions_of(seed: int) -> Plan:
    """The plan of `organs_triggered` for this number, with occasions and what they ask for in between."""
    rng = Random(seed + 53)  # noqa: S311 - a test, no secret
    rows = list(posts(Random(seed)))  # noqa: S311
    steps = [*triggered_of(seed).steps, (at(str(OPENED)), 60, _first)]
    steps.append((at(f"{SHORTER_FROM} 23:00"), 61, _shorter))
    for number in range(rng.randint(20, 60)):
        offset = rng.randint(0, HORIZON)
        sign, answers = rng.choice(OCCASIONS)
        later = [
            (make, offset + rng.choice((0, 1, 3, 6, 12, 40))) for make in rng.choices(answers, k=rng.randint(0, 3))
        ]
        for place, (make, on) in enumerate([(sign, offset), *later]):
            moment = moment_on(on, rng.randint(8, 17))
            recorded = moment_on(on + rng.choice((0, 0, 0, 0, 0, 2, 20)), 22)
            own = 8000 + 10 * number + place
            steps.append((recorded, own, step_of(make, rng.randint(0, 2**32), rows, own, moment)))
    return Plan(tuple(steps), triggered_of(seed).judged_on)


def _first(organ: Organ) -> Any:
    organ.duty(PostRegistered(ref="deputy", post="deputy", exclusive=False, role="deputy"), str(OPENED))
    organ.assign("handler", "handler", "2018-09-03", recorded=str(OPENED), scope=("aid",), legacy=True, **KEY)
    organ.assign("mem2", "member", "2019-03-04", recorded=str(OPENED), supervises=(), legacy=True, **KEY)


FUNCTIONS = (("finance",), ("personnel",), ("finance", "personnel"))
KEY: dict[str, Any] = {"functions": ("finance",)}


def _shorter(organ: Organ) -> Any:
    rules = RulesAdopted(layer="organ", version="2", settings={"rotation_years": 1}, valid_from=SHORTER_FROM)
    return organ.duty(rules, f"{SHORTER_FROM} 23:00")


def _some(organ: Organ, rng: Random, *types: type[Payload]) -> Recorded | None:
    found = [entry for entry in organ.entries["duty"] if isinstance(entry.payload, types)]
    return rng.choice(found[-6:]) if found else None


def _refers(organ: Organ, rng: Random, *types: type[Payload]) -> dict[str, Any]:
    about = _some(organ, rng, *types)
    return {"refers": (organ.reference(about),)} if about is not None and rng.randint(0, 3) else {}


# --- appointments ---


def _decided(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (chair,) = in_office(rng, rows, moment, rng.choice(("secretary", "secretary", "secretary", "supervisor")))
    cited = _refers(organ, rng, AssignmentMade) if rng.randint(0, 5) == 0 else {}
    held = MeetingHeld(
        ref=f"OM{n}", body=rng.choice(("group", "group", "group", "aid", None)), chair=chair, occurred_at=moment,
        kind=rng.choice(("cadre", "cadre", "cadre", "decision", "democratic_life")), minutes=True, text=any_words(rng),
        unit=rng.choice((*UNITS, None)), non_voting=rng.choice((("handler",), None, None)),
        claims=some_of(rng, "G2a", "S4b", "G2b"), **cited,
    )  # fmt: skip
    return held, (chair, "clerk")


def _appointed(organ: Organ, rng: Random, _: Rows, n: int, moment: datetime) -> Made:
    first: date = moment.date() + timedelta(days=rng.choice((-20, 0, 0, 5, 30)))
    last = first + timedelta(days=rng.choice((30, 364, 365, 400))) if rng.randint(0, 1) else None
    person = rng.choice((*LEADERS, "clerk"))
    made = AssignmentMade(
        ref=f"OA{n}", person=person, post=rng.choice(("handler", "handler", "deputy", "member")),
        scope=(rng.choice(UNITS),), functions=rng.choice((*FUNCTIONS, None)),
        valid_from=first, valid_to=last, occurred_at=first, **_refers(organ, rng, MeetingHeld),
    )  # fmt: skip
    return made, ("clerk", person)


def _left(organ: Organ, rng: Random, _: Rows, n: int, moment: datetime) -> Made:
    gone = {e.payload.ends.position for e in organ.entries["duty"] if isinstance(e.payload, AssignmentEnded)}
    made = _some(organ, rng, AssignmentMade)
    if made is None or made.position in gone or not str(made.payload.ref).startswith("OA"):
        return None
    held: Any = made.payload
    last = max(moment.date(), held.valid_from)
    ended = AssignmentEnded(
        ref=f"OE{n}", ends=organ.reference(made), person=held.person, valid_to=last, occurred_at=last
    )
    return ended, ("clerk",)


def _wronged(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    finder, secretary = in_office(rng, rows, moment, "supervisor", "secretary")
    found = IssueFound(
        ref=f"OF{n}", finder=finder, unit=rng.choice((*UNITS, None)), reported_to=rng.choice(((secretary,), None)),
        occurred_at=moment.date(), text=any_words(rng), **_refers(organ, rng, AssignmentMade, MeetingHeld),
    )  # fmt: skip
    return found, (finder, "clerk")


def _righted(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    (person,) = in_office(rng, rows, moment, "secretary")
    made = RectificationMade(
        ref=f"OR{n}", person=person, occurred_at=moment.date(), claims=some_of(rng, "G2b", "S2b"), text=any_words(rng),
        **_refers(organ, rng, IssueFound),
    )  # fmt: skip
    return made, (person, "clerk")


# --- instructions ---


def _instructed(_: Organ, rng: Random, __: Rows, n: int, moment: datetime) -> Made:
    more: Any = {"occurred_at": moment.date(), "text": any_words(rng), "author": rng.choice(("up", "disc", "lead"))}
    if rng.randint(0, 1):
        return ReportSent(ref=f"OI{n}", recipients=("group",), **more), ("clerk", "handler")
    return RequestReported(ref=f"OI{n}", addressee=rng.choice(("group", "group", "lead")), **more), ("clerk", "handler")


def _taught(organ: Organ, rng: Random, _: Rows, n: int, moment: datetime) -> Made:
    held = EducationHeld(
        ref=f"OT{n}", body=rng.choice(("group", "aid")), occurred_at=moment, title=f"o{n}", text=any_words(rng),
        claims=some_of(rng, "G6a", "S2b"), **_refers(organ, rng, ReportSent, RequestReported, IssueFound),
    )  # fmt: skip
    return held, ("clerk", rng.choice(LEADERS))


# --- heads ---


def _noticed(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    head, other = in_office(rng, rows, moment, "head", rng.choice(("supervisor", "secretary", "head")))
    more: Any = {"occurred_at": moment.date(), "text": any_words(rng), "unit": rng.choice((*UNITS, None))}
    more |= _refers(organ, rng, WarningReported, IssueFound) | {"claims": some_of(rng, "PD6c", "S2b")}
    match rng.randint(0, 3):
        case 0:
            warned = more | {"unit": rng.choice(UNITS)}
            return WarningReported(ref=f"ON{n}", author=head, addressee=other, **warned), (head, "clerk")
        case 1:
            return RequestReported(ref=f"ON{n}", author=head, addressee=other, **more), (head, "clerk")
        case 2:
            told = rng.choice(((other,), None))
            return IssueFound(ref=f"ON{n}", finder=head, reported_to=told, **more), (head, "clerk")
    if head == other:
        return None
    held = TalkHeld(ref=f"ON{n}", talker=head, counterpart=other, **(more | {"occurred_at": moment}))
    return held, (head, other)


def _pressed(organ: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    secretary, other = in_office(rng, rows, moment, "secretary", "supervisor")
    if secretary == other:
        return None
    held = TalkHeld(
        ref=f"OU{n}", talker=secretary, counterpart=other, occurred_at=moment, text=any_words(rng), claims=("S2b",),
        **_refers(organ, rng, WarningReported, IssueFound),
    )  # fmt: skip
    return held, (secretary, other)


def _told_head(_: Organ, rng: Random, rows: Rows, n: int, moment: datetime) -> Made:
    author, head = in_office(rng, rows, moment, "supervisor", "head")
    addressee = rng.choice((head, head, "handler"))
    warned = WarningReported(
        ref=f"OW{n}", author=author, addressee=addressee, unit=rng.choice(UNITS), occurred_at=moment.date(),
        text=any_words(rng),
    )  # fmt: skip
    return warned, (author, rng.choice((addressee, "clerk")))


OCCASIONS: tuple[tuple[Make, tuple[Make, ...]], ...] = (
    (_decided, (_appointed, _appointed, _decided)),
    (_appointed, (_wronged, _left, _decided)),
    (_wronged, (_righted, _righted, _noticed)),
    (_instructed, (_taught, _taught)),
    (_noticed, (_noticed, _pressed)),
    (_told_head, (_noticed, _noticed, _pressed)),
    *FURTHER[:2],
)
"""Each occasion with what may follow it up."""


# --- cases ---


def claimed_cases_of(seed: int) -> Plan:
    """The plan of `organs_cases` for this number, with work on the cases that claims what must follow one."""
    plan, rng = cases_of(seed), Random(seed + 71)  # noqa: S311 - a test, no secret
    steps = list(plan.steps)
    for number in range(rng.randint(10, 30)):
        on = OPENED + timedelta(days=rng.randint(40, HORIZON))
        steps.append((at(f"{on} 23:00"), 9000 + number, _case_step(rng.randint(0, 2**32), on, number)))
    return Plan(tuple(steps), plan.judged_on)


def _case_step(seed: int, on: date, number: int) -> Callable[[Organ], Any]:
    def record(organ: Organ) -> Any:
        rng = Random(seed)  # noqa: S311
        opened = [each for each in organ.entries["case"] if each.payload.TYPE == "case.opened/1"]
        if not opened:
            return None
        opening = rng.choice(opened)
        happened = on - timedelta(days=rng.choice((0, 0, 0, 3)))
        more: Any = {"ref": f"CW{number}", "case": opening.payload.case, "occurred_at": happened}  # type: ignore[attr-defined]
        more["claims"] = some_of(rng, "A4a", "A4b", "A4c", "A4d") if rng.randint(0, 3) else None
        match rng.randint(0, 3):
            case 0:
                made: Payload = SecondInvestigationOpened(**more)
            case 1:
                made = SecondInvestigationDeclined(**more, reason="r")
            case _:
                made = DecisionMade(**more, track=rng.choice(("first", "second")), decisions=())
        return organ.case(made, f"{on} 23:00", of=opening)

    return record
