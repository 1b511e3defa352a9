"""What holds of every trace: days and acts are neither lost nor counted twice, and nothing else changes an answer."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.act_parts import Votes
from ledger.events.case_parts import OffenceAct, Rulebook
from ledger.events.records import RecordCorrected
from ledger.events.register import UnitRegistered
from projections.facts.values import Period
from projections.trace import trace
from projections.trace.attribution import attribution, line_of
from projections.trace.case_facts import case_facts
from projections.trace.model import LEVELS, Share, Trace
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import Organ

FIRST = date(2024, 1, 1)
DAYS = 60
PERIOD = Period(FIRST, FIRST + timedelta(days=DAYS - 1))
BOOKS = (Rulebook(id="wz", name="问责条例（2019修订）"), Rulebook(id="cf", name="处分条例（2023修订）"))
POSTS: dict[str, dict[str, Any]] = {
    "head": {"scope": ("aid",)}, "supervisor": {"supervises": ("aid",)}, "secretary": {"scope": ("group",)},
}  # fmt: skip
POST_OF = {"head": "head", "supervisor": "member", "secretary": "secretary"}
PERSONS = ("sec", "mem", "mem2", "head", "head2")

stretches = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 30), st.sampled_from(PERSONS), st.booleans()), max_size=5
)
days = st.lists(st.integers(0, DAYS - 1), min_size=1, max_size=8)


def ids_and_days(offsets: list[int]) -> tuple[OffenceAct, ...]:
    return tuple(
        OffenceAct(id=f"a{n}", day=FIRST + timedelta(days=offset), amount=Decimal(n) + Decimal("0.01"))
        for n, offset in enumerate(offsets, 1)
    )


def organ_of(plan: dict[str, list[tuple[int, int, str, bool]]], *, overlapping: bool) -> Organ:
    """An organ whose levels are held as planned: (gap before, days, person, acting); each recorded before the lead."""
    organ = Organ(opened="2023-01-01")
    for level in LEVELS:
        cursor = FIRST - timedelta(days=5)
        for gap, length, person, acting in plan[level]:
            start = cursor + timedelta(days=gap)
            last = start + timedelta(days=length - 1)
            more = {**POSTS[level], "valid_to": last.isoformat(), "recorded": "2024-03-10"}
            if acting:
                organ.act(person, POST_OF[level], start.isoformat(), **more)
            else:
                organ.assign(person, POST_OF[level], start.isoformat(), legacy=True, **more)
            cursor = start if overlapping else last + timedelta(days=1)
    return organ


def shares_of(organ: Organ, acts: tuple[OffenceAct, ...]) -> tuple[Share, ...]:
    organ.open_case("2024-06-03", "2024-05-05", acts=acts, rulebooks=BOOKS, period=_span(), offender="handler")
    facts = organ.facts()
    case = case_facts(facts, "K1")
    return attribution(case, line_of(facts, case))


def _span() -> tuple[str, str]:
    return PERIOD.first.isoformat(), PERIOD.last.isoformat()


def days_of(rows: list[Share]) -> Counter[date]:
    return Counter(row.period.first + timedelta(days=number) for row in rows for number in range(row.period.days))


@settings(max_examples=40)
@given(stretches, stretches, stretches, days)
def test_successive_holders_and_named_gaps_partition_the_period(
    heads: list[Any], members: list[Any], secretaries: list[Any], offsets: list[int]
) -> None:
    """On each level every day has its holder or lies in a named gap, once; so has every act; the amounts add up."""
    plan = {"head": heads, "supervisor": members, "secretary": secretaries}
    acts = ids_and_days(offsets)
    shares = shares_of(organ_of(plan, overlapping=False), acts)

    for level in LEVELS:
        rows = [row for row in shares if row.level == level]
        assert days_of(rows) == Counter(FIRST + timedelta(days=number) for number in range(DAYS))
        assert sorted(act for row in rows for act in row.acts) == sorted(act.id for act in acts)
        assert sum((row.amount for row in rows), Decimal(0)) == sum((act.amount for act in acts), Decimal(0))


@settings(max_examples=40)
@given(stretches, days)
def test_overlapping_holders_leave_no_day_and_no_act_out(heads: list[Any], offsets: list[int]) -> None:
    """Where holders overlap each answers for his own days; gaps overlap nobody; no act is lost or twice with one."""
    acts = ids_and_days(offsets)
    rows = [
        row
        for row in shares_of(organ_of({"head": heads, "supervisor": [], "secretary": []}, overlapping=True), acts)
        if row.level == "head"
    ]
    held, empty = [row for row in rows if row.person], [row for row in rows if row.person is None]

    assert set(days_of(rows)) == {FIRST + timedelta(days=number) for number in range(DAYS)}
    assert not set(days_of(held)) & set(days_of(empty))
    assert {act for row in rows for act in row.acts} == {act.id for act in acts}
    for person in {row.person for row in held}:
        own = [row for row in held if row.person == person]
        assert max(days_of(own).values()) == 1
        assert max(Counter(act for row in own for act in row.acts).values(), default=1) == 1


@settings(max_examples=40)
@given(stretches, stretches, days)
def test_a_gap_falls_to_whoever_held_the_next_level_up_that_day(
    members: list[Any], secretaries: list[Any], offsets: list[int]
) -> None:
    """Every day of a gap falls to the nearest level above that was held on it, to nobody where none was."""
    plan = {"head": [], "supervisor": members, "secretary": secretaries}
    shares = shares_of(organ_of(plan, overlapping=False), ids_and_days(offsets))
    held = {(str(row.level), day): row.person for row in shares if row.person for day in days_of([row])}

    for row in shares:
        if row.person is None:
            above = {"head": ("supervisor", "secretary"), "supervisor": ("secretary",), "secretary": ()}[row.level]
            for day in days_of([row]):
                assert row.falls_to == next((held[level, day] for level in above if (level, day) in held), None)


# --- nothing else changes it -----------------------------------------------------------------------------------------


def busy() -> Organ:
    """An organ with a decision, a warning's worth of talks, a change of holder, and later records."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-02-20 09:00", ("sec", "mem", "mem2"), votes=Votes(agree=("sec", "mem", "mem2")))
    organ.talk("mem", "head", "2024-02-26 09:00", claims=("A2b",), text="of receipts and of stock")
    organ.end("head", "2024-02-29", made=organ.entries["duty"][-4])
    organ.assign("handler", "head", "2024-03-04", scope=("aid",))
    organ.open_case("2024-06-03", "2024-05-05", decisions=(meeting,), acts=ids_and_days([3, 59]), rulebooks=BOOKS)
    correction = RecordCorrected(corrects=organ.reference(meeting), field="dissent", new_value={"person": "mem2"})
    organ.duty(correction, "2024-07-01", "mem2")
    organ.assign("mem2", "head", "2024-03-01", scope=("aid",), recorded="2024-07-02", valid_to="2024-03-03")
    return organ


