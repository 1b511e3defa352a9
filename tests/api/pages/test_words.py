"""The page of an entry reads in words, in both languages; corrections as was and is, withdrawn acts struck through."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from tests.support import replayed as support
from tests.support import web

OFFICE, CASES = (support.SCENARIOS / f"{name}.yaml" for name in ("office-records", "case-records"))
MACHINE = re.compile(r"\b[a-z]+_[a-z_]+\b|[a-z]+\.[a-z]+/\d")
LATIN = re.compile(r"[A-Za-z]{3,}")
QUOTED = re.compile(
    r'<span class="quoted"[^>]*>.*?</span>|<a class="cite".*?</a>|<a [^>]*>.*?</a>|<span>[^<]*</span>', re.DOTALL
)
SHOWN = re.compile(r'<section( class="withdrawn")?>(.*?)</section>', re.DOTALL)


def opened(scenario: Path) -> tuple[Home, Flask, dict[str, str]]:
    home = web.copied(support.replayed(scenario))
    create_access_ledger(home, web.PASSPHRASE)
    scopes = ("duties", "persons", "evidence", "verify", *(("cases",) if scenario == CASES else ()))
    return home, web.application(home), web.bearer(web.token(home, *scopes))


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Home, Flask, dict[str, str]]]:
    made = opened(OFFICE)
    yield made
    web.close(made[1])


def one_of_each(home: Home, kind: str) -> dict[str, int]:
    """The position of one entry of each type."""
    ledger = home.open(kind)
    try:
        return {event.type: event.position for event in ledger.history()}
    finally:
        ledger.close()


def said(html: str) -> str:
    """What the page says in words of ours: without links to parties and entries, and without words of the record."""
    found = SHOWN.search(html)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", QUOTED.sub(" ", found[2]))


@pytest.mark.parametrize("scenario", [OFFICE, CASES], ids=["office", "cases"])
def test_each_kind_has_a_page_in_words(scenario: Path) -> None:
    """One entry of each kind that the organ has: no raw name of a field, no code without its words, both languages."""
    home, app, given = opened(scenario)
    client = app.test_client()
    for kind in ("duty", "case")[: 2 if scenario == CASES else 1]:
        for name, position in one_of_each(home, kind).items():
            for language in ("zh_CN", "en"):
                answer = client.get(f"/ledgers/{kind}/entries/{position}?lang={language}", headers=given)
                assert answer.status_code == 200, (name, answer.text)
                words = said(answer.text)
                assert not MACHINE.search(words), (name, MACHINE.search(words))
                if language == "zh_CN":
                    left = re.sub(r"[（(][A-Z]+\d\w*[）)]|\d{4}-\d\d-\d\d [\d:+]+", " ", words)
                    assert not LATIN.search(left), (name, LATIN.search(left))
    web.close(app)


def shown(office: tuple[Home, Flask, dict[str, str]], path: str, language: str = "en") -> str:
    _, app, given = office
    answer = app.test_client().get(path, headers={**given, "Accept-Language": language})
    assert answer.status_code == 200
    return answer.text


def test_a_correction_is_shown_as_was_and_is_with_who_and_when(office: tuple[Home, Flask, dict[str, str]]) -> None:
    """On the entry's page, in the list of entries and in the dossier; the stored form is folded beneath."""
    text = shown(office, "/ledgers/duty/entries/67")
    assert re.search(r"<del>.*?nothing.*?</del> → <ins>.*?A2a", text, re.DOTALL)
    assert "丁一" in text[text.index('<div class="change">') :]
    assert "2024-09-20" in text[text.index('<div class="change">') :]
    assert "<summary>As stored" in text
    for path in ("/ledgers/duty/entries?person=ma", "/persons/sec", "/registers/talks"):
        row = next(row for row in shown(office, path).split("<tr>") if "T3#67" in row and "change" in row)
        assert "<ins>" in row, path
        assert ">corrected</span>" in row, path


def test_a_withdrawn_act_is_struck_through_everywhere(office: tuple[Home, Flask, dict[str, str]]) -> None:
    """In lists its number is struck and said to be withdrawn; its page says by whom, why and by which entry."""
    struck = (
        r'<s class="withdrawn"><a class="cite" href="([^"]+)">T2#\d+</a></s> <span class="tag withdrawn">withdrawn<'
    )
    found = re.search(struck, shown(office, "/ledgers/duty/entries"))
    assert found is not None
    page = shown(office, found[1])
    assert '<section class="withdrawn">' in page
    banner = page[page.index('<p class="red">') : page.index('<div class="beside">')]
    assert all(word in banner for word in ("Withdrawn: duplicate", "甲一", "乙一", "WD#"))
    assert "已撤回：重复" in shown(office, found[1], "zh-CN")


def test_what_is_not_to_be_read_is_told_by_no_correction(office: tuple[Home, Flask, dict[str, str]]) -> None:
    """Who may not read texts sees in a list that a record was corrected, and not what it said."""
    home, app, _ = office
    bare = web.bearer(web.token(home, "duties", "verify"))
    text = app.test_client().get("/registers/talks", headers={**bare, "Accept-Language": "en"}).text
    assert ">corrected</span>" in text
    assert "<ins>" not in text
