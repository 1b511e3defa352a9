"""What belongs to a case and is no part of its bundle is offered over the web as at the command line, and said."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from ledger.bundle.checking import check_bundle
from ledger.home.directory import Home
from tests.support import replayed as support
from tests.support import web
from tests.support.successors import NEXT, registered_anew, succeeded

BUNDLE, APART = "/api/v1/cases/K1/bundle.zip", "/api/v1/cases/K1/bundle-apart.zip"
SAID = f"{NEXT} is in a bundle of its own, K1-apart.zip"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The scenario's duty ledger lost and continued; the successor has an entry about one of the case's persons."""
    made = succeeded(web.home(), tmp_path_factory.mktemp("apart") / "ledgers")
    registered_anew(made)
    at = web.copied(Home(made.directory))
    app = web.application(at)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {web.token(at, 'duties', 'cases', 'export')}"
    yield client
    web.close(app)


def test_what_the_case_does_not_pin_is_a_file_of_its_own(client: FlaskClient) -> None:
    """The bundle holds the lost ledger that the case pins, names the other in `Link`, and each is checked alone."""
    answer, apart = client.get(BUNDLE), client.get(APART)
    with closing(support.replayed(support.YUNXI).open("duty")) as lost:
        assert [part.claims.origin for part in check_bundle(answer.data).parts][-1] == lost.origin
    assert answer.headers["Link"] == f'<{APART}>; rel="related"'
    assert apart.headers["Content-Disposition"] == "attachment; filename=K1-apart.zip"
    report = check_bundle(apart.data)
    assert ([part.claims.origin for part in report.parts], report.findings) == ([NEXT], [])


@pytest.mark.parametrize("page", ["/cases/K1", "/traces/K1"])
def test_the_pages_of_the_case_offer_it_and_say_what_it_is(client: FlaskClient, page: str) -> None:
    """In words, beside the other files."""
    text = client.get(f"{page}?lang=en").text
    assert SAID in text
    assert re.search(rf'href="{APART}(\?lang=en)?"', text)


def test_where_all_is_in_the_bundle_nothing_is_offered() -> None:
    """No link, no words, and no such file."""
    at = web.copied(web.home())
    app = web.application(at)
    client, headers = app.test_client(), web.bearer(web.token(at, "duties", "cases", "export"))
    assert "Link" not in client.get(BUNDLE, headers=headers).headers
    assert "bundle-apart" not in client.get("/cases/K1?lang=en", headers=headers).text
    assert client.get(APART, headers=headers).status_code == 404
    web.close(app)
