"""The scenario is the acceptance test: one test per row of every group of `expected`.

`make scenario FILE=path` runs all groups on any scenario file of the same schema.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from projections.facts.values import Signal
from projections.obligations import obligations
from projections.questions.desk import Desk
from projections.registers.issues import issues
from projections.registers.tasks import tasks
from projections.signals import signals
from projections.trace.appeals import category_after
from projections.trace.model import Trace
from projections.views.facts import ViewFacts
from tests.support import compare
from tests.support import replayed as support
from tests.support.compare_obligations import compare_obligation

COMMENTS = ("scope_note", "rule_note")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One parameter per scenario file and row."""
    if "scenario_row" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("--scenario") or sorted(support.SCENARIOS.glob("*.yaml"))
    parameters = []
    for path in map(Path, wanted):
        expected = support.scenario_of(path.resolve()).expected
        for group, rows in expected.items():
            for number, (key, row) in enumerate(rows_of(group, rows)):
                parameters.append(
                    pytest.param(path.resolve(), group, key, row, id=f"{path.stem}-{group}-{key or number}")
                )
    metafunc.parametrize(("scenario_file", "group", "key", "scenario_row"), parameters)


def rows_of(group: str, rows: Any) -> list[tuple[str, Any]]:
    """The rows of a group with their keys; a group of comments has none."""
    if group in COMMENTS:
        return []
    if group == "attribution":
        blocks = rows if isinstance(rows, list) else [rows]
        return [row for block in blocks for row in _shares(compare.with_ids(block))]
    return [("", compare.with_ids(row)) for row in rows]


def _shares(block: Any) -> list[tuple[str, Any]]:
    """The rows of one case's attribution: (name, (case, known, level, row)); a file with one case need not name it.

    `known` is the moment that the row states, else that of the whole block; None = the opening of the case.
    """
    case = block.get("case")
    return [
        (
            f"{case or ''}{level}-{number}" if isinstance(value, list) else f"{case or ''}{level}",
            (case, compare.known_at(row) or compare.known_at(block), level, row),
        )
        for level, value in block.items()
        if level not in ("case", "as_known_at", *compare.COMMENTS)
        for number, row in enumerate(value if isinstance(value, list) else [value])
    ]


class Answers:
    """The program's answers for one scenario, each computed once."""

    def __init__(self, path: Path) -> None:
        self.scenario = support.scenario_of(path)
        self.desk = Desk(support.views_of_scenario(path))
        self.whole = self.desk.facts()
        self.names = compare.Names(self.whole)
        self.event_ids = [event.id for event in self.scenario.events]
        self.judged_on = self.scenario.meta.period_to
        self._traces: dict[tuple[str, datetime | None], Trace] = {}
        self._signals: tuple[Signal, ...] | None = None

    @property
    def opening(self) -> datetime | None:
        """When answers are known where a row does not say: at the opening of the case; None with several cases."""
        if len(self.scenario.cases) > 1:
            return None
        return self.scenario.case.opened_at if self.scenario.case is not None else self.scenario.events[-1].recorded_at

    def facts_at(self, moment: datetime) -> ViewFacts:
        return self.desk.facts(moment)

    def trace(self, case: Any, known: datetime | None = None) -> Trace:
        """The trace of a case as known at a moment, else at its opening; a row names it where the file has several."""
        id_ = str(case) if case is not None else self.scenario.case.id if self.scenario.case is not None else None
        assert id_ is not None, "a row of a trace belongs to a case, and names it where there are several"
        if (id_, known) not in self._traces:
            considered = compare.scope_of(self.scenario, self.names)
            self._traces[id_, known] = self.desk.trace(id_, known_at=known, considered=considered)
        return self._traces[id_, known]

    def trace_of(self, row: Any) -> Trace:
        """The trace that a row speaks of."""
        return self.trace(row.get("case"), compare.known_at(row))

    @property
    def signals(self) -> tuple[Signal, ...]:
        if self._signals is None:
            self._signals = signals(self.whole, self.judged_on)
        return self._signals


_answers: dict[Path, Answers] = {}


def answers_of(path: Path) -> Answers:
    if path not in _answers:
        _answers[path] = Answers(path)
    return _answers[path]


def _holders(answers: Answers, _: str, row: Any) -> list[str]:
    return compare.compare_holder(row, answers.facts_at, answers.opening)


def _attribution(answers: Answers, _: str, row: Any) -> list[str]:
    case, known, level, share = row
    if level == "total":
        return compare.differ("total", Decimal(str(share)), answers.trace(case, known).total)
    return compare.compare_share(level, share, answers.trace(case, known), answers.names)


def _trace(answers: Answers, _: str, row: Any) -> list[str]:
    compared = compare.compare_person if "person" in row else compare.compare_body
    return compared(row, answers.trace_of(row), answers.names, answers.event_ids)


def _variant(answers: Answers, _: str, row: Any) -> list[str]:
    return compare.compare_variant(row, answers.trace_of(row), answers.names)


def _obligations(answers: Answers, _: str, row: Any) -> list[str]:
    found = obligations(answers.whole, judged_on=answers.judged_on, ids={row["id"]})
    return compare_obligation(row, found, answers.names)


def _signals(answers: Answers, _: str, row: Any) -> list[str]:
    return compare.compare_signal(row, answers.signals, answers.names)


def _tasks(answers: Answers, _: str, row: Any) -> list[str]:
    return compare.compare_register(row, tasks(answers.whole, answers.judged_on), answers.names)


def _issues(answers: Answers, _: str, row: Any) -> list[str]:
    return compare.compare_register(row, issues(answers.whole, answers.judged_on), answers.names)


def _case_shows(answers: Answers, _: str, row: Any) -> list[str]:
    faults = compare.unknown_keys(row, ("case", "person", "category_after"))
    shown = category_after(answers.whole, str(row["case"]), answers.names.id(row["person"]))
    return faults + compare.differ("category_after", row["category_after"], shown)


def _must_not_fire(answers: Answers, _: str, row: Any) -> list[str]:
    return compare.compare_silence(row, answers.signals)


GROUPS: dict[str, Callable[[Answers, str, Any], list[str]]] = {
    "holders": _holders,
    "attribution": _attribution,
    "trace": _trace,
    "obligations": _obligations,
    "signals": _signals,
    "must_not_fire": _must_not_fire,
    "tasks": _tasks,
    "issues": _issues,
    "case_shows": _case_shows,
}


def comparison_of(group: str) -> Callable[[Answers, str, Any], list[str]] | None:
    """What compares the rows of a group; None where nothing does."""
    return _variant if group.startswith("variant_") else GROUPS.get(group)


def test_every_expected_row_is_answered(scenario_file: Path, group: str, key: str, scenario_row: Any) -> None:
    """Every row of `expected` holds in full: each key that it states, and no key that the comparison does not know."""
    compared = comparison_of(group)
    assert compared is not None, f"the group {group!r} is not implemented: missing"

    assert compared(answers_of(scenario_file), key, scenario_row) == []
