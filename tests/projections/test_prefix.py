"""What is known at T is what a ledger that ends at T says: for every question, over random organs of every record."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.events.case_work import CaseOpened
from ledger.events.registry import TYPES
from projections import questions
from projections.facts.holdings import LEVELS, gaps
from projections.facts.values import Period
from projections.obligations import obligations, standing, uncounted
from projections.questions.agenda import AgendaFilter, agenda
from projections.questions.dossier import Dossier, DossierFilter, dossier
from projections.questions.entries import EntryFilter, EntryRow, entry_rows
from projections.questions.heat import heat
from projections.questions.holders import HolderFilter, holders, members, who_held
from projections.questions.line import Line, LineFilter, line
from projections.questions.obligations import ObligationFilter, evidence, owed
from projections.questions.office_tables import KINDS, OfficeFilter, office_table
from projections.questions.organisation import OrganisationFilter, organisation
from projections.questions.over import Judged, Known, Over
from projections.questions.persons import PersonsFilter, persons
from projections.questions.registers import REGISTERS, RegisterFilter, register
from projections.questions.rules import rules_in_force
from projections.questions.search import FoundRow, SearchFilter, found_from
from projections.questions.signals import SignalFilter, raised
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.questions.tenures import TenureFilter, tenures
from projections.questions.units import UnitFilter, UnitsFilter, unit, units
from projections.questions.vacancies import VacancyFilter, vacancies
from projections.questions.waiting import WaitingFilter, waiting
from projections.registers.assessments import assessments
from projections.registers.handovers import handovers
from projections.registers.issues import issues
from projections.registers.leads import leads
from projections.registers.meetings import meetings
from projections.registers.risks import risks
from projections.registers.talks import talks
from projections.registers.tasks import tasks
from projections.registers.warnings import warnings
from projections.signals import signals
from projections.trace import trace
from projections.trace.model import Trace
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import Organ
from tests.support.organs import LEADERS, OPENED, UNITS
from tests.support.organs_cases import cases_of
from tests.support.organs_more import more_of

pytestmark = pytest.mark.long

HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
WHOLE = Period(OPENED, date(2025, 12, 31))


def _line(facts: ViewFacts, unit: str, on: date) -> Line:
    wanted = LineFilter(unit=unit, first=WHOLE.first, last=WHOLE.last, judged_on=on)
    return replace(line(Over(facts), wanted), known_at=None)


QUESTIONS: Mapping[str, Callable[[ViewFacts, date], Any]] = {
    "holders": lambda facts, on: [
        holders(facts, level, None if level == "secretary" else unit, on) for level in LEVELS for unit in UNITS
    ],
    "members": members,
    "gaps": lambda facts, on: [
        gaps(facts, level, None if level == "secretary" else unit, Period(OPENED, on))
        for level in LEVELS
        for unit in UNITS
    ],
    "tenures": lambda facts, _: list(facts.tenures()),
    "parties": lambda facts, _: (dict(facts.units), dict(facts.persons)),
    "rules": lambda facts, on: [facts.rules_on(day) for day in (OPENED, on, date.max)],
    "obligations": lambda facts, on: obligations(facts, judged_on=on),
    "uncounted": lambda facts, on: uncounted(facts, judged_on=on),
    "standing": lambda facts, on: standing(facts, judged_on=on),
    "signals": signals,
    "tasks": lambda facts, on: list(tasks(facts, on)),
    "issues": lambda facts, on: list(issues(facts, on)),
    "risks": lambda facts, on: list(risks(facts, on)),
    "leads": lambda facts, on: list(leads(facts, on)),
    "talks": lambda facts, on: list(talks(facts, on)),
    "meetings": lambda facts, on: list(meetings(facts, on)),
    "warnings": lambda facts, on: list(warnings(facts, on)),
    "handovers": lambda facts, on: list(handovers(facts, on)),
    "assessments": lambda facts, on: list(assessments(facts, on)),
    "line": lambda facts, on: [_line(facts, unit, on) for unit in UNITS],
}


def _dossiers(facts: ViewFacts, on: date) -> list[Dossier]:
    parties = [*UNITS, "group", *LEADERS, "clerk"]
    found = [dossier(Over(facts), DossierFilter(party=party, judged_on=on)) for party in parties]
    return [replace(each, known_at=None) for each in found]


def _entries(facts: ViewFacts, _: date) -> list[EntryRow]:
    return [row for ledger in facts.ledgers for row in entry_rows(facts, ledger, EntryFilter())]


def _found(facts: ViewFacts, _: date) -> list[tuple[int, FoundRow]]:
    return [
        row
        for words in ("stock", "about", "m1", "task")
        for row in found_from(Over(facts), SearchFilter(words=words), 0, None)
    ]


def _told(question: Callable[[Over, Any], Any], wanted: Callable[[date], Any]) -> Callable[[ViewFacts, date], Any]:
    """A question as its faces ask it; the moment itself, which the answer repeats, is left out."""

    def ask(facts: ViewFacts, on: date) -> Any:
        return replace(question(Over(facts), wanted(on)), known_at=None)

    return ask


def _waiting(facts: ViewFacts, on: date) -> list[Any]:
    return [replace(waiting(Over(facts), WaitingFilter(person=who, judged_on=on)), known_at=None) for who in LEADERS]


ANSWERS: Mapping[str, Callable[[ViewFacts, date], Any]] = {
    "dossiers": _dossiers,
    "entries": _entries,
    "search": _found,
    "waiting": _waiting,
    "agenda": _told(agenda, lambda on: AgendaFilter(judged_on=on)),
    "heat": _told(heat, lambda on: ObligationFilter(judged_on=on)),
    "signatures": _told(owed_signatures, lambda on: SignatureFilter(judged_on=on)),
    "vacancies": _told(vacancies, lambda on: VacancyFilter(first=WHOLE.first, last=on)),
    "obligations as asked": _told(owed, lambda on: ObligationFilter(judged_on=on)),
    "evidence": lambda facts, on: evidence(Over(facts), Judged(judged_on=on)),
    "persons": _told(persons, lambda on: PersonsFilter(valid_at=on)),
    "units": _told(units, lambda on: UnitsFilter(valid_at=on)),
    "files of units": lambda facts, on: [
        replace(unit(Over(facts), UnitFilter(unit=each, valid_at=on)), known_at=None) for each in UNITS
    ],
    "organisation": _told(organisation, lambda on: OrganisationFilter(valid_at=on, against=WHOLE.first)),
    "tenures as asked": _told(tenures, lambda _: TenureFilter()),
    "who held": lambda facts, on: [
        replace(who_held(Over(facts), HolderFilter(subject=each, valid_at=on)), known_at=None)
        for each in (*UNITS, "secretary")
    ],
    "rules in force": lambda facts, _: rules_in_force(Over(facts), Known()),
    "signals as asked": _told(raised, lambda on: SignalFilter(judged_on=on)),
    "registers as asked": lambda facts, on: [
        replace(register(name)(Over(facts), RegisterFilter(judged_on=on)), known_at=None) for name in REGISTERS
    ],
    "office tables": lambda facts, on: [
        replace(
            office_table(name)(Over(facts), OfficeFilter(person=LEADERS[1], unit=UNITS[0], judged_on=on)), known_at=None
        )
        for name in KINDS
    ],
}
"""What is asked of the record beside the engines' questions."""
OTHERWISE: Mapping[str, str] = {
    "entries": "by its rows",
    "entries_from": "by its rows",
    "rows_within": "by its rows",
    "types_within": "by its rows",
    "parties_within": "by its rows",
    "settled": "a filter, no answer",
    "search": "by what it finds",
    "rows": "by the question that they answer",
    "line": "asked above, with its unit",
}
"""Questions that are not asked by their own name, and how else."""


