"""The first page says what needs attention, each matter with its number, the first few and a way on."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from api.pages import attention
from ledger.access.log import create_access_ledger
from ledger.clock import now
from ledger.consents.draft_files import Drafts
from ledger.home.directory import Home
from projections.questions.desk import Desk
from projections.questions.over import Judged, Over
from projections.questions.registers import RegisterFilter, register
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.questions.talks_owed import half_year_duties, talks_owed
from projections.views.catch_up import views_of
from tests.support import replayed as support
from tests.support import web
from tests.support.command import zeren
from tests.support.offices import organ
from tests.support.replayed import scenario_facts

MATTER = re.compile(r'<h3><a href="([^"]+)">([^<]+)</a> <b>(\d+)</b></h3>')


def opened(scenario: Path) -> tuple[Home, Flask]:
    home = web.copied(support.replayed(scenario))
    create_access_ledger(home, web.PASSPHRASE)
    return home, web.application(home)


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Home, Flask]]:
    made = opened(support.SCENARIOS / "office-records.yaml")
    yield made
    web.close(made[1])


def matters(made: tuple[Home, Flask], *scopes: str) -> dict[str, tuple[str, int]]:
    """Title -> (address, number) of each matter that the reader is told of."""
    home, app = made
    given = {**web.bearer(web.token(home, *scopes)), "Accept-Language": "en"}
    answer = app.test_client().get("/", headers=given)
    assert answer.status_code == 200
    return {title: (address, int(number)) for address, title, number in MATTER.findall(answer.text)}


def test_what_waits_is_counted_as_its_own_page_counts_it(office: tuple[Home, Flask]) -> None:
    """Overdue issues and tasks, talks not followed up, open signatures: the numbers of the questions behind them."""
    found = matters(office, "duties", "evidence")
    views = views_of(office[0])
    desk = Desk(views)

    def lines(name: str, status: str) -> int:
        return len(desk.ask(register(name), RegisterFilter(status=(status,))).items)

    assert found["Issues overdue"] == ("/registers/issues?status=overdue", lines("issues", "overdue"))
    assert found["Tasks overdue"] == ("/registers/tasks?status=overdue", lines("tasks", "overdue"))
    assert found["Talks not followed up"] == ("/registers/talks?status=overdue", lines("talks", "overdue"))
    waiting = desk.ask(owed_signatures, SignatureFilter()).items
    assert found["Signatures that wait"] == ("/signatures", len(waiting))
    views.close()
    assert all(number > 0 for _, number in found.values())
    home, app = office
    given = web.bearer(web.token(home, "duties", "evidence"))
    for address, _ in found.values():
        assert app.test_client().get(address.replace("&amp;", "&"), headers=given).status_code == 200


def test_nobody_is_told_of_what_he_may_not_read(office: tuple[Home, Flask]) -> None:
    """Without the scope of duties nothing of them stands on the page; nothing is called well that was not looked at."""
    assert matters(office, "persons") == {}
    home, app = office
    duties = app.test_client().get("/", headers=web.bearer(web.token(home, "duties"))).text
    assert "red-list calm" not in duties
    assert "公示漏项" not in duties


def test_leads_are_told_to_inspectors_alone() -> None:
    """Leads stand on the page of whom may know of cases, with their thirty days."""
    made = opened(support.YUNXI)
    assert not any("lead" in title.lower() for title in matters(made, "duties", "evidence"))
    found = matters(made, "duties", "cases", "evidence")
    assert "Records with signals of weight high" in found
    assert found["Records with signals of weight high"][0] == "/signals?weight=high"
    web.close(made[1])


def test_what_of_procedure_is_open_is_told_before_all_else() -> None:
    """A case whose tracks are both decided but whose decisions were never served is not shown as green anywhere."""
    made = opened(support.YUNXI)
    home, app = made
    found = matters(made, "duties", "cases", "evidence")
    assert found["Points of procedure open in cases"] == ("/cases/K1", 5)
    assert found["Times of cases that have run out"] == ("/cases/K1", 2)
    given = {**web.bearer(web.token(home, "cases", "evidence")), "Accept-Language": "en"}
    texts = {path: app.test_client().get(path, headers=given).text for path in ("/", "/cases", "/cases/K1")}
    assert "No case is red" not in texts["/"]
    assert "points of procedure open: 7" in texts["/cases"]
    assert "status met" not in texts["/cases"]
    page = texts["/cases/K1"]
    assert page.index("to be served on") < page.index("direct parties")
    web.close(app)


def test_nothing_is_green_over_a_ledger_that_could_be_cut(tmp_path: Path) -> None:
    """An empty organ without a checkpoint is not called well: what its ledger lacks is told, to whom may know."""
    made = web.copied(Home(organ(tmp_path).home))
    create_access_ledger(made, web.PASSPHRASE)
    app = web.application(made)
    given = {**web.bearer(web.token(made, "organ", "duties", "verify")), "Accept-Language": "en"}
    page = app.test_client().get("/", headers=given).text
    found = {title: int(number) for _, title, number in MATTER.findall(page)}
    assert found["Ledgers without a checkpoint"] == 1
    assert found["Ledgers of which no head is known elsewhere"] == 1
    assert found["Ledgers whose times nothing outside bounds"] == 1
    assert "red-list calm" not in page
    assert "none was made from here" in page
    web.close(app)


def test_the_last_anchor_and_the_last_backup_are_told(tmp_path: Path) -> None:
    """Both stand on the page and in the API, from what was really made."""
    made = web.copied(support.replayed(support.YUNXI))
    create_access_ledger(made, web.PASSPHRASE)
    assert zeren(made.directory, "backup", str(tmp_path / "copy.tar")).code == 0
    app = web.application(made, open=True)
    client = app.test_client()
    answer = client.get("/api/v1/health").json
    assert answer is not None
    assert answer["backed_up_at"] > answer["items"][0]["last_recorded_at"]
    assert [row["last_anchor_at"] for row in answer["items"]] == [None, None]
    assert "none was made from here" not in client.get("/?lang=en").text
    web.close(app)


TALKS_MISSED = re.compile(r"Talks of the (first|second) half of (\d{4}) that were not held in time")


def test_talks_of_a_half_year_are_a_matter_of_their_own() -> None:
    """Those not held in each of the two half-years that ended last: as many as the table of talks lists behind the
    link, and those talks; a half-year about to end tells of what is still to be held."""
    made = opened(support.YUNXI)
    home, app = made
    found = matters(made, "duties", "evidence")
    told = {title: at for title, at in found.items() if TALKS_MISSED.fullmatch(title)}
    assert list(told) == [
        f"Talks of the {half} half of 2025 that were not held in time" for half in ("second", "first")
    ]
    given = {**web.bearer(web.token(home, "duties", "evidence")), "Accept-Language": "en"}
    over = Over(scenario_facts(), "en")
    owed = talks_owed(over, over.judging_day(Judged()))
    for title, (address, number) in told.items():
        half = f"2025H{1 if 'first' in title else 2}"
        missing = [each for each in owed if (each.half, each.state) == (half, "missing") and each.obligation != "PM4"]
        assert number == len(missing) > 0
        page = app.test_client().get(address.replace("&amp;", "&"), headers=given).text
        listed = page[page.index("<h2>Talks not held in time</h2>") :]
        assert listed.count('<tr><th scope="row">') == number
        assert all(each.other_name is not None and each.other_name in listed for each in missing)
    web.close(app)


def test_records_made_after_the_fact_lead_to_lists_of_as_many() -> None:
    """Each kind of signal of that is a matter of its own; its list has as many signals as it says."""
    made = opened(support.YUNXI)
    home, app = made
    found = matters(made, "duties", "evidence")
    given = {**web.bearer(web.token(home, "duties", "evidence")), "Accept-Language": "en"}
    numbers = {}
    for code, title in attention.AFTERWARDS:
        listed = app.test_client().get(f"/api/v1/signals?code={code}", headers=given).json
        assert listed is not None
        numbers[title] = len(listed["items"])
        if title in found:
            assert found[title][0].endswith(f"code={code}")
    assert {title: number for title, number in numbers.items() if number} == {
        title: number for title, (_, number) in found.items() if title in numbers
    }
    assert sum(map(bool, numbers.values())) > 1
    web.close(app)


def test_a_half_year_about_to_end_tells_what_is_still_to_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty days before its end and not a day earlier; nothing of it is called overdue before."""
    home = web.copied(support.replayed(support.SCENARIOS / "office-records.yaml"))
    views = views_of(home)

    def told(on: date) -> dict[str, tuple[int, bool]]:
        monkeypatch.setattr(Over, "judging_day", lambda *_: on)
        app = web.application(home, open=True)
        with app.test_request_context("/?lang=en"):
            found = {each.title: (each.count, each.grave) for each in attention._talks()}
        web.close(app)
        return {title: at for title, at in found.items() if "half of 2024" in title}

    owed = [
        each
        for each in talks_owed(Over(Desk(views).facts(), "en"), date(2024, 6, 1))
        if (each.half, each.state) == ("2024H1", "open") and each.obligation in half_year_duties()
    ]
    views.close()
    title = "Talks of the first half of 2024 still to be held"
    assert title not in told(date(2024, 5, 30))
    assert told(date(2024, 6, 1)) == {title: (len(owed), False)}
    assert owed
    missed = "Talks of the first half of 2024 that were not held in time"
    assert told(date(2024, 7, 1))[missed][1]


