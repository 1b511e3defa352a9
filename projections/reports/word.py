"""A report as a Word file on the page of Chinese official documents (GB/T 9704-2012), in real styles to go on writing.

Needs the extra `report`. The same bytes for the same report: every date in it is fixed.
"""

import io
import zipfile
from datetime import datetime
from typing import Any

from ledger.errors import NotInstalled
from ledger.extras import install_command
from projections.reports.column_widths import WIDE_MARGIN_CM, column_widths, margin_of
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
    SheetRow,
    Table,
)
from projections.reports.html import joined
from projections.reports.pdf import chart_png
from projections.reports.runs import Marks
from projections.reports.word_page import OfficialPage, add_words, clean, set_margins

_FIXED = (1980, 1, 1, 0, 0, 0)
_WIDTH_CM = 15.6
_NARROW_CM = 17.0
_ACROSS_CM = 24.6
_WHOLE = 600
"""Characters up to which a box, or the row of a sheet, stands on one page whole."""


def report_docx(report: Report) -> bytes:
    """The Word file, A4, with title, cover, tables, charts as pictures with their words, and page numbers.

    Raises BadInput where the extra is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise NotInstalled(
            "Word files need python-docx ({}); install it with: {}", error, install_command("report")
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


class _Writer(OfficialPage):
    def __init__(self, written: Any, report: Report) -> None:
        super().__init__(written, report)
        self.marks, self.places = Marks(report), dict(report.places)
        self.bookmarks = 0
        self.wide = _ACROSS_CM if report.across else _NARROW_CM if report.narrow else _WIDTH_CM

    def write(self) -> None:
        self.page()
        self.styles()
        self.written.add_paragraph(clean(self.report.title), style="Title")
        self.written.add_paragraph(clean(self.report.subtitle), style="Subtitle")
        if self.report.cover:
            self.block(Pairs(self.report.cover))
        for section in self.report.sections:
            if section.title:
                self.turn(annex=section.annex)
                self.written.add_paragraph(clean(section.title), style="Heading 1")
            for block in section.blocks:
                self.block(block)

    # --- blocks ---

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(text=text, strong=strong):
                self.text(self.written.add_paragraph(), text, bold=strong or None)
            case Heading(text=text, level=level):
                self.text(self.written.add_paragraph(style=f"Heading {level}"), text)
            case Bullets(items=items):
                for item in items:
                    self.text(self.written.add_paragraph(style="List Paragraph"), item)
            case AnnexEntry(number=number, title=title, lines=lines):
                head = self.written.add_paragraph(style="Entry")
                head.paragraph_format.keep_with_next = True
                self.bookmark(head, self.places.get(number, ""))
                self.text(head, f"{number}  {title}", bold=True, links=False)
                self.text(self.written.add_paragraph(style="Entry"), joined(lines, "；" if self.chinese else "; "))
            case Blanks(labels=labels):
                for label in labels:
                    line = self.written.add_paragraph()
                    line.paragraph_format.keep_with_next = label != labels[-1]
                    self.text(line, f"{label}  ____________________")
            case Chart():
                self.chart(block)
            case _:
                self.grids(block)

    def grids(self, block: Block) -> None:
        match block:
            case Box():
                self.box(block)
            case Pairs(rows=rows):
                self.pairs(rows)
            case FactSheet(rows=lines):
                self.sheet(lines)
            case Table():
                self.table(block)

    def text(self, paragraph: Any, text: str, *, bold: bool | None = None, links: bool = True) -> None:
        """Words; a number of an entry is small, and leads to its place in the annex."""
        for run in self.marks.runs(clean(text)):
            if run.kind == "number" and links:
                self.link(paragraph, run.text, run.place)
            else:
                add_words(paragraph, run.text).bold = bold

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

    def grid(self, columns: list[float], margin: float = WIDE_MARGIN_CM) -> Any:
        from docx.shared import Cm

        made = self.written.add_table(rows=0, cols=len(columns), style="Table Grid")
        made.autofit = False
        set_margins(made, margin)
        whole = sum(columns)
        for column, wide in zip(made.columns, columns, strict=True):
            column.width = Cm(self.wide * wide / whole)
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
        from docx.oxml.ns import qn

        table = self.grid([1])
        row = self.row(table, (block.title,), head=True)
        for item in block.items:
            self.text(row.cells[0].add_paragraph(style="Entry"), item)
        if sum(map(len, block.items)) > _WHOLE:
            row._tr.remove(row._tr.trPr)  # a long box goes on over the page
        else:
            row._tr.trPr.remove(row._tr.trPr.find(qn("w:tblHeader")))  # the only row of its table
        self.gap()

    def pairs(self, rows: tuple[tuple[str, str], ...]) -> None:
        table = self.grid(column_widths(Table("", ("", ""), rows, (1, 5)), self.wide, self.small))
        for name, value in rows:
            cell = self.row(table, ("", value)).cells[0]
            self.bookmark(cell.paragraphs[0], self.places.get(name, ""))
            self.text(cell.paragraphs[0], name, bold=True, links=False)
        self.gap()

    def sheet(self, rows: tuple[SheetRow, ...]) -> None:
        table = self.grid([1, 5])
        for kind, title, lines in rows:
            row = self.row(table, (title, ""))
            if sum(map(len, lines)) > _WHOLE:
                row._tr.remove(row._tr.trPr)  # a long row goes on over the page
            for number, line in enumerate(lines):
                cell = row.cells[1]
                where = cell.add_paragraph(style="Entry") if number else cell.paragraphs[0]
                self.text(where, line, bold=kind == "category" or None)
        self.gap()

    def table(self, block: Table) -> None:
        if block.caption:
            caption = self.written.add_paragraph(clean(block.caption), style="Caption")
            caption.paragraph_format.keep_with_next = True
        made = self.grid(column_widths(block, self.wide, self.small), margin_of(block))
        self.row(made, block.heads, head=True)
        for row in block.rows:
            self.row(made, row)
        self.gap()

    def gap(self) -> None:
        """A short line after a table, so that two tables stay two."""
        self.written.add_paragraph(style="Entry")

    def chart(self, block: Chart) -> None:
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Cm

        parts = (block.svg, *block.below)
        for number, svg in enumerate(parts, 1):
            line = self.written.add_paragraph(style="Entry")
            line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            line.paragraph_format.keep_with_next = number == len(parts)
            shape = line.add_run().add_picture(io.BytesIO(chart_png(svg)), width=Cm(_WIDTH_CM))
            for side in ("distT", "distB", "distL", "distR"):
                shape._inline.set(side, "0")  # left out, some programs leave three millimetres free
            shape._inline.docPr.set("descr", clean(block.caption))  # what a reader hears in the picture's place
        self.written.add_paragraph(clean(block.caption), style="Caption")


def _reproducible(data: bytes) -> bytes:
    """The same archive with every member's date fixed, in order of name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(read.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(info, read.read(name))
    return buffer.getvalue()
