"""Log-in and log-out: the only requests that are not reading. They change no ledger."""

from flask import Flask, Response, redirect, render_template, request, url_for

from api.gate import FORM_COOKIE, SESSION
from api.language import language
from api.problems import text
from api.request_state import gate
from projections.i18n import translate

UNKNOWN = text("This token is unknown, revoked, or has ended.")
STALE = text("The form had gone stale; try again.")


def add_session_routes(app: Flask) -> None:
    """The two routes, and their forms."""
    app.add_url_rule("/login", "pages.log_in", _log_in, methods=["GET", "POST"])
    app.add_url_rule("/logout", "pages.log_out", _log_out, methods=["POST"])


def _log_in() -> Response:
    where = _own(request.values.get("next", ""))
    if request.method == "POST":
        if not gate().form_fits(request):
            return _form(where, STALE)
        response = Response("", 303, {"Location": where})
        if gate().log_in(request.form.get("token", ""), response):
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
    # SameSite=Strict keeps the session away from foreign forms, so they can end nobody's.
    response = redirect(url_for("pages.log_in"), 303)
    made = Response(response.get_data(), response.status_code, response.headers)
    gate().log_out(made)
    return made


def _own(address: str) -> str:
    """An address of these pages, the overview for any other: a log-in sends nobody elsewhere."""
    if (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and "\n" not in address
        and "\r" not in address
    ):
        return f"{request.script_root}{address}"
    return url_for("pages.overview")
