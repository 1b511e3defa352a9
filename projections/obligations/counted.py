"""Countable duties: so many credited acts in a period, of these kinds, by the owner, to these addressees."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from ledger.events.acts import EducationHeld, InspectionHeld, MeetingHeld
from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.holdings import MEMBER, SECRETARY, counted_tenures, governed_units, holders_on
from projections.facts.values import Citation, Instance, Period
from projections.obligations.act_kinds import (
    SUPERIOR,
    addressed,
    fitting_words,
    is_act,
    is_own_kind,
    kinds_of,
    superiors,
    wrong_act,
)
from projections.obligations.claims import Claim, JudgedClaim, Sorted, named_units, sort_acts
from projections.obligations.docket import Docket
from projections.obligations.outcome import DONE, Outcome, by_number
from projections.obligations.periods import Due, dues
from projections.obligations.plan_items import lacking_parts
from projections.obligations.slots import DutySlot, holder_of, known_since, slots, units_in
from projections.obligations.table import Obligation, Rule
from projections.signals.subject import doer, doers

LEADING_GROUP = "leading_group"
FOLLOWS_POST = ("secretary", "supervised_unit")
"""Duties that follow a post from holder to holder."""


@dataclass(frozen=True, slots=True)
class Question:
    """One duty of one owner in one period."""

    docket: Docket
    obligation: Obligation
    rule: Rule
    due: Due
    slot: DutySlot


def counted(
    docket: Docket,
    obligation: Obligation,
    rule: Rule,
    owners: AbstractSet[str] | None = None,
    falling: Period | None = None,
) -> Iterator[Instance]:
    """One instance per period and owner that the rule makes, of those that these may owe and that fall due in days."""
    acts = docket.claims(obligation.id)
    claimed = {what for act in acts for what in _stated_for(act)}
    for due in dues(docket, rule, claimed, falling):
        for slot in slots(docket, rule.per, due):
            if owners is not None and not owners & _may_owe(rule, slot):
                continue
            q = Question(docket, obligation, rule, due, slot)
            belonging = docket.judged(obligation.id, [act for act in acts if _belongs(q, act)])
            own = sort_acts(belonging, lambda act, q=q: _outside(q, act))  # type: ignore[misc]  # bound now
            row = _instance(q, own)
            yield replace(row, fitting=_fitting(q, row, acts))


def _stated_for(act: Claim) -> tuple[int | str, ...]:
    """The year or half-year that an act says it is for."""
    stated = (getattr(act.payload, "for_year", None), getattr(act.payload, "for_period", None))
    return tuple(what for what in stated if what is not None)


def _belongs(q: Question, act: Claim) -> bool:
    """Whether an act is asked about here at all: of the period, and of the owner where several owe the same."""
    if q.due.wanted is not None:
        if q.due.wanted not in _stated_for(act):
            return False
    elif act.on not in q.due.period:
        return False
    match q.rule.per:
        case "unit":
            return q.slot.unit in named_units(act.payload)
        case "supervised_unit":
            return q.slot.unit in named_units(act.payload)
        case "member" | "supervisor" | "person":
            return q.slot.owner in _doers(q, act)
    return True


def _doers(q: Question, act: Claim) -> frozenset[str]:
    """Who did an act and, where signing is enough, who signed it."""
    signed = q.docket.signers(act.record) if q.rule.by == "doer_or_signer" else frozenset()
    return signed.union(doers(act.record))


def _outside(q: Question, act: Claim) -> str | None:
    """Why an act lies outside the duty's scope."""
    rule = q.rule
    outside = wrong_act(q.docket, rule, act)
    if outside is not None:
        return outside
    of_post = rule.per in ("secretary", "supervised_unit") and rule.by is not None
    if of_post and not any(q.slot.held_by(person, act.on) for person in _doers(q, act)):
        return "not_signed" if rule.by == "doer_or_signer" else "wrong_level"
    if rule.by == "head_signs" and q.docket.facts.rules_on(q.due.period.first).head_signs_unit_acts:
        heads = {holding.person for holding in holders_on(q.docket.facts, "head", q.slot.unit, act.on)}
        if not heads & q.docket.signers(act.record):
            return "not_signed"
    if rule.to == LEADING_GROUP and not _leading_group(q) & addressed(act.record):
        return "not_addressed"
    return None


