"""Random small organs whose acts claim every duty that is counted in a period, beside those of `organs`."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from random import Random
from typing import Any

from ledger.events.acts import (
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    IssueFound,
    MeetingHeld,
    PlanMade,
    ReportSent,
    RequestReported,
    RiskMeasureTaken,
    SelfSummarySubmitted,
)
from ledger.events.base import Payload
from ledger.events.register import UnitRegistered
from tests.support.facts_maker import Organ, at
from tests.support.organs import HORIZON, LEADERS, OPENED, UNITS, Plan, in_office, moment_on, plan_of, posts

BODIES = (("up", "superior"), ("disc", "superior_discipline"), ("lead", "leading_group"))
Rows = Sequence[tuple[str, str | None, int, int, str, bool]]
Made = Callable[[Random, Rows, int, datetime], tuple[Payload, tuple[str, ...]]]


def wide_of(seed: int) -> Plan:
    """The plan of `organs` for this number, with acts for the other counted duties, in an organ with bodies above."""
    rng = Random(seed + 29)  # noqa: S311 - a test, no secret
    rows = list(posts(Random(seed)))  # noqa: S311
    plan = plan_of(seed)
    steps = [*plan.steps, *((at(str(OPENED)), -9 + n, _registering(*body)) for n, body in enumerate(BODIES))]
    for number in range(rng.randint(10, 60)):
        moment = moment_on(rng.randint(0, HORIZON), rng.randint(8, 17))
        late = rng.choice((0, 0, 0, 0, 5, 20, 40))
        payload, signers = rng.choice(MAKERS)(rng, rows, number, moment)
        recorded = moment_on((moment.date() - OPENED).days + late, 21)
        steps.append((recorded, 3000 + number, _recording(payload, recorded, signers)))
    return Plan(tuple(steps), plan.judged_on)


def _registering(unit: str, kind: str) -> Callable[[Organ], Any]:
    return lambda organ: organ.duty(UnitRegistered(ref=unit, unit=unit, kind=kind, name=unit), str(OPENED))


def _recording(payload: Payload, recorded: datetime, signers: tuple[str, ...]) -> Callable[[Organ], Any]:
    return lambda organ: organ.duty(payload, recorded.strftime("%Y-%m-%d %H:%M"), *signers)


def some_of(rng: Random, *claims: str) -> tuple[str, ...]:
    """Some of the claims; the first where it would be none."""
    return tuple(claim for claim in claims if rng.randint(0, 3)) or claims[:1]


def any_words(rng: Random) -> str:
    """A text that is like another one now and then."""
    return str(rng.getrandbits(80)) if rng.randint(0, 9) else "the same words for all of them"


def _year(rng: Random, on: date) -> int:
    return on.year - rng.choice((0, 1, 1, 1, 2))


def _inspection(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    post = rng.choice(("secretary", "supervisor"))
    (lead,) = in_office(rng, rows, moment, post)
    covers = rng.choice((UNITS, UNITS, UNITS[:1], UNITS[1:]))
    check = InspectionHeld(
        ref=f"WI{n}", lead=lead, covers=covers, for_year=_year(rng, moment.date()), occurred_at=moment.date(),
        kind="annual", claims=some_of(rng, "A3a", "PS6", "M3b", "M2b", "M1"), text=any_words(rng),
    )  # fmt: skip
    return check, (lead, "clerk")


def _analysis(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    (lead,) = in_office(rng, rows, moment, "secretary")
    wanted = f"{moment.year - rng.choice((0, 0, 0, 1))}-{rng.choice(('H1', 'year'))}"
    made = AnalysisMade(
        ref=f"WA{n}", lead=lead, for_period=wanted, occurred_at=moment.date(), claims=some_of(rng, "PS5a", "M1", "S3"),
        text=any_words(rng),
    )  # fmt: skip
    return made, (lead, "clerk")


def _meeting(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    (chair,) = in_office(rng, rows, moment, rng.choice(("secretary", "secretary", "supervisor")))
    kind, claims = rng.choice(
        (
            *(
                ("special", ("PG1", "S3")),
                ("democratic_life", ("A1b", "PG1")),
                ("decomposition", ("PG2a", "PG2b", "PS2")),
            ),
            *(("study", ("G5a", "M1")), ("decision", ("G4a", "S3", "M2b")), ("other", ("G4a", "PS2")), (None, ("M1",))),
        )
    )
    held = MeetingHeld(
        ref=f"WM{n}", body=rng.choice(("group", "group", "group", "aid", None)), kind=kind, chair=chair,
        occurred_at=moment, minutes=True, text=any_words(rng), claims=some_of(rng, *claims),
    )  # fmt: skip
    return held, (chair, "clerk")


def _education(rng: Random, _: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    held = EducationHeld(
        ref=f"WE{n}", body=rng.choice(("group", "aid")), occurred_at=moment, title=f"t{n}", text=any_words(rng),
        claims=some_of(rng, "PS3", "G5a", "M1"),
    )  # fmt: skip
    return held, ("clerk", rng.choice(LEADERS))


def _plan(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    (signer,) = in_office(rng, rows, moment, rng.choice(("supervisor", "secretary")))
    made = PlanMade(
        ref=f"WP{n}", unit=rng.choice((*UNITS, "group")), kind=rng.choice(("yearly", "education", "other", None)),
        occurred_at=moment.date(), claims=some_of(rng, "PG2a", "G4a", "PM2a", "M2b", "M1"), text=any_words(rng),
    )  # fmt: skip
    return made, (signer, "clerk")


def _measure(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    (signer,) = in_office(rng, rows, moment, "supervisor")
    taken = RiskMeasureTaken(
        ref=f"WR{n}", unit=rng.choice(UNITS), occurred_at=moment.date(), claims=some_of(rng, "PM2a", "M2b", "M1"),
        text=any_words(rng),
    )  # fmt: skip
    return taken, (signer, "clerk")


def _report(rng: Random, _: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    receipts = tuple(body for body in ("up", "disc") if rng.randint(0, 1)) or None
    sent = ReportSent(
        ref=f"WU{n}", author="group", recipients=("up", "disc"), receipts=receipts, for_year=_year(rng, moment.date()),
        occurred_at=moment.date(), claims=some_of(rng, "PG5b", "M1"), text=any_words(rng),
    )  # fmt: skip
    return sent, (rng.choice(LEADERS), "clerk")


def _summary(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    (head,) = in_office(rng, rows, moment, "head")
    made = SelfSummarySubmitted(
        ref=f"WS{n}", unit=rng.choice(UNITS), addressee=rng.choice(("lead", "lead", "lead", "group")),
        for_year=_year(rng, moment.date()), occurred_at=moment.date(), claims=("PD5",), text=any_words(rng),
    )  # fmt: skip
    return made, (head, "clerk")


def _request(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    author, addressee = in_office(rng, rows, moment, "head", "supervisor")
    asked = RequestReported(
        ref=f"WQ{n}", author=rng.choice((author, "aid")), addressee=addressee, unit=rng.choice((*UNITS, None)),
        occurred_at=moment.date(), claims=some_of(rng, "PD3", "M1"), text=any_words(rng),
    )  # fmt: skip
    return asked, (author, "clerk")


def _issue(rng: Random, rows: Rows, n: int, moment: datetime) -> tuple[Payload, tuple[str, ...]]:
    (finder,) = in_office(rng, rows, moment, "supervisor")
    found = IssueFound(
        ref=f"WF{n}", finder=finder, unit=rng.choice(UNITS), occurred_at=moment.date(), claims=some_of(rng, "M1", "S3"),
        text=any_words(rng),
    )  # fmt: skip
    return found, (finder, "clerk")


MAKERS: tuple[Made, ...] = (
    *(_inspection, _inspection, _inspection, _analysis, _analysis, _meeting, _meeting, _meeting, _meeting),
    *(_education, _plan, _plan, _measure, _report, _report, _summary, _summary, _request, _request, _issue),
)
