"""Replaying a scenario into a simulated duty ledger and case ledger (FORMAT.md section 13).

Every event is appended in file order with the scenario's recorded_at, signed by those who signed it then. Duty
checkpoints are signed and delivered to the discipline side at the end of each local day that had entries, never
because of a case event. The `expected` block is not looked at.
"""

import heapq
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.application import Command, Ledger, Receipt
from ledger.clock import Randomness, SimulatedClock, system_randomness
from ledger.core.encoding import b64decode
from ledger.core.entry import MAX_SIGNERS, PERSON_ID
from ledger.core.keys import Ed25519Signer, format_vkey
from ledger.core.merkle import prove_consistency, prove_inclusion
from ledger.errors import BadInput, ZerenError
from ledger.events.base import Payload
from ledger.events.cases import CaseOpened, CaseWork, FactsFound, LeadReceived, Pin
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted
from ledger.events.register import (
    Identity,
    PersonLinked,
    PersonRegistered,
    PostRegistered,
    UnitLinked,
    UnitRegistered,
)
from ledger.events.tenure import ActingBegun, AssignmentEnded, AssignmentMade
from ledger.events.trust import KeyEnrolled, RulesAdopted
from ledger.genesis import Founder, create_ledger
from ledger.held import Delivery, Holdings
from ledger.home import Home
from ledger.keyring import new_key, save_key, write_private
from ledger.scenario.load import Person, Scenario, ScenarioEvent, Unit
from ledger.scenario.payloads import FORMS, Names, case_facts, payload_of

EXCLUSIVE_POSTS = ("secretary", "head")
"""Posts with one titular holder per unit at a time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a scenario event went."""

    kind: str
    receipt: Receipt
    payload: Payload


@dataclass(slots=True)
class _Side:
    """One ledger under replay, with its clock and its keys."""

    kind: str
    ledger: Ledger
    clock: SimulatedClock
    signers: dict[str, Ed25519Signer]
    custodian: str
    log: Ed25519Signer

    def record(self, at: datetime, payload: Payload, signers: Sequence[str]) -> Receipt:
        return self.record_all(at, [(payload, signers)])[-1]

    def record_all(self, at: datetime, commands: Iterable[tuple[Payload, Sequence[str]]]) -> tuple[Receipt, ...]:
        self.clock.moment = at
        return self.ledger.record(
            *(Command(payload, tuple(self.signers[person] for person in signers)) for payload, signers in commands)
        )


@dataclass(slots=True)
class _Replay:
    scenario: Scenario
    home: Home
    randomness: Randomness
    ids: dict[str, str]
    duty: _Side
    case: _Side | None
    holdings: Holdings
    placed: dict[str, Placed] = field(default_factory=dict)
    pending: list[tuple[datetime, int, str, str]] = field(default_factory=list)
    """Acknowledgements still to come: (moment, order, event id, person)."""
    known_to_case: set[str] = field(default_factory=set)
    day_end: datetime | None = None
    late_decisions: list[str] = field(default_factory=list)


def replay(
    scenario: Scenario,
    into: Path,
    *,
    randomness: Randomness = system_randomness,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Placed]:
    """Replays the scenario into a new directory; where that fails nothing of it is left. Events by their id.

    Raises BadInput (naming the event) where a rule refuses an event or the directory is not empty.
    """
    home = Home(into)
    existed = into.exists()
    home.create()
    try:
        run = _prepare(scenario, home, randomness)
        try:
            for number, event in enumerate(scenario.events):
                _step(run, event)
                if progress is not None:
                    progress(number + 1, len(scenario.events))
            _acknowledge_until(run, None)
            _end_day(run)
        finally:
            run.duty.ledger.close()
            if run.case is not None:
                run.case.ledger.sign_checkpoint(run.case.log)
                run.case.ledger.close()
    except BaseException:
        shutil.rmtree(into)
        if existed:
            into.mkdir()
        raise
    return run.placed


