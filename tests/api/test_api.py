"""The web side as its readers meet it: answers, pages, problems, and that nothing can be written."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from api.app import ROUTES, create_app
from api.asking.security import ALWAYS, MAX_ADDRESS
from api.asking.sources import Sources
from api.routes import Parameter, Route
from api.settings import Settings, read_settings
from ledger.core.encoding import b64encode
from ledger.core.tiles import decode_tile
from ledger.errors import BadInput, Incomplete, Refused
from ledger.store.sqlite.connection import check_read_only
from projections.language.catalogue import translate
from projections.questions.changes import changes
from projections.questions.entries import EntryFilter, entry_rows
from projections.questions.over import Over
from projections.questions.search import SearchFilter
from projections.questions.search import found_from as search
from projections.views.catch_up import views_of
from projections.views.view_store import Snapshot, Views
from tests.support import replayed as support
from tests.support import web
from tests.support.readers import decode_bundle


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = web.application(web.home(), open=True, tile_entries=True)
    yield app.test_client()
    web.close(app)


def test_holders_are_those_of_the_time_and_the_knowledge_of_the_time(client: FlaskClient) -> None:
    """The API gives the gap as known at the opening, and the disputed holder as known later."""
    then, later = (
        client.get("/api/v1/holders/c-aid", query_string={"valid_at": "2024-07-09", "known_at": known}).json
        for known in ("2024-10-14T10:00:00+08:00", "2024-10-31")
    )

    assert then is not None
    assert ["supervisor"] == then["gaps"]
    assert later is not None
    rows = [row for row in later["holders"] if row["duty"] == "supervisor"]
    assert [("p-luo", "E095", True)] == [(row["person"], row["entry"]["ref"], row["disputed"]) for row in rows]


def test_an_answer_names_the_heads_it_was_computed_from(client: FlaskClient) -> None:
    """Each answer carries origin, size and root of every ledger, which the ledger itself confirms."""
    answer = client.get("/api/v1/traces/K1").json

    assert answer is not None
    home = web.home()
    for head in answer["ledgers"]:
        ledger = home.open(head["kind"])
        assert b64encode(ledger.tree_head(head["entries"]).root) == head["root"]
        ledger.close()


def test_entries_join_page_by_page(client: FlaskClient) -> None:
    """Following `next` gives each entry once, the newest first, or in order from a position on; a cursor of another
    ledger, or order, is refused."""
    newest, query = joined(client, {"limit": 100})
    rising, _query = joined(client, {"limit": 100, "start": 0})

    assert list(range(len(rising))) == rising
    assert newest == rising[::-1]
    assert len(rising) > 200
    assert client.get("/api/v1/ledgers/case/entries", query_string=query).status_code == 400
    assert client.get("/api/v1/ledgers/duty/entries", query_string=query | {"start": 0}).status_code == 400


def joined(client: FlaskClient, query: dict[str, object]) -> tuple[list[int], dict[str, object]]:
    """Positions of all pages, and the query of the last one."""
    positions: list[int] = []
    while True:
        page = client.get("/api/v1/ledgers/duty/entries", query_string=query).json
        assert page is not None
        positions += [item["position"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    return positions, query


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    """The same question over the same heads has the same strong entity tag, and 304 on it."""
    first = client.get("/api/v1/traces/K1")
    again = client.get("/api/v1/traces/K1", headers={"If-None-Match": first.headers["ETag"]})

    assert not first.headers["ETag"].startswith("W/")
    assert again.status_code == 304


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/", "/api/v1/traces/K1", "/nowhere"])
def test_nothing_can_be_written(client: FlaskClient, method: str, path: str) -> None:
    """Every writing method is refused with 405 and what is allowed, wherever it goes."""
    refused = getattr(client, method)(path)

    assert refused.status_code == 405
    assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/api/v1/traces/K9", 404, "not-found"),
        ("/api/v1/holders/c-aid?valid_at=2024-7", 400, "bad-input"),
        ("/api/v1/holders/c-aid?valid=2024-07-09", 400, "bad-input"),
        ("/api/v1/holders/c-aid?known_at=2024&known_at=2025", 400, "bad-input"),
        ("/api/v1/ledgers/duty/entries?limit=0", 400, "bad-input"),
        ("/api/v1/ledgers/duty/entries/99999", 404, "not-found"),
        ("/api/v1/ledgers/nothing/entries", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
        ("/api/v1/persons/nobody", 404, "not-found"),
        ("/api/v1/units/nothing", 404, "not-found"),
        ("/api/v1/cases/K9", 404, "not-found"),
        ("/api/v1/search", 400, "bad-input"),
        ("/api/v1/search?words=%20%2C", 400, "bad-input"),
        ("/api/v1/obligations?status=fine", 400, "bad-input"),
        ("/api/v1/signals?cursor=x", 400, "bad-input"),
        ("/api/v1/ledgers/duty/entries/5/proof?size=7", 404, "not-found"),
        ("/api/v1/ledgers/duty/growth?old=x", 400, "bad-input"),
        ("/tile/0/000", 404, "not-found"),
    ],
)
def test_every_fault_is_a_problem_document(client: FlaskClient, path: str, status: int, kind: str) -> None:
    """A fault has one form, a type whose explanation exists, and is kept by no cache."""
    response = client.get(path)
    problem = json.loads(response.data)

    assert (status, "application/problem+json", "no-store") == (
        response.status_code,
        response.mimetype,
        response.headers["Cache-Control"],
    )
    assert problem.keys() == {"type", "title", "status", "detail", "instance"}
    assert problem["type"] == f"/problems/{kind}"
    assert client.get(problem["type"]).status_code == 200


PAGES = (
    "/", "/duties", "/duties?unit=c-aid&from=2024-01-01&to=2024-12-31", "/holders/c-aid?valid_at=2024-07-09",
    "/holders/secretary", "/persons", "/persons/p-luo", "/obligations", "/obligations?half=2024H1&status=unmet",
    "/signals", "/signals?weight=high", "/cases", "/cases/K1", "/traces/K1", "/ledgers/duty/entries",
    "/ledgers/duty/entries?type=talk.held/1", "/ledgers/duty/entries/0", "/ledgers/duty/entries/221",
    "/ledgers/case/entries/5", "/search", "/search?words=廉政", "/access-log", "/docs", "/problems/busy", "/login",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_html_in_the_language_asked_for(client: FlaskClient, path: str, language: str) -> None:
    """Each page answers in both languages strictly, with the picker of days for a script, and says that it is open."""
    response = client.get(path, headers={"Accept-Language": language.replace("_", "-")})

    assert (200, "text/html") == (response.status_code, response.mimetype)
    assert f'lang="{language.replace("_", "-")}"' in response.text
    assert response.text.count("<script") == response.text.count('<script src="/static/days.js" defer></script>') == 1
    assert ' style="' not in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert translate("open: no log-in", language) in response.text


def test_every_page_of_answers_says_as_of_when(client: FlaskClient) -> None:
    """The banner names the known moment, the root in the foot is the ledger's, and links lead to other moments."""
    now = client.get("/holders/c-aid?valid_at=2024-07-09").text
    then = client.get("/holders/c-aid?valid_at=2024-07-09&known_at=2024-10-14").text

    assert "E095" in now
    assert "E095" not in then
    assert "2024-10-14 23:59:59+08:00" in then
    assert 'rel="prev"' in now
    assert 'rel="next"' in then
    assert 'rel="next"' not in now


