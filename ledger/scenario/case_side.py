"""The discipline side of a replay: case events, pins, and who is who in the case ledger."""

from collections.abc import Sequence
from typing import Any

from ledger.core.entry import MAX_SIGNERS
from ledger.errors import BadInput
from ledger.events.base import Payload
from ledger.events.case_parts import Pin
from ledger.events.case_work import CaseOpened, CaseWork, FactsFound, LeadDisposed, LeadReceived
from ledger.events.register import Identity, PersonLinked, PersonRegistered, UnitLinked, UnitRegistered
from ledger.scenario.event_forms import forms
from ledger.scenario.loaded import CaseBlock, ScenarioEvent, ScenarioPerson, ScenarioUnit
from ledger.scenario.payloads import Names, case_facts, payload_of
from ledger.scenario.run import Placed, Run, names_in, signers_of
from ledger.scenario.sides import case_only_recorders, texts_in


def record_case_event(run: Run, event: ScenarioEvent) -> None:
    case = run.case
    if case is None:  # pragma: no cover - a case side is made wherever a scenario has case events
        raise RuntimeError("a case event without a case ledger")
    names = names_in(run, "case")
    extra: dict[str, Any] = {}
    payload_type = forms()[event.type].payload
    if payload_type in (LeadReceived, CaseOpened):
        extra["pin"] = pin(run)
    if payload_type is CaseOpened:
        extra |= _opening_facts(run, event, names)
    elif issubclass(payload_type, CaseWork) and "case" not in event.values and case.ledger.register().cases:
        # who asks or acts without naming a case acts in the one last opened; a lead says by itself whose it is
        last = next(reversed(case.ledger.register().cases))
        if payload_type is not LeadDisposed and (payload_type is not LeadReceived or _goes_into(run, event, last)):
            extra["case"] = last
    payload = payload_of(event, names, extra=extra)
    _introduce(run, event, payload)
    receipt = case.record(event.recorded_at, payload, signers_of(run, event)[:MAX_SIGNERS])
    run.placed[event.id] = Placed("case", receipt, payload)


def _opening_facts(run: Run, event: ScenarioEvent, names: Names) -> dict[str, Any]:
    block = next((block for block in run.scenario.cases if block.id == event.values["case"]), None)
    if block is None:
        raise BadInput("a case is opened, but the scenario has no case block")
    run.late_decisions |= {(block.id, each) for each in block.enabling_decisions if each not in run.placed}
    facts = case_facts(block, names, enabling=[d for d in block.enabling_decisions if d in run.placed])
    leads = [lead for lead in run.scenario.events if _is_lead_of(run, lead, block)]
    for lead in leads:
        run.leads_taken.setdefault(lead.id, set()).add(block.unit)
    return {**facts, "leads": tuple(run.placed[lead.id].receipt.reference for lead in leads) or None}


def _is_lead_of(run: Run, event: ScenarioEvent, block: CaseBlock) -> bool:
    """Whether a lead on record goes into a case that is opened.

    One that another case took is that case's, unless it names the units of both.
    """
    placed, taken = run.placed.get(event.id), run.leads_taken.get(event.id)
    if placed is None or not isinstance(placed.payload, LeadReceived):
        return False
    if taken is not None and (block.unit in taken or block.unit not in event.values.get("about", ())):
        return False
    return _is_about(run, event, block)


def _goes_into(run: Run, event: ScenarioEvent, case: str) -> bool:
    """Whether a lead that comes when a case is open goes into it."""
    return any(block.id == case and _is_about(run, event, block) for block in run.scenario.cases)


def _is_about(run: Run, event: ScenarioEvent, block: CaseBlock) -> bool:
    """Whether a lead, or what disposes of it, names the case; where neither names one, it names its unit or offender.

    One that names none of them stands alone; where it names nobody and the file has one case, it is that case's.
    """
    stated = {event.values["case"]} if "case" in event.values else _disposed_into(run, event)
    if stated:
        return block.id in stated
    about = set(event.values.get("about", ()))
    if not about:
        return len(run.scenario.cases) == 1
    return not about.isdisjoint({block.unit, *(offender["person"] for offender in block.offenders)})


def _disposed_into(run: Run, lead: ScenarioEvent) -> set[str]:
    """The cases that a lead was disposed of into, anywhere in the file: it may say so after it opened them."""
    return {
        event.values["case"]
        for event in run.scenario.events
        if forms()[event.type].payload is LeadDisposed
        and (event.values.get("lead"), event.values.get("way")) == (lead.id, "case")
        and "case" in event.values
    }


def add_decision(run: Run, event: ScenarioEvent, block: CaseBlock) -> None:
    """An enabling decision recorded after the opening: the inspectors' facts take it in at that moment."""
    case = run.case
    if case is None:
        return
    names = names_in(run, "case")
    known = tuple(names.entry(decision) for decision in block.enabling_decisions if decision in run.placed)
    opening = (e for e in run.scenario.events if e.type == "case_opened" and e.values["case"] == block.id)
    inspector = next(run.ids[e.recorder] for e in opening)
    case.record(event.recorded_at, FactsFound(case=block.id, enabling_decisions=known), (inspector,))


def _introduce(run: Run, event: ScenarioEvent, payload: Payload) -> None:
    """Registers in the case ledger whom and what the event names, and says who they are in the duty ledger."""
    case = run.case
    if case is None:
        return
    named = set(texts_in(event.values))
    if isinstance(payload, CaseOpened):
        named |= {offender.person for offender in payload.offenders} | {payload.unit}
    parties: dict[str, ScenarioUnit | ScenarioPerson] = {unit.id: unit for unit in run.scenario.units}
    parties |= {person.id: person for person in run.scenario.persons}
    outsiders = case_only_recorders(run.scenario)
    by_ledger_id = {run.ids[id_]: id_ for id_ in parties}
    by = (run.ids[event.recorder],)
    commands: list[tuple[Payload, Sequence[str]]] = []
    for id_ in sorted({by_ledger_id.get(name, name) for name in {*named, event.recorder}} & parties.keys()):
        if id_ in run.known_to_case:
            continue
        party, local = parties[id_], run.ids[id_]
        same = (
            Identity(fingerprint=run.duty.ledger.fingerprint, id=local),
            Identity(fingerprint="", id=local),
        )
        if isinstance(party, ScenarioUnit):
            commands.append((UnitRegistered(ref=id_, unit=local, kind=party.kind, name=party.name), by))
            commands.append((UnitLinked(identities=same), by))
        else:
            commands.append((PersonRegistered(ref=id_, person=local, name=party.name), by))
            if id_ not in outsiders:
                commands.append((PersonLinked(identities=same), by))
        run.known_to_case.add(id_)
    for command in commands:
        case.record(event.recorded_at, *command)


def pin(run: Run) -> Pin:
    held = run.holdings.latest()
    fingerprint = run.duty.ledger.fingerprint
    if held is None:
        return Pin(fingerprint=fingerprint)
    return Pin(fingerprint=fingerprint, checkpoint=held.note.decode(), held_since=held.since)
