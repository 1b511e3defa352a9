"""Posts as one period saw them, and the pairs of them between which a talk is owed (A2a, A2b).

A post with several holders at once is several seats; whoever left before sits in that of whoever followed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from ledger.frozen import dataclass
from projections.facts.holdings import MEMBER, Holding, counted_tenures, line_holders, stints
from projections.facts.values import Period
from projections.obligations.docket import Docket
from projections.obligations.periods import Due
from projections.obligations.slots import units_in
from projections.obligations.stand_ins import is_away, own_days, standing_in


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as one period saw it: who held it when. `ranked` are its holders with their days, most days first."""

    holdings: tuple[Holding, ...]
    ranked: tuple[tuple[str, int], ...]
    at_end: frozenset[str]
    """Who held it or acted in it on the last day."""
    personal: bool = False
    """Whether it is one person's own, so that nobody succeeds him in it."""

    def held_by(self, person: str, day: date) -> bool:
        """Whether this person held the seat on a day."""
        return any(holding.person == person and day in holding.period for holding in self.holdings)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two seats between which a talk is owed, and against whom it stands where there is none."""

    owner: str
    other: str
    seats: tuple[Seat, Seat]
    owed: bool
    """Whether it is owed by somebody at all; if not, it counts only where it was done."""
    unit: str | None = None

    @property
    def name(self) -> str:
        """`owner/counterpart`."""
        return f"{self.owner}/{self.other}"

    def talked(self, owner: str, others: Iterable[str], day: date) -> str | None:
        """The one of the others with whom the one held the other post on a day; None where they did not."""
        one, two = self.seats
        return next((o for o in others if two.held_by(o, day)), None) if one.held_by(owner, day) else None


def pairs_of_secretary(docket: Docket, due: Due) -> Iterator[Pair]:
    members = list(_member_seats(docket, due))
    for one in _seats(
        docket, line_holders(docket.facts, "secretary", None, days_so_far(docket, due), primary=True), due
    ):
        for member in members:
            yield from _paired(docket, due, one, member)


def pairs_of_supervisors(docket: Docket, due: Due) -> Iterator[Pair]:
    so_far = days_so_far(docket, due)
    for unit in units_in(docket, due):
        heads = _seats(docket, line_holders(docket.facts, "head", unit, so_far, primary=True), due)
        for one in _seats(docket, line_holders(docket.facts, "supervisor", unit, so_far, primary=True), due):
            for head in heads:
                yield from _paired(docket, due, one, head, unit)


def days_so_far(docket: Docket, due: Due) -> Period:
    """The period up to the day of judging: who holds a post afterwards is nothing to go by yet."""
    return Period(due.period.first, min(due.period.last, docket.judged_on))


def _paired(docket: Docket, due: Due, one: Seat, two: Seat, unit: str | None = None) -> Iterator[Pair]:
    """The pair of two seats; none where they have no two persons or no day together."""
    least = docket.facts.rules_on(due.period.first).min_days_for_pair
    owner, days = one.ranked[0]
    other = next(((person, held) for person, held in two.ranked if person != owner), None)
    if other is None:
        swapped = next(((person, held) for person, held in one.ranked if person != two.ranked[0][0]), None)
        if swapped is None:
            return
        (owner, days), other = swapped, two.ranked[0]
    if not any(a.period.meet(b.period) for a in one.holdings for b in two.holdings):
        return
    owed = min(days, other[1]) >= least and not one.at_end & two.at_end and (bool(two.at_end) or not two.personal)
    yield Pair(owner, other[0], (one, two), owed, unit)


def _seats(docket: Docket, holdings: Sequence[Holding], due: Due) -> list[Seat]:
    """The seats of a post: as many as there were titular holders on the last day, one where there were fewer.

    Whoever left before is the predecessor of the seat whose holder began next; who acted sits in the first.
    """
    if not holdings:
        return []
    last = days_so_far(docket, due).last
    if docket.facts.rules_on(due.period.first).pair_follows == "holder":
        persons = dict.fromkeys(holding.person for holding in holdings)
        return [_seat(docket, [h for h in holdings if h.person == person], due, personal=True) for person in persons]
    staying = [holding for holding in holdings if last in holding.period and not holding.acting]
    if len(staying) < 2:
        return [_seat(docket, holdings, due)]
    chains: list[list[Holding]] = [[holding] for holding in staying]
    for holding in sorted(holdings, key=lambda row: row.period.last, reverse=True):
        if holding not in staying:
            own = [chain for chain in chains if any(row.person == holding.person for row in chain)]
            after = [chain for chain in chains if min(row.period.first for row in chain) > holding.period.first]
            chosen = min(after, key=lambda chain: min(row.period.first for row in chain), default=chains[0])
            (own[0] if own else chosen).append(holding)
    return [_seat(docket, chain, due) for chain in chains]


def _seat(docket: Docket, holdings: Sequence[Holding], due: Due, *, personal: bool = False) -> Seat:
    so_far = days_so_far(docket, due)
    days = _days_held(docket, holdings, so_far)
    latest = {holding.person: holding.period.first for holding in sorted(holdings, key=lambda row: row.period)}
    ranked = sorted(days.items(), key=lambda row: (row[1], latest[row[0]]), reverse=True)
    at_end = frozenset(holding.person for holding in holdings if so_far.last in holding.period)
    return Seat(tuple(holdings), tuple(ranked), at_end, personal)


def _days_held(docket: Docket, holdings: Sequence[Holding], during: Period) -> dict[str, int]:
    """Days of each holder: on a day on which a titular holder is on leave and somebody acts, the acting one's.

    A day of acting beside a titular holder who is there is the titular one's alone.
    """
    if all(not holding.acting for holding in holdings):
        found: dict[str, int] = {}
        for holding in holdings:
            found[holding.person] = found.get(holding.person, 0) + _length(holding.period.meet(during))
        return found
    counted = {holding.person: 0 for holding in holdings}
    for number in range(during.days):
        on = during.first + timedelta(days=number)
        acting = [holding.person for holding in holdings if holding.acting and on in holding.period]
        titular = [holding.person for holding in holdings if not holding.acting and on in holding.period]
        present = [person for person in titular if not (acting and is_away(docket, person, on))]
        for person in dict.fromkeys(present or acting):
            counted[person] += 1
    return counted


def _length(period: Period | None) -> int:
    return period.days if period is not None else 0


def _member_seats(docket: Docket, due: Due) -> Iterator[Seat]:
    """One seat per member, the person's own; who acts in a titular member's stead sits in it too."""
    so_far = days_so_far(docket, due)
    own: dict[str, list[Holding]] = {}
    held = counted_tenures(docket.facts, role=MEMBER, during=so_far)
    for tenure in held:
        for part in own_days(docket, tenure, so_far):
            own.setdefault(tenure.person, []).append(Holding(tenure.person, part, tenure.acting is not None, (tenure,)))
    acting = [tenure for tenure in held if tenure.acting is not None]
    for person, holdings in own.items():
        beside = stints(standing_in(docket, person, acting, so_far))
        yield _seat(docket, (*stints(holdings), *beside), due, personal=True)