def _leading_group(q: Question) -> frozenset[str]:
    docket = q.docket
    named = docket.facts.rules_on(q.due.period.first).leading_group
    if named:
        return frozenset({named})
    return frozenset(unit.id for unit in docket.facts.units.values() if unit.kind == LEADING_GROUP)


def _instance(q: Question, own: Sorted) -> Instance:
    rule, docket = q.rule, q.docket
    if rule.parts:
        outcome = _of_parts(q, own, {name: _part(own.credited, rule, name) for name, _ in rule.parts})
    elif (needed := _needed(q)) is not None and not own.credited:
        outcome = Outcome("not_applicable", 0, (needed,))
    elif rule.to == "superiors":
        outcome = _of_parts(q, own, {unit: _received(docket, own.credited, unit) for unit in superiors(docket)})
    else:
        outcome = by_number(own, rule.times, q.due.due if rule.late else None, q.due.due, docket.judged_on)
    lacking = lacking_parts(own) if rule.items and outcome.status in ("met", "met_late_declared") else ()
    not_covered = _not_covered(q, own) if rule.covers and outcome.status in ("met", "met_late_declared") else ()
    return Instance(
        obligation=q.obligation.id,
        owner=_owner(q, own, outcome),
        post=q.slot.post,
        period=q.due.name,
        trigger=None,
        subject=None,
        due=q.due.due,
        status="met_with_gap" if not_covered or lacking else outcome.status,
        required=len(rule.parts) or rule.times,
        credited=outcome.credited,
        met_by=docket.cites(own.credited),
        rejected=docket.cites(own.rejected),
        doubtful=docket.cites(own.doubtful),
        not_counted=docket.cites(own.not_counted),
        missing=outcome.missing or lacking,
        not_covered=not_covered,
        by=docket.facts.cite(outcome.by.record) if outcome.by is not None else None,
        unit=q.slot.unit,
        reasons=docket.reasons(own),
        own_number=rule.set,
    )


def _needed(q: Question) -> str | None:
    """What the duty needs and nobody has registered: whom to send it to, a unit to check. Nothing is met by nothing.

    A self-summary (PD5) goes to the leading group: where none is registered nor set, nobody could have received one.
    """
    if q.rule.to == LEADING_GROUP and not _leading_group(q):
        return LEADING_GROUP
    return "department" if q.rule.covers and not units_in(q.docket, q.due) else None


def _may_owe(rule: Rule, slot: DutySlot) -> frozenset[str]:
    """Whose the duty may turn out to be: the holder's, and where it follows the post any predecessor's (`_owner`)."""
    before = (holding.person for holding in slot.holdings) if rule.per in FOLLOWS_POST else ()
    return frozenset((slot.owner, *before))


def _owner(q: Question, own: Sorted, outcome: Outcome) -> str:
    """Who owed it: the holder on the last day, unless a predecessor in the post had done the one act by then."""
    days = sorted(act.on for act in own.credited)
    if q.rule.per not in FOLLOWS_POST or q.rule.parts or q.rule.times > 1 or not outcome.status.startswith("met"):
        return q.slot.owner
    holder = holder_of(q.slot.holdings, days[0])
    return holder.person if holder is not None else q.slot.owner


def _of_parts(q: Question, own: Sorted, done: Mapping[str, Sequence[JudgedClaim]]) -> Outcome:
    """The status of named parts: kinds of record, or addressees. Some done = partly_unmet, none = unmet.

    Where nobody is registered whom it could be owed to, nothing is met by nothing: not_applicable.
    """
    if not done:
        return Outcome("not_applicable", 0, (SUPERIOR,))
    missing = tuple(name for name, acts in done.items() if not acts)
    credited = len(done) - len(missing)
    if not missing:
        declared = any(all(act.verdict == "declared_late" for act in acts) for acts in done.values())
        return Outcome("met_late_declared" if declared else "met", credited)
    if q.due.due > q.docket.judged_on:
        return Outcome("not_due", credited, missing)
    open_parts = [name for name in missing if not _doubted(q, own, name)]
    if not open_parts:
        return Outcome("partly_doubtful" if credited else "doubtful", credited, missing)
    return Outcome("partly_unmet" if credited else "unmet", credited, missing)


def _doubted(q: Question, own: Sorted, name: str) -> bool:
    """Whether a doubtful act would do a part."""
    return bool(_part(own.doubtful, q.rule, name) if q.rule.parts else _received(q.docket, own.doubtful, name))