def test_moments_of_change_lead_through_the_whole_history(client: FlaskClient) -> None:
    """Following *change before* shows ever less; the last link leads to the beginning."""
    facts, moments = support.scenario_facts(), []
    for _ in range(300):
        earlier = changes(facts).earlier
        if earlier is None:
            break
        moments.append(earlier)
        facts = support.scenario_facts(known_at=datetime.fromisoformat(earlier))

    assert moments == sorted(set(moments), reverse=True)
    assert len(moments) > 100
    assert changes(facts).later == moments[-2]


def test_a_foreign_host_name_is_not_answered(client: FlaskClient) -> None:
    """A request under a name that is not ours is refused: no foreign page may read through it."""
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_every_header_of_ours_stands_once(client: FlaskClient) -> None:
    """Whatever is answered, first, again, not changed or refused: each header of the policy is there exactly once."""
    first = client.get("/api/v1/units")
    again = client.get("/api/v1/units")
    same = client.get("/api/v1/units", headers={"If-None-Match": first.headers["ETag"]})
    for answer in (first, again, same, client.get("/"), client.get("/nowhere"), client.post("/"), client.get("/login")):
        for name, value in ALWAYS:
            assert answer.headers.getlist(name) == [value], (answer.status_code, name)


def test_an_address_too_long_is_refused(client: FlaskClient) -> None:
    """What no question needs is not even read."""
    assert client.get("/search?words=" + "x" * MAX_ADDRESS).status_code == 414
    assert client.get("/search?words=" + "x" * 300).status_code == 400


