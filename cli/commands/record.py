"""zeren record KIND: every kind of record, its fields as options; made from the event types, so none is missing."""

import click

from cli.acting.form_commands import Raw, form_command
from cli.showing.command_groups import CommandGroup
from ledger.application import Ledger
from ledger.clock import system_randomness
from ledger.events.register import PersonRegistered
from ledger.recording.forms import forms
from projections.language.catalogue import _
from projections.language.kind_titles import kind_title


class Kinds(CommandGroup):
    """A subcommand for each kind of record."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(forms())

    def find(self, ctx: click.Context, name: str) -> click.Command | None:
        form = forms().get(name)
        if form is None:
            return None
        if form.payload is PersonRegistered:
            return form_command(form, optional=("person",), complete=_with_id)
        return form_command(form)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per kind, without making their options."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, kind_title(form)) for name, form in forms().items()])


def _with_id(_ledger: Ledger, raw: Raw) -> Raw:
    """An id is pseudonymous and says nothing of the name: one that is not given is drawn by lot."""
    return {"person": f"p-{system_randomness(4).hex()}", **raw}


command = Kinds(
    "record",
    help=_(
        "Record an act, a registration or a step of a case. Persons and units are given by id or by name. "
        "A record made late is welcome: say so with --declared-late --late-reason."
    ),
)
