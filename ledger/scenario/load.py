"""Loading a scenario file: every fault named with file, line, event, key, value and remedy; nothing half taken.

Values come out typed: days as date, moments as aware datetime (in the scenario's zone where no offset is written),
amounts as Decimal exactly as written, lists as tuples, records as maps.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.errors import BadInput
from ledger.scenario.model import CaseBlock, Meta, Person, Scenario, ScenarioEvent, Unit
from ledger.scenario.schema import CASE_BLOCK, COMMON, EVENTS, META, PARTY, TOP, UNIT, ZONES
from ledger.scenario.shapes import Faults, Shapes, short, without_lines
from ledger.scenario.text import LINE, read_yaml

SCHEMA_VERSION = 1


def load_scenario(path: Path) -> Scenario:
    """The scenario in this file. Raises BadInput naming every fault found (20 at most)."""
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise BadInput("{}: a scenario is a map with the keys {}", path.name, ", ".join(TOP))
    faults = Faults(path.name)
    for key in document.keys() - {*TOP, LINE}:
        faults.add(document[LINE], "", key, "is not a key of a scenario; remove or correct it")
    if document.get("schema_version") != SCHEMA_VERSION:
        faults.add(document[LINE], "", "schema_version", f"is not {SCHEMA_VERSION}; this version reads no other")
    for key in ("meta", "units", "persons", "events"):
        if not document.get(key):
            faults.add(document[LINE], "", key, "is missing or empty")
    faults.raise_any()
    scenario = _Checker(path, document, faults).scenario()
    faults.raise_any()
    return scenario


class _Checker(Shapes):
    """Types and checks one document; keeps going after a fault so that one run names them all."""

    def __init__(self, path: Path, document: dict[str, Any], faults: Faults) -> None:
        super().__init__(faults)
        self.path, self.document = path, document
        self.previous: datetime | None = None

    def scenario(self) -> Scenario:
        document = self.document
        meta = self._meta()
        units = tuple(
            Unit(u["id"], u.get("name") or u["id"], u["kind"]) for u in self._parties("units", UNIT, self.units)
        )
        persons = tuple(
            Person(p["id"], p.get("name") or p["id"]) for p in self._parties("persons", PARTY, self.persons)
        )
        for both in self.persons & self.units:
            self.fault("id", f"{both!r} is both a person and a unit; rename one")
        self.faults.raise_any()
        all_ids = [row["id"] for row in document["events"] if isinstance(row, dict) and "id" in row]
        events = tuple(event for row in document["events"] if (event := self._event(row)) is not None)
        case = self._case(document.get("case"), {str(id_) for id_ in all_ids}, events)
        self.faults.raise_any()
        config = without_lines(document.get("config") or {})
        expected = without_lines(document.get("expected") or {})
        return Scenario(self.path, meta, config, units, persons, events, case, expected)

    # --- parts ---

    def _meta(self) -> Meta:
        row = self.record(self.document["meta"], META)
        self.faults.raise_any()
        name = ZONES.get(row["timezone"], row["timezone"])
        try:
            self.zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            self.fault("timezone", f"{row['timezone']!r} is not a known zone; write e.g. Asia/Shanghai or +08:00")
        if row["period"]["to"] < row["period"]["from"]:
            self.fault("period", "ends before it begins")
        period = row["period"]
        return Meta(
            row["title"],
            self.zone,
            name,
            period["from"],
            period["to"],
            row["organ"],
            row.get("unit_of_money") or "",
        )

    def _parties(self, key: str, keys: Mapping[str, Any], ids: set[str]) -> list[dict[str, Any]]:
        rows = []
        for raw in self.document[key]:
            row = self.record(raw, keys)
            id_ = row.get("id")
            if id_ in ids:
                self.fault("id", f"{id_!r} stands twice among the {key}")
            if id_ is not None:
                ids.add(id_)
                rows.append(row)
        return [row for row in rows if "kind" in row or key == "persons"]

    def _event(self, raw: Any) -> ScenarioEvent | None:
        if not isinstance(raw, dict):
            self.fault("events", f"{short(raw)} is not an event (a map with id, type, ...)")
            return None
        self.line, self.event = raw[LINE], str(raw.get("id", "?"))
        before = len(self.faults.found)
        kind = str(raw.get("type"))
        if kind not in EVENTS:
            self.fault("type", f"{short(raw.get('type'))} is not a known type; known are {', '.join(EVENTS)}")
            return None
        row = self.record(raw, {**COMMON, **EVENTS[kind]})
        if len(self.faults.found) == before:
            self._check_event(row)
        id_ = str(row.get("id", "?"))
        if id_ in self.earlier:
            self.fault("id", f"{id_!r} stands twice; each event has a number of its own")
        self.earlier[id_] = kind
        if len(self.faults.found) > before:
            return None
        common = {name.rstrip("!") for name in COMMON} - {
            "claims",
            "declared_late",
            "late_reason",
            "refers",
            "restricted",
            "photo_sha256",
        }
        return ScenarioEvent(
            id=id_,
            type=kind,
            ledger=row["ledger"],
            recorded_at=row["recorded_at"],
            occurred_at=row["occurred_at"],
            recorder=row["recorder"],
            values=MappingProxyType({key: value for key, value in row.items() if key not in common}),
            signatures=tuple(row.get("signatures") or ()),
            legacy=bool(row.get("legacy")),
            line=raw[LINE],
        )

    def _check_event(self, row: dict[str, Any]) -> None:
        if row["ledger"] not in ("duty", "case"):
            self.fault("ledger", f"{row['ledger']!r} is neither duty nor case")
        if self.previous is not None and row["recorded_at"] < self.previous:
            self.fault(
                "recorded_at",
                f"{row['recorded_at'].isoformat()} goes back; events stand in the order they were recorded",
            )
        else:
            self.previous = row["recorded_at"]
        for first, last in (("valid_from", "valid_to"), ("from", "to")):
            if isinstance(row.get(first), date) and isinstance(row.get(last), date) and row[last] < row[first]:
                self.fault(last, f"{row[last]} is before {first} {row[first]}; correct one of the days")

    def _case(self, raw: Any, all_ids: set[str], events: Sequence[ScenarioEvent]) -> CaseBlock | None:
        if raw is None:
            return None
        self.event, self.line = "", raw.get(LINE, 0) if isinstance(raw, dict) else 0
        self.earlier = {**dict.fromkeys(all_ids, ""), **self.earlier}  # an enabling decision may be any event
        row = self.record(raw, CASE_BLOCK)
        self.faults.raise_any()
        period = row["period"]
        if period["to"] < period["from"]:
            self.fault("case.period", "ends before it begins")
        ids = [act["id"] for act in row["acts"]]
        for act in row["acts"]:
            if not period["from"] <= act["date"] <= period["to"]:
                self.fault("case.acts", f"{act['id']} of {act['date']} lies outside the case's period")
            if ids.count(act["id"]) > 1:
                self.fault("case.acts", f"{act['id']} stands twice")
        for offender in row["offenders"]:
            if offender["to"] < offender["from"]:
                self.fault("case.offenders", f"{offender['person']}: ends before it begins")
        opened = [event for event in events if event.type == "case_opened" and event.values["case"] == row["id"]]
        if opened and opened[0].recorded_at != row["opened_at"]:
            self.fault("case.opened_at", f"is not the recorded_at of {opened[0].id}")
        if not opened:
            self.fault("case.id", f"no case_opened event opens {row['id']!r}")
        return CaseBlock(
            id=row["id"],
            subject=row.get("subject"),
            unit=row["unit"],
            period_from=period["from"],
            period_to=period["to"],
            opened_at=row["opened_at"],
            first_lead_at=row.get("first_lead_at"),
            offenders=row["offenders"],
            acts=row["acts"],
            functions=row.get("functions") or (),
            enabling_decisions=row.get("enabling_decisions") or (),
            rulebooks=row["rulebooks"],
        )
