"""Reading only, for those who may: methods, host names, and the headers that every response carries.

There is no log-in yet, so the server listens on this machine only; the check of the host name keeps a foreign web page
from reading it through a name that it points at 127.0.0.1 (DNS rebinding).
"""

from collections.abc import Sequence

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.sansio.utils import host_is_trusted

from api.problems import HostNotAllowed

METHODS = ("GET", "HEAD", "OPTIONS")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def secure(app: Flask, hosts: Sequence[str] | None) -> None:
    """Puts the checks before, and the headers behind, everything else. `hosts` None lets any host name through."""

    @app.before_request
    def _check() -> None:
        if request.method not in METHODS:
            raise MethodNotAllowed(valid_methods=METHODS)
        if hosts is not None and not host_is_trusted(request.environ.get("HTTP_HOST"), hosts):
            raise HostNotAllowed

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response
