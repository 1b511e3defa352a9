"""A token of one's own: what waits for one person and that person's dossier, and of nobody and nothing else a word."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger.home.directory import Home
from ledger.home.organs_at_hand import organs_of
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.plain import plain
from projections.views.catch_up import views_of
from tests.api.test_access import log_in, reads
from tests.cli.test_consent_ask import answered
from tests.cli.test_keys import ok
from tests.support import web
from tests.support.city import city
from tests.support.command import zeren


@pytest.fixture(scope="module")
def home() -> Home:
    return web.copied(web.home())


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    made = web.application(home)
    yield made
    web.close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def mine(home: Home) -> dict[str, str]:
    return web.bearer(web.token(home, "own", person="p-luo"))


def test_the_dossier_is_what_the_duty_ledger_alone_says(home: Home, client: FlaskClient, mine: dict[str, str]) -> None:
    """Cases, leads and who read what leave no trace in it: it is the dossier over a directory without them."""
    client.get("/api/v1/persons/p-luo", headers=web.bearer(web.token(home, "persons", "cases")))
    views_of(home).close()
    answer = client.get("/api/v1/own/dossier?lang=en", headers=mine).json
    alone = web.copied(home)
    for file in alone.directory.glob("*.db*"):
        if not file.name.startswith("duty"):
            file.unlink()
    views = views_of(alone)
    wanted = DossierFilter(party="p-luo")
    expected = plain(dossier(replace(Desk(views).over(wanted, "en"), texts=False), wanted))
    views.close()
    assert answer is not None
    assert {name: answer[name] for name in expected} == json.loads(json.dumps(expected))
    assert not any("case" in head["origin"] for head in answer["ledgers"])
    assert "POST_READ_RECORD" not in json.dumps(answer)
    assert not answer["inspector"]


def test_the_request_is_the_file_that_the_command_line_writes(
    home: Home, client: FlaskClient, mine: dict[str, str], tmp_path: Path
) -> None:
    """About all that is owed, or about one entry: the same bytes, made without a key; what is not owed is not there."""
    owed = client.get("/api/v1/own", headers=mine).json
    assert owed is not None
    positions = [row["entry"]["position"] for row in owed["signatures"]]
    for query, words in (("", ("--open",)), (f"?position={positions[0]}", (f"#{positions[0]}",))):
        answer = client.get(f"/api/v1/own/request{query}", headers=mine)
        file = tmp_path / f"{len(query)}.json"
        ok(home.directory, "consent", "ask", *words, "--for", "p-luo", "--out", str(file))
        assert (answer.status_code, answer.data) == (200, file.read_bytes())
        assert answer.headers["Content-Disposition"] == 'attachment; filename="p-luo.request.json"'
    other = next(position for position in range(50, 200) if position not in positions)
    assert client.get(f"/api/v1/own/request?position={other}", headers=mine).status_code == 404
    nothing = web.bearer(web.token(home, "own", person="p-bai"))
    assert client.get("/api/v1/own/request", headers=nothing).status_code == 404


def test_no_address_names_anybody_else(client: FlaskClient, mine: dict[str, str]) -> None:
    """Neither a parameter nor another page leads to another person, a list, an entry, a search or a case."""
    for path in ("/own", "/own/dossier", "/api/v1/own", "/api/v1/own/dossier", "/api/v1/own/request"):
        assert client.get(f"{path}?person=p-he", headers=mine).status_code == 400, path
    for path in ("/persons/p-luo", "/persons/p-he", "/persons", "/duties", "/search?words=x", "/ledgers/duty/entries"):
        for each in (path, f"/api/v1{path}"):
            assert client.get(each, headers=mine).status_code in (403, 404), each


def test_the_first_page_leads_to_the_own_one(app: Flask, home: Home, mine: dict[str, str]) -> None:
    """By token and by log-in the overview leads there, and so does the page that tells of a refusal."""
    client = app.test_client()
    answer = client.get("/", headers=mine)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/own")
    refused = client.get("/persons", headers=mine)
    assert (refused.status_code, 'href="/own"' in refused.text, 'href="/"' in refused.text) == (403, True, False)
    log_in(client, web.token(home, "own", person="p-he"))
    assert client.get("/", follow_redirects=True).request.path == "/own"


def test_every_link_of_the_own_pages_can_be_opened(home: Home, client: FlaskClient) -> None:
    """After the log-in one is at what waits; nothing there leads to a page that is refused."""
    text = web.token(home, "own", person="p-he")
    assert log_in(client, text).headers["Location"] == "/own"  # type: ignore[attr-defined]
    waiting, opened = ["/own"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in opened or "known_at" in path:  # the moments before have no end
            continue
        opened.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html" and path.startswith("/own"):
            links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', answer.text)]
            waiting += [link for link in links if link.startswith("/") and not link.startswith("/static/")]
    assert {"/own/dossier", "/api/v1/own/request"} <= opened


def test_readings_are_on_record_under_the_person(home: Home, client: FlaskClient, mine: dict[str, str]) -> None:
    """Each is recorded like any other, names the person, and is no inspector's, so that it raises no question."""
    before = len(reads(home))
    for path in ("/own", "/own/dossier", "/api/v1/own", "/api/v1/own/dossier", "/api/v1/own/request"):
        assert client.get(path, headers=mine).status_code == 200
    found = reads(home)[before:]
    assert [(read.concerns, read.inspector) for read in found] == [(("p-luo",), False)] * 5
    assert len({read.question for read in found}) == 5


