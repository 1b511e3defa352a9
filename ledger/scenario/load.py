"""Loading a scenario file: every fault named with file, line, event, key, value and remedy; nothing half taken.

Values come out typed: days as date, moments as aware datetime (in the scenario's zone where no offset is written),
amounts as Decimal exactly as written, lists as tuples, records as maps.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.decisions.future import lies_ahead
from ledger.errors import BadInput
from ledger.scenario.event_forms import forms
from ledger.scenario.loaded import Scenario, ScenarioPerson, ScenarioUnit
from ledger.scenario.openings import with_openings
from ledger.scenario.parts import Row, build_case, build_event, build_meta
from ledger.scenario.scenario_keys import (
    CASE_BLOCK,
    CASE_FACTS,
    COMMON,
    CONFIG,
    ENVELOPE,
    META,
    OPENING,
    PARTY,
    TOP,
    UNIT,
    WINDOWS,
    ZONES,
)
from ledger.scenario.shapes import Faults, Shapes, short
from ledger.strict_yaml import LINE, read_yaml, without_lines

SCHEMA_VERSION = 1
MAX_ID = 64
"""Characters of an id: the ledger keeps it as the entry's `ref`."""


def load_scenario(path: Path) -> Scenario:
    """The scenario in this file. Raises BadInput naming every fault found (20 at most)."""
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise BadInput("{}: a scenario is a map with the keys {}", path.name, ", ".join(TOP))
    faults = Faults(path.name)
    _check_top(document, faults)
    return with_openings(_Checker(path, document, faults).scenario())


def _check_top(document: Row, faults: Faults) -> None:
    line = document[LINE]
    for key in document.keys() - {*TOP, LINE}:
        faults.add(line, "", key, "is not a key of a scenario; known are {}", ", ".join(TOP))
    version = document.get("schema_version")
    if type(version) is not int or version != SCHEMA_VERSION:
        faults.add(
            line, "", "schema_version", "{} is not {}; this program reads no other", short(version), SCHEMA_VERSION
        )
    for key in ("meta", "units", "persons", "events"):
        if not document.get(key):
            faults.add(line, "", key, "is missing or empty")
    for key in ("units", "persons", "events", "cases"):
        if document.get(key) is not None and not isinstance(document[key], list):
            faults.add(line, "", key, "{} is not a list; write [a, b]", short(document[key]))
    for key in ("config", "expected"):
        if document.get(key) is not None and not isinstance(document[key], dict):
            faults.add(line, "", key, "{} is not a map", short(document[key]))
    if document.get("case") is not None and document.get("cases") is not None:
        faults.add(line, "", "cases", "stands beside `case`; put every case under `cases`")
    faults.raise_any()


