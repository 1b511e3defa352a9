"""zeren talk-matrix: the talks owed between whom in which half-year, and which were held."""

from pathlib import Path
from typing import Any

import click

from cli.questions import ask, judged_options
from cli.showing.output import note, print_lines, table
from ledger.errors import BadInput
from ledger.writing import replace_whole
from projections.language.catalogue import _
from projections.language.speech import Speech
from projections.questions.talk_matrix import TalkMatrix, TalkMatrixFilter, as_matrix, talk_matrix
from projections.reports.talk_sheet import talk_xlsx
from projections.reports.talk_words import cell_words, legend, missing_words


@click.command(
    "talk-matrix",
    help=_(
        "The talks that are owed, as rows of units and persons and columns of half-years: held, missing, doubtful, not"
        " due yet. Each that is missing is named below."
    ),
)
@click.option("--for", "--owner", "owner", metavar="ID", help=_("Only talks by or with this person (id or name)."))
@click.option("--unit", metavar="ID", help=_("Only talks about this unit (id or name)."))
@click.option("--half", metavar="H", help=_("Only what falls due in this half-year: 2024H1."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help=_("Write the matrix to FILE (.xlsx) as a sheet to be printed and filed."),
)
@judged_options
def command(*, out: Path | None, as_json: bool, **given: Any) -> None:
    if out is not None and out.suffix.lower() != ".xlsx":
        raise BadInput("this sheet is written as .xlsx, not as {!r}", out.name)
    with ask(talk_matrix, TalkMatrixFilter, given) as at:
        if out is not None:
            replace_whole(out, talk_xlsx(at.answer, at.over.speech))
            note(_("{n} lines written to {file}").format(n=len(at.answer.items), file=out))
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at.answer, at.over.speech))
        if not at.answer.items:
            print_lines(at.explain.opened_later(at.over.facts.began_on))


def _report(found: TalkMatrix, say: Speech) -> list[str]:
    halves, rows = as_matrix(found.items)
    lines = [_("judged as on {day}").format(day=found.judged_on.isoformat())]
    if rows:
        heads = (_("obligation"), _("with whom, or for which unit"), *map(say.span, halves))
        cells = [
            (
                row.obligation,
                row.about_name,
                *("; ".join(cell_words(talk, say) for talk in cell) for cell in row.cells),
            )
            for row in rows
        ]
        lines += [table(heads, cells), legend(say)]
    lines += [missing_words(row, say) for row in found.items if row.state == "missing"]
    return [*lines, _("{n} lines").format(n=len(found.items))]
