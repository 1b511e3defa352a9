"""The entry that opens a case where the file has the case alone, with the moment of its opening."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import replace
from types import MappingProxyType

from ledger.scenario.loaded import CaseBlock, Scenario, ScenarioEvent, ScenarioPerson

INSPECTOR = "inspector"
"""Who opens a case of a file in which nobody records on the discipline side."""


def with_openings(scenario: Scenario) -> Scenario:
    """The scenario with an event for each case that none opens, in its place in the order of recording.

    It is recorded by who records first in the case ledger, else by an inspector whom the file does not have.
    """
    opened = {event.values["case"] for event in scenario.events if event.type == "case_opened"}
    missing = [case for case in scenario.cases if case.id not in opened]
    if not missing:
        return scenario
    persons = scenario.persons
    recorder = next((event.recorder for event in scenario.events if event.ledger == "case"), None)
    if recorder is None:
        recorder = _free(INSPECTOR, {*(each.id for each in persons), *(each.id for each in scenario.units)})
        persons = (*persons, ScenarioPerson(recorder, recorder))
    events = list(scenario.events)
    for case in missing:
        event = _opening(case, _free(case.id, {each.id for each in events}), recorder, scenario)
        events.insert(bisect_right(events, event.recorded_at, key=lambda each: each.recorded_at), event)
    return replace(scenario, events=tuple(events), persons=persons)


def _opening(case: CaseBlock, id_: str, recorder: str, scenario: Scenario) -> ScenarioEvent:
    return ScenarioEvent(
        id=id_,
        type="case_opened",
        ledger="case",
        recorded_at=case.opened_at,
        occurred_at=case.opened_at.astimezone(scenario.meta.zone).date(),
        recorder=recorder,
        values=MappingProxyType({"case": case.id}),
        signatures=(),
        legacy=False,
        line=case.line,
    )


def _free(id_: str, taken: Collection[str]) -> str:
    while id_ in taken:
        id_ += "-x"
    return id_
