"""The trace report: one model for every form, complete, safe, and the same bytes for the same input."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from ledger.errors import NotInstalled
from ledger.events.case_parts import Restored
from ledger.events.case_work import AppealDecided, StatementHeard
from projections.charts.svg import drawing, element
from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.questions.heads import heads
from projections.reports.case_report import report_of
from projections.reports.document import (
    AnnexEntry,
    Blanks,
    Block,
    Box,
    Bullets,
    Chart,
    FactSheet,
    Heading,
    Pairs,
    Paragraph,
    Report,
    Section,
    SheetRow,
    Table,
)
from projections.reports.html import document
from projections.reports.inquiry import beside, offence, people
from projections.reports.inquiry.brief_room import goes_on_two_pages
from projections.reports.inquiry.telling import Telling
from projections.reports.pdf import chart_png, report_pdf
from projections.reports.report_text import columns, report_lines
from projections.reports.sentences import as_sentences
from projections.reports.trace_report import trace_report
from projections.reports.word import report_docx
from projections.trace.model import Trace
from tests.support import replayed as support
from tests.support.command import zeren
from tests.tools.system import require_system

pytestmark = pytest.mark.long
NASTY = "<b>&\"'</b> \x00\x07 ]]> 责任"


@cache
def yunxi() -> tuple[Desk, Trace]:
    desk = Desk(support.views_of_scenario(support.YUNXI))
    return desk, desk.trace("K1")


@cache
def made(language: str) -> Report:
    desk, found = yunxi()
    ledgers = heads(desk, lambda _row, _size: "cm9vdA==").items
    return trace_report(found, Explainer(desk.facts(), language), desk.facts(), ledgers)


def words(report: Report) -> str:
    cover = [word for row in report.cover for word in row]
    return "\n".join([report.title, report.subtitle, *cover, *report.as_of, *_texts(report)])


def _texts(report: Report) -> Iterator[str]:
    for section in report.sections:
        yield section.title
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text) | Heading(text=text):
            yield text
        case Bullets(items=items):
            yield from items
        case Box(title=title, items=items):
            yield from (title, *items)
        case Pairs(rows=rows):
            yield from (word for row in rows for word in row)
        case FactSheet(rows=parts):
            yield from (word for part in parts for word in (part.title, *part.lines))
        case AnnexEntry(number=number, title=title, lines=lines):
            yield from (number, title, *lines)
        case Blanks(labels=labels):
            yield from labels
        case Table(caption=caption, heads=heads, rows=rows):
            yield from (caption, *heads, *(cell for row in rows for cell in row))
        case Chart(caption=caption):
            yield caption


def small(*blocks: Block, title: str = "t") -> Report:
    return Report(title, "s", ("as of 1", "head"), (Section("one", blocks),), "en", "— {page} —")


def picture() -> str:
    return drawing(100, 20, element("rect", width=50, height=10), title="t", description="d", key="k")


@pytest.fixture
def fonts() -> None:
    require_system("pango")
    require_system("cjk-font")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_person_act_gap_and_ground_is_in_the_report(language: str) -> None:
    """The report says every person, act, cited entry, rule, gap, variant and ledger head of the trace."""
    desk, found = yunxi()
    report = made(language)
    said = words(report)
    annex = {block.number for section in report.sections for block in section.blocks if isinstance(block, AnnexEntry)}

    for person in found.persons:
        assert desk.facts().persons[person.person].name in said
        for ground in person.grounds:
            assert {cite.ref for cite in ground.cites} <= annex
            assert ground.rule in said
    assert all(re.search(rf"\b{row.act}\b", said, re.ASCII) and f"{row.day.day}" in said for row in found.acts)
    assert all(str(row.amount) in said or f"{int(row.amount * 10000):,}" in said for row in found.acts)
    assert "E095" in annex
    assert all(row.origin in said and row.fingerprint in said for row in desk.facts().ledgers)
    assert "cm9vdA==" in said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_number_in_the_text_leads_to_the_annex(language: str) -> None:
    """No entry is named that the annex does not hold: not in the text, not in the annex's own entries."""
    report = made(language)
    annex = {block.number for section in report.sections for block in section.blocks if isinstance(block, AnnexEntry)}
    quoted = "".join(re.findall(r"“[^”]*”", words(report)))

    named = set(re.findall(r"\bE\d{3}\b", words(report), re.ASCII)) - set(re.findall(r"E\d{3}", quoted))
    assert len(annex) > 40
    assert named <= annex
    assert {number for number, _ in report.places if not number.startswith("R")} == annex


