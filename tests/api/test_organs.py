"""Several organs behind one server: the address names which, a token may see some, and who read what says of which."""

import errno
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.asking.stores import Hasten, Stores
from api.settings import Settings
from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import Organs, organs_of
from projections.follow import follow, homes_of
from projections.follower import Follower
from projections.views.catch_up import open_read_only
from projections.views.view_store import Views
from projections.views.view_tables import VERSION
from tests.support import replayed as support
from tests.support import web
from tests.support.city import city

SCOPES = ("duties", "persons", "cases", "evidence", "verify", "supervisor", "export")


@pytest.fixture(scope="module")
def directory() -> Path:
    made = city()
    create_access_ledger(Home(made), web.PASSPHRASE, organs_of(made).organs[0].home)
    return made


@pytest.fixture(scope="module")
def app(directory: Path) -> Iterator[Flask]:
    assert follow_once(directory) == 0
    made = web.application(Home(directory))
    yield made
    web.close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def follow_once(directory: Path) -> int:
    return follow(directory, Event(), once=True)


def key(directory: Path, name: str) -> str:
    return organs_of(directory).find(name).key


def token(directory: Path, *names: str) -> dict[str, str]:
    fingerprints = [organs_of(directory).find(name).fingerprint for name in names]
    return web.bearer(web.token(Home(directory), *SCOPES, organs=fingerprints))


def answer(client: FlaskClient, path: str, headers: dict[str, str], status: int = 200) -> Any:
    found = client.get(path, headers=headers)
    assert found.status_code == status, found.data
    return json.loads(found.data)


def test_each_organ_answers_below_its_own_address_as_it_does_alone(directory: Path, client: FlaskClient) -> None:
    """The same answer, heads included, as from a server of that organ only; by key, fingerprint and name."""
    every = token(directory)
    alone = web.application(web.copied(support.replayed(support.YUNXI)), open=True)
    paths = ("persons", "units", "holders/c-aid?valid_at=2024-07-09", "obligations", "traces/K1", "ledgers/duty/keys")
    other = alone.test_client()
    expected = {path: json.loads(other.get(f"/api/v1/{path}").data) for path in paths}
    web.close(alone)
    for path in paths:
        assert answer(client, f"/api/v1/organs/{key(directory, 'yunxi')}/{path}", every) == expected[path]
    named = [
        answer(client, f"/api/v1/organs/{each}/ledgers", every)["ledgers"][0]["origin"]
        for each in ("solo", organs_of(directory).find("solo").digest, key(directory, "solo"))
    ]
    assert len(set(named)) == 1
    assert "solo" in named[0]


def test_without_an_organ_the_problem_lists_them(directory: Path, client: FlaskClient) -> None:
    """Several organs and none named: 400 with the same question's address in each, in words on the page too."""
    every = token(directory)
    problem = answer(client, "/api/v1/holders/secretary?valid_at=2024-07-09", every, 400)
    assert problem["type"].endswith("/several-organs")
    assert [(row["name"], row["address"]) for row in problem["organs"]] == [
        (name, f"/api/v1/organs/{key(directory, name)}/holders/secretary?valid_at=2024-07-09")
        for name in ("yunxi", "solo")
    ]
    shown = client.get("/persons", headers=every)
    assert (shown.status_code, f"/organs/{key(directory, 'solo')}/persons" in shown.text) == (400, True)
    assert client.get("/", headers=every).headers["Location"] == "/organs"
    near = answer(client, "/api/v1/organs/sol0/persons", every, 404)
    assert near["type"].endswith("/no-such-organ")
    assert "solo" in near["detail"]


