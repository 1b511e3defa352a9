"""No machine words in files for people: every workbook of every list, of one organ and across organs, and every table
of the office, in both languages.

csv and ndjson are for programs, and bear the stable names of members in either language (`test_exports`).
"""

import io
import re
from collections.abc import Iterator

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
from flask import Flask

from api import pages, v1
from ledger.home.directory import Home
from projections.language.catalogue import LANGUAGES, translate
from projections.language.column_words import HEADINGS
from tests.api.pages.test_machine_words import CODES, LAW, QUOTED
from tests.api.test_access import address
from tests.cli.test_machine_words import TYPED
from tests.support import web
from tests.support.city import SCENARIOS, city
from tests.support.command import zeren
from tests.support.recorded_words import recorded_words

pytestmark = pytest.mark.long
LISTS = sorted(
    {
        address(route)
        for route in (*v1.ROUTES, *pages.ROUTES)
        if any(p.name == "format" for p in route.parameters)
        and "own" not in route.scopes
        and route.about != "city"
        and not route.path.endswith("/search")
    }
)
"""Every list of an organ but a search, whose rows are passages of the records."""
ACROSS = sorted(
    {
        f"{address(route)}?person=罗佩珊" if route.path == "/city/persons" else address(route)
        for route in (*v1.ROUTES, *pages.ROUTES)
        if any(p.name == "format" for p in route.parameters) and route.about == "city"
    }
)
"""Every list across organs."""
LIMITED = ("/city?in=yunxi", "/city/signals?weight=high&code=LATE_RECORD", "/city/cases?from=2024-01-01&in=yunxi")
"""Some with limits, which the first sheet says."""
SHEETS = sorted({address(route) for route in v1.ROUTES if route.path.endswith("sheet.xlsx")})
ALLOWED = {
    **dict.fromkeys(("csv", "ndjson"), "kinds of files"),
    "SHA": "a digest by its name",
    "AB": "a Chinese word that is written with letters",
}
"""Latin words in Chinese, each with its reason; beside commands, codes, hashes, origins, names and what records say."""
STORED = re.compile(
    r"zeren\.simulated/\S+|[A-Za-z0-9+/]{40,}=|\b[pucdx]-[a-z]+\b|(?<![\w.])/[\w/.?=-]+|\b[0-9a-f]{12,}\b|\byunxi\b"
)
"""Origins, roots and ids, which the sheet that says what it was made from has, and what has no name."""

NUMBERS = {translate(HEADINGS["ref"], language) for language in LANGUAGES}
"""Columns of the numbers by which records are called: of a post it is what its register calls it."""


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    made = web.application(web.copied(web.home()), open=True)
    yield made
    web.close(made)


@pytest.fixture(scope="module")
def recorded() -> list[str]:
    """Names, and everything that the records themselves say, the longest first."""
    return recorded_words(web.home())


@pytest.fixture(scope="module")
def many() -> Iterator[tuple[Flask, list[str]]]:
    """Two organs side by side, one of them behind its index, and everything that the records of both say."""
    directory = city()
    assert zeren(directory, "city", "refresh", "--jobs", "1").code == 0
    made = web.application(Home(directory), open=True)
    said = {words for name in SCENARIOS for words in recorded_words(Home(directory / name))}
    yield made, [*SCENARIOS, *sorted(said, key=len, reverse=True)]
    web.close(made)


def cells(app: Flask, path: str, language: str) -> list[str]:
    """Every text of a workbook: names of its sheets, headings, cells, lists to choose from."""
    answer = app.test_client().get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    columns = [column for sheet in book for column in sheet.columns]
    texts = [cell.value for column in columns if column[0].value not in NUMBERS for cell in column]
    heads = [column[0].value for column in columns]
    return [*book.sheetnames, *(each for each in (*heads, *texts) if isinstance(each, str))]


def own(texts: list[str], recorded: list[str]) -> str:
    """What of them are words of ours."""
    text = "\n".join(re.sub(r"\s+", " ", each) for each in dict.fromkeys(texts))
    for words in recorded:
        text = text.replace(re.sub(r"\s+", " ", words), " ")
    for pattern in (TYPED, STORED, QUOTED, LAW, CODES):
        text = pattern.sub(" ", text)
    return text


@pytest.mark.parametrize("path", [*(f"{path}{'&' if '?' in path else '?'}format=xlsx" for path in LISTS), *SHEETS])
def test_a_workbook_is_of_one_language(app: Flask, recorded: list[str], path: str) -> None:
    """No Latin word in Chinese but those allowed, no Chinese in English; no stamp with a T, no name of a member."""
    check(app, path, recorded)


@pytest.mark.parametrize("path", [*ACROSS, *LIMITED])
def test_a_workbook_across_organs_is_of_one_language(many: tuple[Flask, list[str]], path: str) -> None:
    """As of one organ; what organs are called in the list is a name."""
    app, recorded = many
    check(app, f"{path}{'&' if '?' in path else '?'}format=xlsx", recorded)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ACROSS)
def test_a_printed_sheet_says_what_it_is(many: tuple[Flask, list[str]], path: str, language: str) -> None:
    """No two columns bear one name; question and day stand on each printed sheet with its number; its name is whole
    words."""
    answer = many[0].test_client().get(f"{path}{'&' if '?' in path else '?'}format=xlsx&lang={language}")
    about, sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    heads = [cell.value for cell in sheet[1]]
    question = about["B1"].value
    assert sorted(set(heads)) == sorted(heads)
    assert question in sheet.oddHeader.left.text
    assert about["B3"].value in sheet.oddHeader.left.text
    assert sheet.oddFooter.center.text == "&P / &N"
    assert question.startswith(sheet.title)
    assert not question[len(sheet.title) :][:1].isascii() or not question[len(sheet.title) :][:1].isalnum()


def check(app: Flask, path: str, recorded: list[str]) -> None:
    """The workbook in both languages."""
    chinese, english = (own(cells(app, path, language), recorded) for language in ("zh_CN", "en"))
    assert [word for word in re.findall(r"[A-Za-z]{2,}", chinese) if word not in ALLOWED] == []
    assert re.findall(r"[\u4e00-\u9fff]+", english) == []
    for text in (chinese, english):
        assert re.findall(r"\d{4}-\d\d-\d\dT\S*", text) == []
        assert re.findall(r"[A-Za-z]+_[A-Za-z_]+", text) == []


def test_every_word_allowed_has_its_reason() -> None:
    """The list is short, and there are workbooks to look at."""
    assert all(ALLOWED.values())
    assert len(LISTS) > 30
    assert SHEETS
    assert len(ACROSS) >= 10
