"""zeren line UNIT --from D --to D: the line of a unit without a case."""

from collections.abc import Iterator
from typing import Any

import click

from cli.commands.obligations import remarks
from cli.questions import ask, judged_options
from cli.showing.output import print_lines, table
from ledger.messages import N_
from projections.facts.values import Period
from projections.language.catalogue import _
from projections.language.register_words import CAPACITIES
from projections.language.trace import Explainer
from projections.language.trace_words import LEVELS
from projections.questions.line import Line, LineFilter, OpenWarning, Stretch, line
from projections.questions.obligations import ObligationRow


@click.command(
    "line",
    help=N_(
        "The line of a UNIT over some days, without a case: who held it, where it stood empty, which warnings stood"
        " open, which duties were not done. No categories, no score."
    ),
)
@click.argument("unit")
@click.option("--from", "first", required=True, metavar="DAY", help=N_("The first day."))
@click.option("--to", "last", required=True, metavar="DAY", help=N_("The last day, included."))
@click.option("--function", "function", metavar="F", help=N_("Who held this function too, such as finance."))
@judged_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(line, LineFilter, given) as at:
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at.answer, at.explain))


def _report(found: Line, explain: Explainer) -> Iterator[str]:
    title = _("Line of {unit}, {period}; judged as on {day}; what is on record, no verdict")
    yield title.format(
        unit=explain.name(found.unit), period=explain.period(found.period), day=found.judged_on.isoformat()
    )
    heads = (_("duty"), _("holder"), _("capacity"), _("from"), _("to"), _("entry"), _("mark"))
    yield table(heads, [_held(row, explain) for row in found.holders])
    if found.function is not None:
        yield ""
        yield _("Function {function}").format(function=found.function)
        rows = [(explain.name(row.person), *_ends(row.period), explain.cites([row.entry])) for row in found.functions]
        yield table((_("holder"), _("from"), _("to"), _("entry")), rows) if rows else _("nobody on record")
    yield ""
    yield _("Warnings that stood open")
    asked = (_("entry"), _("warned on"), _("addressed to"), _("answered on"), _("by entry"))
    yield table(asked, [_warned(row, explain) for row in found.warnings]) if found.warnings else _("none on record")
    yield ""
    yield _("Duties not done that fell due in these days")
    owed = (_("obligation"), _("owner"), _("period or trigger"), _("due"), _("status"), _("remarks"))
    yield table(owed, [_owed(row, explain) for row in found.unmet]) if found.unmet else _("none on record")


def _ends(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


def _held(row: Stretch, explain: Explainer) -> tuple[str, ...]:
    capacity = _(CAPACITIES[row.capacity])
    days = ", ".join(map(explain.period, row.disputed))
    return (
        _(LEVELS[row.level]),
        explain.name(row.person) if row.person is not None else capacity,
        capacity if row.person is not None else "",
        *_ends(row.period),
        explain.cites([row.entry]) if row.entry is not None else "",
        f"{_('disputed')}: {days}" if days else "",
    )


def _warned(row: OpenWarning, explain: Explainer) -> tuple[str, ...]:
    return (
        explain.cites([row.entry]),
        row.warned_on.isoformat(),
        ", ".join(map(explain.name, row.addressees)),
        row.answered_on.isoformat() if row.answered_on is not None else _("not answered"),
        explain.cites([row.answered_by]) if row.answered_by is not None else "",
    )


def _owed(row: ObligationRow, explain: Explainer) -> tuple[str, ...]:
    return (
        f"{row.obligation} {explain.title(row.obligation)}",
        explain.name(row.owner),
        explain.occasion(row),
        row.due.isoformat() if row.due is not None else "",
        explain.status(row.status),
        "; ".join(remarks(row, explain)),
    )
