"""No page grows with the record: lists are turned over, and each says how many rows there are."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from api.pages.dossier_parts import FEW, PART, TITLES
from api.routes import SHOWING
from ledger.events.acts import TalkHeld
from ledger.events.case_parts import Rulebook
from ledger.home.directory import Home
from projections.language.narrator import MOST as NAMED
from projections.questions.desk import Desk
from projections.questions.dossier import Dossier, DossierFilter, dossier
from projections.views.catch_up import views_of
from tests.bench.data import organ
from tests.support import builders, web

MOST = 150 * 1024
"""Bytes of a page, whatever is on record."""
PERSON, TALKS, LATE = "h-0", 700, 300


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Pages of an office of three units with some hundred formulaic talks."""
    home = organ(tmp_path_factory.mktemp("paged") / "ledgers", TALKS, units=3)
    _with_case(home)
    app = web.application(home, open=True)
    app.extensions["home"] = home
    yield app.test_client()
    web.close(app)


def _with_case(home: Home) -> None:
    """A case, and talks of its offender that are put on record only when it is open."""
    desk = builders.case_ledger(home.directory)
    desk.clock.moment += timedelta(days=8)
    opened = replace(builders.case_opened(), rulebooks=(Rulebook(id="wz", name="问责条例（2019修订）"),))
    desk.record(opened, "insp")
    desk.close()
    desk = builders.open_desk("duty", home.database("duty"))
    talk = TalkHeld(talker="p-a", counterpart="p-b", occurred_at=builders.START)
    talks = (
        replace(talk, ref=f"L{number}", occurred_at=builders.START + timedelta(minutes=25 * number))
        for number in range(LATE)
    )
    desk.ledger.record(*(desk.command(each, "rec") for each in talks))
    desk.close()


@pytest.fixture(scope="module")
def whole(client: FlaskClient) -> Dossier:
    """Everything about the person."""
    views = views_of(client.application.extensions["home"])
    found = Desk(views).ask(dossier, DossierFilter(party=PERSON))
    views.close()
    return found


@pytest.mark.parametrize(
    "path",
    [
        *("/", f"/persons/{PERSON}", "/signals", "/obligations", "/agenda", "/signatures", "/registers"),
        *("/registers/talks", "/ledgers/duty/entries", "/persons", "/holders/u-0", "/search?words=%E5%90%88%E5%90%8C"),
        *("/traces/K1", "/cases/K1", "/cases", "/organisation", "/lines/u-dept", "/office"),
        *("/office/performance-ledger", "/office/talk-matrix", "/office/special-report"),
        *(f"/persons/{PERSON}?part={name}" for name in ("signals", "obligations", "talks")),
    ],
)
def test_a_page_has_at_most_150_kilobytes(client: FlaskClient, path: str) -> None:
    """With hundreds of rows behind it no page shows them all."""
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert len(answer.data) < MOST


def test_a_dossier_begins_with_a_few_of_each_list_and_says_how_many_there_are(
    client: FlaskClient, whole: Dossier
) -> None:
    """The way on stands beside each list that is longer than what is shown."""
    text = client.get(f"/persons/{PERSON}", headers={"Accept-Language": "en"}).text
    assert len(whole.talks) > 100
    for name in TITLES:
        count = len(getattr(whole, name))
        assert (f"?part={name}" in text) == (count > FEW)
        assert count <= FEW or f"all {count}" in text


@pytest.mark.parametrize("name", ["talks", "signals"])
def test_turning_over_a_list_shows_each_of_its_rows_once(client: FlaskClient, whole: Dossier, name: str) -> None:
    """From page to page, in the order of the answer."""
    rows, address, pages = [], f"/persons/{PERSON}?part={name}&limit=60", 0
    while address:
        text = client.get(address).text
        rows += re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)[0].split("<tr")[1:]
        following = re.search(r'<a class="next" rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
        pages += 1
    assert len(rows) == len(getattr(whole, name))
    assert pages == -(-len(rows) // 60)
    for row, expected in zip(rows, getattr(whole, name), strict=True):
        first = expected.entry if name == "talks" else expected.events[0]
        assert f"{first.ref}#{first.position}<" in row


def test_the_page_of_a_trace_turns_over_the_records_made_afterwards(client: FlaskClient) -> None:
    """Each of them once, with what it would change; what is said of a person names the first few, and how many more."""
    address, found = "/traces/K1", list[str]()
    while address:
        text = client.get(address, headers={"Accept-Language": "en"}).text
        assert len(text) < MOST
        every = int(re.search(r"had it counted: (\d+)<", text)[1])  # type: ignore[index]  # it stands there
        assert f"; and {every - NAMED} more [R16]" in text
        rows = text.partition('id="later"')[2].partition("</ul>")[0]
        found += re.findall(r">([LT]\d+)#", rows)
        following = re.search(r'<a class="next" rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(found) == len(set(found)) == every
    assert found[-LATE:] == [f"L{number}" for number in range(LATE)]


def test_what_is_exported_from_a_dossier_is_its_tenures_whatever_list_is_shown(client: FlaskClient) -> None:
    """The file of a page is of one kind."""
    plain, shown = (
        client.get(f"/persons/{PERSON}?format=csv{more}").data.splitlines()[0] for more in ("", "&part=talks")
    )
    assert plain == shown


def test_a_list_that_there_is_not_is_told(client: FlaskClient) -> None:
    """The parts that a dossier has are named."""
    assert client.get(f"/persons/{PERSON}?part=nothing").status_code == 400


def test_how_a_dossier_is_shown_is_no_part_of_what_was_read() -> None:
    """A cursor, a limit, an order and the list that is shown stand in no record of the reading."""
    assert PART.kind in SHOWING
