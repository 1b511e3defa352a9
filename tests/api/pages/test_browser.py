"""The pages in a real browser: both languages, strict policy, accessibility, keyboard, narrow screen, hostile text."""

import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from api import pages
from api.routes import OWN
from ledger.home.directory import Home
from ledger.scenario.load import load_scenario
from ledger.scenario.replay import replay
from projections.views.catch_up import views_of
from tests.api.test_access import address
from tests.support import replayed as support
from tests.support import web
from tests.support.accessible import faults_of
from tests.support.city import city
from tests.support.command import zeren

pytestmark = pytest.mark.long
ACROSS = [address(route) for route in pages.ROUTES if route.about == "city"]
ASKED = [route for route in pages.ROUTES if route.about != "city" and route.scopes != OWN]
PATHS = [address(route) for route in ASKED if not route.path.endswith(".json")] + [
    "/duties?unit=c-aid&known_at=2024-10-14", "/obligations?judged_on=soon&unit=c-aid&status=met",
    "/search?words=廉政", "/nowhere", "/login", "/holders/secretary",
    "/obligations?half=2024H1&status=unmet", "/ledgers/case/entries/5", "/ledgers/duty/entries/60",
]  # fmt: skip
HOSTILE = '<script>document.title="owned"</script><img src=x onerror="document.title=1">"\'&amp;{{7*7}}'
RTL = "\u202eאבג\u202c مرحبا"
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in "fullwidth=1+1")
LONG = "长" * 5_000 + "x" * 5_000


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Any:
    return chromium


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    app = web.application(web.copied(web.home()), open=True)
    with serving(app) as address_:
        yield address_
    web.close(app)


def watched(context: Any) -> tuple[Any, list[str]]:
    """A page, and what it complains about."""
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_page_is_clean_in_both_languages(browser: Any, base: str, locale: str) -> None:
    """No message of the security policy, nothing that axe finds, no scrolling sideways on a wide or narrow screen."""
    faults, said = looked_at(browser, base, PATHS, locale=locale)

    assert not faults, "\n".join(map(str, faults))
    assert [line for line in said if "status of 40" not in line] == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_pages_of_ones_own_are_clean_too(browser: Any, locale: str) -> None:
    """With much and with nothing that waits, by the token of one person, in both languages."""
    home = web.copied(web.home())
    app = web.application(home)
    with serving(app) as base:
        for person in ("p-he", "p-bai"):
            given = web.bearer(web.token(home, "own", person=person))
            paths = ["/own", "/own?known_at=2024-07-01", "/own/dossier", "/own?known_at=x", "/persons"]
            faults, said = looked_at(browser, base, paths, locale=locale, extra_http_headers=given)
            assert not faults, "\n".join(map(str, faults))
            assert [line for line in said if "status of 40" not in line] == []
    web.close(app)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_pages_across_organs_are_clean_too(browser: Any, locale: str) -> None:
    """With rows and without, and where an organ is named that is not there, in both languages."""
    directory = city()
    assert zeren(directory, "city", "refresh", "--jobs", "1").code == 0
    app = web.application(Home(directory), open=True)
    with serving(app) as base:
        paths = [*ACROSS, "/city/persons?person=罗", "/city/signals?weight=high", "/city/cases?in=nowhere"]
        faults, said = looked_at(browser, base, paths, locale=locale)
        assert not faults, "\n".join(map(str, faults))
        assert [line for line in said if "status of 40" not in line] == []
    web.close(app)


def looked_at(browser: Any, base: str, paths: list[str], **how: Any) -> tuple[list[tuple[Any, ...]], list[str]]:
    """What axe and the width of the screen find fault with, and what the pages said to the console."""
    context = browser.new_context(**how)
    page, said = watched(context)
    faults: list[tuple[Any, ...]] = []
    for path in dict.fromkeys(paths):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(base + path)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if beyond > 0:
                faults.append((path, width, f"{beyond}px wider than the screen"))
        faults += [(path, *fault) for fault in faults_of(page)]
    context.close()
    return faults, said


