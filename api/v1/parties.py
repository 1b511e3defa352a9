"""Units, persons and tenures: who held which duty when, as known when."""

from api.answering.listing import Listing, answered
from api.asking.filters import ask
from api.asking.reader import Unknown
from api.routes import DUTIES, ENTRIES, JUDGED, KNOWN_AT, LIST, PERSONS, VALID_AT, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.errors import BadInput
from ledger.messages import N_
from projections.questions.dossier import Dossier, DossierFilter
from projections.questions.dossier import dossier as everything_about
from projections.questions.holders import HolderFilter, Holders, who_held
from projections.questions.persons import PersonRow, Persons, PersonsFilter, persons
from projections.questions.tenures import TenureFilter, TenureRow, Tenures, tenures
from projections.questions.units import UnitFile, UnitFilter, UnitRow, Units, UnitsFilter, units
from projections.questions.units import unit as one_unit
from projections.questions.vacancies import BreakRow, Vacancies, VacancyFilter, vacancies

UNIT = Parameter("unit", "unit", "A unit's id, number or name.")
PERSON = Parameter("person", "person", "A person's id, number or name.")
PARTY = Parameter("party", "party", "Id, number or name of a person or unit.")
SUBJECT = Parameter("subject", "text", "A unit's id or name, or secretary.")
FROM = Parameter("from", "day", "From this day on.")
TO = Parameter("to", "day", "Until this day; today where none is given.")
KNOWN = (KNOWN_AT, ENTRIES)


def holders(asked: Values) -> Holders:
    """The holders of a unit's duties, or of a post, on a day as known at a moment. Raises Unknown."""
    try:
        return ask(who_held, HolderFilter, asked)
    except BadInput as error:
        raise Unknown(error.message, *error.values) from None


def all_units(asked: Values) -> Listing[UnitRow]:
    """Units with the holders of their lines on the day."""
    return answered(ask(units, UnitsFilter, asked), state_of("units", asked))


def unit(asked: Values) -> UnitFile:
    """A unit over the whole time on record."""
    return ask(one_unit, UnitFilter, asked)


def all_persons(asked: Values) -> Listing[PersonRow]:
    """Persons with the posts held on the day."""
    return answered(ask(persons, PersonsFilter, asked), state_of("persons", asked))


def party_dossier(asked: Values) -> Dossier:
    """Everything about a person or unit, as known at a moment."""
    return ask(everything_about, DossierFilter, asked)


def dossier(asked: Values) -> Dossier:
    """Everything about a person, as known at a moment."""
    return party_dossier({**asked, "party": asked["person"]})


def all_tenures(asked: Values) -> Listing[TenureRow]:
    """Assignments and actings, by person, post and unit, and of one day where `valid_at` is given."""
    return answered(ask(tenures, TenureFilter, asked), state_of("tenures", asked))


def all_breaks(asked: Values) -> Listing[BreakRow]:
    """Days without a holder, and days with several, of one unit or of all."""
    return answered(ask(vacancies, VacancyFilter, asked), state_of("breaks", asked))


ROUTES = (
    Route(
        "/holders/{subject}",
        holders,
        N_("Who held the duties of a unit, or a post, on a day"),
        DUTIES,
        Holders,
        (SUBJECT, VALID_AT, *KNOWN),
    ),
    Route("/units", all_units, N_("Units and who leads them"), DUTIES, Units, (VALID_AT, *KNOWN, *LIST), lists=True),
    Route("/units/{unit}", unit, N_("A unit over time"), DUTIES, UnitFile, (UNIT, VALID_AT, *KNOWN)),
    Route(
        "/persons", all_persons, N_("Persons and their posts"), PERSONS, Persons, (VALID_AT, *KNOWN, *LIST), lists=True
    ),
    Route("/persons/{person}", dossier, N_("Dossier of a person"), PERSONS, Dossier, (PERSON, *JUDGED)),
    Route(
        "/dossiers/{party}",
        party_dossier,
        N_("Dossier of a person or unit"),
        PERSONS,
        Dossier,
        (PARTY, *JUDGED),
    ),
    Route(
        "/tenures",
        all_tenures,
        N_("Assignments and actings"),
        DUTIES,
        Tenures,
        (
            Parameter("person", "person", "Only this person's; recorded as a reading of the person."),
            Parameter("post", "text", "Only to this post."),
            Parameter("unit", "unit", "Only over this unit."),
            Parameter("valid_at", "day", "Only those that held on this day; all where none is given."),
            *KNOWN,
            *LIST,
        ),
        lists=True,
    ),
    Route(
        "/gaps-and-overlaps",
        all_breaks,
        N_("Vacancies and overlaps of duties"),
        DUTIES,
        Vacancies,
        (Parameter("unit", "unit", "Only of this unit."), FROM, TO, *KNOWN, *LIST),
        lists=True,
    ),
)
