"""zeren completion SHELL: the script by which a shell completes commands, options, ids and names."""

import os

import click
from click.shell_completion import get_completion_class

from cli.asking import json_option
from cli.showing.output import print_json, print_lines
from ledger.errors import BadInput
from ledger.messages import N_

SHELLS = ("bash", "zsh", "fish")
UNQUOTED, QUOTED = "COMPREPLY+=($value)", 'COMPREPLY+=("${value// /\\\\ }")'
"""How click's script for bash takes a word, parted at its spaces, and how it stays one word."""


@click.command(
    "completion",
    help=N_(
        'Print the script by which SHELL completes commands, options, ids and names. For bash: eval "$(zeren '
        'completion bash)" in ~/.bashrc; for zsh the same in ~/.zshrc; for fish: zeren completion fish > '
        "~/.config/fish/completions/zeren.fish"
    ),
)
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@json_option
@click.pass_context
def command(context: click.Context, shell: str | None, as_json: bool) -> None:
    shell = shell or os.path.basename(os.environ.get("SHELL", ""))  # noqa: PTH119 - a name, no path of ours
    found = get_completion_class(shell) if shell in SHELLS else None
    if found is None:
        raise BadInput("name the shell: {}", ", ".join(SHELLS))
    completing = found(context.find_root().command, {}, "zeren", "_ZEREN_COMPLETE")
    script = completing.source_template.replace(UNQUOTED, QUOTED) % completing.source_vars()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        print_lines(script)