def test_links_of_a_page_stay_in_its_organ(directory: Path, client: FlaskClient) -> None:
    """Every link of an organ's pages leads to pages of it, but for those about the server; lists go on inside it."""
    every = token(directory)
    outside = ("/static/", "/organs", "/city", "/api/v1/organs/yunxi/", "/docs", "/login", "/logout", "#")
    for path in ("", "/persons", "/duties", "/signals", "/cases/K1", "/traces/K1", "/ledgers/duty/entries?limit=5"):
        page = client.get(f"/organs/yunxi{path}", headers=every)
        assert page.status_code == 200, path
        links = [part.split('"')[0] for part in page.text.split('href="')[1:]]
        assert all(link.startswith(("/organs/yunxi/", *outside)) for link in links), links
    listed = client.get("/api/v1/organs/yunxi/ledgers/duty/entries?limit=5", headers=every)
    assert listed.headers["Link"].startswith("</api/v1/organs/yunxi/ledgers/duty/entries?")


def test_a_token_sees_the_organs_that_it_names(directory: Path, client: FlaskClient) -> None:
    """To such a token its organ is the only one: the short addresses serve it, and no other exists in any answer."""
    one = token(directory, "solo")
    listed = answer(client, "/api/v1/organs", one)["items"]
    assert [row["name"] for row in listed] == ["solo"]
    assert "solo" in answer(client, "/api/v1/ledgers", one)["ledgers"][0]["origin"]
    assert client.get("/", headers=one).status_code == 200
    for path in ("yunxi", key(directory, "yunxi"), "nothing"):
        refused = answer(client, f"/api/v1/organs/{path}/persons", one, 404)
        assert "yunxi (" not in refused["detail"]
    both = token(directory, "solo", "yunxi")
    assert len(answer(client, "/api/v1/organs", both)["items"]) == 2
    assert answer(client, "/api/v1/organs?like=olo", both)["items"] == listed


def test_who_read_what_says_of_which_organ(directory: Path, client: FlaskClient) -> None:
    """A read names its organ on record; the log is that of all, below an organ's address that of the organ."""
    every = token(directory)
    someone = answer(client, "/api/v1/organs/solo/persons", every)["items"][0]["id"]
    for organ, person in (("yunxi", "p-luo"), ("solo", someone)):
        assert client.get(f"/api/v1/organs/{organ}/persons/{person}", headers=every).status_code == 200
    assert follow_once(directory) == 0
    fingerprints = {name: organs_of(directory).find(name).fingerprint for name in ("yunxi", "solo")}
    rows = answer(client, "/api/v1/access-log?limit=500", every)["items"]
    assert [(row["question"], row["organ"]) for row in rows if row["question"] == "dossier"][:2] == [
        ("dossier", fingerprints["solo"]), ("dossier", fingerprints["yunxi"]),
    ]  # fmt: skip
    of_solo = answer(client, "/api/v1/organs/solo/access-log?limit=500", every)["items"]
    assert {row["organ"] for row in of_solo} == {fingerprints["solo"]}
    page = client.get("/access-log?limit=500", headers=every)
    assert (page.status_code, ">yunxi<" in page.text, ">solo<" in page.text) == (200, True, True)


def test_who_read_what_of_an_organ_that_is_not_seen_is_not_told(directory: Path, client: FlaskClient) -> None:
    """A supervisor of one organ hears of its reads and tokens only, also right after one who sees every organ."""
    every, one = token(directory), token(directory, "solo")
    assert client.get("/api/v1/organs/yunxi/persons", headers=every).status_code == 200
    assert client.get("/api/v1/organs/solo/persons", headers=every).status_code == 200
    assert follow_once(directory) == 0
    yunxi, solo = (organs_of(directory).find(name).fingerprint for name in ("yunxi", "solo"))
    assert yunxi in {row["organ"] for row in answer(client, "/api/v1/access-log?limit=500", every)["items"]}
    assert {row["organ"] for row in answer(client, "/api/v1/access-log?limit=500", one)["items"]} == {solo}
    assert answer(client, "/api/v1/organs/yunxi/access-log", one, 404)["type"].endswith("/no-such-organ")
    page = client.get("/access-log?limit=500", headers=one).text
    assert (">yunxi<" in page, ">solo<" in page) == (False, True)


