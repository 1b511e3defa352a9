"""What every page has: language, the ledgers that it was computed from, its parameters as form values."""

from typing import Any

from flask import Flask, render_template, request, url_for

from api.language import language
from api.problems import Problem
from api.request_state import reading
from projections.i18n import LANGUAGES, translate

NAMES = {"zh_CN": "中文", "en": "English"}


def dress(app: Flask) -> None:
    """Gives templates the catalogue and the language."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _texts() -> dict[str, Any]:
        return {
            "_": lambda text: translate(text, language()),
            "language": language(),
            "other_languages": [(NAMES[each], each, _same_page(each)) for each in LANGUAGES if each != language()],
        }


def _same_page(other: str) -> str:
    if request.endpoint is None:
        return url_for("pages.overview", lang=other)
    asked = {name: text for name, text in request.args.items() if name != "lang"}
    return url_for(request.endpoint, **{**(request.view_args or {}), **asked, "lang": other})


def page(template: str, **values: Any) -> str:
    """A page of this request's state."""
    return render_template(template, heads=reading().heads, asked=request.args, **values)


def problem_page(problem: Problem) -> str:
    """A fault as a page."""
    return render_template("problem.html", problem=problem, heads=())
