"""Standing duties: duties of quality of which only evidence can be gathered. They are listed and never scored."""

from collections.abc import Iterator
from datetime import date

from ledger.frozen import dataclass
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period
from projections.obligations.docket import docket_of
from projections.obligations.table import table


@dataclass(frozen=True, slots=True)
class StandingDuty:
    """A standing duty with the entries that claim to serve it; `doubted` are those that a signal blames."""

    obligation: str
    owner: str
    """Kind of owner: group, secretary, member, unit, head."""
    evidence: tuple[Citation, ...]
    doubted: tuple[Citation, ...]


def standing(facts: Facts, *, judged_on: date, during: Period | None = None) -> tuple[StandingDuty, ...]:
    """Every standing duty in the table's order, with its evidence from these days (all by default)."""
    return tuple(_rows(facts, judged_on, during))


def _rows(facts: Facts, judged_on: date, during: Period | None) -> Iterator[StandingDuty]:
    docket = docket_of(facts, judged_on)
    for obligation in table().obligations.values():
        if obligation.standing:
            acts = [act for act in docket.claiming(obligation.id) if during is None or act.on in during]
            yield StandingDuty(
                obligation.id,
                obligation.owner,
                docket.cites(act for act in acts if act.counts),
                docket.cites(act for act in acts if not act.counts),
            )
