"""Half-yearly talks between the holders of two posts (A2a, A2b).

The duty follows the post: whoever holds it at the period's end owes it, unless the predecessor did it already; the
counterpart's post likewise. Who held a post for fewer days of the period than `min_days_for_pair` is not due.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ledger.events.acts import TalkHeld
from ledger.events.record import Recorded
from projections.facts import Facts
from projections.model import Instance, Period
from projections.obligations.acts import Sorted, cites, happened, sort_acts
from projections.obligations.periods import Due, half_years
from projections.tenures import MEMBER, Holding, governed_units, line_holders

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as one half-year saw it: who held it when, and who holds it at the end."""

    holdings: tuple[Holding, ...]
    last: str

    def held_by(self, person: str, day: date) -> bool:
        """Whether this person held the seat on a day."""
        return any(holding.person == person and day in holding.period for holding in self.holdings)


def secretary_talks(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """A2a: the secretary with each member, each half-year; one instance per half-year, a pair per member."""
    for due in half_years(facts, judged_on):
        owner = _seat(facts, line_holders(facts, "secretary", None, due.period, primary=True), due)
        if owner is None:
            continue
        acts = sort_acts(facts, id_, judged_on)
        rows = [
            _pair(facts, id_, due, owner, member, "secretary", acts)
            for member in _member_seats(facts, due)
            if member.last != owner.last
        ]
        if rows:
            yield _together(id_, due, owner.last, "secretary", rows)


def supervisor_talks(facts: Facts, id_: str, judged_on: date) -> Iterator[Instance]:
    """A2b: each member with the head of each supervised unit, each half-year; one instance per member."""
    for due in half_years(facts, judged_on):
        acts = sort_acts(facts, id_, judged_on)
        rows: dict[str, list[Instance]] = {}
        for unit in governed_units(facts):
            owner = _seat(facts, line_holders(facts, "supervisor", unit, due.period, primary=True), due)
            head = _seat(facts, line_holders(facts, "head", unit, due.period, primary=True), due)
            if owner is not None and head is not None and owner.last != head.last:
                rows.setdefault(owner.last, []).append(_pair(facts, id_, due, owner, head, MEMBER, acts))
        for person, pairs in rows.items():
            yield _together(id_, due, person, MEMBER, pairs)


def _seat(facts: Facts, holdings: Sequence[Holding], due: Due) -> Seat | None:
    """The seat of a post; None where nobody holds it at the end, or its holder is too new to owe."""
    last = [holding for holding in holdings if due.period.last in holding.period]
    if not last:
        return None
    holder = next((holding for holding in last if not holding.acting), last[0])
    days = sum(holding.period.days for holding in holdings if holding.person == holder.person)
    return Seat(tuple(holdings), holder.person) if days >= facts.rules.min_days_for_pair else None


def _member_seats(facts: Facts, due: Due) -> Iterator[Seat]:
    """One seat per titular member: a member's seat is the person's own."""
    tenures: dict[str, list[Holding]] = {}
    for tenure in facts.tenures(post=MEMBER, during=due.period):
        held = tenure.period(due.period.last)
        met = held.meet(due.period) if held is not None else None
        if met is not None and tenure.acting is None:
            tenures.setdefault(tenure.person, []).append(Holding(tenure.person, met, False, (tenure,)))  # noqa: FBT003
    for person, holdings in tenures.items():
        first = min(holding.period.first for holding in holdings)
        last = max(holding.period.last for holding in holdings)
        whole = Holding(person, Period(first, last), False, holdings[0].tenures)  # noqa: FBT003 - titular
        seat = _seat(facts, [whole], due)
        if seat is not None:
            yield seat


def _pair(facts: Facts, id_: str, due: Due, owner: Seat, other: Seat, post: str, acts: Sorted) -> Instance:
    """One pair: done by a talk between holders of the two posts inside the period."""

    def of_pair(act: Recorded) -> bool:
        talk, on = act.payload, happened(facts, act)
        return (
            isinstance(talk, TalkHeld)
            and on in due.period
            and owner.held_by(talk.talker, on)
            and other.held_by(talk.counterpart, on)
        )

    own = acts.where(of_pair)
    name = f"{owner.last}/{other.last}"
    in_time = [act for act in own.credited if act not in own.late]
    done = bool(own.credited)
    status = "met" if in_time else "met_late_declared" if done else "doubtful" if own.doubtful else "unmet"
    return Instance(
        obligation=id_,
        owner=owner.last,
        post=post,
        period=due.name,
        trigger=None,
        subject=None,
        due=due.due,
        status=status,
        met_by=cites(facts, own.credited),
        rejected=cites(facts, own.rejected),
        doubtful=() if done else cites(facts, own.doubtful),
        missing=() if done or own.doubtful else (name,),
        pairs_met=(name,) if done else (),
    )


def _together(id_: str, due: Due, owner: str, post: str, rows: Sequence[Instance]) -> Instance:
    """The pairs of one owner as one instance; the pairs stay inside it."""
    statuses = {row.status for row in rows}
    done = statuses & {"met", "met_late_declared"}
    if "unmet" in statuses:
        status = "partly_unmet" if done else "unmet"
    elif "doubtful" in statuses:
        status = "partly_doubtful" if done else "doubtful"
    else:
        status = "met_late_declared" if "met_late_declared" in statuses else "met"
    return Instance(
        obligation=id_,
        owner=owner,
        post=post,
        period=due.name,
        trigger=None,
        subject=None,
        due=due.due,
        status=status,
        met_by=_joined(row.met_by for row in rows),
        rejected=_joined(row.rejected for row in rows),
        doubtful=_joined(row.doubtful for row in rows),
        missing=_joined(row.missing for row in rows),
        pairs_met=_joined(row.pairs_met for row in rows),
        pairs=tuple(rows),
    )


def _joined(rows: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """All items of all rows, each once, in order."""
    return tuple(dict.fromkeys(item for row in rows for item in row))
