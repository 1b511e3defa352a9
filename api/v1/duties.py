"""Obligations with their status, and signals with their explanations."""

from datetime import date

from api.answering.listing import Listing, answered
from api.asking.current import reading
from api.asking.filters import ask
from api.routes import DUTIES, ENTRIES, JUDGED, KNOWN_AT, LIST, Parameter, Route, Values
from ledger.messages import N_
from projections.facts.values import WEIGHTS
from projections.questions.heat import Count, Heat, heat
from projections.questions.obligations import STATUSES, ObligationFilter, ObligationRow, Obligations, owed
from projections.questions.over import Judged, Known, Over
from projections.questions.rules import RulesInForce, rules_in_force
from projections.questions.signals import SignalFilter, SignalRow, Signals, raised
from projections.views.facts import ViewFacts


def state_of(name: str, asked: Values) -> str:
    """Of which list, filter and state of the ledgers a cursor is."""
    kept = sorted((key, str(value)) for key, value in asked.items() if key not in ("cursor", "limit", "format"))
    return f"{name} {kept} {[(head.origin, head.entries) for head in reading().heads]}"


def judged_on(cut: ViewFacts, asked: Values) -> date:
    """The day as on which obligations are judged: as asked, as the rule set says, that of the cut, or today."""
    return Over(cut).judging_day(Judged(judged_on=asked.get("judged_on")))


def all_obligations(asked: Values) -> Listing[ObligationRow]:
    """What was owed, by whom, and how it stands."""
    return answered(ask(owed, ObligationFilter, asked), state_of("obligations", asked))


def heat_map(asked: Values) -> Listing[Count]:
    """How many obligations are met, by unit and half-year."""
    return answered(ask(heat, ObligationFilter, asked), state_of("heat", asked))


def all_signals(asked: Values) -> Listing[SignalRow]:
    """Questions about the record's integrity; each with its explanations. No verdicts."""
    return answered(ask(raised, SignalFilter, asked), state_of("signals", asked))


def rules(asked: Values) -> RulesInForce:
    """Which obligations the table has, and which settings are in force."""
    return ask(rules_in_force, Known, asked)


OBLIGATIONS = (
    Parameter("obligation", "text", "Only this obligation, such as A2a; may stand several times.", many=True),
    Parameter("owner", "party", "Only what this person or body owes, or is about it; recorded as a reading of it."),
    Parameter("unit", "unit", "Only what concerns this unit."),
    Parameter("of_unit", "unit", "Only what belongs to this unit, as the map counts it."),
    Parameter("period", "text", "Only of this year, half-year or quarter: 2024, 2024H1, 2024Q3."),
    Parameter("half", "text", "Only what falls due in this half-year, such as 2024H1."),
    Parameter("status", "choice", "Only with this status; may stand several times.", STATUSES, many=True),
    Parameter("overdue", "flag", "Only what was due and stands undone or doubted."),
    Parameter("upcoming", "whole", "Only what falls due within so many days."),
    *JUDGED,
)
SIGNALS = (
    Parameter("code", "text", "Only this signal, such as LATE_RECORD."),
    Parameter("weight", "choice", "Only of this weight.", WEIGHTS),
    Parameter("unit", "unit", "Only what concerns this unit."),
    Parameter("person", "person", "Only what concerns this person; recorded as a reading of the person."),
    *JUDGED,
    *LIST,
)
ROUTES = (
    Route(
        "/obligations",
        all_obligations,
        N_("Obligations and their status"),
        DUTIES,
        Obligations,
        (*OBLIGATIONS, *LIST),
        lists=True,
    ),
    Route(
        "/rules",
        rules,
        N_("The obligations of the table, and the settings in force"),
        DUTIES,
        RulesInForce,
        (KNOWN_AT, ENTRIES),
    ),
    Route(
        "/heat",
        heat_map,
        N_("How many obligations are met, by unit and half-year"),
        DUTIES,
        Heat,
        (*OBLIGATIONS, *LIST),
        lists=True,
    ),
    Route(
        "/signals",
        all_signals,
        N_("Signals: questions about the record"),
        DUTIES,
        Signals,
        SIGNALS,
        lists=True,
    ),
)
