"""Groups of texts that are alike, from what the views stored: those that the search among all texts would find.

Which texts are alike is told by the rule set of the day on which the later of them was recorded: its boilerplate, its
threshold. Where these are the same on every day the views have stored the groups; else all texts are searched.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from ledger.events.record import Recorded
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, day, rules_of
from projections.facts.rule_sets import RuleSet
from projections.facts.values import Citation
from projections.signals.similarity import near_duplicates
from projections.views.alike import Groups
from projections.views.likeness import normalise, text_of
from projections.views.likeness_groups import INDEXED_FROM


@dataclass(frozen=True, slots=True)
class Copies:
    """Entries whose texts hang together by likeness, in order, and those of them that are like an earlier one."""

    entries: tuple[Citation, ...]
    later: tuple[Citation, ...]


Settings = tuple[tuple[str, ...], Decimal]
"""Boilerplate and threshold."""


def _settings(rules: RuleSet) -> Settings:
    return rules.boilerplate, rules.near_duplicate_threshold


def one_rule_set(facts: Facts) -> RuleSet | None:
    """The rule set by which all texts on record are compared; None where likeness was set otherwise on other days."""
    last = day(facts, facts.last_recorded_at)
    days = [date.min, *(each.since for each in facts.adopted_rules if each.since <= last)]
    sets = [facts.rules_on(on) for on in days]
    return sets[0] if len({_settings(rules) for rules in sets}) == 1 else None


def one_rule_for_all(facts: Facts, threshold: Decimal) -> bool:
    """Whether all texts, also those of a later day, are compared by this threshold and without boilerplate."""
    sets = [facts.rules, facts.rules_on(date.min), *(facts.rules_on(each.since) for each in facts.adopted_rules)]
    return all(_settings(rules) == ((), threshold) for rules in sets)


def searched(facts: Facts, records: Iterable[Recorded]) -> list[Copies]:
    """The groups by the search among all these texts, each pair by the rules of its later record's day.

    Blamed is who is like an earlier one by the rules of his own day: what a later set calls alike blames what is
    recorded under it, and leaves the earlier ones as they were.
    """
    said = [(event, text, _settings(rules_of(facts, event))) for event in records if (text := text_of(event))]
    together, later = Groups(), set[int]()
    for settings in dict.fromkeys(own for _, _, own in said):
        boilerplate, threshold = settings
        plain = [(number, normalise(text, boilerplate)) for number, (_, text, _) in enumerate(said)]
        kept = [(number, text) for number, text in plain if text]
        judged = [said[number][2] == settings for number, _ in kept]
        for group in near_duplicates([text for _, text in kept], threshold, judged):
            for index in group[1:]:
                together.join(kept[group[0]][0], kept[index][0])
            later |= {kept[index][0] for index in group[1:] if judged[index]}
    cites = [facts.cite(event) for event, _, _ in said]
    return [
        Copies(tuple(cites[n] for n in group), tuple(cites[n] for n in group if n in later))
        for group in together.result()
    ]


def is_indexed(rules: RuleSet) -> bool:
    """Whether the views tell under this rule set: they know whole texts, not what boilerplate would leave of them."""
    return not rules.boilerplate and rules.near_duplicate_threshold >= INDEXED_FROM


def copies_of(facts: Facts, record: Recorded) -> tuple[Citation, ...]:
    """The entries of the record's group, itself included, in order; none where it is like no other."""
    return next((group for group in groups_of(facts, record) if facts.cite(record) in group), ())


def groups_of(facts: Facts, record: Recorded | None = None) -> list[tuple[Citation, ...]]:
    """All groups, or those among the texts that the record's hangs together with; where one rule set tells all.

    Under a threshold above that of the views a stored group is searched for the groups that it falls into.
    """
    rules = one_rule_set(facts)
    if rules is None:
        raise ValueError("texts are compared by more than one rule set; search among all")
    threshold = rules.near_duplicate_threshold
    if facts.reworded:
        groups = _reworded(facts, threshold)
        return [group for group in groups if record is None or facts.cite(record) in group]
    stored = facts.alike(record)
    if threshold == INDEXED_FROM:
        return list(stored)
    return [part for group in stored for part in _parts(facts, group, threshold)]


def _reworded(facts: Facts, threshold: Decimal) -> list[tuple[Citation, ...]]:
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
    if threshold != INDEXED_FROM:
        groups = [part for group in groups for part in _parts(facts, group, threshold)]
    gone = {changed for changed, text in facts.reworded.items() if text is None}
    clusters: dict[int, list[Citation]] = {root: [] for root in touched}
    for position in sorted(cites):
        if together.find(position) in touched and cites[position] not in gone:
            clusters[together.find(position)].append(cites[position])
    for cluster in clusters.values():
        groups += _parts(facts, cluster, threshold)
    return sorted(groups)


def _parts(facts: Facts, group: Sequence[Citation], threshold: Decimal) -> list[tuple[Citation, ...]]:
    events = [facts.cited(cite) for cite in group]
    texts = [normalise(text_of(event) or "") if event is not None else "" for event in events]
    found = near_duplicates(texts, threshold)
    return [tuple(group[number] for number in part) for part in found]