def test_nobody_follows_a_public_log_only_where_he_knows_it(directory: Path, client: FlaskClient) -> None:
    """Without a token a checkpoint is given by fingerprint; no organ is named, by no name and no beginning."""
    whole = organs_of(directory).find("yunxi").digest
    assert client.get(f"/organs/{whole}/checkpoint").data.startswith(b"zeren.simulated/yunxi/")
    assert client.get(f"/organs/{whole[:16]}/tile/0/000.p/9").status_code == 200
    for place in ("", "/organs/yunxi", f"/organs/{whole[:8]}", f"/organs/{whole}0"):
        refused = client.get(f"{place}/checkpoint")
        assert refused.status_code in (400, 404)
        assert "solo" not in refused.text
        assert json.loads(refused.data).get("organs", []) == []


def test_which_pages_there_are_follows_from_the_ledgers() -> None:
    """An organ's own desk has its duty ledger and no cases, in the menu, on pages and in the API."""
    home = web.copied(support.replayed(support.YUNXI))
    for left in (home.database("case"), *home.directory.glob("case.*"), home.views):
        left.unlink(missing_ok=True)
    app = web.application(home, open=True)
    with app.test_client() as client:
        assert 'href="/cases"' not in client.get("/").text
        assert client.get("/cases").status_code == 404
        assert client.get("/api/v1/traces/K1").status_code == 404
        assert client.get("/api/v1/organs/yunxi/persons").status_code == 200
    web.close(app)


def test_no_more_than_so_many_organs_are_open_at_once(directory: Path) -> None:
    """The one asked about least lately is closed, never while somebody reads it; many readers all get answers."""
    assert follow_once(directory) == 0
    organs = organs_of(directory)
    stores = Stores(directory, most=1)
    assert stores.open() == []
    with stores.taken(organs.find("yunxi")) as first:
        with stores.taken(organs.find("solo")) as second:
            assert stores.open() == [second]
            with first.reading() as reading:
                assert "yunxi" in reading.heads[0].origin
        with stores.taken(organs.find("yunxi")) as again:
            assert again is not first
    failed: list[Exception] = []

    def ask(name: str) -> None:
        try:
            for _ in range(20):
                with stores.taken(organs.find(name)) as found, found.reading() as reading:
                    assert name in reading.heads[0].origin
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    readers = [Thread(target=ask, args=(name,)) for name in ("yunxi", "solo") * 3]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    assert failed == []
    assert len(stores.open()) == 1
    stores.close()


def test_the_list_is_read_again_when_it_changes() -> None:
    """An organ that is added is there at once; a list that cannot be read any more is said, and nothing is answered."""
    directory = city()
    rows = (directory / NAME).read_text(encoding="utf-8")
    parts = rows.split("\n[[ledger]]")
    (directory / NAME).write_text("\n[[ledger]]".join(parts[:2]), encoding="utf-8")
    assert follow_once(directory) == 0
    app = web.application(Home(directory), open=True)
    with app.test_client() as client:
        assert client.get("/api/v1/ledgers").status_code == 200
        (directory / NAME).write_text(rows, encoding="utf-8")
        assert client.get("/api/v1/ledgers").status_code == 400
        absent = client.get("/api/v1/organs/solo/ledgers")
        assert (absent.status_code, "views rebuild" in absent.text) == (503, True)
        assert follow_once(directory) == 0
        assert client.get("/api/v1/organs/solo/ledgers").status_code == 200
        (directory / NAME).write_text("?", encoding="utf-8")
        assert client.get("/api/v1/organs/solo/ledgers").status_code == 503
    web.close(app)


