"""What came since a cut was judged, and which records it concerns.

An append concerns little where it is a talk, a meeting or another act, or an answer to one: itself, its stream, and
what names it by its number in words (`concerned`). Of rules that hold against several records at once it also concerns
those that could stand with it: recorded by the same person within a sitting, with the same file, with a text that hangs
together with its own (`beside`). Any other entry (a post, a rule, a key, a correction), and any entry of another ledger
that rules look at, concerns all.

Not here: what is kept (`judged_before`, `projections.obligations.kept_before`).
"""

from collections.abc import Callable, Hashable, Mapping, MutableMapping, Sequence
from datetime import timedelta
from typing import TypeVar

from ledger.errors import Incomplete
from ledger.events.acts import Act
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordCorrected, RecordRefused, RecordWithdrawn
from projections.facts.kept_form import JudgedRow, KnownThen, written
from projections.facts.protocol import Facts
from projections.signals.copies import one_rule_for_all
from projections.signals.inquiry import Inquiry
from projections.views.index_marks import file_mark, files_of, word_mark
from projections.views.likeness import text_of
from projections.views.likeness_groups import INDEXED_FROM
from projections.views.view_store import KEPT

T = TypeVar("T")
MOST_KEPT = 4
"""Cuts and days of which what was judged is kept, of each kind of it."""
MOST_NEW = 100
"""Entries that came since above which all is judged anew."""


def known_now(q: Inquiry) -> KnownThen:
    """What is known at this cut: the other ledgers by their sizes and by the cases and leads that they tell of, and of
    the access ledger no more than what inspectors asked."""
    return KnownThen(q.facts.cut, q.facts.leaf_at(q.facts.cut - 1), q.background.rests_on)


def before(facts: Facts, kind: str, key: Hashable, read: Callable[[JudgedRow], T]) -> T | None:
    """What is kept of a kind under a key: in the memory of the process, else beside the facts."""
    if (kind, key) not in facts.kept:
        row = facts.judged(kind, written(key))
        if row is None:
            return None
        try:
            remember(facts.kept, kind, key, read(row))
        except ValueError as error:
            raise Incomplete("the views are damaged; make them anew with: zeren views rebuild") from error
    found: T = facts.kept[kind, key]  # type: ignore[assignment]  # by its kind
    return found


def came_since(q: Inquiry, before: KnownThen, now: KnownThen) -> tuple[Recorded, ...] | None:
    """The entries that came since, where each concerns little; None where what was judged before tells nothing."""
    facts = q.facts
    if before.cut > now.cut or before.rests_on != now.rests_on or facts.leaf_at(before.cut - 1) != before.last:
        return None
    if before.cut == now.cut:
        return ()
    if now.cut - before.cut > MOST_NEW:
        return None
    new = tuple(facts.since(before.cut))
    if len(new) < now.cut - before.cut or not all(_concerns_little(facts, event) for event in new):
        return None
    return new


def concerned(facts: Facts, new: Sequence[Recorded]) -> dict[int, Recorded]:
    """The records, by position, that new entries concern where each record is judged by itself."""
    found = {each.position: each for event in new for each in facts.thread(event)}
    marks = [word_mark(event.payload.ref) for event in new if event.payload.ref]
    found |= {event.position: event for event in (facts.marked(marks) if marks else ())}
    return {position: event for position, event in found.items() if not facts.is_withdrawn(event)}


