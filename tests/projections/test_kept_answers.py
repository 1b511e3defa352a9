"""What was judged is kept, and invalidated by what touches it: answers from views that were asked before, against those
of a process that starts. `python -m tests.tools.kept_answers FROM TO` asks about as many organs as one likes."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from ledger.events.acts import InspectionHeld, KeyTaskRegistered, RectificationMade, WarningReported
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from ledger.events.tenure import HandoverMade
from projections.facts.noted import LaterEntries
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.questions.over import Over
from projections.questions.registers import RegisterFilter, register
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.registers import talks as talks_read
from projections.signals import CATALOGUE, signals
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.kept_answers import grown, of_plan, scenario
from tests.support.organs import plan_of
from tests.support.organs_wide import wide_of
from tests.tools.formulaic import formulaic_views, talks

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("plan", "seed"), [(plan_of, 3), (wide_of, 11)])
def test_a_growing_organ_is_answered_as_by_a_process_that_starts(plan: Callable[[int], Any], seed: int) -> None:
    """Obligations, signals, owners, agenda, dossiers, traces, overview, whatever came since and whoever asked what."""
    assert list(grown(of_plan(plan(seed)), Random(seed), 15)) == []  # noqa: S311 - a test


def test_the_scenario_is_answered_as_by_a_process_that_starts() -> None:
    """The same while the organ of the scenario and its inspectors record."""
    assert list(grown(scenario(), Random(7), 50)) == []  # noqa: S311


def test_the_comparison_finds_what_is_kept_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were nothing said to be touched by what came since, answers would differ."""
    monkeypatch.setattr(LaterEntries, "touches", lambda *_: False)
    assert next(grown(of_plan(plan_of(2)), Random(2)), None) is not None  # noqa: S311


def test_formulaic_talks_are_judged_as_anew_one_by_one() -> None:
    """Groups of copies, batches and pairs grow by each talk as they are found anew."""
    views = formulaic_views(60)
    further = list(talks(Organ().staffed(), 75))[60:]
    for number in range(0, len(further), 3):
        views.apply(further[number : number + 1 + number % 2])
        views.apply(further[number + 1 + number % 2 : number + 3])
        assert judged(views) == judged(forgotten(views))


def test_what_answers_a_warning_is_judged_as_anew_in_whatever_order_it_comes() -> None:
    """An act of the day before and one of the day after that were on record first, receipts that others wrote, acts
    that name nobody, a talk before a task that is registered: each changes what is owed as if nothing was kept."""
    organ = Organ().staffed()
    organ.duty(InspectionHeld(ref="I", lead="mem", covers=("aid",), claims=("PM2c",), occurred_at=on(6)), "2024-03-07")
    views = organ.facts().views
    told = WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=on(4))
    warning = organ.duty(told, "2024-03-08", "head")
    about = (organ.reference(warning),)
    names_nobody: dict[str, Any] = {"unit": "aid", "measure": "m", "refers": about, "occurred_at": on(11)}
    task = organ.duty(KeyTaskRegistered(ref="KT", unit="aid", occurred_at=on(28)), "2024-03-09", "head")
    later = (
        (RecordAccepted(accepts=about[0], capacity="receipt", by="mem", arrived=on(5)), "2024-03-11", "clerk"),
        (RectificationMade(ref="R1", claims=("PM2c",), **names_nobody), "2024-03-12", "clerk"),
        (RectificationMade(ref="R2", claims=("M3c",), **names_nobody), "2024-03-13", "clerk", "mem"),
        (RecordAccepted(accepts=about[0], capacity="receipt", by="sec", arrived=on(6)), "2024-03-14", "clerk"),
        (HandoverMade(ref="H", outgoing="mem", incoming="mem2", scope=("aid",), occurred_at=on(15)), "2024-03-15"),
        (RecordAccepted(accepts=about[0], capacity="receipt", by="mem", arrived=on(4)), "2024-03-16", "clerk"),
    )
    seen = []
    for entry in (warning, task, *(organ.duty(*each) for each in later)):
        views.apply([entry])
        seen.append(judged(views))
        assert seen[-1] == judged(forgotten(views))
    talk = organ.talk("mem", "head", "2024-03-18 09:00", refers=(organ.reference(task),), claims=("PM4",))
    views.apply([talk])
    assert judged(views) == judged(forgotten(views)) != seen[-1]
    assert sum(one != next_ for one, next_ in pairwise(seen)) >= 5