def _traces(views: Views, moment: datetime) -> list[Trace]:
    """Every case's trace over what was known at the moment, whatever later moment is asked for."""

    def facts(known_at: datetime | None) -> ViewFacts:
        return ViewFacts(views, moment if known_at is None else min(known_at, moment))

    cases = [event.payload.case for event in facts(None).cases() if isinstance(event.payload, CaseOpened)]
    return [trace(facts, str(case), known_at=moment) for case in cases]


def _compared(organ: Organ, on: date, last: int) -> None:
    """Every question over the whole record, as known at an entry's moment, against the record that ends there.

    The case ledger stands beside both in full: no moment cuts it, and what is told of leads by their day needs one.
    """
    duty, case = organ.entries["duty"], organ.entries["case"]
    moment = duty[last].recorded_at
    size = max(entry.position for entry in duty if entry.recorded_at <= moment) + 1
    views = Views()
    views.apply(duty[:size])
    if len(case) > 1:
        views.apply(case)
    whole = organ.facts().views if len(case) > 1 else _duty_alone(organ)
    cut, alone = ViewFacts(whole, moment), ViewFacts(views, moment if len(case) > 1 else None)
    for name, ask in {**QUESTIONS, **ANSWERS}.items():
        assert ask(cut, on) == ask(alone, on), name
    assert _traces(whole, moment) == _traces(views, moment)


