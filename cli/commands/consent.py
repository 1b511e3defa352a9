"""zeren consent: signatures of those who cannot sign at the ledger, asked for and given by files.

Its commands are loaded when they are used: `give` runs on computers that have no ledger and lack what a ledger needs.
"""

import importlib

import click

from cli.showing.command_groups import CommandGroup
from ledger.messages import N_
from projections.language.catalogue import _

COMMANDS = {
    "add": "cli.commands.consent_add:add",
    "ask": "cli.commands.consent_ask:ask",
    "give": "cli.commands.consent_give:command",
    "list": "cli.commands.consent_list:command",
    "page": "cli.commands.consent_page:page",
}
SUMMARIES = {
    "add": N_("Put answers on record, all or none."),
    "ask": N_("Write a request that shows entries to a person and asks for signatures."),
    "give": N_("Answer a request for signatures with one's own key, without a ledger or a network."),
    "list": N_("List whose signature is still owed, the oldest first."),
    "page": N_("Write the page with which people sign in a browser."),
}


class _Group(CommandGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def find(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _colon, attribute = COMMANDS[name].partition(":")
        found = getattr(importlib.import_module(module), attribute)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per command, without importing any."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, text in SUMMARIES.items()])


command = _Group("consent", help=N_("Signatures given elsewhere: ask for them, give them, add them."))
