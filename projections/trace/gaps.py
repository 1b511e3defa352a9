"""R6: why nobody is here. Each vacancy of the line with who was there before and after, and whose claim is disputed."""

from collections.abc import Iterable, Iterator
from datetime import date

from projections.facts.holdings import Holding, line_holders, retro_weight
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period
from projections.trace.later import at_level
from projections.trace.model import CaseFacts, Gap, Neighbour, Share


def gaps(cut: Facts, uncut: Facts, case: CaseFacts, shares: Iterable[Share]) -> tuple[Gap, ...]:
    """R6: one row per vacancy in the attribution, in its order.

    `before` and `after` are as known at the cut; `disputed` also looks beyond it.
    """
    return tuple(_gap(cut, uncut, case, row) for row in shares if row.person is None)


def _gap(cut: Facts, uncut: Facts, case: CaseFacts, row: Share) -> Gap:
    around = line_holders(cut, row.level, case.unit, Period(date.min, date.max), primary=True)
    earlier = [holding for holding in around if holding.period.last < row.period.first]
    later = [holding for holding in around if holding.period.first > row.period.last]
    before = max(earlier, key=lambda holding: holding.period.last, default=None)
    after = min(later, key=lambda holding: holding.period.first, default=None)
    return Gap(
        level=row.level,
        period=row.period,
        acts=row.acts,
        amount=row.amount,
        falls_to=row.falls_to,
        before=_last_of(before),
        after=Neighbour(after.person, after.period.first, after.entry) if after is not None else None,
        disputed=tuple(_claims(uncut, case, row)),
    )


def _last_of(holding: Holding | None) -> Neighbour | None:
    if holding is None:
        return None
    last = holding.tenures[-1]
    return Neighbour(holding.person, holding.period.last, last.ended_by or last.entry, last.leaves)


def _claims(uncut: Facts, case: CaseFacts, row: Share) -> Iterator[Citation]:
    for tenure in uncut.tenures(during=row.period, undisputed=True):
        claimed = at_level(tenure, row.level, case.unit, uncut.party_group)
        if claimed and retro_weight(uncut, tenure) == "high":
            yield tenure.entry
