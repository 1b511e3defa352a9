"""What leaves over the web as a file: the report of a case in each form, and its evidence, which nobody has issued."""

import hashlib
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import v1
from api.answering.openapi import describe
from ledger.bundle.checking import check_bundle
from ledger.events.access import ReadMade
from ledger.home.directory import Home
from projections.reports.evidence_model import EVIDENCE, MODEL, check_carried
from projections.reports.pdf_files import files_in
from tests.support import web
from tests.tools.system import require_system

pytestmark = pytest.mark.long
REPORTS = ("/api/v1/traces/K1/report.docx", "/api/v1/traces/K1/report.pdf")
BUNDLE = "/api/v1/cases/K1/bundle.zip"


@pytest.fixture(scope="module")
def home() -> Home:
    require_system("pango")
    require_system("cjk-font")
    return web.copied(web.home())


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[Flask]:
    made = web.application(home)
    yield made
    web.close(made)


@pytest.fixture(scope="module")
def token(home: Home) -> dict[str, str]:
    return web.bearer(web.token(home, "duties", "cases", "export"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_report_comes_as_word_and_pdf_whole_and_short(client: FlaskClient, token: dict[str, str]) -> None:
    """Each is a file of its kind under the case's name, with its digest; the PDF carries what it rests on."""
    for path, start, form in (
        (REPORTS[0], b"PK", "full"),
        (REPORTS[1], b"%PDF-1.7", "full"),
        (REPORTS[1], b"%PDF-1.7", "brief"),
    ):
        answer = client.get(path, query_string={"form": form, "lang": "zh_CN"}, headers=token)
        assert (answer.status_code, answer.data[: len(start)]) == (200, start)
        name = f"K1{'-brief' if form == 'brief' else ''}.{path.rpartition('.')[2]}"
        assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert answer.headers["X-Content-SHA256"] == hashlib.sha256(answer.data).hexdigest()
    files = files_in(answer.data)
    bundle = check_bundle(files[EVIDENCE])
    said = check_carried(files[MODEL], bundle)
    assert (bundle.findings, said.acts) == ([], 10)


def test_the_evidence_leaves_without_an_issuer(client: FlaskClient, token: dict[str, str]) -> None:
    """The server holds no key: the bundle holds, and nobody answers for it yet."""
    answer = client.get(BUNDLE, headers=token)
    report = check_bundle(answer.data)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert (report.findings, report.issuer) == ([], None)
    assert {part.claims.kind for part in report.parts} == {"case", "duty"}


@pytest.mark.parametrize("path", [*REPORTS, BUNDLE])
def test_a_file_leaves_only_for_who_may_export_a_case(home: Home, client: FlaskClient, path: str) -> None:
    """Without `export` it is refused by name, without `cases` there is no such thing, an unknown case is named so."""
    without = web.bearer(web.token(home, "duties", "cases"))
    outside = web.bearer(web.token(home, "duties", "export"))
    whole = web.bearer(web.token(home, "cases", "export"))
    refused = client.get(path, headers=without)
    assert (refused.status_code, "export" in refused.text) == (403, True)
    assert client.get(path, headers=outside).status_code in (403, 404)
    assert client.get(path.replace("K1", "K9"), headers=whole).status_code == 404


def test_each_file_that_left_is_on_record(home: Home, client: FlaskClient, token: dict[str, str]) -> None:
    """Who took which file of which case stands in the access ledger, with the form."""
    client.get(REPORTS[0], query_string={"form": "brief"}, headers=token)
    client.get(BUNDLE, headers=token)
    with closing(home.open("access")) as ledger:
        made = [event.payload for event in ledger.history() if isinstance(event.payload, ReadMade)][-2:]
    assert [(read.question, read.case, read.asked) for read in made] == [
        ("report_docx", "K1", "form=brief"),
        ("case_evidence_file", "K1", None),
    ]


def test_files_are_described_as_what_they_are() -> None:
    """The description of the API names each with its media type."""
    paths = describe(v1.ROUTES)["paths"]
    for path, media in (
        ("/api/v1/traces/{case}/report.pdf", "application/pdf"),
        ("/api/v1/cases/{case}/bundle.zip", "application/zip"),
    ):
        content = paths[path]["get"]["responses"]["200"]["content"]
        assert content == {media: {"schema": {"type": "string", "format": "binary"}}}


def test_the_pages_of_a_case_offer_its_files(client: FlaskClient, home: Home, token: dict[str, str]) -> None:
    """Case and trace page link each form; the trace's own moment goes with the link; who may not export sees none."""
    page = client.get("/traces/K1?known_at=2024-12-01&lang=en", headers=token).text
    for words in ("report.docx?known_at=2024-12-01", "report.pdf?known_at=2024-12-01", "form=brief", "bundle.zip"):
        assert words in page.replace("&amp;", "&")
    assert "report.docx" in client.get("/cases/K1", headers=token).text
    without = web.bearer(web.token(home, "duties", "cases"))
    assert "report.docx" not in client.get("/cases/K1", headers=without).text
    assert "report.docx" not in client.get("/traces/K1", headers=without).text
