"""Ids are arbitrary strings: renaming every one of them changes no answer but the names in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support import replayed as support
from tests.test_scenario import Answers, comparison_of, rows_of

WORD = r"(?<![\w-]){}(?![\w-])"


def renamed(text: str) -> str:
    """The scenario with ids that fit none of the ledger's patterns: Chinese, with signs, longer and shorter."""
    scenario = support.scenario_of(support.YUNXI)
    assert scenario.case is not None
    names = {event.id: f"文号（{event.id[1:]}）" for event in scenario.events}
    names |= {person.id: f"人员_{person.id[2:].upper()}" for person in scenario.persons}
    names |= {unit.id: f"{unit.id[2:]}/处" for unit in scenario.units}
    names |= {act["id"]: "行为" + act["id"][1:] for act in scenario.case.acts}
    names[scenario.case.id] = "案（1）"
    for old in sorted(names, key=len, reverse=True):
        text = re.sub(WORD.format(re.escape(old)), names[old], text)
    return text


def faults_of(path: Path) -> Iterator[Any]:
    """Each expected row of a file that does not hold."""
    answers = Answers(path)
    for group, rows in answers.scenario.expected.items():
        for key, row in rows_of(group, rows):
            compared = comparison_of(group)
            assert compared is not None, group
            yield from ((group, row, fault) for fault in compared(answers, key, row))


def test_no_answer_rests_on_the_form_of_an_id(tmp_path: Path) -> None:
    """Every expected row holds of the scenario whose events, persons, units, acts and case all have other ids."""
    path = tmp_path / "other ids.yaml"
    path.write_text(renamed(support.YUNXI.read_text(encoding="utf-8")), encoding="utf-8")

    assert list(faults_of(path)) == []


def test_ids_of_digits_need_no_quotes(tmp_path: Path) -> None:
    """A file whose events have numbers for ids is read and compared like any other."""
    scenario = support.scenario_of(support.YUNXI)
    text = support.YUNXI.read_text(encoding="utf-8")
    for event in scenario.events:
        text = re.sub(WORD.format(re.escape(event.id)), event.id.replace("E", "70"), text)
    path = tmp_path / "digits.yaml"
    path.write_text(text, encoding="utf-8")

    assert list(faults_of(path)) == []
