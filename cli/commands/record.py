"""zeren record KIND: every kind of record, its fields as options; made from the event types, so none is missing."""

from functools import partial

import click

from cli.acting.form_commands import Raw, form_command
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note
from ledger.application import Ledger
from ledger.events.base import Payload
from ledger.importing.minting import id_field_of, next_id
from ledger.messages import N_
from ledger.recording.forms import Form, forms
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
        field = id_field_of(form.payload)
        if field is None:
            return form_command(form)
        return form_command(
            form, optional=(field,), complete=partial(_with_id, field, form), finish=partial(_tell_id, field)
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per kind, without making their options."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, kind_title(form)) for name, form in forms().items()])


def _with_id(field: str, form: Form, ledger: Ledger, raw: Raw) -> Raw:
    """An id says nothing of the name, which may be erased one day: one that is not given is the next number."""
    return raw if raw.get(field) is not None else {**raw, field: next_id(ledger.register(), form.payload)}


def _tell_id(field: str, _ledger: Ledger, payload: Payload) -> Payload:
    """Says the id of a registration that nobody gave one; the payload as it is."""
    given = click.get_current_context().params
    if given.get(f"field_{field}") is None and not given.get("as_json", False):
        note(_("its id: {id}").format(id=getattr(payload, field)))
    return payload


command = Kinds(
    "record",
    help=N_(
        "Record an act, a registration or a step of a case. Persons and units are given by id or by name. "
        "A record made late is welcome: say so with --declared-late --late-reason."
    ),
)
