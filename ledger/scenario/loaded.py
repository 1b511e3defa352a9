"""A loaded scenario as values: typed, checked, nothing of YAML left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


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
class ScenarioPerson:
    """A person of the scenario."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ScenarioUnit:
    """A unit or body of the scenario."""

    id: str
    name: str
    kind: str
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """One event; `values` are the keys of its type, `line` is where it stands in the file, or its case does."""

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
    """The inspectors' facts of a case; `line` is where it stands in the file."""

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
    line: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A loaded scenario. `expected` is raw and only for tests: the program never looks into it."""

    path: Path
    meta: Meta
    config: Mapping[str, Any]
    units: tuple[ScenarioUnit, ...]
    persons: tuple[ScenarioPerson, ...]
    events: tuple[ScenarioEvent, ...]
    cases: tuple[CaseBlock, ...]
    expected: Mapping[str, Any]

    @property
    def case(self) -> CaseBlock | None:
        """The case of a file that has one; None where it has none or several."""
        return self.cases[0] if len(self.cases) == 1 else None
