"""The tables of an office as files: a workbook to be printed and filed, a Word file where it is to be written on.

A register is filed in the same form: one part, with the columns that it has everywhere.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from projections.language.duty_words import DutySentences
from projections.questions.office_lines import OfficeCell, OfficeLine
from projections.questions.office_tables import KINDS, OfficeColumn, OfficePart, OfficeTable
from projections.reports.document import Blanks, Block, Box, Paragraph, Report, Section, Table
from projections.reports.printed_sheets import PrintedSheet, SheetCell, SheetFrame, sheet_xlsx
from projections.reports.word import report_docx

COLOURS = {"done": None, "doubtful": "#E9E2F3", "open": None, "overdue": "#FBECEB"}
WIDTHS = {
    "what": 34.0,
    "clause": 22.0,
    "measure": 26.0,
    "remarks": 24.0,
    "with_whom": 18.0,
    "state_words": 14.0,
    "sources": 14.0,
}
"""Columns that need more room than a name or a day."""
NARROW = 12.0
UPRIGHT = 7
"""Columns that an upright page has room for where words are English: they are longer."""
MATRIX = 24.0
"""Columns of a half-year."""


def heading(found: OfficeTable, say: DutySentences) -> str:
    """What the table is called: of whom, of which period."""
    whose = found.whose or found.organ
    said = say.text("{title}: {whose}, {period}").format(title=found.title, whose=whose, period=period_of(found, say))
    return said.replace("年度年度", "年度")  # of a title that begins with the year, such as 年度专题报告


def period_of(found: OfficeTable, say: DutySentences) -> str:
    """The period in words."""
    year, part = found.period[:4], found.period[4:]
    if not part:
        return say.text("the year {year}").format(year=year)
    if part[0] == "H":
        return say.text("{year}, half {n}").format(year=year, n=part[1])
    return say.text("{year}, quarter {n}").format(year=year, n=part[1])


def stand_of(found: OfficeTable, say: DutySentences) -> str:
    """Unit, period and as of when."""
    return "    ".join(_stand_lines(found, say))


def _stand_lines(found: OfficeTable, say: DutySentences) -> tuple[str, str, str]:
    return (
        say.text("Unit: {organ}").format(organ=found.organ),
        say.text("Period: {period}").format(period=period_of(found, say)),
        say.text("As on {day}").format(day=found.judged_on.isoformat()),
    )


def lines_of(found: OfficeTable, part: OfficePart) -> list[OfficeLine]:
    """The lines of a part."""
    return [line for line in found.items if line.part == part.name]


def cell_of(line: OfficeLine, column: OfficeColumn) -> OfficeCell | None:
    """What a line of a matrix says of the half-year of a column; None where it says nothing, or it is no matrix."""
    return next((cell for cell in line.cells if cell.span == column.span), None)


def value_of(line: OfficeLine, column: OfficeColumn, say: DutySentences) -> str | date:
    """What stands in a cell."""
    if column.span is not None:
        cell = cell_of(line, column)
        return "\n".join(cell.words) if cell is not None else ""
    value = getattr(line, column.member) if column.member is not None else None
    if column.member == "sources":
        return say.cites(line.sources)
    if isinstance(value, tuple):
        between = say.text("; ") if column.member == "remarks" else say.text(", ")
        return between.join(value)
    return value if isinstance(value, date) else value or ""


def cell_text(line: OfficeLine, column: OfficeColumn, say: DutySentences) -> str:
    """The same as text."""
    value = value_of(line, column, say)
    return value.isoformat() if isinstance(value, date) else value


def office_xlsx(found: OfficeTable, say: DutySentences) -> bytes:
    """The table as a workbook, each part a sheet, days as days; the same bytes for the same answer."""
    sheets = [_sheet(found, part, say) for part in found.parts]
    if found.own_words:
        frames = tuple(SheetFrame(f"{prompt}{say.text(': ')}") for prompt in found.own_words)
        sheets.append(_filed(found, say, say.text("In the author's own words"), (), frames, (30.0,) * 4))
    return sheet_xlsx(*sheets)


def _sheet(found: OfficeTable, part: OfficePart, say: DutySentences) -> PrintedSheet:
    lines = [
        [
            SheetCell(count, _colour(line)),
            *(SheetCell(value_of(line, column, say), _colour(line, column)) for column in part.columns),
        ]
        for count, line in enumerate(lines_of(found, part), 1)
    ]
    heads = (say.text("No."), *(column.title for column in part.columns))
    widths = (5.0, *map(_width, part.columns))
    return _filed(found, say, part.title, heads, lines, widths)


def _width(column: OfficeColumn) -> float:
    return MATRIX if column.span is not None else WIDTHS.get(column.member or "", NARROW)


def _colour(line: OfficeLine, column: OfficeColumn | None = None) -> str | None:
    """Of a line as it stands; of a matrix cell by cell."""
    cell = cell_of(line, column) if column is not None and column.span is not None else None
    tone = line.tone if not line.cells else cell.tone if cell is not None else "open"
    return COLOURS[tone]


def _filed(
    found: OfficeTable,
    say: DutySentences,
    tab: str,
    heads: tuple[str, ...],
    lines: Sequence[Sequence[SheetCell] | SheetFrame],
    widths: tuple[float, ...],
) -> PrintedSheet:
    several = len(found.parts) > 1 or found.own_words
    return PrintedSheet(
        title=f"{heading(found, say)}{say.aside(tab)}" if several else heading(found, say),
        stand=stand_of(found, say),
        heads=heads,
        lines=lines,
        widths=widths,
        signed=tuple(f"{label}{say.text(': ')}" for label in found.signed),
        notes=(*(() if lines else (say.text("none on record"),)), *found.notes),
        tab=tab,
    )


def office_docx(found: OfficeTable, say: DutySentences) -> bytes:
    """The table as a Word file on the page of official documents. Raises BadInput without the extra `report`."""
    sections = [Section(part.title, tuple(_blocks(found, part, say))) for part in found.parts]
    boxes: tuple[Block, ...] = tuple(Box(prompt, ("", "", "")) for prompt in found.own_words)
    if boxes:
        sections.append(Section(say.text("In the author's own words"), boxes))
    return report_docx(
        Report(
            title=heading(found, say),
            subtitle="",
            as_of=_stand_lines(found, say)[-1:],  # the title has unit and period
            sections=(
                Section("", tuple(map(Paragraph, (*_stand_lines(found, say), *found.notes)))),
                *sections,
                Section("", (Blanks(found.signed),)),
            ),
            language=say.speech,
            page_of=say.text("— {page} —"),
            compact=True,
            across=not KINDS[found.table].is_text or (say.speech == "en" and _widest(found, say) > UPRIGHT),
        )
    )


def _widest(found: OfficeTable, say: DutySentences) -> int:
    return max(len(_shown(found, part, say)) for part in found.parts)


def _shown(found: OfficeTable, part: OfficePart, say: DutySentences) -> list[OfficeColumn]:
    """The columns that say something: a page has no room for empty ones."""
    lines = lines_of(found, part)
    return [column for column in part.columns if any(cell_text(line, column, say) for line in lines)]


def _blocks(found: OfficeTable, part: OfficePart, say: DutySentences) -> Iterator[Block]:
    lines = lines_of(found, part)
    if not lines:
        yield Paragraph(say.text("none on record"))
        return
    shown = _shown(found, part, say)
    yield Table(
        "",  # the heading above says it
        (say.text("No."), *(column.title for column in shown)),
        tuple(
            (str(number), *(cell_text(line, column, say) for column in shown)) for number, line in enumerate(lines, 1)
        ),
        (6, *(int(_width(column)) for column in shown)),
    )
