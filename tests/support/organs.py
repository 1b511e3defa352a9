"""Random small organs: posts that change hands, and acts that may or may not fulfil what is owed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from ledger.events.acts import (
    EducationHeld,
    InspectionHeld,
    IntegrityReportSubmitted,
    MeetingHeld,
    PlanMade,
    TalkHeld,
    WarningReported,
)
from ledger.events.tenure import ActingBegun, AssignmentMade
from tests.support.facts_maker import Organ, at

OPENED = date(2023, 1, 3)
HORIZON = 800
"""Days from the opening within which things happen: over two years."""
LEADERS = ("sec", "mem", "mem2", "head", "head2", "handler")
UNITS = ("aid", "office")
IDS: tuple[str, ...] = (
    *("PM2c", "PS2", "A1a"),
    *("A2a", "A2b", "PG3a", "PS1", "PM3", "PD1"),
)


@dataclass(frozen=True)
class Plan:
    """What is recorded, as (moment of recording, how), to be put in order."""

    steps: tuple[tuple[datetime, int, Callable[[Organ], Any]], ...]
    judged_on: date

    def organ(self, entries: int | None = None) -> Organ:
        """The organ after these records; with `entries` only the first so many entries of the duty ledger."""
        organ = Organ(opened=OPENED.isoformat())
        for _, _, step in sorted(self.steps, key=lambda row: row[:2]):
            step(organ)
        if entries is not None:
            del organ.entries["duty"][entries:]
        return organ


def moment_on(offset: int, hour: int = 9) -> datetime:
    """The full hour of the day so many days after the opening."""
    return at(f"{OPENED + timedelta(days=offset)} {hour:02}:00")


Post = tuple[str, str | None, int, int, str, bool]
"""(post, unit, first day, last day, person, acting), days from the opening."""


def plan_of(seed: int) -> Plan:
    """The record of about two years that belongs to a number; evenly spread, unlike what shrinking prefers."""
    rng = Random(seed)  # noqa: S311 - a test, no secret
    rows = list(posts(rng))
    steps: list[tuple[datetime, int, Callable[[Organ], Any]]] = [
        (at(str(OPENED)), number, _assigning(*row)) for number, row in enumerate(rows)
    ]
    for number in range(rng.randint(5, 50)):
        offset, hour = rng.randint(0, HORIZON), rng.randint(8, 17)
        late = rng.choice((0, 0, 0, 0, 5, 8, 40))
        make = rng.choice(MAKERS)
        recorded = moment_on(offset + late, 20)
        steps.append((recorded, 100 + number, make(rng, rows, number, moment_on(offset, hour), recorded)))
    return Plan(tuple(steps), OPENED + timedelta(days=rng.choice((rng.randint(100, HORIZON), HORIZON + 60))))


plans = st.integers(0, 2**32 - 1).map(plan_of)


def posts(rng: Random) -> Iterator[Post]:
    """Each post changes hands, with gaps, and is never held by two."""
    for post, unit in (("secretary", None), *((p, u) for u in UNITS for p in ("head", "supervisor"))):
        start = -rng.randint(0, 200)
        for _ in range(rng.randint(1, 4)):
            length = rng.choice((10, 29, 30, 31, 90, 181, 365, 900))
            yield post, unit, start, start + length - 1, rng.choice(LEADERS), rng.randint(0, 5) == 0
            start += length + rng.choice((0, 0, 0, 1, 14))


def _assigning(post: str, unit: str | None, first: int, last: int, person: str, acting: bool) -> Callable[[Organ], Any]:
    days = OPENED + timedelta(days=first), OPENED + timedelta(days=last)
    fields: dict[str, Any] = {"person": person, "valid_from": days[0], "valid_to": days[1], "occurred_at": days[0]}
    if post == "supervisor":
        fields |= {"post": "member", "supervises": (unit,)}
    else:
        fields |= {"post": post, "scope": (unit or "group",)}
    cls: type[Any] = ActingBegun if acting else AssignmentMade
    if acting:
        fields["mode"] = "in_charge"
    return lambda organ: organ.duty(cls(ref=f"A{len(organ.entries['duty'])}", legacy=True, **fields), str(OPENED))


def _recorded(recorded: datetime) -> str:
    return recorded.strftime("%Y-%m-%d %H:%M")


def in_office(rng: Random, rows: Sequence[Post], moment: datetime, *wanted: str) -> list[str]:
    """Persons of these posts on a day, mostly; anybody now and then."""
    offset = (moment.date() - OPENED).days
    unit = rng.choice(UNITS)
    found = []
    for post in wanted:
        held = [row[4] for row in rows if row[0] == post and row[1] in (None, unit) and row[2] <= offset <= row[3]]
        found.append(held[0] if held and rng.randint(0, 4) else rng.choice(LEADERS))
    return found


def _talk(
    rng: Random, rows: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    pair, claims = rng.choice(
        (
            (("secretary", "supervisor"), ("A2a",)),
            (("supervisor", "head"), ("A2b",)),
            (("supervisor", "head"), ("A2a", "A2b")),
        )
    )
    talker, counterpart = in_office(rng, rows, moment, *pair)
    signed = (talker, counterpart) if rng.randint(0, 4) else (talker,)
    declared: dict[str, Any] = {"declared_late": True, "late_reason": "ill"} if rng.randint(0, 1) else {}
    talk = TalkHeld(
        ref=f"T{number}", talker=talker, counterpart=counterpart, occurred_at=moment, claims=claims, **declared
    )
    return lambda organ: organ.duty(talk, _recorded(recorded), *signed)


def _meeting(
    rng: Random, rows: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    body, kind, post = rng.choice(
        (("group", "special", "secretary"), ("group", "decision", "secretary"), (None, "member_annual", "supervisor"))
    )
    (chair,) = in_office(rng, rows, moment, post)
    meeting = MeetingHeld(
        ref=f"M{number}", body=body, kind=kind, chair=chair, occurred_at=moment, minutes=True, claims=("PS1", "PM3")
    )
    return lambda organ: organ.duty(meeting, _recorded(recorded), chair, "clerk")


def _education(
    rng: Random, _: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    body = rng.choice(("group", "group", "group", "aid"))
    education = EducationHeld(ref=f"E{number}", body=body, occurred_at=moment, title=f"t{number}", claims=("PG3a",))
    return lambda organ: organ.duty(education, _recorded(recorded), "clerk", "handler")


def _plan(
    rng: Random, rows: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    (signer,) = in_office(rng, rows, moment, "head")
    plan = PlanMade(ref=f"P{number}", unit=rng.choice(UNITS), occurred_at=moment.date(), claims=("PD1",))
    return lambda organ: organ.duty(plan, _recorded(recorded), signer, "clerk")


def _warning(
    rng: Random, rows: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    author, addressee = in_office(rng, rows, moment, "head", "supervisor")
    unit, on = rng.choice(UNITS), moment.date()
    warning = WarningReported(ref=f"W{number}", author=author, addressee=addressee, unit=unit, occurred_at=on)
    return lambda organ: organ.duty(warning, _recorded(recorded), author, addressee)


def _answer(
    rng: Random, rows: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    """A check by a warned member, soon after one of the warnings so far, if there is one."""
    shift, lead = rng.choice((0, 1, 5, 12, 40)), rng.choice(LEADERS)
    late = recorded - moment

    def record(organ: Organ) -> Any:
        warnings = [entry.payload for entry in organ.entries["duty"] if isinstance(entry.payload, WarningReported)]
        last = warnings[-1] if warnings and number % 4 else None
        on = moment.date() if last is None else min(moment.date(), _day(last) + timedelta(days=shift))
        who = lead if last is None else str(last.addressee)
        units = UNITS[:1] if last is None else (str(last.unit),)
        check = InspectionHeld(ref=f"I{number}", lead=who, covers=units, occurred_at=on, claims=("PM2c",))
        return organ.duty(check, _recorded(moment + late), who, "clerk")

    return record


def _day(warning: WarningReported) -> date:
    if not isinstance(warning.occurred_at, date):
        raise TypeError("a warning here has a day")
    return warning.occurred_at


def _report(
    rng: Random, _: Sequence[Post], number: int, moment: datetime, recorded: datetime
) -> Callable[[Organ], Any]:
    author, year = rng.choice(LEADERS), moment.year - rng.choice((0, 1, 1))
    report = IntegrityReportSubmitted(
        ref=f"R{number}", author=author, for_year=year, occurred_at=moment.date(), claims=("A1a",)
    )
    return lambda organ: organ.duty(report, _recorded(recorded), author, "clerk")


MAKERS = (_talk, _talk, _talk, _meeting, _education, _education, _plan, _warning, _answer, _answer, _report)
