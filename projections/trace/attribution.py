"""R1, R3, R5, R6: the offence period divided among the holders of each level of the unit's line.

Within a level every day of the period and every act has its holder or stands in a named gap; nothing is lost, and
where holders follow one another nothing is counted twice.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from projections.facts.holdings import Holding, line_holders
from projections.facts.protocol import Facts
from projections.facts.values import Period, without
from projections.trace.model import LEVELS, CaseFacts, Level, Share

Line = dict[Level, tuple[Holding, ...]]
ABOVE: dict[Level, tuple[Level, ...]] = {
    "head": ("supervisor", "secretary"),
    "supervisor": ("secretary",),
    "secretary": (),
}


def line_of(facts: Facts, case: CaseFacts, days: Sequence[date] = ()) -> Line:
    """Who held each level of the case unit's line inside the offence period; R5: cover is no holding.

    Where days beside it are asked about, from the first to the last of all.
    """
    asked = Period(min((case.period.first, *days)), max((case.period.last, *days)))
    return {level: tuple(line_holders(facts, level, case.unit, asked, primary=True)) for level in LEVELS}


def own_share(case: CaseFacts, level: Level, holding: Holding) -> Share:
    """R1 (处分条例 art. 39, section 2.4 position interval): one holder's own sub-interval with its acts and amounts.

    Only whoever held the post inside the offence period; the acts dated inside the sub-interval, both ends counted.
    """
    acts, amount = acts_in(case, holding.period)
    return Share(level, holding.person, holding.acting, holding.period, acts, amount, entry=holding.entry)


def acts_in(case: CaseFacts, period: Period) -> tuple[tuple[str, ...], Decimal]:
    """The acts dated in a period, and their sum."""
    inside = [(id_, amount) for id_, day, amount in case.acts if day in period]
    return tuple(id_ for id_, _ in inside), sum((amount for _, amount in inside), Decimal(0))


def attribution(case: CaseFacts, line: Line, life: Period | None = None) -> tuple[Share, ...]:
    """The shares of all levels, each level in order of days, gaps between the holders.

    `life` are the days on which the case's unit lives: before and after them its posts leave no gap.
    """
    shares: list[Share] = []
    for level in LEVELS:
        rows = [own_share(case, level, holding) for holding in line[level]]
        living = case.period if life is None or level == "secretary" else life.meet(case.period)
        rows += gap_shares(case, line, level, living) if living is not None else []
        shares += sorted(rows, key=lambda row: (row.period, row.person or ""))
    return tuple(shares)


def gap_shares(case: CaseFacts, line: Line, level: Level, during: Period) -> list[Share]:
    """R6 (2010 rules, 责任分解): a vacancy falls to the next level up that was held, day by day.

    head → supervising member → secretary; its acts are shown under that person and counted as nobody's.
    """
    rows = []
    for gap in without(during, [holding.period for holding in line[level]]):
        for part, person in _split_by_holder_above(gap, line, level):
            acts, amount = acts_in(case, part)
            rows.append(Share(level, None, False, part, acts, amount, falls_to=person))  # noqa: FBT003 - not acting
    return rows


def _split_by_holder_above(gap: Period, line: Line, level: Level) -> list[tuple[Period, str | None]]:
    open_parts, found = [gap], []
    for above in ABOVE[level]:
        remaining: list[Period] = []
        for part in open_parts:
            held = [(met, holding.person) for holding in line[above] if (met := part.meet(holding.period))]
            found += held
            remaining += without(part, [period for period, _ in held])
        open_parts = remaining
    return sorted([*found, *((part, None) for part in open_parts)], key=lambda row: (row[0], row[1] or ""))


def holders_on(line: Line, level: Level, day: date) -> list[str]:
    """Who held the level on a day."""
    return [holding.person for holding in line[level] if day in holding.period]


def span(periods: Sequence[Period]) -> Period | None:
    """From the first to the last day; None for no period."""
    return Period(min(p.first for p in periods), max(p.last for p in periods)) if periods else None
