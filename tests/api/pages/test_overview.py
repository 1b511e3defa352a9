"""The first page says what needs attention, each matter with its number, the first few and a way on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from projections.questions.desk import Desk
from projections.questions.registers import RegisterFilter, register
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.views.catch_up import views_of
from tests.support import replayed as support
from tests.support import web
from tests.support.command import zeren
from tests.support.offices import organ

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
