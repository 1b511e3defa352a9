"""Units, persons and tenures: who held which duty when, as known when."""

from dataclasses import dataclass
from datetime import date

from api.answering.answer import valid_at
from api.answering.listing import Listing, listed
from api.asking.current import computed, explainer, facts, reading
from api.asking.questions import over
from api.asking.reader import Unknown
from api.routes import DUTIES, KNOWN_AT, LIST, PERSONS, VALID_AT, Parameter, Route, Values
from api.v1.duties import judged_on, state_of
from ledger.errors import BadInput
from ledger.messages import N_
from projections.facts.values import Citation, Period, Person, Unit
from projections.obligations import owed_by
from projections.questions.answers import holders_answer
from projections.questions.browse import EVER, breaks, persons, tenures, units
from projections.questions.dossier import Dossier as WholeDossier
from projections.questions.holders import Subject
from projections.questions.obligations import ObligationFilter, ObligationRow, obligation_row
from projections.questions.rows import BreakRow, PersonRow, TenureRow, UnitRow
from projections.questions.signals import SignalRow
from projections.questions.signals import rows as raised_on
from projections.views.facts import ViewFacts

UNIT = Parameter("unit", "text", "Id of a unit.")
PERSON = Parameter("person", "text", "Id of a person.")
SUBJECT = Parameter("subject", "text", "A unit's id or name, or secretary.")


