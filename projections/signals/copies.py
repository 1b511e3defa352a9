"""The near duplicates of one text, by index: the group that the search among all texts would find it in."""

from decimal import Decimal

from ledger.events.record import Recorded
from projections.facts.protocol import Facts
from projections.facts.rules import RuleSet
from projections.signals.similarity import alike
from projections.views.likeness import bands, normalise, text_of, whole

INDEXED_FROM = Decimal("0.9")
"""The ratio from which texts that are alike share a band for sure; below it only the search among all finds them."""


def is_indexed(rules: RuleSet) -> bool:
    """Whether the index answers under this rule set: it keeps whole texts, not what boilerplate would leave of them."""
    return not rules.boilerplate and rules.near_duplicate_threshold >= INDEXED_FROM


def copies_of(facts: Facts, record: Recorded) -> tuple[Recorded, ...]:
    """The entries of the record's group, itself included, in order; none where it is like no other.

    From each text found goes on to those that are like it until there is nothing new, so that the group is whole.
    """
    own = normalise(text_of(record) or "")
    found = {own: _with_text(facts, own)} if own else {}
    ahead = [text for text, events in found.items() if record.position in {event.position for event in events}]
    while ahead:
        text = ahead.pop()
        for event in facts.marked(bands(text)):
            other = normalise(text_of(event) or "")
            if not other or other in found:
                continue
            earlier, later = sorted(((found[text][0].position, text), (event.position, other)))
            if alike(earlier[1], later[1], facts.rules.near_duplicate_threshold):
                found[other] = _with_text(facts, other)
                ahead.append(other)
    group = sorted((event for events in found.values() for event in events), key=lambda event: event.position)
    return tuple(group) if len(group) > 1 else ()


def _with_text(facts: Facts, plain: str) -> list[Recorded]:
    """Every entry with this normalised text."""
    return [event for event in facts.marked([whole(plain)]) if normalise(text_of(event) or "") == plain]
