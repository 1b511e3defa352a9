"""The state of a replay under way, shared by its two sides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ledger.application import Receipt
from ledger.errors import BadInput
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.home.held import Holdings
from ledger.scenario.loaded import Scenario, ScenarioEvent
from ledger.scenario.payloads import Names
from ledger.scenario.sides import Side


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a scenario event went."""

    kind: str
    receipt: Receipt
    payload: Payload


@dataclass(slots=True)
class Run:
    """One replay: the scenario, both ledgers, what was recorded, and what is still to come."""

    scenario: Scenario
    ids: Mapping[str, str]
    duty: Side
    case: Side | None
    holdings: Holdings
    placed: dict[str, Placed] = field(default_factory=dict)
    pending: list[tuple[datetime, int, str, str, datetime]] = field(default_factory=list)
    """Acknowledgements still to come: (moment, order, event id, person, when it was received)."""
    known_to_case: set[str] = field(default_factory=set)
    day_end: datetime | None = None
    late_decisions: set[tuple[str, str]] = field(default_factory=set)
    """Enabling decisions that the opening of their case could not name yet: (case, event id)."""
    leads_taken: dict[str, set[str]] = field(default_factory=dict)
    """Leads that went into a case, each with the units of the cases that took it."""


def names_in(run: Run, kind: str) -> Names:
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
        is_party=lambda id_: id_ in run.ids,
    )


def signers_of(run: Run, event: ScenarioEvent) -> list[str]:
    """Ids of who signs, the author first.

    A receipt is recorded; a refusal and a consent are their person's own; custodians adopt rules, and co-sign a
    withdrawal that not everybody signs who signed the record (scenarios, "Second round").
    """
    if event.type in ("refusal", "consent"):
        return list(dict.fromkeys(run.ids[person] for person in (event.values["by"], *event.signatures)))
    side = run.duty if event.ledger == "duty" or run.case is None else run.case
    if event.type == "rules":
        return list(side.custodians)
    signers = list(dict.fromkeys(run.ids[person] for person in (event.recorder, *event.signatures)))
    if event.type == "withdrawal" and not side.ledger.agreed(run.placed[event.values["of"]].receipt.position) <= {
        *signers
    }:
        signers += side.custodians
    return signers
