"""The ledgers of a replay: ids, keys, genesis, and the organ's registration before the first event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.application import Command, Ledger, Receipt
from ledger.clock import Randomness, SimulatedClock
from ledger.core.names import PERSON_ID
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.events.base import Payload
from ledger.events.register import PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.roles import role_of_id
from ledger.events.trust import KeyEnrolled, RulesAdopted
from ledger.home.directory import Home
from ledger.home.genesis import Founder, create_ledger
from ledger.keys.key_files import new_key, save_key
from ledger.scenario.loaded import Scenario, ScenarioEvent
from ledger.scenario.payloads import plain_settings

EXCLUSIVE_ROLES = ("secretary", "head")
"""Posts with one titular holder per unit at a time."""


@dataclass(slots=True)
class Side:
    """One ledger under replay, with its clock and its keys."""

    kind: str
    ledger: Ledger
    clock: SimulatedClock
    signers: dict[str, Ed25519Signer]
    custodians: tuple[str, str]
    service: str
    log: Ed25519Signer

    def record(self, at: datetime, payload: Payload, signers: Sequence[str]) -> Receipt:
        return self.record_all(at, [(payload, signers)])[-1]

    def seal(self, at: datetime) -> None:
        """Seals what is new, by the service key."""
        if self.ledger.needs_seal():
            self.clock.moment = at
            self.ledger.seal(self.signers[self.service])

    def record_all(self, at: datetime, commands: Iterable[tuple[Payload, Sequence[str]]]) -> tuple[Receipt, ...]:
        self.clock.moment = at
        return self.ledger.record(
            *(Command(payload, tuple(self.signers[person] for person in signers)) for payload, signers in commands)
        )


def ledger_ids(scenario: Scenario) -> dict[str, str]:
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


def open_side(
    kind: str,
    scenario: Scenario,
    home: Home,
    randomness: Randomness,
    suffix: str,
    passphrase: bytes,
    start: datetime,
    events: Sequence[ScenarioEvent],
    ids: Mapping[str, str],
) -> Side:
    origin = f"zeren.simulated/{slug(scenario.path.stem)}/{kind}-{suffix}"
    custodians, service = office_ids(kind, set(ids.values()))
    recorders = {ids[event.recorder] for event in events}
    persons = {ids[person] for event in events for person in (event.recorder, *event.signatures)}
    persons |= {ids[signature[0]] for event in events if (signature := received(event))}
    if kind == "duty":
        outsiders = case_only_recorders(scenario)
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
    side = Side(kind, ledger, clock, signers, custodians, service, signers.pop("log"))
    writer = "recorder" if kind == "duty" else "inspector"
    for person in sorted(persons):
        roles = (writer, "signer") if person in recorders else ("signer",)
        payload = KeyEnrolled(person=person, vkey=format_vkey(signers[person].verify_key), roles=roles)
        side.record(start, payload, (*custodians, person))
    return side


def office_ids(kind: str, taken: set[str]) -> tuple[tuple[str, str], str]:
    """Ids for two custodians and a service key that no person of the scenario has."""
    mark = kind
    while {f"{mark}-custodian-1", f"{mark}-custodian-2", f"{mark}-service"} & taken:
        mark += "-x"
    return (f"{mark}-custodian-1", f"{mark}-custodian-2"), f"{mark}-service"


def case_only_recorders(scenario: Scenario) -> set[str]:
    """Those who record on the discipline side and do nothing in the organ: the organ does not know them."""
    case = {event.recorder for event in scenario.events if event.ledger == "case"}
    seen = {event.recorder for event in scenario.events if event.ledger == "duty"}
    for event in scenario.events:
        if event.ledger == "duty":
            seen |= set(event.signatures) | set(texts_in(event.values))
    return case - seen


def texts_in(value: Any) -> Iterable[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from texts_in(item)
        case tuple() | list():
            for item in value:
                yield from texts_in(item)


def slug(stem: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in stem.lower()).strip("-") or "scenario"


def received(event: ScenarioEvent) -> tuple[str, datetime] | None:
    signature = event.values.get("received_signature")
    return (str(signature["person"]), signature["at"]) if isinstance(signature, Mapping) else None


def register_organ(scenario: Scenario, duty: Side, ids: Mapping[str, str], start: datetime) -> None:
    """Units, persons, posts and the rule set, before the first event."""
    by = duty.custodians[:1]
    outsiders = case_only_recorders(scenario)
    commands: list[tuple[Payload, Sequence[str]]] = [
        (
            UnitRegistered(ref=unit.id, unit=ids[unit.id], kind=unit.kind, name=unit.name, valid_from=unit.valid_from),
            by,
        )
        for unit in scenario.units
    ]
    commands += [
        (PersonRegistered(ref=person.id, person=ids[person.id], name=person.name), by)
        for person in scenario.persons
        if person.id not in outsiders
    ]
    posts = dict.fromkeys(str(event.values["post"]) for event in scenario.events if "post" in event.values)
    commands += [
        (PostRegistered(ref=post, post=post, exclusive=role_of_id(post) in EXCLUSIVE_ROLES, role=role_of_id(post)), by)
        for post in posts
    ]
    settings = {
        **plain_settings(scenario.config),
        "unit_of_money": scenario.meta.unit_of_money,
        "judged_on": scenario.meta.period_to.isoformat(),
    }
    adopted = RulesAdopted(layer="organ", version=scenario.path.stem[:64], settings=settings)
    commands.append((adopted, duty.custodians))
    duty.record_all(start, commands)
