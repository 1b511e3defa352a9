"""The reader's language: `?lang=`, else the browser's `Accept-Language`, else Chinese."""

from flask import Flask, g, has_request_context, request

from projections.language.catalogue import DEFAULT, pick_language


def language() -> str:
    """The language of this request."""
    if "language" not in g:
        g.language = _wanted()
    return str(g.language)


def _wanted() -> str:
    asked = request.args.get("lang")
    if asked:
        return pick_language(asked, {})
    for accepted, quality in request.accept_languages:
        if quality > 0 and accepted.lower().startswith(("zh", "en")):
            return pick_language(accepted, {})
    return DEFAULT


def keep_language(app: Flask) -> None:
    """Links stay in a language that was chosen by `?lang=`."""

    @app.url_defaults
    def _keep(endpoint: str, values: dict[str, object]) -> None:
        if has_request_context() and request.args.get("lang") and endpoint != "static":
            values.setdefault("lang", language())