def test_scripts_are_not_needed_and_do_not_run(browser: Any, base: str) -> None:
    """With scripts switched off every page shows the same words."""
    with_scripts, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    for path in ("/duties", "/obligations", "/traces/K1"):
        first, second = with_scripts.new_page(), without.new_page()
        first.goto(base + path)
        second.goto(base + path)
        assert first.inner_text("main") == second.inner_text("main")
    with_scripts.close()
    without.close()


def test_a_day_is_picked_where_script_runs_and_typed_anywhere(browser: Any, base: str) -> None:
    """The picker fills the field, which without script takes any written form by itself; what was typed stays."""
    context, without = browser.new_context(locale="zh-CN"), browser.new_context(java_script_enabled=False)
    page, said = watched(context)
    page.goto(base + "/lines/c-aid")
    page.fill(".day:has(input[name=from]) .picker", "2024-02-03")
    assert page.input_value("input[name=from]") == "2024-02-03"
    page.fill("input[name=from]", "2024年2月3日")
    page.fill("input[name=to]", "2024.9.30")
    with page.expect_navigation():
        page.press("input[name=to]", "Enter")
    assert page.input_value("input[name=from]") == "2024年2月3日"
    assert "2024-09-30" in page.inner_text("main")
    page.fill("input[name=to]", "九月末")
    with page.expect_navigation():
        page.press("input[name=to]", "Enter")
    assert page.input_value("input[name=from]") == "2024年2月3日"
    assert page.get_attribute("input[name=to]", "aria-describedby") == "fault"
    assert "九月末" in page.inner_text("#fault")
    plain = without.new_page()
    plain.goto(base + "/lines/c-aid")
    assert plain.locator(".picker").count() == 0
    assert [line for line in said if "status of 400" not in line] == []
    context.close()
    without.close()


def test_the_way_from_the_overview_to_an_entry_by_keyboard(browser: Any, base: str) -> None:
    """Skip link first, then by Tab and Enter alone: overview, duties, filter, an entry; focus is always seen."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(base + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    def go(text: str) -> None:
        for _ in range(300):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
                " return [(e.textContent || '').trim(), s.outlineStyle !== 'none' || e.tagName === 'svg']; })()"
            )
            assert seen[1] or not seen[0]
            if seen[0] == text:
                with page.expect_navigation():
                    page.keyboard.press("Enter")
                return
        raise AssertionError(f"{text} is not reached by keyboard")

    go("Duties")
    assert "/duties" in page.url
    page.focus("select[name=unit]")
    page.keyboard.press("ArrowDown")
    go("Ask")
    assert "unit=" in page.url
    page.goto(base + "/holders/c-aid?valid_at=2024-07-09")
    go("E055#135")
    assert page.url.endswith("/ledgers/duty/entries/135")
    context.close()


FOLDED = ("/registers/issues", "/obligations", "/signals", "/ledgers/duty/entries", "/agenda", "/office/talk-matrix")


def test_on_a_phone_what_stands_comes_before_the_fields(browser: Any, base: str) -> None:
    """On a narrow screen the fields are folded behind one control, which the keyboard reaches and opens; what the list
    says begins within the first screen, its status in sight; a wide screen and paper have no such control."""
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    for path in FOLDED:
        page.goto(base + path)
        assert not page.is_visible("form.filter"), path
        assert not page.locator(".facets").filter(visible=True).count(), path
        said = page.locator("main .wide table, main .drawing").first.bounding_box()
        assert said["y"] < 844, path
    page.goto(base + "/registers/issues")
    status = page.locator("tbody .status").first.bounding_box()
    assert status["x"] + status["width"] <= 390
    page.focus("#fold-limits")
    page.keyboard.press("Space")
    assert page.is_visible("form.filter")
    page.focus("#fold-limits")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.limited') !== null")
    for path in ("/search", "/office/performance-ledger"):  # where nothing is said before something is asked
        page.goto(base + path)
        assert page.is_visible("form.filter"), path
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(base + "/registers/issues")
    assert page.is_visible("form.filter")
    assert not page.is_visible("label[for=fold-limits]")
    context.close()


def test_log_in_and_out_in_the_browser(browser: Any) -> None:
    """A page asks for the token, the log-in returns to it, and after the log-out it asks again."""
    home = web.copied(web.home())
    text = web.token(home, "duties", "persons", "verify")
    app = web.application(home)
    with serving(app) as base:
        context = browser.new_context(locale="en-GB")
        page, said = watched(context)
        page.goto(base + "/obligations?status=unmet")
        assert "/login" in page.url
        page.fill("#token", text)
        page.press("#token", "Enter")
        page.wait_for_load_state()
        assert page.url == base + "/obligations?status=unmet"
        assert "Cases" not in page.inner_text("nav.menu")
        page.click("text=Log out")
        page.goto(base + "/obligations")
        assert "/login" in page.url
        assert said == []
        context.close()
    web.close(app)


def test_pages_print_without_menus_and_with_the_moment(browser: Any, base: str) -> None:
    """On paper stand the title and the moment; menus, forms, links to files and the page's end do not: what it was
    computed from stands at the foot of each sheet."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(base + "/traces/K1")
    page.emulate_media(media="print")
    shown = page.evaluate(
        "['.menu', '.filter', '.under', '.as-of', 'h1', 'footer'].map(s => {"
        " const e = document.querySelector(s); return e ? getComputedStyle(e).display !== 'none' : null; })"
    )
    assert [each for each in shown[:3] if each] == []
    assert shown[3:] == [True, True, False]
    context.close()