def test_the_annex_holds_the_entries_words() -> None:
    """An entry in the annex has its day, who recorded and signed it, and every word of its text."""
    said = words(made("zh_CN"))
    block = next(
        b for s in made("zh_CN").sections for b in s.blocks if isinstance(b, AnnexEntry) and b.number == "E060"
    )
    text = "\n".join(block.lines)

    assert block.title == "2024年2月20日市残联党组会议"
    assert "2024年2月21日09:00由白芷记录" in text
    assert "应公开招标，分批询价有化整为零之嫌" in text
    assert "2024年辅助器具采购不集中招标，由中心分批询价" in text
    assert "三批轮椅验收单缺第二验收人签字" in said


def test_points_of_procedure_come_first_in_a_frame() -> None:
    """Before anything else the report says what of procedure is open: approval, team, finding, service."""
    first = made("zh_CN").sections[0].blocks[0]

    assert isinstance(first, Box)
    for words_ in ("无批准记录", "不足二人", "无责任认定即作出决定", "决定尚未送达"):
        assert any(words_ in item for item in first.items)


def test_what_the_committee_decides_on_is_told_in_its_order() -> None:
    """Facts come before persons, persons before what was recorded later, and signatures before the annexes."""
    titles = [section.title for section in made("zh_CN").sections if section.title]

    assert [title.partition("、")[2] for title in titles[:11]] == [
        *("基本情况与线索来源", "违纪事实", "苗头报告", "集体决策情况", "责任认定建议总览", "个人责任", "集体责任"),
        *("纵向责任链", "事后记录及其影响", "截止时间之后的处理决定与申诉", "签署"),
    ]
    assert [title[:3] for title in titles[11:]] == ["附件1", "附件2", "附件3"]


def test_chinese_reports_have_no_english_sentence() -> None:
    """In the Chinese report every sentence is Chinese: no message is left in English."""
    english = set(_texts(made("en")))
    chinese = [text for text in _texts(made("zh_CN")) if text in english and re.search(r"[a-z]{3,} [a-z]{3,}", text)]

    assert chinese == []


def test_a_red_case_says_so_first() -> None:
    """Why a case is red stands first in the frame of what is to be settled."""
    desk, found = yunxi()
    red = replace(found, red=("second_track_without_outcome",))
    report = trace_report(red, Explainer(desk.facts(), "en"), desk.facts(), [], charts=False)
    first = report.sections[0].blocks[0]

    assert isinstance(first, Box)
    assert first.items[0] == "The second investigation has no outcome"


def test_the_annex_is_compact_and_every_person_has_a_sheet(fonts: None) -> None:
    """Two thirds of the report's pages are what is decided on; a person's grounds stand on a sheet, side by side."""
    import pypdfium2  # type: ignore[import-untyped]

    report = made("zh_CN")
    pages = pypdfium2.PdfDocument(report_pdf(report))
    first = next(
        number for number, page in enumerate(pages) if "附件1　引用记录" in page.get_textpage().get_text_bounded()
    )
    _, found = yunxi()
    sheets = [block for section in report.sections for block in section.blocks if isinstance(block, FactSheet)]

    assert len(pages) <= 32
    assert first >= 2 * (len(pages) - first)
    assert len(sheets) == len(found.persons) + len(found.bodies)
    for sheet, person in zip(sheets, found.persons, strict=False):
        kinds = [row.kind for row in sheet.rows]
        assert {"posts", "category", "statement", "advice"} <= set(kinds)
        assert {ground.side for ground in person.grounds} <= set(kinds)


