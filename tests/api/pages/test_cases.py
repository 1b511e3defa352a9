"""The pages of a case say what its report says, and link what they cite."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.reports.document import Box, FactSheet
from projections.reports.trace_report import trace_report
from projections.views.catch_up import views_of
from tests.support import web
from tests.support.replayed import SCENARIOS, replayed

LANGUAGES = {"zh-CN": "zh_CN", "en": "en"}
AS_LISTS = {  # sections of the report that the page has sentence by sentence
    "en": ("Responsibility person by person", "Collective responsibility"),
    "zh-CN": ("个人责任", "集体责任"),
}


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    made = web.application(web.copied(web.home()), open=True)
    yield made
    web.close(made)


def words(app: Flask, path: str, language: str = "en") -> str:
    """What stands on a page, without its marks."""
    response = app.test_client().get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, response.text
    return plain(re.sub(r"<[^>]+>", "", response.text))


def plain(text: str) -> str:
    return re.sub(r"\s+", "", html.unescape(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trace_page_says_every_sentence_of_the_report(app: Flask, language: str) -> None:
    """What is to be settled, each person's and body's grounds, duties and advice: the page leaves out none of them."""
    shown = words(app, "/traces/K1", language)
    with closing(views_of(web.home())) as views:
        desk = Desk(views)
        found = desk.trace("K1")
        explain = Explainer(desk.facts(), LANGUAGES[language])
        report = trace_report(found, explain, desk.facts(), (), charts=False)
    sections = [section for section in report.sections if section.title.endswith(AS_LISTS[language])]
    assert len(sections) == len(AS_LISTS[language])
    blocks = [block for section in sections for block in section.blocks]
    said = [
        line
        for block in blocks
        if isinstance(block, FactSheet)
        for row in block.rows
        for line in (row.title, *row.lines)
    ]
    said += [text for block in report.sections[0].blocks if isinstance(block, Box) for text in block.items]
    without = re.sub(r"(?<=[A-Z]\d\d\d)#\d+", "", shown).casefold()  # the report's sentences begin in capitals
    assert len(said) > 100
    assert [text for text in said if plain(text).casefold() not in without] == []


def test_citations_in_sentences_are_links_and_other_numbers_are_not(app: Flask) -> None:
    """E076#172 leads to its entry; a number whose entry has another name stays a word."""
    text = app.test_client().get("/traces/K1").text
    assert '<a class="cite" href="/ledgers/duty/entries/172">E076#172</a>' in text
    assert '<a class="cite" href="/ledgers/case/entries/10">E090#10</a>' in text
    with app.test_request_context("/traces/K1"):
        app.preprocess_request()
        from api.pages.links import linked

        assert "<a" not in linked("E076#173, X#172, #172, E076#172a")
        assert linked("<b>E076#172主张") == (
            '&lt;b&gt;<a class="cite" href="/ledgers/duty/entries/172">E076#172</a>主张'
        )


def test_the_case_page_has_dates_acts_and_a_chronology(app: Flask) -> None:
    """Every step with the day on which it happened; every act of the facts with its day; both in the drawing too."""
    shown = app.test_client().get("/cases/K1").text
    rows = json.loads(app.test_client().get("/api/v1/cases/K1").text)["entries"]
    assert rows
    assert all(row["occurred_on"] for row in rows)
    drawing = shown[shown.index("<svg") : shown.index("</svg>")]
    for row in rows:
        assert row["ref"] in drawing
        assert f'<td class="date">{row["occurred_on"]}</td>' in shown
    for number in range(1, 11):
        assert f">a{number}<" in drawing


@pytest.fixture(scope="module")
def worked() -> Iterator[Flask]:
    """A case with findings, services, statements and an appeal that changed a category."""
    made = web.application(web.copied(replayed(SCENARIOS / "case-records.yaml")), open=True)
    yield made
    web.close(made)


def test_the_case_page_is_the_file_of_the_case(app: Flask) -> None:
    """Matter, what is open, clocks, both tracks, leads, what was done, decisions with appeal: each in words."""
    shown = words(app, "/cases/K1?lang=zh_CN", "zh-CN")
    for said in (
        "“辅助器具采购拆分、验收造假”",
        "调查人员记录不足二人",
        "应于2025年4月28日前送达吕芃、高建树",
        "第一查已有处理结果",
        "信访举报2024年8月2日",
        "“拆分采购、虚假验收”；“收受回扣并审批”",
        "“诫勉”“已调任”",
        "E117#32:“维持”",
    ):
        assert plain(said) in shown


def test_the_api_has_all_of_the_file(worked: Flask) -> None:
    """Findings, statements, service and what an appeal changed are answered typed, party by party."""
    found = json.loads(worked.test_client().get("/api/v1/cases/K9").text)["file"]
    assert found["findings"]
    assert found["statements"]
    assert [row["track"] for row in found["tracks"]] == ["first", "second"]
    assert any(row["served_on"] or row["announced_on"] or row["enforced_on"] for row in found["decisions"])
    assert {row["what"] for row in found["clocks"]} <= {"lead", "service", "appeal", "appeal_decision"}
    shown = worked.test_client().get("/cases/K9?lang=zh_CN").text
    assert all(str(row["entry"]["position"]) in shown for row in found["statements"])


def test_the_trace_can_be_asked_as_known_after_each_change(app: Flask) -> None:
    """Beside first lead, opening and today a way to each later record that would change it; each shows its moment."""
    page = app.test_client().get("/traces/K1?lang=en").text
    ways = re.findall(r'<a href="(/traces/K1\?[^"]*known_at=[^"]+)"[^>]*>(?:once recorded: )([^<]+)</a>', page)
    assert len(ways) >= 2
    for address, _ in ways:
        answer = app.test_client().get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
