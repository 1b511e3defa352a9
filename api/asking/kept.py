"""Answers kept for as long as they stay true.

An answer follows from the question, from what its reader may see, and from the state of the stores. So the same bytes
are given again while none of these changes; the reading is recorded all the same. `state` is told by the stores
themselves at each request, never by time alone: it holds the heads of the ledgers, roots included, as far as the views
contain them. A quarter of an hour is part of the key because "today" is: no zone's midnight lies elsewhere.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from flask import Response, request
from werkzeug.datastructures import Headers

from api.routes import Route, Values
from ledger.clock import now

MAX_ANSWERS, MAX_BYTES = 256, 1_000_000
QUARTER = 900


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with its headers, and the parameters that it was asked with."""

    asked: Values
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> Response:
        """The answer as a response of its own, 304 where the reader has it."""
        response = Response(self.body, headers=Headers(self.headers))
        if "HTTP_IF_NONE_MATCH" in request.environ:
            response.make_conditional(request)
        return response


class Answers:
    """The answers kept, the one asked for least lately goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        """The answer kept under the key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, asked: Values, response: Response) -> None:
        """Keeps an answer that is whole and not too long."""
        if response.status_code != 200 or response.direct_passthrough or len(response.data) > MAX_BYTES:
            return
        kept = Kept(asked, response.data, tuple(response.headers))
        with self._lock:
            self._kept[key] = kept
            while len(self._kept) > MAX_ANSWERS:
                self._kept.popitem(last=False)


def key_of(route: Route, scopes: frozenset[str], state: Hashable) -> Hashable:
    """What an answer follows from: question, reader's scopes, language, stores and what he sees of them, day."""
    quarter = int(now().timestamp()) // QUARTER
    asked = (request.path, request.query_string)  # apart: a path may hold a question mark, escaped
    wanted = request.environ.get("HTTP_ACCEPT_LANGUAGE", "")  # the language follows from it and from the address
    return (route.path, asked, request.script_root, scopes, wanted, state, quarter)
