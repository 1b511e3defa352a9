"""Questions across the organs of a list of ledgers, from the index that `zeren city refresh` keeps.

What cases and signals there are tells of cases: only a token that reaches them asks, and of the organs that it sees.
"""

from collections.abc import Callable
from typing import TypeVar

from api.answering.listing import Listing, answered
from api.asking.current import organs, stores
from api.asking.filters import filter_of
from api.asking.reader import Unknown
from api.routes import CASES, LIST, Parameter, Route, Values
from ledger.messages import N_
from projections.facts.values import WEIGHTS
from projections.questions.city import (
    City,
    city_cases,
    city_countersigned,
    city_overview,
    city_persons,
    first_city_signals,
)
from projections.questions.city_answers import (
    CityCase,
    CityCaseFilter,
    CityCases,
    CityCountersigned,
    CityCountersignedFilter,
    CityCountersignedPairs,
    CityFilter,
    CityOrgan,
    CityOverview,
    CityPerson,
    CityPersonFilter,
    CityPersons,
    CitySignal,
    CitySignalFilter,
    CitySignals,
)
from projections.views.city_index import CityIndex

F = TypeVar("F", bound=CityFilter)
A = TypeVar("A")


def overview_of_city(asked: Values) -> Listing[CityOrgan]:
    """What stands out in each organ, and in all of them."""
    return answered(_ask(city_overview, CityFilter, asked), f"city {_limits(asked)}")


def persons_of_city(asked: Values) -> Listing[CityPerson]:
    """Who is called so in any organ, and the posts held in each."""
    return answered(_ask(city_persons, CityPersonFilter, asked), f"city persons {_limits(asked)}")


def cases_of_city(asked: Values) -> Listing[CityCase]:
    """The cases of every organ, the one opened last first."""
    return answered(_ask(city_cases, CityCaseFilter, asked), f"city cases {_limits(asked)}")


def signals_of_city(asked: Values) -> Listing[CitySignal]:
    """The signals of every organ, no more than an answer lists: questions, never verdicts."""
    return answered(_ask(first_city_signals, CitySignalFilter, asked), f"city signals {_limits(asked)}")


def countersigned_in_city(asked: Values) -> Listing[CityCountersigned]:
    """Who countersigned whose acts, in which organs."""
    found = _ask(city_countersigned, CityCountersignedFilter, asked)
    return answered(found, f"city countersigned {_limits(asked)}")


def _ask(question: Callable[[City, F], A], filter_: Callable[..., F], asked: Values) -> A:
    seen = organs()
    if not seen.listed:
        raise Unknown("there is no list of ledgers here, and so nothing to ask across organs")
    return question(City(CityIndex(seen.directory), seen), filter_of(filter_, asked))


def _limits(asked: Values) -> str:
    kept = sorted((name, str(value)) for name, value in asked.items() if name not in ("cursor", "limit", "format"))
    return f"{kept} {sorted(each.fingerprint for each in organs())} {stores().organs().directory}"


IN = Parameter("in", "text", "Only this organ: its name, origin, fingerprint, or a beginning of one.")
OVERVIEW = (IN, *LIST)
PERSONS = (Parameter("person", "text", "Part of a name, or an id.", required=True), IN, *LIST)
CITY_CASES = (
    Parameter("from", "day", "Opened on this day or later."),
    Parameter("to", "day", "Opened on this day or before."),
    IN,
    *LIST,
)
SIGNALS = (
    Parameter("code", "text", "Only this signal, such as LATE_RECORD."),
    Parameter("weight", "choice", "Only of this weight.", WEIGHTS),
    IN,
    *LIST,
)
COUNTERSIGNED = (
    Parameter("person", "text", "Only pairs of which one is called so, or has this id."),
    Parameter("mutual", "flag", "Only where each countersigned the other."),
    IN,
    *LIST,
)
ALSO_DUTIES, ALSO_PERSONS = frozenset({"duties"}), frozenset({"persons"})


def _route(
    path: str,
    ask: Callable[[Values], Listing[A]],
    meaning: str,
    answer: type,
    parameters: tuple[Parameter, ...],
    also: frozenset[str] = frozenset(),
) -> Route:
    return Route(path, ask, meaning, CASES, answer, parameters, lists=True, computed=False, about="city", also=also)


ROUTES = (
    _route(
        "/city", overview_of_city, N_("What stands out in each organ, and in all"), CityOverview, OVERVIEW, ALSO_DUTIES
    ),
    _route(
        "/city/persons",
        persons_of_city,
        N_("Who is called so in any organ, and the posts held in each"),
        CityPersons,
        PERSONS,
        ALSO_PERSONS,
    ),
    _route("/city/cases", cases_of_city, N_("The cases of every organ"), CityCases, CITY_CASES),
    _route("/city/signals", signals_of_city, N_("The signals of every organ"), CitySignals, SIGNALS, ALSO_DUTIES),
    _route(
        "/city/countersigned",
        countersigned_in_city,
        N_("Who countersigned whose acts, in which organs"),
        CityCountersignedPairs,
        COUNTERSIGNED,
        ALSO_DUTIES,
    ),
)
