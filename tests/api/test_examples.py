"""The examples of the API: what the demonstration really answered, each as its schema says.

Written anew by `python -m tests.api.test_examples`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from api import v1
from api.answering import examples as of_api
from api.answering.enumerations import MEMBERS
from api.answering.examples import Example, examples
from api.answering.openapi import describe
from api.routes import Route
from ledger.access.log import create_access_ledger
from ledger.access.tokens import OWN, SCOPES
from ledger.home.directory import Home
from ledger.home.organs_at_hand import organs_of
from tests.api.test_contract import EXAMPLES
from tests.support import web
from tests.support.city import city
from tests.support.command import zeren

pytestmark = pytest.mark.long
FILE = Path(of_api.__file__).with_name(of_api.FILE)
ROUTES = [route for route in (*v1.ROUTES, *v1.ROOT) if route.medium == "json"]
HASH = re.compile(r"[0-9a-f]{64}|[A-Za-z0-9+/]{43}=")
LONG = 160
"""Characters of a text that an example shows."""


def address(route: Route) -> str:
    """The address that an example asks."""
    if route.about == "city":
        needed = "&".join(f"{each.name}=罗佩珊" for each in route.in_query if each.required)
        return quote(f"{route.path}?{needed}".rstrip("?"), safe="/?&=")
    asked = EXAMPLES.get(route.path, route.path.replace("{kind}", "duty").replace("{position}", "60"))
    return quote(asked.rstrip("?&"), safe="/?&=")


def document() -> dict[str, Any]:
    return describe((*v1.ROUTES, *v1.ROOT))


def validator(described: dict[str, Any], route: Route) -> Draft202012Validator:
    """Of the answers of a route."""
    schema = described["paths"][route.path]["get"]["responses"]["200"]["content"][route.media_type]["schema"]
    return Draft202012Validator({**schema, "components": described["components"]})


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_each_address_has_an_example_that_its_schema_allows(described: dict[str, Any], route: Route) -> None:
    """In the description and on the page; none is left of an address that is gone."""
    example = examples()[route.path]
    validator(described, route).validate(example.answer)
    told = described["paths"][route.path]["get"]["responses"]["200"]["content"][route.media_type]["examples"]
    assert told == {"demonstration": {"$ref": f"#/components/examples/{route.name}"}}
    assert described["components"]["examples"][route.name]["value"] == example.answer
    assert set(examples()) == {each.path for each in ROUTES}


def test_closed_lists_are_of_members_that_there_are(described: dict[str, Any]) -> None:
    """No class or member is named that no answer has."""
    schemas = described["components"]["schemas"]
    assert [
        pair for pair in MEMBERS if "enum" not in schemas.get(pair[0], {}).get("properties", {}).get(pair[1], {})
    ] == []


# --- written anew ---


def cut(answer: Any, allows: Draft202012Validator) -> Any:
    """The answer with lists cut to one row wherever the schema still allows it, long texts and hashes too."""
    answer = _short(answer)
    for *way, last in list(_lists(answer)):
        holder = answer
        for step in way:
            holder = holder[step]
        whole = holder[last]
        holder[last] = whole[:1]
        if not allows.is_valid(answer):
            holder[last] = whole
    return answer


def _lists(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where lists of several rows stand, the outer first."""
    if isinstance(value, list) and len(value) > 1 and place:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for step, each in inner:
        yield from _lists(each, (*place, step))


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value]
    return f"{value[:LONG]}…" if isinstance(value, str) and len(value) > LONG else value


def made(about: bool, client: FlaskClient, *tokens: str) -> Iterator[tuple[str, Example]]:
    """By path the example of each address, across organs or of one, as the demonstration answers now."""
    described, (token, mine) = document(), tokens
    for route in ROUTES:
        if (route.about == "city") is about:
            asked = address(route)
            answer = client.get(asked, headers=web.bearer(mine if route.scopes == {OWN} else token))
            if answer.status_code != 200:
                raise SystemExit(f"{asked}: {answer.status_code} {answer.text}")
            yield route.path, Example(asked, cut(json.loads(answer.data), validator(described, route)))


def main() -> None:
    """Writes the file anew."""
    home = web.copied(web.home())
    token, mine = web.token(home, *SCOPES[1:-1]), web.token(home, OWN)
    app = web.application(home, tile_entries=True)
    found = dict(made(False, app.test_client(), token, mine))
    web.close(app)
    directory = city()
    create_access_ledger(Home(directory), web.PASSPHRASE, organs_of(directory).organs[0].home)
    for words in (("city", "refresh", "--jobs", "1"), ("views", "rebuild", "--all", "--jobs", "1")):
        if zeren(directory, *words).code:
            raise SystemExit(words)
    every = web.token(Home(directory), *SCOPES[1:-1], organs=[each.fingerprint for each in organs_of(directory).organs])
    app = web.application(Home(directory))
    found |= dict(made(True, app.test_client(), every, every))
    web.close(app)
    told = {route.path: {"address": found[route.path].address, "answer": found[route.path].answer} for route in ROUTES}
    FILE.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
