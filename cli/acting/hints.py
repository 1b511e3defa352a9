"""What is worth a second look before a record is signed, and the claims that could never count.

A hint stops nothing: an honest late record is welcome.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from ledger.application import Ledger
from ledger.clock import today
from ledger.errors import Refused
from ledger.events.base import Fact, Payload
from ledger.events.fields import About, When
from ledger.events.record import Recorded
from ledger.events.register import PersonRegistered, UnitRegistered
from ledger.events.tenure import ActingBegun, AssignmentMade
from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from ledger.importing.again import plain
from ledger.importing.reading_back import backwards
from ledger.recording.likely import near
from ledger.recording.party_finder import Parties
from projections.facts.layered_settings import layered, settings_after
from projections.facts.rule_sets import RuleSet
from projections.language.catalogue import _


def hints(ledger: Ledger, payload: Payload) -> Iterator[str]:
    """Lateness that is not declared; a name that another person or unit has already, a number that would be shared."""
    if payload.ref is not None and payload.OPENS:
        bearing = [at for at in ledger.store.of_ref(payload.ref) if ledger.at(at).payload.OPENS]
        if bearing:
            yield _("the number {number} is that of #{position} too; whoever names it has to give the position").format(
                number=payload.ref, position=bearing[0]
            )
    if isinstance(payload, PersonRegistered | UnitRegistered):
        yield from _namesakes(ledger, payload)
    if not isinstance(payload, Fact):
        return
    if payload.occurred_at is None or payload.declared_late or payload.legacy or ledger.genesis.clock == "simulated":
        return
    days = (today(ZoneInfo(ledger.genesis.time_zone)) - _day(ledger, payload.occurred_at)).days
    if payload.TOLERANCE is not None and days > rules_of(ledger).tolerance_of(type(payload)):
        yield _("this is recorded {days} days after the fact; say why with --declared-late --late-reason").format(
            days=days
        )


def _namesakes(ledger: Ledger, payload: PersonRegistered | UnitRegistered) -> Iterator[str]:
    about: About = "person" if isinstance(payload, PersonRegistered) else "unit"
    known = Parties(ledger.register())
    own = payload.person if isinstance(payload, PersonRegistered) else payload.unit
    others = [id_ for id_ in known.matching(payload.name or "", about) if id_ != own]
    if others:
        yield _("{name} is on record already: {who}; record it again only for another one of that name").format(
            name=payload.name, who=", ".join(others)
        )


LOOKED_AT = 1000
"""The newest entries of a kind among which one that says the same is looked for."""


def twin_of(ledger: Ledger, payload: Payload) -> Recorded | None:
    """An act of the same kind on record that says the same in every field; of registrations and acts without day none.

    Only the newest are looked at: what somebody records twice by mistake is recorded soon after.
    """
    if not isinstance(payload, Fact) or payload.occurred_at is None or ledger.genesis.clock == "simulated":
        return None
    said = plain(payload)
    for event in islice(backwards(ledger, payload.TYPE, 0), LOOKED_AT):
        on_record = event.payload
        if isinstance(on_record, Fact) and on_record.occurred_at == payload.occurred_at and plain(on_record) == said:
            return event
    return None


def late_from(ledger: Ledger, payload: Payload) -> date | None:
    """The first day on which recording it would be late by the rules in force; None where nothing says so."""
    rules = rules_of(ledger)
    if isinstance(payload, AssignmentMade | ActingBegun):
        first, days = payload.valid_from, rules.tolerance("assignment")
    elif isinstance(payload, Fact) and payload.occurred_at is not None and payload.TOLERANCE is not None:
        first, days = _day(ledger, payload.occurred_at), rules.tolerance_of(type(payload))
    else:
        return None
    return None if getattr(payload, "legacy", None) else first + timedelta(days=days + 1)


def _day(ledger: Ledger, when: When) -> date:
    return when.astimezone(ZoneInfo(ledger.genesis.time_zone)).date() if isinstance(when, datetime) else when


def check_claims(ledger: Ledger, payload: Payload) -> None:
    """Refuses the claim of an obligation that the table does not have, or that the rule sets put out of force here.

    Such a claim could never count, and its recorder would believe that it did.
    """
    claims_check(ledger)(payload)


def claims_check(ledger: Ledger) -> Callable[[Payload], None]:
    """The same check for many records, the rules read once, when the first of them claims anything."""
    rules = lru_cache(1)(lambda: rules_of(ledger))

    def check(payload: Payload) -> None:
        claims = payload.claims or () if isinstance(payload, Fact) else ()
        if not claims:
            return
        from projections.obligations.demands import rules_in
        from projections.obligations.table import table

        known = table().obligations
        for claim in claims:
            if claim not in known:
                raise Refused("no obligation has the id {}; perhaps {}", claim, ", ".join(near(claim, known)))
            if known[claim].rules and not rules_in(rules(), known[claim], date.max):
                raise Refused("the obligation {} is not in force here, so nothing can be claimed for it", claim)

    return check


def rules_of(ledger: Ledger) -> RuleSet:
    """The rules in force at the head: of each layer what its sets make of it."""
    latest: dict[str, Mapping[str, Any]] = {}
    for position in ledger.store.stream("ledger/main"):
        adopted = ledger.at(position).payload
        if isinstance(adopted, RulesAdopted | RulesAdoptedV1):
            latest[adopted.layer] = settings_after(latest.get(adopted.layer, {}), adopted)
    return layered(list(latest.items()))
