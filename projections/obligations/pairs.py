"""Half-yearly talks between the holders of two posts (A2a, A2b).

The duty follows the post: whoever holds it at the period's end owes it, unless the predecessor did it already; the
counterpart's post likewise. Who held a post for fewer days of the period than `min_days_for_pair` is not due: such a
pair is `not_due` unless it was done, and says nothing of the others. With
`pair_follows: holder` each holder who held it long enough owes his own talks. Two posts of one person make one pair.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from ledger.events.acts import MeetingHeld, TalkHeld
from projections.facts.tenures import MEMBER, SECRETARY, Holding, line_holders, stints
from projections.facts.values import Instance, Reason
from projections.obligations.docket import Claim, Docket, Judged, Sorted, doer, sort_acts
from projections.obligations.periods import Due, dues
from projections.obligations.slots import holder_of, units_in
from projections.obligations.table import Obligation, Rule

T = TypeVar("T")
COLLECTIVE = "collective_talk"
"""Kind of a meeting that is a talk with several at once."""
HALF_YEARS = Rule(every="half_year")


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as one half-year saw it: who held it when, and who owes or is owed the talk."""

    holdings: tuple[Holding, ...]
    last: str
    short: bool = False
    """Held for too few days to owe or be owed."""

    def held_by(self, person: str, day: date) -> bool:
        """Whether this person held the seat on a day."""
        return any(holding.person == person and day in holding.period for holding in self.holdings)


