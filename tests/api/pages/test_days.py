"""Days in every written form on every page; a fault stands at its field, and what was typed stays."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask

from api import pages
from api.routes import Route
from ledger.home.directory import Home
from projections.questions.obligations import STATUSES
from tests.api.test_access import address
from tests.support import web

DAYS = ("2024-07-09", "2024/7/9", "2024.7.9", "2024年7月9日", "２０２４年７月９日")
WITH_DAYS = [
    route
    for route in pages.ROUTES
    if any(each.kind in ("day", "moment", "when") for each in route.in_query) and route.scopes != frozenset({"own"})
]
"""Every page that takes a day and is open to everybody; a page of one's own is not."""


@pytest.fixture(scope="module")
def home() -> Home:
    return web.copied(web.home())


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    made = web.application(home, open=True)
    yield made
    web.close(made)


def asked(app: Flask, path: str) -> tuple[int, str]:
    answer = app.test_client().get(path, headers={"Accept-Language": "en"})
    return answer.status_code, answer.text


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_taken_in_every_written_form(app: Flask, text: str) -> None:
    """The house's one reader reads it; the field keeps what was typed, and is no picker of its own."""
    status, page = asked(app, f"/lines/c-aid?from={quote(text)}&to=2024-09-30")
    assert status == 200
    assert f'name="from" size="14" value="{text}"' in page
    assert 'type="date"' not in page
    assert ">2024-07-09<" in page


@pytest.mark.parametrize("route", WITH_DAYS, ids=lambda route: route.path)
def test_a_day_that_is_none_is_a_fault_at_its_field(app: Flask, route: Route) -> None:
    """Every page that takes a day: status 400, the form again, the fault beside the field that has it, and no other."""
    day = next(each for each in route.in_query if each.kind in ("day", "moment", "when"))
    place = address(route)
    status, page = asked(
        app, re.sub(rf"[?&]{day.name}=[^&]*", "", place) + ("&" if "?" in place else "?") + f"{day.name}=soon&lang=en"
    )
    assert status == 400
    assert re.search(
        rf'<input name="{day.name}" size="26" value="soon"[^>]* aria-invalid="true" aria-describedby="fault"', page
    )
    assert page.count("aria-invalid") == 1
    assert "soon" in page[page.index('id="fault"') :].split("</p>")[0]


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("/registers/talks?person=nobody&period=2024", "person", "nobody"),
        ("/registers/talks?period=last+year&unit=c-aid", "period", "last year"),
        ("/obligations?obligation=A2&unit=c-aid&judged_on=2024年7月9日", "obligation", "A2"),
        ("/obligations?status=unmett&known_at=2024-07-09", "status", "unmett"),
        ("/search?words=廉政&type=tlak", "type", "tlak"),
    ],
)
def test_any_value_that_is_not_known_stands_at_its_field(app: Flask, path: str, name: str, text: str) -> None:
    """Whatever reads it: the fault is shown where the value was typed, beside everything else that was typed."""
    status, page = asked(app, path)
    assert status == 400
    faulty = re.findall(r'<input name="(\w+)" size="26" value="([^"]*)"[^>]*aria-invalid', page)
    assert faulty == [(name, text)]
    for other in re.findall(r"[?&](\w+)=", path):
        assert f'<input name="{other}"' in page
    assert f'action="{path.partition("?")[0]}"' in page


def test_programs_get_a_problem_document_as_before(app: Flask) -> None:
    """No form is made for who asks by the API; a page that is not there has none either."""
    answer = app.test_client().get("/api/v1/obligations?judged_on=soon")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "aria-invalid" not in asked(app, "/holders/nobody-at-all")[1]


@pytest.mark.parametrize(("language", "word"), [("en", "not applicable"), ("zh-CN", "不适用")])
def test_a_word_that_is_none_of_a_closed_list_names_the_list_in_words(app: Flask, language: str, word: str) -> None:
    """Each of the list is a link that asks with it and keeps the rest; no word of a machine stands on the page."""
    answer = app.test_client().get("/obligations?status=foo&unit=c-aid", headers={"Accept-Language": language})
    fault = answer.text[answer.text.index('id="fault"') :]
    fault = fault[: fault.index("</div>")]
    assert "foo" in fault
    assert word in fault
    assert "_" not in re.sub(r'href="[^"]*"', "", fault)
    addresses = [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]*)"', fault)]
    assert len(addresses) == len(STATUSES)
    assert all("unit=c-aid" in each for each in addresses)
    for each in addresses[:3]:
        assert asked(app, each)[0] == 200


@pytest.mark.parametrize(
    "path", ["/persons?cursor=zzz", "/obligations?sort=foo", "/signals?limit=-1", "/signals?foo=1"]
)
def test_a_fault_that_no_field_has_is_told_above(app: Flask, path: str) -> None:
    """What is wrong with a cursor, an order or a number of lines stands on the page, with a way on without it."""
    status, page = asked(app, path)
    assert status == 400
    told = re.search(r'<p class="lead" dir="auto">([^<]+)</p>', page)
    assert told is not None
    assert f'href="{path.partition("?")[0]}"' in page
    assert '<form method="get"' not in page
