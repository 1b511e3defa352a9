"""A recorder's first records: no id has to be thought of, wrong words are asked again, corrections show everywhere."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from ledger.errors import BadInput
from ledger.home.directory import Home
from projections.language.catalogue import explain_error
from projections.questions.desk import Desk
from projections.questions.office_tables import OfficeFilter, office_table
from projections.questions.over import Over
from projections.reports.office_sheet import office_xlsx
from projections.views.catch_up import views_of
from tests.support.command import Outcome, zeren
from tests.support.typing import Typing

TALK = ("record", "talk", "--talker", "李四", "--counterpart", "张三", "--occurred-at", "2026-03-05", "--text", "约谈")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organ with a unit, two persons, a post, and a talk that was corrected twice."""
    at = tmp_path_factory.mktemp("first")
    (at / "p").write_text("choose your own\n")
    made = ("--origin", "zeren.example/f/duty", "--title", "残联", "--custodian", "c-1", "--recorder", "r-1")
    assert zeren(at / "o", "init", *made, "--passphrase-file", str(at / "p")).code == 0
    for words in (
        ("record", "unit", "--name", "康复科", "--kind", "department"),
        ("record", "person", "--name", "张三"),
        ("record", "person", "--name", "李四"),
        ("record", "post", "--title", "科长", "--exclusive", "--role", "head"),
        ("assign", "--person", "张三", "--post", "科长", "--scope", "康复科", "--valid-from", "2026-01-01"),
        (*TALK, "--ref", "T1"),
        ("correct", "T1", "--field", "text", "--to", "改过的谈话"),
        ("correct", "T1", "--field", "occurred_at", "--to", "2026-04-07"),
    ):
        done = said(at, *words)
        assert done.code == 0, done.err
    return at


def said(at: Path, *words: str, language: str = "zh_CN") -> Outcome:
    recording = words[0] in ("record", "assign", "correct")
    by = ("--as", "r-1", "--passphrase-file", str(at / "p")) if recording else ()
    return zeren(at / "o", *words, *by, language=language)


def over(at: Path, *, texts: bool = True) -> Over:
    facts = Desk(views_of(Home(at / "o"))).facts()
    return Over(facts, "zh_CN", texts=texts)


def test_nobody_thinks_of_ids(place: Path) -> None:
    """Persons, units and posts get the next number, which is said, and are called by their names from then on."""
    assert "康复科" in said(place, "units").out
    assert "u-1" in said(place, "units", "--json").out
    persons = said(place, "persons", "--valid-at", "2026-05-01").out
    assert "科长" in persons
    assert "z-1" not in persons
    done = said(place, "record", "person", "--name", "王五")
    assert "编号：p-3" in done.err
    assert "编号：" not in said(place, "record", "person", "--name", "王\u00ad五").err
    assert "（必填）" not in said(place, "record", "unit", "--help").out.partition("--unit")[2].splitlines()[0]


def test_what_stands_already_is_said_and_never_doubled_unasked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same talk again: said where nobody is there, refused with --no-input, asked on a terminal."""
    again = (*TALK[:-1], "约谈两次")
    assert said(place, *again).code == 0
    refused = said(place, *again, "--no-input")
    assert (refused.code, "相同内容已入账" in refused.err) == (5, True)
    typing = Typing(monkeypatch)
    typing.type("n")
    assert said(place, *again).code == 130
    assert typing.left == []
    other = said(place, *TALK[:-1], "另一次", "--ref", "T1", "--no-input")
    assert "编号 T1 已为" in other.err


def test_a_wrong_word_is_asked_again_at_its_field(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may be named is shown; a wrong name or day is told with the nearest, and the form goes on."""
    typing = Typing(monkeypatch)
    typing.type("李思", "李四", "张三", "上周", "2026年3月6日", "", "康付科", "康复科", "标题", *[""] * 6)
    done = said(place, "record", "talk", "--dry-run")
    assert done.code == 0, done.err
    assert "谈话人：张三，李四" in done.err.replace("、", "，")
    assert "是否指 李四 (p-2)" in done.err
    assert "是否指 康复科 (u-1)" in done.err
    assert "没有这一天或这一时刻" in done.err
    assert "occurred_at = 2026-03-06" in done.out.replace("'", "")


def test_a_correction_shows_wherever_one_looks(place: Path) -> None:
    """The entry, the dossier, the register and the filed table say what holds, what stood there, and by which entry."""
    entry = said(place, "entries", "T1#6").out
    assert "正文：改过的谈话" in entry
    assert "约谈 → 改过的谈话 (已更正：r-1, #7)" in entry
    assert "谈话人：李四" in entry
    dossier = said(place, "dossier", "李四").out
    assert "2026-04-07 T1#6 谈话：李四, 张三（经 #7, #8 更正）" in dossier
    assert "#7 更正条目：T1#6 的正文：约谈 → 改过的谈话" in dossier
    assert "T1#6（经 #7, #8 更正）" in said(place, "table", "talks").out
    (row,) = json.loads(said(place, "table", "talks", "--json").out)["items"][:1]
    assert [each["position"] for each in row["corrected_by"]] == [7, 8]


@pytest.mark.parametrize("texts", [True, False])
def test_filed_tables_say_what_was_corrected(place: Path, texts: bool) -> None:
    """Among the remarks, on paper too; who may not read texts learns the field and the entry."""
    known = over(place, texts=texts)
    wanted = OfficeFilter(person="李四", period="2026", judged_on=date(2026, 12, 31))
    found = office_table("performance-ledger")(known, wanted)
    (line,) = [each for each in found.items if each.sources and each.sources[0].position == 6]
    assert any(("约谈" in said) == texts and "#7" in said for said in line.remarks)
    sheet = load_workbook(io.BytesIO(office_xlsx(found, known.explain))).worksheets[0]
    assert any("更正" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_table_is_called_by_its_title_too(place: Path) -> None:
    """Its word or its title; what is neither is told with the nearest, in the reader's words."""
    assert "任务分解表" in said(place, "table", "任务分解表").out
    wrong = said(place, "table", "issue")
    assert (wrong.code, "issues (问题整改台账)" in wrong.err) == (2, True)
    usage = said(place, "trace", "--help").out
    assert "[选项] 案件" in usage
    assert "对案件责任倒查" in usage


def test_the_system_speaks_the_readers_language(place: Path) -> None:
    """A file that is not there is told in Chinese; what nobody named is told without a gap at its end."""
    assert "没有这个文件或目录" in said(place, "import", "none.xlsx", "--kind", "talk").err
    assert explain_error(BadInput("{} cannot be read: {}", "a", "Permission denied"), "zh_CN").endswith("没有权限")


def test_who_signs_is_called_by_name(place: Path) -> None:
    """A person's name serves where an id does; one that nobody bears is told with the nearest, by name and id."""
    again = said(place, "record", "talk", "--talker", "张三", "--counterpart", "李四", "--signer", "李武", "--dry-run")
    assert (again.code, "李四 (p-2)" in again.err) == (2, True)
    unknown = said(place, "record", "talk", "--talker", "赵六", "--counterpart", "李四", "--dry-run")
    assert "张三 (p-1)" in unknown.err
    assert "table talks" in said(place, "talks").err


def test_a_strict_workbook_is_told_what_to_choose(place: Path, tmp_path: Path) -> None:
    """The words of the dialogue in which it is saved again."""
    with zipfile.ZipFile(tmp_path / "s.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>')
    told = said(place, "import", str(tmp_path / "s.xlsx"), "--kind", "talk", "--dry-run")
    assert (told.code, "另存为" in told.err) == (2, True), told.err