def _duty_alone(organ: Organ) -> Views:
    views = Views()
    views.apply(organ.entries["duty"])
    return views


@settings(max_examples=6, deadline=None, suppress_health_check=HEALTH, phases=[Phase.generate])
@given(st.integers(0, 2**32 - 1), st.data())
def test_every_question_as_known_at_a_moment_is_answered_by_the_ledger_that_ends_there(
    seed: int, data: st.DataObject
) -> None:
    """The whole ledger, asked as known at the moment of an entry, answers as one that has nothing after it."""
    plan = more_of(seed)
    organ = plan.organ()
    _compared(organ, plan.judged_on, data.draw(st.integers(20, len(organ.entries["duty"]) - 1)))


@settings(max_examples=6, deadline=None, suppress_health_check=HEALTH, phases=[Phase.generate])
@given(st.integers(0, 2**32 - 1), st.data())
def test_so_it_is_with_leads_and_cases_beside_it(seed: int, data: st.DataObject) -> None:
    """With a case ledger joined, which no moment cuts: the same questions, and the trace of each of its cases."""
    plan = cases_of(seed)
    organ = plan.organ()
    _compared(organ, plan.judged_on, data.draw(st.integers(20, len(organ.entries["duty"]) - 1)))


def test_no_question_is_left_out() -> None:
    """Every question with a filter that says as known when is among those asked, or is asked otherwise."""
    asked = {name for name, value in globals().items() if callable(value)}
    found = {
        name
        for info in pkgutil.iter_modules(questions.__path__)
        for name, function in vars(importlib.import_module(f"projections.questions.{info.name}")).items()
        if inspect.isfunction(function) and function.__module__.endswith(f".{info.name}") and not name.startswith("_")
        if any(inspect.isclass(each) and issubclass(each, Known) for each in get_type_hints(function).values())
    }

    assert found - asked - OTHERWISE.keys() == set()


def test_the_random_organs_have_every_kind_of_record_that_an_answer_rests_on() -> None:
    """What keeps keys, anchors, seals, tokens, readings and imports is asked elsewhere."""
    used = {entry.type for seed in range(60) for rows in cases_of(seed).organ().entries.values() for entry in rows}
    trust = ("key.", "anchor.", "ledger.sealed", "policy.", "clock.", "format.", "list.", "token.", "access.", "batch.")

    assert {name for name in TYPES if not name.startswith(trust)} - used == set()
