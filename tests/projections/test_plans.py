"""How SQLite answers the questions: by the index that drives, never by reading a ledger."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.events.acts import TalkHeld
from ledger.events.records import RecordCorrected
from ledger.events.tenure import AssignmentMade
from projections import signals
from projections.facts.values import Period
from projections.questions.agenda import AgendaFilter, agenda
from projections.questions.changes import changes
from projections.questions.desk import Desk
from projections.questions.entries import EntryFilter, entry_rows, latest
from projections.questions.holders import HolderFilter, members, who_held
from projections.questions.obligations import ObligationFilter, owed
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.views.facts import ViewFacts
from projections.views.likeness import normalise, whole
from projections.views.likeness_groups import Likeness
from projections.views.rows_to_write import RowsToWrite
from projections.views.view_reads import Wanted, entry_lines, parties_counted
from projections.views.view_store import Views
from tests.support.facts_maker import JUDGED_ON
from tests.tools.formulaic import formulaic_views

BY_LEDGER = re.compile(r"(?<!records_carrying )\(ledger=\?( AND position[<>]\?)*\)")
"""Every index but the one of the few entries that carry something beside their payload."""
LARGE = ("r", "d", "m", "g", "l")
"""What statements call the tables that grow with the record."""
YEAR = Period(JUDGED_ON.replace(month=1, day=1), JUDGED_ON)


def plans(views: Views, asked: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Each step of each different statement, with the statement."""
    return [
        (row["detail"], statement)
        for statement, values in dict(asked).items()
        for row in views.select(f"EXPLAIN QUERY PLAN {statement}", values)
    ]


def reads_the_ledger(step: str) -> bool:
    """Whether a step of a plan goes through all that a ledger has of records, mentions, claims or what is alike."""
    read, table, *_ = step.split()
    return table in LARGE and (read == "SCAN" or BY_LEDGER.search(step) is not None)


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
    "wanted", [Wanted(), Wanted(type="talk.held/1"), Wanted(ref="E1"), Wanted(day=JUDGED_ON), Wanted(party="mem")]
)
def test_who_is_named_is_counted_from_an_index(views: Views, asked: list[tuple[str, Any]], wanted: Wanted) -> None:
    """How many entries name each person and unit is found person by person, whatever else limits; no ledger is read."""
    facts = ViewFacts(views)
    ids = [*facts.persons, *facts.units]
    asked.clear()
    found = parties_counted(views, facts.duty, wanted, 0, facts.cut, ids)
    assert [step for step in plans(views, asked) if reads_the_ledger(step[0])] == []
    for id_ in ids:
        rows = entry_lines(views, facts.duty, replace(wanted, party=id_), 0, facts.cut)
        assert found.get(id_, 0) == len(rows), id_


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


def test_no_question_reads_a_ledger_but_those_about_the_whole(
    views: Views, asked: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Obligations, a trace, an agenda, owed signatures, holders and lists scan no ledger alone; the signals of
    everything, of which a dossier has those of its party, may read it."""
    monkeypatch.setattr(signals, "MANY", 10**9)  # so that records are judged by what lies near them
    desk = Desk(views)
    facts = desk.facts()
    desk.ask(owed, ObligationFilter(judged_on=JUDGED_ON))
    desk.trace("K1")
    desk.ask(agenda, AgendaFilter(judged_on=JUDGED_ON))
    desk.ask(owed_signatures, SignatureFilter(judged_on=JUDGED_ON))
    for record in facts.records(TalkHeld)[-2:]:
        facts.followers(record)
        facts.sharing(getattr(record.payload, "text", "") or "")
    desk.ask(who_held, HolderFilter(subject="aid", valid_at=JUDGED_ON))
    members(desk.facts(), JUDGED_ON)
    entry_rows(facts, facts.duty, EntryFilter(person="mem"), 0, 25)
    latest(facts, facts.duty, 8)
    changes(facts)
    found = {statement for step, statement in plans(views, asked) if reads_the_ledger(step)}
    page = "SELECT r.* FROM records r WHERE r.ledger = :ledger AND r.position >= :start AND r.position < :stop"
    assert {statement for statement in found if not statement.startswith(page)} == set()


def test_what_names_a_person_in_some_days_is_found_by_day(views: Views, asked: list[tuple[str, Any]]) -> None:
    """All that names him is not read for it: few days are asked about many times."""
    ViewFacts(views).records(TalkHeld, person="mem", occurred=Period(JUDGED_ON, JUDGED_ON))
    (driving,) = [step for step, _ in plans(views, asked) if step.split()[1] == "d"]
    assert driving.endswith("(ledger=? AND id=? AND occurred_on>? AND occurred_on<?)")


def test_a_page_of_a_partys_entries_is_read_in_their_order(views: Views, asked: list[tuple[str, Any]]) -> None:
    """Nothing is sorted for it, so that a page costs what it shows."""
    facts = ViewFacts(views)
    entry_rows(facts, facts.duty, EntryFilter(person="mem"), 0, 25)
    of_entries = [(sql, values) for sql, values in asked if "records" in sql]
    assert of_entries
    assert not [step for step, _ in plans(views, of_entries) if "TEMP B-TREE" in step]


def test_what_is_like_an_entry_is_found_from_its_group(views: Views, asked: list[tuple[str, Any]]) -> None:
    """One entry's group is read by its root; all groups by one pass over what is alike, each link by its entry."""
    facts = ViewFacts(views)
    record = facts.records(TalkHeld)[-2]
    asked.clear()
    assert facts.alike(record)
    assert [step for step in plans(views, asked) if reads_the_ledger(step[0])] == []
    asked.clear()
    assert facts.alike()
    passes = {step.split()[1] for step, _ in plans(views, asked) if reads_the_ledger(step)}
    assert passes == {"g"}


def test_an_entry_is_projected_without_reading_the_ledger() -> None:
    """No statement that writes an entry's rows goes through what the ledger has."""
    seen: dict[str, Any] = {}

    class Noting:
        """A cursor that notes what it is asked."""

        def __init__(self, cursor: Any) -> None:
            self.cursor = cursor

        def execute(self, statement: str, parameters: Any = ()) -> Any:
            if statement.startswith("SELECT"):
                seen[statement] = parameters
            return self.cursor.execute(statement, parameters)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.cursor, name)

    views = formulaic_views(60)
    (row,) = views.select("SELECT texts FROM texts WHERE ledger = 1 ORDER BY position DESC LIMIT 1")
    with views.datastore.transaction(commit=True) as c:
        plain = normalise(json.loads(row["texts"])["text"]) + "完"
        Likeness(1).link(RowsToWrite(Noting(c)), 10_000, plain, whole(plain))
    assert seen
    assert [step for step in plans(views, list(seen.items())) if reads_the_ledger(step[0])] == []
