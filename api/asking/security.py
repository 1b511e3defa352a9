"""Reading only, for those who may: methods, host names, sizes, and the headers that every response carries.

The check of the host name keeps a foreign web page from reading a server on this machine through a name that it points
at 127.0.0.1 (DNS rebinding). Log-in and log-out are the only requests that are no reading; they change no ledger but
give and take a session, so they come by POST, which no link and no image can make.
"""

from collections.abc import Sequence

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, RequestURITooLarge
from werkzeug.sansio.utils import host_is_trusted

from ledger.errors import ZerenError

METHODS = ("GET", "HEAD", "OPTIONS")
SESSION_PATHS = ("/login", "/logout")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
MAX_ADDRESS, MAX_BODY = 8_192, 4_096
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ALWAYS = (*HEADERS.items(), ("Vary", "Accept-Language, Authorization, Cookie"))
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000")


class HostNotAllowed(ZerenError):
    """The request names a host that this server does not answer for."""


def secure(app: Flask, hosts: Sequence[str] | None) -> None:
    """Puts the checks before, and the headers behind, everything else. `hosts` None lets any host name through."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY

    @app.before_request
    def _check() -> None:
        if request.method not in METHODS and not (request.method == "POST" and request.path in SESSION_PATHS):
            raise MethodNotAllowed(valid_methods=METHODS)
        if len(request.full_path) > MAX_ADDRESS:
            raise RequestURITooLarge
        if hosts is not None and not host_is_trusted(request.environ.get("HTTP_HOST"), hosts):
            raise HostNotAllowed

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.extend(ALWAYS)
        response.headers.setdefault("Cache-Control", "no-store")  # what says nothing of it is kept by nobody
        if request.is_secure:
            response.headers.set(*HTTPS_ONLY)
        return response