@dataclass(frozen=True, slots=True)
class Pair:
    """Who owes the talk, and with whom; more than one pair of seats where the two stand so over several units."""

    owner: str
    other: str
    seats: tuple[tuple[Seat, Seat], ...]
    units: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`owner/counterpart`."""
        return f"{self.owner}/{self.other}"

    @property
    def short(self) -> bool:
        """Whether one of the two is too new in every post that makes the pair."""
        return all(one.short or two.short for one, two in self.seats)

    def talked(self, owner: str, others: Iterable[str], day: date) -> bool:
        """Whether the one and one of the others held the two posts on a day."""
        return any(
            one.held_by(owner, day) and any(two.held_by(other, day) for other in others) for one, two in self.seats
        )


def talks(
    docket: Docket, obligation: Obligation, rule: Rule, owners: AbstractSet[str] | None = None
) -> Iterator[Instance]:
    """One instance per half-year and owner, of these owners only where they are given; its pairs stay inside it."""
    post = SECRETARY if rule.pairs == "secretary_member" else MEMBER
    asked = [
        (due, owner, pairs)
        for due in dues(docket, HALF_YEARS)
        for owner, pairs in _by_owner(docket, due, post).items()
        if owners is None or owner in owners
    ]
    if owners is None or post == SECRETARY:  # of whom also what others did astray is told
        acts = docket.claims(obligation.id)
    else:
        acts = docket.claims_of(obligation.id, {person for _, _, pairs in asked for person in _seated(pairs)})
    for due, owner, pairs in asked:
        in_period = [act for act in acts if act.on in due.period]
        rows = [_pair(docket, obligation, due, pair, post, in_period) for pair in pairs]
        yield _together(docket, obligation, owner, post, pairs, rows, in_period)


def _by_owner(docket: Docket, due: Due, post: str) -> Mapping[str, list[Pair]]:
    """The pairs of one half-year by who owes the talk, each two persons once."""
    by_owner: dict[str, dict[str, Pair]] = {}
    for pair in _of_secretary(docket, due) if post == SECRETARY else _of_supervisors(docket, due):
        rows = by_owner.setdefault(pair.owner, {})
        known = rows.get(pair.name, replace(pair, seats=(), units=()))
        rows[pair.name] = replace(pair, seats=(*known.seats, *pair.seats), units=(*known.units, *pair.units))
    return {owner: list(rows.values()) for owner, rows in by_owner.items()}


def _seated(pairs: Iterable[Pair]) -> Iterator[str]:
    """Everybody whose talk could be one of the pairs: who owes it, and who held one of the posts."""
    for pair in pairs:
        yield pair.owner
        yield from (holding.person for one, _ in pair.seats for holding in one.holdings)


def _of_secretary(docket: Docket, due: Due) -> Iterator[Pair]:
    for owner in _seats(docket, line_holders(docket.facts, "secretary", None, due.period, primary=True), due):
        for member in _member_seats(docket, due):
            if member.last != owner.last:
                yield Pair(owner.last, member.last, ((owner, member),))


def _of_supervisors(docket: Docket, due: Due) -> Iterator[Pair]:
    for unit in units_in(docket, due):
        heads = _seats(docket, line_holders(docket.facts, "head", unit, due.period, primary=True), due)
        for owner in _seats(docket, line_holders(docket.facts, "supervisor", unit, due.period, primary=True), due):
            for head in heads:
                if owner.last != head.last:
                    yield Pair(owner.last, head.last, ((owner, head),), (unit,))


def _seats(docket: Docket, holdings: Sequence[Holding], due: Due) -> list[Seat]:
    """The seats of a post that owe or are owed; none where nobody holds it at the end."""
    rules = docket.facts.rules
    if rules.pair_follows == "holder":
        persons = dict.fromkeys(holding.person for holding in holdings)
        seats = [Seat(tuple(h for h in holdings if h.person == person), person) for person in persons]
        return [seat for seat in seats if _days_held(seat) >= rules.min_days_for_pair]
    holder = holder_of(holdings, min(due.period.last, docket.judged_on))
    seats = [Seat(tuple(holdings), holder.person)] if holder is not None else []
    return [replace(seat, short=_days_held(seat) < rules.min_days_for_pair) for seat in seats]


def _days_held(seat: Seat) -> int:
    return sum(holding.period.days for holding in seat.holdings if holding.person == seat.last)


def _member_seats(docket: Docket, due: Due) -> Iterator[Seat]:
    """One seat per titular member: a member's seat is the person's own."""
    tenures: dict[str, list[Holding]] = {}
    for tenure in docket.facts.tenures(post=MEMBER, during=due.period):
        held = tenure.period(due.period.last)
        met = held.meet(due.period) if held is not None else None
        if met is not None and tenure.acting is None:
            tenures.setdefault(tenure.person, []).append(Holding(tenure.person, met, False, (tenure,)))  # noqa: FBT003
    for holdings in tenures.values():
        yield from _seats(docket, stints(holdings), due)


def _pair(docket: Docket, obligation: Obligation, due: Due, pair: Pair, post: str, acts: Sequence[Claim]) -> Instance:
    """One pair: done by a talk between holders of the two posts inside the period."""
    between = docket.judged(obligation.id, [act for act in acts if _between(pair, act)])
    own = sort_acts(between, lambda act: _collective(docket, act))
    done = bool(own.credited)
    if done:
        status = "met" if own.undeclared else "met_late_declared"
    elif pair.short or due.due > docket.judged_on:
        status = "not_due"
    else:
        status = "doubtful" if own.doubtful else "unmet"
    return Instance(
        obligation=obligation.id,
        owner=pair.owner,
        post=post,
        period=due.name,
        trigger=None,
        subject=pair.other,
        due=due.due,
        status=status,
        met_by=docket.cites(own.credited),
        rejected=docket.cites(own.rejected),
        doubtful=() if done else docket.cites(own.doubtful),
        not_counted=docket.cites(own.not_counted),
        missing=() if done or own.doubtful or pair.short else (pair.name,),
        pairs_met=(pair.name,) if done else (),
        unit=pair.units[0] if len(pair.units) == 1 else None,
        reasons=(*docket.reasons(own), *_weak(docket, own)),
    )


def _between(pair: Pair, act: Claim) -> bool:
    """Whether an act is a talk of these two: both held their posts on its day."""
    talk = act.payload
    if isinstance(talk, TalkHeld):
        return pair.talked(talk.talker, (talk.counterpart,), act.on)
    if isinstance(talk, MeetingHeld) and talk.kind == COLLECTIVE and talk.chair is not None:
        return pair.talked(talk.chair, talk.attendees or (), act.on)
    return False


def _collective(docket: Docket, act: Judged) -> str | None:
    collective = isinstance(act.payload, MeetingHeld)
    return "collective" if collective and not docket.facts.rules.collective_talks_count else None


def _weak(docket: Docket, own: Sorted) -> tuple[Reason, ...]:
    return tuple(
        Reason(docket.facts.cite(act.record), "weak", ("collective",))
        for act in own.credited
        if isinstance(act.payload, MeetingHeld)
    )


def _together(
    docket: Docket,
    obligation: Obligation,
    owner: str,
    post: str,
    pairs: Sequence[Pair],
    rows: Sequence[Instance],
    acts: Sequence[Claim],
) -> Instance:
    """The pairs of one owner as one instance, with the acts of the owner that are of none of the pairs."""
    owed = [row for row, pair in zip(rows, pairs, strict=True) if row.pairs_met or not pair.short]
    statuses = {row.status for row in owed} or {"not_due"}
    others = [
        act
        for act in acts
        if (post == SECRETARY or doer(act.payload) == owner) and not any(_between(pair, act) for pair in pairs)
    ]
    astray = [
        Judged(act.record, act.on, "not_counted", ("wrong_level",))
        for act in docket.judged(obligation.id, others)
        if act.verdict != "rejected"
    ]
    strays = Sorted((), (), (), tuple(astray))
    first = rows[0]
    return replace(
        first,
        owner=owner,
        subject=None,
        status=_united(statuses),
        met_by=_joined(row.met_by for row in rows),
        rejected=_joined(row.rejected for row in rows),
        doubtful=_joined(row.doubtful for row in rows),
        not_counted=_joined([*(row.not_counted for row in rows), docket.cites(astray)]),
        missing=_joined(row.missing for row in rows),
        pairs_met=_joined(row.pairs_met for row in rows),
        pairs=tuple(rows),
        unit=None,
        reasons=_joined([*(row.reasons for row in rows), docket.reasons(strays)]),
        required=len(owed),
        credited=sum(bool(row.pairs_met) for row in rows),
    )


def _united(statuses: set[str]) -> str:
    done = statuses & {"met", "met_late_declared"}
    if "not_due" in statuses:
        return "not_due"
    if "unmet" in statuses:
        return "partly_unmet" if done else "unmet"
    if "doubtful" in statuses:
        return "partly_doubtful" if done else "doubtful"
    return "met_late_declared" if "met_late_declared" in statuses else "met"


def _joined(rows: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """All items of all rows, each once, in order."""
    return tuple(dict.fromkeys(item for row in rows for item in row))
