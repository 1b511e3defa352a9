"""The register of risk points (风险点): where a unit may go wrong, and what was done against it."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.acts import RiskMeasureTaken
from ledger.events.office import RiskRegistered
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation

RiskStatus = Literal["bare", "countered"]


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk point as on a day, with the measures that refer to it. It is bare where there is none."""

    entry: Citation
    unit: str | None
    since: date
    status: RiskStatus
    measures: tuple[Citation, ...]


def risks(facts: Facts, judged_on: date) -> Iterator[Risk]:
    """Every risk point registered by that day. Whether a measure suffices, the register does not say."""
    taken = [
        (facts.cite(event), frozenset(facts.refs(event, *(event.payload.refers or ()))))
        for event in facts.records(RiskMeasureTaken)
        if isinstance(event.payload, RiskMeasureTaken) and happened(facts, event) <= judged_on
    ]
    for record in facts.records(RiskRegistered):
        on = happened(facts, record)
        if not isinstance(record.payload, RiskRegistered) or on > judged_on:
            continue
        entry = facts.cite(record)
        measures = tuple(cite for cite, about in taken if entry in about)
        yield Risk(
            entry=entry,
            unit=record.payload.unit,
            since=on,
            status="countered" if measures else "bare",
            measures=measures,
        )
