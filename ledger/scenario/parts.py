"""The checked rows of a scenario file as its typed parts."""

from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ledger.scenario.loaded import CaseBlock, Meta, ScenarioEvent
from ledger.scenario.scenario_keys import ENVELOPE

Row = dict[str, Any]


def build_meta(row: Row, zone: ZoneInfo) -> Meta:
    period = row["period"]
    money = row.get("unit_of_money") or ""
    return Meta(row["title"], zone, zone.key, period["from"], period["to"], row["organ"], money)


def build_event(row: Row, line: int) -> ScenarioEvent:
    envelope = {name.rstrip("!") for name in ENVELOPE}
    return ScenarioEvent(
        id=row["id"],
        type=row["type"],
        ledger=row["ledger"],
        recorded_at=row["recorded_at"],
        occurred_at=row["occurred_at"],
        recorder=row["recorder"],
        values=MappingProxyType({key: value for key, value in row.items() if key not in envelope}),
        signatures=row.get("signatures", ()),
        legacy=row.get("legacy", False),
        line=line,
    )


def build_case(row: Row, line: int) -> CaseBlock:
    return CaseBlock(
        id=row["id"],
        subject=row.get("subject"),
        unit=row["unit"],
        period_from=row["period"]["from"],
        period_to=row["period"]["to"],
        opened_at=row["opened_at"],
        first_lead_at=row.get("first_lead_at"),
        offenders=row["offenders"],
        acts=row["acts"],
        functions=row.get("functions", ()),
        enabling_decisions=row.get("enabling_decisions", ()),
        rulebooks=row["rulebooks"],
        line=line,
    )