class _Checker(Shapes):
    """Types and checks one document; keeps going after a fault so that one run names them all."""

    def __init__(self, path: Path, document: Row, faults: Faults) -> None:
        super().__init__(faults)
        self.path, self.document = path, document
        self.previous: datetime | None = None
        self.blocks: dict[str, Any] = {f"cases[{n}].": raw for n, raw in enumerate(document.get("cases") or ())}
        """The case blocks by the key under which each stands."""
        if document.get("case") is not None:
            self.blocks["case."] = document["case"]

    def scenario(self) -> Scenario:
        """Checks all, then builds: nothing is made of a file with a fault."""
        document = self.document
        meta = self._meta(document["meta"])
        self._config(document.get("config") or {LINE: 0})
        units = self._parties("units", UNIT, self.units)
        persons = self._parties("persons", PARTY, self.persons)
        for both in sorted(self.persons & self.units):
            self.fault("persons", "{!r} is the id of a unit too; rename one", both)
        rows = [self._event(number, raw) for number, raw in enumerate(document["events"])]
        self.event = ""
        taken: set[str] = set()
        cases = [self._case(prefix, raw, rows, taken) for prefix, raw in self.blocks.items()]
        self.faults.raise_any()
        return Scenario(
            path=self.path,
            meta=build_meta(meta, self.zone),
            config=without_lines(document.get("config") or {}),
            units=tuple(
                ScenarioUnit(row["id"], row.get("name") or row["id"], row["kind"], row.get("valid_from"))
                for row in units
            ),
            persons=tuple(ScenarioPerson(row["id"], row.get("name") or row["id"]) for row in persons),
            events=tuple(build_event(row, raw[LINE]) for row, raw in zip(rows, document["events"], strict=True)),
            cases=tuple(build_case(row, raw[LINE]) for row, raw in zip(cases, self.blocks.values(), strict=True)),
            expected=without_lines(document.get("expected") or {}),
        )

    # --- parts ---

    def _meta(self, raw: Any) -> Row:
        row = self.record(raw, META, "meta.")
        self.line = raw[LINE] if isinstance(raw, dict) else self.line
        zone = row.get("timezone")
        if zone is not None:
            try:
                self.zone = ZoneInfo(ZONES.get(zone, zone))
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.fault("meta.timezone", "{} is not a known zone; write e.g. Asia/Shanghai or +08:00", short(zone))
        self._check_order("meta.period.", row.get("period", {}), "from", "to")
        return row

    def _config(self, raw: Row) -> None:
        """The settings stay as written: the rule set that adopts them reads them."""
        row = self.record(raw, CONFIG, "config.")
        for name in WINDOWS:
            group, _, item = name.partition(".")
            window = row.get(group, {}).get(item) if item else row.get(group)
            if window is not None and (len(window) != 2 or not all(map(_is_day_of_year, window))):
                self.fault(
                    f"config.{name}", "{} is not a first and a last day such as [01-01, 06-30]", short(list(window))
                )

    def _parties(self, section: str, keys: Mapping[str, Any], ids: set[str]) -> list[Row]:
        rows = []
        for number, raw in enumerate(self.document[section]):
            row = self.record(raw, keys, f"{section}[{number}].")
            if "id" in row:
                self._check_id(f"{section}[{number}].id", row["id"], ids)
                ids.add(row["id"])
            rows.append(row)
        return rows

    def _check_id(self, key: str, id_: str, taken: Container[str]) -> None:
        if not 0 < len(id_) <= MAX_ID:
            self.fault(key, "{} has {} characters; an id has 1 to {}", short(id_), len(id_), MAX_ID)
        if id_ in taken:
            self.fault(key, "{} stands twice; give each an id of its own", short(id_))

    def _check_order(self, prefix: str, row: Mapping[str, Any], first: str, last: str) -> None:
        start, end = row.get(first), row.get(last)
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.fault(prefix + last, "{} is before {} {}; correct one of the two", end, first, start)

    def _event(self, number: int, raw: Any) -> Row:
        if not isinstance(raw, dict):
            self.event = ""
            self.fault(f"events[{number}]", "{} is not an event (a map with id, type, ...)", short(raw))
            return {}
        id_, kind = raw.get("id"), raw.get("type")
        self.line, self.event = raw[LINE], "?" if id_ is None or isinstance(id_, dict | list) else str(id_)
        if not isinstance(kind, str) or kind not in forms():
            self.fault("type", "{} is not a known type; known are {}", short(kind), ", ".join(forms()))
            row = self.record({key: raw[key] for key in (LINE, "id") if key in raw}, {"id!": "word"})
        else:
            row = self.record(raw, {**COMMON, **forms()[kind].keys})
            self._check_event(row, raw)
        if "id" in row:
            self._check_id("id", row["id"], self.earlier)
            self.earlier[row["id"]] = str(kind)
        return row

    def _check_event(self, row: Row, raw: Row) -> None:
        ledger, recorded_at = row.get("ledger", "duty"), row.get("recorded_at")
        if ledger not in ("duty", "case"):
            self.fault("ledger", "{} is neither duty nor case", short(ledger))
        if recorded_at is not None:
            if self.previous is not None and recorded_at < self.previous:
                self.fault(
                    "recorded_at",
                    "{} goes back from {}; events stand in the order they were recorded",
                    recorded_at.isoformat(),
                    self.previous.isoformat(),
                )
            else:
                self.previous = recorded_at
        self._check_day(row)
        self._check_order("", row, "valid_from", "valid_to")
        self._check_order("", row, "from", "to")
        if row.get("type") == "case_opened" and "case" in row and not self._is_block_of(row["case"]):
            self.fault("case", "{} has no block `case` in this file; add it or correct the id", short(row["case"]))
        if row.get("type") == "correction" and {"corrects", "field", "new_value"} <= row.keys():
            row["new_value"] = self._corrected(row["corrects"], row["field"], raw["new_value"])

    def _check_day(self, row: Row) -> None:
        """A fact has happened by the day after its recording."""
        claimed, recorded_at = row.get("occurred_at"), row.get("recorded_at")
        if claimed is None or recorded_at is None:
            return
        if lies_ahead(forms()[row["type"]].payload, claimed, recorded_at, self.zone):
            self.fault(
                "occurred_at", "{} lies more than one day after recorded_at {}", claimed, recorded_at.isoformat()
            )

    def _is_block_of(self, case: str) -> bool:
        """Whether there is a block of this case, or one so broken that its own faults are enough."""
        blocks = self.blocks.values()
        return any(not isinstance(block, dict) or str(block.get("id", case)) == case for block in blocks)

    def _corrected(self, entry: str, field: str, new: Any) -> Any:
        """The new value in its field's own shape; one record stands for itself where the field is a list of them."""
        kind = self.earlier[entry]
        own = forms()[kind].keys if kind in forms() else {}
        if kind == "case_opened":  # the block's fields are fields of the entry that opens the case
            own = {**own, **{name: CASE_BLOCK[name] for name in CASE_FACTS}}
        keys = {name: shape for name, shape in {**COMMON, **own}.items() if name not in ENVELOPE}
        keys |= {name: ENVELOPE[name] for name in ("occurred_at!", "legacy")}
        shape: Any = keys
        for part in field.split("."):
            if isinstance(shape, tuple):
                shape = shape[0] if part.isdecimal() else None
            else:
                shape = shape.get(part, shape.get(part + "!")) if isinstance(shape, Mapping) else None
        if shape is None:
            known = ", ".join(sorted(name.rstrip("!") for name in keys))
            self.fault("field", "{} is no field of {} ({}) to correct; known are {}", short(field), entry, kind, known)
            return new
        if isinstance(shape, tuple) and isinstance(shape[0], Mapping) and isinstance(new, dict):
            shape = shape[0]
        return self.record({LINE: self.line, "new_value": new}, {"new_value": shape}).get("new_value")

    def _case(self, prefix: str, raw: Any, rows: Sequence[Row], ids: set[str]) -> Row:
        before = len(self.faults.found)
        row = self.record(raw, CASE_BLOCK, prefix)  # an enabling decision may be any event: all are known by now
        if isinstance(raw, dict) and all(raw.get(name) is None for name in OPENING):
            self.fault(f"{prefix}opened_at", "is missing")
        if len(self.faults.found) > before:
            return row
        self.line = raw[LINE]
        self._check_id(f"{prefix}id", row["id"], ids)
        ids.add(row["id"])
        self._check_opening(prefix, row, rows)
        period = row["period"]
        self._check_order(f"{prefix}period.", period, "from", "to")
        self._check_order(prefix, row, "first_lead_at", "opened_at")
        for name in ("acts", "rulebooks"):
            taken: set[str] = set()
            for key, item in self._items(prefix, name, raw, row):
                self._check_id(f"{key}.id", item["id"], taken)
                taken.add(item["id"])
        for key, act in self._items(prefix, "acts", raw, row):
            if not period["from"] <= act["date"] <= period["to"]:
                inside = f"{period['from']} to {period['to']}"
                self.fault(
                    f"{key}.date", "{} lies outside the case's period {}; correct one of them", act["date"], inside
                )
        for key, offender in self._items(prefix, "offenders", raw, row):
            self._check_order(f"{key}.", offender, "from", "to")
        return row

    def _check_opening(self, prefix: str, row: Row, rows: Sequence[Row]) -> None:
        """The event that opens the case gives the moment of its opening, or agrees with it; there may be none."""
        opened = [event for event in rows if event.get("type") == "case_opened" and event.get("case") == row["id"]]
        if not opened:  # then the block's own moment opens it
            if "opened_by" in row:
                self.fault(f"{prefix}id", "no case_opened event opens {}; add it or correct the id", short(row["id"]))
            return
        at = row.setdefault("opened_at", opened[0].get("recorded_at"))
        if row.get("opened_by", opened[0].get("id")) != opened[0].get("id"):
            said, opening = short(row["opened_by"]), opened[0].get("id")
            self.fault(f"{prefix}opened_by", "{} is not its case_opened event {}; correct the id", said, opening)
        elif at is not None and opened[0].get("recorded_at", at) != at:
            said, opening = at.isoformat(), opened[0].get("id")
            self.fault(f"{prefix}opened_at", "{} is not the recorded_at of its case_opened event {}", said, opening)

    def _items(self, prefix: str, name: str, raw: Row, row: Row) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The items of a list in a case block with their keys; each in turn is the place of what is found."""
        for number, item in enumerate(row[name]):
            self.line = raw[name][number][LINE]
            yield f"{prefix}{name}[{number}]", item


def _is_day_of_year(text: str) -> bool:
    """Whether the text is MM-DD and every year has that day."""
    try:
        return date.fromisoformat(f"2023-{text}").strftime("%m-%d") == text
    except ValueError:
        return False