def test_what_fell_due_before_the_ledger_was_opened_is_not_called_undone(tmp_path: Path) -> None:
    """An organ that began today is told of no talk of earlier half-years."""
    made = web.copied(Home(organ(tmp_path).home))
    create_access_ledger(made, web.PASSPHRASE)
    app = web.application(made)
    given = {**web.bearer(web.token(made, "organ", "duties", "verify")), "Accept-Language": "en"}
    assert not TALKS_MISSED.search(app.test_client().get("/", headers=given).text)
    web.close(app)


@pytest.fixture
def drafted() -> Iterator[tuple[Home, Flask, str]]:
    """An office in whose folder a talk waits for two answers; its text is a word of its own."""
    home = web.copied(support.replayed(support.SCENARIOS / "office-records.yaml"))
    create_access_ledger(home, web.PASSPHRASE)
    talk = (
        "--talker",
        "sec",
        "--counterpart",
        "h1",
        "--unit",
        "u-3",
        "--occurred-at",
        "2025-03-05",
        "--text",
        "独此一词",
    )
    asked = ("--consent-of", "sec", "--consent-of", "h1", "--ask-later", "--json")
    said = zeren(home.directory, "record", "talk", *talk, "--as", "rec", *asked)
    assert said.code == 0, said.err
    app = web.application(home)
    yield home, app, json.loads(said.out)["draft"]
    web.close(app)


