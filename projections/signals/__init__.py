"""Integrity signals (疑点): questions about a record, each with its inputs, guards and benign reasons; never verdicts.

Each signal is a function of an `Inquiry`; its docstring is its rule in full. The catalogue lists all codes, also those
that the ledger's data cannot decide:

- AFTER_INSPECTION_NOTICE: no event records the notice of a visit.
- SAME_SESSION_SIGNATURES: an entry has one moment for all its signatures, and names no device; signatures of one's own
  (acceptances) have moments, but two leaders who sign within seconds at two desks would be blamed without cause.
- EVIDENCE_YOUNGER: the ledger holds a file's hash and size, not the times inside it.
- ANACHRONISM in part: only entries of the ledger are dated; rules, titles, and the beginnings of persons and units are
  not, so that what words say of them is not looked at.
- CHAIN_BREAK, ANCHOR_MISMATCH, KEY_INVALID, EVIDENCE_UNREADABLE are failures of verification, told by `zeren verify`.

`projections.questions.signals` answers which signals stand, with the signed explanations beside
them: an explanation takes nothing away.

Not here: who is to blame, and what follows from a signal (`projections.trace`, `projections.obligations`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from ledger.events.record import Recorded
from projections.facts.protocol import Facts, day
from projections.facts.values import Citation, Signal
from projections.signals.crediting import (
    BLAMING,
    DECIDING,
    DOUBTS,
    REJECTING,
    Credit,
    blame_among,
    blame_everywhere,
    credit,
    credited_among,
    everywhere,
    is_judged,
    was_judged,
)
from projections.signals.inquiry import Inquiry, Rule
from projections.signals.judged_before import in_order
from projections.signals.signal_kinds import CATALOGUE, ORDER

__all__ = ["CATALOGUE", "DECIDING", "DOUBTS", "REJECTING", "Credit", "blame", "credit", "credited", "signals"]


MANY, SHARE = 100, 4
"""Records from which on, and the part of the whole (one in so many) from which on, judging each by what lies near it
costs more than judging the whole once."""


def signals(facts: Facts, judged_on: date | None = None, *, codes: Collection[str] | None = None) -> tuple[Signal, ...]:
    """Every signal over the whole record as known at the cut, by code in the catalogue's order, then by entry.

    `codes` limits the question to these codes: what belongs to others is not even looked at.
    """
    q = Inquiry(facts, judging_day(facts, judged_on))
    asked = [entry for entry in CATALOGUE.values() if codes is None or entry.code in codes]
    return tuple(
        signal
        for entry in sorted(asked, key=lambda entry: ORDER[entry.code])
        if entry.rule is not None
        for signal in in_order(q, entry.rule, everywhere(q, entry.rule), _order)
    )


def blame(
    facts: Facts, records: Sequence[Recorded], judged_on: date | None = None, rules: Sequence[Rule] = BLAMING
) -> Mapping[Citation, tuple[Signal, ...]]:
    """The signals that blame each of these records; a record without any is not in the map.

    Who asks what is left of an act names the rules that decide it; the map may have what others say, too.

    Touches only what lies near the records; where so many of this cut are asked about that judging the whole once is
    cheaper, or that was done already, the map has all that is blamed. The one exception: where the rule set removes
    boilerplate or lowers the threshold of near duplicates, no index answers which texts are alike; then the cut is read
    once and kept with it. Entries of a case ledger are never blamed.
    """
    q = _near(facts, judged_on)
    asked = q.background.asked[q.judged_on] = q.background.asked.get(q.judged_on, 0) + len(records)
    if is_judged(q) or (asked > MANY and (asked * SHARE > facts.cut or was_judged(q))):
        return blame_everywhere(q)
    return blame_among(q, records, rules)


def credited(facts: Facts, records: Sequence[Recorded], judged_on: date | None = None) -> Iterator[Recorded]:
    """Those of the records that count, in their order: no signal of weight high and no undeclared doubt blames them."""
    return credited_among(_near(facts, judged_on), records)


def judging_day(facts: Facts, judged_on: date | None = None) -> date:
    """The day as on which signals are judged: as asked, as the rule set says, the cut's, or after everything."""
    if judged_on is not None or facts.rules.judged_on is not None:
        return judged_on or facts.rules.judged_on or date.max
    return day(facts, facts.known_at) if facts.known_at is not None else date.max


def _near(facts: Facts, judged_on: date | None) -> Inquiry:
    return Inquiry(facts, judging_day(facts, judged_on), ())


def _order(signal: Signal) -> tuple[int, tuple[Citation, ...], str, str, tuple[Citation, ...]]:
    return ORDER[signal.code], signal.events, repr(signal.detail), signal.weight, signal.blamed
