"""Triggered duties: what answers each trigger on record, in time, late or not.

Without another stated time "prompt" is `timely_days` working days from the trigger or its receipt: a setting, not a
rule text. Only the owner's own credited act while he holds the post counts.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from ledger.events.office import OpinionGiven
from ledger.events.record import Recorded
from projections.facts.heirs import heirs
from projections.facts.holdings import holders_on
from projections.facts.protocol import day
from projections.facts.values import Citation, Instance, Period, Reason
from projections.facts.workdays import add_working_days, is_announced
from projections.obligations.act_kinds import (
    addressed,
    fitting_words,
    is_own_kind,
    kinds_of,
    superiors,
    wrong_act,
)
from projections.obligations.claims import Claim, JudgedClaim, Sorted, named_units, sort_acts
from projections.obligations.docket import Docket
from projections.obligations.outcome import DONE, LATE, by_number, if_rectified, late_or_provisional
from projections.obligations.table import Obligation, Rule
from projections.obligations.to_superiors import by_each, goes_to_each, has_reached, in_order, is_closed
from projections.obligations.trigger import Trigger, names
from projections.obligations.triggers import KINDS, triggers


def answered(
    docket: Docket, obligation: Obligation, rule: Rule, owners: AbstractSet[str] | None = None
) -> Iterator[Instance]:
    """One instance per trigger and owner, of these owners only where they are given.

    What answers one trigger only is told from all of its kind, whoever owes them.
    """
    acts = docket.claims(obligation.id)
    used: set[int] = set()
    found: dict[tuple[str, str], Trigger] = {}
    for trigger in triggers(docket, obligation.id, rule):
        known = found.setdefault((trigger.name, trigger.owner), trigger)
        if trigger.on < known.on:  # who learnt of it twice knows it from the first time
            found[trigger.name, trigger.owner] = trigger
    positions = _positions(found.values()) | _of_other_rules(docket, obligation, rule)
    for trigger in sorted(found.values(), key=lambda t: (t.on, t.name, t.owner)):
        if owners is not None and trigger.owner not in owners and not trigger.one_to_one:
            continue
        due = _due(docket, rule, trigger)
        answers = [
            act for act in acts if act.on <= trigger.until and _means(act, trigger, positions) and trigger.answers(act)
        ]
        own = sort_acts(docket.judged_among(obligation.id, answers), lambda act: _outside(docket, rule, act))
        own = _spent(own, trigger, used, due) if trigger.one_to_one else _while_open(docket, rule, own, trigger)
        row = _instance(docket, obligation, rule, trigger, own, due)
        yield replace(row, fitting=_fitting(docket, rule, trigger, row, positions, acts))


def _positions(found: Iterable[Trigger]) -> frozenset[int]:
    return frozenset(trigger.entry.position for trigger in found if trigger.entry is not None)


def _of_other_rules(docket: Docket, obligation: Obligation, rule: Rule) -> frozenset[int]:
    """What triggers the same duty by its other rules.

    An act that is its own trigger (`own_act`) is none that another act could answer.
    """
    kinds = {each.trigger for each in obligation.rules} & KINDS.keys() - {rule.trigger, "own_act"}
    others = [each for each in obligation.rules if each.trigger in kinds]
    return docket.share(
        ("triggers beside", obligation.id, rule.trigger),
        lambda: frozenset().union(*(_positions(triggers(docket, obligation.id, each)) for each in others)),
    )


def _fitting(
    docket: Docket,
    rule: Rule,
    trigger: Trigger,
    row: Instance,
    known: AbstractSet[int],
    claimed: Iterable[Claim],
) -> tuple[Citation, ...]:
    """Acts that answer the trigger in time and do not claim the duty."""
    words, last = fitting_words(rule), min(row.due or date.max, trigger.until, docket.judged_on)
    if row.status in DONE or not words or trigger.entry is None:
        return ()

    def fits(act: Claim) -> bool:
        own = act.on <= last and is_own_kind(act, words) and _means(act, trigger, known) and trigger.answers(act)
        return own and _outside(docket, rule, act) is None and has_reached(docket, rule, row, act)

    return docket.fitting(row.obligation, _nearby(docket, rule, trigger, words, last), fits, claimed)


def _nearby(docket: Docket, rule: Rule, trigger: Trigger, words: Iterable[str], last: date) -> Iterator[Recorded]:
    """Acts of these kinds from the trigger on, where its owner is a person such as name him, or its unit; and opinions.

    What has to come before may lie any time back: of that only what the trigger refers to, or what came after it was
    put on record.
    """
    if trigger.entry is None:
        return
    first = min(docket.happened(trigger.entry), trigger.on)
    if rule.within == "before":
        first = day(docket.facts, trigger.entry.recorded_at)
        for reference in getattr(trigger.entry.payload, "refers", None) or ():
            cited = docket.facts.entry(reference, within=trigger.entry)
            if cited is not None:
                yield cited
    if first <= last:
        kinds, during = kinds_of(words), Period(first, last)
        by_name = trigger.owner in docket.facts.persons and OpinionGiven not in kinds  # one may name nobody and no unit
        owner = trigger.owner if by_name else None
        yield from docket.facts.records(*kinds, person=owner, occurred=during)
        if owner is not None and trigger.unit is not None:  # an act that names nobody is theirs who signed it
            yield from docket.facts.records(*kinds, unit=trigger.unit, occurred=during)


def _means(act: Claim, trigger: Trigger, known: AbstractSet[int]) -> bool:
    """An act that refers to triggers of the duty counts for those only; one that refers to none, for all it fits."""
    cited = known & {each.position for each in getattr(act.payload, "refers", None) or () if not each.fingerprint}
    return not cited or (trigger.entry is not None and trigger.entry.position in {*cited, act.record.position})


def _while_open(docket: Docket, rule: Rule, own: Sorted, trigger: Trigger) -> Sorted:
    """An act that refers to no trigger counts for those still open: not for one that an earlier act has answered."""
    kept: list[JudgedClaim] = []
    for act in sorted(own.credited, key=in_order):
        if _refers(act, trigger) or not is_closed(docket, rule, kept):
            kept.append(act)
    return replace(own, credited=tuple(kept))


def _due(docket: Docket, rule: Rule, trigger: Trigger) -> date | None:
    if trigger.due is not None:
        return trigger.due
    match rule.within:
        case "timely":
            return add_working_days(trigger.on, docket.facts.rules_on(trigger.on).timely_days)
        case "before":
            return trigger.on
        case "year_end":
            return date(trigger.on.year, 12, 31)
    return None


def _outside(docket: Docket, rule: Rule, act: Claim) -> str | None:
    outside = wrong_act(docket, rule, act)
    if outside is not None:
        return outside
    if rule.to == "group_or_secretary":
        return _not_to_group(docket, act)
    if rule.to == "superiors" and not addressed(act.record) & set(superiors(docket)):
        return "not_addressed"
    return None


def _not_to_group(docket: Docket, act: Claim) -> str | None:
    """A report to the group or the secretary: addressed to one of them, and received by one of them."""
    secretaries = {holding.person for holding in holders_on(docket.facts, "secretary", None, act.on)}
    asked = addressed(act.record) & {docket.facts.party_group, *secretaries}
    if not asked:
        return "not_addressed"
    received = {*docket.receipts(act.record), *docket.signers(act.record)}
    return None if received & {*asked, *secretaries} else "no_receipt"


def _spent(own: Sorted, trigger: Trigger, used: set[int], due: date | None) -> Sorted:
    """Where an act answers one trigger only: the earliest free one in time; one taken before does not count."""
    free = [act for act in own.credited if act.record.position not in used]
    spent = [
        JudgedClaim(act.record, act.on, "not_counted", ("double_credit",))
        for act in own.credited
        if act.record.position in used
    ]
    wanted = [act for act in free if due is None or act.on <= due] or free
    taken = min(wanted, key=lambda a: (not _refers(a, trigger), a.on, a.record.position), default=None)
    if taken is not None:
        used.add(taken.record.position)
    credited = (taken,) if taken is not None else ()
    return replace(own, credited=credited, not_counted=(*own.not_counted, *spent))


def _refers(act: Claim, trigger: Trigger) -> bool:
    return trigger.entry is not None and names(act, trigger.entry)


def _instance(
    docket: Docket, obligation: Obligation, rule: Rule, trigger: Trigger, own: Sorted, due: date | None
) -> Instance:
    done = tuple(JudgedClaim(record, on, "credited") for record, on in trigger.done)
    own = replace(own, credited=tuple(sorted((*own.credited, *done), key=in_order)))
    outcome = by_number(own, 1, due, due or date.min, docket.judged_on)
    if goes_to_each(rule):
        outcome = by_each(docket, own, due or date.min)
    provisional = rule.within == "timely" and trigger.due is None and due is not None and not is_announced(due)
    if trigger.rectified is not None:
        outcome = if_rectified(outcome, trigger.rectified, due or date.max, docket.judged_on)
    status, missing = outcome.status, outcome.missing
    if outcome.by is not None:
        status = late_or_provisional(status, outcome.by.on, due if provisional else None)
    if trigger.parts:
        own, status, missing = _of_parts(docket, trigger, own, due or date.max)
    refused = tuple(Reason(docket.facts.cite(event), "rejected", ("refused",)) for event in trigger.refused)
    if status == "not_due" and trigger.refused:
        status = "unmet"
    return Instance(
        obligation=obligation.id,
        owner=trigger.owner,
        post=trigger.post,
        period=None,
        trigger=trigger.name,
        subject=None,
        due=due,
        status=status,
        met_by=docket.cites(own.credited),
        rejected=docket.cites(own.rejected),
        doubtful=docket.cites(own.doubtful),
        not_counted=docket.cites(own.not_counted),
        missing=missing,
        by=docket.facts.cite(outcome.by.record) if status in LATE and outcome.by is not None else None,
        unit=trigger.unit,
        provisional=provisional,
        reasons=(*docket.reasons(own), *refused),
    )


def _of_parts(docket: Docket, trigger: Trigger, own: Sorted, due: date) -> tuple[Sorted, str, tuple[str, ...]]:
    """What was done of a duty towards several: some reached = partly_unmet, none = unmet.

    An act reaches those that it names, and all where it names none of them; who took a unit over is named by its name.
    """
    in_time = [act for act in own.credited if act.on <= due]
    reached = {part for part, _, _ in trigger.reached}
    last = min(due, docket.judged_on)
    for act in in_time:
        named = {heir for unit in named_units(act.payload) for heir in heirs(docket.facts, unit, last)}
        named &= set(trigger.parts)
        reached |= named or set(trigger.parts)
    missing = tuple(part for part in trigger.parts if part not in reached)
    done = [JudgedClaim(record, on, "credited") for _, record, on in trigger.reached]
    kept = replace(own, credited=tuple(sorted((*in_time, *done), key=in_order)))
    if not missing:
        return kept, "met", ()
    if due > docket.judged_on:
        return kept, "not_due", missing
    return kept, "partly_unmet" if reached else "unmet", missing
