"""zeren heat: how many obligations are met, by unit and half-year."""

from typing import Any

import click

from cli.commands.obligations import limits
from cli.questions import ask, judged_options
from cli.showing.output import print_lines, table
from ledger.messages import N_
from projections.language.catalogue import _
from projections.questions.heat import heat
from projections.questions.obligations import ObligationFilter


@click.command("heat", help=N_("How many obligations are met, by unit and half-year, so that one sees where to look."))
@limits
@judged_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(heat, ObligationFilter, given) as at:
        if as_json:
            at.print_json()
            return
        heads = (_("unit"), _("half-year"), _("met"), _("not met"), _("doubtful"), _("open"))
        rows = [
            (
                at.explain.name(row.unit) if row.unit else "",
                at.explain.span(row.half) if row.half else "",
                *map(str, (row.met, row.unmet, row.doubtful, row.open)),
            )
            for row in at.answer.items
        ]
        print_lines(_("judged as on {day}").format(day=at.answer.judged_on.isoformat()), table(heads, rows))
