"""What was computed of obligations when fewer entries were known, as far as no entry that came since touches it.

Kept in the memory of the process by the cut that is asked about and the day of judging: what became of each act that
was judged, and what was computed from that and from what was read (`projections.facts.noted`). What came since is told
by `projections.signals.since`: an entry that concerns all leaves nothing. Of an entry that concerns little, the acts
that it concerns are judged anew, and what rests on one that is judged otherwise now, or on an answer that would have
held the new entry, is computed anew.

Beside the facts stand what became of each act, and the instances of obligations that were asked for, but not what these
have read: where anything came since, the next process computes them anew from acts that are judged.

Not here: a rule of judging; when it is written beside the facts, and its proof (`projections.questions.judged`).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from operator import itemgetter
from typing import Any

from ledger.events.record import Recorded
from ledger.events.records import RecordRefused
from ledger.frozen import dataclass
from projections.facts.kept_form import JudgedRow, KnownThen, read, written
from projections.facts.noted import ANYTHING, LaterEntries, Notes, Place, noting, place, unnoted
from projections.facts.protocol import Facts
from projections.facts.values import Instance, Period
from projections.obligations.claims import Verdict
from projections.signals.inquiry import Inquiry
from projections.signals.since import before, beside, came_since, concerned, known_now, remember
from projections.views.view_store import KEPT

DOCKETS = "dockets"
Left = tuple[Verdict, tuple[str, ...]]
"""What the signals leave of an act, and the codes that decided."""


MOST_MADE = 4_000
"""Things that were computed and are kept of a cut, so that memory does not grow with who is asked about."""


@dataclass(frozen=True, slots=True)
class InstancesKey:
    """Which instances of an obligation: those of some owners, None = all; with `about` those about them, too; with
    `falling` at least those that fall due in these days."""

    obligation: str
    owners: frozenset[str] | None = None
    about: bool = False
    falling: Period | None = None

    def written(self) -> str:
        """The key as text."""
        return written((self.obligation, self.owners, self.about, self.falling))


@dataclass(frozen=True, slots=True)
class KeptDocket:
    """What is known of a cut and a day of judging, and grows as it is asked."""

    known: KnownThen
    verdicts: dict[Place, Left] = field(default_factory=dict)
    rejects: dict[Place, bool] = field(default_factory=dict)
    """Of acts of which no more was asked, whether a signal of weight high blames them."""
    made: dict[Hashable, tuple[Any, Notes]] = field(default_factory=dict)
    """What was computed, with what it read; it holds values alone, nothing of the cut that it is of."""
    stands: int | None = None
    """How many entries were known to what is kept beside the facts and this grew from; None where it was made anew."""
    had: int = 0
    """How much stands there."""

    def of(self, key: Hashable, compute: Callable[[], Any]) -> tuple[Any, Notes]:
        """What is kept under a key, else computed."""
        found = self.made.get(key)
        if found is None:
            found = noting(compute)
            if len(self.made) >= MOST_MADE:
                self.made.pop(next(iter(self.made)), None)
            self.made[key] = found
        return found

    def instances(self) -> dict[InstancesKey, tuple[Instance, ...]]:
        """The instances that were computed, by what of them was asked for."""
        return {key: value for key, (value, _) in self.made.items() if isinstance(key, InstancesKey)}

    def much(self) -> int:
        """How much is known."""
        return len(self.verdicts) + len(self.rejects) + len(self.instances())

    def text(self) -> str:
        """What of it is kept beside the facts."""
        verdicts = [(*at, *left) for at, left in sorted(self.verdicts.items())]
        rejects = [(*at, is_rejected) for at, is_rejected in sorted(self.rejects.items())]
        instances = [(key.written(), rows) for key, rows in self.instances().items()]
        return written((verdicts, rejects, sorted(instances, key=itemgetter(0))))


def docket_in(row: JudgedRow) -> KeptDocket:
    """What is kept in a row. Raises ValueError where it cannot be read."""
    try:
        verdicts, rejects, instances = read(row.body)
        made = KeptDocket(
            row.known,
            {(origin, position): (verdict, codes) for origin, position, verdict, codes in verdicts},
            {(origin, position): is_rejected for origin, position, is_rejected in rejects},
            {InstancesKey(*read(key)): (rows, Notes({ANYTHING})) for key, rows in instances},
            row.known.cut,
        )
    except TypeError as error:
        raise ValueError("this is not what is kept of obligations") from error
    return replace(made, had=made.much())


Judge = Callable[[Sequence[Recorded]], Mapping[Place, Left]]
"""Judges entries anew, by where they stand."""
Rejects = Callable[[Sequence[Recorded]], Mapping[Place, bool]]
"""Judges no more than whether they are rejected."""


def kept_of(facts: Facts, judged_on: date, judge: Judge, rejects: Rejects) -> KeptDocket:
    """What is kept of a cut: what still stands of what was computed before, to which more is added as it is asked."""
    with unnoted():
        q = Inquiry(facts, judged_on, ())
        key, now = (facts.of_which, judged_on), known_now(q)
        then = before(facts, DOCKETS, key, docket_in)
        kept = _standing(q, then, now, judge, rejects) if then is not None else None
        kept = kept or KeptDocket(now)
        remember(facts.kept, DOCKETS, key, kept)
        return kept


def _standing(q: Inquiry, before: KeptDocket, now: KnownThen, judge: Judge, rejects: Rejects) -> KeptDocket | None:
    new = came_since(q, before.known, now)
    if new is None:
        return None
    verdicts, rejected, made = dict(before.verdicts), dict(before.rejects), dict(before.made)
    if not new:
        return KeptDocket(now, verdicts, rejected, made, before.stands, before.had)
    together = beside(q.facts, new)
    if together is None or len(verdicts) + len(rejected) > KEPT:
        return None
    again = {**concerned(q.facts, new), **together}
    judged = judge([again[at] for at in sorted(again) if place(again[at]) in verdicts])
    looked_at = rejects([again[at] for at in sorted(again) if place(again[at]) in rejected])
    changed = {at for at, verdict in judged.items() if verdicts[at] != verdict}
    changed |= {at for at, verdict in looked_at.items() if rejected[at] != verdict}
    verdicts |= judged
    rejected |= looked_at
    if any(isinstance(event.payload, RecordRefused) for event in new):
        return KeptDocket(now, verdicts, rejected, {}, before.stands, before.had)  # what is refused is told to all
    later = LaterEntries(new, q.facts.zone, q.facts.marks_of, changed)
    still = {key: each for key, each in made.items() if not later.touches(each[1])}
    return KeptDocket(now, verdicts, rejected, still, before.stands, before.had)
