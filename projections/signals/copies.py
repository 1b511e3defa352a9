"""Groups of texts that are alike, from what the views stored: those that the search among all texts would find."""

from collections.abc import Sequence

from ledger.events.record import Recorded
from projections.facts.protocol import Facts
from projections.facts.rules import RuleSet
from projections.facts.values import Citation
from projections.signals.similarity import near_duplicates
from projections.views.alike import Groups
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
    if facts.reworded:
        groups = _reworded(facts)
        return [group for group in groups if record is None or facts.cite(record) in group]
    stored = facts.alike(record)
    if threshold == INDEXED_FROM:
        return list(stored)
    return [part for group in stored for part in _parts(facts, group)]


def _reworded(facts: Facts) -> list[tuple[Citation, ...]]:
    """All groups where corrections and withdrawals changed what texts there are.

    Only what hangs together with a changed text, as it was or as it reads now, is compared again.
    """
    together = Groups()
    cites: dict[int, Citation] = {}
    stored = facts.alike()
    for group in stored:
        cites |= {cite.position: cite for cite in group}
        for cite in group[1:]:
            together.join(group[0].position, cite.position)
    for changed, text in facts.reworded.items():
        cites[changed.position] = changed
        together.join(changed.position, changed.position)
        for cite in facts.sharing(text) if text is not None else ():
            cites[cite.position] = cite
            together.join(changed.position, cite.position)
    touched = {together.find(changed.position) for changed in facts.reworded}
    groups = [group for group in stored if together.find(group[0].position) not in touched]
    if facts.rules.near_duplicate_threshold != INDEXED_FROM:
        groups = [part for group in groups for part in _parts(facts, group)]
    gone = {changed for changed, text in facts.reworded.items() if text is None}
    clusters: dict[int, list[Citation]] = {root: [] for root in touched}
    for position in sorted(cites):
        if together.find(position) in touched and cites[position] not in gone:
            clusters[together.find(position)].append(cites[position])
    for cluster in clusters.values():
        groups += _parts(facts, cluster)
    return sorted(groups)


def _parts(facts: Facts, group: Sequence[Citation]) -> list[tuple[Citation, ...]]:
    events = [facts.cited(cite) for cite in group]
    texts = [normalise(text_of(event) or "") if event is not None else "" for event in events]
    found = near_duplicates(texts, facts.rules.near_duplicate_threshold)
    return [tuple(group[number] for number in part) for part in found]
