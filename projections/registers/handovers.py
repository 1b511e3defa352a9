"""The register of handovers (工作交接): who handed what over to whom, and whether both signed."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ledger.events.tenure import HandoverMade
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, day, happened
from projections.facts.values import Citation
from projections.facts.who_signed import signatures

HandoverStatus = Literal["one_sided", "signed"]


@dataclass(frozen=True, slots=True)
class Handover:
    """One handover as on a day. `named` are the entries that it hands over; `issues` counts what is told in words."""

    entry: Citation
    held: date
    outgoing: str
    incoming: str
    scope: tuple[str, ...]
    issues: int
    named: tuple[Citation, ...]
    status: HandoverStatus


def handovers(facts: Facts, judged_on: date) -> Iterator[Handover]:
    """Every handover made by that day; it is one-sided until both who left and who came have signed it."""
    for record in facts.records(HandoverMade):
        handover, on = record.payload, happened(facts, record)
        if not isinstance(handover, HandoverMade) or on > judged_on:
            continue
        signed = {person for person, at in signatures(facts, record).items() if day(facts, at) <= judged_on}
        yield Handover(
            entry=facts.cite(record),
            held=on,
            outgoing=handover.outgoing,
            incoming=handover.incoming,
            scope=handover.scope,
            issues=len(handover.open_issues or ()),
            named=facts.refs(record, *(handover.refers or ())),
            status="signed" if {handover.outgoing, handover.incoming} <= signed else "one_sided",
        )
