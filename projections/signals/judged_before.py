"""What rules find in the whole record, from what they found in it when fewer entries were known.

What is judged once is kept, in the memory of the process and beside the facts for the next one, and follows from the
entries alone: by the cut that is asked about and the day as on which it is judged, with what else it rests on. An
append invalidates what it concerns (`since`). Rules that judge each record by itself look at nothing else anew; rules
about several at once judge the whole again.

Not here: when it is written beside the facts, and its proof (`projections.questions.judged`).
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from itertools import takewhile
from typing import Any

from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.kept_form import JudgedRow, KnownThen, read, written
from projections.facts.values import Signal
from projections.signals.inquiry import Inquiry, Rule
from projections.signals.since import before, came_since, concerned, known_now, remember
from projections.views.view_store import KEPT

SIGNALS = "signals"
Parties = tuple[str, ...]
"""Ids of persons and units, in order."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules found in a cut."""

    known: KnownThen
    found: dict[str, tuple[Signal, ...]] = field(default_factory=dict)
    """By the name of the rule."""
    ordered: dict[str, Sequence[Signal]] = field(default_factory=dict)
    """The same, each once and in order."""
    concerns: dict[int, tuple[Signal, Parties]] = field(default_factory=dict)
    """Whom signals concern, by the identity of each, which the signal kept beside it keeps its own."""
    read: list[tuple[Recorded, ...]] = field(default_factory=list)
    """All entries, once they were read and as long as they are few enough to be at hand."""
    stands: int | None = None
    """How many entries were known to what is kept beside the facts and this grew from; None where it was made anew."""
    grown: list["Since"] = field(default_factory=list)
    """From what it grew: of rules that nobody asked about since, that tells what they found."""

    def text(self) -> str:
        """All of it, as it is kept beside the facts: of each rule what it found, in order, and whom that concerns."""
        rules = sorted(self.ordered.items())
        return written([(name, tuple(found), [self.concerns[id(each)][1] for each in found]) for name, found in rules])


def judgement_of(row: JudgedRow) -> Judgement:
    """What is kept in a row. Raises ValueError where it cannot be read."""
    made = Judgement(row.known, stands=row.known.cut)
    try:
        for name, found, parties in read(row.body):
            made.found[name] = made.ordered[name] = found
            made.concerns.update((id(each), (each, of)) for each, of in zip(found, parties, strict=True))
    except TypeError as error:
        raise ValueError("this is not what is kept of signals") from error
    return made


def name_of(rule: Rule) -> str:
    """By which name what a rule found is kept."""
    return f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}"


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
    now, name = _now(q), name_of(rule)
    if name not in now.found:
        now.found[name] = _judge(q, rule, longer, alone=alone)
        if not now.read and q.background.read is not None and q.facts.cut <= KEPT:
            now.read.append(q.background.read)
    return now.found[name]


def is_told(q: Inquiry, rules: Collection[Rule]) -> bool:
    """Whether it is known already what these rules find in the whole record."""
    return all(name_of(rule) in _now(q).found for rule in rules)


def in_order(q: Inquiry, rule: Rule, found: tuple[Signal, ...], key: Callable[[Signal], Any]) -> Sequence[Signal]:
    """What a rule found in the whole record, each once and in order: only what is new is put in its place."""
    now, since, name = _now(q), _since(q), name_of(rule)
    if name not in now.ordered:
        before = since.before.ordered.get(name) if since is not None else None
        now.ordered[name] = sorted(set(found), key=key) if before is None else _put_in(before, found, key)
    return now.ordered[name]


def concerning(q: Inquiry) -> tuple[Mapping[int, tuple[Signal, Parties]], dict[int, tuple[Signal, Parties]]]:
    """Whom signals concern: what was known before and still is, and what is known of this cut, to be added to."""
    since = _since(q)
    return since.before.concerns if since is not None else {}, _now(q).concerns


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
    since = _since(q)
    if since is None or q.facts.cut > KEPT:  # of so many entries not all are at hand
        return is_told(q, rules)
    return all(name_of(rule) in {*since.before.found, *_now(q).found} for rule in rules)


def _judge(q: Inquiry, rule: Rule, longer: Longer | None, *, alone: bool) -> tuple[Signal, ...]:
    since = _since(q)
    before = since.before.found.get(name_of(rule)) if since is not None else None
    if since is not None and before is not None:
        if alone:
            concerned = {record.position for record in since.concerned}
            kept = (signal for signal in before if signal.blamed[0].position not in concerned)
            return (*kept, *rule(Inquiry(q.facts, q.judged_on, since.concerned)))
        grown = longer(q, before, since.new) if longer is not None else None
        if grown is not None:
            return tuple(grown)
    return tuple(rule(Inquiry(q.facts, q.judged_on)))


def _since(q: Inquiry) -> Since | None:
    """What was judged before this cut and still tells."""
    return next(iter(_now(q).grown), None)


def _now(q: Inquiry) -> Judgement:
    """What is judged of this cut and day; looked up once."""
    judged = q.background.judgements.get(q.judged_on)
    if not isinstance(judged, Judgement):
        key = (q.facts.of_which, q.judged_on)
        then, now = before(q.facts, SIGNALS, key, judgement_of), known_now(q)
        if then is not None and then.known == now:
            judged = then
            for read_then in then.read:
                q.background.carry(read_then)
        else:
            grown = _grown(q, then, now) if then is not None else None
            judged = Judgement(now, stands=grown.before.stands, grown=[grown]) if grown is not None else Judgement(now)
        q.background.judgements[q.judged_on] = judged
        remember(q.facts.kept, SIGNALS, key, judged)
    return judged


def _grown(q: Inquiry, then: Judgement, now: KnownThen) -> Since | None:
    """What came since; where more is told by what that grew from itself, since that."""
    source = max((then, *(each.before for each in then.grown)), key=lambda each: len(each.found))
    new = came_since(q, source.known, now)
    if new is None:
        return None
    source.grown.clear()  # what it grew from tells nothing more
    found = concerned(q.facts, new)
    if source.read:
        q.background.carry((*source.read[0], *new))
    return Since(source, new, tuple(found[position] for position in sorted(found)))
