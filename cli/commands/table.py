"""zeren table NAME: the registers of an office, and the tables that it files; each line as it stands on a day."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from cli.questions import Asked, ask, judged_options
from cli.showing.choices import TitledChoice
from cli.showing.output import note, print_lines, table
from ledger.errors import BadInput
from ledger.messages import N_
from ledger.writing import replace_whole
from projections.language.catalogue import _
from projections.language.office_words import TABLES
from projections.language.register_words import COLUMNS, REGISTERS
from projections.language.trace import Explainer
from projections.questions.office_tables import OfficeColumn, OfficeFilter, OfficeTable, office_table
from projections.questions.registers import RegisterAnswer, RegisterFilter, register
from projections.reports.office_sheet import cell_text, heading, lines_of, office_docx, office_xlsx, stand_of
from projections.reports.register_sheet import register_docx, register_text, register_xlsx

TABLE_SHEETS = {".xlsx": office_xlsx, ".docx": office_docx}
MOST_SHOWN = 40
"""Characters of a cell on a terminal."""
REGISTER_SHEETS = {".xlsx": register_xlsx, ".docx": register_docx}


@click.command(
    "table",
    help=N_(
        "A register (tasks, issues until they are closed, risks, talks with their follow-up, meetings with their"
        " votes, warnings until they are answered, handovers, assessments; leads of a case ledger), or a table to"
        " be filed: the ledger of duties performed, the list of responsibilities with acceptance, the breakdown of"
        " tasks, issues put right, the talks owed and held by half-year, the facts for the yearly reports and the"
        " self-check with places for the author's own words, checks and assessment, a handover sheet. --out writes"
        " it to be printed."
    ),
)
@click.argument("name", type=TitledChoice({**REGISTERS, **TABLES}), metavar="NAME")
@click.option("--unit", metavar="ID", help=N_("Only what concerns this unit (id or name)."))
@click.option("--for", "--person", "person", metavar="ID", help=N_("Only what concerns this person (id or name)."))
@click.option("--period", metavar="P", help=N_("Only this year, half-year or quarter: 2024, 2024H1, 2024Q3."))
@click.option("--status", "status", multiple=True, metavar="STATUS", help=N_("Only with this status. Repeatable."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help=N_("Write it to FILE (.xlsx, .docx) as a sheet to be printed and filed."),
)
@judged_options
def command(*, name: str, out: Path | None, as_json: bool, status: tuple[str, ...], **given: Any) -> None:
    if out is not None and out.suffix.lower() not in TABLE_SHEETS:
        raise BadInput("a sheet is written as .xlsx or .docx, not as {!r}", out.name)
    if name in TABLES:
        _filed(name, out, given, as_json=as_json, status=status)
        return
    with ask(register(name), RegisterFilter, {**given, "status": status}) as at:
        if out is not None:
            _write(out, REGISTER_SHEETS, at)
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at.answer, at.explain))
        if name == "leads" and not at.over.facts.has_cases:
            print_lines(_("no case ledger is joined here: leads are the inspectors' own"))


def _filed(name: str, out: Path | None, given: dict[str, Any], *, as_json: bool, status: tuple[str, ...]) -> None:
    if status:
        raise BadInput("{} is a table to be filed whole; --status limits registers", name)
    with ask(office_table(name), OfficeFilter, given) as at:
        if out is not None:
            _write(out, TABLE_SHEETS, at)
        if as_json:
            at.print_json()
            return
        print_lines(*_told(at.answer, at.explain))


def _write(out: Path, sheets: Mapping[str, Callable[[Any, Explainer], bytes]], at: Asked[Any]) -> None:
    replace_whole(out, sheets[out.suffix.lower()](at.answer, at.explain))
    note(_("{n} lines written to {file}").format(n=len(at.answer.items), file=out))


def _told(found: OfficeTable, explain: Explainer) -> list[str]:
    said = [heading(found, explain), stand_of(found, explain), *found.notes]
    for part in found.parts:
        lines = lines_of(found, part)
        said += ["", f"{part.title} ({len(lines)})"]
        if lines:
            shown = [column for column in part.columns if any(cell_text(line, column, explain) for line in lines)]
            cells = [[_short(column, cell_text(line, column, explain)) for column in shown] for line in lines]
            said.append(table([column.title for column in shown], cells))
    if found.own_words:
        said += ["", _("To be written by the author:"), *(f"  {prompt}" for prompt in found.own_words)]
    return said


def _short(column: OfficeColumn, text: str) -> str:
    """On a terminal the beginning of a long text; the files have all of it. The cells of a matrix stand whole."""
    if column.span is not None:
        return text.replace("\n", "; ")
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _report(found: RegisterAnswer[Any], explain: Explainer) -> list[str]:
    lines = [
        _("{register}, judged as on {day}").format(
            register=_(REGISTERS[found.register]), day=found.judged_on.isoformat()
        )
    ]
    if found.items:
        name, columns = found.register, COLUMNS[found.register]
        rows = [[register_text(row, name, column, explain) for column in columns] for row in found.items]
        lines.append(table([_(column.title) for column in columns], rows))
    return [*lines, _("{n} lines").format(n=len(found.items))]