def test_drafts_of_the_folder_that_is_served_wait_on_the_page(drafted: tuple[Home, Flask, str]) -> None:
    """Their number on the first page leads to the list with kind, author, whose answers lack and until when; never what
    the draft says. It is gone at once when the draft is."""
    home, app, name = drafted
    found = matters((home, app), "duties", "evidence")
    assert found["Drafts that wait"] == ("/signatures#drafts", 1)
    given = {**web.bearer(web.token(home, "duties", "persons", "evidence")), "Accept-Language": "en"}
    pages = [app.test_client().get(address, headers=given).text for address in ("/", "/signatures")]
    row = pages[1][pages[1].index('id="drafts"') :]
    assert all(word in row for word in (name, "talk", "甲一", "丙一", "丁一"))
    (draft,) = Drafts(home.drafts("duty")).all()
    assert f"{draft.not_after:%Y-%m}" in row
    assert not any("独此一词" in page for page in pages)
    assert zeren(home.directory, "draft", "drop", name).code == 0
    assert "Drafts that wait" not in matters((home, app), "duties", "evidence")
    assert "no draft waits" in app.test_client().get("/signatures", headers=given).text


def test_drafts_are_told_to_whom_may_know_what_they_are_of(drafted: tuple[Home, Flask, str]) -> None:
    """Nobody without the scope of duties hears of one; one for the case ledger is none of the duty ledger's, and one
    for another ledger is not told."""
    home, app, name = drafted
    assert matters((home, app), "persons", "evidence") == {}
    file = home.drafts("duty") / f"{name}.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**said, "fingerprint": "A" * 43 + "="}), encoding="utf-8")
    assert "Drafts that wait" not in matters((home, app), "duties", "evidence")
    made = opened(support.YUNXI)
    at = made[0].drafts("case")
    at.mkdir(parents=True)
    (at / "d-1.json").write_text("{", encoding="utf-8")
    title = "Drafts that wait for the case ledger"
    assert title not in matters(made, "duties", "evidence")
    assert matters(made, "cases", "evidence")[title] == ("/signatures?kind=case#drafts", 1)
    web.close(made[1])


def test_a_draft_that_cannot_be_read_is_named(drafted: tuple[Home, Flask, str]) -> None:
    """Torn, or a link that leads nowhere: it counts as one that waits and stands on both pages by its name. One whose
    time is over says so."""
    home, app, name = drafted
    (home.drafts("duty") / "d-torn.json").write_text("{", encoding="utf-8")
    (home.drafts("duty") / "d-away.json").symlink_to(home.directory / "nowhere")
    assert matters((home, app), "duties", "evidence")["Drafts that wait"][1] == 3
    given = {**web.bearer(web.token(home, "duties", "evidence")), "Accept-Language": "en"}
    for address in ("/", "/signatures"):
        page = app.test_client().get(address, headers=given).text
        assert "the draft d-torn cannot be read" in page
        assert "the draft d-away cannot be read" in page
    store = Drafts(home.drafts("duty"))
    store.replace(replace(store.load(name), made_at=now() - timedelta(days=9), not_after=now() - timedelta(days=1)))
    assert "time over" in app.test_client().get("/signatures", headers=given).text


def test_the_first_page_stays_small(drafted: tuple[Home, Flask, str]) -> None:
    """However many drafts wait, the page has the first few; it stays under 150 kB."""
    home, app, name = drafted
    store = Drafts(home.drafts("duty"))
    for number in range(300):
        store.save(replace(store.load(name), name=f"e-{number}"))
    assert matters((home, app), "duties", "evidence")["Drafts that wait"][1] == 301
    page = app.test_client().get("/", headers=web.bearer(web.token(home, "duties", "verify", "evidence")))
    assert len(page.data) < 150_000
