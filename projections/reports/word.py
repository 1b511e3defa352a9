"""A report as a Word file. Needs the extra `report`. The same bytes for the same report: every date in it is fixed."""

import io
import zipfile
from datetime import datetime
from typing import Any

from ledger.errors import BadInput
from projections.reports.model import Block, Chart, Listing, Paragraph, Report, Table
from projections.reports.pdf import chart_png

_LATIN, _CHINESE = "Calibri", "SimSun"
_FIXED = (1980, 1, 1, 0, 0, 0)
_WIDTH_CM = 17.0


def report_docx(report: Report) -> bytes:
    """The Word file, A4, with title, as-of lines, tables, charts as pictures with their words, and page numbers.

    Raises BadInput where the extra is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise BadInput(
            "Word reports need python-docx ({}); install it with: pip install 'zeren[report]'", error
        ) from error
    from docx.shared import Cm, Pt

    written = docx.Document()
    page = written.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.0)
    normal = written.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(10)
    for style in ("Normal", "Heading 1", "Title", "List Bullet", "Caption"):
        _chinese(written.styles[style])
    written.add_paragraph(report.title, style="Title")
    written.add_paragraph(report.subtitle)
    for line in report.as_of:
        written.add_paragraph(line, style="List Bullet")
    for section in report.sections:
        written.add_paragraph(section.title, style="Heading 1")
        for block in section.blocks:
            _block(written, block)
    _frame(page, report)
    core = written.core_properties
    core.title, core.author, core.comments, core.language = report.title, "zeren", "", report.language
    core.created = core.modified = core.last_printed = datetime(*_FIXED[:3])  # noqa: DTZ001 - the format has no zone
    core.last_modified_by, core.revision = "zeren", 1
    buffer = io.BytesIO()
    written.save(buffer)
    return _reproducible(buffer.getvalue())


def _block(written: Any, block: Block) -> None:
    from docx.shared import Cm, RGBColor

    match block:
        case Paragraph(text=text, strong=strong):
            run = written.add_paragraph().add_run(_clean(text))
            if strong:
                run.bold = True
                run.font.color.rgb = RGBColor(0x8B, 0x1A, 0x1F)
        case Listing(items=items):
            for item in items:
                written.add_paragraph(_clean(item), style="List Bullet")
        case Table():
            _table(written, block)
        case Chart(svg=svg, caption=caption):
            shape = written.add_picture(io.BytesIO(chart_png(svg)), width=Cm(_WIDTH_CM))
            shape._inline.docPr.set("descr", _clean(caption))  # what a reader hears in the picture's place
            written.add_paragraph(_clean(caption), style="Caption")


def _table(written: Any, block: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    if block.caption:
        written.add_paragraph(_clean(block.caption), style="Caption").paragraph_format.keep_with_next = True
    made = written.add_table(rows=0, cols=len(block.heads), style="Table Grid")
    made.autofit = False
    whole = sum(block.widths) or len(block.heads)
    widths = [Cm(_WIDTH_CM * width / whole) for width in block.widths or (1,) * len(block.heads)]
    for number, row in enumerate((block.heads, *block.rows)):
        cells = made.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(_clean(text))
            run.font.size, run.bold = Pt(8.5), number == 0
        if number == 0:
            made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    written.add_paragraph()


def _frame(page: Any, report: Report) -> None:
    """As-of line in the header, page n of m in the footer."""
    page.header.paragraphs[0].text = _clean(" · ".join((report.title, *report.as_of[:1])))
    before, _, rest = report.page_of.partition("{page}")
    between, _, after = rest.partition("{pages}")
    footer = page.footer.paragraphs[0]
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        footer.add_run(text)
        if field:
            _field(footer.add_run(), field)


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


def _chinese(style: Any) -> None:
    """The font of Chinese characters, which Word takes from an attribute of its own."""
    from docx.oxml.ns import qn

    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _CHINESE)


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
