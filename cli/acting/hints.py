"""What is worth a second look before a record is signed. A hint stops nothing: an honest late record is welcome."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ledger.application import Ledger
from ledger.clock import today
from ledger.events.base import Fact, Payload
from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from ledger.recording.likely import near
from projections.facts.rules import RuleSet, layered, settings_after
from projections.facts.tolerances import KINDS
from projections.language.catalogue import _


def hints(ledger: Ledger, payload: Payload) -> Iterator[str]:
    """Claims that no obligation has, and lateness that is not declared."""
    if not isinstance(payload, Fact):
        return
    for claim in dict.fromkeys(unknown_claims(payload)):
        from projections.obligations.table import table

        likely = ", ".join(near(claim, table().obligations))
        yield _("no obligation has the id {claim}; perhaps {likely}").format(claim=claim, likely=likely)
    if payload.occurred_at is None or payload.declared_late or payload.legacy or ledger.genesis.clock == "simulated":
        return
    zone = ZoneInfo(ledger.genesis.time_zone)
    when = payload.occurred_at
    day = when.astimezone(zone).date() if isinstance(when, datetime) else when
    days = (today(zone) - day).days
    if type(payload) in KINDS and days > rules_of(ledger).tolerance(*KINDS[type(payload)]):
        yield _("this is recorded {days} days after the fact; say why with --declared-late --late-reason").format(
            days=days
        )


def unknown_claims(payload: Payload) -> list[str]:
    """Obligations that the record claims and the table does not have."""
    claims = payload.claims or () if isinstance(payload, Fact) else ()
    if not claims:
        return []
    from projections.obligations.table import table

    return [claim for claim in claims if claim not in table().obligations]


def rules_of(ledger: Ledger) -> RuleSet:
    """The rules in force at the head: of each layer what its sets make of it."""
    latest: dict[str, Mapping[str, Any]] = {}
    for position in ledger.store.stream("ledger/main"):
        adopted = ledger.at(position).payload
        if isinstance(adopted, RulesAdopted | RulesAdoptedV1):
            latest[adopted.layer] = settings_after(latest.get(adopted.layer, {}), adopted)
    return layered(list(latest.items()))