def test_every_question_and_parameter_is_in_both_languages() -> None:
    """The reference page and the OpenAPI document say all of the routes in Chinese too."""
    for _, routes in ROUTES:
        for route in routes:
            for said in (route.meaning, *(parameter.meaning for parameter in route.parameters)):
                assert translate(said, "zh_CN") != said


def test_a_route_without_a_rule_is_not_accepted() -> None:
    """Scopes must be named and known, and whatever stands in a path must be described."""
    with pytest.raises(TypeError):
        Route("/x", lambda _: None, "x")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="no such scope"):
        Route("/x", lambda _: None, "x", frozenset({"everything"}))
    with pytest.raises(ValueError, match="what is"):
        Route("/x/{y}", lambda _: None, "x", frozenset(), parameters=(Parameter("z", "text", "z"),))


def test_flask_knows_no_route_beside_the_list(client: FlaskClient) -> None:
    """All rules come from the list, but for log-in, log-out and the style sheet."""
    rules = {rule.endpoint for rule in client.application.url_map.iter_rules()}
    listed = {f"{group}.{route.name}" for group, routes in ROUTES for route in routes}

    assert rules - listed == {"pages.log_in", "pages.log_out", "static"}


def test_the_serving_process_cannot_write_and_proves_it(client: FlaskClient) -> None:
    """Every store refuses a write; a store that let one through would stop the server."""
    (sources,) = client.application.extensions["zeren"].open()
    assert isinstance(sources, Sources)
    sources.prove_read_only()
    writable = Views()
    try:
        with pytest.raises(Refused):
            check_read_only(web.home().views, writable.datastore)
    finally:
        writable.close()


def test_without_views_the_server_does_not_start() -> None:
    """It does not make them either: it says who does."""
    bare = web.copied(support.replayed(support.YUNXI))
    bare.views.unlink()
    with pytest.raises(Incomplete):
        create_app(Settings(bare.directory, open=True))
    assert not bare.views.exists()


def test_c2sp_clients_read_checkpoint_and_tiles(client: FlaskClient) -> None:
    """The tile under the last checkpoint holds the leaf hashes, the bundle the entries, byte for byte."""
    note = client.get("/checkpoint").data
    size = int(note.split(b"\n")[1])
    ledger = web.home().open("duty")
    try:
        tile = client.get(f"/tile/0/000.p/{size}")
        bundle = client.get(f"/tile/entries/000.p/{size}")
        stored = ledger.entries(0, size)
        assert decode_tile(tile.data, size)[-1] == ledger.entry_at(size - 1)[0].leaf_hash
        assert list(decode_bundle(bundle.data, size)) == stored
        assert "immutable" in tile.headers["Cache-Control"]
        assert client.get(f"/api/v1/ledgers/duty/entries/{size - 1}/note").data == stored[-1]
    finally:
        ledger.close()
    assert client.get(f"/tile/0/000.p/{size + 1}").status_code == 404
    assert client.get("/tile/63/000").status_code == 404


def test_entry_bundles_are_a_switch() -> None:
    """Bundles tell who recorded what kind of thing when; without the switch there are none."""
    app = web.application(web.home(), open=True)
    with app.test_client() as client:
        size = int(client.get("/checkpoint").data.split(b"\n")[1])
        assert client.get(f"/tile/0/000.p/{size}").status_code == 200
        assert client.get(f"/tile/entries/000.p/{size}").status_code == 404
    web.close(app)


def test_a_prefix_and_forwarded_headers_count_only_where_configured() -> None:
    """Below /zeren every link keeps the path; a forwarded name is believed behind a configured proxy only."""
    app = web.application(web.home(), open=True, prefix="/zeren", proxies=1)
    with app.test_client() as client:
        page = client.get("/zeren/")
        assert 'href="/zeren/static/zeren.css"' in page.text
        assert client.get("/").status_code == 404
        forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.0.0.9", "X-Forwarded-Proto": "https"}
        assert client.get("/zeren/", headers=forwarded).status_code == 421
        assert "Strict-Transport-Security" in client.get("/zeren/", headers={"X-Forwarded-Proto": "https"}).headers
    web.close(app)
    app = web.application(web.home(), open=True)
    with app.test_client() as client:
        assert client.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200
    web.close(app)