def _prepare(scenario: Scenario, home: Home, randomness: Randomness) -> _Replay:
    ids = _ledger_ids(scenario)
    passphrase = randomness(32).hex().encode()
    home.passphrase.parent.mkdir(parents=True, mode=0o700)
    write_private(home.passphrase, passphrase + b"\n")
    start = scenario.events[0].recorded_at
    suffix = randomness(4).hex()
    by_kind = {kind: [event for event in scenario.events if event.ledger == kind] for kind in ("duty", "case")}
    duty = _open_side("duty", scenario, home, randomness, suffix, passphrase, start, by_kind["duty"], ids)
    case = None
    if by_kind["case"]:
        case = _open_side("case", scenario, home, randomness, suffix, passphrase, start, by_kind["case"], ids)
    opened = duty.ledger.opened
    holdings = Holdings(home.held, duty.log.verify_key, opened.leaf_hash)
    run = _Replay(scenario, home, randomness, ids, duty, case, holdings)
    _register_organ(run, start)
    return run


def _ledger_ids(scenario: Scenario) -> dict[str, str]:
    """Ids that do not fit FORMAT.md's pattern become p-<n> or u-<n>, n being their order in the file."""
    ids: dict[str, str] = {}
    taken = {p.id for p in scenario.persons} | {u.id for u in scenario.units} | {"log"}
    for prefix, given in (("p", [p.id for p in scenario.persons]), ("u", [u.id for u in scenario.units])):
        for number, original in enumerate(given, start=1):
            id_ = original
            if not PERSON_ID.fullmatch(id_) or id_ == "log":
                id_ = f"{prefix}-{number}"
                while id_ in taken:
                    id_ += "-x"
            taken.add(id_)
            ids[original] = id_
    return ids


def _open_side(
    kind: str,
    scenario: Scenario,
    home: Home,
    randomness: Randomness,
    suffix: str,
    passphrase: bytes,
    start: datetime,
    events: Sequence[ScenarioEvent],
    ids: Mapping[str, str],
) -> _Side:
    origin = f"zeren.simulated/{_slug(scenario.path.stem)}/{kind}-{suffix}"
    custodians, service = _office_ids(kind, set(ids.values()))
    recorders = {ids[event.recorder] for event in events}
    persons = {ids[person] for event in events for person in (event.recorder, *event.signatures)}
    persons |= {ids[signature[0]] for event in events if (signature := _received(event))}
    if kind == "duty":
        outsiders = _case_only_recorders(scenario)
        persons |= {ids[person.id] for person in scenario.persons if person.id not in outsiders}
    signers = {}
    for person in (*custodians, service, *sorted(persons), "log"):
        key = new_key(randomness)
        save_key(home.keys(kind) / f"{person}.pem", key, passphrase)
        signers[person] = Ed25519Signer(origin if person == "log" else f"{origin}/{person}", key)
    founders = [Founder(person, signers[person], ("custodian",)) for person in custodians]
    founders.append(Founder(service, signers[service], ("service",)))
    clock = SimulatedClock(start)
    ledger = create_ledger(
        home.database(kind),
        origin=origin,
        title=scenario.meta.title if kind == "duty" else f"{scenario.meta.title} ({kind})",
        kind=kind,
        time_zone=scenario.meta.zone_name,
        founders=founders,
        log=signers["log"],
        clock=clock,
        simulated=True,
        randomness=randomness,
    )
    side = _Side(kind, ledger, clock, signers, custodians[0], signers.pop("log"))
    writer = "recorder" if kind == "duty" else "inspector"
    for person in sorted(persons):
        roles = (writer, "signer") if person in recorders else ("signer",)
        payload = KeyEnrolled(person=person, vkey=format_vkey(signers[person].verify_key), roles=roles)
        side.record(start, payload, (*custodians, person))
    return side


