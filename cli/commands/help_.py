"""zeren help COMMAND: what `zeren COMMAND --help` shows."""

import click

from cli.asking import json_option
from cli.showing.output import print_json, print_lines
from ledger.messages import N_
from projections.language.catalogue import _


@click.command("help", help=N_("Show the help of COMMAND, as --help does: zeren help record talk."))
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@json_option
@click.pass_context
def command(context: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    shown = context.find_root()
    for word in words:
        group = shown.command
        if not isinstance(group, click.Group):
            raise click.UsageError(_("{name} has no commands").format(name=shown.info_name), shown)
        name, found, _rest = group.resolve_command(shown, [word])
        if found is None:
            raise click.UsageError(_("there is no command {name}").format(name=word), shown)
        shown = click.Context(found, info_name=name, parent=shown, **found.context_settings)
    if as_json:
        print_json(shown.to_info_dict())
    else:
        print_lines(shown.get_help())
