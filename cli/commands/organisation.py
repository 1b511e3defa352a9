"""zeren organisation: who holds which post on a day, who supervises what, and what is otherwise than on another day."""

from typing import Any

import click

from cli.questions import Asked, ask, known_options
from cli.showing.output import print_lines, table
from ledger.messages import N_
from projections.language.catalogue import _
from projections.questions.organisation import Organisation, OrganisationFilter, organisation
from projections.reports.organisation_words import change_words, seat_names


@click.command(
    "organisation",
    help=N_(
        "How the organ is made up on a day: posts, who supervises which unit, and what is otherwise than on another."
    ),
)
@click.option("--valid-at", metavar="DAY", help=N_("The day it was so (default: today)."))
@click.option("--against", metavar="DAY", help=N_("Another day: what is otherwise is listed."))
@known_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(organisation, OrganisationFilter, given) as at:
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at))


def _report(at: Asked[Organisation]) -> list[str]:
    found, say = at.answer, at.over.speech
    vacant = _("vacant")
    rows = [(say.name(found.group), _("secretary"), seat_names(found.secretary, say) or vacant, "")]
    rows += [
        (unit.name, _("head"), seat_names(unit.heads, say) or vacant, seat_names(unit.supervisors, say) or vacant)
        for unit in found.units
    ]
    lines = [
        _("on {day}").format(day=found.valid_at.isoformat()),
        table((_("unit"), _("post"), _("holder"), _("supervising member")), rows),
        _("Members of the Party group: {names}").format(names=seat_names(found.members, say) or _("none")),
    ]
    if found.against is not None:
        lines += ["", _("What is otherwise than on {day}").format(day=found.against.isoformat())]
        lines += [
            f"  {change_words(row, say)}{say.aside(row.entry.label) if row.entry is not None else ''}"
            for row in found.changes
        ] or [f"  {_('Nothing is otherwise.')}"]
    return lines
