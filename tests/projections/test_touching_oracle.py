"""Late assignments under two cases, day by day: a slow telling from the rules alone beside the program's answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.tenure import AssignmentMade
from projections.facts.holdings import LEVELS, Level, gaps
from projections.facts.values import Period
from projections.signals import signals
from tests.support.facts_maker import Organ, at

pytestmark = pytest.mark.long

FIRST = date(2024, 1, 1)
DAYS = 250
TOLERANCE = 10
PERSONS = ("sec", "mem", "mem2", "head", "head2", "clerk")
UNITS = ("aid", "office")


@dataclass(frozen=True)
class Made:
    """An assignment as the test made it."""

    level: Level
    unit: str | None
    person: str
    first: date
    last: date
    recorded: datetime
    ref: str

    @property
    def late(self) -> bool:
        return (self.recorded.date() - self.first).days > TOLERANCE

    def of_line(self, unit: str) -> bool:
        return self.unit in (None, unit)


@dataclass(frozen=True)
class Opened:
    """A case as the test made it."""

    case: str
    unit: str
    period: Period
    lead: datetime
    offender: str


def day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def assignments(rng: Random) -> list[Made]:
    found = []
    for number in range(rng.randint(3, 10)):
        level = rng.choice(LEVELS)
        first = day(rng.randint(0, DAYS))
        recorded = at(f"{first + timedelta(days=rng.choice((0, 0, 3, 10, 11, 40, 120)))} {rng.randint(10, 20)}:00")
        unit = None if level == "secretary" else rng.choice(UNITS)
        last = first + timedelta(days=rng.choice((5, 30, 100)))
        found.append(Made(level, unit, rng.choice(PERSONS), first, last, recorded, f"N{number}"))
    return sorted(found, key=lambda made: made.recorded)


def cases(rng: Random) -> list[Opened]:
    found = []
    for number, unit in enumerate(rng.sample(UNITS, 2)):
        first = day(rng.randint(0, 120))
        period = Period(first, first + timedelta(days=rng.choice((10, 60))))
        lead = at(f"{period.last + timedelta(days=rng.randint(1, 80))} 09:00")
        found.append(Opened(f"K{number}", unit, period, lead, rng.choice(("handler", "clerk"))))
    return sorted(found, key=lambda case: case.lead)


def organ_of(made: list[Made], opened: list[Opened]) -> Organ:
    organ = Organ(opened="2023-12-01")
    for each in made:
        fields = {"post": {"head": "head", "supervisor": "member", "secretary": "secretary"}[each.level]}
        more = {"supervises": (each.unit,)} if each.level == "supervisor" else {"scope": (each.unit or "group",)}
        payload = AssignmentMade(
            ref=each.ref, person=each.person, valid_from=each.first, valid_to=each.last, occurred_at=each.first,
            **fields, **more,  # type: ignore[arg-type]  # each has its own type
        )  # fmt: skip
        organ.duty(payload, each.recorded.strftime("%Y-%m-%d %H:%M"))
    for case in opened:
        lead = case.lead.strftime("%Y-%m-%d %H:%M")
        period = (case.period.first.isoformat(), case.period.last.isoformat())
        when = (opened[-1].lead + timedelta(days=30)).strftime("%Y-%m-%d %H:%M")
        organ.open_case(
            when, lead, ref=case.case, case=case.case, unit=case.unit, period=period, offender=case.offender
        )
    return organ


# --- told from the rules ---------------------------------------------------------------------------------------------


def counts_on(made: Made, on: date, lead: datetime | None) -> bool:
    """Whether an assignment counts on a day where the first lead of what it touches was received then."""
    grave = made.late and lead is not None and made.recorded >= lead
    return made.first <= on <= made.last and not (grave and on < made.recorded.date())


def persons_of(case: Opened, made: list[Made]) -> set[str]:
    """Its offender, and who held its line on a day of the period: whatever makes one a holder touches the case."""
    days = (case.period.first + timedelta(days=number) for number in range(case.period.days))
    line = [each for each in made if each.of_line(case.unit)]
    return {case.offender} | {each.person for on in days for each in line if counts_on(each, on, case.lead)}


def earliest_lead(each: Made, made: list[Made], opened: list[Opened]) -> datetime | None:
    touched = [
        case.lead
        for case in opened
        if each.unit == case.unit
        or each.person in persons_of(case, made)
        or (each.level == "secretary" and each.first <= case.period.last and each.last >= case.period.first)
    ]
    return min(touched, default=None)


def vacant(level: Level, unit: str | None, made: list[Made], opened: list[Opened], until: date) -> Iterator[date]:
    """Each day without a holder that counts, from the first holder on."""
    line = [(each, earliest_lead(each, made, opened)) for each in made if (each.level, each.unit) == (level, unit)]
    begun = False
    for number in range((until - FIRST).days + 1):
        held = any(counts_on(each, day(number), lead) for each, lead in line)
        begun = begun or held
        if begun and not held:
            yield day(number)


@settings(max_examples=150)
@given(st.integers(0, 2**32 - 1))
def test_weights_and_gaps_are_those_that_the_rules_tell(seed: int) -> None:
    """Every late assignment has the weight, and every duty the days without holder, that a day-by-day telling has."""
    rng = Random(seed)  # noqa: S311 - a test, no secret
    made, opened = assignments(rng), cases(rng)
    facts = organ_of(made, opened).facts()
    expected = {}
    for each in made:
        lead = earliest_lead(each, made, opened)
        if each.late:
            expected[each.ref] = "high" if lead is not None and each.recorded >= lead else "medium"
    found = signals(facts, codes={"RETRO_ASSIGNMENT"})
    assert {signal.events[0].ref: signal.weight for signal in found} == expected

    until = day(DAYS + 150)
    lines: list[tuple[Level, str | None]] = [("secretary", None)]
    lines += [(level, unit) for level in ("head", "supervisor") for unit in UNITS]
    for level, unit in lines:
        days = [
            period.first + timedelta(days=number)
            for period in gaps(facts, level, unit, Period(FIRST, until))
            for number in range(period.days)
        ]
        assert days == list(vacant(level, unit, made, opened, until))
