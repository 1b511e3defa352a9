"""The engine of obligations against a slow second opinion, and against itself at other cuts."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.events.acts import WarningReported
from ledger.events.record import Recorded
from ledger.events.register import PostRegistered
from ledger.events.tenure import LeaveTaken
from projections.obligations import obligations
from projections.signals.inquiry import Inquiry
from projections.signals.unanswered import answers as answers_to
from projections.views.facts import ViewFacts
from tests.support.as_read import as_read
from tests.support.counted_oracle import CountedOracle
from tests.support.facts_maker import Organ
from tests.support.obligations_oracle import Answer, Oracle, every_verdict_of, verdicts_of
from tests.support.occasions_oracle import CasesOracle, OccasionsOracle
from tests.support.organs import HORIZON, IDS, OPENED, Plan, plan_of, plans
from tests.support.organs_amended import amended, half_amended
from tests.support.organs_occasions import SHORTER_FROM, claimed_cases_of, occasions_of
from tests.support.organs_triggered import triggered_of
from tests.support.organs_wide import wide_of
from tests.support.triggered_oracle import TriggeredOracle

pytestmark = pytest.mark.long
HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
SOME = settings(max_examples=15, deadline=None, suppress_health_check=HEALTH, derandomize=True)
MANY, FEW = range(30), range(15)
"""Seeds: the same organs in every run. New ones are looked for by `python -m tests.tools.second_opinion FROM TO`."""
PER_UNIT = ("PD1", "PM2c")
COUNTED = (
    *("G4a", "G5a", "PG1", "PG2a", "PG2b", "A1b", "A3a", "PG5b", "PS2", "PS3", "PS5a", "PS6", "S3", "M1", "M3b"),
    *("M2b", "PM2a", "PD3", "PD5"),
)
TRIGGERED = ("M3c", "PM2b", "PM4", "PM5b", "PD4", "A3b", "PS5b", "PS7b", "PS7c", "S1", "G1b")
OCCASIONS = ("G2a", "G2b", "G2c", "G6a", "S2b", "S4b", "PD6c")
AFTER_A_CASE = ("A4a", "A4b", "A4c", "A4d")
COUNTED_PER_UNIT = ("M2b", "PM2a", "PD3", "PD5")


def answers(facts: ViewFacts, judged_on: date) -> Answer:
    return {
        (row.obligation, row.owner, row.unit if row.obligation in PER_UNIT else None, row.period or row.trigger): (
            row.status,
            frozenset() if row.obligation == "PS2" else frozenset(cite.ref for cite in row.met_by),
        )
        for row in obligations(facts, judged_on=judged_on, ids=IDS)
        if not (row.obligation == "PS2" and row.period)
    }


def second_opinion(organ: Organ, facts: ViewFacts, judged_on: date) -> Answer:
    entries = as_read(organ.entries["duty"])
    return Oracle(entries, verdicts_of(facts, entries, judged_on), judged_on, OPENED).answer()


def check_walk(plan: Plan) -> None:
    """Raises AssertionError where the second opinion by a walk over single days differs."""
    organ = plan.organ()
    facts = organ.facts()

    assert answers(facts, plan.judged_on) == second_opinion(organ, facts, plan.judged_on)


def test_every_status_is_that_of_a_walk_day_by_day() -> None:
    """Who owes what in which period, with which status by which acts, is the same by a walk over single days."""
    for seed in MANY:
        check_walk(half_amended(plan_of, seed))


@pytest.mark.parametrize("seed", [35, 36, 43])
def test_what_was_found_in_amended_organs(seed: int) -> None:
    """A correction made again after the first was withdrawn counts; who signed a warning knows of it."""
    check_walk(amended(plan_of(seed), seed))


def check_counted(plan: Plan) -> None:
    """Raises AssertionError where the second opinion on what is counted in a period differs."""
    organ = plan.organ()
    facts, entries = organ.facts(), as_read(organ.entries["duty"])
    found = {
        (row.obligation, row.owner, row.unit if row.obligation in COUNTED_PER_UNIT else None, row.period): (
            row.status,
            frozenset(cite.ref for cite in row.met_by),
        )
        for row in obligations(facts, judged_on=plan.judged_on, ids=COUNTED)
        if row.period is not None
    }

    oracle = CountedOracle(entries, verdicts_of(facts, entries, plan.judged_on), plan.judged_on, OPENED)
    assert found == oracle.answer()


def test_so_is_every_duty_that_is_counted_in_a_period() -> None:
    """By the plan's table read again: the group's, the secretary's, the members' and the units' duties of a period."""
    for seed in MANY:
        check_counted(half_amended(wide_of, seed))


def check_triggered(plan: Plan) -> None:
    """Raises AssertionError where the second opinion on what something triggers differs."""
    organ = plan.organ()
    facts, entries = organ.facts(), as_read(organ.entries["duty"])
    found = {
        (row.obligation, row.owner, None, row.trigger): (row.status, frozenset(cite.ref for cite in row.met_by))
        for row in obligations(facts, judged_on=plan.judged_on, ids=TRIGGERED)
    }

    oracle = TriggeredOracle(entries, every_verdict_of(facts, entries, plan.judged_on), plan.judged_on, OPENED)
    assert found == oracle.answer()


def test_so_is_what_something_triggers() -> None:
    """Who follows up what by when: warnings, requests, key work, tasks, checks and problems reported."""
    for seed in MANY:
        check_triggered(half_amended(triggered_of, seed))


