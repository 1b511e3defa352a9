"""Obligations with their status, and signals with their explanations."""

from datetime import date

from api.answering.listing import Listing, listed
from api.asking.current import computed, facts, reading
from api.routes import DUTIES, KNOWN_AT, LIST, Parameter, Route, Values
from ledger.clock import today
from ledger.messages import N_
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.questions.browse import obligation_row, signal_row
from projections.questions.heat import placed
from projections.questions.obligations import STATUSES, judging_day
from projections.questions.rows import ObligationRow, SignalRow
from projections.questions.signals import WEIGHTS
from projections.signals.catalogue import CATALOGUE
from projections.views.facts import ViewFacts


def state_of(name: str, asked: Values) -> str:
    """Of which list, filter and state of the ledgers a cursor is."""
    kept = sorted((key, str(value)) for key, value in asked.items() if key not in ("cursor", "limit", "format"))
    return f"{name} {kept} {[(head.origin, head.entries) for head in reading().heads]}"


def judged_on(cut: ViewFacts, asked: Values) -> date:
    """The day as on which obligations are judged: as asked, as the rule set says, that of the cut, or today."""
    return judging_day(cut, today(cut.zone), asked.get("judged_on"))


def placed_obligations(cut: ViewFacts, asked: Values) -> list[tuple[str, str, Instance]]:
    """The instances by filter, each with the unit and the half-year that it belongs to."""
    judged = judged_on(cut, asked)
    found = computed(
        ("obligations", asked["known_at"], judged), lambda: placed(cut, obligations(cut, judged_on=judged))
    )
    wanted = [(name, asked.get(name)) for name in ("obligation", "owner", "period", "status")]
    return [
        (unit, half, row)
        for unit, half, row in found
        if asked.get("unit") in (None, unit)
        and asked.get("half") in (None, half)
        and all(value in (None, getattr(row, name)) for name, value in wanted)
    ]


def all_obligations(asked: Values) -> Listing[ObligationRow]:
    """What was owed, by whom, and how it stands."""
    cut = facts(asked["known_at"])
    rows = [obligation_row(cut, row, unit) for unit, _, row in placed_obligations(cut, asked)]
    return listed(rows, state_of("obligations", asked))


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


ROUTES = (
    Route(
        "/obligations",
        all_obligations,
        N_("Obligations and their status"),
        DUTIES,
        ObligationRow,
        (
            Parameter("obligation", "text", "Only this obligation, such as A2a."),
            Parameter("owner", "text", "Only those of this person or body; recorded as a reading of the person."),
            Parameter("period", "text", "Only of this period, such as 2024 or 2024H1."),
            Parameter("unit", "text", "Only those of this unit or body, by id."),
            Parameter("half", "text", "Only those due in this half-year, such as 2024H1."),
            Parameter("status", "choice", "Only those with this status.", STATUSES),
            Parameter("judged_on", "day", "As judged on this day."),
            KNOWN_AT,
            *LIST,
        ),
        lists=True,
        records="search",
    ),
    Route(
        "/signals",
        all_signals,
        N_("Signals: questions about the record"),
        DUTIES,
        SignalRow,
        (
            Parameter("code", "choice", "Only of this code.", tuple(CATALOGUE)),
            Parameter("weight", "choice", "Only of this weight.", WEIGHTS),
            KNOWN_AT,
            *LIST,
        ),
        lists=True,
    ),
)
