"""The agenda as a sheet to be handed out: what is owed, from which clause, by when, with whom, what counts as done.

The last two columns are empty, to be filled in by hand; under the lines stands who handed it out and who received it.
"""

from collections.abc import Iterator

from projections.language.agenda_words import STATES
from projections.language.duty_words import DutySentences
from projections.questions.agenda import Agenda, AgendaLine
from projections.reports.document import Blanks, Bullets, Paragraph, Report, Section, Table
from projections.reports.printed_sheets import PrintedSheet, SheetCell, sheet_xlsx
from projections.reports.word import report_docx

COLOURS = {"overdue": "#FBECEB", "near": "#FFF5D6", "due": "#E3EDF6", "waiting": "#FFFFFF"}


def title_of(say: DutySentences, whose: str | None, period: str | None) -> str:
    """What the sheet is called."""
    text = say.text
    if whose is None:
        return text("Duties to be done, {period}").format(period=period) if period else text("Duties to be done")
    if period is None:
        return text("Duties of {name}").format(name=whose)
    return text("Duties of {name}, {period}").format(name=whose, period=period)


def heads(say: DutySentences) -> tuple[str, ...]:
    """The heads of the columns."""
    text = say.text
    who = (text("No."), text("what is owed"), text("clause"), text("owner"), text("by when"), text("with whom"))
    return (*who, text("what counts as done"), text("state"), text("done on"), text("remarks"))


def rows(found: Agenda, say: DutySentences) -> Iterator[tuple[str, ...]]:
    """The lines as cells."""
    for number, line in enumerate(found.items, 1):
        yield (
            str(number),
            line.what,
            line.clause or "",
            line.owner_name,
            _by_when(line, say),
            say.text(", ").join(line.with_whom),
            "; ".join((*filter(None, (line.done_when,)), *line.in_vain)),
            say.text(STATES[line.state]),
            "",
            "",
        )


def _by_when(line: AgendaLine, say: DutySentences) -> str:
    if line.due is not None:
        return line.due.isoformat() + (say.aside(say.text("provisional")) if line.provisional else "")
    return say.text("since {day}").format(day=line.since.isoformat()) if line.since is not None else ""


def signed(say: DutySentences) -> tuple[str, ...]:
    """Who signs under the sheet."""
    return (say.text("Handed out by"), say.text("Received by"), say.text("Date"))


def stand(found: Agenda, say: DutySentences) -> str:
    """As of when the sheet holds."""
    return say.text("As on {day}; a late entry is honest and is never refused.").format(day=found.judged_on.isoformat())


def agenda_xlsx(found: Agenda, say: DutySentences, whose: str | None, period: str | None) -> bytes:
    """The sheet as a workbook, its lines coloured by nearness; the same bytes for the same answer."""
    lines = [
        [SheetCell(text, COLOURS[of.state]) for text in row]
        for row, of in zip(rows(found, say), found.items, strict=True)
    ]
    return sheet_xlsx(
        PrintedSheet(
            title=title_of(say, whose, period),
            stand=stand(found, say),
            heads=heads(say),
            lines=lines,
            widths=(5, 34, 20, 12, 13, 16, 34, 10, 12, 14),
            signed=tuple(f"{label}{say.text(': ')}" for label in signed(say)),
            notes=tuple(found.notes),
        )
    )


def agenda_docx(found: Agenda, say: DutySentences, whose: str | None, period: str | None) -> bytes:
    """The sheet as a Word file on the page of official documents. Raises BadInput without the extra `report`."""
    shown = (0, 1, 2, 4, 5, 6, 8)
    names = heads(say)
    table = Table(
        say.text("What is to be done"),
        tuple(names[n] for n in shown),
        tuple(tuple(row[n] for n in shown) for row in rows(found, say)),
        (8, 40, 26, 20, 20, 32, 14),
    )
    blocks = (table,) if found.items else (Paragraph(say.text("nothing is to be done")),)
    notes = (Bullets(found.notes),) if found.notes else ()
    return report_docx(
        Report(
            title=title_of(say, whose, period),
            subtitle="",
            as_of=(stand(found, say),),
            sections=(Section("", (*blocks, *notes, Blanks(signed(say)))),),
            language=say.speech,
            page_of=say.text("— {page} —"),
            compact=True,
        )
    )