SHEETS = {
    "/": "总览 · 获知时间：全部记录",
    "/obligations?status=unmet&unit=c-aid": "履责 · 单位：辅助器具资源中心 · 状态：未履行 · 获知时间：全部记录",
    "/traces/K1": "案件 K1 责任倒查 · 获知时间：2024-10-14 10:00:00+08:00",
    "/cases/K1": "案件 K1 · 获知时间：全部记录",
    "/persons/p-luo?known_at=2024-10-14": "罗佩珊 · 获知时间：2024-10-14 23:59:59+08:00",
    "/organisation?valid_at=2024-07-20&against=2024-06-20": "对比日期：2024-06-20 · 事实时间：2024-07-20",
    "/registers/talks?period=2023H1": "谈话记录台账 · 期间：2023年上半年",
    "/signals": "疑点",
    "/office/talk-matrix": "谈话情况表",
}
"""Pages that are printed, and what stands at the head of each of their sheets."""


def test_each_sheet_says_what_was_asked_and_none_is_half_empty(browser: Any, base: str, tmp_path: Path) -> None:
    """Title, filter, times and heads are printed on every sheet with its number, so that none holds the heads alone.

    The matrix of talks is on one, with what was not held.
    """
    import pypdfium2  # type: ignore[import-untyped]  # it has no types

    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    for path, head in SHEETS.items():
        page.goto(base + path)
        page.pdf(path=str(tmp_path / "sheets.pdf"), prefer_css_page_size=True)
        sheets = pypdfium2.PdfDocument(tmp_path / "sheets.pdf")
        for number, sheet in enumerate(sheets, 1):
            text = sheet.get_textpage()
            words = re.sub(r"\s+", "", text.get_text_range())
            assert re.sub(r"\s+", "", head) in words, (path, number, words[:200])
            assert f"{number}/{len(sheets)}" in words
            assert words.count("计算依据：履责账本") == words.count("222条，树根") == 1, (path, number)
            ends = [text.get_rect(each)[1] for each in range(text.count_rects())]
            lowest = min(end for end in ends if end > 45)  # above the number of the sheet
            least = 0.45 if number < len(sheets) else 0.8
            assert lowest < sheet.get_height() * least, (path, number)
        first = re.sub(r"\s+", "", sheets[0].get_textpage().get_text_range())
        whole = "付云舟–丁维未按时进行的谈话" in first and len(sheets) == 1  # the whole of it, then the list
        assert path != "/office/talk-matrix" or whole
    context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_nothing_is_printed_over_the_words_of_an_entry(browser: Any, base: str, locale: str) -> None:
    """On paper what an entry says has the whole width, and whether it holds stands below it."""
    context = browser.new_context(locale=locale, viewport={"width": 800, "height": 1000})
    page = context.new_page()
    page.goto(base + "/ledgers/duty/entries/E060")
    page.emulate_media(media="print")
    ends = page.evaluate(
        "[...document.querySelector('.beside').children].map(e => e.getBoundingClientRect())"
        ".map(r => [r.top, r.bottom, r.left, r.right])"
    )
    assert len(ends) == 2
    assert ends[0][1] <= ends[1][0]
    out = page.evaluate(
        "[...document.querySelectorAll('.beside *')].filter(e => e.getBoundingClientRect().right >"
        " document.querySelector('main').getBoundingClientRect().right + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert out == []
    context.close()


def test_a_trace_says_what_is_open_before_it_asks_anything(browser: Any, base: str) -> None:
    """On a phone the points of procedure stand above what opens the fields, the presets and the downloads."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(base + "/traces/K1")
    places = [page.locator(each).first.bounding_box()["y"] for each in (".said", ".limits > .fold-label", ".ways")]
    assert places == sorted(places)
    assert not page.locator("form.filter").first.is_visible()
    page.locator(".limits > .fold-label").first.click()
    assert page.locator("form.filter").first.is_visible()
    context.close()


# --- hostile text ---


@pytest.fixture(scope="module")
def hostile() -> Iterator[Home]:
    """A replayed scenario whose names and texts attack whoever shows them."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-hostile-"))
    source = support.SCENARIOS / "yunxi.yaml"
    scenario = load_scenario(source)
    persons = [replace(p, name=f"{_spoilt(n)}{p.name}") for n, p in enumerate(scenario.persons)]
    units = [replace(u, name=f"{_spoilt(n)}{u.name}") for n, u in enumerate(scenario.units)]
    changed = replace(scenario, persons=tuple(persons), units=tuple(units), events=_spoilt_events(scenario))
    replay(changed, directory / "ledgers")
    home = Home(directory / "ledgers")
    views_of(home).close()
    yield home
    shutil.rmtree(directory, ignore_errors=True)


