"""The talks that are owed and held as one sheet (谈话情况表): who with whom in which half-year, and what is missing."""

from projections.language.speech import Speech
from projections.questions.talk_matrix import TalkMatrix, TalkOwed, as_matrix
from projections.reports.printed_sheets import PrintedSheet, SheetCell, sheet_xlsx
from projections.reports.talk_words import cell_words, legend, matrix_title

COLOURS = {"held": "#DCEBD9", "missing": "#FBECEB", "doubtful": "#E9E2F3", "open": "#FFFFFF"}
WORST = ("missing", "doubtful", "open", "held")
"""Which state colours a cell that holds several."""


def talk_xlsx(found: TalkMatrix, say: Speech) -> bytes:
    """The matrix as a workbook that prints on one page; the same bytes for the same answer."""
    halves, rows = as_matrix(found.items)
    lines = [
        [
            SheetCell(str(number)),
            SheetCell(row.title),
            SheetCell(row.about_name),
            *(_cell(cell, say) for cell in row.cells),
        ]
        for number, row in enumerate(rows, 1)
    ]
    text = say.text
    return sheet_xlsx(
        PrintedSheet(
            title=matrix_title(say),
            stand=text("judged as on {day}").format(day=found.judged_on.isoformat()),
            heads=(text("No."), text("what is owed"), text("with whom, or for which unit"), *map(say.span, halves)),
            lines=lines,
            widths=(5, 26, 18, *(22 for _ in halves)),
            signed=tuple(f"{label}{text(': ')}" for label in (text("Filled in by"), text("Checked by"), text("Date"))),
            notes=(legend(say),),
            one_page=True,
        )
    )


def _cell(talks: tuple[TalkOwed, ...], say: Speech) -> SheetCell:
    states = {talk.state for talk in talks}
    colour = next((COLOURS[state] for state in WORST if state in states), None)
    return SheetCell("\n".join(cell_words(talk, say) for talk in talks), colour)