def test_duties_that_stand_alike_are_said_together() -> None:
    """An obligation left undone in two years and for two units is one line by its name, without its code."""
    desk, found = yunxi()
    luo = next(row for row in found.persons if row.person == "p-luo")
    lines = Telling(found, desk.facts(), "zh_CN").say.duties(luo.unmet)

    assert "年度述责述廉报告：2022年度、2023年度，未履行" in lines
    assert len(lines) < len(luo.unmet)
    assert not any(row.obligation in line for row in luo.unmet for line in lines)


def test_the_text_form_has_all_words_but_drawings() -> None:
    """The command line's form is the same model: all words, aligned columns, no drawing."""
    report = made("en")
    lines = "\n".join(report_lines(report))

    drawn = {block.caption for section in report.sections for block in section.blocks if isinstance(block, Chart)}
    assert [text for text in _texts(report) if text not in lines and text not in drawn] == []
    assert "<svg" not in lines
    assert columns(("a", "b"), (("责任", "x"),)) == ["a     b", "----  -", "责任  x"]


def test_any_words_are_shown_as_they_are_in_html() -> None:
    """Markup in names becomes text in the document; only the drawing is markup of ours."""
    report = small(Paragraph(NASTY, True), Bullets((NASTY,)), Table(NASTY, (NASTY,), ((NASTY,),), (1,)), title=NASTY)
    html = document(report)

    assert "<b>" not in html
    assert html.count("&lt;b&gt;") >= 6


def test_word_files_hold_every_word_and_the_same_bytes(fonts: None) -> None:
    """A Word file holds every word of the model, Chinese font set, page fields, and is the same bytes each time."""
    report = made("zh_CN")
    data = report_docx(report)

    assert report_docx(report) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        body, footer = archive.read("word/document.xml").decode(), archive.read("word/footer1.xml").decode()
        styles = archive.read("word/styles.xml").decode()
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
    body = body.replace("<w:noBreakHyphen/>", "-")
    text = re.sub(r"<[^>]+>", "", body).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert [part for part in _texts(report) if part not in text] == []
    drawn = [b for section in report.sections for b in section.blocks if isinstance(b, Chart)]
    assert len(pictures) == sum(1 + len(chart.below) for chart in drawn) > 2
    assert "PAGE" in footer
    assert 'w:eastAsia="仿宋_GB2312"' in styles
    assert re.search(r'<w:lang [^>]*w:eastAsia="zh-CN"', styles)


def test_word_files_take_any_words() -> None:
    """Characters that a Word file cannot hold are left out; nothing fails."""
    require_system("pango")
    report = small(
        Paragraph(NASTY, True), Bullets((NASTY,)), Table(NASTY, ("h",), ((NASTY,),)), Chart(picture(), NASTY)
    )

    with zipfile.ZipFile(io.BytesIO(report_docx(report))) as archive:
        assert "&lt;b&gt;" in archive.read("word/document.xml").decode()


def test_pdfs_are_tagged_paged_and_the_same_bytes(fonts: None) -> None:
    """A PDF is tagged for assistive technology, has its pages numbered, and is the same bytes each time."""
    report = small(Paragraph("one"), Table("c", ("a", "b"), (("1", "2"),) * 80), Chart(picture(), "drawing"))
    data = report_pdf(report)

    assert report_pdf(report) == data
    import pypdfium2

    pages = pypdfium2.PdfDocument(data)
    text = [page.get_textpage().get_text_bounded() for page in pages]
    assert len(pages) >= 2
    assert all(f"— {number} —" in said for number, said in enumerate(text, 1))
    assert all("as of 1" in said for said in text[1:])
    assert pages.is_tagged()


