"""Queries as their sender should have written them: bytes that are no ASCII escaped, before anything reads them.

A server hands on whatever bytes stand behind the question mark (PEP 3333); what reads a query decodes it as UTF-8
first, and falls over bytes that are none. Escaped they are read like any other, and what is no text is refused by name.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ASCII = "".join(map(chr, range(128)))


class Escaped:
    """Escapes what is no ASCII in a request's query; the meaning of one that is well written stays."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        query = str(environ.get("QUERY_STRING", ""))
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=_ASCII)
        return self.app(environ, start_response)