TEXTS = frozenset({"text", "title", "matter", "basis", "reason", "late_reason", "remark", "authority", "conduct"})


def _spoilt(number: int) -> str:
    """One of the attacks; the endless one once, for everything that is compared with everything takes its time."""
    return LONG if number == 5 else (HOSTILE, RTL, WIDE)[number % 3]


def _spoilt_events(scenario: Any) -> tuple[Any, ...]:
    def change(value: Any, name: str, number: int) -> Any:
        if isinstance(value, dict):
            return {key: change(item, key, number) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(change(item, name, number) for item in value)
        return f"{_spoilt(number)} {value}" if name in TEXTS and isinstance(value, str) else value

    return tuple(
        replace(event, values=change(dict(event.values), "", number)) for number, event in enumerate(scenario.events)
    )


def test_hostile_words_stay_words(browser: Any, hostile: Home) -> None:
    """Markup, direction marks, endless and full-width text in names and texts: nothing runs, no page breaks."""
    app = web.application(hostile, open=True)
    context = browser.new_context(locale="zh-CN")
    page, said = watched(context)
    paths = [address(route) for route in pages.ROUTES if not route.path.endswith(".json") and route.scopes != OWN]
    paths += [f"/search?words={word}" for word in ("%3Cscript%3E", "%22%3E", WIDE)] + ["/holders/%3Cscript%3E"]
    paths += [f"/ledgers/duty/entries/{position}" for position in (20, 70, 110, 150)]
    with serving(app) as base:
        for path in paths:
            page.set_viewport_size({"width": 1000, "height": 800})
            page.goto(base + path)
            assert page.title().endswith("· 责任 zeren"), path
            found = page.evaluate("[...document.querySelectorAll('script, img, iframe')].map(each => each.outerHTML)")
            assert found in ([], ['<script src="/static/days.js" defer=""></script>']), path
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, (path, beyond)
    context.close()
    web.close(app)
    assert [line for line in said if "status of 40" not in line] == []
