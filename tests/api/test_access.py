"""Who may read what: every route against every scope, sessions, secrecy of cases, the record of every read."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import pages, v1
from api.app import ROUTES
from api.asking.current import GATE
from api.asking.gate import FORM_COOKIE, SESSION_COOKIE
from api.asking.kept import key_of
from api.asking.slow import IN_ALL, PER_ADDRESS, Slow
from api.asking.spent import Spent, tidied
from api.routes import PUBLIC, Route
from ledger.access.log import CUSTODIAN
from ledger.access.tokens import SCOPES
from ledger.application import Command
from ledger.clock import SystemClock, now
from ledger.errors import Busy
from ledger.events.access import ReadMade, TokenRevoked
from ledger.home.directory import Home
from ledger.keys.key_files import Keyring
from ledger.recording.numbers import find_entry
from ledger.store.sqlite.library import driver
from ledger.verify import verify_ledger
from projections.signals import signals
from projections.views.catch_up import views_of
from projections.views.facts import ViewFacts
from tests.support import replayed as support
from tests.support import web

pytestmark = pytest.mark.long
EXAMPLES: Mapping[str, object] = {
    "kind": "duty", "position": 60, "subject": "c-aid", "unit": "c-aid", "person": "p-luo", "case": "K1",
    "tile": "0/000.p/9", "party": "p-luo", "name": "busy", "old": 5, "from": "2024-01-01", "to": "2024-09-30",
    "table": "check-sheet",
}  # fmt: skip


def address(route: Route) -> str:
    """A working address of a route."""
    filled = re.sub(r"\{(\w+)\}", lambda found: str(EXAMPLES[found[1]]), route.path)
    needed = [f"{p.name}={EXAMPLES.get(p.name, '廉政')}" for p in route.in_query if p.required or p.name == "words"]
    return f"{filled}?{'&'.join(needed)}" if needed else filled


@pytest.fixture(scope="module")
def home() -> Home:
    made = web.copied(web.home())
    for scope in SCOPES:
        made.directory.joinpath(f"{scope}.token").write_text(web.token(made, scope))
    made.directory.joinpath("inspector.token").write_text(web.token(made, *SCOPES[1:7], holder="派驻组 甲"))
    return made


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    app = web.application(home)
    yield app
    web.close(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.extensions[GATE].slow = Slow()
    return app.test_client()


def held(home: Home, name: str) -> dict[str, str]:
    return web.bearer(home.directory.joinpath(f"{name}.token").read_text())


@pytest.mark.parametrize("route", [route for _, routes in ROUTES for route in routes], ids=lambda route: route.path)
def test_every_route_against_every_scope(home: Home, client: FlaskClient, route: Route) -> None:
    """A token reaches a route if and only if the list says so; without one only what is public answers."""
    path, there = address(route), 404 if route.about == "city" else 200  # of one organ nothing is asked across organs
    for scope in SCOPES:
        answer = client.get(path, headers=held(home, scope))
        refused = 303 if (route.path, scope) == ("/", "own") else 403  # led from the overview to its own first page
        assert answer.status_code == (there if route.reaches(frozenset({scope})) else refused), scope
    bare = client.get(path)
    if route.scopes == PUBLIC:
        assert bare.status_code == 200
    elif route in pages.ROUTES:
        assert (303, True) == (bare.status_code, bare.headers["Location"].startswith("/login?next="))
    else:
        assert (401, True) == (bare.status_code, bare.headers["WWW-Authenticate"].startswith("Bearer"))


@pytest.mark.parametrize(
    "given", ["Bearer", "Bearer zrn_" + "A" * 43, "Basic eDp5", "bearer  ", "Bearer ' OR 1=1", "Bearer 廉"]
)
def test_a_wrong_token_is_none(client: FlaskClient, given: str) -> None:
    """Any other text answers 401 for a program, whatever it looks like."""
    assert client.get("/api/v1/units", headers={"Authorization": given.encode().decode("latin-1")}).status_code == 401


def test_a_token_that_was_revoked_reads_no_more(home: Home, client: FlaskClient) -> None:
    """A revocation counts at the next request, for programs and for sessions under way."""
    text = web.token(home, "duties")
    log_in(client, text)
    assert client.get("/duties").status_code == 200
    assert client.get("/api/v1/units", headers=web.bearer(text)).status_code == 200
    ledger = home.open("access", clock=SystemClock(), read_only=False)
    token = client.application.extensions["zeren-gate"].log.tokens().tokens()[-1]
    signer = Keyring(home.keys("access"), ledger.origin, web.PASSPHRASE).signer(CUSTODIAN)
    ledger.record(Command(TokenRevoked(revokes=token.granted, token=token.id), (signer,)))
    ledger.close()

    assert client.get("/api/v1/units", headers=web.bearer(text)).status_code == 401
    assert client.get("/duties").status_code == 303


# --- sessions ---


def log_in(client: FlaskClient, text: str, **more: str) -> object:
    form = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
    assert form is not None
    return client.post("/login", data={"form": form[1], "token": text, **more})


def test_a_session_is_a_hardened_cookie_and_ends_with_the_log_out(home: Home, client: FlaskClient) -> None:
    """The cookie holds no token, is kept from scripts and foreign sites, and is gone after the log-out."""
    text = home.directory.joinpath("inspector.token").read_text()
    answer = log_in(client, text, next="/cases")
    assert (303, "/cases") == (answer.status_code, answer.headers["Location"])  # type: ignore[attr-defined]
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))  # type: ignore[attr-defined]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert text not in cookie
    page = client.get("/cases")
    assert (200, True) == (page.status_code, "派驻组 甲" in page.text)
    assert client.post("/logout").status_code == 303
    assert client.get("/cases").status_code == 303


def test_a_session_that_was_ended_is_dead_everywhere(home: Home, client: FlaskClient) -> None:
    """A copy of the cookie opens nothing after the log-out, in this process, in another one, and after a restart."""
    log_in(client, home.directory.joinpath("inspector.token").read_text())
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    other = web.application(home)
    thief = other.test_client()
    thief.set_cookie(SESSION_COOKIE, cookie.value)
    assert thief.get("/cases").status_code == 200
    client.post("/logout")
    assert thief.get("/cases").status_code == 303
    web.close(other)
    client.set_cookie(SESSION_COOKIE, cookie.value)
    assert client.get("/cases").status_code == 303
    again = web.application(home)
    later = again.test_client()
    later.set_cookie(SESSION_COOKIE, cookie.value)
    assert later.get("/cases").status_code == 303
    web.close(again)
    kept = home.keys("access") / "ended-sessions"
    assert (kept.stat().st_mode & 0o777, cookie.value.split(".")[2] in kept.read_text()) == (0o600, True)


def test_a_log_in_form_works_once(home: Home, client: FlaskClient) -> None:
    """The same value with the same cookie is refused the second time, also where the first attempt failed."""
    for text in (home.directory.joinpath("duties.token").read_text(), "wrong"):
        form = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
        cookie = client.get_cookie(FORM_COOKIE)
        assert form is not None
        assert cookie is not None
        sent = {"form": form[1], "token": text}
        client.post("/login", data=sent)
        client.set_cookie(FORM_COOKIE, cookie.value)
        client.delete_cookie(SESSION_COOKIE)
        again = client.post("/login", data=sent | {"token": home.directory.joinpath("duties.token").read_text()})
        assert (again.status_code, client.get_cookie(SESSION_COOKIE)) == (403, None)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost.evil.example", "null", "http://localhost:1"]
)
def test_a_foreign_origin_is_refused(home: Home, client: FlaskClient, origin: str) -> None:
    """A browser says where a form came from; from elsewhere nobody is logged in, and nobody out."""
    text = home.directory.joinpath("duties.token").read_text()
    form = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
    assert form is not None
    sent = {"form": form[1], "token": text}
    assert client.post("/login", data=sent, headers={"Origin": origin}).status_code == 403
    log_in(client, text)
    client.post("/logout", headers={"Origin": origin})
    assert client.get("/duties").status_code == 200


def test_a_form_of_our_own_says_our_origin(home: Home, client: FlaskClient) -> None:
    """The browser's own header of our own page does no harm."""
    form = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
    assert form is not None
    sent = {"form": form[1], "token": home.directory.joinpath("duties.token").read_text()}
    assert client.post("/login", data=sent, headers={"Origin": "http://localhost"}).status_code == 303


