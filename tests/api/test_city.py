"""Across organs by API and page: the answers of `zeren city`, for who may see them, and on record as what was read."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api import v1
from api.answering.openapi import describe
from ledger.access.log import create_access_ledger
from ledger.clock import now
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


@pytest.mark.parametrize("path", list(ASKED))
@pytest.mark.parametrize("kind", ["csv", "ndjson", "xlsx"])
def test_a_file_holds_what_the_commands_file_holds(
    directory: Path, tmp_path: Path, client: FlaskClient, path: str, kind: str
) -> None:
    """The same bytes by API, page and command; the number of rows and the digest beside them."""
    allowed, out = token(directory, scopes=(*SCOPES, "export")), tmp_path / f"rows.{kind}"
    assert zeren(directory, "city", *ASKED[path], "--out", str(out)).code == 0
    asked = f"{path}{'&' if '?' in path else '?'}format={kind}&lang=en"
    files = [client.get(f"{place}{asked}", headers=allowed) for place in ("/api/v1/city", "/city")]
    assert [found.status_code for found in files] == [200, 200]
    assert [found.data for found in files] == [out.read_bytes()] * 2
    assert files[0].headers["X-Content-SHA256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(files[0].text.removeprefix("\ufeff"))))
        assert files[0].headers["X-Row-Count"] == str(len(rows))
        assert {row["organ"] for row in rows if "organ" in row} <= {"yunxi", "solo"}
    refused = client.get(f"/api/v1/city{asked}", headers=token(directory))
    assert refused.status_code == 403


@pytest.mark.parametrize("path", list(ASKED))
def test_a_workbook_across_organs_is_in_the_readers_language(directory: Path, client: FlaskClient, path: str) -> None:
    """Headings and words in Chinese without a letter of a code, names of organs apart; days are days; the first sheet
    says what was asked, and as on which day it holds."""
    allowed = token(directory, scopes=(*SCOPES, "export"))
    asked = f"/city{path}{'&' if '?' in path else '?'}format=xlsx&lang=zh_CN"
    book = openpyxl.load_workbook(io.BytesIO(client.get(asked, headers=allowed).data))
    about, sheet = book.worksheets
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["事实时间"] == now().date().isoformat()
    heads, *rows = sheet.iter_rows(values_only=True)
    assert not [head for head in heads if re.search("[a-z]", head)]
    words = {str(cell) for row in rows for cell in row if isinstance(cell, str)}
    assert not [each for each in words if re.fullmatch("[a-z_]+", each) and each not in ("yunxi", "solo")]
    days = [cell for row in rows for head, cell in zip(heads, row, strict=True) if head in ("自", "至", "立案日期")]
    assert all(isinstance(cell, datetime | None) for cell in days)
