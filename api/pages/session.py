"""Log-in and log-out: the only requests that are not reading. They change no ledger."""

import re

from flask import Flask, Response, render_template, request, url_for

from api.asking.current import gate
from api.asking.gate import FORM_COOKIE, SESSION, SESSION_COOKIE, is_own
from api.asking.language import language
from api.pages.menu import start_of
from ledger.messages import N_
from projections.language.catalogue import translate

UNKNOWN = N_("This token is unknown, revoked, or has ended.")
STALE = N_("The form had gone stale; try again.")
_OWN = re.compile(r"/(?!/)[^\x00-\x20\x7f\\]*")


def add_session_routes(app: Flask) -> None:
    """The two routes, and their forms."""
    app.add_url_rule("/login", "pages.log_in", _log_in, methods=["GET", "POST"])
    app.add_url_rule("/logout", "pages.log_out", _log_out, methods=["POST"])


def _log_in() -> Response:
    where = _within(request.values.get("next", ""))
    if request.method == "POST":
        if not gate().form_fits(request):
            return _form(where, STALE)
        response = Response("", 303)
        came = gate().log_in(request.form.get("token", ""), request, response)
        if came is not None:
            overview = where in ("", "/")
            response.headers["Location"] = url_for(start_of(came)) if overview else f"{request.script_root}{where}"
            response.headers["Cache-Control"] = "no-store"
            return response
        return _form(where, UNKNOWN)
    return _form(where)


def _form(where: str, failed: str | None = None) -> Response:
    cookie, value = gate().new_form()
    said = translate(failed, language()) if failed is not None else None
    body = render_template("login.html", form=value, where=where, failed=said, heads=(), banner=None)
    response = Response(body, 403 if failed else 200, mimetype="text/html")
    gate().set_cookie(response, FORM_COOKIE, cookie, SESSION)
    response.headers["Cache-Control"] = "no-store"
    return response


def _log_out() -> Response:
    # A foreign form may come here, but without the session, which is SameSite=Strict: so it can end nobody's.
    made = Response("", 303, {"Location": url_for("pages.log_in")})
    if is_own(request) and gate().cookie(SESSION_COOKIE) in request.cookies:
        gate().log_out(request, made)
    return made


def _within(address: str) -> str:
    """An address of these pages, below their prefix; nothing for any other: a log-in sends nobody elsewhere.

    Browsers leave out tabs and line ends before they read an address, and take a backslash for a slash; so none of
    these is let through.
    """
    return address if _OWN.fullmatch(address) else ""