def test_views_that_somebody_waits_for_are_made_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of an organ whose views are not made yet hears so and is told when to come again; whoever makes them
    makes these before any other's."""
    directory = city()
    awaited: SimpleQueue[str] = SimpleQueue()

    def hasten(views: str) -> bool:
        awaited.put(views)
        return True

    every = [each.home.views.name for each in organs_of(directory)]
    app = create_app(Settings(directory, open=True), hasten)
    with app.test_client() as client:
        told = client.get(f"/api/v1/organs/{key(directory, 'solo')}/persons", headers={"Accept-Language": "en"})
        assert (told.status_code, told.headers["Retry-After"]) == (503, "2")
        assert "are being made" in json.loads(told.data)["detail"]
        looked: list[str] = []

        def look(self: Follower, **how: bool) -> int:
            looked.append(self.home.views.name)
            awaited.put("nobody.db")
            return as_it_is(self, **how)

        as_it_is = Follower.look
        monkeypatch.setattr(Follower, "look", look)
        assert follow(directory, Event(), once=True, awaited=awaited) == 0
        (solo,) = [each.home.views.name for each in organs_of(directory) if each.name.startswith("solo")]
        assert looked[0] == solo
        assert sorted(looked) == sorted(every)
        assert client.get(f"/api/v1/organs/{key(directory, 'solo')}/persons").status_code == 200
    web.close(app)


def test_what_is_wrong_with_an_organ_is_not_called_being_made() -> None:
    """One whose folder is gone is told as what it is, and so is every one when nobody makes views any more."""
    directory = city()
    shutil.rmtree(organs_of(directory).find("solo").home.directory)
    makers: tuple[tuple[Hasten, str], ...] = (
        (lambda _: True, "/problems/busy"),
        (lambda _: False, "/problems/incomplete"),
    )
    for hasten, other in makers:
        app = create_app(Settings(directory, open=True), hasten)
        with app.test_client() as client:
            told = {
                name: json.loads(client.get(f"/api/v1/organs/{name}/persons").data)["type"]
                for name in ("solo", "yunxi")
            }
        assert told == {"solo": "/problems/no-ledger", "yunxi": other}
        web.close(app)