def _office_ids(kind: str, taken: set[str]) -> tuple[tuple[str, str], str]:
    """Ids for two custodians and a service key that no person of the scenario has."""
    mark = kind
    while {f"{mark}-custodian-1", f"{mark}-custodian-2", f"{mark}-service"} & taken:
        mark += "-x"
    return (f"{mark}-custodian-1", f"{mark}-custodian-2"), f"{mark}-service"


def _case_only_recorders(scenario: Scenario) -> set[str]:
    """Those who record on the discipline side and do nothing in the organ: the organ does not know them."""
    case = {event.recorder for event in scenario.events if event.ledger == "case"}
    seen = {event.recorder for event in scenario.events if event.ledger == "duty"}
    for event in scenario.events:
        if event.ledger == "duty":
            seen |= set(event.signatures) | set(_texts_in(event.values))
    return case - seen


def _texts_in(value: Any) -> Iterable[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _texts_in(item)
        case tuple() | list():
            for item in value:
                yield from _texts_in(item)


def _slug(stem: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in stem.lower()).strip("-") or "scenario"


def _register_organ(run: _Replay, start: datetime) -> None:
    """Units, persons, posts and the rule set, before the first event."""
    scenario, duty = run.scenario, run.duty
    by = (duty.custodian,)
    outsiders = _case_only_recorders(scenario)
    commands: list[tuple[Payload, Sequence[str]]] = [
        (UnitRegistered(ref=unit.id, unit=run.ids[unit.id], kind=unit.kind, name=unit.name), by)
        for unit in scenario.units
    ]
    commands += [
        (PersonRegistered(ref=person.id, person=run.ids[person.id], name=person.name), by)
        for person in scenario.persons
        if person.id not in outsiders
    ]
    posts = dict.fromkeys(str(event.values["post"]) for event in scenario.events if "post" in event.values)
    commands += [(PostRegistered(ref=post, post=post, exclusive=post in EXCLUSIVE_POSTS), by) for post in posts]
    settings = {
        **_plain_settings(scenario.config),
        "unit_of_money": scenario.meta.unit_of_money,
        "judged_on": scenario.meta.period_to.isoformat(),
    }
    commands.append((RulesAdopted(layer="organ", version=scenario.path.stem[:64], settings=settings), by))
    duty.record_all(start, commands)


def _plain_settings(value: Any) -> Any:
    """Settings as JSON: decimals as strings."""
    match value:
        case Mapping():
            return {str(key): _plain_settings(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain_settings(item) for item in value]
        case Decimal():
            return format(value, "f")
    return value


# --- one event -------------------------------------------------------------------------------------------------------


def _step(run: _Replay, event: ScenarioEvent) -> None:
    _acknowledge_until(run, event.recorded_at)
    _turn_day(run, event)
    try:
        if event.ledger == "case":
            _record_case_event(run, event)
        else:
            _record_duty_event(run, event)
    except ZerenError as error:
        raise BadInput(
            "{}:{}: event {} ({}): {}", run.scenario.path.name, event.line, event.id, event.type, error
        ) from error
    if (received := _received(event)) is not None:
        person, at = received
        if at < event.recorded_at:
            raise BadInput(
                "{}:{}: event {}: received before it was recorded", run.scenario.path.name, event.line, event.id
            )
        heapq.heappush(run.pending, (at, len(run.pending), event.id, run.ids[person]))


def _received(event: ScenarioEvent) -> tuple[str, datetime] | None:
    signature = event.values.get("received_signature")
    return (str(signature["person"]), signature["at"]) if isinstance(signature, Mapping) else None


def _names(run: _Replay, kind: str) -> Names:
    def entry(event_id: str) -> EntryReference:
        placed = run.placed.get(event_id)
        if placed is None:
            raise BadInput("it refers to {}, which is not recorded yet", event_id)
        if placed.kind == kind:
            return placed.receipt.reference
        if kind == "duty":
            raise BadInput("it refers to {} of the case ledger; nothing in a duty ledger may", event_id)
        return EntryReference(run.duty.ledger.fingerprint, placed.receipt.position, placed.receipt.leaf_hash)

    return Names(
        party=lambda id_: run.ids.get(id_, id_),
        entry=entry,
        type_of=lambda event_id: type(run.placed[event_id].payload),
    )


def _record_duty_event(run: _Replay, event: ScenarioEvent) -> None:
    payload = payload_of(event, _names(run, "duty"))
    signers = _signers(run, event)
    commands: list[tuple[Payload, Sequence[str]]] = []
    if isinstance(payload, AssignmentMade) and payload.replaces is not None:
        ending = _ending(run, event, payload)
        commands += [(ending, signers[:MAX_SIGNERS])] if ending is not None else []
    commands.append((payload, signers[:MAX_SIGNERS]))
    receipt = run.duty.record_all(event.recorded_at, commands)[-1]
    run.placed[event.id] = Placed("duty", receipt, payload)
    for person in signers[MAX_SIGNERS:]:  # an entry carries at most 16 lines; the others sign by entries of their own
        accepted = RecordAccepted(accepts=receipt.reference, capacity="attendee", occurred_at=event.recorded_at)
        run.duty.record(event.recorded_at, accepted, (person,))
    if run.scenario.case is not None and event.id in run.late_decisions:
        _add_decision(run, event)


def _ending(run: _Replay, event: ScenarioEvent, made: AssignmentMade) -> AssignmentEnded | None:
    """The end of the replaced assignment, the day before; None where it has ended by then anyway."""
    replaced = run.placed[str(event.values["replaces"])]
    former = replaced.payload
    if not isinstance(former, AssignmentMade | ActingBegun):
        return None  # the decision on the assignment itself refuses it
    aggregate = run.duty.ledger.aggregate(replaced.receipt.stream)
    ended = aggregate is not None and any(isinstance(later, AssignmentEnded) for _, later in aggregate.later)
    if ended or (former.valid_to is not None and former.valid_to < made.valid_from):
        return None
    return AssignmentEnded(
        ref=event.id,
        occurred_at=event.occurred_at,
        ends=replaced.receipt.reference,
        person=former.person,
        valid_to=made.valid_from - timedelta(days=1),
        legacy=made.legacy,
    )


def _signers(run: _Replay, event: ScenarioEvent) -> list[str]:
    return list(dict.fromkeys(run.ids[person] for person in (event.recorder, *event.signatures)))


def _acknowledge_until(run: _Replay, moment: datetime | None) -> None:
    """Records the acknowledgements that come before `moment` (all for None)."""
    while run.pending and (moment is None or run.pending[0][0] <= moment):
        at, _, event_id, person = heapq.heappop(run.pending)
        placed = run.placed[event_id]
        _turn_day_to(run, at)
        side = run.duty if placed.kind == "duty" or run.case is None else run.case
        accepted = RecordAccepted(accepts=placed.receipt.reference, capacity="receipt", occurred_at=at)
        side.record(at, accepted, (person,))


# --- the discipline side ---------------------------------------------------------------------------------------------


def _record_case_event(run: _Replay, event: ScenarioEvent) -> None:
    case = run.case
    if case is None:  # pragma: no cover - a case side is made wherever a scenario has case events
        raise RuntimeError("a case event without a case ledger")
    names = _names(run, "case")
    extra: dict[str, Any] = {}
    payload_type = FORMS[event.type].payload
    if payload_type in (LeadReceived, CaseOpened):
        extra["pin"] = _pin(run)
    if payload_type is CaseOpened:
        extra |= _opening_facts(run, names)
    elif issubclass(payload_type, CaseWork) and "case" not in event.values and case.ledger.register().cases:
        extra["case"] = next(reversed(case.ledger.register().cases))
    payload = payload_of(event, names, extra=extra)
    _introduce(run, event, payload)
    receipt = case.record(event.recorded_at, payload, _signers(run, event)[:MAX_SIGNERS])
    run.placed[event.id] = Placed("case", receipt, payload)


def _opening_facts(run: _Replay, names: Names) -> dict[str, Any]:
    block = run.scenario.case
    if block is None:
        raise BadInput("a case is opened, but the scenario has no case block")
    run.late_decisions = [decision for decision in block.enabling_decisions if decision not in run.placed]
    facts = case_facts(block, names, enabling=[d for d in block.enabling_decisions if d in run.placed])
    leads = [placed.receipt.reference for placed in run.placed.values() if isinstance(placed.payload, LeadReceived)]
    return {**facts, "leads": tuple(leads) or None}


def _add_decision(run: _Replay, event: ScenarioEvent) -> None:
    """An enabling decision recorded after the opening: the inspectors' facts take it in at that moment."""
    block, case = run.scenario.case, run.case
    if block is None or case is None:
        return
    names = _names(run, "case")
    known = tuple(names.entry(decision) for decision in block.enabling_decisions if decision in run.placed)
    inspector = next(run.ids[e.recorder] for e in run.scenario.events if e.type == "case_opened")
    case.record(event.recorded_at, FactsFound(case=block.id, enabling_decisions=known), (inspector,))


def _introduce(run: _Replay, event: ScenarioEvent, payload: Payload) -> None:
    """Registers in the case ledger whom and what the event names, and says who they are in the duty ledger."""
    case = run.case
    if case is None:
        return
    named = set(_texts_in(event.values))
    if isinstance(payload, CaseOpened) and run.scenario.case is not None:
        named |= {offender.person for offender in payload.offenders} | {payload.unit}
    parties: dict[str, Unit | Person] = {unit.id: unit for unit in run.scenario.units}
    parties |= {person.id: person for person in run.scenario.persons}
    outsiders = _case_only_recorders(run.scenario)
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
        if isinstance(party, Unit):
            commands.append((UnitRegistered(ref=id_, unit=local, kind=party.kind, name=party.name), by))
            commands.append((UnitLinked(identities=same), by))
        else:
            commands.append((PersonRegistered(ref=id_, person=local, name=party.name), by))
            if id_ not in outsiders:
                commands.append((PersonLinked(identities=same), by))
        run.known_to_case.add(id_)
    for command in commands:
        case.record(event.recorded_at, *command)


def _pin(run: _Replay) -> Pin:
    held = run.holdings.latest()
    fingerprint = run.duty.ledger.fingerprint
    if held is None:
        return Pin(fingerprint=fingerprint)
    return Pin(fingerprint=fingerprint, checkpoint=held.note.decode(), held_since=held.since)


# --- the end of a day ------------------------------------------------------------------------------------------------


def _turn_day(run: _Replay, event: ScenarioEvent) -> None:
    _turn_day_to(run, event.recorded_at, opens=event.ledger == "duty")


def _turn_day_to(run: _Replay, moment: datetime, *, opens: bool = True) -> None:
    """Ends the last local day with duty entries before the first event of a later day."""
    if run.day_end is not None and moment > run.day_end:
        _end_day(run)
    if opens and run.day_end is None:
        local = moment.astimezone(run.scenario.meta.zone)
        run.day_end = datetime.combine(local.date(), time(23, 59, 59), tzinfo=run.scenario.meta.zone)


def _end_day(run: _Replay) -> None:
    """Signs the duty ledger's checkpoint and delivers it to the discipline side, with its proofs."""
    if run.day_end is None:
        return
    ledger = run.duty.ledger
    note = ledger.sign_checkpoint(run.duty.log)
    size = ledger.size()
    get = ledger.hashes(size)
    held = run.holdings.latest()
    consistency = prove_consistency(held.checkpoint.size, size, get) if held is not None else ()
    delivery = Delivery(note, b64decode(ledger.fingerprint), prove_inclusion(0, size, get), consistency)
    run.holdings.accept(delivery, run.day_end.astimezone(UTC))
    run.day_end = None
