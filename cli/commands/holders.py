"""zeren holders UNIT_OR_POST --valid-at D --known-at T."""

import click

from cli.asking import json_option, known_option, moment_asked, open_views
from cli.showing.output import print_json, print_lines, table
from ledger.clock import today
from ledger.recording.moments import read_day
from projections.language.catalogue import _
from projections.language.speech import Speech
from projections.language.trace_words import LEVELS
from projections.questions.answers import capacities, holders_answer
from projections.questions.desk import Desk
from projections.questions.holders import Answer, Holder


@click.command(
    "holders", help=_("Who held the duties of a UNIT, or the POST secretary, on a day, as known at a moment.")
)
@click.argument("unit_or_post")
@click.option("--valid-at", "valid_at", help=_("The day it was so (default: today)."), metavar="DAY")
@click.option(
    "--known-at",
    "known_at",
    help=_("The moment it was known (default: all that is recorded)."),
    metavar="MOMENT",
)
@known_option
@json_option
def command(unit_or_post: str, valid_at: str | None, known_at: str | None, as_json: bool) -> None:
    with open_views() as views:
        desk = Desk(views)
        facts = desk.facts()
        day = read_day(valid_at) if valid_at else today(facts.zone)
        moment = moment_asked(known_at, facts.zone)
        answers = desk.holders(desk.subject(unit_or_post), day, moment)
        explain = Speech(facts)
        if as_json:
            found = holders_answer(unit_or_post, day, moment, answers, explain)
            print_json({**found, "ledgers": desk.heads()})
            return
        heads = (_("duty"), _("holder"), _("capacity"), _("from"), _("to"), _("entry"), _("mark"))
        print_lines(table(heads, [line for answer in answers for line in _lines(answer, explain)]))


def _mark(holder: Holder) -> str:
    said = _(holder.flag) if holder.flag is not None else ""
    return f"{said} ({_('disputed')})" if holder.disputed else said


def _lines(answer: Answer, explain: Speech) -> list[tuple[str, ...]]:
    duty = _(LEVELS[answer.duty])
    lines = [
        (
            duty,
            explain.name(holder.person),
            _(capacity),
            holder.valid_from.isoformat(),
            holder.valid_to.isoformat() if holder.valid_to else "",
            explain.cites([holder.entry]),
            _mark(holder),
        )
        for capacity, holders in capacities(answer)
        for holder in holders
    ]
    return [*([(duty, _("none (gap)"), "", "", "", "", "")] if answer.gap else []), *lines]
