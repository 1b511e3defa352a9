"""The pages below a path of a site: what a proxy passes on as /zeren/… is asked here as /…, and links keep the path."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Prefix:
    """Takes the prefix off a request's path; what lies elsewhere is not found."""

    def __init__(self, app: "WSGIApplication", prefix: str) -> None:
        self.app, self.prefix = app, prefix

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path == self.prefix or path.startswith(f"{self.prefix}/"):
            environ["SCRIPT_NAME"] = str(environ.get("SCRIPT_NAME", "")) + self.prefix
            environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
            return self.app(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"the pages lie below {self.prefix}/\n".encode()]