def test_wrong_tokens_are_slowed_down_and_right_ones_never(home: Home, client: FlaskClient) -> None:
    """429 and how long to wait, by address and in all, for programs and at the log-in; a right token is answered."""
    wrong = {"Authorization": "Bearer zrn_" + "A" * 43}
    for _ in range(PER_ADDRESS):
        assert client.get("/api/v1/units", headers=wrong).status_code == 401
    refused = client.get("/api/v1/units", headers=wrong)
    assert (refused.status_code, 0 < int(refused.headers["Retry-After"]) <= 60) == (429, True)
    assert refused.json is not None
    assert refused.json["type"].endswith("/too-many")
    assert log_in(client, "wrong").status_code == 429  # type: ignore[attr-defined]
    assert client.get("/api/v1/units", headers=held(home, "inspector")).status_code == 200
    assert log_in(client, home.directory.joinpath("duties.token").read_text()).status_code == 303  # type: ignore[attr-defined]
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/api/v1/units", headers=wrong, environ_base=elsewhere).status_code == 401
    for number in range(IN_ALL):
        client.get("/api/v1/units", headers=wrong, environ_base={"REMOTE_ADDR": f"198.51.100.{number}"})
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api/v1/units", headers=wrong, environ_base=elsewhere).status_code == 429


