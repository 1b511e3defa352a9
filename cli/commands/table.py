"""zeren table NAME: the registers of an office, each line with its status as on a day."""

from typing import Any

import click

from cli.questions import ask, judged_options
from cli.showing.output import print_lines, table
from projections.language.catalogue import _
from projections.language.register_words import COLUMNS, REGISTERS, STATUSES, RegisterColumn
from projections.language.titles import word_title
from projections.language.trace import Explainer
from projections.questions.registers import RegisterAnswer, RegisterFilter, RegisterRow, register


@click.command(
    "table",
    help=_(
        "A register: tasks with owner and due day, issues until they are closed, risks with their measures, talks with"
        " their follow-up, meetings with their votes, warnings until they are answered, handovers, assessments; leads"
        " with their 30 days (of a case ledger)."
    ),
)
@click.argument("name", type=click.Choice(list(REGISTERS)))
@click.option("--unit", metavar="ID", help=_("Only what concerns this unit (id or name)."))
@click.option("--for", "--person", "person", metavar="ID", help=_("Only what concerns this person (id or name)."))
@click.option("--period", metavar="P", help=_("Only this year, half-year or quarter: 2024, 2024H1, 2024Q3."))
@click.option("--status", "status", multiple=True, metavar="STATUS", help=_("Only with this status. Repeatable."))
@judged_options
def command(*, name: str, as_json: bool, **given: Any) -> None:
    with ask(register(name), RegisterFilter, given) as at:
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at.answer, at.explain))
        if name == "leads" and not at.over.facts.has_cases:
            print_lines(_("no case ledger is joined here: leads are the inspectors' own"))


def _report(found: RegisterAnswer[Any], explain: Explainer) -> list[str]:
    lines = [
        _("{register}, judged as on {day}").format(
            register=_(REGISTERS[found.register]), day=found.judged_on.isoformat()
        )
    ]
    if found.items:
        name, columns = found.register, COLUMNS[found.register]
        rows = [[_cell(row, name, column, explain) for column in columns] for row in found.items]
        lines.append(table([_(column.title) for column in columns], rows))
    return [*lines, _("{n} lines").format(n=len(found.items))]


def _cell(row: RegisterRow, register: str, column: RegisterColumn, explain: Explainer) -> str:  # noqa: PLR0911 - a form each
    value: Any = getattr(row, column.member)
    if value is None:
        return ""
    match column.form:
        case "entry":
            return explain.cites([value])
        case "entries":
            return explain.cites(value)
        case "party":
            return explain.name(value)
        case "parties":
            return ", ".join(map(explain.name, value))
        case "status":
            return _(STATUSES[register][value])
        case "word":
            return word_title(value, column.words)
        case "words":
            return ", ".join(word_title(each, column.words) for each in value)
        case "yesno":
            return _("yes") if value else _("no")
        case "done":
            return ", ".join(f"{explain.name(who)} {on.isoformat()}" for who, on in value)
    return str(value)
