"""Exports: whole, equal to the list they were asked from, typed as text, and told apart when they break."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from flask.testing import FlaskClient

from api import pages, v1
from api.routes import Route
from ledger.errors import BadInput
from projections.facts.values import Citation
from projections.language.column_words import LEFT_OUT
from projections.language.trace import Explainer
from projections.questions.cases import CaseRow
from projections.reports import workbooks
from projections.reports.exports import columns_of, export, row_type
from projections.reports.row_words import RowWords
from projections.reports.workbooks import AskedFor
from tests.api.test_access import address
from tests.support import replayed as support
from tests.support import web

LISTS = [route for route in (*v1.ROUTES, *pages.ROUTES) if any(p.name == "format" for p in route.parameters)]
EXPORTED = [route for route in v1.ROUTES if route.lists and route in LISTS and route.about != "city"]


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = web.application(web.home(), open=True)
    yield app.test_client()
    web.close(app)


def whole(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    path, _, given = path.partition("?")
    query: dict[str, object] = {**dict(parse_qsl(given)), "limit": 37}
    while True:
        page = client.get(path, query_string=query).json
        assert page is not None
        rows += page["items"]
        if page["next"] is None:
            return rows
        query["cursor"] = page["next"]


def test_every_list_is_exported() -> None:
    """There is no list that could not be had whole as a file; those across organs are in tests/api/test_city.py."""
    assert [route.path for route in v1.ROUTES if route.lists and route not in LISTS] == []


@pytest.mark.parametrize("route", EXPORTED, ids=lambda route: route.path)
def test_an_export_holds_every_row_of_the_list(client: FlaskClient, route: Route) -> None:
    """ndjson gives the rows of all pages; csv and xlsx as many; headers give the count and the digest of the bytes."""
    path = address(route)
    if route.path.endswith("/search"):
        return
    rows = whole(client, path)
    asked = f"{path}{'&' if '?' in path else '?'}format="
    files = {kind: client.get(f"{asked}{kind}") for kind in ("ndjson", "csv", "xlsx")}
    for answer in files.values():
        assert answer.headers["X-Row-Count"] == str(len(rows))
        assert answer.headers["X-Content-SHA256"] == hashlib.sha256(answer.data).hexdigest()
        assert "attachment" in answer.headers["Content-Disposition"]
    assert [json.loads(line) for line in files["ndjson"].text.splitlines()] == rows
    table = list(csv.reader(io.StringIO(files["csv"].data.decode("utf-8-sig"))))
    assert len(table) == len(rows) + 1
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].data))
    assert book.worksheets[1].max_row == len(rows) + 1
    assert book.active is book.worksheets[1]


@pytest.mark.parametrize(
    ("page", "api"),
    [
        ("/obligations?status=unmet&half=2024H1", "/api/v1/obligations?status=unmet&half=2024H1"),
        ("/signals?weight=high", "/api/v1/signals?weight=high"),
        ("/ledgers/duty/entries?type=talk.held/1", "/api/v1/ledgers/duty/entries?type=talk.held/1"),
        ("/persons?known_at=2023-06-01", "/api/v1/persons?known_at=2023-06-01"),
    ],
)
def test_page_api_and_export_hold_the_same_rows(client: FlaskClient, page: str, api: str) -> None:
    """The filter in the address means the same everywhere, and each row of the export is on the page."""
    first, second = (client.get(f"{path}&format=ndjson") for path in (page, api))

    assert first.data == second.data
    assert first.data
    shown = client.get(f"{page}&limit=500").text
    rows = [json.loads(line) for line in first.text.splitlines()]
    assert shown.count("<tr") >= len(rows)


def test_without_the_scope_there_is_no_export() -> None:
    """A token that reads may still not carry away."""
    home = web.copied(web.home())
    given = web.bearer(web.token(home, "duties"))
    app = web.application(home)
    with app.test_client() as client:
        assert client.get("/api/v1/units?format=csv", headers=given).status_code == 403
        assert client.get("/obligations?format=csv", headers=given).status_code == 403
        assert "format=csv" not in client.get("/obligations", headers=given).text
    web.close(app)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of anything."""

    words: object


FACTS = support.scenario_facts()
ASKED = AskedFor(partial(RowWords, FACTS, "en"), "Rows")
HOSTILE = ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\uff1d1+1", "\uff0b1", "\uff201", "\r=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    """In xlsx the cell is a text; in csv a spreadsheet reads it as one."""
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx", Row, [Row(text)], ASKED).data))
    sheet = book.worksheets[1]
    assert sheet["A2"].data_type == "s"
    table = list(csv.reader(io.StringIO(export("csv", Row, [Row(text)]).data.decode("utf-8-sig"))))
    assert table[1][0] == f"'{text}"


