"""Every list: filters with counts, order by its columns, its state in the address, no script; no list is left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask

from api.pages import ROUTES
from api.routes import Route
from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from ledger.home.organs_at_hand import organs_of
from projections.language.register_words import REGISTERS
from tests.support import replayed as support
from tests.support import web
from tests.support.city import city
from tests.support.command import zeren

SCOPES = ("duties", "persons", "cases", "evidence", "supervisor", "verify", "export")
OF_ONE_THING = {
    "person_page": "the record of one person, in sections",
    "case_page": "the file of one case, in order of days",
    "trace_page": "the trace of one case, person by person",
    "own_dossier_page": "the reader's own record, in sections",
}
"""Pages that are turned over and are no lists, each with what it is."""
ADDRESSES = {
    "holders_page": "/holders/c-aid",
    "entry_list": "/ledgers/duty/entries",
    "search_page": "/search?words=%E8%B0%88%E8%AF%9D",
    "city_person_page": "/city/persons?person=%E7%BD%97",
}
"""Where a list is looked at that has to be asked something; another at its path."""
UNCOUNTED = {
    "organ_list": "found by name: each line is an organ, and nothing of it falls into kinds",
    "city_countersigned_page": "of pairs, limited by name and organ",
}
"""Lists without kinds to be counted."""
ROWS_ARE_PARTS = {"city_person_page": "a row for each post, counted are persons"}
LISTS = [route for route in ROUTES if "sort" in {each.name for each in route.parameters}]
NAMES = [route.name for route in LISTS]
FILED = [route for route in ROUTES if route.path.startswith("/office/")]


@dataclass
class Seen(HTMLParser):
    """What a page offers: links with their words, fields of its filter, options with counts, rows of its tables."""

    links: list[tuple[str, str, str]] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    options: list[tuple[str, str, str]] = field(default_factory=list)
    all_rows: int = 0
    list_rows: int | None = None
    """Those of the tables that sort."""
    orders: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._in: list[str] = []
        self._select = self._open = self._class = ""
        self._words: list[str] = []
        self._form = self._body = self._sorts = self._first = False

    @property
    def rows(self) -> int:
        return self.all_rows if self.list_rows is None else self.list_rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        self._form |= tag == "form" and "filter" in at.get("class", "")
        if tag in ("a", "option"):
            self._open, self._words, self._class = at.get("href", at.get("value", "")), [], at.get("class", "")
        if tag == "ul":
            self._in.append(at.get("class", ""))
        if "aria-sort" in at:
            self.orders.append(at["aria-sort"])
        if self._form:
            self._field(tag, at)
        self._table(tag, at)

    def _field(self, tag: str, at: Mapping[str, str]) -> None:
        if tag == "select":
            self._select = at["name"]
        if tag == "input" and at.get("name") and (at.get("type") != "checkbox" or "checked" in at):
            self.fields.setdefault(at["name"], []).append(at.get("value", ""))
        if tag == "option" and "selected" in at:
            self.fields.setdefault(self._select, []).append(at["value"])

    def _table(self, tag: str, at: Mapping[str, str]) -> None:
        self._body |= tag == "tbody"
        if tag == "table":
            self._sorts = False
        if tag == "a" and at.get("class") == "sort" and not self._sorts:
            self._sorts, self.list_rows = True, self.list_rows or 0
        says_nothing = tag == "td" and self._first and "colspan" in at
        if self._body and (tag == "tr" or says_nothing):
            self.all_rows += -1 if says_nothing else 1
            if self._sorts and self.list_rows is not None:
                self.list_rows += -1 if says_nothing else 1
        self._first = tag == "tr"

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        said = " ".join("".join(self._words).split())
        if tag == "a":
            self.links.append((self._in[-1] if self._in else self._class, self._open, said))
        if tag == "option" and self._form and self._open:
            self.options.append((self._select, self._open, said))
        if tag == "ul" and self._in:
            self._in.pop()
        self._form &= tag != "form"
        self._body &= tag != "tbody"


@dataclass(frozen=True)
class Desk:
    """A server of one organ, and one of several."""

    one: Flask
    several: Flask
    headers: Mapping[str, dict[str, str]]

    def see(self, route: Route, address: str) -> Seen:
        """The page as a reader has it, all its rows at once."""
        across = route.about == "city"
        joined = "&" if "?" in address else "?"
        at = f"{address}{joined}limit=500" if any(each.name == "limit" for each in route.parameters) else address
        app = self.several if across else self.one
        answer = app.test_client().get(at, headers=self.headers["several" if across else "one"])
        assert answer.status_code == 200, f"{at}: {answer.status_code} {answer.text[:500]}"
        seen = Seen()
        seen.feed(answer.text)
        return seen


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    home = web.copied(support.replayed(support.YUNXI))
    create_access_ledger(home, web.PASSPHRASE)
    there = Home(city())
    create_access_ledger(there, web.PASSPHRASE, organs_of(there.directory).organs[0].home)
    assert zeren(there.directory, "city", "refresh", "--jobs", "1").code == 0
    assert zeren(there.directory, "views", "rebuild", "--all", "--jobs", "1").code == 0
    one, several = web.application(home), web.application(there)
    fingerprints = [each.fingerprint for each in organs_of(there.directory)]
    headers = {
        "one": {**web.bearer(web.token(home, *SCOPES)), "Accept-Language": "en"},
        "several": {**web.bearer(web.token(there, *SCOPES, organs=fingerprints)), "Accept-Language": "en"},
    }
    made = Desk(one, several, headers)
    for words in ("%E8%B0%88%E8%AF%9D", "%E4%BC%9A%E8%AE%AE"):  # so that somebody has read something
        made.see(next(route for route in LISTS if route.name == "search_page"), f"/search?words={words}")
    yield made
    web.close(one)
    web.close(several)


def start_of(route: Route) -> str:
    return ADDRESSES.get(route.name, route.path)


def own_links(route: Route, seen: Seen, kind: str) -> list[tuple[dict[str, list[str]], str, str]]:
    """The links of a kind that lead to the same page: (parameters, address, words)."""
    path = urlsplit(start_of(route)).path
    found = [(href, said) for of, href, said in seen.links if of == kind and urlsplit(href).path == path]
    return [(parse_qs(urlsplit(href).query), href, said) for href, said in found]


def test_every_page_that_is_turned_over_is_a_list_or_says_what_it_is() -> None:
    """A new page with a cursor sorts by its columns, or is named here as the page of one thing."""
    turned = {route.name for route in ROUTES if "cursor" in {each.name for each in route.parameters}}
    assert turned == set(NAMES) | set(OF_ONE_THING)
    assert {f"{name}_page" for name in REGISTERS} <= set(NAMES)


@pytest.mark.parametrize("route", LISTS, ids=NAMES)
def test_every_heading_that_sorts_sorts(desk: Desk, route: Route) -> None:
    """By each column that the list takes, both ways; the same rows, marked as sorted, and the filter is kept."""
    seen = desk.see(route, start_of(route))
    offered = {values["sort"][0]: href for values, href, _ in own_links(route, seen, "sort")}
    taken = next(each for each in route.parameters if each.name == "sort").choices
    assert set(offered) == {word for word in taken if not word.startswith("-")}
    for word, href in offered.items():
        up = desk.see(route, href.replace("limit=500&", "").replace("&limit=500", ""))
        assert (up.rows, up.orders) == (seen.rows, ["ascending"]), word
        back = next(href for values, href, _ in own_links(route, up, "sort") if values["sort"] == [f"-{word}"])
        down = desk.see(route, back.replace("limit=500&", "").replace("&limit=500", ""))
        assert (down.rows, down.orders) == (seen.rows, ["descending"]), word
        assert parse_qs(urlsplit(start_of(route)).query).items() <= parse_qs(urlsplit(back).query).items()


def counted(route: Route, seen: Seen) -> Iterator[tuple[str, str, int]]:
    """(parameter and value as an address has them, words, lines that it says it has)."""
    for values, href, said in own_links(route, seen, "facets"):
        number = re.search(r" (\d+)$", said)
        if number is not None and "aria" not in href:
            yield href, said, int(number[1])
        assert values is not None
    start = dict(parse_qsl(urlsplit(start_of(route)).query))
    for name, value, said in seen.options:
        number = re.search(r"\((\d+)\)$", said)
        if number is not None:
            yield f"{urlsplit(start_of(route)).path}?{urlencode({**start, name: value})}", said, int(number[1])


@pytest.mark.parametrize("route", [*LISTS, *FILED], ids=[*NAMES, *(route.name for route in FILED)])
def test_every_value_leads_to_as_many_rows_as_it_says(desk: Desk, route: Route) -> None:
    """Each link and each choice with a count: what stands there is that many rows."""
    if route in FILED and any(each.name == "person" and each.required for each in route.parameters):
        pytest.skip("asked with a person")
    seen = desk.see(route, start_of(route))
    offers = list(counted(route, seen))
    if seen.rows > 1 and route not in FILED and route.name not in UNCOUNTED:
        assert offers, f"{route.path} counts nothing"
    if route.name in ROWS_ARE_PARTS or route in FILED:
        offers = [offer for offer in offers if desk.see(route, offer[0]).rows == 0 < offer[2]]
        assert offers == []
        return
    clean = [(href.replace("limit=500&", "").replace("&limit=500", ""), said, lines) for href, said, lines in offers]
    wrong = {said: (lines, found) for href, said, lines in clean if (found := rows_of(desk, route, href)) != lines}
    assert wrong == {}


def rows_of(desk: Desk, route: Route, address: str) -> int:
    return desk.see(route, address.replace("limit=500", "")).rows


def some_limits(route: Route, seen: Seen) -> dict[str, str]:
    """A value for every limit that the page offers, and an order."""
    limits = dict(parse_qsl(urlsplit(start_of(route)).query))
    limits |= {name: value for name, value, _ in reversed(seen.options)}
    for values, _, _ in own_links(route, seen, "facets"):
        limits |= {name: texts[0] for name, texts in values.items() if name != "limit"}
    sorts = [each for each in route.parameters if each.name == "sort"]
    return limits | ({"sort": sorts[0].choices[0]} if sorts else {})


@pytest.mark.parametrize("route", [*LISTS, *FILED], ids=[*NAMES, *(route.name for route in FILED)])
def test_the_form_and_every_link_keep_the_state_of_the_address(desk: Desk, route: Route) -> None:
    """Whoever asks once more by the form, or sorts, or turns over, keeps every limit that was set and the order."""
    limits = some_limits(route, desk.see(route, start_of(route)))
    asked: dict[str, Any] = {**limits, "lang": "en"}
    path = urlsplit(start_of(route)).path
    seen = desk.see(route, f"{path}?{urlencode(asked)}")
    kept = {name: values[0] for name, values in seen.fields.items() if values[0]}
    assert {name: kept.get(name) for name in asked} == asked
    for values, href, _ in own_links(route, seen, "sort"):
        assert {name: values.get(name, [None])[0] for name in asked if name != "sort"} == {
            name: value for name, value in asked.items() if name != "sort"
        }, href
