"""The matrix of talks: what is owed in pairs and by triggers, cell by cell, as a table to be filed like the others."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from projections.obligations import obligations
from projections.questions.office_tables import OfficeFilter, OfficeTable, office_table
from projections.questions.over import Over
from projections.questions.talks_owed import talk_duties, talks_owed
from projections.reports.office_sheet import COLOURS, cell_of, office_xlsx
from tests.support import web
from tests.support.command import zeren
from tests.support.replayed import YUNXI, replayed, scenario_facts

JUDGED = date(2025, 12, 31)


@pytest.fixture(scope="module")
def over() -> Over:
    return Over(scenario_facts(), "en")


def matrix(over: Over, **limits: Any) -> OfficeTable:
    return office_table("talk-matrix")(over, OfficeFilter(judged_on=JUDGED, **limits))


def test_each_talk_that_is_owed_is_found_once(over: Over) -> None:
    """Every pair of A2a and A2b and every trigger of PM4 and PS7b, with its status, and nothing else."""
    assert talk_duties() == ("PS7b", "PM4", "A2a", "A2b")
    found = talks_owed(over, JUDGED)
    owed = obligations(over.facts, judged_on=JUDGED, ids=frozenset(talk_duties()))
    single = [each for row in owed for each in row.pairs or (row,) if each.status != "not_applicable"]
    assert len(single) > 40
    assert [(row.obligation, row.owner, row.other, row.due, row.status, row.met_by) for row in found] == [
        (each.obligation, each.owner, each.subject, each.due, each.status, each.met_by) for each in single
    ]


@pytest.mark.parametrize("period", ["2024", "2024H1", "2024Q3"])
def test_each_talk_of_the_period_stands_in_one_cell(over: Over, period: str) -> None:
    """A cell has a sentence for each talk that falls due in it; its columns are the half-years, in their order."""
    found = matrix(over, period=period)
    cells = [cell for line in found.items for cell in line.cells]
    first, last = {"2024": (1, 12), "2024H1": (1, 6), "2024Q3": (7, 9)}[period]
    due = [talk for talk in talks_owed(over, JUDGED) if talk.due and talk.due.year == 2024]
    assert sum(len(cell.words) for cell in cells) == sum(first <= talk.due.month <= last for talk in due if talk.due)
    spans = [column.span for column in found.parts[0].columns if column.span]
    assert spans == sorted({cell.span for cell in cells})


def test_a_cell_says_who_talked_with_whom_on_which_day(over: Over) -> None:
    """Held on its day by its entry; missing with what was recorded and does not count."""
    found = matrix(over, period="2024H1", person="p-he")
    (held,) = [line for line in found.items if line.obligation == "A2a" and line.part == "matrix"]
    (cell,) = held.cells
    assert (held.with_whom, cell.words) == (("贺立新",), ("✓ 秦若澜 2024-06-12",))
    assert (cell.tone, cell.on) == ("done", (date(2024, 6, 12),))
    assert cell.sources
    missing = [line for line in found.items if line.part == "missing_talks"]
    assert {line.unit for line in missing if line.obligation == "A2b"} == {"c-aid", "d-rehab"}
    assert any(line.remarks and line.sources for line in missing)


def test_the_table_of_a_unit_has_its_talks_alone(over: Over) -> None:
    """What is owed about the unit; a year in which nothing falls due has no lines and no columns of half-years."""
    of_unit = matrix(over, period="2024", unit="康复科")
    assert {line.unit for line in of_unit.items} == {"d-rehab"}
    empty = matrix(over, period="2031")
    assert (empty.items, [column.member for column in empty.parts[0].columns]) == ((), ["what", "with_whom"])


def test_the_sheet_has_every_cell_in_its_colour(over: Over) -> None:
    """The worst that a cell says colours it alone; the signs are explained under it."""
    found = matrix(over, period="2024")
    sheet = load_workbook(io.BytesIO(office_xlsx(found, over.explain))).worksheets[0]
    coloured = 0
    for row, line in enumerate((line for line in found.items if line.part == "matrix"), 4):
        assert sheet.cell(row, 2).fill.fill_type is None
        for number, column in enumerate(found.parts[0].columns, 2):
            cell = cell_of(line, column) if column.span else None
            if cell is None:
                continue
            written = sheet.cell(row, number)
            assert (written.value or "").splitlines() == list(cell.words)
            if cell.tone == "overdue":
                assert written.fill.start_color.rgb == f"FF{(COLOURS['overdue'] or '')[1:]}"
                coloured += 1
    assert coloured
    assert any("✗ no talk in time" in str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def test_the_command_prints_it_and_writes_the_files(tmp_path: Path) -> None:
    """Cells whole, the missing ones below in lines; a workbook and a Word file."""
    at = replayed(YUNXI).directory
    for name in ("talks.xlsx", "talks.docx"):
        said = zeren(at, "--lang", "en", "table", "talk-matrix", "--period", "2024", "--out", str(tmp_path / name))
        assert said.code == 0, said.err
        assert (tmp_path / name).read_bytes().startswith(b"PK")
    assert "✓ 秦若澜 2024-06-12" in said.out
    assert "Talks not held in time (" in said.out
    assert "高建树" in said.out.partition("Talks not held in time (")[2]


def test_the_page_shows_it_with_links() -> None:
    """Cells in words beside their signs, entries as links, the missing ones listed; an empty one says so."""
    at = web.copied(web.home())
    app = web.application(at)
    reader = {**web.bearer(web.token(at, "duties", "persons", "evidence")), "Accept-Language": "en"}
    text = app.test_client().get("/office/talk-matrix?period=2024H1", headers=reader).text
    assert '<div class="talk done"><div>✓ 秦若澜 <span class="date">2024-06-12</span></div><a' in text
    assert "✗ no talk in time" in text
    assert "Talks not held in time" in text
    assert "none on record" in app.test_client().get("/office/talk-matrix?period=2031", headers=reader).text
    web.close(app)