def test_what_is_used_up_is_known_to_every_process_and_forgotten_in_time(tmp_path: Path) -> None:
    """One of two takes a name; a line cut short counts for nothing; what is over leaves the file."""
    path = tmp_path / "spent"
    one, two = Spent(path), Spent(path)
    later = int(now().timestamp()) + 60
    assert (one.spend("a", later), two.spend("a", later), two.has("a")) == (True, False, True)
    with path.open("ab") as file:
        file.write(b"b 99999999999")
    assert not one.has("b")
    path.write_bytes(b"old 1\nnew 99999999999\ncut 99999")
    assert (tidied(path).has("new"), path.read_bytes()) == (True, b"new 99999999999\n")


def test_over_https_no_other_host_can_set_the_cookies(home: Home) -> None:
    """`__Host-` at the root, `__Secure-` under a prefix, a plain name on this machine alone."""
    for prefix, start in (("", "__Host-"), ("/zeren", "__Secure-")):
        app = web.application(home, https=True, prefix=prefix)
        with app.test_client() as client:
            answer = client.get(f"{prefix}/login", base_url="https://localhost")
            cookie = answer.headers.getlist("Set-Cookie")[0]
            assert cookie.startswith(f"{start}{FORM_COOKIE}=")
            assert ("Path=/" in cookie.split("; ")) == (not prefix)
            assert "Domain" not in cookie
        web.close(app)


@pytest.mark.parametrize("prefix", ["", "/zeren"])
@pytest.mark.parametrize("asked", ["", "/", "/persons?q=1"])
def test_a_log_in_leads_where_one_wanted_to_go(home: Home, prefix: str, asked: str) -> None:
    """Whoever fills in the form as it was shown comes to the page that was asked for, or to the overview; under a
    prefix once, not twice.
    """
    app = web.application(home, https=True, prefix=prefix)
    with app.test_client() as client:
        shown = client.get(
            f"{prefix}/login", query_string={"next": asked} if asked else {}, base_url="https://localhost"
        )
        sent = dict(re.findall(r'name="(form|next)" value="([^"]*)"', shown.text))
        sent["token"] = home.directory.joinpath("duties.token").read_text()
        answer = client.post(f"{prefix}/login", data=sent, base_url="https://localhost")
        assert (303, f"{prefix}{asked or '/'}") == (answer.status_code, answer.headers["Location"])
    web.close(app)


