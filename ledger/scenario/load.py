"""Loading a scenario file: every fault named with file, line, event, key, value and remedy; nothing half taken.

Values come out typed: days as date, moments as aware datetime (in the scenario's zone where no offset is written),
amounts as Decimal exactly as written, lists as tuples, records as maps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.errors import BadInput
from ledger.scenario.schema import CASE_BLOCK, COMMON, EVENTS, META, PARTY, TOP, UNIT, ZONES
from ledger.scenario.text import LINE, read_yaml

SCHEMA_VERSION = 1
SUPERVISED_UNITS = "supervised_units"
MAX_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Meta:
    """What the scenario says of itself. Dates are inclusive."""

    title: str
    zone: ZoneInfo
    zone_name: str
    period_from: date
    period_to: date
    organ: str
    unit_of_money: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the scenario."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit or body of the scenario."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """One event; `values` are the keys of its type, `line` is where it stands in the file."""

    id: str
    type: str
    ledger: str
    recorded_at: datetime
    occurred_at: date | datetime
    recorder: str
    values: Mapping[str, Any]
    signatures: tuple[str, ...]
    legacy: bool
    line: int


@dataclass(frozen=True, slots=True)
class CaseBlock:
    """The inspectors' facts of the case."""

    id: str
    subject: str | None
    unit: str
    period_from: date
    period_to: date
    opened_at: datetime
    first_lead_at: datetime | None
    offenders: tuple[Mapping[str, Any], ...]
    acts: tuple[Mapping[str, Any], ...]
    functions: tuple[str, ...]
    enabling_decisions: tuple[str, ...]
    rulebooks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A loaded scenario. `expected` is raw and only for tests: the program never looks into it."""

    path: Path
    meta: Meta
    config: Mapping[str, Any]
    units: tuple[Unit, ...]
    persons: tuple[Person, ...]
    events: tuple[ScenarioEvent, ...]
    case: CaseBlock | None
    expected: Mapping[str, Any]


def load_scenario(path: Path) -> Scenario:
    """The scenario in this file. Raises BadInput naming every fault found (20 at most)."""
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise BadInput("{}: a scenario is a map with the keys {}", path.name, ", ".join(TOP))
    faults = _Faults(path.name)
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


class _Faults:
    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[str] = []

    def add(self, line: int, event: str, key: str, what: str) -> None:
        where = f"{self.file}:{line}" + (f": event {event}" if event else "") + (f": {key}" if key else "")
        self.found.append(f"{where}: {what}")

    def raise_any(self) -> None:
        if self.found:
            more = len(self.found) - MAX_FAULTS
            ending = f"\n... and {more} faults more" if more > 0 else ""
            raise BadInput("\n".join(self.found[:MAX_FAULTS]) + ending)


class _Checker:
    """Types and checks one document; keeps going after a fault so that one run names them all."""

    def __init__(self, path: Path, document: dict[str, Any], faults: _Faults) -> None:
        self.path, self.document, self.faults = path, document, faults
        self.persons: set[str] = set()
        self.units: set[str] = set()
        self.earlier: dict[str, str] = {}
        """Ids of events met so far, with their type."""
        self.zone = ZoneInfo("UTC")
        self.event = ""
        self.line = 0
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
            self._fault("id", f"{both!r} is both a person and a unit; rename one")
        self.faults.raise_any()
        all_ids = [row["id"] for row in document["events"] if isinstance(row, dict) and "id" in row]
        events = tuple(event for row in document["events"] if (event := self._event(row)) is not None)
        case = self._case(document.get("case"), {str(id_) for id_ in all_ids}, events)
        self.faults.raise_any()
        config = _without_lines(document.get("config") or {})
        expected = _without_lines(document.get("expected") or {})
        return Scenario(self.path, meta, config, units, persons, events, case, expected)

    def _fault(self, key: str, what: str) -> None:
        self.faults.add(self.line, self.event, key, what)

    # --- parts ---

    def _meta(self) -> Meta:
        row = self._record(self.document["meta"], META)
        self.faults.raise_any()
        name = ZONES.get(row["timezone"], row["timezone"])
        try:
            self.zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            self._fault("timezone", f"{row['timezone']!r} is not a known zone; write e.g. Asia/Shanghai or +08:00")
        if row["period"]["to"] < row["period"]["from"]:
            self._fault("period", "ends before it begins")
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
            row = self._record(raw, keys)
            id_ = row.get("id")
            if id_ in ids:
                self._fault("id", f"{id_!r} stands twice among the {key}")
            if id_ is not None:
                ids.add(id_)
                rows.append(row)
        return [row for row in rows if "kind" in row or key == "persons"]

    def _event(self, raw: Any) -> ScenarioEvent | None:
        if not isinstance(raw, dict):
            self._fault("events", f"{_short(raw)} is not an event (a map with id, type, ...)")
            return None
        self.line, self.event = raw[LINE], str(raw.get("id", "?"))
        before = len(self.faults.found)
        kind = str(raw.get("type"))
        if kind not in EVENTS:
            self._fault("type", f"{_short(raw.get('type'))} is not a known type; known are {', '.join(EVENTS)}")
            return None
        row = self._record(raw, {**COMMON, **EVENTS[kind]})
        if len(self.faults.found) == before:
            self._check_event(row)
        id_ = str(row.get("id", "?"))
        if id_ in self.earlier:
            self._fault("id", f"{id_!r} stands twice; each event has a number of its own")
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
            self._fault("ledger", f"{row['ledger']!r} is neither duty nor case")
        if self.previous is not None and row["recorded_at"] < self.previous:
            self._fault(
                "recorded_at",
                f"{row['recorded_at'].isoformat()} goes back; events stand in the order they were recorded",
            )
        else:
            self.previous = row["recorded_at"]
        for first, last in (("valid_from", "valid_to"), ("from", "to")):
            if isinstance(row.get(first), date) and isinstance(row.get(last), date) and row[last] < row[first]:
                self._fault(last, f"{row[last]} is before {first} {row[first]}; correct one of the days")

    def _case(self, raw: Any, all_ids: set[str], events: Sequence[ScenarioEvent]) -> CaseBlock | None:
        if raw is None:
            return None
        self.event, self.line = "", raw.get(LINE, 0) if isinstance(raw, dict) else 0
        self.earlier = {**dict.fromkeys(all_ids, ""), **self.earlier}  # an enabling decision may be any event
        row = self._record(raw, CASE_BLOCK)
        self.faults.raise_any()
        period = row["period"]
        if period["to"] < period["from"]:
            self._fault("case.period", "ends before it begins")
        ids = [act["id"] for act in row["acts"]]
        for act in row["acts"]:
            if not period["from"] <= act["date"] <= period["to"]:
                self._fault("case.acts", f"{act['id']} of {act['date']} lies outside the case's period")
            if ids.count(act["id"]) > 1:
                self._fault("case.acts", f"{act['id']} stands twice")
        for offender in row["offenders"]:
            if offender["to"] < offender["from"]:
                self._fault("case.offenders", f"{offender['person']}: ends before it begins")
        opened = [event for event in events if event.type == "case_opened" and event.values["case"] == row["id"]]
        if opened and opened[0].recorded_at != row["opened_at"]:
            self._fault("case.opened_at", f"is not the recorded_at of {opened[0].id}")
        if not opened:
            self._fault("case.id", f"no case_opened event opens {row['id']!r}")
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

    # --- shapes ---

    def _record(self, raw: Any, keys: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        if not isinstance(raw, dict):
            self._fault(prefix.rstrip("."), f"{_short(raw)} is not a map")
            return {}
        self.line = raw[LINE] if not self.event else self.line
        shapes = {name.rstrip("!"): shape for name, shape in keys.items()}
        row = {}
        for key, value in raw.items():
            if key == LINE:
                continue
            if key not in shapes:
                self._fault(prefix + key, f"is not a key here; known are {', '.join(sorted(shapes))}")
            elif value is not None:
                typed = self._value(prefix + key, value, shapes[key])
                if typed is not None:
                    row[key] = typed
        for name in keys:
            if name.endswith("!") and raw.get(name[:-1]) is None:
                self._fault(prefix + name[:-1], "is missing")
        return row

    def _value(self, key: str, value: Any, shape: Any) -> Any:
        if isinstance(shape, tuple):
            if not isinstance(value, list):
                self._fault(key, f"{_short(value)} is not a list; write [a, b]")
                return None
            items = [self._value(f"{key}[{number}]", item, shape[0]) for number, item in enumerate(value)]
            return None if None in items else tuple(items)
        if isinstance(shape, Mapping):
            return MappingProxyType(self._record(value, shape, key + "."))
        if shape == "any":
            return self._any(key, value)
        if isinstance(value, list | dict):
            self._fault(key, f"{_short(value)} should be one value ({shape})")
            return None
        return self._scalar(key, value, shape)

    def _scalar(self, key: str, value: Any, shape: str) -> Any:
        readers = {
            "word": self._word,
            "text": self._word,
            "person": self._person,
            "unit": self._unit,
            "party": self._party,
            "body": self._body,
            "event": self._event_id,
            "bool": self._bool,
            "int": self._int,
            "decimal": self._decimal,
            "hex": self._hex,
            "date": self._date,
            "time": self._time,
            "when": self._when,
        }
        return readers[shape](key, value)

    def _any(self, key: str, value: Any) -> Any:
        """A correction's new value has the shape of the field that it corrects; the ledger's decision checks it."""
        if isinstance(value, dict):
            return MappingProxyType({k: self._any(f"{key}.{k}", v) for k, v in value.items() if k != LINE})
        return tuple(self._any(key, item) for item in value) if isinstance(value, list) else value

    def _word(self, _: str, value: Any) -> str:
        return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)

    def _known(self, key: str, value: Any, known: set[str], what: str) -> str | None:
        word = self._word(key, value)
        if word not in known:
            self._fault(key, f"{word!r} is not a {what} of this scenario; add it to the list or correct the id")
            return None
        return word

    def _person(self, key: str, value: Any) -> str | None:
        return self._known(key, value, self.persons, "person")

    def _unit(self, key: str, value: Any) -> str | None:
        return self._known(key, value, self.units, "unit")

    def _party(self, key: str, value: Any) -> str | None:
        return self._known(key, value, self.persons | self.units, "person or unit")

    def _body(self, key: str, value: Any) -> str | None:
        return SUPERVISED_UNITS if value == SUPERVISED_UNITS else self._unit(key, value)

    def _event_id(self, key: str, value: Any) -> str | None:
        return self._known(key, value, set(self.earlier), "earlier event")

    def _bool(self, key: str, value: Any) -> bool | None:
        if not isinstance(value, bool):
            self._fault(key, f"{_short(value)} is neither true nor false")
            return None
        return value

    def _int(self, key: str, value: Any) -> int | None:
        if type(value) is not int:
            self._fault(key, f"{_short(value)} is not a whole number")
            return None
        return value

    def _decimal(self, key: str, value: Any) -> Decimal | None:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or isinstance(value, bool):
            self._fault(key, f"{_short(value)} is not a number such as 6.8")
            return None
        return number

    def _hex(self, key: str, value: Any) -> str | None:
        word = self._word(key, value)
        if len(word) != 64 or set(word) - set("0123456789abcdef"):
            self._fault(key, f"{_short(value)} is not a SHA-256 in 64 lower-case hex digits")
            return None
        return word

    def _date(self, key: str, value: Any) -> date | None:
        try:
            if isinstance(value, str) and len(value) == 10:
                return date.fromisoformat(value)
        except ValueError:
            pass
        self._fault(key, f"{_short(value)} is not a day such as 2024-07-09")
        return None

    def _time(self, key: str, value: Any) -> datetime | None:
        try:
            if isinstance(value, str) and len(value) > 10:
                moment = datetime.fromisoformat(value)
                return moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)
        except ValueError:
            pass
        self._fault(key, f"{_short(value)} is not a time such as 2024-07-09T15:00:00+08:00")
        return None

    def _when(self, key: str, value: Any) -> date | datetime | None:
        return self._date(key, value) if isinstance(value, str) and len(value) == 10 else self._time(key, value)


def _short(value: Any) -> str:
    text = repr(_without_lines(value))
    return text if len(text) <= 60 else text[:57] + "..."


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(item) for key, item in value.items() if key != LINE}
    return [_without_lines(item) for item in value] if isinstance(value, list) else value
