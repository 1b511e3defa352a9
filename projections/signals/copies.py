"""Groups of texts that are alike, from what the views stored: those that the search among all texts would find."""

from collections.abc import Sequence

from ledger.events.record import Recorded
from projections.facts.protocol import Facts
from projections.facts.rules import RuleSet
from projections.facts.values import Citation
from projections.signals.similarity import near_duplicates
from projections.views.groups import INDEXED_FROM
from projections.views.likeness import normalise, text_of


def is_indexed(rules: RuleSet) -> bool:
    """Whether the views tell under this rule set: they know whole texts, not what boilerplate would leave of them."""
    return not rules.boilerplate and rules.near_duplicate_threshold >= INDEXED_FROM


def copies_of(facts: Facts, record: Recorded) -> tuple[Citation, ...]:
    """The entries of the record's group, itself included, in order; none where it is like no other."""
    return next((group for group in groups_of(facts, record) if facts.cite(record) in group), ())


def groups_of(facts: Facts, record: Recorded | None = None) -> list[tuple[Citation, ...]]:
    """All groups, or those among the texts that the record's hangs together with.

    Under a threshold above that of the views a stored group is searched for the groups that it falls into.
    """
    threshold = facts.rules.near_duplicate_threshold
    stored = facts.alike(record)
    if threshold == INDEXED_FROM:
        return list(stored)
    return [part for group in stored for part in _parts(facts, group)]


def _parts(facts: Facts, group: Sequence[Citation]) -> list[tuple[Citation, ...]]:
    events = [facts.cited(cite) for cite in group]
    texts = [normalise(text_of(event) or "") if event is not None else "" for event in events]
    found = near_duplicates(texts, facts.rules.near_duplicate_threshold)
    return [tuple(group[number] for number in part) for part in found]
