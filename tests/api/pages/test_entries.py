"""The page of an entry hands out its bundle and says how it stands; persons and units have the dossier's entries."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from flask import Flask

from api.pages import entries
from ledger.access.log import AccessLog
from ledger.anchors.book import Bounds, EntryState
from ledger.bundle.checking import check_bundle
from ledger.events.access import ReadMade
from ledger.home.directory import Home
from ledger.keys.marks import KeyMarks
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.over import PAGE
from projections.views.catch_up import views_of
from tests.support import web

ENTRY = "/ledgers/duty/entries/135"


@pytest.fixture(scope="module")
def home() -> Home:
    return web.copied(web.home())


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    made = web.application(home)
    yield made
    web.close(made)


def test_a_bundle_from_the_page_verifies_and_its_handing_out_is_on_record(home: Home, app: Flask) -> None:
    """Whoever may read texts and export gets a file that proves the entry by the fingerprint; that is logged."""
    given = web.bearer(web.token(home, "evidence", "export"))
    answer = app.test_client().get(f"{ENTRY}?download=bundle", headers=given)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with closing(home.open("duty")) as duty:
        report = check_bundle(answer.data, [duty.fingerprint])
    assert report.findings == []
    assert [part.claims.entries for part in report.parts] == [(135,)]
    with closing(home.open("access")) as access:
        last = access.at(access.size() - 1).payload
    assert isinstance(last, ReadMade)
    assert last.entry is not None
    assert (last.question, last.entry.position) == ("entry_page", 135)


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (("evidence",), f"{ENTRY}?download=bundle", 403),
        (("export",), f"{ENTRY}?download=bundle", 403),
        (("evidence", "export"), f"{ENTRY}?download=everything", 400),
        (("evidence", "export", "cases"), "/ledgers/case/entries/10?download=bundle", 400),
        (("evidence", "export"), "/ledgers/case/entries/10?download=bundle", 404),
        (("evidence", "export"), "/ledgers/duty/entries/100000?download=bundle", 404),
    ],
)
def test_who_may_not_gets_no_bundle(home: Home, app: Flask, scopes: tuple[str, ...], path: str, status: int) -> None:
    """Without export, of a case, of what is not there: refused, and a case ledger is not told of."""
    answer = app.test_client().get(path, headers=web.bearer(web.token(home, *scopes)))
    assert answer.status_code == status
    assert answer.mimetype != "application/zip"


def test_an_entry_page_says_how_the_time_stands_and_whose_key_is_in_doubt(
    home: Home, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confirmed between two moments, contradicted, pending; disputed and re-enrolled beside the signers."""
    given = {**web.bearer(web.token(home, "evidence")), "Accept-Language": "en"}

    def shown() -> str:
        return app.test_client().get(ENTRY, headers=given).text

    assert "Anchors: pending" in shown()
    bounds = Bounds(datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 2, 2, tzinfo=UTC))
    said = "not before 2024-02-01 08:00:00+08:00, not after 2024-02-02 08:00:00+08:00"
    for contradicted, word in ((False, "Anchors: holds"), (True, "Anchors: DOES NOT HOLD")):
        state = EntryState("confirmed", bounds, contradicted)
        monkeypatch.setattr("api.pages.entries.states", lambda *_, state=state: [state])
        text = shown()
        assert word in text
        assert said in text
        assert ("time contradicted" in text) is contradicted
    monkeypatch.setattr("api.pages.entries.key_marks", lambda *_: [KeyMarks(("p-luo",), ("p-bai",))])
    assert "disputed by 罗佩珊" in shown()
    assert "re-enrolled by custodian" in shown()


def test_person_and_unit_pages_hold_the_entries_of_the_dossier(home: Home, app: Flask) -> None:
    """Talks, acts, handovers, leaves, remarks and decisions: each entry of the dossier is on the page as a link."""
    given = web.bearer(web.token(home, "duties", "persons", "evidence", "cases"))
    with closing(views_of(home)) as views:
        desk = Desk(views)
        for party, path in (("p-he", "/persons/p-he"), ("c-aid", "/holders/c-aid")):
            found = desk.ask(dossier, DossierFilter(party=party))
            text = app.test_client().get(path, headers=given).text
            lines = (*found.talks, *found.handovers, *found.leaves, *found.remarks, *found.acts[-25:])
            cites = [*(line.entry for line in lines), *(line.entry for line in found.cases if found.kind == "person")]
            assert len(cites) > 3
            for cite in cites:
                assert f">{cite.ref}#{cite.position}</a>" in text, cite