def _part(acts: Sequence[JudgedClaim], rule: Rule, name: str) -> list[JudgedClaim]:
    """The acts that do a part: each act does the one that names its kind most closely."""
    return [act for act in acts if _closest(act, rule) == name]


def _closest(act: Claim, rule: Rule) -> str | None:
    fits = [(":" in word, name) for name, words in rule.parts for word in words if is_act(act.record, word)]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _received(docket: Docket, acts: Sequence[JudgedClaim], unit: str) -> list[JudgedClaim]:
    return [act for act in acts if unit in docket.receipts(act.record)]


def _not_covered(q: Question, own: Sorted) -> tuple[str, ...]:
    """Units that no credited check covers; a unit that came later than the last of them is not missing."""
    covered = {unit for act in own.credited for unit in getattr(act.payload, "covers", None) or ()}
    last = max(act.on for act in own.credited)
    return tuple(
        unit
        for unit in governed_units(q.docket.facts)
        if unit not in covered and known_since(q.docket, unit) <= last and q.docket.facts.units[unit].lives_on(last)
    )


def _fitting(q: Question, row: Instance, claimed: Sequence[Claim]) -> tuple[Citation, ...]:
    """Acts that the owner could have had counted here, in time, had they claimed the duty."""
    words = fitting_words(q.rule)
    if row.status in DONE or not words:
        return ()

    def fits(act: Claim) -> bool:
        in_time = not q.rule.late or act.on <= q.due.due
        own = in_time and is_own_kind(act, words) and _belongs(q, act) and _outside(q, act) is None
        return own and _by_owner(q, act) and _adds(q, row, act)

    return q.docket.fitting(q.obligation.id, _nearby(q, kinds_of(words)), fits, claimed)


def _nearby(q: Question, kinds: tuple[type[Payload], ...]) -> Iterator[Recorded]:
    """Acts of these kinds that name the owner, the holders of the post or the unit, from the days in question."""
    facts, judged_on = q.docket.facts, q.docket.judged_on
    during = Period(q.due.period.first, min(q.due.period.last, judged_on))
    if q.due.wanted is not None:
        during = Period(date(int(q.due.name[:4]), 1, 1), judged_on)
    if q.slot.unit is not None:
        yield from facts.records(*kinds, unit=q.slot.unit, occurred=during)
    elif q.rule.per == "group":
        yield from facts.records(*kinds, unit=q.slot.owner, occurred=during)
        if InspectionHeld in kinds:  # it names who led it, not the group
            yield from facts.records(InspectionHeld, occurred=during)
    else:
        for person in dict.fromkeys((q.slot.owner, *(holding.person for holding in q.slot.holdings))):
            yield from facts.records(*kinds, person=person, occurred=during)


def _by_owner(q: Question, act: Claim) -> bool:
    """Whether the record itself shows the act to be the owner's, where no claim says so."""
    payload, by = act.payload, doers(act.record)
    match q.rule.per:
        case "group":
            if isinstance(payload, MeetingHeld | EducationHeld):
                return payload.body == q.slot.owner
            named = {getattr(payload, name, None) for name in ("author", "unit")} - {None}
            return q.slot.owner in named if named else any(_sits_in_group(q.docket, each, act.on) for each in by)
        case "unit":
            who = doer(payload)
            if q.slot.unit not in (getattr(payload, "unit", None), who):
                return False
            heads = {holding.person for holding in holders_on(q.docket.facts, "head", q.slot.unit, act.on)}
            return bool(heads & q.docket.signers(act.record)) if who is None else who in (q.slot.unit, *heads)
        case "secretary" if q.rule.by is None:
            return any(q.slot.held_by(each, act.on) for each in by)
    return True


def _sits_in_group(docket: Docket, person: str | None, on: date) -> bool:
    """Whether a person is a full member of the Party group on a day."""
    return person is not None and any(
        tenure.acting != "cover"
        for role in (SECRETARY, MEMBER)
        for tenure in counted_tenures(docket.facts, person=person, role=role, on=on)
    )


def _adds(q: Question, row: Instance, act: Claim) -> bool:
    """Whether the act would do a part that is missing, where the duty has parts or addressees."""
    if q.rule.parts:
        return _closest(act, q.rule) in row.missing
    return q.rule.to != "superiors" or not q.docket.receipts(act.record).isdisjoint(row.missing)
