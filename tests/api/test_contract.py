"""The description is valid and true: every answer, made up parameters included, is one that it allows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import validate
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api import v1
from api.answering.openapi import describe
from api.asking.current import GATE
from api.asking.slow import Slow
from api.routes import Route
from ledger.access.tokens import OWN, SCOPES
from projections.questions.office_tables import KINDS
from projections.views.catch_up import views_of
from tests.support import web

pytestmark = pytest.mark.long
Case = schemathesis.Case[Any]

HOME = web.copied(web.home())
TOKEN, MINE = web.token(HOME, *SCOPES[1:-1]), web.token(HOME, OWN)
APP = web.application(HOME, tile_entries=True)
REFUSING = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 414, 421]}}}
)
"""What is not as described is refused by one of these: a made-up header may name another host, which is 421."""
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", APP, config=REFUSING)
SHORT = SCHEMA.exclude(path_regex=r"/organs/\{organ\}")
"""The addresses without an organ: behind those with one stand the same questions."""


@SCHEMA.auth()
class TokenAuth:
    """Sends the token as a program does."""

    def get(self, case: Case, ctx: schemathesis.AuthContext) -> str:  # noqa: ARG002 - their signature
        return TOKEN

    def set(self, case: Case, data: str, ctx: schemathesis.AuthContext) -> None:  # noqa: ARG002
        case.headers.update(web.bearer(data))


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    yield
    web.close(APP)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """Without `with`, by which Flask would keep the last request's reader for whoever asks next in this thread."""
    return APP.test_client()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_description_is_a_valid_openapi_document(language: str) -> None:
    """OpenAPI 3.1, in both languages, with every route and its scopes, once more with the organ as a parameter."""
    routes = (*v1.ROUTES, *v1.ROOT)
    document: Any = describe(routes, language)

    validate(document)
    in_organ = {route.organ_path for route in routes if route.organ_path is not None}
    assert set(document["paths"]) == {route.path for route in routes} | in_organ
    for path in in_organ:
        assert document["paths"][path]["parameters"][0]["name"] == "organ"
    assert "/api/v1/organs/{organ}/persons/{person}" in in_organ


@SHORT.parametrize()
@settings(
    max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_one_that_the_description_allows(case: Case) -> None:
    """Whatever is asked: status, media type and form are as described, and nothing fails on our side."""
    APP.extensions[GATE].slow = Slow()  # made-up tokens are asked with too, and are not to be slowed down here
    # Whether a made-up cursor is one of this list no schema can say; that what is not allowed is refused is checked.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


WHOSE = {"organ": "", "person": "person=p-luo", "unit": "unit=c-aid"}
EXAMPLES = {
    "/api/v1/holders/{subject}": "/api/v1/holders/c-aid?valid_at=2024-07-09",
    "/api/v1/units/{unit}": "/api/v1/units/c-aid",
    "/api/v1/persons/{person}": "/api/v1/persons/p-luo",
    "/api/v1/dossiers/{party}": "/api/v1/dossiers/c-aid",
    "/api/v1/lines/{unit}": "/api/v1/lines/c-aid?from=2024-01-01&to=2024-09-30",
    "/api/v1/cases/{case}": "/api/v1/cases/K1",
    "/api/v1/traces/{case}": "/api/v1/traces/K1",
    "/api/v1/ledgers/{kind}/growth": "/api/v1/ledgers/duty/growth?old=7",
    "/api/v1/search": "/api/v1/search?words=廉政",
    **{f"/api/v1/office/{name}": f"/api/v1/office/{name}?period=2024&{WHOSE[kind.of]}" for name, kind in KINDS.items()},
}

EMPTY = (
    *(f"/api/v1/tables/{name}" for name in ("tasks", "issues", "risks", "assessments")),
    "/api/v1/office/task-breakdown",
)
"""Registers and tables of which the scenario has no line; tests/test_parity.py asks them of one that has."""


ONE_ORGAN = [route for route in v1.ROUTES if route.medium == "json" and route.about != "city"]
"""What is asked across organs is held against the description in tests/api/test_city.py."""


@pytest.mark.parametrize("route", ONE_ORGAN, ids=lambda route: route.path)
def test_a_full_answer_fits_its_schema(client: FlaskClient, route: Route) -> None:
    """The answers about the scenario, which hold something everywhere, fit the described form exactly."""
    from jsonschema import Draft202012Validator

    path = EXAMPLES.get(route.path, route.path.replace("{kind}", "duty").replace("{position}", "60"))
    client.get("/api/v1/persons/p-luo", headers=web.bearer(TOKEN))
    views_of(HOME).close()
    answer = client.get(path, headers=web.bearer(MINE if route.scopes == {OWN} else TOKEN))
    assert answer.status_code == 200
    document = describe((*v1.ROUTES, *v1.ROOT))
    schema = document["paths"][route.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(json.loads(answer.data))
    if route.lists and route.path not in EMPTY:
        assert json.loads(answer.data)["items"]
