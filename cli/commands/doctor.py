"""zeren doctor: what whoever runs the ledgers has to look after; each line well, or what to do."""

from collections.abc import Iterator, Mapping

import click
from click.core import ParameterSource

from cli.asking import home, json_option
from cli.configuration import FROM_FILE, Source, effective
from cli.showing.output import print_json, print_lines
from ledger.errors import BadInput, Incomplete
from ledger.messages import N_
from projections.doctor import examine
from projections.installation import Examined
from projections.language.catalogue import _, explain_error

SOURCES: Mapping[Source, str] = {
    "option": N_("said on the command line"),
    "environment": N_("from the environment"),
    "file": N_("from the configuration file"),
    "default": N_("nothing else is said"),
}


@click.command(
    "doctor",
    help=_(
        "Look after clock, databases, known heads, views, permissions, disk, backup, keys, tokens, fonts and optional "
        "parts; each line is well or says what to do. Changes nothing."
    ),
)
@json_option
def command(as_json: bool) -> int:
    lines = [*_settings(), *examine(home())]
    if as_json:
        print_json([{"subject": line.subject, "well": line.well, "said": explain_error(line.said)} for line in lines])
    else:
        for line in lines:
            mark = _("well") if line.well else _("TO DO")
            print_lines(f"{mark}  {_(line.subject)}: {explain_error(line.said)}")
    return 0 if all(line.well for line in lines) else Incomplete.exit_code


def _settings() -> Iterator[Examined]:
    """The settings that count here, and where each comes from."""
    root = click.get_current_context().find_root()
    names = {"dir": "directory", "organ": "organ", "lang": "lang"}
    said = {
        name: str(root.params[parameter])
        for name, parameter in names.items()
        if root.get_parameter_source(parameter) is ParameterSource.COMMANDLINE
    }
    for each in effective(said, root.obj.get(FROM_FILE, frozenset())):
        source = BadInput(SOURCES[each.source])
        yield Examined("settings", well=True, said=Incomplete("{} = {} ({})", each.name, each.value or "-", source))
