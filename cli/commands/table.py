"""zeren table NAME: the registers of an office, each line with its status as on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from cli.questions import ask, judged_options
from cli.showing.output import print_lines, table
from projections.language.catalogue import _
from projections.language.register_words import REGISTERS, STATUSES
from projections.language.titles import word_title
from projections.language.trace import Explainer
from projections.questions.registers import (
    IssueRow,
    LeadRow,
    RegisterAnswer,
    RegisterFilter,
    RegisterRow,
    RiskRow,
    TaskRow,
    register,
)


@click.command(
    "table",
    help=_(
        "A register: tasks with owner and due day, issues until they are closed, risks with their measures, leads with"
        " their 30 days (of a case ledger)."
    ),
)
@click.argument("name", type=click.Choice(list(REGISTERS)))
@click.option("--unit", metavar="ID", help=_("Only what concerns this unit (id or name)."))
@click.option("--for", "--person", "person", metavar="ID", help=_("Only what concerns this person (id or name)."))
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


def _report(found: RegisterAnswer, explain: Explainer) -> list[str]:
    lines = [
        _("{register}, judged as on {day}").format(
            register=_(REGISTERS[found.register]), day=found.judged_on.isoformat()
        )
    ]
    if found.items:
        lines.append(table(_heads(found.register), [_line(found.register, row, explain) for row in found.items]))
    return [*lines, _("{n} lines").format(n=len(found.items))]


def _heads(name: str) -> Sequence[str]:
    first = (_("entry"), _("title"))
    return {
        "tasks": (
            *first,
            _("owner"),
            _("co-units"),
            _("unit"),
            _("due"),
            _("status"),
            _("reported done by"),
            _("reports"),
        ),
        "issues": (*first, _("found by"), _("owner"), _("unit"), _("due"), _("status"), _("put right"), _("verified")),
        "risks": (*first, _("unit"), _("registered on"), _("status"), _("measures")),
        "leads": (
            *first,
            _("concerns"),
            _("received"),
            _("due"),
            _("status"),
            _("way"),
            _("disposed of on"),
            _("by entry"),
        ),
    }[name]


def _line(name: str, row: RegisterRow, explain: Explainer) -> Sequence[str]:
    item = row
    first, status = (explain.cites([item.entry]), row.title or ""), _(STATUSES[name][item.status])
    match item:
        case TaskRow():
            done = ", ".join(f"{explain.name(who)} {on.isoformat()}" for who, on in item.done_by)
            units = (explain.name(item.owner), _names(item.co_units, explain), _named(item.unit, explain))
            return (*first, *units, _day(item.due), status, done, explain.cites(item.reports))
        case IssueRow():
            who = (explain.name(item.finder), _named(item.owner, explain), _named(item.unit, explain))
            return (*first, *who, _day(item.due), status, explain.cites(item.rectified), explain.cites(item.verified))
        case RiskRow():
            return (*first, _named(item.unit, explain), _day(item.since), status, explain.cites(item.measures))
        case LeadRow():
            by = explain.cites([item.disposed_by]) if item.disposed_by is not None else ""
            way = word_title(item.way) if item.way is not None else ""
            days = (_day(item.received), _day(item.due))
            return (*first, _names(item.concerns, explain), *days, status, way, _day(item.disposed_on), by)


def _named(party: str | None, explain: Explainer) -> str:
    return explain.name(party) if party is not None else ""


def _names(parties: Sequence[str], explain: Explainer) -> str:
    return ", ".join(map(explain.name, parties))


def _day(on: date | None) -> str:
    return on.isoformat() if on is not None else ""
