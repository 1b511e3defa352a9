"""What every page has: language, reader, the moment and the heads that it holds for, links that keep the filter."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from flask import Flask, Response, g, redirect, render_template, request, url_for
from markupsafe import Markup, escape

from api.answering.answer import caching, valid_at
from api.answering.listing import Listing, Page
from api.answering.problems import Problem
from api.asking.current import explainer, facts, gate, organ_named, organs, reader, reading
from api.asking.language import language
from api.asking.reader import NOBODY, NotAllowed, Reader
from api.routes import Route, Values
from ledger.errors import ZerenError
from ledger.messages import N_
from projections.facts.values import Citation
from projections.language.catalogue import LANGUAGES, translate
from projections.language.codes import LEDGERS
from projections.language.kind_titles import type_title
from projections.language.titles import field_title, is_field
from projections.obligations.table import table
from projections.questions.changes import changes
from projections.reports.exports import export, row_type
from projections.views.reads import Wanted, entry_lines, ledgers_with

LOOKED_THROUGH = 10_000
"""Entries up to which a page looks through the whole record for one party; beyond, it says where to ask for it."""
NAMES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the main menu."""

    endpoint: str
    title: str
    values: Mapping[str, str]


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
        if not reader().may("export"):
            raise NotAllowed("this needs a token with the scope {}", "export")
        made = export(asked["format"], row_type(route.answer), shown.listing.all())
        response = Response(made.data, mimetype=made.media_type)
        response.headers["X-Row-Count"] = str(made.rows)
        response.headers["X-Content-SHA256"] = made.digest
        response.headers["Content-Disposition"] = f'attachment; filename="{route.name}.{asked["format"]}"'
        return response
    response = Response(_render(route, asked, shown), mimetype="text/html")
    response.headers["Cache-Control"] = caching(replace(route, immutable=False))
    response.add_etag()
    response.make_conditional(request)
    return response


def _render(route: Route, asked: Values, shown: Shown) -> str:
    rows: Page[Any] | None = shown.listing.page(asked) if shown.listing is not None else None
    values = {
        "route": route,
        "asked": asked,
        "page": rows,
        "exports": shown.listing is not None and reader().may("export"),
        "explain": explainer(asked.get("known_at")) if route.computed else None,
        "heads": reading().heads if route.computed else (),
        "banner": _banner(route, asked, shown.values.get("known")) if route.computed else None,
        **shown.values,
    }
    return render_template(shown.template, **values)


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


def local(moment: datetime | str | None) -> str:
    """A moment in the ledger's own zone, with its offset."""
    if moment is None:
        return ""
    value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return value.astimezone(facts().zone).isoformat(sep=" ", timespec="seconds")


def this_page(**changed: Any) -> str:
    """The address of this page with other parameters; None takes one away, and a cursor never outlives a change."""
    kept = {
        **request.args.to_dict(flat=False),
        **(request.view_args or {}),
        **({} if "cursor" in changed else {"cursor": None}),
        **changed,
    }
    return url_for(str(request.endpoint), **{name: text for name, text in kept.items() if text is not None})


def sections() -> list[MenuEntry]:
    """The menu: what this reader may open."""
    asks = reader()
    several = asks != NOBODY and _several()
    found = [MenuEntry("pages.organ_list", N_("Organs"), {})] if several else []
    if not several or g.get("organ_asked") is not None:
        found += _organ_sections(asks)
    if asks.may("supervisor"):
        found.append(MenuEntry("pages.access_page", N_("Who read what"), {}))
    found.append(MenuEntry("pages.reference", N_("API"), {}))
    return found


def _organ_sections(asks: Reader) -> list[MenuEntry]:
    """What this reader may open of the organ; which pages there are follows from its ledgers."""
    found = [MenuEntry("pages.overview", N_("Overview"), {})]
    if asks.may("organ", "duties"):
        found.append(MenuEntry("pages.timeline", N_("Duties"), {}))
    if asks.may("organ", "persons"):
        found.append(MenuEntry("pages.person_list", N_("Persons"), {}))
    if asks.may("organ", "duties"):
        found += [
            MenuEntry("pages.obligation_map", N_("Obligations"), {}),
            MenuEntry("pages.signal_list", N_("Signals"), {}),
        ]
    if asks.may("cases") and _has_cases():
        found.append(MenuEntry("pages.case_list", N_("Cases"), {}))
    if asks.may("organ", "verify"):
        found.append(MenuEntry("pages.entry_list", N_("Entries"), {"kind": "duty"}))
    if asks.may("organ", "evidence"):
        found.append(MenuEntry("pages.search_page", N_("Search"), {}))
    return found


def _several() -> bool:
    with suppress(ZerenError):
        return len(organs().organs) > 1
    return False


def _has_cases() -> bool:
    with suppress(ZerenError):
        return "case" in reading().ledgers
    return False


def organ_shown() -> str:
    """What the organ of this page is called, where there are several."""
    with suppress(ZerenError):
        named = organ_named()
        return named.title or named.name if named is not None else ""
    return ""


