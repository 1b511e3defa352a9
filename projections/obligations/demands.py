"""What adopted rule sets demand beyond the table: a layer tightens it, never loosens it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ledger.errors import BadInput
from projections.facts.rule_sets import Demand, RuleSet
from projections.obligations.table import Obligation, Rule, table

PER_YEAR: Mapping[str, int] = {"year": 1, "half_year": 2, "quarter": 4}


def rules_in(rules: RuleSet, obligation: Obligation, on: date) -> tuple[Rule, ...]:
    """The rules of an obligation as the layers in force on a day have them: the strictest demand wins.

    A layer tightens what the table counts, never loosens it: of the number a year the greatest counts and, where it is
    equal, the shorter period. One is not in force only where some layer says so and no layer demands it. Raises
    BadInput for a demand on an obligation that the table does not count.
    """
    demands = [demand for demand in rules.obligations if demand.obligation == obligation.id]
    if not demands:
        return obligation.rules
    if not any(rule.every in PER_YEAR or rule.every == "regular" for rule in obligation.rules):
        counts = [demand for demand in demands if demand.times is not None or demand.every is not None]
        if counts:
            raise BadInput("the rule set counts {}, which the table does not count", obligation.id)
    current = [demand for demand in demands if demand.since is None or demand.since <= on]
    if any(not demand.in_force for demand in current) and not any(demand.in_force for demand in current):
        return ()
    return tuple(_tightened(rules, rule, current) for rule in obligation.rules)


def _tightened(rules: RuleSet, rule: Rule, demands: list[Demand]) -> Rule:
    every = rules.regular_period if rule.every == "regular" else rule.every
    if every is None or every not in PER_YEAR:
        return rule
    wanted = [(rule.times, every), *((d.times or rule.times, d.every or every) for d in demands if d.in_force)]
    times, period = max(wanted, key=lambda row: (row[0] * PER_YEAR[row[1]], PER_YEAR[row[1]]))
    return replace(rule, times=times, every=period)


def check_demands(rules: RuleSet) -> None:
    """Raises BadInput where a rule set demands an obligation that the table does not have or cannot count."""
    for demand in rules.obligations:
        if demand.obligation not in table().obligations:
            raise BadInput("the rule set demands {!r}, which is not an obligation of the table", demand.obligation)
        rules_in(rules, table().obligations[demand.obligation], date.max)
