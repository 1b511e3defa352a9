"""The matrix of talks: what is owed in pairs and by triggers, cell by cell, at every face."""

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from ledger.errors import BadInput
from projections.obligations import obligations
from projections.questions.over import Over
from projections.questions.talk_matrix import TalkMatrixFilter, as_matrix, talk_duties, talk_matrix
from projections.reports.talk_sheet import COLOURS, talk_xlsx
from tests.support import web
from tests.support.command import zeren
from tests.support.replayed import YUNXI, replayed, scenario_facts

JUDGED = date(2025, 12, 31)


@pytest.fixture(scope="module")
def over() -> Over:
    return Over(scenario_facts(), "en")


def test_each_talk_that_is_owed_stands_in_one_cell(over: Over) -> None:
    """Every pair of A2a and A2b and every trigger of PM4 and PS7b, with its status, and nothing else."""
    assert talk_duties() == ("PS7b", "PM4", "A2a", "A2b")
    found = talk_matrix(over, TalkMatrixFilter(judged_on=JUDGED)).items
    owed = obligations(over.facts, judged_on=JUDGED, ids=frozenset(talk_duties()))
    single = [each for row in owed for each in row.pairs or (row,) if each.status != "not_applicable"]
    assert len(single) > 40
    assert [(row.obligation, row.owner, row.other, row.due, row.status, row.met_by) for row in found] == [
        (each.obligation, each.owner, each.subject, each.due, each.status, each.met_by) for each in single
    ]
    halves, rows = as_matrix(found)
    assert sorted(talk.due or date.min for row in rows for cell in row.cells for talk in cell) == sorted(
        row.due or date.min for row in found
    )
    assert all(talk.half == half for row in rows for half, cell in zip(halves, row.cells, strict=True) for talk in cell)


def test_a_cell_says_who_talked_with_whom_on_which_day(over: Over) -> None:
    """Held on its day by its entry; missing with what was recorded and does not count."""
    found = talk_matrix(over, TalkMatrixFilter(judged_on=JUDGED, half="2024H1", owner="p-he")).items
    (held,) = [row for row in found if row.obligation == "A2a"]
    assert (held.owner_name, held.other_name) == ("秦若澜", "贺立新")
    assert (held.state, held.held) == ("held", (date(2024, 6, 12),))
    missing = [row for row in found if row.obligation == "A2b" and row.state == "missing"]
    assert {row.about for row in missing} == {"c-aid", "d-rehab"}
    assert any(row.set_aside or row.unclaimed for row in missing)


def test_limits_leave_what_they_name(over: Over) -> None:
    """By whom or with whom, about which unit, in which half-year; what nobody is called is refused with the nearest."""
    every = talk_matrix(over, TalkMatrixFilter(judged_on=JUDGED)).items
    of_unit = talk_matrix(over, TalkMatrixFilter(judged_on=JUDGED, unit="康复科")).items
    assert of_unit == tuple(row for row in every if row.about == "d-rehab")
    assert of_unit
    with pytest.raises(BadInput, match="罗佩珊"):
        talk_matrix(over, TalkMatrixFilter(owner="罗佩"))
    with pytest.raises(BadInput, match="half-year"):
        talk_matrix(over, TalkMatrixFilter(half="2024"))


def test_the_sheet_has_every_cell_in_its_colour(over: Over) -> None:
    """Title, heads, one line a row, the worst state colours a cell, and who signs stands under it."""
    found = talk_matrix(over, TalkMatrixFilter(judged_on=JUDGED))
    halves, rows = as_matrix(found.items)
    data = talk_xlsx(found, over.speech)
    assert data == talk_xlsx(found, over.speech)
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet["A1"].value == "Talks owed and held"
    assert [cell.value for cell in sheet[3]][3:] == list(map(over.speech.span, halves))
    for line, row in enumerate(rows, 4):
        for column, cell in enumerate(row.cells, 4):
            written = sheet.cell(line, column)
            assert len((written.value or "").splitlines()) == len(cell)
            if any(talk.state == "missing" for talk in cell):
                assert written.fill.start_color.rgb == "FF" + COLOURS["missing"][1:]
    under = [str(cell.value) for cell in sheet[len(rows) + 5] if cell.value]
    assert [text.rstrip(": ") for text in under] == ["Filled in by", "Checked by", "Date"]


def test_the_command_prints_it_and_writes_the_sheet(tmp_path: Path) -> None:
    """As a table with the missing ones named below; a file of another kind is refused before anything is asked."""
    at = replayed(YUNXI).directory
    said = zeren(at, "--lang", "en", "talk-matrix", "--half", "2024H1", "--out", str(tmp_path / "talks.xlsx"))
    assert said.code == 0
    assert "✓ 秦若澜 2024-06-12" in said.out
    assert "no talk of 贺立新 with 高建树 counts" in said.out
    assert (tmp_path / "talks.xlsx").read_bytes().startswith(b"PK")
    assert zeren(at, "talk-matrix", "--out", str(tmp_path / "talks.pdf")).code == 2


def test_the_page_shows_it_with_links() -> None:
    """Cells in words beside their signs, entries as links, the missing ones listed; an empty one says so."""
    at = web.copied(web.home())
    app = web.application(at)
    reader = {**web.bearer(web.token(at, "duties", "persons", "evidence")), "Accept-Language": "en"}
    text = app.test_client().get("/talk-matrix?half=2024H1", headers=reader).text
    cell = '<b>✓</b> talk held <span class="date">秦若澜</span> <span class="date">2024-06-12</span>'
    assert cell in text
    assert "no talk of 贺立新 with 高建树 counts" in text
    empty = app.test_client().get("/talk-matrix?half=2030H1", headers=reader).text
    assert "no talk is owed" in empty
    web.close(app)
