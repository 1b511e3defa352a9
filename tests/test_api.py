"""The web side as its readers meet it: answers, pages, problems, and that nothing can be written."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.sources import Sources
from ledger.core.encoding import b64encode
from ledger.home import Home
from tests import support


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = create_app(support.replayed(support.YUNXI))
    app.testing = True
    with app.test_client() as client:
        yield client
    sources: Sources = app.extensions["zeren"]
    sources.close()


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
    home: Home = support.replayed(support.YUNXI)
    for head in answer["ledgers"]:
        ledger = home.open(head["kind"])
        assert b64encode(ledger.tree_head(head["entries"]).root) == head["root"]
        ledger.close()


def test_entries_join_page_by_page(client: FlaskClient) -> None:
    """Following `next` gives each entry once, in order; a cursor of another ledger is refused."""
    positions: list[int] = []
    query: dict[str, object] = {"limit": 100}
    while True:
        page = client.get("/api/v1/ledgers/duty/entries", query_string=query).json
        assert page is not None
        positions += [item["position"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]

    assert list(range(len(positions))) == positions
    assert len(positions) > 200
    assert client.get("/api/v1/ledgers/case/entries", query_string=query).status_code == 400


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
        ("/api/v1/traces/K9", 400, "bad-input"),
        ("/api/v1/holders/c-aid?valid_at=2024-7-9", 400, "bad-input"),
        ("/api/v1/holders/c-aid?valid=2024-07-09", 400, "bad-input"),
        ("/api/v1/holders/c-aid?known_at=2024&known_at=2025", 400, "bad-input"),
        ("/api/v1/ledgers/duty/entries?limit=0", 400, "bad-input"),
        ("/api/v1/ledgers/duty/entries/99999", 404, "not-found"),
        ("/api/v1/ledgers/nothing/entries", 404, "not-found"),
        ("/api/v1/nothing", 404, "not-found"),
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


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(
    "path",
    ["/", "/holders/c-aid?valid_at=2024-07-09", "/holders/secretary", "/traces/K1", "/ledgers/duty/entries",
     "/ledgers/case/entries/5", "/problems/busy"],
)  # fmt: skip
def test_pages_are_html_in_the_language_asked_for(client: FlaskClient, path: str, language: str) -> None:
    """Each page answers in both languages under the strict policy, without script."""
    response = client.get(path, query_string=None, headers={"Accept-Language": language.replace("_", "-")})

    assert (200, "text/html") == (response.status_code, response.mimetype)
    assert f'lang="{language.replace("_", "-")}"' in response.text
    assert "<script" not in response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_foreign_host_name_is_not_answered(client: FlaskClient) -> None:
    """A request under a name that is not ours is refused: no foreign page may read through it."""
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
