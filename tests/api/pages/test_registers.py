"""The pages of the registers: the lines of `zeren table`, limited, counted, sorted and exported by the address."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from api.pages import persons
from ledger.access.log import create_access_ledger
from ledger.events.access import ReadMade
from ledger.home.directory import Home
from projections.language.register_words import COLUMNS, REGISTERS, SHORT
from projections.questions.desk import Desk
from projections.questions.office_talks import MARKS
from projections.questions.over import Judged, Over
from projections.questions.person_talks import HALVES
from projections.questions.registers import RegisterFilter, register
from projections.questions.talks_owed import talks_owed
from projections.views.catch_up import views_of
from tests.support import replayed as support
from tests.support import web
from tests.support.offices import organ

OFFICE = support.SCENARIOS / "office-records.yaml"
EN = {"Accept-Language": "en"}
ROW = re.compile(r'<tr><th scope="row"><a class="cite" href="[^"]+">([^<]+)</a>')


def _home(scenario: Path) -> Home:
    made = web.copied(support.replayed(scenario))
    create_access_ledger(made, web.PASSPHRASE)
    return made


@pytest.fixture(scope="module")
def home() -> Home:
    return _home(OFFICE)


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    made = web.application(home)
    yield made
    web.close(made)


@pytest.fixture(scope="module")
def given(home: Home) -> dict[str, str]:
    return {**web.bearer(web.token(home, "duties", "persons", "evidence", "export")), **EN}


def shown(app: Flask, given: dict[str, str], path: str) -> str:
    answer = app.test_client().get(path, headers=given)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("name", [name for name in REGISTERS if name != "leads"])
def test_a_page_has_the_lines_of_the_register(home: Home, app: Flask, given: dict[str, str], name: str) -> None:
    """Every line that `zeren table` prints, in its order, under the same headings."""
    with closing(views_of(home)) as views:
        found = Desk(views).ask(register(name), RegisterFilter())
    text = shown(app, given, f"/registers/{name}")
    assert ROW.findall(text) == [f"{row.entry.ref}#{row.entry.position}" for row in found.items]
    assert [title for each in COLUMNS[name] if (title := each.title) not in text] == []


def test_filters_counts_and_order_stand_in_the_address(app: Flask, given: dict[str, str]) -> None:
    """Status, unit and person by name, period and day limit it; each choice says how many lines it would have."""
    assert ROW.findall(shown(app, given, "/registers/tasks?status=overdue&status=open")) == ["K2#40", "K3#101"]
    assert ROW.findall(shown(app, given, "/registers/tasks?unit=康复科&person=丙三")) == ["K2#40"]
    assert ROW.findall(shown(app, given, "/registers/talks?period=2024年下半年")) == ["T3#67", "T6#78", "T7#82"]
    assert ROW.findall(shown(app, given, "/registers/issues?sort=-due")) == ["I3#54", "I2#52", "I1#50"]
    assert ROW.findall(shown(app, given, "/registers/issues?sort=verified")) == ["I1#50", "I2#52", "I3#54"]
    text = shown(app, given, "/registers/issues?status=overdue&sort=due")
    assert 'href="/registers/issues?status=closed&amp;sort=due">closed after verification 1</a>' in text
    assert '<option value="u-4">康复科 (2)</option>' in text
    assert '<input type="hidden" name="sort" value="due">' in text
    assert 'aria-sort="ascending"' in text
    assert "1 of 3 lines" in text


def test_several_statuses_survive_another_choice(app: Flask, given: dict[str, str]) -> None:
    """The form keeps every status that was chosen, not only the first."""
    text = shown(app, given, "/registers/tasks?status=overdue&status=open")
    assert re.findall(r'<input type="hidden" name="status" value="(\w+)">', text) == ["overdue", "open"]


def test_the_file_has_the_rows_of_the_page_in_its_order(app: Flask, given: dict[str, str]) -> None:
    """An export holds what is shown, sorted as it is shown."""
    answer = app.test_client().get(
        "/registers/issues?status=overdue&status=rectified&sort=-due&format=csv", headers=given
    )
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["entry"] for row in rows] == ["I3#54", "I2#52"]


def test_an_order_that_no_column_has_is_refused(app: Flask, given: dict[str, str]) -> None:
    """A misspelt column is a fault, not another order; so is a status of another register."""
    for path in ("/registers/issues?sort=deu", "/registers/issues?status=done"):
        assert app.test_client().get(path, headers=given).status_code == 400


def test_a_reading_of_a_register_is_on_record_without_its_order(home: Home, app: Flask, given: dict[str, str]) -> None:
    """Which register, whom it concerned and by which limits; how the list was sorted is nobody's business."""
    shown(app, given, "/registers/talks?person=h1&period=2024&sort=-held")
    with closing(home.open("access")) as access:
        last = access.at(access.size() - 1).payload
    assert isinstance(last, ReadMade)
    assert (last.question, last.concerns, last.asked) == ("talks_page", ("h1",), "period=2024")


