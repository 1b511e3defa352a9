"""Question: which obligations the table has, and which settings are in force, as known at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from projections.facts.rule_sets import RuleSet
from projections.obligations.table import table
from projections.questions.over import Known, Over


@dataclass(frozen=True, slots=True)
class RuleRow:
    """An obligation of the table, its texts in the reader's language."""

    id: str
    title: str
    clause: str
    owner: str
    kind: str
    """countable, triggered or standing."""
    act: tuple[str, ...]
    counterpart: tuple[str, ...]
    evidence: str
    layer: str
    rules: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The answer."""

    version: str
    layer: str
    settings: RuleSet
    sources: Mapping[str, str]
    obligations: tuple[RuleRow, ...]


def rules_in_force(over: Over, _wanted: Known) -> RulesInForce:
    """The table of obligations and the settings in force."""
    shipped, speech = table(), over.explain.speech
    return RulesInForce(
        version=shipped.version,
        layer=shipped.layer,
        settings=over.facts.rules,
        sources={name: text.of(speech) for name, text in shipped.sources.items()},
        obligations=tuple(
            RuleRow(
                row.id,
                row.title.of(speech),
                shipped.clause(row, speech),
                row.owner,
                row.kind,
                row.act,
                row.counterpart,
                row.evidence.of(speech),
                row.layer,
                tuple(
                    {item.name: value for item in fields(rule) if (value := getattr(rule, item.name))}
                    for rule in row.rules
                ),
            )
            for row in shipped.obligations.values()
        ),
    )