LOOKED_THROUGH = 10_000
"""Entries up to which a dossier looks through the whole record for signals; they compare everything with everything."""


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Someone who held a duty on the day asked about; `capacity` is titular, acting or cover, or refused: no holder."""

    duty: str
    unit: str | None
    person: str
    name: str
    capacity: str
    valid_from: date
    valid_to: date | None
    entry: Citation
    flag: str | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class Holders:
    """Who held the duties of a unit or post; `gaps` are the duties that nobody held."""

    subject: str
    valid_at: date
    known_at: str | None
    holders: tuple[HolderRow, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A unit: its tenures, vacancies and overlaps."""

    unit: Unit
    tenures: tuple[TenureRow, ...]
    breaks: tuple[BreakRow, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the record says of a person: posts, what was owed and how it stands, the questions about the records."""

    person: Person
    tenures: tuple[TenureRow, ...]
    obligations: tuple[ObligationRow, ...]
    signals: tuple[SignalRow, ...] | None
    """None where the ledger is too large to be looked through for one person: ask for the signals themselves."""


def holders(asked: Values) -> dict[str, object]:
    """The holders of a unit's duties, or of a post, on a day as known at a moment."""
    desk, day, moment = reading().desk, valid_at(asked), asked["known_at"]
    found = desk.holders(subject_of(asked["subject"]), day, moment)
    return holders_answer(asked["subject"], day, moment, found, explainer(moment))


def subject_of(text: str) -> Subject:
    """The unit or post that a reader named. Raises Unknown, saying what there is."""
    try:
        return reading().desk.subject(text)
    except BadInput as error:
        raise Unknown(error.message, *error.values) from None


def all_units(asked: Values) -> Listing[UnitRow]:
    """Units with the holders of their lines on the day."""
    return listed(units(facts(asked["known_at"]), valid_at(asked)), state_of("units", asked))


def unit(asked: Values) -> UnitFile:
    """A unit over the whole time on record."""
    cut = facts(asked["known_at"])
    found = unit_of(cut, asked["unit"])
    known = tenures(cut, unit=found.id)
    last = max((row.valid_to or valid_at(asked) for row in known), default=valid_at(asked))
    return UnitFile(found, tuple(known), tuple(breaks(cut, Period(EVER.first, max(last, valid_at(asked))), found.id)))


def unit_of(cut: ViewFacts, id_: str) -> Unit:
    """The unit with this id. Raises Unknown."""
    found = cut.units.get(id_)
    if found is None:
        raise Unknown("there is no unit {!r} here", id_)
    return found


def person_of(cut: ViewFacts, id_: str) -> Person:
    """The person with this id. Raises Unknown."""
    found = cut.persons.get(id_)
    if found is None:
        raise Unknown("there is no person {!r} here", id_)
    return found


def all_persons(asked: Values) -> Listing[PersonRow]:
    """Persons with the posts held on the day."""
    return listed(persons(facts(asked["known_at"]), valid_at(asked)), state_of("persons", asked))


def dossier(asked: Values) -> Dossier:
    """Everything about a person, as known at a moment."""
    cut = facts(asked["known_at"])
    found = person_of(cut, asked["person"])
    judged = judged_on(cut, asked)
    answer_over = over(ObligationFilter(known_at=asked["known_at"]))
    owed = computed(("owed", found.id, asked["known_at"], judged), lambda: owed_by(cut, found.id, judged_on=judged))
    return Dossier(
        found,
        tuple(tenures(cut, person=found.id)),
        tuple(obligation_row(answer_over, row) for row in owed),
        tuple(row for row in raised_on(answer_over, judged) if found.id in row.parties)
        if cut.cut <= LOOKED_THROUGH
        else None,
    )


def whole_dossier(cut: ViewFacts, party: str, asked: Values) -> WholeDossier | None:
    """The dossier as the command line shows it; None where the ledger is too large to be looked through for it."""
    if cut.cut > LOOKED_THROUGH:
        return None
    desk, judged, moment = reading().desk, judged_on(cut, asked), asked["known_at"]
    return computed(("dossier", party, moment, judged), lambda: desk.dossier(party, judged, moment))


def all_tenures(asked: Values) -> Listing[TenureRow]:
    """Assignments and actings, by person, post and unit, and of one day where `valid_at` is given."""
    cut = facts(asked["known_at"])
    rows = tenures(cut, person=asked["person"], post=asked["post"], unit=asked["unit"], on=asked["valid_at"])
    return listed(rows, state_of("tenures", asked))


def all_breaks(asked: Values) -> Listing[BreakRow]:
    """Days without a holder, and days with several, of one unit or of all."""
    cut = facts(asked["known_at"])
    if asked["unit"] is not None:
        unit_of(cut, asked["unit"])
    last = asked["to"] or valid_at(asked)
    first = min(asked["from"] or EVER.first, last)
    rows = computed(
        ("breaks", asked["unit"], asked["known_at"], first, last),
        lambda: breaks(cut, Period(first, last), asked["unit"]),
    )
    return listed(rows, state_of("breaks", asked))


ROUTES = (
    Route(
        "/holders/{subject}",
        holders,
        N_("Who held the duties of a unit, or a post, on a day"),
        DUTIES,
        Holders,
        (SUBJECT, VALID_AT, KNOWN_AT),
    ),
    Route(
        "/units", all_units, N_("Units and who leads them"), DUTIES, UnitRow, (VALID_AT, KNOWN_AT, *LIST), lists=True
    ),
    Route("/units/{unit}", unit, N_("A unit over time"), DUTIES, UnitFile, (UNIT, VALID_AT, KNOWN_AT)),
    Route(
        "/persons",
        all_persons,
        N_("Persons and their posts"),
        PERSONS,
        PersonRow,
        (VALID_AT, KNOWN_AT, *LIST),
        lists=True,
    ),
    Route(
        "/persons/{person}",
        dossier,
        N_("Dossier of a person"),
        PERSONS,
        Dossier,
        (PERSON, KNOWN_AT),
        records="person",
    ),
    Route(
        "/tenures",
        all_tenures,
        N_("Assignments and actings"),
        DUTIES,
        TenureRow,
        (
            Parameter("person", "text", "Only this person's; recorded as a reading of the person."),
            Parameter("post", "text", "Only to this post."),
            Parameter("unit", "text", "Only over this unit."),
            Parameter("valid_at", "day", "Only those that held on this day; all where none is given."),
            KNOWN_AT,
            *LIST,
        ),
        lists=True,
        records="search",
    ),
    Route(
        "/gaps-and-overlaps",
        all_breaks,
        N_("Vacancies and overlaps of duties"),
        DUTIES,
        BreakRow,
        (
            Parameter("unit", "text", "Only of this unit."),
            Parameter("from", "day", "From this day on."),
            Parameter("to", "day", "Until this day; today where none is given."),
            KNOWN_AT,
            *LIST,
        ),
        lists=True,
    ),
)
