"""Reports that each superior must receive: what closes them, and how they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from projections.facts.values import Instance
from projections.obligations.act_kinds import SUPERIOR, superiors
from projections.obligations.claims import Claim, JudgedClaim, Sorted
from projections.obligations.docket import Docket
from projections.obligations.outcome import Outcome, by_number
from projections.obligations.table import Rule


def in_order(act: Claim) -> tuple[date, int]:
    """What came first: by the day on which it was done, on one day by its place in the ledger."""
    return act.on, act.record.position


def has_reached(docket: Docket, rule: Rule, row: Instance, act: Claim) -> bool:
    """Whether a superior has received it whom nothing reached yet, where the duty asks for that."""
    return not goes_to_each(rule) or not docket.receipts(act.record).isdisjoint(row.missing or superiors(docket))


def is_closed(docket: Docket, rule: Rule, acts: Sequence[JudgedClaim]) -> bool:
    """Whether these acts leave nothing open: what is owed to each superior is open until each has received it."""
    if not acts or not goes_to_each(rule):
        return bool(acts)
    return {unit for act in acts for unit in docket.receipts(act.record)}.issuperset(superiors(docket))


def goes_to_each(rule: Rule) -> bool:
    """Whether each superior has to receive it."""
    return rule.to == "superiors" and rule.receipts


def by_each(docket: Docket, own: Sorted, due: date) -> Outcome:
    """The status of a report that each superior has to receive: late where the last of them was reached after its time.

    Some reached = partly_unmet, none = unmet, once it is due; some reached and the rest by doubtful reports alone =
    partly_doubtful. Where no superior is registered, nothing is met by nothing.
    """
    reached = {unit: _received_by(docket, own.credited, unit) for unit in superiors(docket)}
    if not reached:
        return Outcome("not_applicable", 0, (SUPERIOR,))
    missing = tuple(unit for unit, acts in reached.items() if not acts)
    credited = len(reached) - len(missing)
    if missing:
        if due > docket.judged_on:
            return Outcome("not_due", credited, missing)
        doubtful = all(_received_by(docket, own.doubtful, unit) for unit in missing)
        whole, part = ("doubtful", "partly_doubtful") if doubtful else ("unmet", "partly_unmet")
        return Outcome(part if credited else whole, credited, missing)
    outcomes = [by_number(replace(own, credited=acts), 1, due, due, docket.judged_on) for acts in reached.values()]
    late = [outcome.by for outcome in outcomes if outcome.by is not None]
    if late:
        return Outcome("late", credited, by=max(late, key=in_order))
    declared = any(outcome.status == "met_late_declared" for outcome in outcomes)
    return Outcome("met_late_declared" if declared else "met", credited)


def _received_by(docket: Docket, acts: Iterable[JudgedClaim], unit: str) -> tuple[JudgedClaim, ...]:
    return tuple(act for act in acts if unit in docket.receipts(act.record))
