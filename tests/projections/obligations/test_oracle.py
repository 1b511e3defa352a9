"""The engine of obligations against a slow second opinion, and against itself at other cuts."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.events.register import PostRegistered
from ledger.events.tenure import LeaveTaken
from projections.obligations import obligations
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ
from tests.support.obligations_oracle import Answer, Oracle, verdicts_of
from tests.support.organs import HORIZON, IDS, OPENED, Plan, plans

pytestmark = pytest.mark.long
HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
MANY = settings(max_examples=60, deadline=None, suppress_health_check=HEALTH)
SOME = settings(max_examples=15, deadline=None, suppress_health_check=HEALTH)
PER_UNIT = ("PD1", "PM2c")


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
    entries = organ.entries["duty"]
    return Oracle(entries, verdicts_of(facts, entries, judged_on), judged_on, OPENED).answer()


@MANY
@given(plans)
def test_every_status_is_that_of_a_walk_day_by_day(plan: Plan) -> None:
    """Who owes what in which period, with which status by which acts, is the same by a walk over single days."""
    organ = plan.organ()
    facts = organ.facts()

    assert answers(facts, plan.judged_on) == second_opinion(organ, facts, plan.judged_on)


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
