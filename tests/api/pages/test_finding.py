"""What who looks for something on the pages is led to: days, decisions, tables, persons; duties summed up by period."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import web

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    made = web.application(web.copied(web.home()), open=True)
    yield made
    web.close(made)


def seen(app: Flask, path: str) -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("2024年2月20日", "/ledgers/duty/entries?day=2024-02-20"),
        ("2024.2.20", "/ledgers/duty/entries?day=2024-02-20"),
        ("问责决定", "/ledgers/case/entries?type=decision.made/1"),
        ("责任清单", "/office/duty-list"),
        ("E060", "/ledgers/duty/entries/144"),
        ("A2b", "/obligations?obligation=A2b"),
    ],
)
def test_a_search_leads_to_what_bears_the_words(app: Flask, words: str, address: str) -> None:
    """A day in any written form, a kind in the ledger that has it, a table by its title, a number, a code."""
    assert f'href="{address}"' in seen(app, f"/search?words={words}")
    assert seen(app, address)


def test_what_is_found_is_counted_by_person_and_unit(app: Flask) -> None:
    """Each count is a link that limits to as many entries."""
    text = seen(app, "/search?words=廉政")
    for label in ("人员", "单位"):
        facets = re.search(rf'<ul class="facets" aria-label="{label}">.*?</ul>', text, re.DOTALL)
        assert facets is not None
        address, said = re.findall(r'<a href="([^"]+)">([^<]+)</a>', facets[0])[0]
        assert f"({said.split()[-1]})</caption>" in seen(app, address)


@pytest.mark.parametrize(("path", "limit"), [("/persons/p-luo", "owner=p-luo"), ("/holders/c-aid", "of_unit=c-aid")])
def test_duties_are_summed_up_by_year_and_half_year(app: Flask, path: str, limit: str) -> None:
    """As many as the list behind each link has; a year is the sum of its halves."""
    rows = re.findall(r"<tr[^>]*><th[^>]*><a href=\"([^\"]*)\">([^<]*)</a></th>(.*?)</tr>", seen(app, path), re.DOTALL)
    told = {
        said: (address, sum(map(int, re.findall(r">(\d+)<", cells))))
        for address, said, cells in rows
        if limit in address
    }
    halves = [told[half][1] for half in ("2023年上半年", "2023年下半年")]
    assert told["2023年度"][1] == sum(halves) > 0
    for address, number in (told["2023年上半年"], told["2024年下半年"]):
        assert f"{number} 项" in seen(app, address)
