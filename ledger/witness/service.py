"""The witness over HTTP as a WSGI application: `POST <prefix>/add-checkpoint`, `GET <prefix>/<hash>/checkpoint`.

Statuses and bodies are those of C2SP tlog-witness. It holds no secret in its answers, takes no body above 64 KiB, and
keeps nothing between requests but the key.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from ledger.errors import Busy, Declined, ZerenError
from ledger.witness.cosign import Cosigner, explain

MAX_BODY = 64 * 1024
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")

StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True, slots=True)
class Response:
    """A status, a body and what the body is."""

    status: int
    body: bytes
    type: str = TEXT
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """The application; `prefix` is the path under which it answers ("" or "/...")."""

    witness: Cosigner
    prefix: str = ""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        response = self._respond(environ)
        status = HTTPStatus(response.status)
        headers = [("Content-Type", response.type), ("Content-Length", str(len(response.body))), *response.headers]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    def _respond(self, environ: dict[str, Any]) -> Response:
        path, method = str(environ.get("PATH_INFO", "")), environ["REQUEST_METHOD"]
        if not path.startswith(self.prefix):
            return _said(HTTPStatus.NOT_FOUND, "there is nothing here")
        path = path.removeprefix(self.prefix)
        if path == "/add-checkpoint":
            return self._add(environ) if method == "POST" else _only("POST")
        if found := _CHECKPOINT.fullmatch(path):
            return self._checkpoint(found[1]) if method in {"GET", "HEAD"} else _only("GET, HEAD")
        return _said(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _add(self, environ: dict[str, Any]) -> Response:
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if not length.isascii() or not length.isdecimal() or int(length) > MAX_BODY:
            return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request has at most {MAX_BODY} bytes")
        data = environ["wsgi.input"].read(int(length))
        try:
            return Response(HTTPStatus.OK, self.witness.add_checkpoint(data))
        except Declined as declined:
            if declined.size is not None:
                return Response(declined.status, f"{declined.size}\n".encode(), SIZE)
            return _said(declined.status, explain(declined))
        except Busy as error:
            return _said(HTTPStatus.SERVICE_UNAVAILABLE, explain(error))
        except ZerenError as error:
            return _said(HTTPStatus.INTERNAL_SERVER_ERROR, explain(error))

    def _checkpoint(self, path: str) -> Response:
        held = self.witness.store.memory.by_hash(path)
        if held is None:
            return _said(HTTPStatus.NOT_FOUND, "this witness has cosigned no checkpoint of that log")
        return Response(HTTPStatus.OK, held.note)


def _said(status: int, text: str) -> Response:
    return Response(status, f"{text}\n".encode())


def _only(methods: str) -> Response:
    return Response(HTTPStatus.METHOD_NOT_ALLOWED, b"not by this method\n", headers=(("Allow", methods),))