def on(number: int) -> date:
    """A day of the month of which the test tells."""
    return date(2024, 3, number)


def test_registers_and_owed_signatures_grow_by_what_an_entry_concerns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A talk, its follow-up, and the signature that came late each make anew the lines of what they concern and no
    others, and all lines are then those of a process that starts."""
    organ = Organ().staffed()
    for number in range(20):
        organ.talk("mem", "head", f"2024-03-{number + 1:02} 09:00", "mem")
    followed = organ.talk("mem", "head", "2024-03-25 09:00", "mem", follow_up_due=date(2024, 4, 30))
    views = organ.facts().views
    told, row = [], talks_read._row

    def counted(facts: Any, record: Recorded, judged_on: date) -> Any:
        told.append(record.position)
        return row(facts, record, judged_on)

    monkeypatch.setattr(talks_read, "_row", counted)
    first = lines(views)
    assert len(told) == 21
    accepts = RecordAccepted(ref=None, accepts=organ.reference(followed), capacity="counterpart")
    later: tuple[Callable[[], Recorded], ...] = (
        lambda: organ.talk("mem2", "head2", "2024-04-02 09:00", "mem2"),
        lambda: organ.talk("mem", "head", "2024-04-03 09:00", "mem", refers=(organ.reference(followed),)),
        lambda: organ._record("duty", accepts, "2024-04-04", ("head",), followed),
    )
    for come in later:
        views.apply([come()])
        told.clear()
        grown = lines(views)
        assert 0 < len(told) <= 2
        assert grown == lines(forgotten(views))
        assert grown != first
        first = grown


def lines(views: Views) -> tuple[Any, Any]:
    """The register of talks, and what signatures are owed."""
    over = Over(ViewFacts(views))
    return (
        register("talks")(over, RegisterFilter(judged_on=JUDGED_ON)).items,
        owed_signatures(over, SignatureFilter(judged_on=JUDGED_ON)).items,
    )


def judged(views: Views) -> tuple[tuple[Instance, ...], Any]:
    """Everything owed, and every signal."""
    facts = ViewFacts(views)
    return obligations(facts, judged_on=JUDGED_ON), signals(facts, JUDGED_ON)


def forgotten(views: Views) -> Views:
    """The same views as somebody has them who asked nothing yet."""
    other = Views.__new__(Views)
    other.__dict__.update({**views.__dict__, "kept": {}})
    return other


def test_an_append_leaves_what_it_does_not_touch() -> None:
    """A talk of one member invalidates neither another obligation nor the pairs of another half-year."""
    views = formulaic_views(120)
    (further,) = list(talks(Organ().staffed(), 121))[120:]
    before = {row: row for row in obligations(ViewFacts(views), judged_on=JUDGED_ON)}
    views.apply([further])
    after = obligations(ViewFacts(views), judged_on=JUDGED_ON)
    same = [row for row in after if before.get(row) is row]
    assert 0 < len(after) - len(same) < len(after) / 4


def test_each_code_has_a_rule_of_its_own() -> None:
    """So that signals in order of their codes are those of each rule, one after another."""
    rules = [entry.rule for entry in CATALOGUE.values() if entry.rule is not None]
    assert len(set(rules)) == len(rules)
    found = signals(ViewFacts(formulaic_views(60)), JUDGED_ON)
    assert {signal.code for signal in found} <= set(CATALOGUE)
