"""A report as a Word file on the page of Chinese official documents (GB/T 9704-2012), in real styles to go on writing.

Needs the extra `report`. The same bytes for the same report: every date in it is fixed.
"""

import io
import zipfile
from datetime import datetime
from typing import Any

from ledger.errors import BadInput
from projections.reports.html import joined
from projections.reports.marks import Marks
from projections.reports.model import (
    Blanks,
    Block,
    Box,
    Chart,
    Cited,
    Heading,
    Listing,
    Pairs,
    Paragraph,
    Report,
    Table,
)
from projections.reports.pdf import chart_png

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
_FIXED = (1980, 1, 1, 0, 0, 0)
_WIDTH_CM = 15.6
_SMALL = 10.5


def report_docx(report: Report) -> bytes:
    """The Word file, A4, with title, cover, tables, charts as pictures with their words, and page numbers.

    Raises BadInput where the extra is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise BadInput(
            "Word reports need python-docx ({}); install it with: pip install 'zeren[report]'", error
        ) from error

    written = docx.Document()
    _Writer(written, report).write()
    core = written.core_properties
    core.title, core.author, core.comments, core.language = report.title, "zeren", "", report.language
    core.created = core.modified = core.last_printed = datetime(*_FIXED[:3])  # noqa: DTZ001 - the format has no zone
    core.last_modified_by, core.revision = "zeren", 1
    buffer = io.BytesIO()
    written.save(buffer)
    return _reproducible(buffer.getvalue())


class _Writer:
    def __init__(self, written: Any, report: Report) -> None:
        self.written, self.report = written, report
        self.marks, self.places = Marks(report), dict(report.places)
        self.chinese = report.language.startswith("zh")
        self.size = 12 if report.compact or not self.chinese else 16
        self.pitch = 19.0 if report.compact or not self.chinese else 28.95
        self.small = 9.0 if report.compact else _SMALL
        self.bookmarks = 0

    def write(self) -> None:
        self.page()
        self.styles()
        self.written.add_paragraph(_clean(self.report.title), style="Title")
        self.written.add_paragraph(_clean(self.report.subtitle), style="Subtitle")
        if self.report.cover:
            self.block(Pairs(self.report.cover))
        for section in self.report.sections:
            if section.title:
                head = self.written.add_paragraph(_clean(section.title), style="Heading 1")
                head.paragraph_format.page_break_before = section.apart
            for block in section.blocks:
                self.block(block)

    # --- page and styles ---

    def page(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm

        page = self.written.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        page.header_distance, page.footer_distance = Mm(26), Mm(25)
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
            part.paragraphs[0].text = _clean("  ".join((self.report.title, *self.report.as_of[:1])))

    def styles(self) -> None:
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
        title.font.size, title.font.bold = Pt(22 if self.chinese else 17), False
        title.paragraph_format.line_spacing, title.paragraph_format.space_before = Pt(33), Pt(36)
        for border in title.element.pPr.findall(qn("w:pBdr")):
            title.element.pPr.remove(border)
        for name in ("Title", "Subtitle", "Caption"):
            styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles["Subtitle"].paragraph_format.space_after = Pt(16)
        for name in ("Caption", "Entry"):
            styles[name].font.size = Pt(self.small)
            styles[name].paragraph_format.line_spacing = Pt(self.small * 1.45)
        for name in ("Title", "Subtitle", "Caption", "Header", "Footer", "Entry"):
            _indent(styles[name], 0, self.size)
        styles["List Paragraph"].font.size = Pt(14 if self.size == 16 else 10.5)
        styles["List Paragraph"].paragraph_format.line_spacing = Pt(24 if self.size == 16 else 15.5)
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
        lang.set(qn("w:val"), "zh-CN" if self.chinese else "en-US")
        lang.set(qn("w:eastAsia"), "zh-CN")

    # --- blocks ---

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(text=text, strong=strong):
                self.text(self.written.add_paragraph(), text, bold=strong or None)
            case Heading(text=text, level=level):
                self.text(self.written.add_paragraph(style=f"Heading {level}"), text)
            case Listing(items=items):
                for item in items:
                    self.text(self.written.add_paragraph(style="List Paragraph"), item)
            case Box():
                self.box(block)
            case Pairs(rows=rows):
                self.pairs(rows)
            case Cited(number=number, title=title, lines=lines):
                head = self.written.add_paragraph(style="Entry")
                head.paragraph_format.keep_with_next = True
                self.bookmark(head, self.places.get(number, ""))
                self.text(head, f"{number}  {title}", bold=True, links=False)
                self.text(self.written.add_paragraph(style="Entry"), joined(lines, "；" if self.chinese else "; "))
            case Blanks(labels=labels):
                for label in labels:
                    self.text(self.written.add_paragraph(), f"{label}  ____________________")
            case Table():
                self.table(block)
            case Chart(svg=svg, caption=caption):
                self.chart(svg, caption)

    def text(self, paragraph: Any, text: str, *, bold: bool | None = None, links: bool = True) -> None:
        """Words; a number of an entry is small, and leads to its place in the annex."""
        for run in self.marks.runs(_clean(text)):
            if run.kind == "number" and links:
                self.link(paragraph, run.text, run.place)
            else:
                paragraph.add_run(run.text).bold = bold

    def link(self, paragraph: Any, text: str, place: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        run.font.color.rgb = RGBColor(0x24, 0x52, 0x7A)
        own = paragraph.style.font.size
        run.font.size = Pt(max(8.0, own.pt * 0.72 if own is not None else 8.0))
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), place)
        run._r.addprevious(link)
        link.append(run._r)

    def bookmark(self, paragraph: Any, name: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        if not name:
            return
        self.bookmarks += 1
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(kind)
            mark.set(qn("w:id"), str(self.bookmarks))
            if kind.endswith("Start"):
                mark.set(qn("w:name"), name)
            paragraph._p.append(mark)

    def grid(self, columns: list[float]) -> Any:
        from docx.shared import Cm

        made = self.written.add_table(rows=0, cols=len(columns), style="Table Grid")
        made.autofit = False
        whole = sum(columns)
        for column, wide in zip(made.columns, columns, strict=True):
            column.width = Cm(_WIDTH_CM * wide / whole)
        return made

    def row(self, table: Any, cells: tuple[str, ...], *, head: bool = False) -> Any:
        from docx.oxml import OxmlElement

        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if head:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, column, text in zip(row.cells, table.columns, cells, strict=True):
            cell.width = column.width
            cell.paragraphs[0].style = self.written.styles["Entry"]
            self.text(cell.paragraphs[0], text, bold=head or None)
        return row

    def box(self, block: Box) -> None:
        table = self.grid([1])
        row = self.row(table, (block.title,), head=True)
        for item in block.items:
            self.text(row.cells[0].add_paragraph(style="Entry"), item)
        row._tr.remove(row._tr.trPr)  # a long box goes on over the page
        self.gap()

    def pairs(self, rows: tuple[tuple[str, str], ...]) -> None:
        table = self.grid([1, 5])
        for name, value in rows:
            cell = self.row(table, ("", value)).cells[0]
            self.bookmark(cell.paragraphs[0], self.places.get(name, ""))
            self.text(cell.paragraphs[0], name, bold=True, links=False)
        self.gap()

    def table(self, block: Table) -> None:
        if block.caption:
            caption = self.written.add_paragraph(_clean(block.caption), style="Caption")
            caption.paragraph_format.keep_with_next = True
        made = self.grid([float(width) for width in block.widths or (1,) * len(block.heads)])
        self.row(made, block.heads, head=True)
        for row in block.rows:
            self.row(made, row)
        self.gap()

    def gap(self) -> None:
        """A short line after a table, so that two tables stay two."""
        self.written.add_paragraph(style="Entry")

    def chart(self, svg: str, caption: str) -> None:
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Cm

        line = self.written.add_paragraph(style="Entry")
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.keep_with_next = True
        shape = line.add_run().add_picture(io.BytesIO(chart_png(svg)), width=Cm(_WIDTH_CM))
        shape._inline.docPr.set("descr", _clean(caption))  # what a reader hears in the picture's place
        self.written.add_paragraph(_clean(caption), style="Caption")


def _fonts(style: Any, chinese: str) -> None:
    """Fonts by name; that of Chinese characters Word takes from an attribute of its own."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for old in list(fonts.attrib):
        del fonts.attrib[old]
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), _LATIN)
    fonts.set(qn("w:eastAsia"), chinese)


def _indent(style: Any, characters: int, size: int) -> None:
    """The first line begins so many characters in."""
    from docx.oxml.ns import qn

    indent = style.element.get_or_add_pPr().get_or_add_ind()
    for old in list(indent.attrib):
        del indent.attrib[old]
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(characters * size * 20))


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


def _clean(text: str) -> str:
    """Without the control characters that a Word file cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\n\t")


def _reproducible(data: bytes) -> bytes:
    """The same archive with every member's date fixed, in order of name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(read.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(info, read.read(name))
    return buffer.getvalue()