def test_texts_are_shown_to_whom_may_read_them(home: Home, app: Flask, given: dict[str, str]) -> None:
    """Without the scope of texts the lines stand without titles."""
    bare = {**web.bearer(web.token(home, "duties")), **EN}
    assert "公示台账" in shown(app, given, "/registers/tasks")
    assert "公示台账" not in shown(app, bare, "/registers/tasks")


def test_the_registers_at_a_glance(app: Flask, given: dict[str, str]) -> None:
    """Each register with its lines by status as links, the standing duties, and a way to each unit's line."""
    text = shown(app, given, "/registers")
    assert 'href="/registers/issues?status=overdue"' in text
    assert 'href="/registers/leads' not in text
    assert "standing duties without evidence on record" in text
    assert 'href="/lines/u-3"' in text
    assert all(words in shown(app, given, "/registers/tasks") for name, words in SHORT.items() if name != "leads")


def test_leads_are_the_inspectors_page() -> None:
    """Without the case scope, and without a case ledger, there is no such page."""
    yunxi = web.copied(web.home())
    app = web.application(yunxi)
    duties, cases = (web.bearer(web.token(yunxi, *scopes)) for scopes in (("duties",), ("cases", "evidence")))
    client = app.test_client()
    assert client.get("/registers/leads", headers=duties).status_code == 403
    assert "leads" not in client.get("/registers/tasks", headers=duties).text
    assert ROW.findall(client.get("/registers/leads", headers={**cases, **EN}).text)
    assert "/registers/leads" in client.get("/cases", headers=cases).text
    web.close(app)


def test_the_line_of_a_unit_without_a_case() -> None:
    """Who held it, its gap, the warning that stood open and what was not done, for days before anything happened."""
    yunxi = web.copied(web.home())
    app = web.application(yunxi)
    given = {**web.bearer(web.token(yunxi, "duties", "persons", "evidence", "cases")), **EN}
    text = shown(app, given, "/lines/c-aid?from=2024-01-01&to=2024-09-30&function=finance")
    assert "Line of 辅助器具资源中心" in text
    assert re.search(r'<tr class="gap"><th scope="row">[^<]+</th><td>none \(gap\)</td>', text)
    assert "E037#104" in text
    assert "Duties not done that fell due in these days" in text
    assert 'class="status unmet"' in text
    assert "main leadership" not in text
    assert "/lines/c-aid" in shown(app, given, "/holders/c-aid")
    assert app.test_client().get("/lines/p-luo", headers=given).status_code in (400, 404)
    web.close(app)


def test_search_leads_to_pages_names_and_numbers(app: Flask, given: dict[str, str]) -> None:
    """A title finds its page, a former name its unit, a number its entry; counts are links that limit."""
    text = shown(app, given, "/search?words=谈话")
    assert 'href="/registers/talks"' in text
    assert re.search(r'href="/search\?words=[^"]*&amp;type=talk.held/1"', text)
    text = shown(app, given, "/search?words=维权科")
    assert '<a href="/holders/u-3">权益维护科</a>' in text
    assert "also: " in text
    assert "T3#67" in shown(app, given, "/search?words=T3")
    assert ROW.findall(shown(app, given, "/search?words=专题会议")) == ["M1#44"]


def test_a_person_s_page_has_the_warnings_given_and_received() -> None:
    """With who is to answer and how it was, as the register has them; who may not read registers is told of none."""
    home = _home(support.YUNXI)
    app = web.application(home)
    views = views_of(home)
    (row,) = Desk(views).ask(register("warnings"), RegisterFilter(person="p-he")).items
    views.close()
    assert row.answered_by is not None
    page = shown(app, {**web.bearer(web.token(home, "duties", "persons", "evidence")), **EN}, "/persons/p-he")
    told = page[page.index("Warnings given and received") :]
    assert all(cite.ref in told for cite in (row.entry, row.answered_by))
    assert "answered late" in told
    bare = shown(app, {**web.bearer(web.token(home, "persons", "evidence")), **EN}, "/persons/p-he")
    assert "Warnings given" not in bare
    web.close(app)


