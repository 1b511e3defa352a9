"""One line of JSON per request on standard error: what was asked and how it ended, no secret and no reader's words.

Query strings, cookies and authorization are never written: words that were searched for stand in the access ledger.
"""

import json
import logging
import sys
from time import perf_counter

from flask import Flask, Response, g, request

from api.asking.reader import Reader
from ledger.clock import now
from ledger.core.entry import format_time

_encode = json.JSONEncoder(ensure_ascii=False).encode
LOGGER = logging.getLogger("zeren.requests")


def log_requests(app: Flask) -> None:
    """Writes a line after each request."""

    @app.before_request
    def _begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        asked: Reader | None = g.get("reader")
        row = {
            "at": format_time(now()),
            "method": request.method,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "milliseconds": round((perf_counter() - g.get("began", perf_counter())) * 1000, 1),
            "bytes": response.content_length,
            "token": asked.token if asked is not None else "",
            "client": request.remote_addr,
        }
        LOGGER.info("%s", _encode(row))
        return response


def write_logs() -> None:
    """Sends the lines to standard error, each as it is."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
