"""Persons and units of the cut, by the names that they have."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledger.events.base import Payload
from ledger.events.fields import ERASED_TEXT
from ledger.events.record import Recorded
from ledger.events.register import PersonRegistered, PersonRenamed, UnitEnded, UnitRegistered, UnitRenamed
from ledger.frozen import dataclass
from projections.facts.values import Person, Unit
from projections.views.cut import state_property
from projections.views.ruled import Ruled


@dataclass(frozen=True)
class RegisteredParties(Ruled):
    """Who and what is registered; see projections.facts.protocol.Facts for what each method promises."""

    @state_property
    def units(self) -> Mapping[str, Unit]:
        """Registered units by id."""
        return {
            row["id"]: Unit(row["id"], row["ref"], self._kind(row), self._name(row), *self._lives.get(row["id"], ()))
            for row in self._parties("unit")
        }

    @state_property
    def _lives(self) -> Mapping[str, tuple[date | None, date | None, tuple[str, ...]]]:
        """(first day, last day, units that took it over) of each unit of which the record says any of it."""
        found: dict[str, tuple[date | None, date | None, tuple[str, ...]]] = {}
        for event in self.records(UnitRegistered, UnitEnded):
            match event.payload:
                case UnitRegistered(unit=id_, valid_from=date() as first):
                    found[id_] = (first, None, ())
                case UnitRegistered(unit=id_) if id_ in found:  # anew, in the ledger that continues a lost one
                    found[id_] = (found[id_][0], None, ())
                case UnitEnded(unit=id_, valid_to=last, into=into):
                    found[id_] = (found.get(id_, (None, None, ()))[0], last, into or ())
        return found

    @state_property
    def persons(self) -> Mapping[str, Person]:
        """Registered persons by id."""
        return {row["id"]: Person(row["id"], row["ref"], self._name(row)) for row in self._parties("person")}

    def _parties(self, kind: str) -> list[Any]:
        """The organ's own, and what the discipline side registered; never what another organ knows and it does not."""
        rows = self.views.select(
            "SELECT p.*, t.texts FROM parties p LEFT JOIN texts t ON t.ledger = p.ledger AND t.position = p.position"
            " WHERE p.kind = ? AND (p.ledger != ? OR p.position < ?)"
            f" AND p.ledger IN ({','.join(str(ledger.id) for ledger in self.ledgers)})"
            " ORDER BY p.ledger = ? , p.position",
            (kind, self.duty.id, self.cut, self.duty.id),
        )
        others = {ledger.id for ledger in self.ledgers if ledger.kind == "duty" and ledger.id != self.duty.id}
        foreign = {row["id"] for row in rows if row["ledger"] in others}
        own = {row["id"] for row in rows if row["ledger"] == self.duty.id}
        return [row for row in rows if row["ledger"] not in others and row["id"] not in foreign - own]

    def _registered(self, row: Any) -> Payload | None:
        """The registration of a party as corrections make it read; None where none does."""
        ledger = next(ledger for ledger in self.ledgers if ledger.id == row["ledger"])
        found = self._changes(ledger).corrected.get(row["position"]) or self._anew.get(row["id"])
        return found.payload if found is not None else None

    @state_property
    def _anew(self) -> Mapping[str, Recorded]:
        """The last registration of who stands in a lost ledger too, in the one that continues it."""
        if not self.duty.former:
            return {}
        found = {}
        for event in self.records(UnitRegistered, PersonRegistered):
            match event.payload:
                case UnitRegistered(unit=id_) | PersonRegistered(person=id_) if event.position >= 0:
                    found[id_] = event
        return found

    def _kind(self, row: Any) -> str:
        registered = self._registered(row)
        return registered.kind if isinstance(registered, UnitRegistered) else str(row["unit_kind"])

    @state_property
    def _renamed(self) -> Mapping[str, str]:
        """The last name known of each person and unit that was renamed."""
        anew = self._anew
        events = [
            event.payload
            for event in self.records(UnitRenamed, PersonRenamed)
            if not (isinstance(event.payload, UnitRenamed) and _before(event, anew.get(event.payload.unit)))
            and not (isinstance(event.payload, PersonRenamed) and _before(event, anew.get(event.payload.person)))
        ]
        names: dict[str, str] = {}
        for payload in sorted(
            (each for each in events if isinstance(each, UnitRenamed | PersonRenamed)), key=lambda each: each.valid_from
        ):
            if payload.name is not None and payload.name != ERASED_TEXT:
                names[payload.unit if isinstance(payload, UnitRenamed) else payload.person] = payload.name
        return names

    def _name(self, row: Any) -> str:
        if row["id"] in self._renamed:
            return self._renamed[row["id"]]
        registered = self._registered(row)
        if isinstance(registered, UnitRegistered | PersonRegistered) and registered.name not in (None, ERASED_TEXT):
            return str(registered.name)
        return str(json.loads(row["texts"]).get("name", row["ref"])) if row["texts"] else str(row["ref"])

    @state_property
    def party_group(self) -> str | None:
        """The unit of kind party_group."""
        return next((unit.id for unit in self.units.values() if unit.kind == "party_group"), None)


def _before(event: Recorded, registered: Recorded | None) -> bool:
    """Whether it was recorded before who it names was registered anew."""
    return registered is not None and event.position < registered.position
