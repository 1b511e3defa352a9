"""zeren trace CASE [--known-at T] [--rulebook ID]."""

import click

from cli.context import json_option, moment_asked, open_views
from cli.output import print_json, print_lines
from projections.answers import trace_answer
from projections.desk import Desk
from projections.explain import LEVELS, RED, Explainer
from projections.i18n import _
from projections.trace.model import Trace


@click.command(
    "trace", help=_("Trace a CASE in reverse: first the direct parties, then the leaders whose duty it was.")
)
@click.argument("case")
@click.option("--known-at", "known_at", help=_("Cut-off (default: the opening of the case)."), metavar="MOMENT")
@click.option("--rulebook", help=_("Only under this rulebook of the case."), metavar="ID")
@json_option
def command(case: str, known_at: str | None, rulebook: str | None, as_json: bool) -> None:
    with open_views() as views:
        desk = Desk(views)
        facts = desk.facts()
        found = desk.trace(case, known_at=moment_asked(known_at, facts.zone), rulebook=rulebook)
        if as_json:
            print_json({**trace_answer(found), "ledgers": desk.heads()})
        else:
            print_lines(*report(found, Explainer(facts), desk))


def report(found: Trace, explain: Explainer, desk: Desk) -> list[str]:
    """The trace as lines of text."""
    zone = desk.facts().zone
    lines = [
        _("Reverse trace of case {case}: {unit}, {period}, {total}").format(
            case=found.case,
            unit=explain.name(found.unit),
            period=explain.period(found.period),
            total=explain.amount(found.total, found.unit_of_money),
        ),
        _("as known at {moment}; the engine advises, people decide").format(
            moment=found.known_at.astimezone(zone).isoformat(timespec="seconds")
        ),
    ]
    if any(head.simulated for head in desk.heads()):
        lines.append(_("simulated ledgers"))
    if not found.pinned:
        lines.append(_("unpinned: no checkpoint of the duty ledger was held at the opening"))
    lines += ["", _("Attribution")]
    for level, title in LEVELS.items():
        lines.append(f"  {_(title)}")
        lines += [f"    {explain.share(row, found.unit_of_money)}" for row in found.shares if row.level == level]
    lines += ["", _("Persons")]
    for person in found.persons:
        lines += [f"  {line}" for line in explain.person(person, found)]
    lines += ["", _("Bodies")]
    for body in found.bodies:
        lines += [f"  {line}" for line in explain.body(body, found)]
    if found.variants:
        lines += ["", _("Disputed variants (not the answer)")]
        lines += [f"  {explain.variant(variant, found.unit_of_money)}" for variant in found.variants]
    if found.later:
        lines += [
            "",
            _("Later records that touch the case: {cites}").format(cites=explain.cites(found.later)),
        ]
    if found.not_pinned:
        lines.append(_("not pinned at opening: {cites}").format(cites=explain.cites(found.not_pinned)))
    if found.candidates:
        names = ", ".join(explain.name(person) for person in found.candidates)
        lines.append(_("persons to question (not direct parties): {names}").format(names=names))
    for book in found.rulebooks:
        if book.old_or_lighter:
            lines.append(
                _("{book}: the rule changed inside the period; a person checks which is lighter").format(book=book.id)
            )
    lines += [_("RED: {why}").format(why=_(RED[why])) for why in found.red]
    return lines
