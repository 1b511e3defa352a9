"""Search: what bears the words as its name, number or code, and the entries in which they stand."""

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from api.answering.listing import listed
from api.asking.current import facts, reader
from api.asking.language import language
from api.pages.columns import Facet
from api.pages.frame import Shown, page
from api.pages.links import cite_row, kind_of
from api.pages.menu import sections
from api.pages.order import in_order, sort_by
from api.pages.registers import readable
from api.routes import Route, Values
from api.v1.office import office_name
from api.v1.search import ROUTES as API
from api.v1.search import search_texts
from ledger.errors import BadInput
from ledger.events.registry import TYPES
from ledger.messages import N_
from ledger.recording.moments import read_day
from projections.language.catalogue import LANGUAGES, translate
from projections.language.office_words import TABLES
from projections.language.register_words import REGISTERS
from projections.language.search_words import LEAST, THINGS
from projections.questions.search import Found


@dataclass(frozen=True, slots=True)
class PageFound:
    """A page whose title contains the words."""

    title: str
    address: str


def search_page(asked: Values) -> Shown:
    """A form, and what was found."""
    if asked["words"] is None:
        return page("search.html")
    listing = search_texts(asked)
    found: Found = listing.answer
    if asked["sort"] is not None:
        rows = in_order((*listing.all(),), asked["sort"])
        listing = replace(listed(rows, f"{listing.of} {asked['sort']}"), answer=found)
    types = [Facet(each.value, kind_of(each.value), each.entries) for each in found.counts if each.of == "type"]
    years = [Facet(each.value, each.value, each.entries) for each in found.counts if each.of == "year"]
    cut = facts(asked["known_at"])
    named = [each for each in found.counts if each.of == "party"]
    return page(
        "search.html",
        listing,
        persons=[Facet(n.value, cut.persons[n.value].name, n.entries) for n in named if n.value in cut.persons],
        units=[Facet(n.value, cut.units[n.value].name, n.entries) for n in named if n.value in cut.units],
        ledger_of_type=_ledger_of_type,
        things=found.things,
        kinds=THINGS,
        sheets=_sheets(asked["words"]),
        types=types,
        years=years,
        total=sum(each.lines for each in types),
        cite_of=cite_row,
    )


def _sheets(words: str) -> list[PageFound]:
    """The pages that this reader may open, by their titles in any language."""
    said = words.strip().casefold()
    if len(said) < LEAST:
        return []
    of_day = _of_day(words)
    there = [(each.title, url_for(each.endpoint, **dict[str, Any](each.values))) for each in sections()]
    there += [(REGISTERS[name], url_for(f"pages.{name}_page")) for name in readable()] if _may_registers() else []
    if reader().may("organ", "duties"):
        there += [(title, url_for(f"pages.{office_name(name)}_page")) for name, title in TABLES.items()]
    return of_day + [
        PageFound(translate(title, language()), address)
        for title, address in there
        if any(said in translate(title, each).casefold() for each in LANGUAGES)
    ]


def _of_day(words: str) -> list[PageFound]:
    """The entries of a day, for who typed one in any written form."""
    try:
        day = read_day(words)
    except BadInput:
        return []
    if not reader().may("organ", "verify"):
        return []
    title = translate("Entries of what happened on {day}", language()).format(day=day.isoformat())
    return [PageFound(title, url_for("pages.entry_list", kind="duty", day=day.isoformat()))]


def _ledger_of_type(type_: str) -> str:
    """The kind of ledger in which entries of a type stand."""
    ledgers = TYPES[type_].LEDGERS
    return "duty" if "duty" in ledgers else ledgers[0]


def _may_registers() -> bool:
    return reader().may("organ", "duties", "cases")


ROUTES = (
    Route(
        "/search",
        search_page,
        N_("Search in the texts of entries"),
        API[0].scopes,
        Found,
        (
            *(replace(each, required=False) for each in API[0].parameters),
            sort_by("position", "occurred_on", "recorded_at", "kind"),
        ),
        title="Search",
    ),
)
