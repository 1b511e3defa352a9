"""zeren doctor: what whoever runs the ledgers has to look after; each line well, or what to do."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any

import click
from click.core import ParameterSource

from cli.asking import home, json_option
from cli.configuration import FROM_FILE, Source, effective
from cli.showing.output import print_json, print_lines
from ledger.errors import BadInput, Incomplete, ZerenError
from ledger.home.directory import Home
from ledger.messages import N_
from ledger.store.faults import FAULTS
from projections.doctor import examine
from projections.installation import Examined
from projections.language.catalogue import _, explain_error
from projections.questions.health import health
from projections.questions.plain import plain
from projections.views.catch_up import open_read_only

SOURCES: Mapping[Source, str] = {
    "option": N_("said on the command line"),
    "environment": N_("from the environment"),
    "file": N_("from the configuration file"),
    "default": N_("nothing else is said"),
}


@click.command(
    "doctor",
    help=N_(
        "Look after clock, databases, known heads, views, permissions, disk, backup, keys, tokens, fonts and optional "
        "parts; each line is well or says what to do. Changes nothing."
    ),
)
@json_option
def command(as_json: bool) -> int:
    here = home()
    lines = [*_settings(), *examine(here)]
    if as_json:
        said = [{"subject": line.subject, "well": line.well, "said": explain_error(line.said)} for line in lines]
        print_json({**_health(here), "lines": said})
    else:
        for line in lines:
            mark = _("well") if line.well else _("TO DO")
            print_lines(f"{mark}  {_(line.subject)}: {explain_error(line.said)}")
    return 0 if all(line.well for line in lines) else Incomplete.exit_code


def _health(here: Home) -> Mapping[str, Any]:
    """How the ledgers stand; nothing where one of them, or the views, cannot be read: the lines say why."""
    with ExitStack() as opened:
        try:
            views = opened.enter_context(closing(open_read_only(here)))
            ledgers = [(kind, opened.enter_context(closing(here.open(kind)))) for kind in here.kinds()]
            answer: Mapping[str, Any] = plain(health(ledgers, views.position))
        except (ZerenError, *FAULTS):
            return {}
        return answer


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
