"""Across organs by API and page: the answers of `zeren city`, for who may see them, and on record as what was read."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api import v1
from api.answering.openapi import describe
from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from ledger.home.organs_at_hand import organs_of
from tests.support import web
from tests.support.city import city
from tests.support.command import zeren

SCOPES = ("duties", "persons", "cases", "evidence", "supervisor")
ASKED: Mapping[str, tuple[str, ...]] = {
    "": ("overview",),
    "?in=yunxi": ("overview", "--in", "yunxi"),
    "/persons?person=罗佩珊": ("person", "罗佩珊"),
    "/cases": ("cases",),
    "/cases?from=2024-01-01&in=yunxi": ("cases", "--from", "2024-01-01", "--in", "yunxi"),
    "/signals": ("signals",),
    "/signals?weight=high": ("signals", "--weight", "high"),
    "/countersigned": ("countersigned",),
    "/countersigned?person=罗佩珊": ("countersigned", "--for", "罗佩珊"),
    "/signals?code=LATE_RECORD": ("signals", "--code", "LATE_RECORD"),
}


@pytest.fixture(scope="module")
def directory() -> Path:
    made = city()
    create_access_ledger(Home(made), web.PASSPHRASE, organs_of(made).organs[0].home)
    assert zeren(made, "city", "refresh", "--jobs", "1").code == 0
    return made


@pytest.fixture(scope="module")
def app(directory: Path) -> Iterator[Flask]:
    assert zeren(directory, "views", "rebuild", "--all", "--jobs", "1").code == 0
    made = web.application(Home(directory))
    yield made
    web.close(made)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(directory: Path, *names: str, scopes: tuple[str, ...] = SCOPES) -> dict[str, str]:
    fingerprints = [organs_of(directory).find(name).fingerprint for name in names]
    return web.bearer(web.token(Home(directory), *scopes, organs=fingerprints))


def answer(client: FlaskClient, path: str, headers: dict[str, str], status: int = 200) -> Any:
    found = client.get(path, headers=headers)
    assert found.status_code == status, found.data
    return json.loads(found.data)


@pytest.fixture(scope="module")
def every(directory: Path) -> dict[str, str]:
    return token(directory)


@pytest.mark.parametrize("path", ASKED)
def test_the_api_answers_as_the_command_does(
    directory: Path, client: FlaskClient, every: dict[str, str], path: str
) -> None:
    """The same members and rows, with whatever limits, in the form that the description allows."""
    said = zeren(directory, "city", *ASKED[path], "--json")
    found = answer(client, f"/api/v1/city{path}", every)
    assert found["items"]
    assert {name: value for name, value in found.items() if name != "next"} == json.loads(said.out)
    document = describe(v1.ROUTES)
    described = document["paths"][f"/api/v1/city{path.split('?', maxsplit=1)[0]}"]["get"]["responses"]["200"]["content"]
    schema = {**described["application/json"]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(found)


def test_what_is_not_there_is_named(directory: Path, client: FlaskClient, every: dict[str, str]) -> None:
    """Unknown organs, codes and people are refused with the nearest; a person has to be named; without an index it is
    said what makes one, and without a list of organs there is nothing to ask."""
    assert "yunxi" in answer(client, "/api/v1/city?in=yunxy", every, 404)["detail"]
    assert "LATE_RECORD" in answer(client, "/api/v1/city/signals?code=LATE", every, 400)["detail"]
    assert "罗佩珊" in answer(client, "/api/v1/city/persons?person=罗佩珊一", every, 400)["detail"]
    assert answer(client, "/api/v1/city/persons", every, 400)
    index = directory / "views" / "city.db"
    away = index.rename(index.with_suffix(".away"))
    assert "zeren city refresh" in answer(client, "/api/v1/city", every, 503)["detail"]
    away.rename(index)
    alone = web.application(web.home(), open=True)
    assert alone.test_client().get("/api/v1/city").status_code == 404
    web.close(alone)


def test_only_who_reaches_cases_asks_and_sees_his_organs_alone(
    directory: Path, client: FlaskClient, every: dict[str, str]
) -> None:
    """Signals and cases tell of cases. A token that names organs hears of these only: counts, days, names, links."""
    for path, scopes in (("", ("duties", "persons")), ("", ("organ",)), ("/cases", ("duties",)), ("", ("cases",))):
        refused = client.get(f"/api/v1/city{path}", headers=token(directory, scopes=scopes))
        assert refused.status_code == 403
    one = token(directory, "solo")
    for path in ("", "/cases", "/signals", "/countersigned"):
        mine, all_ = (answer(client, f"/api/v1/city{path}", each) for each in (one, every))
        of = [(row, row.get("organ") or row["there"][0]["organ"]) for row in all_["items"]]
        assert mine["items"] == [row for row, organ in of if organ["name"] == "solo"]
    assert answer(client, "/api/v1/city?in=yunxi", one, 404)["detail"].count("yunxi") == 1
    assert "罗佩珊" not in answer(client, "/api/v1/city/persons?person=罗", one, 400)["detail"].partition("perhaps")[2]


def test_every_reading_is_on_record_with_the_organs_read(
    directory: Path, client: FlaskClient, every: dict[str, str]
) -> None:
    """`*` for all that the token sees, else the organ that was asked for; a supervisor of one organ hears of it too,
    unless the token does not see that organ."""
    fingerprints = {name: organs_of(directory).find(name).fingerprint for name in ("yunxi", "solo")}
    both, one = token(directory, "solo", "yunxi"), token(directory, "solo")
    answer(client, "/api/v1/city/persons?person=罗佩珊", both)
    answer(client, "/api/v1/city/signals?in=yunxi&weight=high", both)
    answer(client, "/api/v1/city/cases", token(directory, "yunxi"))
    assert client.get("/city", headers=every).status_code == 200
    assert zeren(directory, "views", "rebuild", "--all", "--jobs", "1").code == 0
    rows = answer(client, "/api/v1/access-log?limit=4", every)["items"]
    assert [(row["question"], row["organ"], row["concerns"], row["asked"]) for row in rows] == [
        ("city_page", "*", [], None),
        ("cases_of_city", fingerprints["yunxi"], [], None),
        ("signals_of_city", fingerprints["yunxi"], [], "weight=high"),
        ("persons_of_city", "*", ["罗佩珊"], None),
    ]
    told = answer(client, "/api/v1/access-log?limit=2", one)["items"]
    assert [row["question"] for row in told] == ["city_page", "persons_of_city"]
    assert "跨单位" in client.get("/access-log?lang=zh_CN", headers=every).text


@pytest.mark.parametrize(
    "path", ["", "/persons", "/persons?person=罗佩珊", "/cases", "/countersigned", "/signals?weight=high"]
)
def test_each_row_of_a_page_leads_to_its_organ(
    directory: Path, client: FlaskClient, every: dict[str, str], path: str
) -> None:
    """The links of a row are the organ's own pages, and are there; both languages."""
    shown = client.get(f"/city{path}", headers=every)
    assert shown.status_code == 200
    links = {part.split('"')[0] for part in shown.text.split('href="')[1:]}
    inside = sorted(link for link in links if link.startswith("/organs/"))
    assert bool(inside) == (path != "/persons")
    for link in inside[:3]:
        assert client.get(link.replace("&amp;", "&"), headers=every).status_code == 200, link
    assert client.get(f"/city{path}{'&' if '?' in path else '?'}lang=zh_CN", headers=every).status_code == 200