def test_over_https_the_cookie_is_secure(home: Home) -> None:
    """Where readers come by https, the session never travels otherwise."""
    app = web.application(home, https=True)
    with app.test_client() as client:
        text = home.directory.joinpath("duties.token").read_text()
        form = re.search(r'name="form" value="(\w+)"', client.get("/login", base_url="https://localhost").text)
        assert form is not None
        sent = {"form": form[1], "token": text}
        answer = client.post("/login", data=sent, base_url="https://localhost")
        assert all("Secure" in cookie.split("; ") for cookie in answer.headers.getlist("Set-Cookie"))
    web.close(app)


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "/a\nb",
        "/\t/evil.example",
        "/\r/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "/\x00/evil.example",
        "/\t\\evil.example",
        "",
    ],
)
def test_a_log_in_sends_nobody_elsewhere(home: Home, client: FlaskClient, where: str) -> None:
    """After log-in one lands on these pages."""
    text = home.directory.joinpath("duties.token").read_text()
    assert log_in(client, text, next=where).headers["Location"] == "/"  # type: ignore[attr-defined]


def test_a_foreign_form_logs_nobody_in(home: Home, client: FlaskClient) -> None:
    """A form that is not ours, or comes from another site, or has no cookie, is refused."""
    text = home.directory.joinpath("duties.token").read_text()
    assert client.post("/login", data={"form": "0" * 64, "token": text}).status_code == 403
    form = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
    assert form is not None
    sent = {"form": form[1], "token": text}
    assert client.post("/login", data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    client.delete_cookie("zeren_form")
    assert client.post("/login", data=sent).status_code == 403
    assert client.get("/duties").status_code == 303


@pytest.mark.parametrize("spoil", ["{}0", "t-other.{}", "x", "..", "t-a.1.é", "é.é.é", "t-a.-1.0"])
def test_a_spoilt_session_is_none(home: Home, client: FlaskClient, spoil: str) -> None:
    """Any change to the cookie makes it worthless."""
    log_in(client, home.directory.joinpath("duties.token").read_text())
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    client.set_cookie(SESSION_COOKIE, spoil.format(cookie.value))
    assert client.get("/duties").status_code == 303


def test_a_foreign_form_logs_nobody_out(home: Home, client: FlaskClient) -> None:
    """A form of another site arrives without the session; its answer must not take the session away either."""
    assert not client.post("/logout").headers.getlist("Set-Cookie")
    log_in(client, home.directory.joinpath("duties.token").read_text())
    assert any(each.startswith(SESSION_COOKIE) for each in client.post("/logout").headers.getlist("Set-Cookie"))


def test_no_shared_cache_keeps_what_a_token_reads(home: Home, client: FlaskClient) -> None:
    """Every answer says who may keep it, exports, redirects and faults too; what needs a token is never public."""
    given = held(home, "inspector")
    for group, routes in ROUTES:
        for route in routes:
            path = address(route)
            forms = [f"{path}{'&' if '?' in path else '?'}format=csv"] if "format" in str(route.parameters) else []
            for each in (path, *forms):
                for headers in (given, {}):
                    kept = client.get(each, headers=headers).headers.get("Cache-Control", "")
                    assert "private" in kept or "no-store" in kept or not route.scopes, (group, each, kept)
                    assert kept, each
    assert client.get("/api/v1//ledgers", headers=given).headers["Cache-Control"] == "no-store"


def test_an_answer_kept_is_that_of_its_own_address(app: Flask) -> None:
    """A question mark escaped in the path and one that begins the query are two addresses."""
    route = next(route for route in v1.ROUTES if route.name == "holders")
    keys = []
    for path, query in (("/api/v1/holders/a%3Fb", "c"), ("/api/v1/holders/a", "b?c")):
        with app.test_request_context(path, query_string=query):
            keys.append(key_of(route, frozenset(), 0))
    assert keys[0] != keys[1]


def test_too_much_of_a_form_is_not_read(client: FlaskClient) -> None:
    """A log-in is short."""
    assert client.post("/login", data={"token": "x" * 100_000}).status_code in (403, 413)


# --- cases are not there for whoever must not know of them ---

CASE_PATHS = [
    ("/api/v1/cases/K1", "/api/v1/cases/K99"), ("/api/v1/traces/K1", "/api/v1/traces/K99"),
    ("/cases/K1", "/cases/K99"), ("/traces/K1", "/traces/K99"),
    ("/api/v1/ledgers/case/entries", "/api/v1/ledgers/none/entries"),
    ("/api/v1/ledgers/case/entries/5", "/api/v1/ledgers/none/entries/5"),
    ("/api/v1/ledgers/case/entries/5/proof", "/api/v1/ledgers/none/entries/5/proof"),
    ("/api/v1/ledgers/case/checkpoint", "/api/v1/ledgers/none/checkpoint"),
    ("/api/v1/ledgers/case/keys", "/api/v1/ledgers/none/keys"), ("/ledgers/case/entries", "/ledgers/none/entries"),
]  # fmt: skip


@pytest.mark.parametrize(("real", "made_up"), CASE_PATHS)
@pytest.mark.parametrize("scopes", [("organ",), ("duties", "persons", "evidence", "verify", "export")])
def test_a_case_that_exists_answers_like_one_that_does_not(
    home: Home, client: FlaskClient, real: str, made_up: str, scopes: tuple[str, ...]
) -> None:
    """Status, headers and words are the same but for the address itself."""
    given = web.bearer(web.token(home, *scopes))
    first, second = client.get(real, headers=given), client.get(made_up, headers=given)

    def same(text: str) -> str:
        return text.replace("K99", "K1").replace("none", "case")

    assert first.status_code == second.status_code
    assert first.status_code in (403, 404)
    assert same(first.text) == same(second.text)
    assert {k: v for k, v in first.headers if k != "Content-Length"} == {
        k: v for k, v in second.headers if k != "Content-Length"
    }


def test_a_refusal_of_a_case_looks_nothing_up(home: Home, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work is done whether or not the case is there: none."""
    given = held(home, "organ")

    def forbidden(*_: object) -> object:
        raise AssertionError("a store was read")

    client.get("/api/v1/traces/K1", headers=given)
    monkeypatch.setattr("api.asking.sources.Sources.reading", forbidden)
    assert client.get("/api/v1/traces/K1", headers=given).status_code == 403


def test_the_organ_sees_what_its_own_ledger_alone_says(home: Home, app: Flask) -> None:
    """Every page and answer that an organ's token reaches is what it would be if there were no case ledger at all."""
    alone = web.copied(home)
    for name in ("case.db", "case.db-wal", "case.db-shm"):
        alone.directory.joinpath(name).unlink(missing_ok=True)
    for name in ("views.db", "views.db-wal", "views.db-shm"):
        alone.directory.joinpath(name).unlink(missing_ok=True)
    text = home.directory.joinpath("organ.token").read_text()
    without = web.application(alone)
    routes = [route for route in (*v1.ROUTES, *pages.ROUTES) if route.reaches(frozenset({"organ"})) and route.scopes]
    assert len(routes) > 15
    for route in routes:
        path = address(route)
        seen = []
        for each in (app, without):
            answer = each.test_client().get(path, headers=web.bearer(text))
            seen.append(re.sub(r'"seconds_since": \d+', "", answer.text))
        assert seen[0] == seen[1], path
    web.close(without)


# --- every read is on record ---


def size(home: Home) -> int:
    """Entries of the access ledger."""
    with closing(home.open("access")) as ledger:
        return ledger.size()


def reads(home: Home, since: int = 0) -> list[ReadMade]:
    """What was read from an entry of the access ledger on."""
    with closing(home.open("access")) as ledger:
        return [event.payload for event in ledger.history(since) if isinstance(event.payload, ReadMade)]


READS = [
    ("/api/v1/persons/p-luo?known_at=2024-10-14T10:00:00%2B08:00", "dossier", ("p-luo",), None, None),
    ("/persons/p-luo", "person_page", ("p-luo",), None, None),
    ("/api/v1/traces/K1", "case_trace", None, "K1", None),
    ("/cases/K1", "case_page", None, "K1", None),
    ("/api/v1/cases", "all_cases", None, None, None),
    ("/api/v1/cases?format=ndjson", "all_cases", None, None, "format=ndjson"),
    ("/cases", "case_list", None, None, None),
    ("/api/v1/tenures?person=p-luo", "all_tenures", ("p-luo",), None, None),
    ("/api/v1/ledgers/duty/entries?person=c-aid", "ledger_entries", ("c-aid",), None, "kind=duty"),
    ("/search?words=%E5%BB%89%E6%94%BF", "search_page", None, None, "廉政"),
    ("/api/v1/tenures?person=p-luo&format=csv", "all_tenures", ("p-luo",), None, "format=csv"),
]


@pytest.mark.parametrize(("path", "question", "concerns", "case", "asked"), READS)
def test_every_read_is_recorded_before_it_is_answered(
    home: Home, client: FlaskClient, path: str, question: str, concerns: object, case: object, asked: object
) -> None:
    """Token, question, whom it named, times and words stand in the access ledger; a HEAD and a 304 count too."""
    given = held(home, "inspector")
    before = size(home)
    answer = client.get(path, headers=given)
    assert answer.status_code == 200
    client.head(path, headers=given)
    assert client.get(path, headers=given | {"If-None-Match": answer.headers["ETag"]}).status_code == 304

    found = reads(home, before)
    assert len(found) == 3
    for read in found:
        assert (question, concerns, case, asked) == (read.question, read.concerns, read.case, read.asked)
        assert read.inspector
        assert (read.known_at is not None) == ("known_at" in path)


def test_reading_a_text_names_the_entry(home: Home, client: FlaskClient) -> None:
    """The entry is named by ledger, position and hash, so that it is known for ever which text was read."""
    client.get("/api/v1/ledgers/duty/entries/60", headers=held(home, "inspector"))
    duty = home.open("duty")
    entry = reads(home)[-1].entry
    assert entry is not None
    assert (duty.fingerprint, 60, duty.at(60).leaf_hash) == (entry.fingerprint, entry.position, entry.leaf_hash)
    duty.close()


def test_a_list_of_entries_says_no_more_than_its_reader_may_read(home: Home, client: FlaskClient) -> None:
    """Who may verify only is told heads and states; every field is named as withheld. The organ reads all."""
    path = "/api/v1/ledgers/duty/entries?type=talk"
    heads, whole = (
        client.get(path, headers=web.bearer(web.token(home, scope))).json["items"][0]  # type: ignore[index]
        for scope in ("verify", "organ")
    )
    assert (heads["position"], heads["state"]) == (whole["position"], whole["state"])
    assert heads["fields"] == {}
    assert set(heads["missing"]) == {*whole["fields"], *whole["missing"]}
    assert whole["fields"]["talker"]


def test_lists_are_recorded_as_the_question_with_its_filter(home: Home, client: FlaskClient) -> None:
    """Also a list that nobody narrowed: what was asked stands on record, but for the place within the list."""
    given = held(home, "inspector")
    asked = {
        "/api/v1/holders/c-aid": "subject=c-aid",
        "/duties": None,
        "/api/v1/units": None,
        "/api/v1/obligations?limit=5": None,
        "/api/v1/ledgers/duty/entries?type=talk.held%2F1&format=csv": "kind=duty; type=talk.held/1; format=csv",
        "/api/v1/ledgers/duty/entries/60/proof": "kind=duty; position=60",
        "/": None,
    }
    for path, words in asked.items():
        before = size(home)
        assert client.get(path, headers=given).status_code == 200, path
        found = reads(home, before)
        assert [read.asked for read in found] == [words], path


@pytest.mark.parametrize("scope", SCOPES)
def test_every_answer_is_recorded_and_no_refusal_is(home: Home, client: FlaskClient, scope: str) -> None:
    """For each route: one entry for each answer that is not public; heads and health alone go unrecorded."""
    unrecorded, before = set(), size(home)
    for _, routes in ROUTES:
        for route in routes:
            status = client.get(address(route), headers=held(home, scope)).status_code
            made = reads(home, before)
            before += len(made)
            wanted = [route.name] if status == 200 and route.recorded else []
            assert [read.question for read in made] == wanted, (route.path, status)
            if status == 200 and not made and route.scopes != PUBLIC:
                unrecorded.add(route.name)
    assert unrecorded <= {"ledgers", "head", "checkpoint", "growth", "health", "organs", "organ_list"}


def test_what_cannot_be_recorded_is_not_given(home: Home, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the access ledger cannot be written, the answer is withheld: 503, and nothing of it."""

    def full(*_: object) -> None:
        raise Busy("the disk is full")

    monkeypatch.setattr("ledger.access.log.AccessLog.append", full)
    answer = client.get("/api/v1/persons/p-luo", headers=held(home, "inspector"))
    assert (503, False) == (answer.status_code, "tenures" in answer.text)


def test_a_locked_access_ledger_is_waited_for_once(
    home: Home, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other readers wait behind the one that waits, so it does not begin again; a page says it in words."""
    tried = []

    def locked(*_: object) -> None:
        tried.append(1)
        raise Busy("the ledger is locked by another process; wait a moment and repeat the command")

    monkeypatch.setattr("ledger.access.log.AccessLog.append", locked)
    answer = client.get("/persons/p-luo", headers=held(home, "inspector"))
    assert (503, 1, False) == (answer.status_code, len(tried), "罗佩珊" in answer.text)


@pytest.mark.parametrize("path", ["/api/v1/persons/p-luo", "/persons/p-luo"])
def test_on_a_full_disk_nothing_is_given_and_the_reason_is_said(home: Home, client: FlaskClient, path: str) -> None:
    """SQLite itself refuses the record; the reader hears why, and afterwards all goes on."""
    given, before = held(home, "inspector"), size(home)

    def pages(most: int) -> None:
        log = client.application.extensions["zeren-gate"].log
        with log._lock, log.ledger.store.datastore.get_connection(commit=True) as connection:
            driver(connection).execute(f"PRAGMA max_page_count = {most}")

    pages(1)  # SQLite takes the number of pages that there are
    answers = [client.get(path, headers=given) for _ in range(20)]  # what room the last pages had is used up by then
    pages(2**31)
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    for answer in refused:
        assert (503, True, False) == (answer.status_code, "无法登记" in answer.text, "罗佩珊" in answer.text)
    assert client.get(path, headers=given).status_code == 200
    assert len(reads(home, before)) == len(answers) - len(refused) + 1


@pytest.mark.parametrize("put_back", [False, True])
def test_an_access_ledger_that_was_removed_or_replaced_gives_nothing(home: Home, put_back: bool) -> None:
    """What would be recorded in a file that nobody finds any more is not given, on pages and to programs."""
    other = web.copied(home)
    app = web.application(other)
    client, given = app.test_client(), held(other, "inspector")
    assert client.get("/api/v1/persons/p-luo", headers=given).status_code == 200
    file = other.database("access")
    moved = file.rename(file.with_suffix(".moved"))
    if put_back:
        shutil.copy(moved, file)
    for path in ("/api/v1/persons/p-luo", "/persons/p-luo", "/api/v1/units", "/cases"):
        answer = client.get(path, headers=given)
        assert (503, False) == (answer.status_code, "罗佩珊" in answer.text), path
    web.close(app)


@pytest.mark.parametrize("given", ["Bearer x", "Basic eDp5", "Bearer", "Bearer é"])
@pytest.mark.parametrize("path", ["/persons", "/", "/cases/K1", "/nowhere", "/docs"])
def test_a_page_says_that_a_token_is_none(app: Flask, given: str, path: str) -> None:
    """The page of the fault is a page like any other, with its headers; nothing breaks in making it."""
    app.testing = False
    app.extensions[GATE].slow = Slow()
    try:
        answer = app.test_client().get(path, headers={"Authorization": given})
    finally:
        app.testing = True
    assert answer.status_code in (200, 401, 404)
    assert "Content-Security-Policy" in answer.headers
    assert "</html>" in answer.text


def test_the_access_ledger_verifies_and_only_supervisors_read_it(home: Home, client: FlaskClient) -> None:
    """The chain holds after all these reads; the supervisor sees who read, anybody else is refused."""
    client.get("/api/v1/persons/p-luo", headers=held(home, "inspector"))
    ledger = home.open("access")
    assert not verify_ledger(ledger).findings
    ledger.close()
    views_of(home).close()

    listed = client.get("/api/v1/access-log?about=p-luo&limit=500", headers=held(home, "supervisor")).json
    assert listed is not None
    assert any(row["question"] == "dossier" and row["holder"] == "派驻组 甲" for row in listed["items"])
    assert client.get("/api/v1/access-log", headers=held(home, "inspector")).status_code == 403


def test_a_read_feeds_the_question_about_records_made_after_it() -> None:
    """POST_READ_RECORD fires on what is recorded within days of an inspector's read of its subject, and cites the read.

    A read of the organ itself fires nothing.
    """
    from datetime import UTC, datetime, timedelta

    from ledger.access.log import AccessLog, create_access_ledger
    from ledger.clock import SimulatedClock

    for inspector in (True, False):
        home = web.copied(support.replayed(support.YUNXI))
        create_access_ledger(home, web.PASSPHRASE)
        duty = home.open("duty")
        late = find_entry(duty, "E111")
        duty.close()
        log = AccessLog.open(home)
        log.ledger.recorder.now = SimulatedClock(datetime.now(UTC)).next
        read = ReadMade(token="t-1", question="dossier", inspector=inspector, concerns=("p-luo", "c-aid", "party"))
        receipt = log.append(read)
        log.close()
        views = views_of(home)
        # The read is of today; the record it may have caused is of the scenario, so the read is set back in the views.
        moment = round((late.recorded_at - timedelta(days=1)).timestamp() * 1000)
        with views.datastore.transaction(commit=True) as c:
            c.execute("UPDATE records SET recorded_at = ? WHERE type = 'access.read/1'", (moment,))
        ids = {row["id"] for row in views.select("SELECT id FROM mentions WHERE position = ?", (late.position,))}
        with views.datastore.transaction(commit=True) as c:
            fields = json.dumps(
                {"token": "t-1", "question": "dossier", "inspector": inspector, "concerns": sorted(ids)}
            )
            c.execute("UPDATE records SET fields = ? WHERE type = 'access.read/1'", (fields,))
        found = signals(ViewFacts(views), codes={"POST_READ_RECORD"})
        cited = [dict(row.detail)["after"] for row in found if any(c.ref == "E111" for c in row.events)]
        assert [getattr(c, "position", None) for c in cited] == ([receipt.position] if inspector else [])
        views.close()


def test_no_secret_stands_in_the_logs(home: Home, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """A line per request names endpoint, status and token id; no token, no cookie, no words."""
    import logging

    text = home.directory.joinpath("inspector.token").read_text()
    logging.getLogger("zeren.requests").propagate = True
    with caplog.at_level(logging.INFO, logger="zeren.requests"):
        client.get("/api/v1/search?words=%E5%BB%89%E6%94%BF", headers=web.bearer(text))
        log_in(client, text)
    lines = [json.loads(record.message) for record in caplog.records if record.name == "zeren.requests"]
    assert {"v1.search_texts", "pages.log_in"} <= {line["endpoint"] for line in lines}
    assert text not in caplog.text
    assert "words" not in caplog.text
    assert all(line["token"].startswith("t-") for line in lines if line["endpoint"] == "v1.search_texts")