def test_a_number_is_not_taken_for_a_formula() -> None:
    """Amounts keep their form, also below zero."""
    table = list(csv.reader(io.StringIO(export("csv", Row, [Row("-12.5"), Row(7)]).data.decode("utf-8-sig"))))
    assert [row[0] for row in table[1:]] == ["-12.5", "7"]


def test_the_same_rows_are_the_same_bytes() -> None:
    """A digest can be compared: nothing of the moment of writing is in a file."""
    rows = [Row((Citation("x", 3, "E1"), Citation("x", 4, "#4"))), Row({"a": None}), Row(None), Row(True)]
    for kind in ("csv", "xlsx", "ndjson"):
        assert export(kind, Row, rows, ASKED).data == export(kind, Row, rows, ASKED).data
    assert export("csv", Row, rows).data.decode("utf-8-sig").splitlines()[1] == "E1#3; #4"


def test_a_workbook_that_cannot_hold_all_is_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows or too long a text: an error that names the other forms."""
    monkeypatch.setattr(workbooks, "ROWS", 2)
    with pytest.raises(BadInput):
        export("xlsx", Row, [Row(n) for n in range(3)], ASKED)
    with pytest.raises(BadInput):
        export("xlsx", Row, [Row("x" * 40_000)], ASKED)
    assert export("csv", Row, [Row("x" * 40_000)]).rows == 1


CODE = re.compile(r"[a-z]+_[a-z_]+|\d{4}-\d\d-\d\dT|\b[a-z]+\.[a-z]+/\d")


@pytest.mark.parametrize("route", EXPORTED, ids=lambda route: route.path)
def test_a_workbook_is_for_people(client: FlaskClient, route: Route) -> None:
    """What was asked stands first; headings in one language, days and numbers typed, no code, no stamp with a T."""
    path = address(route)
    for language in ("zh_CN", "en"):
        data = client.get(f"{path}{'&' if '?' in path else '?'}format=xlsx&lang={language}").data
        about, sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets
        first = [[cell.value for cell in line] for line in about.iter_rows()]
        assert first[0][1]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
        heads, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
        assert len(set(heads)) == len(heads)
        other = r"[A-Za-z]{2,}" if language == "zh_CN" else r"[\u4e00-\u9fff]"
        assert [head for head in heads if re.search(other, str(head))] == []
        kinds = columns_of(row_type(route.answer))
        words = RowWords(FACTS, language, row_type(route.answer))
        numbers = [at for at, name in enumerate(heads) if name in ("编号", "number", "ref")]
        found = [v for line in lines for at, v in enumerate(line) if isinstance(v, str) and at not in numbers]
        assert [value for value in found if CODE.search(re.sub(r"zeren[ .][^；;]*|[a-z]+-[a-z_]+\S*", "", value))] == []
        for kind, shape in (("date", datetime), ("integer", int)):
            named = {name for name, each in kinds.items() if each == kind} - LEFT_OUT
            columns = [number for number, name in enumerate(words.shown(list(kinds))) if name in named]
            assert all(
                isinstance(line[number], shape) for line in lines for number in columns if line[number] is not None
            )


def test_a_question_on_record_is_told_in_words(client: FlaskClient) -> None:
    """Who read what says what was asked as the page of the question does, not by the names of parameters."""
    asked = client.get("/api/v1/ledgers/duty/entries?type=talk.held/1")
    assert asked.status_code == 200
    for language, said in (("en", "talk"), ("zh_CN", "谈话")):
        words = RowWords(FACTS, language, object).question("采购; kind=duty; type=talk.held/1; unknown=x")
        assert (said in words, words.startswith("采购"), "talk.held" in words, "kind=" in words) == (
            True,
            True,
            False,
            False,
        )
        assert words.endswith("unknown=x")


@pytest.mark.parametrize(
    ("language", "heading", "bare"),
    [("en", "amount (CNY 10,000)", "12.5 (unit not stated)"), ("zh_CN", "金额（万元）", "12.5（单位未载明）")],
)
def test_an_amount_has_its_unit(language: str, heading: str, bare: str) -> None:
    """A column of amounts says in what they are counted; where no rule names a unit, that is said beside the number."""
    words = RowWords(FACTS, language, CaseRow)
    assert words.heading("amount") == heading
    assert words.say.amount(Decimal("12.5"), "") == bare
    assert Explainer(FACTS, language).amount(Decimal("12.5"), "") == bare