def cite(entry: Citation | None) -> Markup:
    """A citation as a link to its entry, where the reader may open it."""
    if entry is None:
        return Markup("")
    text = entry.ref if entry.ref.startswith("#") else f"{entry.ref}#{entry.position}"
    kind = next((row.kind for row in facts().ledgers if row.origin == entry.ledger), None)
    if kind is None or not reader().may("organ", "evidence"):
        return Markup('<span class="cite">{}</span>').format(text)
    address = url_for("pages.entry_page", kind=kind, position=entry.position)
    return Markup('<a class="cite" href="{}">{}</a>').format(address, text)


_CITED = re.compile(r"(?<![A-Za-z0-9_.#-])([A-Za-z0-9_.-]+)#(\d{1,15})(?![A-Za-z0-9_])")


def linked(text: str) -> Markup:
    """A sentence with the entries that it cites as links; a number that names no entry here stays a word."""
    parts, end = [], 0
    for match in _CITED.finditer(text):
        parts += [escape(text[end : match.start()]), _cited(match[1], int(match[2]), match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _cited(ref: str, position: int, text: str) -> Markup:
    found = g.setdefault("cited", {})
    if (ref, position) not in found:
        ids = {row.id: row.origin for row in facts().ledgers}
        origins = [ids[each] for each in ledgers_with(facts().views, position, ref) if each in ids]
        found[ref, position] = cite(Citation(origins[0], position, ref)) if len(origins) == 1 else escape(text)
    return cast("Markup", found[ref, position])


def kind_of(type_name: str) -> str:
    """What a type of entry is called."""
    return type_title(type_name, language())


def field_called(name: str) -> str:
    """What people call a field; empty for one that only the program fills in."""
    parts = [part for part in name.split(".") if not part.isdigit()]
    return field_title(name, language()) if all(map(is_field, parts)) else ""


def ledger_title(kind: str) -> str:
    """What a ledger of a kind is called."""
    return translate(LEDGERS[kind], language())


def trigger_of(trigger: str) -> Markup:
    """What triggered a duty: its kind and its entries, or the words as they stand where they name no entry."""
    found = g.setdefault("triggers", {})
    if trigger not in found:
        duty = facts().duty
        lines = entry_lines(facts().views, duty, Wanted(ref=trigger), 0, facts().limit(duty), 3)
        links = [cite(Citation(duty.origin, line.position, trigger)) for line in lines]
        said = Markup("{} {}").format(kind_of(lines[-1].type), Markup(", ").join(links)) if lines else escape(trigger)
        found[trigger] = said
    return cast("Markup", found[trigger])


def obligation_title(id_: str) -> str:
    """What an obligation of the plan is called."""
    found = table().obligations.get(id_)
    return found.title.of(language()) if found is not None else ""


def party(id_: str | None) -> Markup:
    """A person or unit by name, as a link to its page where the reader may open it."""
    if id_ is None:
        return Markup("")
    cut = facts()
    if id_ in cut.persons:
        name = cut.persons[id_].name
        if reader().may("organ", "persons"):
            return Markup('<a href="{}">{}</a>').format(url_for("pages.person_page", person=id_), name)
        return Markup("<span>{}</span>").format(name)
    if id_ in cut.units:
        if reader().may("organ", "duties"):
            return Markup('<a href="{}">{}</a>').format(url_for("pages.holders_page", subject=id_), cut.units[id_].name)
        return Markup("<span>{}</span>").format(cut.units[id_].name)
    return Markup("<span>{}</span>").format(id_)


def dress(app: Flask) -> None:
    """Gives templates the catalogue, the reader, the menu and the helpers of links."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters["pairs"] = lambda words: [(word, word) for word in words]
    environment.filters["translated"] = lambda words: [(word, translate(word, language())) for word in words]
    environment.filters["holding"] = lambda rows, act: next((row for row in rows if act in row.acts), None)

    @app.context_processor
    def _texts() -> dict[str, Any]:
        return {
            "_": lambda text: translate(str(text), language()),
            "language": language(),
            "other_languages": [(NAMES[each], each, _in_language(each)) for each in LANGUAGES if each != language()],
            "cite": cite,
            "party": party,
            "local": local,
            "this_page": this_page,
            "sections": sections,
            "reader": reader,
            "obligation_title": obligation_title,
            "kind_of": kind_of,
            "ledger_title": ledger_title,
            "field_called": field_called,
            "linked": linked,
            "trigger_of": trigger_of,
            "logged_reads": gate().log is not None,
            "organ_shown": organ_shown,
        }


def _in_language(other: str) -> str:
    if request.endpoint is None or request.method == "POST":
        return url_for("pages.overview", lang=other)
    asked = {name: text for name, text in request.args.items() if name != "lang"}
    return url_for(request.endpoint, **{**(request.view_args or {}), **asked, "lang": other})


def problem_page(problem: Problem) -> Response | str:
    """A fault as a page; who is not logged in is sent to the log-in."""
    if problem.status == 401 and request.method == "GET" and "Authorization" not in request.headers:
        return redirect(url_for("pages.log_in", next=request.full_path.rstrip("?")), 303)  # type: ignore[return-value]
    with suppress(ZerenError):
        reader()  # where it cannot be told who asks, the page is made for nobody
    return render_template("problem.html", problem=problem, heads=(), banner=None)
