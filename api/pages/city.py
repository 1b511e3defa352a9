"""Across the organs of a list of ledgers: what stands out, who held posts where, cases and signals; each row leads to
the organ's own pages. Each page asks what a route of the API asks, and adds how its list is shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.answering.listing import Listing, answered
from api.asking.language import language
from api.pages.columns import By, among, asked_for, narrowed
from api.pages.frame import Shown, page
from api.pages.order import in_order, sort_by
from api.routes import Parameter, Route, Values
from api.v1 import city as asked_of
from ledger.messages import N_
from projections.language.catalogue import translate
from projections.language.record_words import POSTS, WEIGHTS
from projections.language.trace_words import RED
from projections.signals.signal_kinds import FIRES

Ask = Callable[[Values], Listing[Any]]


def city_page(asked: Values) -> Shown:
    """What stands out in each organ, and in all."""
    state = By("state", N_("state"), _state, _said(STATES), links=True, order=(*STATES,))
    return _page("city.html", asked_of.overview_of_city, asked, state, weights=WEIGHTS)


def city_person_page(asked: Values) -> Shown:
    """Who is called so in any organ; the form alone while nobody is named."""
    if not asked["person"]:
        return page("city_persons.html", posts=POSTS, groups=())
    post = By("post", N_("post"), lambda row: (each.post for each in row.posts), _said(POSTS), links=True)
    return _page("city_persons.html", asked_of.persons_of_city, asked, post, posts=POSTS)


def city_case_page(asked: Values) -> Shown:
    """The cases of every organ."""
    red = By("red", N_("why red"), lambda row: row.red, _said(RED), links=True, order=(*RED,))
    return _page("city_cases.html", asked_of.cases_of_city, asked, red, red_text=RED)


def city_signal_page(asked: Values) -> Shown:
    """The signals of every organ."""
    weight = By("weight", N_("weight"), lambda row: (row.weight,), _said(WEIGHTS), links=True, order=(*WEIGHTS,))
    code = By("code", N_("signal"), lambda row: (row.code,), _said(FIRES))
    return _page("city_signals.html", asked_of.signals_of_city, asked, weight, code, weights=WEIGHTS, codes=FIRES)


def city_countersigned_page(asked: Values) -> Shown:
    """Who countersigned whose acts, in which organs."""
    return _page("city_countersigned.html", asked_of.countersigned_in_city, asked)


STATES = {"fault": N_("cannot be asked"), "behind": N_("has grown since"), "current": N_("current")}
"""How an organ stands in the index."""


def _state(row: Any) -> tuple[str, ...]:
    return ("fault",) if row.fault else ("behind",) if row.behind else ("current",)


def _said(words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda word: translate(words.get(word, word), language())


def _called(word: str) -> str:
    return translate(FIRES[word], language()) if word in FIRES else word


def _organs_of(row: Any) -> Iterator[str]:
    """The organs that a row is about, by name."""
    for each in getattr(row, "posts", None) or getattr(row, "there", None) or (row,):
        yield each.organ.name


def _page(template: str, ask: Ask, asked: Values, *bys: By, **values: Any) -> Shown:
    """A list across organs: sorted, limited by its columns, each value and each organ with its count."""
    own = [by for by in bys if by.name not in _taken(ask)]
    found = ask(asked)
    whole = found.answer
    rows, groups = narrowed(whole.items, asked, *own)

    def without(name: str) -> Sequence[Any]:
        return narrowed(ask({**asked, name: None}).answer.items, asked, *own)[0]

    organ = By("in", N_("organ"), _organs_of)
    counted = asked_for(rows, without, asked, *(by for by in bys if by not in own), organ)
    rows = in_order(rows, asked["sort"], _called, {"weight": [*WEIGHTS]})
    listing = answered(replace(whole, items=rows), f"{found.of} {asked['sort']} {[asked.get(by.name) for by in own]}")
    return page(template, listing, groups=(*groups, *counted), **values)


def _taken(ask: Ask) -> frozenset[str]:
    """The parameters that a route of the API takes."""
    return frozenset(parameter.name for parameter in _like(ask).parameters)


def _like(ask: Ask) -> Route:
    return next(route for route in asked_of.ROUTES if route.ask is ask)


def _route(shown: Callable[[Values], Shown], ask: Ask, title: str, more: tuple[Parameter, ...], *sorts: str) -> Route:
    """The page of a route of the API: the same question at the same path, for the same readers; a name is optional."""
    like = _like(ask)
    parameters = tuple(replace(each, required=False) for each in like.parameters)
    return replace(like, ask=shown, parameters=(*parameters, *more, sort_by(*sorts)), lists=False, title=title)


_ORGAN = ("organ", "entries", "cases", "points", "vacant")
_PAIR = ("signer", "other", "times", "back", "first", "last")
ROUTES = (
    _route(city_page, asked_of.overview_of_city, N_("Across organs"), among("state"), *_ORGAN),
    _route(city_person_page, asked_of.persons_of_city, N_("Persons across organs"), among("post"), "names"),
    _route(
        city_case_page, asked_of.cases_of_city, N_("Cases across organs"), among("red"),
        *("case", "organ", "unit", "opened", "points"),
    ),
    _route(
        city_signal_page, asked_of.signals_of_city, N_("Signals across organs"), (), "weight", "code", "organ", "entry"
    ),
    _route(
        city_countersigned_page, asked_of.countersigned_in_city, N_("Countersignatures across organs"), (), *_PAIR
    ),
)  # fmt: skip
