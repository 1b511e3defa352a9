"""What was computed of obligations when fewer entries were known, as far as no entry that came since touches it.

Kept beside the views, in the memory of the process, by the cut that is asked about and the day of judging: what became
of each act that was judged, and what was computed from that and from what was read (`projections.facts.noted`). What
came since is told by `projections.signals.since`: an entry that concerns all leaves nothing. Of an entry that concerns
little, the acts that it concerns are judged anew, and what rests on one that is judged otherwise now, or on an answer
that would have held the new entry, is computed anew.

Not here: a rule of judging.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from ledger.events.record import Recorded
from ledger.events.records import RecordRefused
from ledger.frozen import dataclass
from projections.facts.noted import LaterEntries, Notes, Place, noting, place, unnoted
from projections.facts.protocol import Facts
from projections.obligations.claims import Verdict
from projections.signals.inquiry import Inquiry
from projections.signals.since import KnownThen, beside, came_since, concerned, known_now, remember
from projections.views.view_store import KEPT

DOCKETS = "dockets"
Left = tuple[Verdict, tuple[str, ...]]
"""What the signals leave of an act, and the codes that decided."""


MOST_MADE = 4_000
"""Things that were computed and are kept of a cut, so that memory does not grow with who is asked about."""


@dataclass(frozen=True, slots=True)
class KeptDocket:
    """What is known of a cut and a day of judging, and grows as it is asked."""

    known: KnownThen
    verdicts: dict[Place, Left] = field(default_factory=dict)
    rejects: dict[Place, bool] = field(default_factory=dict)
    """Of acts of which no more was asked, whether a signal of weight high blames them."""
    made: dict[Hashable, tuple[Any, Notes]] = field(default_factory=dict)
    """What was computed, with what it read; it holds values alone, nothing of the cut that it is of."""

    def of(self, key: Hashable, compute: Callable[[], Any]) -> tuple[Any, Notes]:
        """What is kept under a key, else computed."""
        found = self.made.get(key)
        if found is None:
            found = noting(compute)
            if len(self.made) >= MOST_MADE:
                self.made.pop(next(iter(self.made)), None)
            self.made[key] = found
        return found


Judge = Callable[[Sequence[Recorded]], Mapping[Place, Left]]
"""Judges entries anew, by where they stand."""
Rejects = Callable[[Sequence[Recorded]], Mapping[Place, bool]]
"""Judges no more than whether they are rejected."""


def kept_of(facts: Facts, judged_on: date, judge: Judge, rejects: Rejects) -> KeptDocket:
    """What is kept of a cut: what still stands of what was computed before, to which more is added as it is asked."""
    with unnoted():
        q = Inquiry(facts, judged_on, ())
        key, now = (facts.of_which, judged_on), known_now(q)
        before = facts.kept.get((DOCKETS, key))
        kept = _standing(q, before, now, judge, rejects) if isinstance(before, KeptDocket) else None
        kept = kept or KeptDocket(now)
        remember(facts.kept, DOCKETS, key, kept)
        return kept


def _standing(q: Inquiry, before: KeptDocket, now: KnownThen, judge: Judge, rejects: Rejects) -> KeptDocket | None:
    new = came_since(q, before.known, now)
    if new is None:
        return None
    verdicts, rejected, made = dict(before.verdicts), dict(before.rejects), dict(before.made)
    if not new:
        return KeptDocket(now, verdicts, rejected, made)
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
        return KeptDocket(now, verdicts, rejected)  # what is refused is told to all
    later = LaterEntries(new, q.facts.zone, q.facts.marks_of, changed)
    still = {key: each for key, each in made.items() if not later.touches(each[1])}
    return KeptDocket(now, verdicts, rejected, still)
