"""What signals make of a record that is to count for something (scenarios: obligations made precise)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from ledger.events.record import Recorded
from ledger.events.words import is_other
from projections.facts.values import Citation, Signal
from projections.signals import (
    after,
    duties,
    evidence,
    lateness,
    meeting_conduct,
    moves,
    one_sided,
    patterns,
    presence,
    text_signals,
)
from projections.signals.inquiry import Inquiry, Rule
from projections.signals.judged_before import Longer, is_told, tells, whole

Credit = Literal["credited", "declared_late", "doubtful", "rejected"]
DOUBTS = frozenset({"LATE_RECORD", "PERIOD_END_BATCH", "NEAR_DUPLICATE_TEXT", "ONE_SIDED_TALK"})
"""Codes that make an act doubtful; a LATE_RECORD only where the lateness was not declared."""

BLAMING: tuple[Rule, ...] = (
    lateness.late_record,
    lateness.period_end_batch,
    after.after_lead,
    after.after_case_opened,
    after.post_read_record,
    text_signals.near_duplicate_text,
    text_signals.template_only,
    text_signals.anachronism,
    presence.two_places_at_once,
    presence.not_in_post,
    one_sided.one_sided_talk,
    after.countersign_late,
    one_sided.participant_unable_to_sign,
    meeting_conduct.no_quorum,
    meeting_conduct.vote_math,
    meeting_conduct.no_minutes,
    meeting_conduct.minutes_late,
    meeting_conduct.dissent_edited_later,
    duties.retro_assignment,
    evidence.evidence_reused,
    evidence.doc_number_clash,
    one_sided.self_attested,
    presence.non_working_day,
    patterns.double_credit,
    patterns.scope_mismatch,
    moves.move_during_case,
)
"""The rules whose signals hold against a record; each can judge a few records by what lies near them."""
ASIDE: frozenset[Rule] = frozenset(
    {
        text_signals.template_only,
        after.countersign_late,
        meeting_conduct.no_minutes,
        meeting_conduct.minutes_late,
        one_sided.self_attested,
        presence.non_working_day,
        patterns.double_credit,
        patterns.scope_mismatch,
    }
)
"""Those of them that leave an act as it is: their signals are never of weight high, nor doubts."""
DECIDING: tuple[Rule, ...] = tuple(rule for rule in BLAMING if rule not in ASIDE)
"""Those that decide what is left of an act."""
REJECTING: tuple[Rule, ...] = tuple(
    rule
    for rule in DECIDING
    if rule
    not in (
        lateness.late_record,
        lateness.period_end_batch,
        text_signals.near_duplicate_text,
        one_sided.one_sided_talk,
    )
)
"""Those that may reject it: the others raise doubts alone."""
TOGETHER: frozenset[Rule] = frozenset(
    {lateness.period_end_batch, text_signals.near_duplicate_text, evidence.evidence_reused}
)
"""Those of them that hold against several records at once; the others judge each record by itself."""
SINCE: Mapping[Rule, Longer] = {
    lateness.period_end_batch: lateness.batches_since,
    text_signals.near_duplicate_text: text_signals.copies_since,
    evidence.evidence_reused: evidence.reused_since,
    lateness.silence_then_burst: lateness.bursts_since,
    patterns.too_regular: patterns.regular_since,
}
"""How what rules about several records found grows by entries that concern little."""


MANY = 100
"""Records that a signal blames above which they are looked up, not gone through for each few that are judged."""


def blame_among(
    q: Inquiry, records: Sequence[Recorded], rules: Sequence[Rule] = BLAMING
) -> Mapping[Citation, tuple[Signal, ...]]:
    """The signals of these rules that blame each of these records; a record without any is not in the map."""
    own = tuple(record for record in records if record.ledger not in q.background.case_ledgers)
    near = Inquiry(q.facts, q.judged_on, own)
    q.facts.gather(own)
    asked = dict.fromkeys(q.facts.cite(record) for record in own)
    found: defaultdict[Citation, list[Signal]] = defaultdict(list)
    for rule in rules if own else ():
        for signal in rule(near):
            for cited in _blamed_among(q, signal, asked):
                found[cited].append(signal)
    return {cited: tuple(rows) for cited, rows in found.items()}


def _blamed_among(q: Inquiry, signal: Signal, asked: Mapping[Citation, None]) -> Iterator[Citation]:
    if len(signal.blamed) <= MANY:
        yield from (cited for cited in signal.blamed if cited in asked)
    else:
        blamed = q.background.members(signal.blamed)
        yield from (cited for cited in asked if cited in blamed)


def everywhere(q: Inquiry, rule: Rule) -> tuple[Signal, ...]:
    """What a rule finds in the whole record, whatever few are judged: looked for once in a cut, whoever asks."""
    return whole(q, rule, alone=rule in BLAMING and rule not in TOGETHER, longer=SINCE.get(rule))


def blame_everywhere(q: Inquiry) -> Mapping[Citation, tuple[Signal, ...]]:
    """The signals that blame any record at all: one pass over the whole, cheaper than the near ones of very many."""
    kept = q.background.blamed
    if q.judged_on not in kept:
        found: defaultdict[Citation, list[Signal]] = defaultdict(list)
        for rule in BLAMING:
            for signal in everywhere(q, rule):
                for cited in signal.blamed:
                    found[cited].append(signal)
        kept[q.judged_on] = {cited: tuple(rows) for cited, rows in found.items()}
    return kept[q.judged_on]


def is_judged(q: Inquiry) -> bool:
    """Whether the whole was judged already as on this day, by whoever asked."""
    return is_told(q, BLAMING)


def was_judged(q: Inquiry) -> bool:
    """Whether the whole was judged when little less was known, so that judging it now costs little."""
    return tells(q, BLAMING)


def credit(signals: Iterable[Signal]) -> Credit:
    """What the signals that blame an act leave of it.

    rejected: one has weight high. doubtful: one of DOUBTS that is no declared lateness. declared_late: a declared
    lateness and nothing worse. Weights low and info, and codes not named, never matter.
    """
    signals = tuple(signals)
    if any(signal.weight == "high" for signal in signals):
        return "rejected"
    if any(signal.code in DOUBTS and not signal.get("declared") for signal in signals):
        return "doubtful"
    return "declared_late" if any(signal.get("declared") for signal in signals) else "credited"


def credited_among(q: Inquiry, records: Sequence[Recorded]) -> Iterator[Recorded]:
    """Those of the records that count: neither rejected nor doubtful."""
    return _among(q, records, ("credited", "declared_late"), DECIDING)


def not_rejected(q: Inquiry, records: Sequence[Recorded]) -> Iterator[Recorded]:
    """Those of the records that no signal of weight high blames."""
    return _among(q, records, ("credited", "declared_late", "doubtful"), REJECTING)


def _among(
    q: Inquiry, records: Sequence[Recorded], wanted: Collection[Credit], rules: Sequence[Rule]
) -> Iterator[Recorded]:
    kept = [record for record in records if not is_other(record.payload)]
    blamed = blame_among(q, kept, rules)
    return (record for record in kept if credit(blamed.get(q.facts.cite(record), ())) in wanted)