@pytest.mark.parametrize(
    "wrong", [{"ZEREN_PORT": "70000"}, {"ZEREN_PREFIX": "zeren"}, {"ZEREN_PROXIES": "-1"}, {"ZEREN_OPEN": "yes"}]
)
def test_settings_are_read_strictly(wrong: dict[str, str]) -> None:
    """A setting that cannot be meant is refused before anything is served."""
    with pytest.raises(BadInput):
        read_settings(wrong)
    assert read_settings({"ZEREN_HOSTS": "a.example, b.example"}).hosts[-2:] == ("a.example", "b.example")


def test_probes_need_nothing_and_tell_nothing(client: FlaskClient) -> None:
    """Both probes answer without a token, and are kept by no cache."""
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert (200, "no-store") == (response.status_code, response.headers["Cache-Control"])
        assert response.json == {"status": "ok"}


def test_lists_answer_from_indexes() -> None:
    """No question about entries, whatever its filter, reads a table from end to end."""
    facts = support.scenario_facts()
    statements: list[str] = []
    views = facts.views
    moment = datetime(2024, 5, 1, tzinfo=facts.zone)
    with views.reading() as cursor:
        cursor.sqlite_cursor.connection.set_trace_callback(statements.append)
        try:
            spied = Snapshot(views, cursor)
            cut = type(facts)(spied)
            for wanted in (
                EntryFilter(), EntryFilter(type="talk.held/1"), EntryFilter(person="p-luo"), EntryFilter(ref="E060"),
                EntryFilter(first=moment, last=moment),
            ):  # fmt: skip
                entry_rows(cut, cut.duty, wanted, 0, 10)
            search(Over(cut), SearchFilter(words="廉政"), 0, 10)
        finally:
            cursor.sqlite_cursor.connection.set_trace_callback(None)
        asked = [each for each in statements if each.startswith("SELECT") and " records r " in each]
        plans = [row[3] for each in asked for row in cursor.sqlite_cursor.execute(f"EXPLAIN QUERY PLAN {each}")]
    assert len(asked) >= 6
    assert not [plan for plan in plans if plan.startswith("SCAN") and "VIRTUAL TABLE" not in plan]
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]


def test_search_finds_chinese_anywhere_and_nothing_of_what_is_beyond_the_cut(client: FlaskClient) -> None:
    """A part of a word is found, a word that does not occur is not, and each row's excerpt shows it."""
    found = client.get("/api/v1/search", query_string={"words": "政谈"}).json
    nothing = client.get("/api/v1/search", query_string={"words": "谈政"}).json
    early = client.get("/api/v1/search", query_string={"words": "政谈", "known_at": "2023-06-01"}).json

    assert found is not None
    assert nothing is not None
    assert early is not None
    assert found["items"]
    assert all("政谈" in row["excerpt"] for row in found["items"])
    assert nothing["items"] == []
    assert len(early["items"]) < len(found["items"])


def test_the_page_of_a_large_ledger_is_not_looked_through_for_one_person(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a size the page says where obligations and signals are to be asked for, and shows the posts."""
    monkeypatch.setattr("api.pages.persons.LOOKED_THROUGH", 10)
    shown = client.get("/persons/p-luo?known_at=2025-01-01", headers={"Accept-Language": "en"}).text
    assert "too large to be looked through" in shown
    assert "Posts" in shown


def test_a_person_is_found_by_name_and_recorded_by_id() -> None:
    """A dossier asked for by name or by a former address is that of the id, and so is the reading on record."""
    home = web.copied(web.home())
    app = web.application(home)
    try:
        given = web.bearer(web.token(home, "persons", "supervisor"))
        client = app.test_client()
        by_name, by_id = (client.get(f"/api/v1/persons/{word}", headers=given) for word in ("罗佩珊", "p-luo"))
        assert by_name.json == by_id.json
        views_of(home).close()
        rows = client.get("/api/v1/access-log?limit=500", headers=given).json
        assert rows is not None
        assert [row["concerns"] for row in rows["items"][:2]] == [["p-luo"], ["p-luo"]]
    finally:
        web.close(app)


def test_the_access_log_is_no_head_of_an_answer(client: FlaskClient) -> None:
    """Reading makes the access ledger grow, and yet the same question gives the same bytes."""
    first, second = (client.get("/api/v1/persons/p-luo") for _ in range(2))

    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