def check_occasions(plan: Plan) -> None:
    """Raises AssertionError where the second opinion on occasions differs."""
    organ = plan.organ()
    facts, entries = organ.facts(), as_read(organ.entries["duty"])
    rows = obligations(facts, judged_on=plan.judged_on, ids=OCCASIONS)
    found = {
        (row.obligation, row.subject or row.owner, None, row.trigger or str(row.due)): (
            row.status,
            frozenset(cite.ref for cite in row.met_by),
        )
        for row in rows
    }

    rotation = {date.min: 5, SHORTER_FROM: 1}
    verdicts = every_verdict_of(facts, entries, plan.judged_on)
    every = as_read(organ.entries["duty"], withdrawn=True)
    q, warnings = Inquiry(facts, plan.judged_on, ()), {each.position: each for each in facts.records(WarningReported)}

    def answered(warning: Recorded, until: date) -> bool:
        return any(True for _ in answers_to(q, warnings[warning.position], until))

    oracle = OccasionsOracle(
        entries, verdicts, plan.judged_on, OPENED, rotation=rotation, every=every, answered=answered
    )
    assert found == oracle.answer()
    assert len(found) == len(rows)


def test_so_is_what_an_occasion_asks_for() -> None:
    """Appointments, what was wrong with one, instructions, urging, signs that heads learn of, and key posts."""
    for seed in MANY:
        check_occasions(half_amended(occasions_of, seed))


@pytest.mark.parametrize("seed", [70163, 70205])
def test_what_was_found_wrong_is_owed_though_the_meeting_it_was_found_in_is_withdrawn(seed: int) -> None:
    """Who withdraws the meeting cannot rid the group of the duty (G2b); who withdraws the problem found does."""
    check_occasions(half_amended(occasions_of, seed))


def test_what_was_done_by_the_day_of_judging_counts_though_it_was_recorded_after_it() -> None:
    """A head's warning of that day, recorded later, is his early report (PD6c)."""
    check_occasions(half_amended(occasions_of, 70212))


@pytest.mark.parametrize("seed", [70197, 70265])
def test_posts_that_a_correction_fills_twice(seed: int) -> None:
    """Two titular holders are two seats; a day of acting beside a titular holder is the titular one's."""
    check_walk(half_amended(plan_of, seed))


def test_a_check_that_a_correction_made_the_yearly_one_answers_no_warning_that_it_does_not_name() -> None:
    """Routine does not answer a warning: who corrects a check to be that of a year takes the answer away (PM2c)."""
    check_walk(half_amended(plan_of, 700027))


def test_days_as_head_of_what_has_ended_are_none() -> None:
    """Who headed a unit for longer than it lived held his post no longer than that (A1a)."""
    check_walk(half_amended(plan_of, 210049))


@pytest.mark.parametrize("seed", [70233, 80262])
def test_an_event_recorded_twice_counts_by_the_record_that_answers(seed: int) -> None:
    """Where what is owed names the later record of an event, that one counts: the earlier one answers nothing else."""
    check_occasions(half_amended(occasions_of, seed))


def check_cases(plan: Plan) -> None:
    """Raises AssertionError where the second opinion on what follows a case differs."""
    organ = plan.organ()
    found = {
        (row.obligation, row.trigger): (row.status, frozenset(cite.ref for cite in row.met_by), row.days_after_case)
        for row in obligations(organ.facts(), judged_on=plan.judged_on, ids=AFTER_A_CASE)
    }

    assert found == CasesOracle(organ.entries["case"], plan.judged_on).answer()


def test_so_is_what_follows_a_case() -> None:
    """A4a to A4d: what counts is work on that case, by its claim; and both tracks need an outcome for A4d."""
    for seed in FEW:
        check_cases(claimed_cases_of(seed))


ORACLES: Mapping[str, Callable[[int], None]] = {
    "walk": lambda seed: check_walk(half_amended(plan_of, seed)),
    "counted": lambda seed: check_counted(half_amended(wide_of, seed)),
    "triggered": lambda seed: check_triggered(half_amended(triggered_of, seed)),
    "occasions": lambda seed: check_occasions(half_amended(occasions_of, seed)),
    "cases": lambda seed: check_cases(claimed_cases_of(seed)),
}
"""Every second opinion, as it is asked about the organ of a seed."""


@pytest.mark.parametrize("seed", [20073, 20748, 20816])
def test_opinions_of_two_persons_in_the_same_words_are_two_acts(seed: int) -> None:
    """One answers what was asked of another; the same words of him who was asked are no second record of that."""
    check_triggered(triggered_of(seed))


@SOME
@given(plans, st.data())
def test_a_status_as_known_at_a_position_needs_only_what_came_before(plan: Plan, data: st.DataObject) -> None:
    """The whole ledger cut at position p answers exactly as a ledger that has only the first p entries."""
    organ = plan.organ()
    whole = organ.facts()
    entries = data.draw(st.integers(20, len(organ.entries["duty"])))

    cut = ViewFacts(whole.views, entries=entries)
    alone = plan.organ(entries).facts()

    assert obligations(cut, judged_on=plan.judged_on) == obligations(alone, judged_on=plan.judged_on)


@SOME
@given(plans, st.booleans())
def test_an_unrelated_event_changes_nothing(plan: Plan, leave: bool) -> None:
    """A leave of the recorder, or a new kind of post, leaves every instance as it was."""
    organ = plan.organ()
    before = obligations(organ.facts(), judged_on=plan.judged_on)
    last = OPENED + timedelta(days=HORIZON + 60)
    if leave:
        organ.duty(
            LeaveTaken(ref="L", person="clerk", valid_from=last, valid_to=last, occurred_at=last), f"{last} 21:00"
        )
    else:
        organ.duty(PostRegistered(ref="driver", post="driver", exclusive=False), f"{last} 21:00")

    assert obligations(organ.facts(), judged_on=plan.judged_on) == before
