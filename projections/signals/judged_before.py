"""What rules find in the whole record, from what they found in it when fewer entries were known.

What is judged once is kept beside the views, in the memory of the process, and follows from the entries alone: by the
cut that is asked about and the day as on which it is judged, with what else it rests on. An append invalidates what it
concerns (`since`). Rules that judge each record by itself look at nothing else anew; rules about several at once judge
the whole again.

Not here: what is kept from one process to the next.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import field
from itertools import takewhile
from typing import Any

from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.values import Signal
from projections.signals.inquiry import Inquiry, Rule
from projections.signals.since import KnownThen, came_since, concerned, known_now, remember
from projections.views.view_store import KEPT

SIGNALS = "signals"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules found in a cut."""

    known: KnownThen
    found: dict[Rule, tuple[Signal, ...]] = field(default_factory=dict)
    ordered: dict[Rule, Sequence[Signal]] = field(default_factory=dict)
    """The same, each once and in order."""
    read: list[tuple[Recorded, ...]] = field(default_factory=list)
    """All entries, once they were read and as long as they are few enough to be at hand."""


@dataclass(frozen=True, slots=True)
class Since:
    """What was judged before, the entries that came since, and the records that these concern."""

    before: Judgement
    new: tuple[Recorded, ...]
    concerned: tuple[Recorded, ...]


Longer = Callable[[Inquiry, Sequence[Signal], Sequence[Recorded]], Sequence[Signal] | None]
"""What a rule finds from what it found before some entries came; None where it has to look at the whole again."""


def whole(q: Inquiry, rule: Rule, *, alone: bool, longer: Longer | None = None) -> tuple[Signal, ...]:
    """What a rule finds in the whole record; `alone` says that it judges each record by itself."""
    found, key = q.background.found, (q.judged_on, rule)
    if key not in found:
        found[key] = _judge(q, rule, longer, alone=alone)
        kept = q.background.judgements[q.judged_on]
        if isinstance(kept, Judgement):
            kept.found[rule] = found[key]
            if not kept.read and q.background.read is not None and q.facts.cut <= KEPT:
                kept.read.append(q.background.read)
    return found[key]


def in_order(q: Inquiry, rule: Rule, found: tuple[Signal, ...], key: Callable[[Signal], Any]) -> Sequence[Signal]:
    """What a rule found in the whole record, each once and in order: only what is new is put in its place."""
    since, now = _since(q), q.background.judgements[q.judged_on]
    if not isinstance(now, Judgement):
        raise TypeError("a cut is judged before what was found is put in order")
    if rule not in now.ordered:
        before = since.before.ordered.get(rule) if since is not None else None
        now.ordered[rule] = sorted(set(found), key=key) if before is None else _put_in(before, found, key)
    return now.ordered[rule]


def _put_in(before: Sequence[Signal], found: Sequence[Signal], key: Callable[[Signal], Any]) -> Sequence[Signal]:
    known, still = {id(signal) for signal in before}, {id(signal) for signal in found}
    rows = [signal for signal in before if id(signal) in still]
    for signal in found:
        if id(signal) not in known:
            at = bisect_left(rows, key(signal), key=key)
            if signal not in takewhile(lambda row, signal=signal: key(row) == key(signal), rows[at:]):  # type: ignore[misc]
                rows.insert(at, signal)
    return rows


def tells(q: Inquiry, rules: Collection[Rule]) -> bool:
    """Whether what these rules found before tells what they find now, but for little: then the whole costs little."""
    if q.facts.cut > KEPT:  # of so many entries not all are at hand
        return False
    since = _since(q)
    return since is not None and all(rule in since.before.found for rule in rules)


def _judge(q: Inquiry, rule: Rule, longer: Longer | None, *, alone: bool) -> tuple[Signal, ...]:
    since = _since(q)
    before = since.before.found.get(rule) if since is not None else None
    if since is not None and before is not None:
        if not since.new:
            return before
        if alone:
            concerned = {record.position for record in since.concerned}
            kept = (signal for signal in before if signal.blamed[0].position not in concerned)
            return (*kept, *rule(Inquiry(q.facts, q.judged_on, since.concerned)))
        grown = longer(q, before, since.new) if longer is not None else None
        if grown is not None:
            return tuple(grown)
    return tuple(rule(Inquiry(q.facts, q.judged_on)))


def _since(q: Inquiry) -> Since | None:
    """What was judged before this cut and still tells; looked up once for a cut and a day."""
    known = q.background.since
    if q.judged_on not in known:
        key = (q.facts.of_which, q.judged_on)
        before, now = q.facts.kept.get((SIGNALS, key)), Judgement(known_now(q))
        known[q.judged_on] = _told(q, before, now) if isinstance(before, Judgement) else None
        q.background.judgements[q.judged_on] = now
        remember(q.facts.kept, SIGNALS, key, now)
    found = known[q.judged_on]
    return found if isinstance(found, Since) else None


def _told(q: Inquiry, before: Judgement, now: Judgement) -> Since | None:
    new = came_since(q, before.known, now.known)
    if new is None:
        return None
    found = concerned(q.facts, new) if new else {}
    if before.read:
        q.background.carry((*before.read[0], *new))
    return Since(before, new, tuple(found[position] for position in sorted(found)))
