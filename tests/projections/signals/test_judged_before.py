"""What was judged of fewer entries and still tells, against judging the whole anew: no entry makes them differ."""

from collections.abc import Callable
from contextlib import closing
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.acts import TalkHeld
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused, RecordWithdrawn
from projections.facts.values import Signal
from projections.signals import blame, signals
from projections.signals.inquiry import Inquiry
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.organs import plan_of
from tests.support.organs_wide import wide_of
from tests.support.replayed import YUNXI, replayed
from tests.tools.formulaic import formulaic_views, talks

pytestmark = pytest.mark.long


def told(facts: ViewFacts, records: list[Recorded]) -> tuple[list[Signal], dict[Any, set[Signal]]]:
    """Every signal, and what blames each record."""
    found = signals(facts, JUDGED_ON)
    blamed = blame(facts, records, JUDGED_ON)
    return list(found), {cite: set(rows) for cite, rows in blamed.items() if rows}


def agree(asked: Views, organ: str | None = None, **cut: Any) -> None:
    """Views that were asked before answer as views that forgot what they were asked."""
    facts = ViewFacts(asked, organ=organ, **cut)
    records = [record for record in facts.records() if getattr(record.payload, "claims", None)]
    before = told(facts, records)
    kept, asked.kept = asked.kept, {}
    assert before == told(ViewFacts(asked, organ=organ, **cut), records)
    asked.kept = kept


def grown(entries: list[Recorded], step: int) -> None:
    """Asks after every few entries of an organ, in the order of recording across its ledgers."""
    views, name = Views(), entries[0].ledger
    entries = sorted(entries, key=lambda e: (e.position > 0, e.recorded_at, e.position))
    for number, entry in enumerate(entries):
        views.apply([entry])
        if number > 20 and (number % step == 0 or number == len(entries) - 1):
            agree(views, name)


@pytest.mark.parametrize("plan", [plan_of, wide_of])
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**16))
def test_random_organs_are_judged_as_if_anew_after_each_entry(plan: Callable[[int], Any], seed: int) -> None:
    """Whatever came since, posts and rules, talks and answers, corrections, leads and cases."""
    organ = plan(seed).organ()
    grown([e for rows in organ.entries.values() for e in rows], Random(seed).randint(1, 9))  # noqa: S311 - a test


def test_the_scenario_is_judged_as_if_anew_as_it_grows() -> None:
    """The organ and the inspectors of the scenario, entry by entry into the same views."""
    entries: list[Recorded] = []
    for kind in ("duty", "case"):
        with closing(replayed(YUNXI).open(kind)) as ledger:
            entries += ledger.page(0, ledger.size())
    grown(entries, 9)


def test_an_append_judges_again_what_it_concerns_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one more talk a rule that judges each record by itself looks at that talk."""
    views = formulaic_views(60)
    (further,) = list(talks(Organ().staffed(), 61))[60:]
    signals(ViewFacts(views), JUDGED_ON)
    views.apply([further])
    looked: list[int] = []

    def noting(facts: Any, judged_on: Any, few: Any = None) -> Any:
        looked.append(-1 if few is None else len(few))
        return Inquiry(facts, judged_on, few)

    monkeypatch.setattr("projections.signals.judged_before.Inquiry", noting)
    signals(ViewFacts(views), JUDGED_ON)
    assert looked.count(1) > 20  # the new talk alone
    assert looked.count(-1) < looked.count(1)
    looked.clear()
    signals(ViewFacts(views), JUDGED_ON)
    assert looked == []


def test_what_concerns_others_is_looked_for_everywhere() -> None:
    """A talk named by its number beforehand, one countersigned, one refused, one withdrawn: each as if judged anew."""
    organ = Organ().staffed()
    first = organ.talk("mem", "head", "2024-03-20 09:00", "mem", ref="T1", claims=("A2b",))
    organ.talk("mem", "head", "2024-03-14 09:00", recorded="2024-03-21", text="见T9", ref="T2", claims=("A2b",))
    views = Views()
    views.apply(organ.entries["duty"])
    agree(views)

    def adding(entry: Recorded) -> None:
        views.apply([entry])
        agree(views)

    adding(organ.talk("mem2", "head2", "2024-05-01 09:00", ref="T9"))
    assert any(s.code == "ANACHRONISM" for s in signals(ViewFacts(views), JUDGED_ON))
    adding(organ.duty(RecordAccepted(accepts=organ.reference(first)), "2024-05-20", "head"))
    adding(organ.duty(RecordRefused(refuses=organ.reference(first), reason="no"), "2024-05-21", "head"))
    adding(organ.duty(RecordWithdrawn(of=organ.reference(first), ground="duplicate"), "2024-06-20", "mem"))
    adding(organ.talk("mem", "head", "2024-07-01 09:00", ref="T3"))
    assert not [r for r in ViewFacts(views).records(TalkHeld) if r.payload.ref == "T1"]
