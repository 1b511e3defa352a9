"""The tables that an office files: lines of the ledger's facts, one declaration each, at every face and as files."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from ledger.errors import BadInput
from projections.facts.values import Instance
from projections.obligations import obligations
from projections.questions.heat import GOOD
from projections.questions.office_lines import OfficeLine
from projections.questions.office_tables import KINDS, OfficeFilter, OfficeTable, office_table
from projections.questions.over import Over
from projections.questions.registers import RegisterFilter, register
from projections.reports.office_sheet import cell_text, office_docx, office_xlsx
from projections.reports.register_sheet import register_docx, register_xlsx
from tests.support import web
from tests.support.command import zeren
from tests.support.replayed import SCENARIOS, YUNXI, replayed, scenario_facts

JUDGED, OFFICE = date(2025, 12, 31), SCENARIOS / "office-records.yaml"


@pytest.fixture(scope="module")
def yunxi() -> Over:
    return Over(scenario_facts(YUNXI), "zh_CN")


@pytest.fixture(scope="module")
def office() -> Over:
    return Over(scenario_facts(OFFICE), "zh_CN")


def asked(over: Over, name: str, **limits: Any) -> OfficeTable:
    return office_table(name)(over, OfficeFilter(period="2024", judged_on=JUDGED, **limits))


def part(found: OfficeTable, name: str) -> list[OfficeLine]:
    return [line for line in found.items if line.part == name]


def year_of(part: Instance, row: Instance) -> str:
    """The year to which a duty belongs: that of its period, else that of the day on which it falls due."""
    return (part.period or row.period or str(part.due))[:4]


OF: dict[str, dict[str, str]] = {
    "performance-ledger": {"person": "罗佩珊"},
    "integrity-report": {"person": "罗佩珊"},
    "handover-sheet": {"person": "罗佩珊"},
    "self-summary": {"unit": "康复科"},
    "duty-list": {"person": "罗佩珊"},
}


@pytest.mark.parametrize("name", KINDS)
def test_every_table_is_filled_and_filed(yunxi: Over, name: str) -> None:
    """Whole as a workbook (days are days, a sheet for each part) and as a Word file; the same bytes each time."""
    found = asked(yunxi, name, **OF.get(name, {}))
    assert {line.part for line in found.items} <= {each.name for each in found.parts}
    data = office_xlsx(found, yunxi.explain)
    assert data == office_xlsx(found, yunxi.explain)
    book = load_workbook(io.BytesIO(data))
    assert len(book.worksheets) == len(found.parts) + bool(found.own_words)
    for sheet, each in zip(book.worksheets, found.parts, strict=False):
        lines = part(found, each.name)
        assert str(sheet["A1"].value).startswith(found.whose or found.organ)
        assert [cell.value for cell in sheet[3]][1:] == [column.title for column in each.columns]
        for row, line in enumerate(lines, 4):
            assert sheet.cell(row, 1).value == row - 3
            for number, column in enumerate(each.columns, 2):
                value = sheet.cell(row, number).value
                if isinstance(getattr(line, column.member or ""), date):
                    assert isinstance(value, datetime)
                    assert value.date() == getattr(line, column.member or "")
                else:
                    assert (value or "") == cell_text(line, column, yunxi.explain)
        signed = [cell.value for cell in sheet[len(lines) + 5] if cell.value]
        assert signed == [f"{label}：" for label in found.signed]
    written = Document(io.BytesIO(office_docx(found, yunxi.explain)))
    page = written.sections[0]
    assert ((page.page_width or 0) > (page.page_height or 0)) != KINDS[name].is_text  # a form lies across the page
    assert "年度年度" not in written.paragraphs[0].text
    words = [paragraph.text for paragraph in written.paragraphs]
    assert all(any(label in text for text in words) for label in found.signed)
    boxes = [table.rows[0].cells[0].text for table in written.tables if len(table.columns) == 1]
    assert all(any(prompt in text for text in boxes) for prompt in found.own_words)


def test_a_frame_for_the_authors_words_stands_on_one_page(yunxi: Over) -> None:
    """What is asked for and the room for it are not torn apart by the end of a page."""
    written = Document(io.BytesIO(office_docx(asked(yunxi, "special-report"), yunxi.explain)))
    frames = [table.rows[0]._tr.xml for table in written.tables if len(table.columns) == 1]
    assert frames
    assert all("<w:cantSplit/>" in xml and "<w:tblHeader/>" not in xml for xml in frames)


@pytest.mark.parametrize("name", ["special-report", "integrity-report"])
def test_no_day_of_a_word_table_is_broken(yunxi: Over, name: str) -> None:
    """Unit, period and day stand on lines of their own; the hyphens of a day keep together; its column has room."""
    found = asked(yunxi, name, **OF.get(name, {}))
    written = Document(io.BytesIO(office_docx(found, yunxi.explain)))
    lines = [paragraph for paragraph in written.paragraphs if paragraph.text.startswith(("单位：", "期间：", "截至："))]
    assert [line.text[:3] for line in lines] == ["单位：", "期间：", "截至："]
    assert lines[2].text == f"截至：{found.judged_on.isoformat()}"
    for where in (lines[2], written.sections[0].header.paragraphs[0]):
        assert where.text.endswith(found.judged_on.isoformat())
        assert where._p.xml.count("<w:noBreakHyphen/>") == 2
    of_days = {
        round(column.width.cm, 1)
        for table in written.tables
        for column, head in zip(table.columns, table.rows[0].cells, strict=True)
        if head.text in ("日期", "期限", "完成日期") and column.width is not None
    }
    assert of_days
    assert min(of_days) >= 1.7  # ten characters of 9 points, and the margins


def test_the_ledger_of_duties_performed_is_what_is_judged(yunxi: Over) -> None:
    """Of a leader and a year: each thing owed as the obligations judge it, pair by pair, and each act of his own."""
    found = asked(yunxi, "performance-ledger", person="贺立新")
    owed = [
        (each.obligation, each.subject, each.due, each.status in GOOD)
        for row in obligations(yunxi.facts, judged_on=JUDGED)
        for each in row.pairs or (row,)
        if each.owner == "p-he" and each.status != "not_applicable" and year_of(each, row) == "2024"
    ]
    told = [(line.obligation, line.due, line.tone == "done") for line in part(found, "owed")]
    assert {(a, c, d) for a, _, c, d in owed} == set(told)
    acts = part(found, "acts")
    assert all(line.owner == "p-he" and line.on is not None and line.on.year == 2024 for line in acts)
    assert acts == sorted(acts, key=lambda line: line.on or date.min)


def test_tasks_and_issues_end_where_their_registers_say(office: Over) -> None:
    """任务分解 with who is responsible and whether done; 整改台账 with the day of 销号."""
    tasks = {line.what: line for line in asked(office, "task-breakdown").items}
    assert (tasks["公示台账"].done_on, tasks["公示台账"].with_whom) == (date(2024, 6, 20), ("康复科",))
    assert tasks["接待规范"].tone == "overdue"
    issues = {line.what: line for line in asked(office, "rectification").items}
    assert issues["公示漏项"].done_on == date(2024, 7, 20)
    assert (issues["接待登记不全"].answered_on, issues["接待登记不全"].done_on) == (date(2024, 8, 5), None)
    assert len(issues) == len(register("issues")(office, RegisterFilter(judged_on=JUDGED)).items)
    later = office_table("rectification")(office, OfficeFilter(period="2025", judged_on=JUDGED))
    assert "公示漏项" not in {line.what for line in later.items}
    assert "接待登记不全" in {line.what for line in later.items}  # what is not closed stays on the next year's ledger


def test_the_list_of_responsibilities_says_who_accepted(office: Over) -> None:
    """Each holder's posts with what they rest on, and the duties of the post's role with clause and cadence."""
    found = asked(office, "duty-list")
    posts, duties = part(found, "posts"), part(found, "duties")
    assert {line.tone for line in posts} <= {"done", "doubtful", "overdue"}
    own = {line.obligation for line in duties if line.owner == "sec"}
    assert {"S3", "A2a", "PS1", "PG1"} <= own
    assert all(line.clause and line.state_words and line.measure for line in duties)


def test_a_unit_is_checked_or_not(yunxi: Over) -> None:
    """检查考核表: one line for each unit that lives, by which check it was covered."""
    lines = asked(yunxi, "check-sheet").items
    assert {line.unit for line in lines} >= {"c-aid", "d-rehab"}
    assert all(line.tone == "done" and line.sources for line in lines)


def test_texts_stay_with_those_who_may_read_them(office: Over) -> None:
    """Without the right to texts a table has kinds and entries, no words of a record."""
    bare = Over(office.facts, "zh_CN", texts=False)
    for name in ("rectification", "task-breakdown", "special-report"):
        said = " ".join(f"{line.what} {line.measure}" for line in asked(bare, name).items)
        assert "公示" not in said


def test_whose_it_is_has_to_be_said(yunxi: Over) -> None:
    """A table of one person is not filled for nobody; what does not exist is named with the nearest."""
    with pytest.raises(BadInput, match="one person"):
        asked(yunxi, "handover-sheet")
    with pytest.raises(BadInput, match="one unit"):
        asked(yunxi, "self-summary")
    with pytest.raises(BadInput, match="罗佩珊"):
        asked(yunxi, "handover-sheet", person="罗佩")
    with pytest.raises(BadInput, match="no table"):
        office_table("nothing")


def test_a_register_is_filed_too(office: Over) -> None:
    """Every register as a typed workbook and a Word file, by the same writer."""
    found = register("tasks")(office, RegisterFilter(judged_on=JUDGED))
    sheet = load_workbook(io.BytesIO(register_xlsx(found, office.explain))).active
    assert isinstance(sheet.cell(4, 7).value, datetime)
    assert sheet.cell(4, 3).value == "公示台账"
    written = Document(io.BytesIO(register_docx(found, office.explain))).tables[0]
    assert "公示台账" in [cell.text for cell in written.rows[1].cells]


def test_the_command_prints_and_writes_it(tmp_path: Path) -> None:
    """The parts with their lines, and the file; a file of another kind and a status are refused."""
    at = replayed(OFFICE).directory
    out = tmp_path / "整改.xlsx"
    said = zeren(at, "table", "rectification", "--period", "2024", "--out", str(out))
    assert said.code == 0
    assert "Ledger of issues put right" in said.out
    assert "2024-07-20" in said.out
    assert out.read_bytes().startswith(b"PK")
    assert zeren(at, "table", "rectification", "--out", str(tmp_path / "a.pdf")).code == 2
    assert zeren(at, "table", "rectification", "--status", "open").code == 2
    assert zeren(at, "table", "issues", "--out", str(tmp_path / "issues.docx")).code == 0


def test_the_page_shows_it_with_its_files() -> None:
    """Lines with links to their entries; both files for who may export; one that is of a person asks for him."""
    at = web.copied(web.home())
    app = web.application(at)
    reader = {**web.bearer(web.token(at, "duties", "persons", "evidence", "export")), "Accept-Language": "en"}
    client = app.test_client()
    text = client.get("/office/check-sheet?period=2024", headers=reader).text
    assert "辅助器具资源中心" in text
    assert "/api/v1/office/check-sheet/sheet.xlsx" in text
    assert "name the person above" in client.get("/office/handover-sheet", headers=reader).text
    assert "Tables to be filed" in client.get("/office", headers=reader).text
    sent = client.get("/api/v1/office/check-sheet/sheet.xlsx?period=2024", headers=reader)
    assert load_workbook(io.BytesIO(sent.data)).active["A1"].value
    assert client.get("/api/v1/office/check-sheet/sheet.docx?period=2024", headers=reader).data.startswith(b"PK")
    less = {**web.bearer(web.token(at, "duties")), "Accept-Language": "en"}
    assert client.get("/api/v1/office/check-sheet/sheet.xlsx", headers=less).status_code == 403
    assert "sheet.xlsx" not in client.get("/office/check-sheet", headers=less).text
    web.close(app)
