"""What is known at T is what a ledger that ends at T says: for every question, over random organs of every record."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from projections.facts.tenures import LEVELS, gaps
from projections.facts.values import Period
from projections.obligations import obligations, standing, uncounted
from projections.questions.holders import holders, members
from projections.questions.line import Line, LineFilter, line
from projections.questions.over import Over
from projections.registers.issues import issues
from projections.registers.leads import leads
from projections.registers.risks import risks
from projections.registers.tasks import tasks
from projections.signals import signals
from projections.views.facts import ViewFacts
from projections.views.store import Views
from tests.support.organs import OPENED, UNITS
from tests.support.organs_more import more_of

HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
WHOLE = Period(OPENED, date(2025, 12, 31))


def _line(facts: ViewFacts, unit: str, on: date) -> Line:
    wanted = LineFilter(unit=unit, first=WHOLE.first, last=WHOLE.last, judged_on=on)
    return replace(line(Over(facts), wanted), known_at=None)


QUESTIONS: Mapping[str, Callable[[ViewFacts, date], Any]] = {
    "holders": lambda facts, on: [
        holders(facts, level, None if level == "secretary" else unit, on) for level in LEVELS for unit in UNITS
    ],
    "members": members,
    "gaps": lambda facts, on: [
        gaps(facts, level, None if level == "secretary" else unit, Period(OPENED, on))
        for level in LEVELS
        for unit in UNITS
    ],
    "tenures": lambda facts, _: list(facts.tenures()),
    "parties": lambda facts, _: (dict(facts.units), dict(facts.persons)),
    "rules": lambda facts, on: [facts.rules_on(day) for day in (OPENED, on, date.max)],
    "obligations": lambda facts, on: obligations(facts, judged_on=on),
    "uncounted": lambda facts, on: uncounted(facts, judged_on=on),
    "standing": lambda facts, on: standing(facts, judged_on=on),
    "signals": signals,
    "tasks": lambda facts, on: list(tasks(facts, on)),
    "issues": lambda facts, on: list(issues(facts, on)),
    "risks": lambda facts, on: list(risks(facts, on)),
    "leads": lambda facts, on: list(leads(facts, on)),
    "line": lambda facts, on: [_line(facts, unit, on) for unit in UNITS],
}


@settings(max_examples=8, deadline=None, suppress_health_check=HEALTH, phases=[Phase.generate])
@given(st.integers(0, 2**32 - 1), st.data())
def test_every_question_as_known_at_a_moment_is_answered_by_the_ledger_that_ends_there(
    seed: int, data: st.DataObject
) -> None:
    """The whole ledger, asked as known at the moment of an entry, answers as one that has nothing after it."""
    plan = more_of(seed)
    organ = plan.organ()
    entries = organ.entries["duty"]
    last = data.draw(st.integers(20, len(entries) - 1))
    moment = entries[last].recorded_at
    size = max(entry.position for entry in entries if entry.recorded_at <= moment) + 1
    views = Views()
    views.apply(entries[:size])
    cut, alone = ViewFacts(organ.facts().views, moment), ViewFacts(views)

    for name, ask in QUESTIONS.items():
        assert ask(cut, plan.judged_on) == ask(alone, plan.judged_on), name
