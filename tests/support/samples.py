"""Sample values for every field of every kind of record: what is typed, and what then stands on record."""

from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.core.encoding import b64encode
from ledger.events.fields import Json
from ledger.recording.forms import Column, Form
from ledger.recording.numbers import find_entry
from tests.support.command import zeren

DUTY_RECORDER = "p-bai"
NEW_CASE = "K9"
OPEN = "A-OPEN"
"""An assignment that has not ended."""
WORDS = {"claims": ("A1a", "A1a"), "for_period": ("2024年上半年", "2024-H1")}
"""Fields that take some words only."""
TASK, ASSESSMENT = "TA9", "AS9"
REFERRED = {
    ("task-reported", "of"): TASK,
    ("assessment-used", "assessment"): ASSESSMENT,
    ("rectification-verified", "of"): "E118",
    ("lead-disposed", "lead"): "E081",
    ("case-opened", "leads"): "E081",
}
"""Entries of the kind that a field has to refer to."""
PERSONS, UNITS = ("p-he", "p-luo"), ("c-aid", "dept-rehab")
OVERRIDES: dict[tuple[str, str], Any] = {
    ("unit", "unit"): ["u-new"],
    ("unit", "kind"): ["centre"],
    ("person", "person"): ["p-new"],
    ("post", "post"): ["new-post"],
    ("talk", "counterpart"): ["p-luo"],
    ("handover", "incoming"): ["p-luo"],
    ("meeting", "absent"): ["p-shen"],
    ("meeting", "non_voting"): ["p-bai"],
    ("meeting", "votes.agree"): ["p-he"],
    ("meeting", "votes.oppose"): ["p-luo"],
    ("meeting", "votes.abstain"): ["p-shen"],
    ("record-corrected", "field"): ["title"],
    ("record-corrected", "new_value"): None,
    ("decision-made", "decisions.*.body"): None,
    ("decision-served", "body"): None,
    ("finding-made", "findings.*.body"): None,
    ("finding-made", "findings.*.rulebook"): ["wenze-2019"],
    ("finding-made", "findings.*.category"): ["direct"],
    ("finding-made", "findings.*.knowledge"): ["no_sign"],
}


def record_referred(directory: Path) -> None:
    """Puts on record what fields refer to and the scenario does not have: a task and an assessment."""
    for words in (
        ("task", "--ref", TASK, "--owner", "c-aid"),
        ("assessment", "--ref", ASSESSMENT, "--of", "c-aid", "--for-year", "2023", "--grade", "良好"),
    ):
        by = ("--occurred-at", "2024-03-05", "--as", DUTY_RECORDER)
        if zeren(directory, "record", *words, *by).code:
            raise AssertionError(f"{words} is not recorded")


def reference(ledger: Ledger, number: str) -> Json:
    event = find_entry(ledger, number)
    return ["", event.position, b64encode(event.leaf_hash)]


def sample(form: Form, column: Column, ledger: Ledger) -> list[tuple[str, Json]]:
    """(word on the command line, value on record) of each element."""
    override = OVERRIDES.get((form.name, column.base), ...)
    if override is None:
        return []
    if override is not ...:
        return [(word, word) for word in override]
    kinds = ledger.register().kinds
    persons = [id_ for id_ in (*PERSONS, *sorted(kinds)) if kinds.get(id_) == "person"]
    units = [id_ for id_ in (*UNITS, *sorted(kinds)) if kinds.get(id_) == "unit"]
    if (form.name, column.base) in {("appeal-made", "person"), ("decision-served", "person")}:
        return [(person_in(ledger), person_in(ledger))]
    many = 2 if column.is_list else 1
    if column.about is not None:
        return [(id_, id_) for id_ in (units if column.about == "unit" else persons)[:many]]
    entries = {"ends": OPEN, "replaces": OPEN, "decision": "D9", "against": "D9", "appeal": "A9"}
    entry = entries.get(column.base, "E060" if ledger.kind == "duty" else "D9")
    entry = REFERRED.get((form.name, column.base), entry)
    values: dict[str, tuple[str, Json]] = {
        "whole": ("2024年" if column.span else "2024", 2024),
        "yesno": ("yes", True),
        "decimal": ("12.50", "12.5"),
        "day": ("2024年3月5日", "2024-03-05"),
        "moment": ("2024-03-06 09:30", "2024-03-06T09:30:00+08:00"),
        "when": ("2024-03-05T08:00:00+08:00", "2024-03-05T08:00:00+08:00"),
        "entry": (entry, reference(ledger, entry) if column.kind == "entry" else None),
        "json": ('"新文字"', "新文字"),
        "text": WORDS.get(column.base, ("文字 text", "文字 text")),
    }
    if column.choices:
        return [(column.choices[0], column.choices[0])]
    if column.names_post:
        return [("head", "head")]
    if column.base == "case":
        return [(NEW_CASE, NEW_CASE)]
    if column.name.endswith("fingerprint"):
        return [("", "")]
    if column.name.endswith("identities.*.id"):
        same = units[0] if form.name == "unit-linked" else persons[0]
        return [(same, same)]
    if column.base == "valid_to":
        return [("2034/4/5", "2034-04-05")]
    if column.base == "valid_from":
        return [("2034.4.4", "2034-04-04")]
    return [values[column.kind]] * many


def inspector_of(ledger: Ledger) -> str:
    return next(person for person, roles in sorted(ledger.keys().roles.items()) if "inspector" in roles)


def person_in(ledger: Ledger) -> str:
    return next(id_ for id_, kind in sorted(ledger.register().kinds.items()) if kind == "person")
