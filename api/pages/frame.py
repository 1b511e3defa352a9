"""What every page has: language, reader, the moment and the heads that it holds for, links that keep the filter."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for

from api.answering.asked_words import sheet_words
from api.answering.envelope import caching, valid_at
from api.answering.files import list_file
from api.answering.listing import Listing, Page
from api.answering.problems import Problem
from api.asking.current import explainer, facts, gate, reader, reading
from api.asking.language import language
from api.asking.reader import NotAllowed
from api.pages.columns import MOST_NAMED, ColumnFacets
from api.pages.faults import typed_form
from api.pages.links import (
    changed,
    cite,
    detail_called,
    detail_said,
    field_called,
    kind_of,
    ledger_title,
    linked,
    local,
    obligation_title,
    party,
    this_page,
    trigger_of,
    whole_days,
)
from api.pages.menu import organ_shown, sections, start_of
from api.routes import PAGES, Parameter, Route, Values
from ledger.errors import ZerenError
from projections.facts.values import number_said
from projections.language.catalogue import LANGUAGES, translate
from projections.questions.changes import changes

LOOKED_THROUGH = 10_000
"""Entries up to which a page looks through the whole record for one party; beyond, it says where to ask for it."""
NAMES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to be rendered: its template and what stands on it; `listing` is what its export holds."""

    template: str
    values: Mapping[str, Any]
    listing: Listing[Any] | None = None


def page(template: str, listing: Listing[Any] | None = None, **values: Any) -> Shown:
    """A page of this request's state."""
    return Shown(template, values, listing)


def respond_page(route: Route, asked: Values, found: Any) -> Response:
    """The page, or, where `format` is asked for, the same list as a file."""
    if isinstance(found, Response):
        return found
    shown: Shown = found
    if asked.get("format") is not None and shown.listing is not None:
        return list_file(route, asked, shown.listing, _limits(shown))
    response = Response(_render(route, asked, shown), mimetype="text/html")
    response.headers["Cache-Control"] = caching(replace(route, immutable=False))
    response.add_etag()
    response.make_conditional(request)
    return response


def _render(route: Route, asked: Values, shown: Shown) -> str:
    g.known_at = asked.get("known_at")
    rows: Page[Any] | None = shown.listing.page(asked) if shown.listing is not None else None
    banner = _banner(route, asked, shown.values.get("known")) if route.computed else None
    values = {
        "route": route,
        "asked": asked,
        "page": rows,
        "listing": shown.listing,
        "exports": shown.listing is not None and reader().may("export") and "format" in asked,
        "explain": explainer(asked.get("known_at")) if route.computed else None,
        "heads": reading().heads if route.computed else (),
        "banner": banner,
        "asked_line": _asked_line(route, asked, shown, banner) if banner is not None else "",
        **shown.values,
    }
    return render_template(shown.template, **values)


def _limits(shown: Shown) -> tuple[tuple[str, str], ...]:
    """(heading, value) of each limit of the page's own, in words."""
    groups: tuple[ColumnFacets, ...] = shown.values.get("groups", ())
    said = ((translate(group.label, language()), group.said) for group in groups if group.of_page and group.chosen)
    return tuple(said)


def _asked_line(route: Route, asked: Values, shown: Shown, banner: "Banner") -> str:
    """What each printed sheet says at its head."""
    limits = (f"{title}{translate(': ', language())}{value}" for title, value in _limits(shown))
    return " · ".join((*limits, sheet_words(route, asked, banner.valid_at, banner.known_at)))


@dataclass(frozen=True, slots=True)
class Banner:
    """As of when a page holds, and the links to the moments at which the record changed before and after."""

    valid_at: str | None
    known_at: str | None
    earlier: str | None
    later: str | None
    slides: bool


def _banner(route: Route, asked: Values, known: datetime | None) -> Banner:
    names = {parameter.name for parameter in route.parameters}
    slides = "known_at" in names
    moment = known or asked.get("known_at")
    found = changes(facts(moment)) if slides else None
    day = valid_at(asked).isoformat() if "valid_at" in names else None
    return Banner(
        day,
        local(moment) if moment is not None else None,
        this_page(known_at=found.earlier) if found is not None and found.earlier is not None else None,
        this_page(known_at=found.later) if found is not None and moment is not None and found.later else None,
        slides,
    )


def dress(app: Flask) -> None:
    """Gives templates the catalogue, the reader, the menu and the helpers of links."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters["pairs"] = lambda words: [(word, word) for word in words]
    environment.filters["translated"] = lambda words: [
        (word, translate(word, language()).replace("_", " ")) for word in words
    ]
    environment.filters["kept"] = lambda groups: [*(group.name for group in groups if group.links), "sort"]
    environment.globals["most_named"] = MOST_NAMED
    environment.filters["holding"] = lambda rows, act: next((row for row in rows if act in row.acts), None)

    @app.context_processor
    def _texts() -> dict[str, Any]:
        return {
            "_": lambda text: translate(text if isinstance(text, str) else str(text), language()),
            "language": language(),
            "other_languages": [(NAMES[each], each, _in_language(each)) for each in LANGUAGES if each != language()],
            "cite": cite,
            "changed": changed,
            "party": party,
            "local": local,
            "this_page": this_page,
            "sections": sections,
            "reader": reader,
            "obligation_title": obligation_title,
            "detail_called": detail_called,
            "detail_said": detail_said,
            "kind_of": kind_of,
            "number_said": number_said,
            "ledger_title": ledger_title,
            "field_called": field_called,
            "linked": linked,
            "trigger_of": trigger_of,
            "whole_days": whole_days,
            "logged_reads": gate().log is not None,
            "organ_shown": organ_shown,
            "start": lambda: start_of(reader()),
        }


def _in_language(other: str) -> str:
    if request.endpoint is None or request.method == "POST":
        return url_for(start_of(reader()), lang=other)
    asked = {name: text for name, text in request.args.items() if name != "lang"}
    return url_for(request.endpoint, **{**(request.view_args or {}), **asked, "lang": other})


def problem_page(problem: Problem) -> Response | str:
    """A fault as a page; who is not logged in is sent to the log-in, who begins elsewhere from the overview there."""
    if problem.status == 401 and request.method == "GET" and "Authorization" not in request.headers:
        return redirect(url_for("pages.log_in", next=request.full_path.rstrip("?")), 303)  # type: ignore[return-value]
    with suppress(ZerenError):  # where it cannot be told who asks, the page is made for nobody
        start = start_of(reader())
        if isinstance(g.get("fault"), NotAllowed) and request.endpoint == "pages.overview" != start:
            return redirect(url_for(start), 303)  # type: ignore[return-value]  # Flask's own is one
    form = typed_form(g.get("fault"), _parameters())
    return render_template("problem.html", problem=problem, heads=(), banner=None, form=form)


def _parameters() -> tuple[Parameter, ...]:
    """What the page that was asked for takes; nothing where there is no such page."""
    group, _, name = (request.endpoint or "").partition(".")
    taken: Mapping[str, Route] = current_app.config[PAGES]
    return taken[name].in_query if group == "pages" and name in taken else ()
