"""Across the organs of a list of ledgers: what stands out, who held posts where, cases and signals; each row leads to
the organ's own pages."""

from dataclasses import replace

from api.pages.frame import Shown, page
from api.routes import CASES, Route, Values
from api.v1 import city as asked_of
from ledger.messages import N_
from projections.language.duty_words import WEIGHTS
from projections.language.record_words import POSTS
from projections.language.trace_words import RED
from projections.questions.city_answers import (
    CityCases,
    CityCountersignedPairs,
    CityOverview,
    CityPersons,
    CitySignals,
)
from projections.signals import CATALOGUE

CODES = {name: entry.fires for name, entry in CATALOGUE.items()}


def city_page(asked: Values) -> Shown:
    """What stands out in each organ, and in all."""
    return page("city.html", asked_of.overview_of_city(asked), weights=WEIGHTS)


def city_person_page(asked: Values) -> Shown:
    """Who is called so in any organ; the form alone while nobody is named."""
    found = asked_of.persons_of_city(asked) if asked["person"] else None
    return page("city_persons.html", found, posts=POSTS)


def city_case_page(asked: Values) -> Shown:
    """The cases of every organ."""
    return page("city_cases.html", asked_of.cases_of_city(asked), red_text=RED)


def city_signal_page(asked: Values) -> Shown:
    """The signals of every organ."""
    return page("city_signals.html", asked_of.signals_of_city(asked), weights=WEIGHTS, codes=CODES)


def city_countersigned_page(asked: Values) -> Shown:
    """Who countersigned whose acts, in which organs."""
    return page("city_countersigned.html", asked_of.countersigned_in_city(asked))


ROUTES = (
    Route(
        "/city",
        city_page,
        N_("What stands out in each organ, and in all"),
        CASES,
        CityOverview,
        asked_of.OVERVIEW,
        computed=False,
        about="city",
        also=asked_of.ALSO_DUTIES,
        title="Across organs",
    ),
    Route(
        "/city/persons",
        city_person_page,
        N_("Who is called so in any organ, and the posts held in each"),
        CASES,
        CityPersons,
        (replace(asked_of.PERSONS[0], required=False), *asked_of.PERSONS[1:]),
        computed=False,
        about="city",
        also=asked_of.ALSO_PERSONS,
        title="Persons across organs",
    ),
    Route(
        "/city/cases",
        city_case_page,
        N_("The cases of every organ"),
        CASES,
        CityCases,
        asked_of.CITY_CASES,
        computed=False,
        about="city",
        title="Cases across organs",
    ),
    Route(
        "/city/signals",
        city_signal_page,
        N_("The signals of every organ"),
        CASES,
        CitySignals,
        asked_of.SIGNALS,
        computed=False,
        about="city",
        also=asked_of.ALSO_DUTIES,
        title="Signals across organs",
    ),
    Route(
        "/city/countersigned",
        city_countersigned_page,
        N_("Who countersigned whose acts, in which organs"),
        CASES,
        CityCountersignedPairs,
        asked_of.COUNTERSIGNED,
        computed=False,
        about="city",
        also=asked_of.ALSO_DUTIES,
        title="Countersignatures across organs",
    ),
)
