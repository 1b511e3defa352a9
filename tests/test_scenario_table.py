"""Every row and field of the table of new records, and every kind of expected row, is used in a scenario of ours."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from ledger.scenario.event_forms import forms
from tests.support.replayed import SCENARIOS

TABLE = {
    "talk": "kind problems demands undertakings follow_up_due online",
    "plan": "items.goal items.measures items.responsible items.due",
    "meeting": "items.title items.decided items.refers online",
    "education": "online",
    "task_assigned": "owner unit co_units due source title",
    "task_reported": "of unit done text",
    "issue_found": "owner due",
    "rectification_verified": "of by result",
    "receipt": "of by date",
    "assessment": "of for_year grade refers",
    "assessment_used": "assessment use",
    "opinion": "of opinion",
    "risk": "unit",
    "evidence_filed": "kind person unit",
    "refusal": "of by reason",
    "consent": "of by answer capacity reason",
    "withdrawal": "of ground duplicate_of",
    "unit_renamed": "unit name valid_from",
    "unit_ended": "unit valid_to into",
    "person_renamed": "person name valid_from",
    "rules": "layer version valid_from settings",
    "lead_disposed": "lead way",
    "statement": "person heard_at accepted answer",
    "accountability_decision": "decisions.form decisions.effect_until decisions.four_forms",
    "decision_announced": "of at body",
    "decision_enforced": "of at body",
    "finding": "case track findings.person findings.body findings.rulebook findings.category findings.article"
    " findings.situation",
    "appeal_decision": "category_before category_after restored.date restored.scope",
}
"""The fields of its own that the table gives each kind of record (scenarios: new records)."""
ROWS = (
    *("holders", "attribution", "trace", "obligations", "signals", "must_not_fire", "tasks", "issues", "case_shows"),
    *("obligations.fitting", "obligations.provisional", "obligations.pair", "signals.severity", "holders.as_known_at"),
)


@cache
def _files() -> list[Any]:
    """Our own scenario files: all but the one that was given."""
    paths = sorted(path for path in SCENARIOS.glob("*.yaml") if path.stem != "yunxi")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
    return [yaml.load(path.read_text(encoding="utf-8"), Loader=loader) for path in paths]  # noqa: S506 - the safe loader


def _keys(value: Any, *, before: str = "") -> Iterator[str]:
    """The keys of an event, those of records within it by a dot."""
    for key, item in value.items():
        yield before + key
        for each in item if isinstance(item, list) else [item]:
            if isinstance(each, dict):
                yield from _keys(each, before=f"{before}{key}.")


@pytest.mark.parametrize("kind", TABLE)
def test_every_field_of_every_new_record_stands_in_a_scenario_of_ours(kind: str) -> None:
    """And the form of the kind knows each of them."""
    used = {key for file in _files() for event in file["events"] if event["type"] == kind for key in _keys(event)}
    known = {key.rstrip("!") for key in forms()[kind].keys} | {"refers", "title", "text", "case"}

    assert set(TABLE[kind].split()) <= used
    assert {key.partition(".")[0] for key in TABLE[kind].split()} <= known


def test_every_kind_of_expected_row_stands_in_a_scenario_of_ours() -> None:
    """Groups and the further keys of the second round."""
    used = set()
    for file in _files():
        for group, rows in file["expected"].items():
            used.add(group)
            used |= {f"{group}.{key}" for row in rows if isinstance(row, dict) for key in row}

    assert set(ROWS) <= used
