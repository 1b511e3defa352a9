"""A register in words: cell by cell, and as a file to be printed and filed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from projections.language.register_words import COLUMNS, REGISTERS, STATUSES, RegisterColumn
from projections.language.titles import fixed_word
from projections.language.trace import Explainer
from projections.questions.registers import RegisterAnswer, RegisterRow
from projections.reports.document import Blanks, Paragraph, Report, Section, Table
from projections.reports.printed_sheets import PrintedSheet, SheetCell, sheet_xlsx
from projections.reports.word import report_docx

WIDTHS: Mapping[str, float] = {"title": 34.0}
NARROW = 13.0
SIGNED = ("Filled in by", "Checked by", "Date")


def register_cell(row: RegisterRow, register: str, column: RegisterColumn, explain: Explainer) -> str | date | int:  # noqa: PLR0911 - a form each
    """What a column says of a row: a day as a day, a number as a number, all else in words."""
    value: Any = getattr(row, column.member)
    if value is None:
        return ""
    comma, text = explain.text(", "), explain.text
    match column.form:
        case "entry":
            said = text("corrected by {entries}").format(entries=explain.cites(row.corrected_by))
            own = value == row.entry and row.corrected_by
            return f"{explain.cites([value])}{explain.aside(said) if own else ''}"
        case "entries":
            return explain.cites(value)
        case "party":
            return explain.name(value)
        case "parties":
            return comma.join(map(explain.name, value))
        case "status":
            return text(STATUSES[register][value])
        case "word":
            return text(fixed_word(value, column.words))
        case "words":
            return comma.join(text(fixed_word(each, column.words)) for each in value)
        case "yesno":
            return text("yes") if value else text("no")
        case "done":
            return comma.join(f"{explain.name(who)} {on.isoformat()}" for who, on in value)
    return value if isinstance(value, date | int) else str(value)


def register_text(row: RegisterRow, register: str, column: RegisterColumn, explain: Explainer) -> str:
    """The same as text."""
    return str(register_cell(row, register, column, explain))


def register_xlsx(found: RegisterAnswer[Any], explain: Explainer) -> bytes:
    """The register as a workbook, days as days; the same bytes for the same answer."""
    columns, text = COLUMNS[found.register], explain.text
    return sheet_xlsx(
        PrintedSheet(
            title=text(REGISTERS[found.register]),
            stand=_stand(found, explain),
            heads=(text("No."), *(text(column.title) for column in columns)),
            lines=[
                [SheetCell(n), *(SheetCell(register_cell(row, found.register, each, explain)) for each in columns)]
                for n, row in enumerate(found.items, 1)
            ],
            widths=(5.0, *(WIDTHS.get(column.member, NARROW) for column in columns)),
            signed=tuple(f"{text(label)}{text(': ')}" for label in SIGNED),
        )
    )


def register_docx(found: RegisterAnswer[Any], explain: Explainer) -> bytes:
    """The register as a Word file. Raises BadInput without the extra `report`."""
    columns, text = COLUMNS[found.register], explain.text
    title = text(REGISTERS[found.register])
    rows = [[register_text(row, found.register, each, explain) for each in columns] for row in found.items]
    kept = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    table = Table(
        title,
        tuple(text(columns[number].title) for number in kept),
        tuple(tuple(row[number] for number in kept) for row in rows),
        tuple(int(WIDTHS.get(columns[number].member, NARROW)) for number in kept),
    )
    body = table if rows else Paragraph(text("none on record"))
    return report_docx(
        Report(
            title=title,
            subtitle="",
            as_of=(_stand(found, explain),),
            sections=(
                Section("", (Paragraph(_stand(found, explain)), body, Blanks(tuple(text(each) for each in SIGNED)))),
            ),
            language=explain.speech,
            page_of=text("— {page} —"),
            compact=True,
            across=True,
        )
    )


def _stand(found: RegisterAnswer[Any], explain: Explainer) -> str:
    return explain.text("judged as on {day}").format(day=found.judged_on.isoformat())