def test_views_that_hold_nothing_yet_are_being_made() -> None:
    """The file lies there before the first page of entries is in it: that is no fault either."""
    directory = city()
    home = organs_of(directory).find("solo").home
    assert follow_once(directory) == 0
    home.views.unlink()
    Views(home.views).close()
    with closing(sqlite3.connect(home.views)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {VERSION}")
    app = create_app(Settings(directory, open=True), lambda _: True)
    with app.test_client() as client:
        told = client.get("/api/v1/organs/solo/persons")
        assert (told.status_code, json.loads(told.data)["type"]) == (503, "/problems/busy")
    web.close(app)


def test_one_organ_that_everybody_asks_for_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often somebody asks for it meanwhile, after each look at it comes one at another."""
    directory = city()
    awaited: SimpleQueue[str] = SimpleQueue()
    (solo,) = [each.home.views.name for each in organs_of(directory) if each.name.startswith("solo")]
    looked: list[str] = []

    def look(self: Follower, **_: bool) -> int:
        looked.append(self.home.views.name)
        awaited.put(solo)
        return 0

    monkeypatch.setattr(Follower, "look", look)
    awaited.put(solo)
    assert follow(directory, Event(), once=True, awaited=awaited) == 0
    others = len({*looked} - {solo})
    assert others == len(list(homes_of(directory))) - 1
    assert looked.count(solo) <= others + 1


def test_while_many_are_made_those_that_are_there_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look at all may take hours: what was looked at in it is looked at again, what failed is not."""
    directory = city()
    monkeypatch.setattr("projections.follow.SWEEP", 0)
    looked: list[str] = []

    def look(self: Follower, **_: bool) -> int:
        looked.append(self.home.views.name)
        self.refused = "?" if len(looked) == 1 else self.refused
        return 0

    monkeypatch.setattr(Follower, "look", look)
    assert follow(directory, Event(), once=True) == 0
    failed, well = [each.views.name for each in homes_of(directory)]
    assert looked == [failed, well, well]


def test_another_list_ends_a_look_at_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An organ that is added comes at once, however many are still to be looked at; a list that cannot be read is said,
    and those that it named before are followed."""
    directory, ended = city(), Event()
    rows = (directory / NAME).read_text(encoding="utf-8")
    parts = rows.split("\n[[ledger]]")
    lists = iter(["\n[[ledger]]".join(parts[:2]), rows, "?", ""])
    (directory / NAME).write_text(next(lists), encoding="utf-8")
    looked: list[str] = []

    def look(self: Follower, **_: bool) -> int:
        looked.append(self.home.directory.name)
        if another := next(lists, None):
            (directory / NAME).write_text(another, encoding="utf-8")
        elif len(looked) > 8:
            ended.set()
        return 0

    monkeypatch.setattr("projections.follow.PAUSE", 0)
    monkeypatch.setattr(Follower, "look", look)
    assert follow(directory, ended) == 0
    assert {each.home.directory.name for each in organs_of_text(directory, rows)} <= {*looked[2:]}
    assert "ledgers.toml" in capsys.readouterr().err


def organs_of_text(directory: Path, rows: str) -> Organs:
    (directory / NAME).write_text(rows, encoding="utf-8")
    return organs_of(directory)


def test_a_folder_that_cannot_be_looked_at_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the system refuses is said of that organ, whatever it calls it, and the others are made."""
    directory = city()
    solo, as_it_is = organs_of(directory).find("solo").home, Follower._state

    def refuse(self: Follower) -> object:
        if self.home == solo:
            raise OSError(errno.ENAMETOOLONG, "File name too long")
        return as_it_is(self)

    monkeypatch.setattr(Follower, "_state", refuse)
    assert follow_once(directory) == 1
    assert "File name too long" in capsys.readouterr().err
    assert [each.home.views.exists() for each in organs_of(directory)] == [
        each.home != solo for each in organs_of(directory)
    ]


def test_ending_while_views_are_made_ends_after_the_page_and_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ends the follower waits for no ledger to be read to its end; it goes on from there the next time."""
    monkeypatch.setattr("projections.views.catch_up.PAGE", 5)
    home = web.copied(support.replayed(support.YUNXI))
    home.views.unlink()
    ended = Event()
    ended.set()
    assert Follower(home, ended).look(patient=False, once=False) == 0
    with closing(open_read_only(home)) as views:
        assert [views.position(row.origin) for row in views.ledgers()] == [5]
    assert follow(home.directory, Event(), once=True) == 0
    with closing(open_read_only(home)) as views:
        assert all(views.position(row.origin) > 5 for row in views.ledgers())


def test_how_far_the_first_look_is_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of many organs, from time to time, and never again once all were looked at."""
    directory, ended, rounds = city(), Event(), count()
    monkeypatch.setattr("projections.follow.TELLING", 0)
    monkeypatch.setattr("projections.follow.PAUSE", 0)

    def looked() -> None:
        assert next(rounds) == 0

    looks = count()
    as_it_is = Follower.look

    def look(self: Follower, **how: bool) -> int:
        if next(looks) > 2 * len(organs_of(directory).organs):
            ended.set()
        return as_it_is(self, **how)

    monkeypatch.setattr(Follower, "look", look)
    assert follow(directory, ended, looked=looked) == 0
    among = len(organs_of(directory).organs)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"视图：已检查 {n}/{among} 个单位" for n in range(1, among + 1)]
    assert next(rounds) == 1


def test_a_damaged_organ_holds_up_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Its fault is named with its directory, by the follower and in its answers; the other organ is served."""
    directory = city()
    (directory / "solo" / "duty.db").write_bytes(b"x" * 4096)
    assert follow_once(directory) != 0
    assert "solo" in capsys.readouterr().err
    app = web.application(Home(directory), open=True)
    with app.test_client() as client:
        assert client.get("/api/v1/organs/yunxi/ledgers").status_code == 200
        assert client.get("/api/v1/organs/solo/ledgers").status_code >= 500
    web.close(app)
