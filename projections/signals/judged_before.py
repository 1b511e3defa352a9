"""What rules find in the whole record, from what they found in it when fewer entries were known.

What is judged once is kept beside the views, in the memory of the process, and follows from the entries alone: by the
cut that is asked about and the day as on which it is judged, with what else it rests on. An append invalidates what it
concerns: a talk or meeting, or an answer to one, concerns itself, its stream, and what names it by its number in words;
any other entry (a post, a rule, a key, a correction), and any entry of another ledger that rules look at, concerns all.
Rules that judge each record by itself look at nothing else anew; rules about several at once judge the whole again.

Not here: what is kept from one process to the next.
"""

from collections.abc import Collection, Sequence
from dataclasses import field

from ledger.events.acts import Act
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordCorrected, RecordRefused, RecordWithdrawn
from ledger.frozen import dataclass
from projections.facts.protocol import Facts
from projections.facts.values import Signal
from projections.signals.inquiry import Inquiry, Rule
from projections.views.index_marks import word_mark
from projections.views.view_store import KEPT

MOST_KEPT = 4
"""Cuts and days of which what was judged is kept."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules found in a cut."""

    cut: int
    last: bytes
    """Leaf hash of the last entry known: an entry is judged by those before it and no others."""
    rests_on: object
    """What it rests on beside the duty ledger's entries."""
    found: dict[Rule, tuple[Signal, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Since:
    """What was judged before, and the records that what came since concerns."""

    before: Judgement
    concerned: tuple[Recorded, ...]


def whole(q: Inquiry, rule: Rule, *, alone: bool) -> tuple[Signal, ...]:
    """What a rule finds in the whole record; `alone` says that it judges each record by itself."""
    found, key = q.background.found, (q.judged_on, rule)
    if key not in found:
        found[key] = _judge(q, rule, alone=alone)
        kept = q.background.judgements[q.judged_on]
        if isinstance(kept, Judgement):
            kept.found[rule] = found[key]
    return found[key]


def tells(q: Inquiry, rules: Collection[Rule]) -> bool:
    """Whether what these rules found before tells what they find now, but for little: then the whole costs little."""
    if q.facts.cut > KEPT:  # of so many entries not all are at hand
        return False
    since = _since(q)
    return since is not None and all(rule in since.before.found for rule in rules)


def _judge(q: Inquiry, rule: Rule, *, alone: bool) -> tuple[Signal, ...]:
    since = _since(q)
    before = since.before.found.get(rule) if since is not None else None
    if since is not None and before is not None:
        if not since.concerned:
            return before
        if alone:
            concerned = {record.position for record in since.concerned}
            kept = (signal for signal in before if signal.blamed[0].position not in concerned)
            return (*kept, *rule(Inquiry(q.facts, q.judged_on, since.concerned)))
    return tuple(rule(Inquiry(q.facts, q.judged_on)))


def _since(q: Inquiry) -> Since | None:
    """What was judged before this cut and still tells; looked up once for a cut and a day."""
    known = q.background.since
    if q.judged_on not in known:
        key = (q.facts.of_which, q.judged_on)
        before = q.facts.kept.get(key)
        now = Judgement(q.facts.cut, q.facts.leaf_at(q.facts.cut - 1), _rests_on(q))
        known[q.judged_on] = _told(q, before, now) if isinstance(before, Judgement) else None
        q.background.judgements[q.judged_on] = now
        for oldest in [each for each in list(q.facts.kept) if each != key][: -(MOST_KEPT - 1)]:
            q.facts.kept.pop(oldest, None)
        q.facts.kept[key] = now
    found = known[q.judged_on]
    return found if isinstance(found, Since) else None


def _rests_on(q: Inquiry) -> object:
    """The sizes of the other ledgers, and of the access ledger no more than what inspectors asked."""
    return q.facts.rests_on, len(q.background.queries)


def _told(q: Inquiry, before: Judgement, now: Judgement) -> Since | None:
    facts = q.facts
    if before.cut > now.cut or before.rests_on != now.rests_on or facts.leaf_at(before.cut - 1) != before.last:
        return None
    if before.cut == now.cut:
        return Since(before, ())
    corpus = q.background.corpus
    new = [event for event in corpus if event.position >= before.cut]
    if len(new) < now.cut - before.cut or not all(_concerns_little(facts, event, corpus) for event in new):
        return None
    streams = {event.originator_id for event in new}
    found = {event.position: event for event in corpus if event.originator_id in streams}
    marks = [word_mark(event.payload.ref) for event in new if event.payload.ref]
    found |= {event.position: event for event in (facts.marked(marks) if marks else ())}
    return Since(before, tuple(found[position] for position in sorted(found)))


def _concerns_little(facts: Facts, event: Recorded, corpus: Sequence[Recorded]) -> bool:
    """Whether an entry concerns nothing but itself, its stream and what names it."""
    payload = event.payload
    if isinstance(payload, Act):
        return True
    of = payload.accepts if isinstance(payload, RecordAccepted) else None
    of = payload.refuses if isinstance(payload, RecordRefused) else of
    if of is None or any(isinstance(each.payload, RecordCorrected | RecordWithdrawn) for each in corpus):
        return False  # an answer to a correction may be the one that it waited for
    answered = facts.entry(EntryReference(of.fingerprint, of.position, of.leaf_hash), within=event)
    return answered is not None and answered.ledger == event.ledger and isinstance(answered.payload, Act)
