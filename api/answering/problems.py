"""Faults as RFC 9457 problem documents, one handler for all; pages show the same in words. No stack trace leaves.

`type` is a stable path below which each kind of problem is explained to people; title and detail are in the reader's
language. Nothing that went wrong is kept by caches.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, current_app, g, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestURITooLarge
from werkzeug.wrappers import Response

from api.answering.organ_links import OrganLink, same_question
from api.asking.language import language
from api.asking.reader import NotAllowed, NotLoggedIn, Unknown
from api.asking.security import HostNotAllowed
from api.asking.slow import TooMany
from ledger.errors import (
    BadInput,
    Busy,
    Conflict,
    Contradicted,
    Incomplete,
    Invalid,
    NoLedger,
    NoSuchOrgan,
    SeveralOrgans,
    Unusable,
    ZerenError,
)
from ledger.messages import N_
from ledger.store.faults import explain
from projections.language.catalogue import explain_error, translate
from projections.questions.plain import plain
from projections.views.prove import ViewsDiffer

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in the address of its explanation, HTTP status, title, and what to do about it."""

    name: str
    status: int
    title: str
    advice: str


INTERNAL = Kind(
    "internal",
    500,
    N_("The program failed"),
    N_("The fault is in the server's log. Repeat the question; if it fails again, tell whoever runs the server."),
)
KINDS: dict[type[Exception], Kind] = {
    BadInput: Kind(
        "bad-input",
        400,
        N_("The question cannot be read"),
        N_("Correct what the message names; nothing else is wrong."),
    ),
    SeveralOrgans: Kind(
        "several-organs",
        400,
        N_("Which organ is meant?"),
        N_("Name the organ in the address, below /organs/; the problem lists those that you may ask about."),
    ),
    NoSuchOrgan: Kind(
        "no-such-organ",
        404,
        N_("There is no such organ here"),
        N_("Take an organ from the list at /organs, by its name or fingerprint."),
    ),
    NotFound: Kind(
        "not-found",
        404,
        N_("There is nothing at this address"),
        N_("Begin at the overview, which links to everything that is on record."),
    ),
    MethodNotAllowed: Kind(
        "method-not-allowed",
        405,
        N_("Only reading is possible here"),
        N_("Ask by GET. Entries are recorded and signed by the command line, never through these pages."),
    ),
    HostNotAllowed: Kind(
        "host-not-allowed",
        421,
        N_("This server does not answer under that name"),
        N_("Open it by the address that it printed when it started, or start it with --allow-host NAME."),
    ),
    NotLoggedIn: Kind(
        "not-logged-in",
        401,
        N_("Reading here needs a token"),
        N_("Send the token as Authorization: Bearer, or log in on the pages. zeren token new makes one."),
    ),
    NotAllowed: Kind(
        "not-allowed",
        403,
        N_("This token does not reach that"),
        N_("Ask whoever keeps the tokens for one with the scope that the message names."),
    ),
    TooMany: Kind(
        "too-many",
        429,
        N_("Too many wrong tokens"),
        N_("Wait as long as the message says. A token that is right is answered at any time."),
    ),
    RequestURITooLarge: Kind(
        "address-too-long",
        414,
        N_("The address is too long"),
        N_("Ask for less at once, or with shorter words."),
    ),
    Busy: Kind("busy", 503, N_("The ledgers are busy"), N_("Another process is writing. Repeat in a moment.")),
    Incomplete: Kind(
        "incomplete",
        503,
        N_("Something needed for the answer is missing"),
        N_("Follow the message: the ledgers or the views are not all here."),
    ),
    Unusable: Kind(
        "unusable",
        503,
        N_("The machine refuses to read or write"),
        N_("Tell whoever runs the server what the message names: its disk, medium, permissions or open files."),
    ),
    NoLedger: Kind("no-ledger", 503, N_("There is no ledger here"), N_("Check the server's directory.")),
    Contradicted: Kind(
        "contradicted",
        503,
        N_("The ledger is not the one that is known from elsewhere"),
        N_(
            "Nothing is answered from it. The message names the head that it contradicts; find out who changed the "
            "ledger, restore the right one, and run zeren verify."
        ),
    ),
    ViewsDiffer: Kind(
        "views-differ",
        503,
        N_("The views do not say what the entries say"),
        N_(
            "Nothing is answered from them until they are made anew: zeren views rebuild. The entries are not touched "
            "by it; find out who wrote to the views."
        ),
    ),
    Invalid: Kind(
        "invalid",
        500,
        N_("What is stored does not hold together"),
        N_("Do not rely on these pages; run zeren verify, which names every place that is wrong."),
    ),
}
KINDS[Unknown] = KINDS[NotFound]
KINDS[Conflict] = KINDS[Busy]
BY_NAME = {kind.name: kind for kind in (*KINDS.values(), INTERNAL)}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as RFC 9457 names it. `type` is the address of the explanation."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


@dataclass(frozen=True, slots=True)
class Choice(Problem):
    """An organ has to be named: those that the reader may ask about, each with the address of the same question."""

    organs: tuple[OrganLink, ...]


def handle_problems(app: Flask, page: Callable[[Problem], str | Response], for_programs: Callable[[str], bool]) -> None:
    """Turns every fault into a problem document at addresses for programs, and elsewhere into a page."""

    @app.errorhandler(Exception)
    def _handle(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and (error.code or 500) < 400:
            return error
        problem, g.fault = _problem(error), error
        if isinstance(error, Busy | Conflict):  # the reader need only come again
            current_app.logger.warning("%s: %s", request.path, error)
        elif problem.status >= 500:
            current_app.logger.error("%s failed", request.path, exc_info=error)
        if for_programs(request.path):
            data = json.dumps(plain(problem), ensure_ascii=False)
            response = Response(data, problem.status, mimetype=MEDIA_TYPE)
        else:
            shown = page(problem)
            response = shown if isinstance(shown, Response) else Response(shown, problem.status, mimetype="text/html")
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = language().replace("_", "-")
        if isinstance(error, NotLoggedIn):
            response.headers["WWW-Authenticate"] = 'Bearer realm="zeren"'
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        if isinstance(error, Busy | Conflict):
            response.headers["Retry-After"] = "2"
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.values[0])
        return response


def _problem(error: Exception) -> Problem:
    error = explain(error) or error
    kind = next((KINDS[cls] for cls in type(error).__mro__ if cls in KINDS), None)
    if kind is None and isinstance(error, HTTPException):
        status = HTTPStatus(error.code or 500)
        return Problem("about:blank", status.phrase, status, str(error.description or ""), request.full_path)
    kind = kind or INTERNAL
    detail = explain_error(error, language()) if isinstance(error, ZerenError) else translate(kind.advice, language())
    title = translate(kind.title, language())
    told = (url_for("pages.problem_kind", name=kind.name), title, kind.status, detail, request.full_path)
    return Choice(*told, same_question()) if isinstance(error, SeveralOrgans) else Problem(*told)
