"""The page of Chinese official documents (GB/T 9704-2012) in Word: margins, lines, page numbers, fonts and styles."""

import re
from typing import Any

from projections.reports.document import Report

_LATIN = "Times New Roman"
_FONTS = {
    "Normal": "仿宋_GB2312",
    "Title": "方正小标宋简体",
    "Subtitle": "楷体_GB2312",
    "Heading 1": "黑体",
    "Heading 2": "楷体_GB2312",
    "Heading 3": "仿宋_GB2312",
    "Caption": "黑体",
    "Header": "宋体",
    "Footer": "宋体",
}
"""East Asian fonts by style; a machine without one of them shows its own in its place."""
_SMALL = 10.5
_DAY = re.compile(r"(?<![0-9-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9-])")
_KEPT_HYPHEN = "\u2011"


class OfficialPage:
    """The page that a report is written on; of a compact one, or one in English, smaller."""

    def __init__(self, written: Any, report: Report) -> None:
        self.written, self.report = written, report
        self.chinese = report.language.startswith("zh")
        self.size = (12 if self.chinese else 10.5) if report.compact else 16 if self.chinese else 12
        self.pitch = (19.0 if self.chinese else 14.0) if report.compact else 28.95 if self.chinese else 19.0
        self.small = (9.0 if self.chinese else 8.5) if report.compact else _SMALL if self.chinese else 9.0

    def page(self) -> None:
        """Margins, lines to a page, page numbers outside, the title in the head."""
        from docx.enum.section import WD_ORIENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm

        page = self.written.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.header_distance, page.footer_distance = Mm(26), Mm(25)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        if self.report.narrow:
            _narrow(page)
        if self.report.across:
            page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
            page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(28), Mm(26), Mm(25), Mm(25)
            page.header_distance, page.footer_distance = Mm(17), Mm(16)
        for old in page._sectPr.findall(qn("w:docGrid")):
            page._sectPr.remove(old)
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:linePitch"), str(round(self.pitch * 20)))
        page._sectPr.append(grid)
        self.written.settings.odd_and_even_pages_header_footer = True
        page.different_first_page_header_footer = True
        before, _, after = self.report.page_of.partition("{page}")
        for part, side in (
            (page.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (page.first_page_footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (page.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            line = part.paragraphs[0]
            line.alignment = side
            line.add_run(before)
            _field(line.add_run(), "PAGE")
            line.add_run(after)
        for part in (page.header, page.even_page_header):
            add_words(part.paragraphs[0], clean("  ".join((self.report.title, *self.report.as_of[:1]))))

    def turn(self, *, annex: bool) -> None:
        """Begins the pages of the annexes, whose margins are narrow, where it has not begun."""
        from docx.enum.section import WD_SECTION

        if not annex or len(self.written.sections) > 1:
            return
        page = self.written.add_section(WD_SECTION.NEW_PAGE)
        _narrow(page)
        page.different_first_page_header_footer = False

    def styles(self) -> None:
        """The styles of text, in the fonts and sizes of the standard."""
        from docx.enum.style import WD_STYLE_TYPE
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self.written.styles
        self._language(styles)
        made = styles.add_style("Entry", WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = styles["Normal"]
        for name in (*_FONTS, "List Paragraph", "Entry"):
            style = styles[name]
            _fonts(style, _FONTS.get(name, _FONTS["Normal"]))
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.font.italic, style.font.bold = False, name == "Heading 3"
            style.font.size = Pt(self.size)
            form = style.paragraph_format
            form.space_before = form.space_after = Pt(0)
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(self.pitch)
            form.widow_control = True
            if name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "List Paragraph"):
                _indent(style, 2, self.size)
        title = styles["Title"]
        title.font.size, title.font.bold = Pt(22 if self.chinese else 15 if self.report.compact else 17), False
        title.paragraph_format.line_spacing = Pt(33)
        title.paragraph_format.space_before = Pt(6 if self.report.compact else 36)
        for border in title.element.pPr.findall(qn("w:pBdr")):
            title.element.pPr.remove(border)
        for name in ("Title", "Subtitle", "Caption"):
            styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles["Subtitle"].paragraph_format.space_after = Pt(4 if self.report.compact else 16)
        for name in ("Caption", "Entry"):
            styles[name].font.size = Pt(self.small)
            styles[name].paragraph_format.line_spacing = Pt(self.small * 1.45)
        for name in ("Title", "Subtitle", "Caption", "Header", "Footer", "Entry"):
            _indent(styles[name], 0, self.size)
        styles["List Paragraph"].font.size = Pt(14 if self.size == 16 else min(self.size, 10.5))
        styles["List Paragraph"].paragraph_format.line_spacing = Pt(24 if self.size == 16 else min(self.pitch, 15.5))
        styles["Header"].font.size, styles["Footer"].font.size = Pt(9), Pt(14)
        for name in ("Header", "Footer"):
            styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        for name in ("Heading 1", "Heading 2", "Heading 3"):
            styles[name].paragraph_format.keep_with_next = True
            spacing = styles[name].element.rPr.findall(qn("w:spacing"))
            for old in spacing:
                styles[name].element.rPr.remove(old)

    def _language(self, styles: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        lang = defaults.find(qn("w:lang"))
        if lang is None:
            lang = OxmlElement("w:lang")
            defaults.append(lang)
        lang.set(qn("w:val"), "en-US")  # of letters and digits: called Chinese, a number would be broken anywhere
        lang.set(qn("w:eastAsia"), "zh-CN")


def _narrow(page: Any) -> None:
    """The margins of the annexes."""
    from docx.shared import Mm

    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(25), Mm(25), Mm(20), Mm(20)
    page.header_distance, page.footer_distance = Mm(15), Mm(15)


def _fonts(style: Any, chinese: str) -> None:
    """Fonts by name; that of Chinese characters Word takes from an attribute of its own."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for old in list(fonts.attrib):
        del fonts.attrib[old]
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), _LATIN)
    fonts.set(qn("w:eastAsia"), chinese)


def _indent(style: Any, characters: int, size: float) -> None:
    """The first line begins so many characters in."""
    from docx.oxml.ns import qn

    indent = style.element.get_or_add_pPr().get_or_add_ind()
    for old in list(indent.attrib):
        del indent.attrib[old]
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(round(characters * size * 20)))


def _field(run: Any, instruction: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = instruction
        run._r.append(part)


def add_words(paragraph: Any, text: str) -> Any:
    """A run with this text at the end of a paragraph; a day in it stays on one line."""
    from docx.oxml import OxmlElement

    run = paragraph.add_run()
    for number, part in enumerate(_DAY.sub(rf"\1{_KEPT_HYPHEN}\2{_KEPT_HYPHEN}\3", text).split(_KEPT_HYPHEN)):
        if number:
            run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)
    return run


def set_margins(table: Any, centimetres: float) -> None:
    """What is left free at the left and right of each cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(round(Cm(centimetres).twips)))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def clean(text: str) -> str:
    """Without the control characters that a Word file cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\n\t")
