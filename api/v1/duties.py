"""Obligations with their status, and signals with their explanations."""

from datetime import date

from api.answering.listing import Listing, answered, listed
from api.asking.current import computed, facts, reading
from api.asking.questions import ask
from api.routes import DUTIES, JUDGED, KNOWN_AT, LIST, Parameter, Route, Values
from ledger.messages import N_
from projections.questions.browse import signal_row
from projections.questions.heat import Count, Heat, heat
from projections.questions.obligations import STATUSES, ObligationRow, Obligations, Wanted, owed
from projections.questions.over import Judged, Over
from projections.questions.rows import SignalRow
from projections.questions.signals import WEIGHTS
from projections.signals.catalogue import CATALOGUE
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
    return answered(ask(owed, Wanted, asked), state_of("obligations", asked))


def heat_map(asked: Values) -> Listing[Count]:
    """How many obligations are met, by unit and half-year."""
    return answered(ask(heat, Wanted, asked), state_of("heat", asked))


def all_signals(asked: Values) -> Listing[SignalRow]:
    """Questions about the record's integrity; each with its explanations. No verdicts."""
    cut = facts(asked["known_at"])
    code, weight = asked["code"], asked["weight"]
    rows = [row for row in every_signal(cut, asked) if code in (None, row.code) and weight in (None, row.weight)]
    return listed(rows, state_of("signals", asked))


def every_signal(cut: ViewFacts, asked: Values) -> list[SignalRow]:
    """Every signal of the cut with its explanations, computed once per state of the ledgers."""
    judged = judged_on(cut, asked)
    return computed(
        ("signals", asked["known_at"], judged),
        lambda: [signal_row(row) for row in reading().desk.signals(judged, asked["known_at"])],
    )


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
    Parameter("code", "choice", "Only of this code.", tuple(CATALOGUE)),
    Parameter("weight", "choice", "Only of this weight.", WEIGHTS),
    KNOWN_AT,
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
        records="search",
    ),
    Route(
        "/heat",
        heat_map,
        N_("How many obligations are met, by unit and half-year"),
        DUTIES,
        Heat,
        (*OBLIGATIONS, *LIST),
        lists=True,
        records="search",
    ),
    Route(
        "/signals",
        all_signals,
        N_("Signals: questions about the record"),
        DUTIES,
        SignalRow,
        SIGNALS,
        lists=True,
    ),
)
