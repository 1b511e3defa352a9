"""No machine words on the pages of the demonstration: who reads them never saw the program, and reads one language."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from api import pages
from api.routes import OWN
from tests.api.test_access import address
from tests.support import web
from tests.support.recorded_words import recorded_words

pytestmark = pytest.mark.long
APART = {"/api/v1/": "the same page as /docs"}
"""Pages that are looked at elsewhere (`test_words`) or name what programs call things, and why."""
ALLOWED = {
    **dict.fromkeys(("csv", "xlsx", "ndjson", "PDF", "Word", "zip"), "kinds of files"),
    "SP": "C2SP, by which a proof's form is known",
    "FILE": "stands in a command for the name of a file",
}
"""Latin words in Chinese, each with its reason; beside commands, codes, numbers, names and what records say."""
OF_PROGRAMS = {
    **dict.fromkeys(("RFC", "OpenAPI", "GET", "HEAD", "tlog"), "a specification or method that is known so"),
    **dict.fromkeys(("Authorization", "Bearer", "Link", "Deprecation", "Sunset"), "a header"),
    **dict.fromkeys(("application", "problem", "json", "schema"), "a media type, a file's name"),
    **dict.fromkeys(("YYYY", "MM", "DD"), "places in the form of a day"),
    **dict.fromkeys(("next", "as", "of", "ledgers", "as_of"), "members of an answer"),
    **dict.fromkeys(("api", "organs", "organ", "holders", "subject", "tiles", "proof"), "parts of an address"),
    **dict.fromkeys(("duty", "case", "full", "brief", "own", "talk", "held", "secretary", "finance"), "values to type"),
    **dict.fromkeys(("LATE", "RECORD", "LATE_RECORD"), "an example of a code that one types"),
}
"""What stands beside these in the reference of the API, which tells programs' writers how things are called."""
UNSAID = re.compile(
    r'<(script|style|code|svg)\b.*?</\1>|<details class="stored">.*?</details>|<span class="quoted".*?</span>'
    r'|<a class="cite".*?</a>|<input[^>]*>',
    re.DOTALL,
)
QUOTED = re.compile(r"“[^“”]*(?:“[^”]*”[^“”]*)*”")
LAW = re.compile(r"《[^》]*》(?:第[^：:；;， ]*条)?")
CODES = re.compile(r"(?<![A-Za-z])(?:[A-Z]{1,3}\d+[a-z]?(?:#\d+)?|#\d+)(?![A-Za-z0-9])")
COMMANDS = re.compile(r"\bzeren(?: [a-z]+)*|--[a-z-]+")
PATHS = sorted(
    address(route)
    for route in pages.ROUTES
    if route.scopes != OWN and not route.path.endswith(".json") and route.path not in APART and route.about != "city"
)


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    made = web.application(web.copied(web.home()), open=True)
    yield made
    web.close(made)


@pytest.fixture(scope="module")
def recorded() -> list[str]:
    """Names, and everything that the records themselves say, the longest first."""
    return recorded_words(web.home())


def said(app: Flask, path: str, language: str, recorded: list[str]) -> str:
    """What a page says in words of its own."""
    asked = f"{path}{'&' if '?' in path else '?'}lang={language}"
    answer = app.test_client().get(asked)
    assert answer.status_code == 200
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    assert main is not None
    text = html.unescape(re.sub(r"<[^>]+>", " ", UNSAID.sub(" ", main[0])))
    text = re.sub(r"\s+", " ", text)
    for words in recorded:
        text = text.replace(re.sub(r"\s+", " ", words), " ")
    for pattern in (QUOTED, LAW, COMMANDS, CODES):
        text = pattern.sub(" ", text)
    return text


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_of_one_language(app: Flask, recorded: list[str], path: str) -> None:
    """No Latin word in Chinese but those allowed, no Chinese in English; no stamp with a T, no name of a member."""
    chinese, english = (said(app, path, language, recorded) for language in ("zh_CN", "en"))
    allowed = {**ALLOWED, **(OF_PROGRAMS if path == "/docs" else {})}
    assert [word for word in re.findall(r"[A-Za-z]{2,}", chinese) if word not in allowed] == []
    assert re.findall(r"[\u4e00-\u9fff]+", english) == []
    for text in (chinese, english):
        assert re.findall(r"\d{4}-\d\d-\d\dT\S*", text) == []
        assert [word for word in re.findall(r"[A-Za-z]+_[A-Za-z_]+", text) if word not in allowed] == []


def test_each_page_left_apart_is_there() -> None:
    """No page is named apart that there is not, and none without a reason."""
    assert APART.keys() <= {route.path for route in pages.ROUTES}
    assert all(APART.values())
    assert all({**ALLOWED, **OF_PROGRAMS}.values())