def test_a_dossier_says_what_a_correction_changed(home: Home, app: Flask) -> None:
    """The field with what it said and says, to who may read texts; to others the field and the entry."""
    with_texts, without = (
        app.test_client().get("/persons/p-he", headers=web.bearer(web.token(home, *scopes))).text
        for scopes in (("persons", "evidence"), ("persons",))
    )
    assert "当时持保留意见" in with_texts
    assert "当时持保留意见" not in without


def test_who_may_not_know_of_a_case_reads_of_none_in_a_dossier(home: Home, app: Flask) -> None:
    """Without the case scope the page of a person has no decision and no case, whatever the inspectors hold."""
    with_cases, without = (
        app.test_client().get("/persons/p-he", headers=web.bearer(web.token(home, *scopes))).text
        for scopes in (("persons", "evidence", "cases"), ("persons", "evidence"))
    )
    assert _words(with_cases) >= {"E116", "K1"}
    assert not _words(without) & {"E116", "K1"}


def _words(page: str) -> set[str]:
    """The words of a page; a root in base64, in which any two letters may stand side by side, is one word."""
    return set(re.findall(r"[A-Za-z0-9+/=]+", page))


def test_the_access_page_begins_with_the_newest_and_says_what_was_asked_in_words(home: Home, app: Flask) -> None:
    """A supervisor reads which question was asked, not the name of a function, however many readings came before it; a
    case only with the case scope."""
    client = app.test_client()
    before = ReadMade(token="open", question="units", inspector=False)
    with closing(AccessLog.open(home)) as log:
        for _ in range(PAGE):
            log.append(before)
    reader = web.bearer(web.token(home, "persons", "cases"))
    assert client.get("/persons/p-he", headers=reader).status_code == 200
    assert client.get("/cases/K1", headers=reader).status_code == 200
    views_of(home).close()
    text = client.get(
        "/access-log", headers={**web.bearer(web.token(home, "supervisor")), "Accept-Language": "en"}
    ).text
    assert '<td class="kind">Dossier of a person</td>' in text
    assert ">person_page<" not in text  # it is the value of a choice, whose words say it
    assert 'href="/cases/K1"' not in text


def test_the_list_is_limited_by_person_and_unit_with_counts(home: Home, app: Flask) -> None:
    """Every person and unit that the entries name is there to choose, with as many entries as the list then has; the
    counts are of what the other limits leave, and the choice made stays chosen."""
    given = {**web.bearer(web.token(home, "verify", "persons", "evidence")), "Accept-Language": "en"}
    client = app.test_client()

    def choices(address: str) -> dict[str, int]:
        text = client.get(address, headers=given).text
        select = text[text.index('<select name="person">') :]
        found = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)</option>', select[: select.index("</select>")])
        return {value: int(number) for value, number in found}

    whole = choices("/ledgers/duty/entries")
    assert {"p-he", "c-aid"} <= whole.keys()
    talks = choices("/ledgers/duty/entries?type=talk.held/1&person=p-he")
    assert 0 < talks["p-he"] < whole["p-he"]
    assert len(talks) > 1
    for id_, number in list(talks.items())[:6]:
        address = f"/ledgers/duty/entries?type=talk.held/1&person={id_}&limit=500"
        assert client.get(address, headers=given).text.count('<tr><th scope="row">') == number
    assert '<option value="p-he" selected>' in client.get("/ledgers/duty/entries?person=贺立新", headers=given).text


def test_where_too_many_could_be_chosen_one_types(home: Home, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the values that a list to choose from has, the name is typed, and kept."""
    monkeypatch.setattr(entries, "MOST_NAMED", 3)
    given = web.bearer(web.token(home, "verify", "persons", "evidence"))
    text = app.test_client().get("/ledgers/duty/entries?person=p-he", headers=given).text
    assert '<input name="person" size="12" value="p-he">' in text
