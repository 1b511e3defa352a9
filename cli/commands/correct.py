"""zeren correct ENTRY --field NAME --to VALUE: a clerical error is corrected by a new entry; both stay visible."""

import json
from typing import Any

import click

from cli.acting.form_commands import Raw, form_command
from ledger.application import Ledger
from ledger.errors import BadInput
from ledger.events.lists import pattern_of
from ledger.messages import N_
from ledger.recording.forms import Column, Form, form_of, forms
from ledger.recording.likely import near
from ledger.recording.numbers import context_of, find_entry
from ledger.recording.raw_record import shown
from ledger.recording.typed_values import Context, read_value, split
from projections.language.titles import Labels


def _read_new(ledger: Ledger, raw: Raw) -> Raw:
    """The new value in the shape of the field that it corrects, its structural and its erasable part apart."""
    raw = dict(raw)
    given, members = raw.pop("to"), raw.pop("members")
    form = form_of(type(find_entry(ledger, str(raw["corrects"])).payload))
    context = context_of(ledger, Labels())
    field = str(raw.get("field") or "")
    if members:
        parts = _members(form, field, members, context)
    else:
        column = _column(form, field)
        if not given:
            raise BadInput("say the new value with --to (a list: --to several times)")
        many = column.is_list and field == column.base
        if len(given) > 1 and not many:
            raise BadInput("{} takes one value, not {}", field, len(given))
        items = [item for word in given for item in split(column, word)] if many else list(given)
        values = [_value(column, item, context) for item in items]
        parts = {column.field_class: values if many else values[0]}
    names = {"structural": "new_value", "erasable": "new_text"}
    return raw | {names[part]: json.dumps(value, ensure_ascii=False) for part, value in parts.items()}


def _members(form: Form, field: str, members: tuple[str, ...], context: Context) -> dict[str, Any]:
    """New members of a record in a list: `person=...`, `text=...`."""
    parts: dict[str, dict[str, Any]] = {}
    for member in members:
        name, equals, word = member.partition("=")
        if not equals:
            raise BadInput("{} is no NAME=VALUE; write e.g. text=...", shown(member))
        group = pattern_of(field).removesuffix(".*")
        column = form.column(f"{group}.*.{name}") or _column(form, f"{field}.{name}")
        parts.setdefault(column.field_class, {})[name] = _value(column, word, context)
    return dict(parts)


def _column(form: Form, field: str) -> Column:
    column = form.column(pattern_of(field))
    if column is None:
        known = [each.base for each in form.columns]
        called = BadInput(form.payload.TITLE)
        raise BadInput("{} has no field {!r} to correct; perhaps {}", called, field, ", ".join(near(field, known)))
    return column


def _value(column: Column, word: str, context: Context) -> Any:
    try:
        return read_value(column, word, context)
    except BadInput as error:
        raise BadInput("{} {}: {}", "--to", shown(word), error) from None


command: click.Command = form_command(
    forms()["record-corrected"],
    name="correct",
    help=N_("Correct a field of the entry CORRECTS (its number or position); both stay visible."),
    argument="corrects",
    omit=("new_value", "new_text"),
    extra=[
        click.Option(["--to"], multiple=True, help=N_("The new value; for a list repeatable.")),
        click.Option(
            ["--member", "members"],
            multiple=True,
            metavar="NAME=VALUE",
            help=N_("For a field that is a record (dissent): its members one by one; repeatable."),
        ),
    ],
    complete=_read_new,
)
