"""Pages over a ledger and the lost one that it continues: every entry cited is a page, and what is lost is said."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ledger.bundle.checking import check_bundle
from ledger.home.directory import Home
from projections.views.catch_up import views_of
from tests.support import replayed as support
from tests.support import web
from tests.support.successors import succeeded

PAGES = ("/", "/persons/p-he", "/holders/c-aid?valid_at=2024-07-09", "/signals", "/traces/K1", "/search?words=E060")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = succeeded(support.replayed(support.YUNXI), tmp_path_factory.mktemp("lost") / "ledgers")
    views_of(made).close()
    return made


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    made = web.application(home, open=True)
    yield made
    web.close(made)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_says_what_is_lost_and_each_of_its_entries_is_a_page(app: Flask, path: str) -> None:
    """In the notice above it; links lead to the ledger that holds the entry."""
    client = app.test_client()
    page = client.get(path, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "of which entries #222 to #226 are lost" in page.text
    links = {each.replace("&amp;", "&") for each in re.findall(r'href="(/ledgers/[^"#]*)"', page.text)}
    assert any(each.startswith("/ledgers/duty-before/entries/") for each in links)
    assert {each: client.get(each).status_code for each in links} == dict.fromkeys(links, 200)


def test_the_lost_ledger_is_listed_and_proved_by_itself(home: Home, app: Flask, tmp_path: Path) -> None:
    """Its entries, notes, proofs and keys under its own name; a bundle of its entry holds by its own fingerprint."""
    client = app.test_client()
    heads = {head["kind"]: head for head in client.get("/api/v1/ledgers").json["items"]}  # type: ignore[index]
    former = heads["duty-before"]
    assert former["entries"] == 222
    listed = client.get("/api/v1/ledgers/duty-before/entries?limit=3").json
    assert listed is not None
    assert [row["position"] for row in listed["items"]] == [221, 220, 219]
    assert {row["ledger"] for row in listed["items"]} == {former["origin"]}
    for part in ("note", "proof"):
        assert client.get(f"/api/v1/ledgers/duty-before/entries/E060/{part}").status_code == 200
    assert client.get("/api/v1/ledgers/duty-before/keys").status_code == 200
    bundle = client.get("/ledgers/duty-before/entries/E060?download=bundle")
    assert bundle.status_code == 200
    report = check_bundle(bundle.data, [former["fingerprint"]])
    assert (report.findings, report.verdict) == ([], report.verdict)
