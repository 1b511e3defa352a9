"""Obligations (履责事项): every instance due, with its status and the entries that made it so.

`table` reads the data file of all obligations, `docket` judges the acts that claim one by what the signals leave of
them, `periods` and `slots` say when and by whom a duty is owed; `counted`, `pairs`, `triggered`, `post_duties` and
`case_duties` decide, `outcome` says in which status. One evaluator serves each form of rule; no obligation has code of
its own. Standing duties are listed with their
evidence (`standing`) and never scored.

Not here: an obligation of its own code, a signal, a sentence.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from functools import partial

from projections.facts.protocol import Facts
from projections.facts.rule_sets import Demand
from projections.facts.values import Citation, Instance, Period
from projections.obligations.case_duties import after_cases, own_case_acts
from projections.obligations.counted import counted
from projections.obligations.demands import check_demands, rules_in
from projections.obligations.docket import Docket, docket_of
from projections.obligations.kept_before import InstancesKey
from projections.obligations.pairs import talks
from projections.obligations.post_duties import rotation, vacancies
from projections.obligations.standing import StandingDuty, standing
from projections.obligations.table import Obligation, Rule, table
from projections.obligations.triggered import answered

__all__ = ["StandingDuty", "obligations", "owed_by", "standing", "uncounted"]

Evaluator = Callable[[Docket, Obligation, Rule], Iterator[Instance]]
SPECIAL: Mapping[str, Evaluator] = {
    "vacancy": vacancies,
    "vacancy_of_supervision": vacancies,
    "case": after_cases,
    "own_case_act": own_case_acts,
}


def obligations(
    facts: Facts,
    *,
    judged_on: date,
    ids: Collection[str] | None = None,
    owners: AbstractSet[str] | None = None,
    period: str | None = None,
    about: bool = False,
    falling: Period | None = None,
) -> tuple[Instance, ...]:
    """The instances owed by `judged_on` or running on it, of these obligations, these owners and this period.

    With `about` also those that are about one of the owners, whoever owes them; with `falling` only those that fall due
    in these days, or on no day.
    In the order of the table. Of the acts that claim an obligation only those are judged that could count for one of
    the owners. Raises BadInput where an adopted rule set demands what the table does not have.
    """
    docket = docket_of(facts, judged_on)
    check_demands(facts.rules)
    found = [
        instance
        for obligation in table().obligations.values()
        if ids is None or obligation.id in ids
        for instance in _of(docket, obligation, owners, falling, about=about)
    ]
    return tuple(
        row
        for row in found
        if period in (None, row.period) and (falling is None or row.due is None or row.due in falling)
    )


def owed_by(facts: Facts, person: str, *, judged_on: date) -> tuple[Instance, ...]:
    """What this person owed: the instances whose post the person held when they were due."""
    return obligations(facts, judged_on=judged_on, owners={person})


def uncounted(facts: Facts, *, judged_on: date) -> tuple[tuple[str, Citation], ...]:
    """(obligation, act) for every act that claims an obligation of which no instance looked at it.

    It was done by somebody who does not owe it, in a period that owes none, or claims what is unknown or standing.
    """
    docket = docket_of(facts, judged_on)
    looked_at = {
        (row.obligation, cite)
        for row in obligations(facts, judged_on=judged_on)
        for cite in (*row.met_by, *row.rejected, *row.doubtful, *row.not_counted)
    }
    return tuple(
        (obligation.id, cite)
        for obligation in table().obligations.values()
        if not obligation.standing
        for cite in docket.cites(docket.claims(obligation.id))
        if (obligation.id, cite) not in looked_at
    )


def _of(
    docket: Docket, obligation: Obligation, owners: AbstractSet[str] | None, falling: Period | None, *, about: bool
) -> tuple[Instance, ...]:
    """The instances of one obligation: all of them, computed once for a cut, or those of these owners.

    With `falling` at least those that fall due in these days.
    """

    def asked(row: Instance) -> bool:
        return owners is None or row.owner in owners or (about and row.subject in owners)

    def compute() -> tuple[Instance, ...]:
        if owners is None and falling is None:
            docket.claiming(obligation.id)  # all are asked about: judged at once
        # What is about somebody else than its owner is computed whatever owners are asked about (`rotation`).
        return tuple(row for row in _evaluated(docket, obligation, owners, falling) if asked(row))

    whole = InstancesKey(obligation.id)
    if (owners is None and falling is None) or docket.keeps(whole):
        return tuple(row for row in docket.keep(whole, compute) if asked(row))
    return docket.keep(
        InstancesKey(obligation.id, owners if owners is None else frozenset(owners), about, falling), compute
    )


def computed_again(docket: Docket, key: InstancesKey) -> tuple[Instance, ...]:
    """What a docket keeps under a key."""
    return _of(docket, table().obligations[key.obligation], key.owners, key.falling, about=key.about)


def _evaluated(
    docket: Docket, obligation: Obligation, owners: AbstractSet[str] | None, falling: Period | None
) -> Iterator[Instance]:
    for number, rule in enumerate(obligation.rules):
        for version in _versions(docket, obligation, number):
            for instance in _evaluator(rule, owners, falling)(docket, obligation, version):
                if _in_force(docket, obligation, number, version, instance):
                    later = _claimed_later(docket, obligation.id, instance)
                    yield replace(instance, claimed_later=later) if later else instance


def _claimed_later(docket: Docket, obligation: str, instance: Instance) -> tuple[tuple[Citation, date], ...]:
    """The acts of a row that claim it by a correction only, each with the day of that."""
    acts = dict.fromkeys((*instance.met_by, *instance.doubtful, *((instance.by,) if instance.by is not None else ())))
    found = ((cite, docket.facts.claimed_later(cite, obligation)) for cite in acts)
    return tuple((cite, on) for cite, on in found if on is not None)


def _versions(docket: Docket, obligation: Obligation, number: int) -> tuple[Rule, ...]:
    """The rule as each demand left it; one where no layer demands anything."""
    facts = docket.facts
    demands = _demands(docket, obligation)
    days = {date.max}
    if demands:
        days = {date.min, *(d.since for d in demands if d.since is not None), *(a.since for a in facts.adopted_rules)}
    rows = [rules_in(facts.rules_on(on), obligation, on) for on in sorted(days)]
    return tuple(dict.fromkeys(row[number] for row in rows if row))


def _demands(docket: Docket, obligation: Obligation) -> list[Demand]:
    """What any rule set in force by now or before demands of an obligation."""
    sets = [docket.facts.rules, *(docket.facts.rules_on(each.since) for each in docket.facts.adopted_rules)]
    return [demand for rules in sets for demand in rules.obligations if demand.obligation == obligation.id]


def _in_force(docket: Docket, obligation: Obligation, number: int, version: Rule, instance: Instance) -> bool:
    """Whether this version of the rule was in force when the period began or the trigger stood."""
    if not _demands(docket, obligation):
        return True
    begun = instance.since or _begin(instance) or instance.due or docket.judged_on
    current = rules_in(docket.facts.rules_on(begun), obligation, begun)
    return bool(current) and current[number] == version


def _begin(instance: Instance) -> date | None:
    """The first day of the named period's year or half-year: enough to tell which rules were in force."""
    name = instance.period or ""
    if not name[:4].isdigit():
        return None
    month = {"H2": 7, "Q2": 4, "Q3": 7, "Q4": 10}.get(name[4:], 1)
    return date(int(name[:4]), month, 1)


def _evaluator(rule: Rule, owners: AbstractSet[str] | None, falling: Period | None) -> Evaluator:
    if rule.every is not None:
        return partial(counted, owners=owners, falling=falling)
    if rule.pairs is not None:
        return partial(talks, owners=owners, falling=falling)
    if rule.tenure is not None:
        return rotation
    return SPECIAL.get(rule.trigger or "") or partial(answered, owners=owners)
