"""A case of a scenario file that has its own moment of opening needs no event that opens it."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.events.case_work import CaseOpened
from ledger.home.directory import Home
from ledger.scenario.load import load_scenario
from ledger.scenario.loaded import Scenario, ScenarioEvent
from ledger.scenario.replay import replay
from projections.questions.desk import Desk
from projections.views.catch_up import rebuild
from tests.support.replayed import SCENARIOS, scenario_of


def without_openings(directory: Path, name: str, old: str = "", new: str = "") -> Scenario:
    """A scenario from whose file the events that open cases were left out; `old` is replaced in it."""
    lines = (SCENARIOS / name).read_text(encoding="utf-8").replace(old, new).splitlines(keepends=True)
    file = directory / name
    file.write_text("".join(line for line in lines if "type: case_opened" not in line), encoding="utf-8")
    return load_scenario(file)


def plain(event: ScenarioEvent) -> ScenarioEvent:
    """An event without its place in the file, and an opening without its number."""
    return replace(event, line=0, id="" if event.type == "case_opened" else event.id)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("two-cases.yaml", "opened_by: oA", "opened_at: 2024-06-03T09:00:00+08:00"),
        ("vacancies.yaml", "", ""),
        ("circle.yaml", "", ""),
    ],
)
def test_a_case_without_an_event_is_opened_where_its_event_would_stand(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    """It is opened at its moment, in the order of recording, by who records on the discipline side."""
    found, whole = without_openings(tmp_path, name, old, new), scenario_of(SCENARIOS / name)

    assert [plain(event) for event in found.events] == [plain(event) for event in whole.events]
    assert found.persons == whole.persons


@pytest.mark.parametrize(("other", "id_"), [("a", "C"), ("C", "C-x")])
def test_an_opening_has_a_number_of_its_own_and_the_line_of_its_case(tmp_path: Path, other: str, id_: str) -> None:
    """It is numbered as its case, or so that no event has the number; a fault of it says where the case stands."""
    opening = without_openings(tmp_path, "bare.yaml", "{id: a,", f"{{id: {other},").events[-1]
    lines = (tmp_path / "bare.yaml").read_text(encoding="utf-8").splitlines()

    assert opening.id == id_
    assert opening.line == 1 + lines.index("  id: C")


def test_who_opens_a_case_where_nobody_records_on_that_side_is_no_one_of_the_file(tmp_path: Path) -> None:
    """An inspector is made for it, whom the organ does not know; the case is traced as any other."""
    scenario = without_openings(tmp_path, "bare.yaml")
    assert [each.id for each in scenario.persons] == ["boss", "hand", "insp", "inspector"]

    replay(scenario, tmp_path / "ledgers")
    with closing(rebuild(Home(tmp_path / "ledgers"))) as views:
        (opened,) = Desk(views).facts().cases()
        shares = Desk(views).trace("C").shares

    assert isinstance(opened.payload, CaseOpened)
    assert (opened.payload.case, opened.recorded_at) == ("C", scenario.cases[0].opened_at)
    assert {share.level: share.person for share in shares} == {"head": "boss", "supervisor": None, "secretary": None}
