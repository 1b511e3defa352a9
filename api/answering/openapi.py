"""The OpenAPI 3.1 document, made from the routes and the types of their answers."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from api.answering.envelope import AsOf
from api.answering.examples import examples
from api.answering.problems import KINDS, MEDIA_TYPE, Choice, Kind, Problem
from api.answering.schemas import Schema, Schemas
from api.asking.query import LIMIT, MAX_LIMIT, MAX_WHOLE
from api.routes import ORGAN_PLACE, Parameter, Route
from projections.language.catalogue import translate
from projections.questions.heads import LedgerHead
from projections.questions.plain import members
from projections.reports.exports import MEDIA

_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
_DAY = "(19|2[0-9])[0-9]{2}-[0-1][0-9]-[0-3][0-9]"
_CLOCK = "[0-2][0-9]:[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][0-2][0-9]:[0-5][0-9])?"
_KINDS: dict[str, Schema] = {
    "text": _TEXT,
    "person": _TEXT,
    "unit": _TEXT,
    "party": _TEXT,
    "entry": _TEXT,
    "count": {"type": "integer", "minimum": 1, "maximum": MAX_WHOLE},
    "flag": {"type": "boolean"},
    "day": {"type": "string", "format": "date", "pattern": f"^{_DAY}$"},
    "moment": {"type": "string", "pattern": f"^{_DAY}([T ]{_CLOCK})?$"},
    "when": {"type": "string", "pattern": f"^{_DAY}([T ]{_CLOCK})?$"},
    "cursor": {"type": "string"},
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
    "whole": {"type": "integer", "minimum": 0, "maximum": MAX_WHOLE},
}
_FAULTS = (400, 401, 403, 404, 405, 414, 421, 500, 503)


def describe(routes: Sequence[Route], language: str = "en") -> dict[str, Any]:
    """The document over these routes, its texts in a language."""
    schemas = Schemas()
    problems = {status: schemas.of(Problem) for status in _FAULTS}
    problems[400] = {"anyOf": [schemas.of(Problem), schemas.of(Choice)]}
    paths = {route.path: _path(route, schemas, language) for route in routes}
    for route in routes:
        if route.organ_path is not None:
            named = replace(route, path=route.organ_path, parameters=(ORGAN_PLACE, *route.parameters), about="server")
            paths[named.path] = _path(named, schemas, language, "organ_")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zeren 责任",
            "version": version("zeren"),
            "summary": translate("Read-only answers about duties, obligations and cases, each re-checkable", language),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "examples": {
                route.name: {"summary": examples()[route.path].address, "value": examples()[route.path].answer}
                for route in routes
                if route.path in examples()
            },
            "responses": {str(status): _fault(status, problems[status], language) for status in _FAULTS},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(route: Route, schemas: Schemas, language: str, prefix: str = "") -> dict[str, Any]:
    return {
        "get": _operation(route, schemas, language, prefix),
        "parameters": [*(_parameter(each, route, language) for each in route.parameters), _language()],
    }


def _parameter(parameter: Parameter, route: Route, language: str) -> dict[str, Any]:
    in_path = parameter in route.in_path
    schema = {"enum": list(parameter.choices)} if parameter.choices else dict(_KINDS[parameter.kind])
    required = in_path or parameter.required
    if not required:
        schema = {"anyOf": [schema, {"const": ""}]}  # a form sends what was left empty
    if parameter.many:
        schema = {"type": "array", "items": schema}
    return {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "required": required,
        "description": translate(parameter.meaning, language),
        "schema": schema,
    }


def _language() -> dict[str, Any]:
    return {"name": "lang", "in": "query", "required": False, "schema": {"enum": ["zh_CN", "en"]}}


def _operation(route: Route, schemas: Schemas, language: str, prefix: str) -> dict[str, Any]:
    content: dict[str, Any] = {route.media_type: {"schema": _answer(route, schemas)}}
    if route.path in examples():
        content[route.media_type]["examples"] = {"demonstration": {"$ref": f"#/components/examples/{route.name}"}}
    headers: dict[str, Any] = {"ETag": {"schema": {"type": "string"}}} if "no-store" not in route.path else {}
    if route.lists:
        content |= {medium: {"schema": {"type": "string"}} for medium in MEDIA.values()}
        headers["Link"] = {"schema": {"type": "string"}, "description": 'rel="next"'}
        headers["X-Row-Count"] = {"schema": {"type": "string"}}
        headers["X-Content-SHA256"] = {"schema": {"type": "string"}}
    return {
        "operationId": f"{prefix}{route.name}",
        "summary": translate(route.meaning, language),
        "tags": [route.group],
        "security": [{"token": []}] if route.scopes else [{}],
        "x-scopes": sorted(route.scopes),
        "x-scopes-beside": sorted(route.also),
        "x-recorded": route.recorded,
        "responses": {
            "200": {"description": translate(route.meaning, language), "headers": headers, "content": content},
            "304": {"description": translate("Not changed", language)},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _FAULTS},
        },
    }


def _answer(route: Route, schemas: Schemas) -> Schema:
    if route.medium == "text":
        return {"type": "string"}
    if route.medium == "binary":
        return {"type": "string", "format": "binary"}
    frame = {"as_of": schemas.of(AsOf), "ledgers": {"type": "array", "items": schemas.of(LedgerHead)}}
    own = {name: schemas.of(kind) for name, kind in members(route.answer).items()}
    if not own:
        return {}
    if route.lists:
        own = own if "items" in own else {"items": {"type": "array", "items": schemas.of(route.answer)}}
        own["next"] = {"type": ["string", "null"]}
    said = {**own, **(frame if route.computed else {})}
    return {"type": "object", "properties": said, "required": list(said), "additionalProperties": False}


def _fault(status: int, problem: Schema, language: str) -> dict[str, Any]:
    kinds: dict[str, Kind] = {kind.name: kind for kind in KINDS.values() if kind.status == status}
    text = " / ".join(translate(kind.title, language) for kind in kinds.values()) or str(status)
    found: dict[str, Any] = {"description": text, "content": {MEDIA_TYPE: {"schema": problem}}}
    if status == 401:
        found["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return found
