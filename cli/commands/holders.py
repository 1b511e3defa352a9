"""zeren holders UNIT_OR_POST --valid-at D --known-at T."""

from typing import Any

import click

from cli.questions import ask, known_options
from cli.showing.output import print_lines, table
from ledger.messages import N_
from projections.language.catalogue import _
from projections.language.holder_words import holder_mark
from projections.language.speech import Speech
from projections.language.trace_words import LEVELS
from projections.questions.holders import HolderFilter, Holders, who_held


@click.command(
    "holders", help=N_("Who held the duties of a UNIT, or the POST secretary, on a day, as known at a moment.")
)
@click.argument("subject", metavar="UNIT_OR_POST")
@click.option("--valid-at", "valid_at", help=N_("The day it was so (default: today)."), metavar="DAY")
@known_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(who_held, HolderFilter, given) as at:
        if as_json:
            at.print_json()
            return
        heads = (_("duty"), _("holder"), _("capacity"), _("from"), _("to"), _("entry"), _("mark"))
        print_lines(table(heads, _lines(at.answer, at.over.speech)))


def _lines(found: Holders, speech: Speech) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for duty in found.duties:
        called = _(LEVELS[duty])
        if duty in found.gaps:
            lines.append((called, _("none (gap)"), "", "", "", "", ""))
        lines += [
            (
                called,
                row.name,
                _(row.capacity),
                row.valid_from.isoformat(),
                row.valid_to.isoformat() if row.valid_to else "",
                speech.cites([row.entry]),
                holder_mark(row.flag, speech, disputed=row.disputed),
            )
            for row in found.holders
            if row.duty == duty
        ]
    return lines
