"""zeren doctor: what whoever runs the ledgers has to look after; each line well, or what to do."""

import click

from cli.asking import home, json_option
from cli.showing.output import print_json, print_lines
from ledger.errors import Incomplete
from projections.doctor import examine
from projections.language.catalogue import _, explain_error


@click.command(
    "doctor",
    help=_(
        "Look after clock, databases, known heads, views, permissions, disk, backup, keys, tokens, fonts and optional "
        "parts; each line is well or says what to do. Changes nothing."
    ),
)
@json_option
def command(as_json: bool) -> int:
    lines = examine(home())
    if as_json:
        print_json([{"subject": line.subject, "well": line.well, "said": explain_error(line.said)} for line in lines])
    else:
        for line in lines:
            mark = _("well") if line.well else _("TO DO")
            print_lines(f"{mark}  {_(line.subject)}: {explain_error(line.said)}")
    return 0 if all(line.well for line in lines) else Incomplete.exit_code
