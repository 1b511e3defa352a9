"""The line of a unit without a case: holders, empty days, open warnings and duties not done, and nothing more."""

from dataclasses import fields
from datetime import date, datetime

import pytest

from ledger.errors import BadInput
from ledger.events.acts import WarningReported
from ledger.events.record import Recorded
from projections.facts.values import Period
from projections.questions.line import Line, LineFilter
from projections.questions.line import line as line_of
from projections.questions.over import Over
from projections.trace import trace
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ
from tests.support.replayed import scenario_facts

SINCE, UNTIL = date(2024, 1, 1), date(2024, 6, 30)
DURING = Period(SINCE, UNTIL)
JUDGED_ON = date(2025, 12, 31)


def line(facts: ViewFacts, unit: str, period: Period, judged_on: date) -> Line:
    return line_of(Over(facts), LineFilter(unit=unit, first=period.first, last=period.last, judged_on=judged_on))


def stretches(found: Line, level: str) -> list[tuple[str | None, str, str, str]]:
    return [
        (row.person, row.capacity, row.period.first.isoformat(), row.period.last.isoformat())
        for row in found.holders
        if row.level == level
    ]


def test_holders_acting_cover_and_gaps_are_told_in_order_of_days() -> None:
    """A vacancy is a gap, acting in charge fills it, cover does not; before anybody's first day nobody is on record."""
    organ = Organ()
    organ.assign("head", "head", "2024-02-01", scope=("aid",))
    organ.end("head", "2024-03-31")
    organ.act("head2", "head", "2024-04-11", valid_to="2024-04-30", scope=("aid",))
    organ.act("handler", "head", "2024-05-01", "cover", scope=("aid",))

    found = line(organ.facts(), "aid", DURING, JUDGED_ON)
    assert stretches(found, "head") == [
        (None, "unknown", "2024-01-01", "2024-01-31"),
        ("head", "titular", "2024-02-01", "2024-03-31"),
        (None, "gap", "2024-04-01", "2024-04-10"),
        ("head2", "acting", "2024-04-11", "2024-04-30"),
        (None, "gap", "2024-05-01", "2024-06-30"),
        ("handler", "cover", "2024-05-01", "2024-06-30"),
    ]
    assert stretches(found, "secretary") == [(None, "unknown", "2024-01-01", "2024-06-30")]


def test_nobody_is_missing_tomorrow() -> None:
    """Days after the day of judging are no gap yet."""
    organ = Organ().staffed()
    organ.end("head", "2024-03-31")
    found = line(organ.facts(), "aid", DURING, date(2024, 4, 30))
    assert stretches(found, "head")[-1] == (None, "gap", "2024-04-01", "2024-04-30")


def test_a_warning_stands_open_until_its_answer() -> None:
    """One unanswered stands open; one answered inside the days stood open; one answered before them did not."""
    organ = Organ().staffed()

    def warn(ref: str, on: str) -> Recorded:
        warning = WarningReported(
            ref=ref, author="handler", addressee="mem", unit="aid", matter=ref, occurred_at=date.fromisoformat(on)
        )
        return organ.duty(warning, f"{on} 20:00", "handler", "mem")

    first, second = warn("W1", "2023-11-01"), warn("W2", "2023-12-01")
    organ.talk("mem", "head", "2023-12-20", refers=(organ.reference(first),))
    warn("W3", "2024-02-01")
    organ.talk("mem", "head", "2024-03-05", refers=(organ.reference(second),))

    found = line(organ.facts(), "aid", DURING, JUDGED_ON).warnings
    assert {row.entry.ref: row.answered_on for row in found} == {"W2": date(2024, 3, 5), "W3": None}
    assert {row.addressees for row in found} == {("mem",)}
    assert line(organ.facts(), "office", DURING, JUDGED_ON).warnings == ()


def test_it_stands_on_what_a_trace_stands_on() -> None:
    """In the scenario, as known at the opening, the line has the gaps that the trace has, and each unmet duty of the
    trace's holders that fell due inside the days and names no other unit; it has no category, score or case."""
    facts = scenario_facts()
    opened = datetime.fromisoformat("2024-10-14T10:00:00+08:00")
    traced = trace(lambda moment: scenario_facts(known_at=moment), "K1", known_at=opened)
    found = line(scenario_facts(known_at=opened), traced.unit, traced.period, date(2024, 10, 14))

    vacant = {(row.level, row.period) for row in found.holders if row.capacity == "gap"}
    assert {(gap.level, gap.period) for gap in traced.gaps} <= vacant
    holders = {row.person for row in found.holders if row.person is not None}
    told = {(row.obligation, row.owner, row.period, row.trigger) for row in found.unmet}
    owed = {
        (row.obligation, row.owner, row.period, row.trigger)
        for person in traced.persons
        if person.person in holders
        for row in person.unmet
        if row.due is not None and row.due in traced.period and row.unit == traced.unit
    }
    assert owed
    assert owed <= told
    assert not {"category", "categories", "score", "case"} & {item.name for item in fields(Line)}
    assert facts.has_cases


def test_a_duty_due_before_one_held_the_line_is_not_held_against_one() -> None:
    """Who came in July is not listed for a half-year that ended in June, nor is who only disputed days would name."""
    found = line(scenario_facts(), "c-aid", Period(date(2024, 1, 1), date(2024, 10, 31)), JUDGED_ON)
    held = {row.person: row.disputed for row in found.holders if row.entry is not None and row.entry.ref == "E095"}
    assert all(held.values())
    assert not set(held) & {row.owner for row in found.unmet}


def test_what_has_no_line_is_said() -> None:
    """The Party group and what is no unit have no line."""
    organ = Organ().staffed()
    for name in ("group", "sec"):
        with pytest.raises(BadInput):
            line(organ.facts(), name, DURING, JUDGED_ON)