def test_a_person_s_page_has_the_talks_by_half_year() -> None:
    """The pairs of this person, cell by cell as the table of talks has them, of the last half-years alone; the talks of
    others, also about a unit that he headed at another time, are not among them."""
    home = _home(support.YUNXI)
    app = web.application(home)
    over = Over(support.scenario_facts(), "en")
    judged = over.judging_day(Judged())
    for person, name in (("p-he", "贺立新"), ("p-gao", "高建树"), ("p-qin", "秦若澜")):
        page = shown(app, {**web.bearer(web.token(home, "duties", "persons", "evidence")), **EN}, f"/persons/{person}")
        told = page[page.index('<h2 id="talks">Talks by half-year</h2>') :]
        told = told[: told.index("</table>")]
        own = [each for each in talks_owed(over, judged) if person in (each.owner, each.other) and each.half]
        halves = sorted({each.half for each in own})[-HALVES:]
        cells = re.findall(r'<div class="talk \w+">(.*?)</td>', told)
        said = [re.sub("<[^>]+>", "", each) for each in re.findall(r"<div>(.*?)</div>", "".join(cells))]
        shown_pairs = [each for each in own if each.half in halves]
        assert len([line for line in said if line[0] in "✓✗?○"]) >= len(shown_pairs) > 0
        for each in shown_pairs:
            sign = MARKS[each.state]
            words = (
                [each.owner_name] if each.about_name == each.other_name else [each.owner_name, each.other_name or ""]
            )
            days = [day.isoformat() for day in each.held]
            assert any(line[0] == sign and all(word in line for word in (*words, *days)) for line in said), each
        assert told.count("half of") == len(halves)
        assert all(name in line for line in said if "–" in line), "the pair of somebody else"
        year = halves[-1][:4]
        assert f"/office/talk-matrix?person={person}&amp;period={year}" in page
    web.close(app)


def test_who_owes_no_talk_is_told_so_and_a_long_matrix_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorder has none; beyond the lines that a page has it says how many more there are."""
    home = _home(support.YUNXI)
    app = web.application(home)
    given = {**web.bearer(web.token(home, "duties", "persons", "evidence")), **EN}
    assert "No talk falls due that this person owes or is owed." in shown(app, given, "/persons/p-bai")
    monkeypatch.setattr(persons, "TALKS", 2)
    page = shown(app, given, "/persons/p-qin")
    told = page[page.index('<h2 id="talks">') :]
    assert told[: told.index("</table>")].count('<tr><th scope="row">') == 2
    assert re.search(r"and \d+ more", told[: told.index("<h2>")])
    web.close(app)


def test_states_of_talks_are_counted_by_what_they_are(app: Flask, given: dict[str, str]) -> None:
    """The table of talks is limited by held, missing, doubtful and not due, each counted once, by words that an address
    keeps in any language; no cell's own words are among them."""
    page = shown(app, given, "/office/talk-matrix?period=2024")
    facets = re.findall(r'<a href="[^"]*[?&;]state=([^"&]*)[^"]*"[^>]*>([^<]*) (\d+)</a>', page)
    assert facets
    assert {value for value, _, _ in facets} <= {"held", "missing", "doubtful", "open"}
    for value, _, number in facets:
        limited = shown(app, given, f"/office/talk-matrix?period=2024&state={value}")
        matrix = limited[
            limited.index("<h2>Talks by half-year</h2>") : limited.index("<h2>Talks not held in time</h2>")
        ]
        assert matrix.count('<tr><th scope="row">') == int(number)


def test_nothing_is_drawn_where_nothing_stands(tmp_path: Path) -> None:
    """An organ in which nobody holds a post yet has no empty chart, no legend, and no fold with nothing in it."""
    made = web.copied(Home(organ(tmp_path).home))
    create_access_ledger(made, web.PASSPHRASE)
    app = web.application(made)
    given = {**web.bearer(web.token(made, "organ", "duties", "persons", "evidence")), **EN}
    for address in ("/duties", "/holders/u-1", "/lines/u-1", "/persons/p-li"):
        page = shown(app, given, address)
        assert "<svg" not in page, address
        assert 'class="legend"' not in page, address
    assert 'id="fold-columns"' not in shown(app, given, "/holders/u-1")
    assert 'id="fold-columns"' not in shown(app, given, "/search?words=nowhere")
    assert 'class="drawing small"' in shown(app, given, "/obligations")  # a chart of one column is no poster
    web.close(app)
