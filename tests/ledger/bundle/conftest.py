"""The three verifiers of a bundle, for every test of bundles."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.evidence import Verifier, by_page, by_small, by_zeren, dossier, page_of


@pytest.fixture(scope="session")
def browser_page(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page of a bundle, opened as a file; the script is the same in every bundle (test_bundle.py)."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_bytes(page_of(dossier()))
    opened = chromium.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


@pytest.fixture(params=["zeren", "verify.py", "page"])
def verify(request: pytest.FixtureRequest) -> Verifier:
    """Each of the three verifiers."""
    if request.param == "page":
        return by_page(request.getfixturevalue("browser_page"))
    return {"zeren": by_zeren, "verify.py": by_small}[request.param]