def beside(facts: Facts, new: Sequence[Recorded]) -> dict[int, Recorded] | None:
    """The records, by position, that new entries may concern where several are judged at once; None = any.

    A text that was found like one earlier text at most is the latest of its group, and leaves who else of it is blamed
    as it was; one that makes one group of several concerns them all.
    """
    stated = [facts.rules_on(each.since) for each in facts.adopted_rules] or [facts.rules]
    window = timedelta(hours=max(rules.batch_window_hours for rules in stated))
    found: dict[int, Recorded] = {}
    for event in new:
        sitting = facts.recorded(event.recorded_at - window, event.recorded_at + window)
        found |= {each.position: each for each in sitting if each.author == event.author}
        marks = [file_mark(digest) for digest in files_of(event.payload)]
        found |= {each.position: each for each in (facts.marked(marks) if marks else ())}
        if text_of(event) is None:
            continue
        if facts.reworded or not one_rule_for_all(facts, INDEXED_FROM):
            return None
        if len(facts.likened(event)) > 1:
            cites = [cite for group in facts.alike(event) for cite in group]
            found |= {cite.position: each for cite in cites if (each := facts.cited(cite)) is not None}
    return found


def carried(q: Inquiry, kind: str, make: Callable[[], T]) -> T:
    """What was made of entries by themselves, as long as what comes concerns little; else made anew."""
    now, key = known_now(q), q.facts.of_which
    before = q.facts.kept.get((kind, key))
    if isinstance(before, tuple) and came_since(q, before[0], now) is not None:
        value: T = before[1]
    else:
        value = make()
    remember(q.facts.kept, kind, key, (now, value))
    return value


def of_each(
    q: Inquiry, kind: str, key: Hashable, read: Callable[[Sequence[Recorded] | None], Mapping[int, T]]
) -> Mapping[int, T]:
    """What is told of each record of the duty ledger by itself, by position and in its order.

    `read` tells it of some records, or of all where none are given. It may rest on the record, its stream, and what
    refers to it or names it, and on what else is there besides: only what comes, and what that concerns, is told anew.
    """
    facts, now = q.facts, known_now(q)
    before = facts.kept.get((kind, (facts.of_which, key)))
    new = came_since(q, before[0], now) if isinstance(before, tuple) else None
    if new is None or not isinstance(before, tuple):
        found: Mapping[int, T] = read(None)
    elif not new:
        found = before[1]
    else:
        touched = {**concerned(facts, new), **_referred(facts, new)}
        still = {position: each for position, each in before[1].items() if position not in touched}
        again = read([touched[position] for position in sorted(touched)])
        found = dict(sorted({**still, **again}.items()))
    if facts.cut <= KEPT:
        remember(facts.kept, kind, (facts.of_which, key), (now, found))
    return found


def _referred(facts: Facts, new: Sequence[Recorded]) -> dict[int, Recorded]:
    """The records of the duty ledger that entries refer to, by position."""
    found: dict[int, Recorded] = {}
    for event in new:
        for reference in getattr(event.payload, "refers", None) or ():
            entry = facts.entry(reference, within=event)
            if entry is not None and entry.ledger == event.ledger and not facts.is_withdrawn(entry):
                found[entry.position] = entry
    return found


def remember(kept: MutableMapping[Hashable, object], kind: str, key: Hashable, value: object) -> None:
    """Keeps something of a kind, and of the kind the latest few only."""
    kept.pop((kind, key), None)
    of_kind = [each for each in list(kept) if isinstance(each, tuple) and each[0] == kind]
    for oldest in of_kind[: len(of_kind) - MOST_KEPT + 1]:
        kept.pop(oldest, None)
    kept[kind, key] = value


def _concerns_little(facts: Facts, event: Recorded) -> bool:
    """Whether an entry concerns nothing but itself, its stream, what names it and what could stand with it."""
    payload = event.payload
    if isinstance(payload, Act):
        return True
    of = payload.accepts if isinstance(payload, RecordAccepted) else None
    of = payload.refuses if isinstance(payload, RecordRefused) else of
    if of is None or facts.records(RecordCorrected, RecordWithdrawn):
        return False  # an answer to a correction may be the one that it waited for
    answered = facts.entry(EntryReference(of.fingerprint, of.position, of.leaf_hash), within=event)
    return answered is not None and answered.ledger == event.ledger and isinstance(answered.payload, Act)