def test_reports_of_other_processes_are_the_same_bytes(fonts: None) -> None:
    """Two processes with different hash seeds and time zones make the same Word and PDF bytes."""
    code = (
        "import hashlib, tests.projections.test_reports as t\n"
        "r = t.small(t.Paragraph('责任'), t.Table('c', ('a',), (('1',),)), t.Chart(t.picture(), 'd'))\n"
        "print(hashlib.sha256(t.report_pdf(r) + t.report_docx(r)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }

    assert len(digests) == 1


def test_a_report_fetches_nothing(fonts: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A report loads nothing from outside: a drawing that names a picture elsewhere is drawn without it."""
    svg = drawing(
        10, 10, element("image", href="http://127.0.0.1:9/x.png", width=5, height=5), title="", description="", key="k"
    )

    assert chart_png(svg).startswith(b"\x89PNG")


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the libraries are not installed the fault says what to install; nothing is written."""
    for name in ("weasyprint", "docx"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(NotInstalled, match=r"zeren\[report\]"):
        report_pdf(small(Paragraph("x")))
    with pytest.raises(NotInstalled, match=r"zeren\[report\]"):
        report_docx(small(Paragraph("x")))


def test_the_command_writes_a_report_and_prints_its_digest(tmp_path: Path, fonts: None) -> None:
    """`zeren trace CASE --report FILE` writes the file, and prints the SHA-256 of what it wrote."""
    file = tmp_path / "report.docx"
    arguments = ["--dir", str(support.replayed(support.SCENARIOS / "abstain-dissent.yaml").directory), "trace", "案一"]
    result = zeren(None, *arguments, "--report", str(file), language="zh_CN")

    assert result.code == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() in result.err


@pytest.mark.parametrize("name", ["report.odt", "missing/report.pdf"])
def test_the_command_refuses_other_forms_and_places(tmp_path: Path, name: str) -> None:
    """Another ending, or a directory that is not there, is refused before anything is computed or written."""
    arguments = ["--dir", str(support.replayed(support.YUNXI).directory), "trace", "K1"]
    result = zeren(None, *arguments, "--report", str(tmp_path / name))

    assert result.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_short_form_is_two_pages_and_names_everybody(fonts: None, language: str) -> None:
    """For the meeting: on two pages every person with category and advice, the votes, what is open, what came later."""
    desk, found = yunxi()
    explain = Explainer(desk.facts(), language)
    report = trace_report(found, explain, desk.facts(), [], form="brief")
    said = words(report)
    import pypdfium2

    assert len(pypdfium2.PdfDocument(report_pdf(report))) == 2
    assert all(desk.facts().persons[row.person].name in said for row in found.persons)
    categories = {explain.category(category) for row in found.persons for _, category in row.categories}
    assert [each for each in categories if each.casefold() not in said.casefold()] == []
    assert {"E060", "E095", "E096", "E116"} <= set(re.findall(r"E\d{3}", said))
    assert "应公开招标，分批询价有化整为零之嫌" in said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_short_form_of_a_busy_case_is_two_pages_and_says_what_it_leaves_out(fonts: None, language: str) -> None:
    """Of three times the persons and later records and four times the meetings' words those who answer least stand in a
    line with category and advice; what else has no room is told by how much of it there is."""
    desk, found = yunxi()
    facts, explain = desk.facts(), Explainer(desk.facts(), language)
    few = trace_report(found, explain, facts, [], form="brief")
    many = replace(found, persons=found.persons * 3, effects=found.effects * 3, gaps=found.gaps * 4)
    report = trace_report(many, explain, facts, [], form="brief")
    said = words(report)
    import pypdfium2

    assert len(pypdfium2.PdfDocument(report_pdf(report))) == 2
    assert goes_on_two_pages(report)
    blocks = [block for section in report.sections for block in section.blocks]
    rows = sum(len(block.rows) for block in blocks if isinstance(block, Table))
    assert 3 <= rows < len(found.persons) * 3
    assert [row.person for row in found.persons if said.count(facts.persons[row.person].name or "-") < 3] == []
    left = {
        "zh_CN": ("另有责任人员", "另有8条事后记录", "另有空缺"),
        "en": ("Answering too, with the grounds in the full report", "8 later records more", "Further vacancies"),
    }
    assert [each for each in left[language] if each not in said] == []
    assert [each for each in left[language] if each in words(few)] == []


def test_the_short_form_in_english_has_narrow_margins(fonts: None) -> None:
    """Words of letters need more room: the page of the standard is that of Chinese documents."""
    import docx

    desk, found = yunxi()
    margins = []
    for language in ("zh_CN", "en"):
        report = trace_report(found, Explainer(desk.facts(), language), desk.facts(), [], form="brief")
        page = docx.Document(io.BytesIO(report_docx(report))).sections[0]
        found_here = (page.top_margin, page.bottom_margin, page.left_margin)
        margins.append(tuple(round(each.mm) for each in found_here if each is not None))
    assert margins == [(37, 35, 28), (25, 25, 20)]


LATER = """
  - {id: Z1, type: correction, ledger: duty, occurred_at: 2024-10-28, recorded_at: 2024-10-28T09:41:00+08:00,
     recorder: p-bai, corrects: E060, field: votes,
     new_value: {agree: [p-shen, p-he], oppose: [p-han, p-luo], abstain: []}, signatures: [p-shen, p-luo, p-he, p-han]}
  - {id: Z2, type: correction, ledger: duty, occurred_at: 2024-10-28, recorded_at: 2024-10-28T09:50:00+08:00,
     recorder: p-bai, corrects: E002, field: supervises,
     new_value: [d-rehab], signatures: [p-he]}
  - {id: Z3, type: assignment_end, ledger: duty, occurred_at: 2024-10-28, recorded_at: 2024-10-28T09:55:00+08:00,
     recorder: p-bai, ends: E008, person: p-lv, valid_to: 2024-10-28, leaves: transfer, signatures: [p-shao]}
"""
"""Recorded after the cut-off: votes, whom a member supervised and who has left."""


def test_a_report_tells_posts_votes_and_what_became_of_persons_as_known_at_its_cut_off(tmp_path: Path) -> None:
    """What was recorded after the opening changes no post and no vote; who was detained or has left since stands in the
    chapter of what came after, with the entry that says so, and in no other but the way of a consequence."""
    file, after = tmp_path / "later.yaml", "  - {id: E097,"
    text = support.YUNXI.read_text(encoding="utf-8").partition("\nexpected:")[0]
    file.write_text(text.replace(after, LATER.lstrip("\n") + after) + "\n", encoding="utf-8")
    desk = Desk(support.views_of_scenario(file))
    report = report_of(desk.trace("K1"), desk, [], "en", charts=False)
    said = {
        section.title.partition(". ")[2]: "\n".join(line for block in section.blocks for line in _block(block))
        for section in report.sections
    }

    persons = said["Responsibility person by person"]
    assert "in charge of procurement (since 1 April 2017; E008)" in persons
    assert "supervising 康复科, 辅助器具资源中心 (10 January 2022 to 30 June 2024; left by retirement; E002)" in persons
    assert "at the cut-off: retired" in persons
    assert "principal head, at 辅助器具资源中心 (since 1 February 2024; E055)\n" in persons
    assert "at the cut-off: detained" not in persons
    since = said["After the cut-off: decisions and appeals"]
    assert "高建树: detained (measure against a person of 15 October 2024, E091)" in since
    assert "吕芃: transferred (" in since
    assert ", Z3); the way of a consequence above is told as it is by this" in since
    assert "贺立新: retired" not in since
    decided = said["Collective decisions"]
    assert "Of 5 members 4 were present and 3 in favour: adopted." in decided
    assert "Objection of 罗佩珊 added to the minutes after the first lead, shown and not counted" in decided
    assert "Objection of 韩砚秋 added" not in decided


def test_the_command_has_both_forms() -> None:
    """`zeren trace CASE` says the whole report but the texts of the entries, with --form brief the short form."""
    arguments = ["--dir", str(support.replayed(support.YUNXI).directory), "trace", "K1"]
    whole, short = (zeren(None, *arguments, "--form", form, language="zh_CN") for form in ("full", "brief"))

    assert (whole.code, short.code) == (0, 0)
    assert "zeren verify FILE.zip" in whole.out
    assert "三批轮椅验收单缺第二验收人签字" not in whole.out
    assert "--report FILE" in whole.err
    assert len(short.out.splitlines()) < len(whole.out.splitlines()) / 4


def test_statements_restored_names_and_what_was_done_are_told() -> None:
    """What a person said stands with him, with the answer; an appeal has its categories; an act says what was done."""
    desk, found = yunxi()
    facts = desk.facts()
    told = Telling(found, facts, "zh_CN")
    appeal = next(event for event in told.file.works if isinstance(event.payload, AppealDecided))
    assert isinstance(appeal.payload, AppealDecided)
    heard = StatementHeard(
        person="p-shen", heard_at=date(2025, 2, 3), accepted="part", text="当时已口头提醒", answer="无记录佐证"
    )
    decided = replace(
        appeal.payload,
        category_before="main_leadership",
        category_after="important_leadership",
        restored=Restored(day=date(2025, 6, 20), scope="全体干部会议"),
    )
    works = (replace(appeal, payload=heard), replace(appeal, payload=decided))
    told.__dict__["file"] = replace(told.file, works=works, done=(("a9", "拆分为三单询价"),))

    shen = next(row for row in found.persons if row.person == "p-shen")
    said = "\n".join(text for block in people.person(told, shen) for text in _block(block))
    later = "\n".join(text for block in beside.after(told) for text in _block(block))
    acts = "\n".join(text for block in offence.acts(told, charts=False) for text in _block(block))
    assert "“当时已口头提醒”；部分采纳；答复：“无记录佐证”" in said
    assert "申诉前类别：主要领导责任，申诉后类别：重要领导责任" in later
    assert "已于2025年6月20日在“全体干部会议”范围内恢复名誉" in later
    assert "“拆分为三单询价”" in acts


def test_statements_are_sentences() -> None:
    """In English each begins with a capital but a name or an origin, in every language a paragraph ends."""
    report = replace(
        small(
            Paragraph("lead received: it [R6]"),
            Bullets(("zeren.simulated/a/b: no head known", "mara spoke", "E060, as minuted", "a decision “x”")),
            Table("c", ("no.", "what was done"), (("none", "吕芃: “x”"),)),
            Heading("(1) meeting of x", 2),
            AnnexEntry("E1", "lead of 2 May", ("happened: 2 May", "recorded 3 May")),
        ),
        names=("mara",),
    )
    english = list(_texts(as_sentences(report)))
    for said in (
        *("Lead received: it [R6].", "zeren.simulated/a/b: no head known", "mara spoke", "E060, as minuted"),
        *("A decision “x”", "No.", "What was done", "None", "(1) Meeting of x", "Lead of 2 May", "recorded 3 May"),
    ):
        assert said in english
    chinese = list(_texts(as_sentences(replace(report, language="zh_CN"))))
    assert "lead received: it [R6]。" in chinese
    assert "a decision “x”" in chinese


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_report_begins_its_statements_in_capitals(language: str) -> None:
    """The demonstration's case: no statement of the body begins with a small letter, no paragraph lacks its end."""
    for section in made(language).sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                assert block.text.rstrip("”").endswith((".", "。", "：", ":"))
            items = block.items if isinstance(block, Bullets | Box) else ()
            assert [item for item in items if item[0].islower() and not item.startswith("zeren.")] == []


def test_a_high_drawing_leaves_no_page_half_empty(fonts: None) -> None:
    """The graph of who answers goes on over the page between two levels: the page before it is filled."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(report_pdf(made("en")))
    texts = [page.get_textpage() for page in pages]
    graph = next(number for number, text in enumerate(texts) if "facts and" in text.get_text_bounded())
    page = pages[graph]
    boxes = [texts[graph].get_rect(n) for n in range(texts[graph].count_rects())]
    foot = 35 * 72 / 25.4
    lowest = min(bottom for _, bottom, _, _ in boxes if bottom > foot)
    assert lowest < page.get_height() * 0.45


def test_a_long_name_goes_on_below_in_a_table_and_stays_whole_in_running_text() -> None:
    """迪丽努尔·阿卜杜热依木 has no room on one line of a narrow column: kept whole it would run into the next one."""
    name = "迪丽努尔·阿卜杜热依木"
    block = Table("c", ("a", "b"), ((name, "罗佩珊"),))
    said = document(replace(small(block, Paragraph(name)), names=(name, "罗佩珊")))
    assert f'<td><span class="name long">{name}</span></td><td><span class="name">罗佩珊</span></td>' in said
    assert re.search(r"\.name \{ white-space: nowrap \} td \.long \{ white-space: normal \}", said)


def test_letters_and_digits_in_word_are_no_chinese_text() -> None:
    """Called Chinese they would be broken anywhere: 2024年9月2 | 0日. Chinese characters have their own language."""
    with zipfile.ZipFile(io.BytesIO(report_docx(small(Paragraph("2024年9月20日"))))) as archive:
        styles = archive.read("word/styles.xml").decode()
    with zipfile.ZipFile(io.BytesIO(report_docx(replace(small(), language="zh_CN")))) as archive:
        chinese = archive.read("word/styles.xml").decode()
    assert re.findall(r"<w:lang [^>]*>", styles) == re.findall(r"<w:lang [^>]*>", chinese)
    assert 'w:val="en-US"' in re.findall(r"<w:lang [^>]*>", chinese)[0]


def test_word_keeps_short_rows_of_a_sheet_and_the_signatures_together() -> None:
    """A short row goes to the next page whole, a long one goes on; a line to sign on is on the page of the last."""
    sheet = FactSheet((SheetRow("facts", "a", ("short",)), SheetRow("basis", "b", ("long " * 200,))))
    with zipfile.ZipFile(io.BytesIO(report_docx(small(sheet, Blanks(("one", "two", "three")))))) as archive:
        body = archive.read("word/document.xml").decode()
    assert body.count("<w:cantSplit/>") == 1
    assert body.count("<w:keepNext/>") == 2


def test_an_appeal_names_what_it_is_on_and_a_step_what_came_of_it() -> None:
    """Who reads the decision on an appeal need not look for the appeal, nor in the annex for a review's result."""
    said = words(made("zh_CN"))
    assert "2025年6月9日申诉决定（E119）（针对2025年5月12日沈知行的申诉（E117））：“维持”" in said
    assert "2025年9月30日整改复查（E120）：“整改到位”" in said
    assert "2024年10月15日对人采取的措施（E091）：高建树，被留置" in said


def test_nothing_splits_badly_on_the_page_of_official_documents(fonts: None) -> None:
    """A4 with its text block of 156 by 225 mm; no name is broken over two lines, no page ends with a heading."""
    import pypdfium2

    report = made("zh_CN")
    pages = pypdfium2.PdfDocument(report_pdf(report))
    said = [page.get_textpage().get_text_bounded() for page in pages]
    headings = {section.title for section in report.sections if section.title}
    headings |= {b.text for section in report.sections for b in section.blocks if isinstance(b, Heading)}

    assert {tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in pages} == {(210, 297)}
    for name in report.names:
        assert sum(text.count(name) for text in said) == sum(re.sub(r"\s", "", text).count(name) for text in said)
    for number, text in enumerate(said, 1):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert f"— {number} —" in lines
        assert [line for line in lines if line != f"— {number} —"][-1] not in headings


def test_word_has_the_page_of_official_documents() -> None:
    """Margins, line pitch and first-line indent as GB/T 9704 has them, page numbers outside, styles by level."""
    require_system("pango")
    with zipfile.ZipFile(io.BytesIO(report_docx(replace(made("zh_CN"), sections=())))) as archive:
        body, styles = (archive.read(f"word/{name}.xml").decode() for name in ("document", "styles"))
        settings = archive.read("word/settings.xml").decode()
        feet = [archive.read(name).decode() for name in archive.namelist() if "footer" in name and "rels" not in name]

    assert 'w:top="2098"' in body  # 37 mm in twentieths of a point
    assert 'w:left="1587"' in body
    assert "w:evenAndOddHeaders" in settings
    assert sorted(re.findall(r'w:jc w:val="(\w+)"', "".join(feet))) == ["left", "right", "right"]
    normal = re.search(r'w:styleId="Normal".*?</w:style>', styles, re.DOTALL)
    assert normal is not None
    assert 'w:line="579"' in normal[0]
    assert 'w:firstLineChars="200"' in normal[0]
    for style, font in (("Title", "方正小标宋简体"), ("Heading1", "黑体"), ("Heading2", "楷体_GB2312")):
        found = re.search(rf'w:styleId="{style}".*?</w:style>', styles, re.DOTALL)
        assert found is not None
        assert f'w:eastAsia="{font}"' in found[0]
