"""What is held of one state of the stores is of that state alone: an application that runs answers like a fresh one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.asking.held_state import States, StoresState
from ledger.events.acts import TalkHeld
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.records import RecordCorrected, RecordWithdrawn
from ledger.events.register import PersonRegistered, PersonRenamed, PostRegistered, UnitEnded, UnitRenamed
from ledger.events.tenure import AssignmentMade
from ledger.home.directory import Home
from projections.views.catch_up import views_of
from projections.views.view_store import Snapshot, Views
from tests.support import builders, web

ASKED = (
    "/api/v1/holders/u-dept?valid_at=2024-05-01",
    "/api/v1/holders/综合处?valid_at=2024-05-01",
    "/api/v1/holders/首席?valid_at=2024-05-01",
    "/api/v1/units",
    "/api/v1/persons",
    "/api/v1/tenures",
    "/api/v1/obligations",
    "/api/v1/signals",
    "/api/v1/ledgers/duty/entries?limit=4",
    "/api/v1/ledgers/duty/entries?person=u-dept",
    "/api/v1/units/u-dept",
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[builders.Desk]:
    made = Home(tmp_path / "ledgers")
    made.create()
    desk = builders.duty_ledger(made.directory)
    yield desk
    desk.close()


@pytest.fixture
def home(desk: builders.Desk) -> Home:
    return Home(desk.path.parent)


@pytest.fixture
def app(home: Home) -> Iterator[Flask]:
    app = web.application(home, open=True)
    yield app
    web.close(app)


def said(app: Flask) -> dict[str, tuple[int, str]]:
    """What an application says to each question; what a page writes of the moment of asking is not compared."""
    client = app.test_client()
    answers = {path: client.get(path) for path in ASKED}
    return {path: (each.status_code, re.sub(r"\d\d:\d\d", "", each.text)) for path, each in answers.items()}


def changing(desk: builders.Desk) -> Iterator[tuple[Payload, tuple[str, ...]]]:
    """Entries of every kind that the registers are read from, one after the other."""
    desk.clock.moment += timedelta(days=40)
    yield PersonRegistered(ref="p-new", person="p-new", name="新来的"), ("rec",)
    yield UnitRenamed(unit="u-dept", name="综合处", valid_from=date(2024, 2, 1)), ("rec",)
    yield PersonRenamed(person="p-c", name="改了名", valid_from=date(2024, 2, 1)), ("rec", "p-c")
    yield PostRegistered(ref="chief", post="chief", exclusive=True, title="首席", role="secretary"), ("rec",)
    yield PostRegistered(ref="head", post="head", exclusive=True, title="主要负责人"), ("rec",)
    first = AssignmentMade(ref="A1", person="p-c", post="head", scope=("u-dept",), valid_from=date(2024, 1, 5))
    yield first, ("rec",)
    at = reference(desk)
    yield AssignmentMade(ref="A2", person="p-b", post="chief", valid_from=date(2024, 1, 5)), ("rec",)
    change: dict[str, Any] = {"field": "valid_from", "new_value": "2024-06-01", "occurred_at": date(2024, 1, 6)}
    yield RecordCorrected(corrects=at, **change), ("rec",)
    yield RecordWithdrawn(of=reference(desk), ground="duplicate"), ("rec",)
    yield TalkHeld(ref="T1", talker="p-b", counterpart="p-c", occurred_at=desk.clock.moment, text="谈"), ("rec", "p-c")
    yield UnitEnded(unit="u-dept", valid_to=date(2024, 4, 1), into=("u-hall",)), ("rec",)


def reference(desk: builders.Desk) -> EntryReference:
    """The last entry, as entries refer to it."""
    last = desk.ledger.at(desk.ledger.size() - 1)
    return EntryReference("", last.position, last.leaf_hash)


def test_after_every_entry_a_running_server_answers_as_a_fresh_one(home: Home, app: Flask, desk: builders.Desk) -> None:
    """Registrations, renamings, posts, corrections, withdrawals: nothing of the state before is left in an answer."""
    before, changed = said(app), set()
    assert said(app) == before, "asked again of one state"
    for payload, signers in changing(desk):
        desk.record(payload, *signers)
        views_of(home).close()
        fresh = web.application(home, open=True)
        wanted, found = said(fresh), said(app)
        web.close(fresh)
        assert found == wanted, payload
        changed |= {path for path in ASKED if found[path] != before[path]}
        before = found
    assert changed == set(ASKED), "each of the questions is answered otherwise at some time"


def test_what_was_held_is_given_to_who_sees_the_same_kinds_alone(home: Home, desk: builders.Desk) -> None:
    """Units known to the inspectors' ledger only are in no answer to a reader who does not see that ledger."""
    case = builders.case_ledger(home.directory)
    case.close()
    app = web.application(home, open=True)
    stores = app.extensions["zeren"]
    with stores.taken(None) as sources:
        for kinds in (None, frozenset({"duty"}), None):
            with sources.reading(kinds) as reading:
                facts = reading.desk.facts()
                wanted = {"duty", "case"} if kinds is None else {"duty"}
                assert {row.kind for row in facts.ledgers} == wanted == {head.kind for head in reading.heads}
                assert set(reading.ledgers) == wanted
    web.close(app)


def test_a_reading_during_which_somebody_commits_holds_nothing(home: Home, app: Flask, desk: builders.Desk) -> None:
    """Which state it is of cannot be told then; the next reading finds what is so."""
    del app
    views = Views(home.views)
    states = States(home.views)

    def state(between: bool) -> StoresState:
        before = states.versions()
        if between:
            desk.record(PersonRegistered(ref="p-x", person="p-x", name="某"), "rec")
            views_of(home).close()
        with views.reading() as cursor:
            return states.of(Snapshot(views, cursor), before, "beside")

    first = state(between=False)
    assert state(between=False) is first, "the same while nobody commits"
    assert state(between=True).of is None
    assert state(between=False) is not first
    states.watches.close()
    views.close()


def test_a_view_spoilt_between_two_questions_is_seen(home: Home, app: Flask) -> None:
    """That the views agree with the ledger is compared again as soon as anybody has written to them."""
    client = app.test_client()
    assert client.get("/api/v1/units").status_code == 200
    with builders.tampering(home.views) as connection:
        connection.execute("UPDATE records SET leaf_hash = zeroblob(32)")
    answer = client.get("/api/v1/units", headers={"Accept-Language": "en"})
    assert (answer.status_code, "other entries" in answer.text) == (503, True)


def test_an_entry_is_told_as_it_stands_now(home: Home, app: Flask, desk: builders.Desk) -> None:
    """The row of an entry is kept while it stands as it did: once a seal comes behind it, it is none at the end."""
    client = app.test_client()
    desk.clock.moment += timedelta(seconds=1)
    desk.ledger.seal(desk.signer("svc"))
    views_of(home).close()
    address = "/api/v1/ledgers/duty/entries?limit=1&start={}"
    at = desk.ledger.size() - 1
    states = [client.get(address.format(at)).json["items"][0]["state"] for _ in range(2)]  # type: ignore[index]
    assert states == ["resting"] * 2
    desk.record(PersonRegistered(ref="p-y", person="p-y", name="某"), "rec")
    views_of(home).close()
    assert client.get(address.format(at)).json["items"][0]["state"] == "pending"  # type: ignore[index]
