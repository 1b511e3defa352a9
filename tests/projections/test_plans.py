"""How SQLite answers the questions: by the index that drives, never by reading a ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.events.acts import TalkHeld
from ledger.events.records import RecordCorrected
from ledger.events.tenure import AssignmentMade
from projections.facts.values import Period
from projections.questions.browse import EntryFilter, changes, entries, latest
from projections.questions.desk import Desk
from projections.questions.obligations import Wanted
from projections.views.facts import ViewFacts
from projections.views.store import Views
from tests.support.facts_maker import JUDGED_ON
from tests.tools.formulaic import formulaic_views

BY_LEDGER = ("(ledger=?)", "(ledger=? AND position<?)", "(ledger=? AND position>?)")
YEAR = Period(JUDGED_ON.replace(month=1, day=1), JUDGED_ON)


def plans(views: Views, asked: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Each step of each different statement, with the statement."""
    return [
        (row["detail"], statement)
        for statement, values in dict(asked).items()
        for row in views.select(f"EXPLAIN QUERY PLAN {statement}", values)
    ]


def reads_the_ledger(step: str) -> bool:
    """Whether a step of a plan goes through all records, mentions or claims that a ledger has."""
    return step.startswith(("SCAN r", "SCAN d", "SCAN m", "SEARCH r ", "SEARCH d ", "SEARCH m ")) and (
        step.startswith("SCAN") or step.endswith(BY_LEDGER)
    )


@pytest.fixture(scope="module")
def views() -> Views:
    """A ledger in which a plan can go wrong."""
    return formulaic_views(120)


@pytest.fixture
def asked(views: Views, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the views are asked from here on."""
    seen: list[tuple[str, Any]] = []
    select = Views.select

    def noted(self: Views, statement: str, parameters: Any = ()) -> list[Any]:
        seen.append((statement, parameters))
        return select(self, statement, parameters)

    monkeypatch.setattr(Views, "select", noted)
    return seen


@pytest.mark.parametrize(
    ("types", "limits"),
    [
        ((), {"person": "mem"}),
        ((TalkHeld,), {"person": "mem", "occurred": YEAR}),
        ((), {"unit": "aid", "occurred": YEAR}),
        ((TalkHeld,), {"person": "mem", "unit": "aid"}),
        ((), {"claims": "A2b"}),
        ((TalkHeld,), {"claims": "A2b", "person": "mem", "occurred": YEAR}),
        ((TalkHeld,), {}),
        ((TalkHeld, AssignmentMade), {"occurred": YEAR}),
        ((RecordCorrected,), {"person": "mem", "recorded_after": datetime(2024, 1, 1, tzinfo=UTC)}),
    ],
)
def test_records_are_found_by_what_drives_the_question(
    views: Views, asked: list[tuple[str, Any]], types: tuple[type, ...], limits: dict[str, Any]
) -> None:
    """Whatever limits a question for records, its plan begins with that, and reads no ledger."""
    ViewFacts(views).records(*types, **limits)
    assert [step for step in plans(views, asked) if reads_the_ledger(step[0])] == []


def test_no_question_reads_a_ledger_but_those_about_the_whole(views: Views, asked: list[tuple[str, Any]]) -> None:
    """Obligations, a dossier, a trace, holders and lists scan no ledger alone; signals of everything may read it."""
    desk = Desk(views)
    facts = desk.facts()
    desk.obligations(Wanted(), JUDGED_ON)
    desk.trace("K1")
    desk.holders(desk.subject("aid"), JUDGED_ON)
    desk.members(JUDGED_ON)
    entries(facts, facts.duty, EntryFilter(party="mem"), 0, 25)
    latest(facts, facts.duty, 8)
    changes(facts)
    found = {statement for step, statement in plans(views, asked) if reads_the_ledger(step)}
    page = "SELECT r.* FROM records r WHERE r.ledger = :ledger AND r.position >= :start AND r.position < :stop"
    assert {statement for statement in found if not statement.startswith(page)} == set()


def test_a_page_of_a_partys_entries_is_read_in_their_order(views: Views, asked: list[tuple[str, Any]]) -> None:
    """Nothing is sorted for it, so that a page costs what it shows."""
    facts = ViewFacts(views)
    entries(facts, facts.duty, EntryFilter(party="mem"), 0, 25)
    assert not [step for step, _ in plans(views, asked) if "TEMP B-TREE" in step]
