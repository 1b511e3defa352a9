"""Heads known from elsewhere, as pages and API use them: nothing is answered from a ledger that contradicts one."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask

from api.asking.current import state
from api.asking.gate import open_gate
from ledger.access.log import create_access_ledger, token_book
from ledger.application import Ledger
from ledger.errors import Contradicted
from ledger.home.directory import Home
from ledger.home.known_heads import UNKNOWN
from projections.views.catch_up import views_of
from tests.ledger.test_rollback_known import cut
from tests.support import replayed as support
from tests.support import web

ASKED = ("/api/v1/traces/K1", "/api/v1/holders/c-aid", "/traces/K1", "/duties", "/checkpoint", "/readyz")


@pytest.fixture
def home() -> Home:
    return web.copied(support.replayed(support.YUNXI))


@pytest.fixture
def app(home: Home) -> Iterator[Flask]:
    app = web.application(home, open=True)
    yield app
    web.close(app)


def test_nothing_is_answered_from_a_ledger_that_was_cut(home: Home, app: Flask) -> None:
    """A server that runs stops answering, answers kept included, with 503 and the head's name, and says it in words,
    the moment of the head too."""
    client = app.test_client()
    before = {path: client.get(path).status_code for path in ASKED}
    assert {200} == set(before.values()), before
    cut(home.database("duty"), 150)

    for path in ASKED:
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert (503, True) == (answer.status_code, "checkpoint held since" in answer.text), path
        assert re.search(r"\d\d-\d\dT\d\d", answer.text) is None, path
    assert "contradicted" in client.get("/api/v1/signals").text
    assert 200 == client.get("/healthz").status_code


def test_another_ledger_put_in_its_place_gives_nothing(home: Home, app: Flask) -> None:
    """A database replaced while the server runs, by another organ's under another origin."""
    client = app.test_client()
    assert 200 == client.get("/api/v1/signals").status_code
    other = support.replayed(support.SCENARIOS / "solo.yaml")
    for path in home.directory.glob("duty.db*"):
        path.unlink()
    shutil.copy(other.database("duty"), home.database("duty"))

    assert [503] * len(ASKED) == [client.get(path).status_code for path in ASKED]


def test_a_head_that_is_learnt_while_the_server_runs_counts(home: Home, app: Flask) -> None:
    """A checkpoint that somebody brings is compared at the next question; taken away, answers are given again."""
    client = app.test_client()
    assert 200 == client.get("/api/v1/signals").status_code
    known = home.directory / "known"
    known.mkdir()
    size = 10**6
    (known / "forged").write_text(
        f"{_origin(home)}\n{size}\n" + "A" * 43 + "=\n\n— " + _origin(home) + " " + "A" * 90 + "==\n"
    )
    assert 503 == client.get("/api/v1/signals").status_code
    (known / "forged").unlink()
    assert 200 == client.get("/api/v1/signals").status_code


def _origin(home: Home) -> str:
    ledger = home.open("duty")
    try:
        return ledger.origin
    finally:
        ledger.close()


def test_the_mark_stands_in_answers_and_on_pages(home: Home) -> None:
    """A ledger of which no head is known from elsewhere is marked in `ledgers` and above every page."""
    app = web.application(home, open=True)
    client = app.test_client()
    marks = {row["kind"]: row["marks"] for row in json.loads(client.get("/api/v1/signals").text)["ledgers"]}
    page = client.get("/traces/K1?lang=en").text
    assert ({"duty": [], "case": [UNKNOWN]}, 1) == (marks, page.count(UNKNOWN))
    web.close(app)
    shutil.rmtree(home.held)
    for path in home.directory.glob("case.db*"):
        path.unlink()
    app = web.application(home, open=True)
    client = app.test_client()
    assert [[UNKNOWN]] == [row["marks"] for row in json.loads(client.get("/api/v1/signals").text)["ledgers"]]
    for where in ("/", "/duties", "/obligations", "/signals"):
        assert UNKNOWN in client.get(f"{where}?lang=en").text.partition("<main")[0], where
    web.close(app)


def test_comparing_heads_costs_a_question_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is written and no head is learnt, heads are not compared again."""
    client = app.test_client()
    assert 200 == client.get("/api/v1/signals").status_code
    asked: list[Home] = []
    check_heads = Home.check_heads

    def checking(home: Home, opened: Mapping[str, Ledger] | None = None) -> dict[str, tuple[str, ...]]:
        asked.append(home)
        return check_heads(home, opened)

    monkeypatch.setattr("api.asking.sources.MINUTE", 10**10)
    client.get("/api/v1/signals")
    monkeypatch.setattr(Home, "check_heads", checking)
    assert [200] * 5 == [client.get(f"/api/v1/signals?limit={n}").status_code for n in range(1, 6)]
    assert [] == asked


def test_without_the_record_of_reads_no_server_starts(home: Home) -> None:
    """Where the access ledger was taken away no gate opens, tokens are not listed, none is made in its place."""
    create_access_ledger(home, web.PASSPHRASE)
    open_gate(home, everybody=True, secure=False).close()
    for path in home.directory.glob("access.db*"):
        path.unlink()

    with pytest.raises(Contradicted, match=r"access\.db is gone"):
        open_gate(home, everybody=True, secure=False)
    with pytest.raises(Contradicted, match=r"access\.db is gone"):
        token_book(home)
    with pytest.raises(Contradicted, match=r"access\.db is gone"):
        create_access_ledger(home, web.PASSPHRASE)


def test_a_reading_that_named_nobody_makes_nothing_be_computed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reading is recorded and reaches the views; neither heads nor answers are looked at again for it."""
    home = web.copied(support.replayed(support.YUNXI))
    create_access_ledger(home, web.PASSPHRASE)
    views_of(home).close()
    app = web.application(home, open=True)
    client = app.test_client()
    first = client.get("/api/v1/signals")
    views_of(home).close()
    asked: list[str] = []
    monkeypatch.setattr("api.asking.sources.MINUTE", 10**10)
    client.get("/api/v1/signals")
    monkeypatch.setattr(Home, "check_heads", lambda *_: asked.append("heads"))
    monkeypatch.setattr("api.dispatch.read_parameters", lambda *_: asked.append("question"))
    for _ in range(3):
        views_of(home).close()  # as the follower does
        again = client.get("/api/v1/signals")
        assert (again.status_code, again.data) == (200, first.data)
    assert asked == []
    web.close(app)


def test_a_reading_that_named_somebody_is_taken_into_the_answers() -> None:
    """An inspector's reading of a person may make a signal fire: answers kept before it are not given after it."""
    home = web.copied(support.replayed(support.YUNXI))
    create_access_ledger(home, web.PASSPHRASE)
    views_of(home).close()
    app = web.application(home, open=True)
    client = app.test_client()
    with app.test_request_context("/api/v1/signals"):
        before = state()
    client.get("/api/v1/units")
    views_of(home).close()
    with app.test_request_context("/api/v1/signals"):
        assert state() == before
    client.get("/api/v1/persons/p-luo")
    views_of(home).close()
    with app.test_request_context("/api/v1/signals"):
        assert state() != before
    web.close(app)