def unrelated(organ: Organ, which: int) -> None:
    match which:
        case 0:
            organ.talk("mem2", "head2", "2024-08-01 09:00", text="another unit's matter")
        case 1:
            organ.duty(UnitRegistered(ref="new", unit="new", kind="department"), "2024-08-01")
        case 2:
            organ.assign("clerk", "handler", "2024-08-01", scope=("office",))
        case 3:
            organ.meeting("2024-08-01 09:00", ("head2",), body="office", kind="unit")


@pytest.mark.parametrize("which", range(4))
def test_an_unrelated_entry_changes_nothing(which: int) -> None:
    """A talk, a unit, an assignment or a meeting that has nothing to do with the case leaves every part as it was."""
    organ = busy()
    before = trace(organ.facts, "K1", considered=lambda _: False)
    unrelated(organ, which)

    assert trace(organ.facts, "K1", considered=lambda _: False) == before


def prefix_facts(organ: Organ, count: int) -> Any:
    """Facts over the first `count` duty entries and the whole case ledger."""
    views = Views()
    views.apply(organ.entries["duty"][:count])
    views.apply(organ.entries["case"])
    return lambda moment: ViewFacts(views, moment)


def bound(found: Trace) -> Any:
    """What the cut binds: attribution, intervals, categories, grounds not drawn from signals of the whole record."""
    whole = ("R4", "R13", "R16")
    persons = [
        (row.person, row.categories, row.interval, row.shares, [g for g in row.grounds if g.rule not in whole])
        for row in found.persons
    ]
    return found.shares, persons, [replace(gap, disputed=()) for gap in found.gaps], found.acts, found.chain


def test_as_known_at_a_position_is_as_over_the_first_entries_alone() -> None:
    """A trace as known when entry p was recorded equals the trace of a ledger that ends with p, for every p."""
    organ = busy()
    entries = organ.entries["duty"]
    decided = next(e.position for e in entries if e.type == "meeting.held/1")
    checked = 0
    for entry in entries[decided:]:
        last = max(e.position for e in entries if e.recorded_at <= entry.recorded_at)
        whole = trace(organ.facts, "K1", known_at=entry.recorded_at, considered=lambda _: False)
        alone = trace(prefix_facts(organ, last + 1), "K1", known_at=entry.recorded_at, considered=lambda _: False)
        assert bound(whole) == bound(alone), entry.position
        checked += 1
    assert checked >= 6


def test_the_same_ledger_gives_the_same_trace() -> None:
    """Two readings of one ledger are equal, in every order of sets and maps within."""
    organ = busy()

    assert trace(organ.facts, "K1") == trace(organ.facts, "K1")