def test_one_answer_is_not_kept_for_another_person(home: Home, client: FlaskClient, mine: dict[str, str]) -> None:
    """Two persons at one address: each is told of himself."""
    his = web.bearer(web.token(home, "own", person="p-he"))
    told = [client.get("/api/v1/own", headers=each).json for each in (mine, his, mine, his)]
    assert [each["person"] for each in told if each is not None] == ["p-luo", "p-he", "p-luo", "p-he"]


def test_an_answer_given_elsewhere_leaves_the_list_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the file to the signer's key, and back as a file: nothing waits and nothing is asked any more."""
    home = web.copied(web.home())
    monkeypatch.chdir(tmp_path)
    duty = home.open("duty")
    file = answered(home.directory, duty, "p-luo")
    duty.close()
    ok(home.directory, "consent", "add", file)
    app = web.application(home)
    given = web.bearer(web.token(home, "own", person="p-luo"))
    page = app.test_client().get("/own?lang=en", headers=given).text
    assert ("no signature is owed" in page, "All in one file" in page) == (True, False)
    web.close(app)


def test_a_warning_waits_for_whom_it_binds_until_it_is_answered(home: Home, client: FlaskClient) -> None:
    """E037 was addressed to the supervising member, who had not answered by July 2024, and later had."""
    his = web.bearer(web.token(home, "own", person="p-he"))
    told = client.get("/api/v1/own?known_at=2024-07-01", headers=his).json
    assert told is not None
    (warning,) = told["warnings"]
    assert (warning["entry"]["ref"], warning["unit"], warning["due"], warning["overdue"]) == (
        *("E037", "c-aid", "2023-12-21"),
        True,
    )
    later = client.get("/api/v1/own", headers=his).json
    assert later is not None
    assert later["warnings"] == []


def test_the_command_binds_a_token_to_a_registered_person(home: Home) -> None:
    """By name or id; nobody, a unit, or a person beside another scope makes no token."""
    secret = home.directory / "words"
    secret.write_bytes(web.PASSPHRASE + b"\n")
    new = ("token", "new", "--passphrase-file", str(secret))
    made = ok(home.directory, *new, "--scope", "own", "--for", "罗佩珊")
    assert (made["scopes"], made["person"], len(made["organs"])) == (["own"], "p-luo", 1)
    (listed,) = [each for each in ok(home.directory, "token", "list") if each["id"] == made["id"]]
    assert (listed["person"], listed["holder"]) == ("p-luo", "罗佩珊")
    for words, message in (
        (("--scope", "own"), "names one person"),
        (("--scope", "own", "--for", "罗佩"), "罗佩珊"),
        (("--scope", "own", "--for", "c-aid"), "person"),
        (("--scope", "own", "--scope", "duties", "--for", "p-luo"), "nothing else"),
        (("--scope", "duties", "--for", "p-luo"), "no other token names a person"),
    ):
        said = zeren(home.directory, *new, *words)
        assert (said.code, message in said.err) == (2, True), said


def test_of_several_organs_the_token_sees_the_persons_own(tmp_path: Path) -> None:
    """It names one organ, and no other exists for it; without one there is no token."""
    from ledger.access.log import create_access_ledger

    directory = city()
    there = organs_of(directory)
    create_access_ledger(Home(directory), web.PASSPHRASE, there.organs[0].home)
    for each in there:
        views_of(each.home).close()
    one, other = there.find("yunxi"), there.find("solo")
    given = web.bearer(web.token(Home(directory), "own", organs=[one.fingerprint], person="p-luo"))
    app = web.application(Home(directory))
    client = app.test_client()
    assert client.get("/own", headers=given).status_code == 200
    assert client.get(f"/organs/{one.key}/own", headers=given).status_code == 200
    assert client.get(f"/organs/{other.key}/own", headers=given).status_code == 404
    assert client.get("/organs", headers=given).status_code == 403
    web.close(app)
    secret = tmp_path / "words"
    secret.write_bytes(web.PASSPHRASE + b"\n")
    words = ("token", "new", "--scope", "own", "--for", "p-luo", "--passphrase-file", str(secret))
    assert "several" in zeren(directory, *words).err
