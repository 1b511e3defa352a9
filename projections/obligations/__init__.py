"""Obligations (履责事项): every instance due, with its status and the entries that made it so.

`acts` sorts the acts that claim an obligation, `pairs`, `yearly` and `triggered` are the few kinds of evaluator,
`rows` says which obligation is which kind. Standing duties are never scored.
"""

from collections.abc import Collection
from datetime import date

from projections.facts import Facts
from projections.model import Instance
from projections.obligations.rows import EVALUATORS

__all__ = ["EVALUATORS", "obligations", "owed_by"]


def obligations(
    facts: Facts,
    *,
    judged_on: date,
    ids: Collection[str] | None = None,
    owner: str | None = None,
    period: str | None = None,
) -> tuple[Instance, ...]:
    """The instances due by `judged_on`, of these obligations, this owner and this period, in order of obligation."""
    found = [
        instance
        for id_, evaluate in EVALUATORS.items()
        if ids is None or id_ in ids
        for instance in evaluate(facts, id_, judged_on)
    ]
    return tuple(
        instance for instance in found if owner in (None, instance.owner) and period in (None, instance.period)
    )


def owed_by(facts: Facts, person: str, *, judged_on: date) -> tuple[Instance, ...]:
    """What this person owed: the instances whose post the person held when they were due."""
    return obligations(facts, judged_on=judged_on, owner=person)
